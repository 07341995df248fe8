"""The path from a question to its cited answer: small talk, or standalone -> search -> read.

`retrieval.chain` offers the same steps as a LangChain Runnable. Calling them directly spares a short-lived process the
half second that importing LangChain takes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.dialogue import SmallTalk, reply, small_talk, standalone

if TYPE_CHECKING:
    from retrieval.articles import Articles
    from retrieval.types import Answer, Answerer, Hit, Question, Retriever
    from retrieval.watching import Watch
    from retrieval.writer import Writer

_LATEST = 5


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question on its way: as asked, made standalone, and with what was found for it."""

    asked: Question
    started: float
    small_talk: SmallTalk | None
    standalone: Question
    hits: tuple[Hit, ...] = ()
    timings_ms: tuple[tuple[str, float], ...] = ()

    def timed(self, name: str, since: float) -> tuple[tuple[str, float], ...]:
        return (*self.timings_ms, (name, _milliseconds(since)))


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The parts that answer; `limit` is how many hits are read. Without a writer the answerer, a reader, answers."""

    retriever: Retriever
    answerer: Answerer
    articles: Articles
    limit: int
    writer: Writer | None = None

    def answer(self, question: Question, watch: Watch | None = None) -> Answer:
        """The answer; `watch` sees it being written, where a writer does, and can stop it."""
        inquiry = self.understand(question)
        return self.chat(inquiry) if inquiry.small_talk else self.read(self.search(inquiry), watch)

    def understand(self, question: Question) -> Inquiry:
        started = time.perf_counter()
        text = standalone(question.text, question.history)
        inquiry = Inquiry(question, started, small_talk(question.text), replace(question, text=text, history=()))
        return replace(inquiry, timings_ms=inquiry.timed("standalone", started))

    def search(self, inquiry: Inquiry) -> Inquiry:
        started = time.perf_counter()
        hits = tuple(self.retriever.search(inquiry.standalone, self.limit))
        return replace(inquiry, hits=hits, timings_ms=inquiry.timed("search", started))

    def read(self, inquiry: Inquiry, watch: Watch | None = None) -> Answer:
        started = time.perf_counter()
        if self.writer is not None:
            answer = self.writer.answer(inquiry.standalone, inquiry.hits, watch)
        else:
            answer = self.answerer.answer(inquiry.standalone, inquiry.hits)
        return self._finished(answer, inquiry, inquiry.timed("read", started))

    def chat(self, inquiry: Inquiry) -> Answer:
        """Answer small talk from prompts and titles."""
        if inquiry.small_talk is None:
            raise ValueError(f"{inquiry.asked.text!r} is no small talk")
        libraries = inquiry.asked.libraries
        latest = self.articles.latest(libraries, _LATEST)
        answer = reply(inquiry.small_talk, inquiry.asked, latest, self.articles.count("ready", libraries))
        return self._finished(answer, inquiry, inquiry.timings_ms)

    def _finished(self, answer: Answer, inquiry: Inquiry, timings: tuple[tuple[str, float], ...]) -> Answer:
        return replace(
            answer,
            question=inquiry.asked.text,
            standalone_question=inquiry.standalone.text,
            timings_ms=dict(timings) | {"total": _milliseconds(inquiry.started)},
        )


def _milliseconds(since: float) -> float:
    return round((time.perf_counter() - since) * 1000, 1)
