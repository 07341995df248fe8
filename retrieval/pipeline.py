"""The path from a question to its cited answer: small talk, or standalone -> search -> read.

`retrieval.chain` offers the same steps as a LangChain Runnable. Calling them directly spares a short-lived process the
half second that importing LangChain takes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.dialogue import SmallTalk, recounting, reply, small_talk, standalone
from retrieval.dialogue.references import referred
from retrieval.reader.premise import respelled
from retrieval.text.intents import Intent
from retrieval.text.source_requests import Action

if TYPE_CHECKING:
    from retrieval.dialogue.references import Referred
    from retrieval.store.articles import Articles
    from retrieval.types import Answer, Answerer, Hit, Question, Retriever
    from retrieval.watching import Watch
    from retrieval.writer import Writer
    from retrieval.writer.planning import Plan

_LATEST = 5


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question on its way: as asked, made standalone, and with what was found for it.

    `referred` is the source of the last answer that it asks of; `plan` what a writer is to search and to write.
    """

    asked: Question
    started: float
    small_talk: SmallTalk | None
    standalone: Question
    hits: tuple[Hit, ...] = ()
    referred: Referred | None = None
    plan: Plan | None = None
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
        inquiry = self.understand(question, watch)
        return self.chat(inquiry) if inquiry.small_talk else self.read(self.search(inquiry), watch)

    def understand(self, question: Question, watch: Watch | None = None) -> Inquiry:
        started = time.perf_counter()
        inquiry = self._understood(question, started, watch)
        return replace(inquiry, timings_ms=inquiry.timed("standalone", started))

    def _understood(self, question: Question, started: float, watch: Watch | None) -> Inquiry:
        def alone(text: str) -> Question:
            return replace(question, text=text, history=())

        if source := referred(question.text, question.history, question.libraries):
            return Inquiry(question, started, None, alone(recounting.asked(source)), referred=source)
        if chatted := small_talk(question.text):
            return Inquiry(question, started, chatted, alone(standalone(question.text, question.history)))
        if self.writer is None:
            return Inquiry(question, started, None, alone(standalone(question.text, question.history)))
        plan = self.writer.plan(question, watch)
        return Inquiry(question, started, None, alone(plan.question), plan=plan)

    def search(self, inquiry: Inquiry) -> Inquiry:
        started = time.perf_counter()
        if inquiry.referred:
            hits = recounting.article_hits(inquiry.referred)
        elif inquiry.plan:
            from retrieval.writer.planning import search_all

            hits = search_all(self.retriever, inquiry.standalone, inquiry.plan, self.limit)
        else:
            hits = tuple(self.retriever.search(inquiry.standalone, self.limit))
        return replace(inquiry, hits=hits, timings_ms=inquiry.timed("search", started))

    def read(self, inquiry: Inquiry, watch: Watch | None = None) -> Answer:
        started = time.perf_counter()
        if inquiry.referred:
            answer = self._recounted(inquiry, inquiry.referred, watch)
        elif self.writer is not None:
            intent = inquiry.plan.intent if inquiry.plan else Intent.ANSWER
            answer = self.writer.answer(inquiry.standalone, inquiry.hits, watch=watch, intent=intent)
        else:
            answer = self.answerer.answer(inquiry.standalone, inquiry.hits)
        if answer.note is None and not inquiry.referred:
            answer = replace(answer, note=respelled(inquiry.standalone.text, inquiry.hits))
        return self._finished(answer, inquiry, inquiry.timed("read", started))

    def _recounted(self, inquiry: Inquiry, source: Referred, watch: Watch | None) -> Answer:
        """What an article says that was cited before: its own words, or what a writer makes of them."""
        read = recounting.in_its_words(inquiry.standalone, source)
        if self.writer is None or source.action is Action.OPEN:
            return read
        return self.writer.answer(inquiry.standalone, inquiry.hits, watch=watch, intent=Intent.SUMMARY, fallback=read)

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
