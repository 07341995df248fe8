"""The last answer is taken up again: where it stands, once more, in short, or for another in its place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.discord_bot.keeping import from_json, restore, to_json
from prompts import load
from retrieval.citations import Excerpt, state
from retrieval.dialogue.last_answer import in_cited_words, not_shown, shortened, without
from retrieval.types import Article, Citation, Extract, Hit, Question, Refusal, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.pipeline import Pipeline
    from retrieval.types import Answer
    from tests.parts import Parts

ZOO = Article(
    "zoo",
    "Zoo of Zag",
    "Zebras live in Zag. The zoo opened on Monday.",
    "By Ada Frost",
    published="2031-05-02",
    url="https://zag.example/zoo",
)
PARK = Article("park", "Park of Ulm", "Zebras live in Ulm, too. It is cold there.", published="2031-05-03")


@pytest.fixture
def pipeline(parts: Parts) -> Pipeline:
    from retrieval.pipeline import Pipeline
    from tests.fakes import word_reader

    parts.articles.stage("public", [ZOO, PARK])
    parts.library.index()
    return Pipeline(parts.search, word_reader(), parts.articles, limit=5)


def _answered(*sentences: str, article: Article = ZOO, short: str | None = None) -> Extract:
    starts = [article.text.index(sentence) for sentence in sentences]
    spans = [(start, start + len(said)) for start, said in zip(starts, sentences, strict=True)]
    statements, citations = state([Excerpt("public", article, *span) for span in spans])
    asked = "Where do zebras live?"
    return Extract(asked, asked, statements, citations, short=short, confidence=0.9, total=len(spans))


def _asked(text: str, *answers: Answer) -> Question:
    turns = tuple(Turn(answer.question, answer) for answer in answers)
    return Question(text=text, libraries=("public",), history=turns)


@pytest.mark.parametrize("text", ["source?", "Where did you read that?", "are you sure?", "really?"])
def test_where_an_answer_stands_is_told_in_its_cited_words(text: str, pipeline: Pipeline) -> None:
    answer = pipeline.answer(_asked(text, _answered("Zebras live in Zag.")))
    assert [said.text for said in answer.statements] == ["Zebras live in Zag."]
    assert [(c.quote, c.article) for c in answer.citations] == [("Zebras live in Zag.", ZOO)]
    assert answer.standalone_question == text


def test_an_article_without_an_address_is_said_to_have_none() -> None:
    assert in_cited_words(_answered("Zebras live in Ulm, too.", article=PARK)).note == (
        f"{load('no_address')} {load('sourced')}"
    )


def test_an_answer_is_told_again_and_in_short(pipeline: Pipeline) -> None:
    told = _answered("Zebras live in Zag.", "The zoo opened on Monday.", short="Zag")
    again = pipeline.answer(_asked("can you repeat that?", told))
    assert (again.text, again.standalone_question) == (told.text, told.question)
    brief = pipeline.answer(_asked("shorter please", told))
    assert brief.text == "Zebras live in Zag. [1]"
    assert pipeline.answer(_asked("shorter please", told, brief)).text == "Zag [1]"


def test_a_short_answer_is_cited_to_its_very_words() -> None:
    (cited,) = shortened(_answered("Zebras live in Zag.", short="Zag")).citations
    assert (cited.quote, cited.start) == ("Zag", ZOO.text.index("Zag"))


def test_what_follows_is_asked_of_the_answer_and_not_of_its_sources(pipeline: Pipeline) -> None:
    told = _answered("Zebras live in Zag.", "The zoo opened on Monday.")
    sourced = Turn("source?", pipeline.answer(_asked("source?", told)))
    history = (Turn(told.question, told), sourced)
    answer = pipeline.answer(Question(text="repeat that", libraries=("public",), history=history))
    assert answer.standalone_question == told.question
    follow_up = pipeline.understand(Question(text="why?", libraries=("public",), history=history))
    assert follow_up.route.question.text == "Why do zebras live?"


def test_another_answer_is_looked_for_elsewhere_until_there_is_none(pipeline: Pipeline) -> None:
    first = _answered("Zebras live in Zag.")
    other = pipeline.answer(_asked("no, I meant the other one", first))
    assert [cited.article for cited in other.citations] == [PARK]
    shown = _answered("Zebras live in Zag. The zoo opened on Monday."), _answered(PARK.text, article=PARK)
    none_left = pipeline.answer(
        _asked("that's not what I asked", shown[0], replace(shown[1], question="the other one"))
    )
    assert (none_left.answered, none_left.note) == (False, load("nothing_else").strip())


@pytest.mark.parametrize(
    ("text", "reply"), [("source?", "unclear"), ("that's not what I asked", "unclear"), ("really?", "surprise")]
)
def test_before_any_answer_it_is_asked_back(text: str, reply: str, pipeline: Pipeline) -> None:
    assert pipeline.answer(_asked(text)).text == " ".join(load(reply).splitlines())


@pytest.mark.parametrize(
    ("text", "reply"), [("source?", "unsourced"), ("are you sure?", "unsourced"), ("not what I asked", "confusion")]
)
def test_after_a_refusal_there_is_no_source(text: str, reply: str, pipeline: Pipeline) -> None:
    refused = without(_answered("Zebras live in Zag."), _answered("Zebras live in Zag.").citations)
    assert not refused.answered
    assert pipeline.answer(_asked(text, refused)).text == " ".join(load(reply).splitlines())


def test_what_is_kept_of_an_answer_can_be_opened_again(pipeline: Pipeline, parts: Parts) -> None:
    told = _answered("Zebras live in Zag.", short="Zag")
    kept = restore(from_json(to_json(told)), told.question, parts.articles)
    assert pipeline.answer(_asked("source?", kept)).citations == told.citations


def test_hits_are_read_without_what_was_shown() -> None:
    hit, shown = Hit("public", ZOO, 0, len(ZOO.text), 1.0), Citation(1, "public", ZOO, "text", 0, 19)
    assert [part.text for part in not_shown([hit], [shown])] == [" The zoo opened on Monday."]
    assert not_shown([hit], [Citation(1, "public", PARK, "text", 0, 19)]) == [hit]


def test_what_is_like_nothing_in_the_last_question_is_a_topic_of_its_own(parts: Parts) -> None:
    from retrieval.pipeline import Pipeline

    class OfOneTopic:
        """Answers what is asked about one topic alone."""

        def __init__(self) -> None:
            self.asked: list[str] = []

        def answer(self, question: Question, hits: Sequence[Hit]) -> Answer:  # noqa: ARG002  (the protocol's)
            self.asked.append(question.text)
            is_on_it = question.text == "What about parking?"
            return _answered("Zebras live in Zag.") if is_on_it else Refusal(question.text, question.text)

    reader = OfOneTopic()
    pipeline = Pipeline(parts.search, reader, parts.articles, limit=5)
    answer = pipeline.answer(_asked("and parking?", Refusal("Is it dear?", "Is it dear?")))
    assert answer.answered
    assert reader.asked == ["What about parking – is it dear?", "What about parking?"]
