"""Answers by a chat model: real search, reader and gate, LangChain's real clients, and a scripted server."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.chain import build_chain
from retrieval.gate import Dropped, Gate, Kept
from retrieval.watching import Unfinished, Watch
from retrieval.writer import Intent
from retrieval.writer.writing import (
    ALL_FELL,
    EMPTY,
    FOUND_NOTHING,
    STOOD_IN,
    STOPPED,
    UNSUPPORTED,
    DraftAnswer,
    WritingRequest,
)
from tests.writer.chat_models_server import ChatModels, Request, Says
from tests.writer.harbour import ASKED, CLOSED, FERRIES, HARBOUR, INVENTED, asking, number_of, prose, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.runnables.schema import StreamEvent

    from retrieval.chain import Chain
    from retrieval.pipeline import Pipeline
    from retrieval.types import Answer


EXPECTED = "“We expect to open the harbour again on Thursday,” Blair said."


def assert_exact(answer: Answer) -> None:
    assert answer.citations
    for cited in answer.citations:
        assert cited.quote
        assert cited.quote == cited.article.text[cited.start : cited.end]
    numbers = {cited.number for cited in answer.citations}
    assert all(statement.citations and set(statement.citations) <= numbers for statement in answer.statements)


@pytest.mark.parametrize("structured", [False, True])
def test_prose_is_shown_with_exact_citations(structured: bool, pipeline: Callable[..., Pipeline]) -> None:
    with ChatModels(prose(CLOSED, FERRIES)) as server:
        answer = pipeline(server, structured=structured).answer(asking())
    assert texts(answer) == [CLOSED, FERRIES]
    assert_exact(answer)
    assert (answer.mode, answer.note, answer.trace.dropped, answer.total) == ("writer", None, 0, 2)
    assert 0.5 <= answer.confidence <= 1
    assert "storm" in answer.citations[0].quote


def test_what_only_says_that_an_answer_follows_is_left_out_and_not_counted(
    pipeline: Callable[..., Pipeline],
) -> None:
    with ChatModels(Says(f"Sure! Here is the answer:\n\n{CLOSED}\n\nHere is another. {FERRIES}")) as server:
        answer = pipeline(server).answer(asking())
    assert texts(answer) == [CLOSED, FERRIES]
    assert answer.trace.dropped == 0


def test_the_model_is_given_the_passages_with_title_outlet_and_date(pipeline: Callable[..., Pipeline]) -> None:
    with ChatModels(prose(CLOSED)) as server:
        pipeline(server).answer(asking())
    given = server.requests[0].given
    for told in (HARBOUR.title, "Outlet: The Harbour Post", "Published: 2023-03-20", HARBOUR.text, ASKED):
        assert told in given
    assert HARBOUR.text not in server.requests[0].told


@pytest.mark.parametrize("structured", [False, True])
def test_a_sentence_that_the_articles_do_not_support_is_left_out_and_counted(
    structured: bool, pipeline: Callable[..., Pipeline]
) -> None:
    with ChatModels(prose(CLOSED, INVENTED, FERRIES)) as server:
        answer = pipeline(server, structured=structured).answer(asking())
    assert texts(answer) == [CLOSED, FERRIES]
    assert answer.trace.dropped == 1
    assert INVENTED not in repr(answer)


def test_a_sentence_without_a_number_or_with_one_that_no_passage_has_is_cited_to_what_supports_it(
    pipeline: Callable[..., Pipeline],
) -> None:
    with ChatModels(Says(f"{CLOSED} {FERRIES[:-1]} [99].")) as server:
        answer = pipeline(server).answer(asking())
    assert texts(answer) == [CLOSED, FERRIES]
    assert_exact(answer)


def test_where_too_little_holds_the_reader_answers_and_the_answer_says_so(pipeline: Callable[..., Pipeline]) -> None:
    with ChatModels(prose(INVENTED, "The Moon is made of 12 cheeses.", CLOSED)) as server:
        answer = pipeline(server).answer(asking())
    assert answer.mode == "reader"
    assert answer.note == f"{UNSUPPORTED} {STOOD_IN}"
    assert texts(answer)[0] in HARBOUR.text


@pytest.mark.parametrize(
    "text",
    [
        "The articles do not say.",
        "The passages provided do not mention why.",
        "<think>Hm.</think>The articles do not say",
    ],
)
def test_a_model_that_says_that_the_articles_do_not_say_refuses(text: str, pipeline: Callable[..., Pipeline]) -> None:
    with ChatModels(Says(text)) as server:
        answer = pipeline(server).answer(asking("How much will the repair of the harbour cost?"))
    assert not answer.answered
    assert (answer.mode, answer.confidence, answer.citations) == ("writer", 0.0, ())
    assert answer.trace.hits


def test_no_fields_are_no_answer_and_no_refusal(pipeline: Callable[..., Pipeline]) -> None:
    with ChatModels(Says('{"sentences": []}')) as server:
        answer = pipeline(server, structured=True).answer(asking())
    assert '{"sentences": [{"text":' in server.requests[0].told
    assert (answer.mode, answer.note) == ("reader", f"{EMPTY} {STOOD_IN}")


@pytest.mark.parametrize("structured", [False, True])
@pytest.mark.parametrize(
    "form",
    [
        '{"sentences": ["CLOSED", "FERRIES"]}',
        '```json\n{"sentences": [{"text": "CLOSED FERRIES", "passages": [1]}]}\n```',
        '[{"sentence": "CLOSED", "passages": [1]}, "FERRIES"]',
        '{"answer": "CLOSED (1) FERRIES"}',
        "According to passage 1, CLOSED (1)\nFERRIES",
        "Passage 1 says that CLOSED Passage [1] states that FERRIES",
        'Here is the JSON:\n```json\n{"sentences": ["CLOSED", "FERRIES"]}\n```\nI hope that this helps!',
        'Sure! {"sentences": [{"text": "CLOSED", "passages": ["1"]}, {"text": "FERRIES", "passages": 1}]} Done.',
        '{"text": "CLOSED", "passages": [1]}\n{"text": "FERRIES", "passages": [1]}',
        '{"answer": {"sentences": ["CLOSED", {"sentence": "FERRIES"}]}}',
        '{"sentences": "CLOSED FERRIES"}',
        '{"response": "CLOSED FERRIES", "citations": [1]}',
        '{"sentences": ["CLOSED", "FERRIES",]}',
        '{"output": {"sentences": [{"content": "CLOSED", "passage": 1}, {"content": "FERRIES", "passage": 1}]}}',
        '{"result": "CLOSED FERRIES", "sources": [1]}',
        "Answer: CLOSED (source: 1)\n(2) FERRIES (passage 1)",
        "<answer>Based on the passages, CLOSED [1] FERRIES [1]</answer>",
        "As passage 1 reports, CLOSED Passage 1: FERRIES",
        "CLOSED [1] FERRIES [1]\n\nSources:\n[1] Harbour of Port Ellen shut by storm",
        "CLOSED FERRIES\nSource: [1]",
        '<think>{"sentences": []}</think>{"sentences": ["CLOSED", "CLOSED", "FERRIES"]}',
    ],
)
def test_an_answer_in_another_form_is_read_for_what_it_is(
    form: str, structured: bool, pipeline: Callable[..., Pipeline]
) -> None:
    with ChatModels(Says(form.replace("CLOSED", CLOSED).replace("FERRIES", FERRIES))) as server:
        answer = pipeline(server, structured=structured).answer(asking())
    assert texts(answer) == [CLOSED, FERRIES]
    assert answer.trace.dropped == 0


@pytest.mark.parametrize(
    "failure",
    [
        Says(status=500),
        Says(status=401),
        Says(CLOSED, breaks=3),
        Says(CLOSED, malformed=True),
        Says(""),
        Says("}{][ 【【 [1"),
        Says("Sure! Here is"),
    ],
)
@pytest.mark.parametrize("structured", [False, True])
def test_where_the_model_fails_the_reader_answers_and_the_answer_says_so(
    failure: Says, structured: bool, pipeline: Callable[..., Pipeline]
) -> None:
    with ChatModels(failure) as server:
        answer = pipeline(server, structured=structured).answer(asking())
    assert answer.mode == "reader"
    assert answer.note is not None
    assert answer.note.endswith(STOOD_IN)
    assert texts(answer)[0] in HARBOUR.text


def test_with_the_budget_spent_the_reader_answers_and_nothing_is_sent(pipeline: Callable[..., Pipeline]) -> None:
    with ChatModels(prose(CLOSED)) as server:
        answer = pipeline(server, tokens=10).answer(asking())
    assert server.requests == []
    assert answer.mode == "reader"
    assert answer.note == f"The chat model's budget for today is spent. {STOOD_IN}"


def test_a_server_that_takes_no_schema_is_asked_for_prose_from_then_on(pipeline: Callable[..., Pipeline]) -> None:
    def says(request: Request) -> Says:
        return Says(status=400) if request.schema else prose(CLOSED)(request)

    with ChatModels(says) as server:
        asked = pipeline(server, structured=True)
        assert texts(asked.answer(asking())) == [CLOSED]
        assert texts(asked.answer(asking())) == [CLOSED]
    assert [bool(request.schema) for request in server.requests] == [True, False, False]


def test_prose_where_fields_were_asked_for_is_read_as_prose(pipeline: Callable[..., Pipeline]) -> None:
    with ChatModels(lambda request: Says(f"{CLOSED[:-1]} [{number_of(request, HARBOUR.title)}].")) as server:
        answer = pipeline(server, structured=True).answer(asking())
    assert texts(answer) == [CLOSED]


@pytest.mark.parametrize("structured", [False, True])
def test_of_a_reply_that_was_cut_short_the_whole_sentences_are_shown(
    structured: bool, pipeline: Callable[..., Pipeline]
) -> None:
    def says(request: Request) -> Says:
        whole = prose(CLOSED, FERRIES)(request).text
        return Says(whole[: whole.index("ferries") + 3], ending="length")

    with ChatModels(says) as server:
        answer = pipeline(server, structured=structured).answer(asking())
    assert texts(answer) == [CLOSED]


def test_a_model_that_goes_on_is_stopped_when_enough_is_written(pipeline: Callable[..., Pipeline]) -> None:
    many = [CLOSED, FERRIES, "On Monday a storm closed it.", *([EXPECTED] * 500)]
    with ChatModels(prose(*many, pause=0.02)) as server:
        answer = pipeline(server).answer(asking())
        assert server.wait_left()
    assert texts(answer) == many[:3]


@pytest.mark.parametrize(
    "endless", [[FERRIES], [INVENTED, "Glasgow has 12 mayors.", "Bears ate 7 ferries.", "Xu ran."]]
)
def test_a_model_that_goes_round_in_circles_or_whose_sentences_fall_is_stopped(
    endless: list[str], pipeline: Callable[..., Pipeline]
) -> None:
    with ChatModels(prose(*endless * 100, pause=0.02)) as server:
        answer = pipeline(server).answer(asking())
        assert server.wait_left()
    assert INVENTED not in texts(answer)
    assert len(set(texts(answer))) == len(texts(answer))


def test_where_all_fell_a_weak_answer_of_the_reader_does_not_stand_in(pipeline: Callable[..., Pipeline]) -> None:
    with ChatModels(prose(INVENTED, "The Moon is made of 12 cheeses.")) as server:
        asked = pipeline(server)
        weak = replace(asked.answerer.answer(asking(), asked.retriever.search(asking(), 3)), confidence=0.45)
        sure = replace(weak, confidence=0.8)
        assert asked.writer is not None
        hits = asked.retriever.search(asking(), 3)
        refused, stood_in = (asked.writer.answer(asking(), hits, fallback=read) for read in (weak, sure))
    assert (refused.answered, refused.note, refused.trace.dropped) == (False, ALL_FELL, 2)
    assert any(HARBOUR.title in why for why in refused.trace.why)
    assert (stood_in.mode, stood_in.note) == ("reader", f"{ALL_FELL} {STOOD_IN}")


def test_a_refusal_of_the_model_gives_way_to_a_reader_that_is_sure(pipeline: Callable[..., Pipeline]) -> None:
    with ChatModels(Says("None of the passages mention it [1].")) as server:
        asked = pipeline(server)
        hits = asked.retriever.search(asking(), 3)
        read = asked.answerer.answer(asking(), hits)
        assert asked.writer is not None
        answers = [asked.writer.answer(asking(), hits, fallback=replace(read, confidence=c)) for c in (0.5, 0.8)]
    assert [answer.answered for answer in answers] == [False, True]
    assert answers[1].note == f"{FOUND_NOTHING} {STOOD_IN}"


@pytest.mark.parametrize("structured", [False, True])
def test_who_watches_sees_words_as_they_come_and_sentences_once_the_gate_has_let_them_pass(
    structured: bool, pipeline: Callable[..., Pipeline]
) -> None:
    seen: list[Unfinished] = []
    with ChatModels(prose(CLOSED, INVENTED, FERRIES)) as server:
        answer = pipeline(server, structured=structured).answer(asking(), Watch(seen.append))
    assert any(one.tentative and CLOSED.startswith(one.tentative) for one in seen)
    shown = [[statement.text for statement in one.statements] for one in seen]
    assert [CLOSED] in shown
    assert shown[-1] == texts(answer) == [CLOSED, FERRIES]
    assert all(INVENTED not in statements for statements in shown)
    assert seen[-1].tentative == ""
    assert seen[-1].citations == answer.citations


def test_stopped_the_model_stops_and_what_had_passed_is_the_answer(pipeline: Callable[..., Pipeline]) -> None:
    watch = Watch(lambda seen: watch.stop() if seen.statements else None)
    with ChatModels(prose(CLOSED, FERRIES, *[FERRIES] * 100, pause=0.02)) as server:
        answer = pipeline(server).answer(asking(), watch)
        assert server.wait_left()
    assert texts(answer) == [CLOSED]
    assert answer.note == STOPPED


def test_stopped_before_a_word_the_reader_answers(pipeline: Callable[..., Pipeline]) -> None:
    watch = Watch()

    def stopped_while_it_writes(_: Request) -> Says:
        threading.Timer(0.1, watch.stop).start()
        return Says(CLOSED, wait=30)

    with ChatModels(stopped_while_it_writes) as server:
        answer = pipeline(server).answer(asking(), watch)
        assert server.wait_left()
    assert answer.mode == "reader"
    assert answer.note == f"{STOPPED} {STOOD_IN}"


def test_the_chain_tells_each_step_what_the_model_writes_and_each_sentence_that_passed(
    pipeline: Callable[..., Pipeline],
) -> None:
    async def heard(chain: Chain) -> list[StreamEvent]:
        return [event async for event in chain.astream_events(asking(), version="v2")]

    with ChatModels(prose(CLOSED, INVENTED, FERRIES)) as server:
        events = asyncio.run(heard(build_chain(pipeline(server))))
    told: list[dict[str, object]] = [dict(event["data"]) for event in events if event["name"] == "sentence"]
    sentences = [sentence["text"] for sentence in told]
    written = "".join(str(e["data"]["chunk"].text) for e in events if e["event"] == "on_chat_model_stream")
    ended = [event["name"] for event in events if event["event"] == "on_chain_end"]
    assert sentences == [CLOSED, FERRIES]
    assert "stolen bicycles" in written
    assert [name for name in ended if name in ("standalone", "search", "read", "byline")] == [
        "standalone",
        "search",
        "read",
        "byline",
    ]


def test_the_chain_answers_with_the_writer_too(pipeline: Callable[..., Pipeline]) -> None:
    with ChatModels(prose(CLOSED)) as server:
        chain = build_chain(pipeline(server))
        assert texts(chain.invoke(asking())) == [CLOSED]
        assert texts(asyncio.run(chain.ainvoke(asking()))) == [CLOSED]


def test_a_greeting_is_not_sent_to_the_model(pipeline: Callable[..., Pipeline]) -> None:
    with ChatModels(Says(CLOSED)) as server:
        assert pipeline(server).answer(asking("Hello!")).answered
    assert server.requests == []


@pytest.mark.parametrize(
    ("kept", "dropped", "enough"),
    [(0, 0, False), (0, 1, False), (1, 2, False), (1, 1, True)],
)
def test_an_answer_of_which_most_fell_is_not_enough(kept: int, dropped: int, enough: bool) -> None:
    draft = DraftAnswer(Gate(), WritingRequest(asking(), (), Intent.ANSWER))
    draft.kept += [Kept("a", ())] * kept
    draft.dropped += [Dropped("b", "why")] * dropped
    assert draft.is_enough is enough
