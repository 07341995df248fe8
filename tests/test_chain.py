from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.chain import BylineRetriever, build_chain
from retrieval.pipeline import Pipeline
from retrieval.types import (
    Answer,
    Article,
    Citation,
    Extract,
    Filters,
    Focus,
    Hit,
    Question,
    Refusal,
    Statement,
    Trace,
    Turn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.chain import Chain
    from tests.parts import Parts


class FirstSentence:
    """An answerer that shows the first hit whole."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def answer(self, question: Question, hits: Sequence[Hit]) -> Answer:
        self.asked.append(question)
        if not hits:
            return Refusal(question.text, question.text)
        citation = Citation(1, hits[0].library, hits[0].article, "text", hits[0].start, hits[0].end)
        statement = Statement(citation.quote, (1,))
        return Extract(
            question.text,
            question.text,
            (statement,),
            (citation,),
            total=1,
            confidence=1.0,
            trace=Trace(hits=tuple(hits)),
        )


@pytest.fixture
def answerer() -> FirstSentence:
    return FirstSentence()


@pytest.fixture
def pipeline(parts: Parts, answerer: FirstSentence, article: Callable[..., Article]) -> Pipeline:
    parts.articles.stage("public", [article("a", "Ann Lee said the harbour was closed.", published="2023-03-20")])
    parts.articles.stage("mine", [article("b", "Bob Roe said the airport was closed.")])
    parts.library.index()
    return Pipeline(parts.search, answerer, parts.articles, limit=5)


@pytest.fixture
def chain(pipeline: Pipeline) -> Chain:
    return build_chain(pipeline)


def asking(text: str, *history: Turn) -> Question:
    return Question(text=text, libraries=("public",), history=history)


def test_a_follow_up_reaches_the_reader_as_it_was_typed_below_the_turns_before(
    pipeline: Pipeline, answerer: FirstSentence
) -> None:
    first = pipeline.answer(asking("Who said the harbour was closed?"))
    pipeline.answer(asking("when did she say it", Turn("hi", first), Turn("Who said the harbour was closed?", first)))
    pipeline.answer(asking("When did Bob Roe speak?", Turn("Who said the harbour was closed?", first)))
    alone, follow_up, *whole = answerer.asked
    assert alone.in_context is None
    assert follow_up.in_context == "Before: Who said the harbour was closed. Now: when did she say it"
    assert {question.in_context for question in whole} == {None}


def test_a_question_becomes_an_answer_with_its_timings(chain: Chain) -> None:
    answer = chain.invoke(asking("What was closed?"))
    assert answer.text == "Ann Lee said the harbour was closed. [1]"
    assert set(answer.trace.timings_ms) == {"standalone", "search", "read", "total"}


@pytest.mark.parametrize("text", ["What was closed?", "Hello!", "What's new?", "Who is Zyx Wvu?"])
def test_the_chain_answers_as_the_pipeline_does(chain: Chain, pipeline: Pipeline, text: str) -> None:
    question = asking(text)
    both = (chain.invoke(question), pipeline.answer(question))
    answers = (replace(answer, trace=replace(answer.trace, timings_ms={})) for answer in both)
    assert next(answers) == next(answers)


def test_only_the_libraries_of_the_question_are_read(chain: Chain) -> None:
    answer = chain.invoke(Question(text="What was closed?", libraries=("mine",)))
    assert {hit.library for hit in answer.trace.hits} == {"mine"}


def test_a_follow_up_is_searched_and_read_as_a_standalone_question(chain: Chain, answerer: FirstSentence) -> None:
    first = chain.invoke(asking("What did Ann Lee say?"))
    answer = chain.invoke(asking("When did she say it?", Turn("What did Ann Lee say?", first)))
    assert answer.question == "When did she say it?"
    assert "Ann Lee" in answer.standalone_question
    assert answerer.asked[-1].text == answer.standalone_question


def test_a_message_that_points_back_is_asked_about_where_nothing_was_said_before(
    chain: Chain, answerer: FirstSentence
) -> None:
    greeted = Turn("Hello!", chain.invoke(asking("Hello!")))
    for first in (asking("why?"), asking("he said what?", greeted)):
        assert chain.invoke(first).text.startswith("Whom or what do you mean?")
    assert not answerer.asked
    said = Turn("What did Ann Lee say?", chain.invoke(asking("What did Ann Lee say?")))
    assert "Whom or what" not in chain.invoke(asking("why?", said)).text


def test_who_changes_the_topic_is_asked_nothing_of_the_one_before(chain: Chain, answerer: FirstSentence) -> None:
    said = Turn("What did Ann Lee say?", chain.invoke(asking("What did Ann Lee say?")))
    answer = chain.invoke(asking("Different topic: when did she say it?", said))
    assert (answer.question, answer.standalone_question) == (
        "Different topic: when did she say it?",
        "when did she say it?",
    )
    assert not answerer.asked[-1].focus.articles
    other = "Different topic: who is Cy Ray?"
    changed = Turn(other, Refusal(other, "who is Cy Ray?"))
    assert chain.invoke(asking("How tall is she?", said)).standalone_question == "How tall is Ann Lee?"
    assert chain.invoke(asking("How tall is she?", said, changed)).standalone_question == "How tall is she?"


@pytest.mark.parametrize(("text", "is_asked_again"), [("Why did Bo Wu resign?", True), ("Why did he resign?", False)])
def test_what_the_conversation_does_not_answer_is_asked_as_if_it_were_the_first(
    chain: Chain, answerer: FirstSentence, text: str, *, is_asked_again: bool
) -> None:
    said = Turn("Who is Cy Ray?", chain.invoke(asking("Who is Cy Ray?")))
    chain.invoke(asking(text, said))
    assert (answerer.asked[-1].focus == Focus()) is is_asked_again


def test_thanks_before_a_follow_up_are_taken_off(chain: Chain) -> None:
    said = Turn("What did Ann Lee say?", chain.invoke(asking("What did Ann Lee say?")))
    thanked = chain.invoke(asking("great, thanks! tell me more", said))
    assert thanked.standalone_question == chain.invoke(asking("tell me more", said)).standalone_question


def test_a_greeting_is_answered_without_a_search(chain: Chain, answerer: FirstSentence) -> None:
    answer = chain.invoke(asking("Hello!"))
    assert answer.answered
    assert answer.citations == ()
    assert answerer.asked == []


def test_what_is_new_is_answered_from_the_library_asked(chain: Chain) -> None:
    answer = chain.invoke(asking("What's new?"))
    assert [citation.quote for citation in answer.citations] == ["About a"]


def test_questions_can_be_answered_in_a_batch_and_in_a_stream(chain: Chain) -> None:
    questions = [asking("What was closed?"), asking("Hello!")]
    assert [answer.answered for answer in chain.batch(questions)] == [True, True]
    assert [answer.answered for answer in chain.stream(questions[0])] == [True]


def test_the_steps_are_told_as_they_end(chain: Chain) -> None:
    async def steps() -> list[str]:
        events = chain.astream_events(asking("What was closed?"), version="v2")
        return [event["name"] async for event in events if event["event"] == "on_chain_end"]

    assert [name for name in asyncio.run(steps()) if name in {"standalone", "search", "read", "byline"}] == [
        "standalone",
        "search",
        "read",
        "byline",
    ]


def test_tracing_callbacks_see_the_steps(chain: Chain) -> None:
    from langchain_core.callbacks import BaseCallbackHandler

    class Recorder(BaseCallbackHandler):
        names: list[str] = []  # noqa: RUF012  (one recorder)

        def on_chain_start(self, *_args: object, **given: object) -> None:
            self.names.append(str(given.get("name")))

    recorder = Recorder()
    chain.invoke(asking("What was closed?"), config={"callbacks": [recorder]})
    assert {"byline", "standalone", "search", "read"} <= set(recorder.names)


def test_the_retriever_gives_documents_that_are_slices(chain: Chain, parts: Parts) -> None:
    assert chain
    retriever = BylineRetriever(search=parts.search, libraries=("public",), limit=3)
    documents = retriever.invoke("What was closed?")
    assert [document.page_content for document in documents] == ["Ann Lee said the harbour was closed."]
    metadata = documents[0].metadata
    stored = parts.articles.get(metadata["library"], metadata["article_id"])
    assert stored.text[metadata["start"] : metadata["end"]] == documents[0].page_content


def test_the_retriever_has_no_default_library(parts: Parts) -> None:
    with pytest.raises(ValueError, match="libraries"):
        BylineRetriever(search=parts.search)  # type: ignore[call-arg]  # what this test is about


def test_the_retriever_filters(chain: Chain, parts: Parts) -> None:
    assert chain
    retriever = BylineRetriever(search=parts.search, libraries=("public",), filters=Filters(source="nowhere"))
    assert retriever.invoke("What was closed?") == []


def test_a_question_must_say_what_may_be_searched() -> None:
    with pytest.raises(TypeError, match="libraries"):
        Question(text="What was closed?")  # type: ignore[call-arg]  # what this test is about
