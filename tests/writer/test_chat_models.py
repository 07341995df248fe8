"""The real clients of LangChain against a scripted server: what a model gives, and all that can go wrong with it."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import threading
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.errors import BudgetSpent, ChatModelFailed, RequestRefused, SettingsError
from retrieval.watching import Watch
from retrieval.writer.chat_model import ChatModel, Prompt, may_pass
from retrieval.writer.parsing import SCHEMA
from retrieval.writer.providers import Budget, ChatSettings, Limits, Usage
from tests.writer.chat_models_server import ChatModels, Request, Says

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

TEXT = "The harbour was shut on Monday [1]. It opened on Thursday [2]."
KEY = "sk-secret-of-the-test"
BRIEF = Prompt("Be brief.", "What was shut?")


class Memory:
    """Facts in a dictionary."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}

    def fact(self, name: str) -> str | None:
        return self.facts.get(name)

    def set_fact(self, name: str, value: str) -> None:
        self.facts[name] = value


@pytest.fixture(params=["openai", "ollama"])
def provider(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    return str(request.param)


@pytest.fixture
def chat(provider: str) -> Callable[..., ChatModel]:
    def made(server: ChatModels, budget: Budget | None = None, **given: Any) -> ChatModel:  # noqa: ANN401  (any of the settings)
        address = server.openai if provider == "openai" else server.ollama
        settings = replace(ChatSettings(f"{provider}:scripted", address, timeout=10.0, retries=2), **given)
        return ChatModel(settings, budget or Budget(settings.limits, Memory()))

    return made


def said(model: ChatModel, watch: Watch | None = None, schema: dict[str, Any] | None = None) -> str:
    return "".join(model.complete(BRIEF, watch or Watch(), schema))


def test_a_reply_arrives_piece_by_piece_and_the_model_is_told_and_given_what_it_should(
    chat: Callable[..., ChatModel],
) -> None:
    with ChatModels(Says(TEXT)) as server:
        reply = chat(server).complete(BRIEF, Watch())
        pieces = list(reply)
    assert "".join(pieces) == TEXT
    assert len(pieces) > 3
    assert reply.finished
    assert (server.requests[0].told, server.requests[0].given) == ("Be brief.", "What was shut?")
    assert server.requests[0].schema is None


def test_a_reply_in_fields_is_asked_for_with_the_schema(chat: Callable[..., ChatModel]) -> None:
    with ChatModels(Says('{"sentences": []}')) as server:
        assert said(chat(server), schema=SCHEMA) == '{"sentences": []}'
    assert "sentences" in json.dumps(server.requests[0].schema)


def test_a_reply_that_was_cut_short_is_not_complete(chat: Callable[..., ChatModel]) -> None:
    with ChatModels(Says(TEXT, ending="length")) as server:
        reply = chat(server).complete(Prompt("", ""), Watch())
        assert "".join(reply) == TEXT
    assert not reply.finished


@pytest.mark.parametrize("failure", [Says(status=500), Says(status=429, retry_after=0.01), Says("x", breaks=0)])
def test_what_fails_in_passing_is_asked_again(failure: Says, chat: Callable[..., ChatModel]) -> None:
    with ChatModels(failure, failure, Says(TEXT)) as server:
        assert said(chat(server)) == TEXT
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("failure", "told", "times"),
    [
        (Says(status=500), "failed", 2),
        (Says(status=429, retry_after=0.01), "no capacity", 2),
        (Says(status=401), "could not be used", 1),
        (Says(status=404), "could not be used", 1),
        (Says(TEXT, breaks=3), "could not be reached", 1),
        (Says(TEXT, malformed=True), "could not be reached", 2),
    ],
)
def test_what_does_not_pass_is_told_in_a_sentence(
    failure: Says, told: str, times: int, chat: Callable[..., ChatModel], caplog: pytest.LogCaptureFixture
) -> None:
    failure = replace(failure, text=failure.text or f"Incorrect API key provided: {KEY}")
    with ChatModels(failure) as server, pytest.raises(ChatModelFailed, match=told) as caught, caplog.at_level("DEBUG"):
        said(chat(server, retries=1))
    assert len(server.requests) == times
    assert KEY not in str(caught.value) + caught.value.told + "".join(r.getMessage() for r in byline_records(caplog))


def byline_records(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "byline"]


def test_a_request_that_its_server_does_not_take_as_it_is_is_told_apart(chat: Callable[..., ChatModel]) -> None:
    with ChatModels(Says(status=400)) as server, pytest.raises(RequestRefused):
        said(chat(server))
    assert len(server.requests) == 1


def test_nobody_there_is_told(chat: Callable[..., ChatModel]) -> None:
    with ChatModels(Says()) as server:
        model = chat(server, retries=0)
    with pytest.raises(ChatModelFailed, match=f"could not be reached; nothing usable came from {server.address}"):
        said(model)


@pytest.mark.parametrize("slow", [Says(TEXT, wait=30), Says(TEXT, pause=0.2)])
def test_a_slow_model_is_given_up_and_its_connection_ended(slow: Says, chat: Callable[..., ChatModel]) -> None:
    began = time.monotonic()
    with ChatModels(slow) as server:
        with pytest.raises(ChatModelFailed, match="did not answer in time; BYLINE_CHAT_TIMEOUT"):
            said(chat(server, timeout=0.5, retries=0))
        assert time.monotonic() - began < 5
        assert server.wait_left()


def test_one_deadline_holds_for_all_that_is_asked_for_an_answer(chat: Callable[..., ChatModel]) -> None:
    watch, began = Watch(), time.monotonic()
    with ChatModels(Says(TEXT), Says(TEXT, wait=30)) as server:
        model = chat(server, timeout=0.6, retries=2)
        assert said(model, watch) == TEXT
        for _ in range(2):
            with pytest.raises(ChatModelFailed, match="did not answer in time"):
                said(model, watch)
        assert time.monotonic() - began < 3
        assert server.wait_left()
    assert len(server.requests) <= 3


def test_a_stop_before_the_first_word_is_final(chat: Callable[..., ChatModel]) -> None:
    watch = Watch()

    def stopped_while_it_thinks(_: Request) -> Says:
        threading.Timer(0.1, watch.stop).start()
        return Says(TEXT, wait=30)

    with ChatModels(stopped_while_it_thinks) as server:
        assert said(chat(server, retries=2), watch) == ""
        assert server.wait_left()
        assert not may_pass(asyncio.CancelledError())
    assert len(server.requests) == 1


def test_a_model_that_is_stopped_stops(chat: Callable[..., ChatModel]) -> None:
    watch = Watch()

    def stopped_while_it_writes(_: Request) -> Says:
        threading.Timer(0.3, watch.stop).start()
        return Says(TEXT, wait=30)

    with ChatModels(stopped_while_it_writes) as server:
        began = time.monotonic()
        assert said(chat(server, timeout=60.0), watch) == ""
        assert time.monotonic() - began < 5
        assert server.wait_left()


def test_a_reply_that_is_not_wanted_any_more_ends_its_request(chat: Callable[..., ChatModel]) -> None:
    with ChatModels(Says(TEXT, pause=0.1)) as server:
        with closing(iter(chat(server).complete(Prompt("", ""), Watch()))) as pieces:
            assert next(pieces)
        assert server.wait_left()


def test_no_more_requests_run_at_once_than_are_allowed(chat: Callable[..., ChatModel]) -> None:
    with ChatModels(Says(TEXT, pause=0.01)) as server:
        model = chat(server, parallel=2)
        threads = [threading.Thread(target=said, args=(model,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.requests) == 6
    assert server.most_at_once == 2


def test_what_is_read_and_written_is_counted_and_the_budget_of_a_day_is_kept(chat: Callable[..., ChatModel]) -> None:
    memory, day = Memory(), dt.date(2026, 1, 1)
    limits = Limits(tokens=1_250)
    with ChatModels(Says(TEXT, usage=(200, 60))) as server:
        model = chat(server, Budget(limits, memory, lambda: day), answer_tokens=900)
        said(model)
        assert model.budget.spent == Usage(200, 60)
        said(model)
        with pytest.raises(BudgetSpent, match="BYLINE_CHAT_TOKENS_A_DAY"):
            said(chat(server, Budget(limits, memory, lambda: day), answer_tokens=900))  # a new process, the same day
        assert len(server.requests) == 2
        tomorrow = Budget(limits, memory, lambda: day + dt.timedelta(days=1))
        assert said(chat(server, tomorrow, answer_tokens=900)) == TEXT


def test_dollars_are_counted_by_the_prices(chat: Callable[..., ChatModel]) -> None:
    limits = Limits(dollars=0.01, input_price=1.0, output_price=10.0)
    with ChatModels(Says(TEXT, usage=(1_000, 500))) as server:
        model = chat(server, Budget(limits, Memory()), answer_tokens=500)
        said(model)
        assert limits.cost(model.budget.spent) == pytest.approx(0.006)
        with pytest.raises(BudgetSpent):
            said(model)


def test_what_tells_no_usage_is_estimated(chat: Callable[..., ChatModel]) -> None:
    with ChatModels(Says("x" * 400, usage=None)) as server:
        model = chat(server)
        said(model)
    assert model.budget.spent.output == 100
    assert 0 < model.budget.spent.input < 20


def test_requests_at_once_cannot_exceed_the_budget_together(chat: Callable[..., ChatModel]) -> None:
    refused: list[BudgetSpent] = []

    def ask(model: ChatModel) -> None:
        try:
            said(model)
        except BudgetSpent as error:
            refused.append(error)

    with ChatModels(Says(TEXT, pause=0.02, usage=(10, 90))) as server:
        model = chat(server, Budget(Limits(tokens=250), Memory()), answer_tokens=90)
        threads = [threading.Thread(target=ask, args=(model,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.requests) == 2
    assert len(refused) == 3


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("anthropic:claude-haiku-4-5", r'needs the package langchain-anthropic: pip install "byline\[anthropic\]"\.'),
        ("google_genai:gemini-2.5-flash", r'langchain-google-genai: pip install "byline\[google\]"\.'),
        ("mistralai:small", r"needs the package langchain-mistralai: pip install langchain-mistralai\."),
        ("nobody:knows", r"give PROVIDER:MODEL"),
        ("openai:gpt-4o-mini", r"cannot be used \(\w+\): set OPENAI_API_KEY in the environment\."),
    ],
)
def test_a_model_that_cannot_be_used_names_the_remedy(model: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingsError, match=told):
        ChatModel(ChatSettings(model), Budget(Limits(), Memory()))


def test_a_server_of_ones_own_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with ChatModels(Says(TEXT)) as server:
        settings = ChatSettings("openai:any", server.openai)
        assert said(ChatModel(settings, Budget(Limits(), Memory()))) == TEXT


def test_what_a_model_can_read_at_once_is_what_it_is_set_to_and_ollama_is_asked_for_it(
    provider: str, chat: Callable[..., ChatModel]
) -> None:
    with ChatModels(Says(TEXT)) as server:
        small, large = (chat(server, context=context, answer_tokens=500) for context in (None, 8192))
        said(large)
    assert (large.room - small.room, 2000 < small.room < 4096 - 500) == (4096, True)
    if provider == "ollama":
        assert server.requests[0].body["options"]["num_ctx"] == 8192


def test_fields_are_asked_for_where_that_is_set_alone(provider: str) -> None:
    budget = Budget(Limits(), Memory())
    assert not ChatModel(ChatSettings(f"{provider}:any", "http://127.0.0.1:9/v1"), budget).structured
    assert ChatModel(ChatSettings(f"{provider}:any", structured=True), budget).structured
