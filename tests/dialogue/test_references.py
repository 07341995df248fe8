"""What points back to a source of the last answer is told from the article it means, in its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.citations import Excerpt, state
from retrieval.dialogue.references import source_reference
from retrieval.store.quotes import Quotations
from retrieval.text.messages import Action
from retrieval.types import Article, Citation, Extract, Question, Statement, Turn

if TYPE_CHECKING:
    from retrieval.pipeline import Pipeline
    from retrieval.types import Answer
    from tests.parts import Parts

HARBOUR = Article(
    "harbour", "Harbour shut", "The harbour was shut on Monday. A storm had broken its wall. It opens on Thursday."
)
CRANE = Article("crane", "Crane falls", "A crane fell on Tuesday. Nobody was hurt.")
SHUT = Citation(1, "public", HARBOUR, "text", 0, 31)
FELL = Citation(2, "public", CRANE, "text", 0, 24)
ANSWER = Extract("What happened?", "What happened?", (Statement("Both.", (1, 2)),), (SHUT, FELL))
HISTORY = (Turn("What happened?", ANSWER), Turn("Thanks!", Extract("Thanks!", "Thanks!", (Statement("Welcome."),))))


@pytest.mark.parametrize(
    ("text", "action", "number"),
    [
        ("open 2", Action.OPEN, 2),
        ("Open [1]", Action.OPEN, 1),
        ("please show me the second article", Action.OPEN, 2),
        ("open that article", Action.OPEN, 1),
        ("What else does that article say?", Action.MORE, 1),
        ("and what more does article 2 say", Action.MORE, 2),
        ("tell me more about the first one", Action.MORE, 1),
        ("What else is in this report?", Action.MORE, 1),
        ("Summarise article 2", Action.SUMMARY, 2),
        ("Can you summarize that article?", Action.SUMMARY, 1),
        ("a short summary of source 2, please", None, None),
        ("give me a short summary of source 2", Action.SUMMARY, 2),
        ("What is article 2 about?", Action.SUMMARY, 2),
        ("open 3", None, None),
        ("What else did Xi say?", None, None),
        ("Did the harbour open 2 hours later?", None, None),
        ("Summarise the articles on ferries", None, None),
        ("open the door", None, None),
    ],
)
def test_a_source_is_meant_by_number_or_by_that(text: str, action: Action | None, number: int | None) -> None:
    found = source_reference(text, HISTORY, ("public",))
    assert (found and found.action, found and found.citation.number) == (action, number)


def test_without_a_source_that_may_be_searched_nothing_is_meant() -> None:
    assert source_reference("open 1", (), ("public",)) is None
    assert source_reference("open 1", HISTORY, ("other",)) is None
    assert source_reference("open 1", HISTORY[1:], ("public",)) is None


def asking(text: str) -> Question:
    return Question(text=text, libraries=("public",), history=HISTORY)


@pytest.fixture
def pipeline(parts: Parts) -> Pipeline:
    from retrieval.pipeline import Pipeline
    from tests.fakes import word_reader

    return Pipeline(parts.search, word_reader(quotations=Quotations(parts.articles.engine)), parts.articles, limit=5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("open 2", ["Crane falls", "A crane fell on Tuesday.", "Nobody was hurt."]),
        ("What else does that article say?", ["A storm had broken its wall.", "It opens on Thursday."]),
        ("Summarise article 2", ["A crane fell on Tuesday.", "Nobody was hurt."]),
    ],
)
def test_without_a_chat_model_the_articles_own_words_tell_it(text: str, told: list[str], pipeline: Pipeline) -> None:
    answer = pipeline.answer(asking(text))
    assert [statement.text for statement in answer.statements] == told
    assert [citation.quote for citation in answer.citations] == told
    assert answer.question == text
    assert "“" in answer.standalone_question


def test_more_is_read_on_where_the_answers_left_off_until_nothing_is_left() -> None:
    text = "".join(f"Gull {number} sat on the quay of Holm. " for number in range(1, 9)).strip()
    article = Article("gulls", "Gulls", text)

    def shown(first: int) -> Answer:
        statements, citations = state([Excerpt("public", article, first, text.index(".", first) + 1)])
        return Extract("Where do gulls sit?", "Where do gulls sit?", statements, citations, total=1)

    history = [Turn("Where do gulls sit?", shown(text.index("Gull 4")))]
    told = []
    while source := source_reference("tell me more", history, ("public",)):
        answer = source.in_its_words(asking("tell me more"))
        told.append([said.text[:6] for said in answer.statements])
        history.append(Turn("tell me more", answer))
    assert told == [["Gull 5", "Gull 6", "Gull 7"], ["Gull 8"], ["Gull 1", "Gull 2", "Gull 3"]]


def test_who_wrote_that_and_when_are_told_of_the_cited_article(parts: Parts, pipeline: Pipeline) -> None:
    first = Article("harbour", "Harbour", "The harbour of Orne reopened.", "By Ada Frost", published="2031-05-02")
    other = Article("other", "That", "Who wrote that? It was published.", "By Bo Wu", published="2031-05-09")
    parts.articles.stage("public", [first, other])
    parts.library.index()
    statements, citations = state([Excerpt("public", first, 0, len(first.text))])
    reply = Extract("What reopened?", "What reopened?", statements, citations, total=1)
    for text, told in (("who wrote that?", "By Ada Frost"), ("When was it published?", "2031-05-02")):
        asked = Question(text=text, libraries=("public",), history=(Turn(reply.question, reply),))
        assert [said.text for said in pipeline.answer(asked).statements] == [told]


@pytest.mark.parametrize(
    ("note", "author"),
    [("Ada Frost covers harbours for the Orne Post.", "Ada Frost"), ("Follow Bo Wu on X: @bowu", "Bo Wu"), ("", None)],
)
def test_without_a_byline_the_note_below_an_article_tells_its_author(
    note: str, author: str | None, parts: Parts, pipeline: Pipeline
) -> None:
    text = f"The harbour of Orne reopened.\n\n{note}".strip()
    article = Article("harbour", "Harbour", text)
    parts.articles.stage("public", [article])
    parts.library.index()
    statements, citations = state([Excerpt("public", article, 0, 29)])
    reply = Extract("What reopened?", "What reopened?", statements, citations, total=1)
    asked = Question(text="who wrote that?", libraries=("public",), history=(Turn(reply.question, reply),))
    answer = pipeline.answer(asked)
    assert (answer.short, answer.answered) == (author, bool(note))


def test_whether_it_is_still_so_is_asked_again_and_dated(parts: Parts, pipeline: Pipeline) -> None:
    parts.articles.stage("public", [Article("z", "Zoo", "Zebras live in Zag zoo.", published="2031-05-02")])
    parts.library.index()
    first = Question(text="Where do zebras live?", libraries=("public",))
    history = (Turn(first.text, pipeline.answer(first)),)
    answer = pipeline.answer(Question(text="Is that still true?", libraries=("public",), history=history))
    assert answer.standalone_question == first.text
    assert answer.note == "As reported on 2 May 2031, the newest of these."


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("“We stay,” Ada Frost said at a meeting of the 2022 Harbour Report.", ["2031-05-02"]),
        ("“We stay,” Ada Frost said on Monday.", []),
    ],
)
def test_when_it_was_said_is_told_with_the_words_or_by_the_articles_day(
    said: str, shown: list[str], parts: Parts, pipeline: Pipeline
) -> None:
    parts.articles.stage("public", [Article("frost", "Harbour", said, published="2031-05-02")])
    parts.library.index()
    first = Question(text="What did Ada Frost say?", libraries=("public",))
    history = (Turn(first.text, pipeline.answer(first)),)
    answer = pipeline.answer(Question(text="When did she say it?", libraries=("public",), history=history))
    assert [statement.text for statement in answer.statements] == [said, *shown]
    assert answer.note is None


def test_when_something_was_said_is_told_of_words_that_are_reported(parts: Parts, pipeline: Pipeline) -> None:
    said = "Ada Frost said that the harbour stays open."
    parts.articles.stage("public", [Article("frost", "Harbour", said, published="2031-05-02")])
    parts.library.index()
    asked = Question(text="When did Ada Frost say that the harbour stays open?", libraries=("public",))
    assert [statement.text for statement in pipeline.answer(asked).statements] == [said, "2031-05-02"]
