"""The Answerer by a chat model: fluent prose, of which only what the articles support is shown.

Where the model gives no answer that holds, the reader answers in its place, and the answer says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.errors import ChatModelFailed, RequestRefused
from retrieval.gate import too_little
from retrieval.types import Answer
from retrieval.watching import Watch
from retrieval.writer.drafting import Brief, cite, draw_up
from retrieval.writer.planning import Planner, fused
from retrieval.writer.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.gate import Gate
    from retrieval.types import Answerer, Citation, Hit, Question, Retriever
    from retrieval.writer.chat_model import Chat
    from retrieval.writer.drafting import Draughts
    from retrieval.writer.planning import Plan

STOOD_IN = "This answer is in the articles' own words."
UNSUPPORTED = "The articles did not support enough of what the chat model wrote."
STOPPED = "The chat model was stopped before the end of its answer."


class Writer:
    """Writes from hits alone."""

    def __init__(self, chat: Chat, gate: Gate, reader: Answerer) -> None:
        self.chat = chat
        self._gate = gate
        self._reader = reader
        self._structured = chat.structured
        self._planner = Planner(chat)

    def plan(self, question: Question, watch: Watch | None = None) -> Plan:
        """What to search for and to write, for a question in its conversation."""
        return self._planner.plan(question, watch or Watch())

    def search(self, retriever: Retriever, question: Question, plan: Plan, limit: int) -> tuple[Hit, ...]:
        """What all searches of a plan find, best first."""
        most = max(limit, plan.task.passages)
        texts = (question.text, *plan.queries)
        return tuple(fused([retriever.search(replace(question, text=text), most) for text in texts], most))

    def answer(
        self, question: Question, hits: Sequence[Hit], watch: Watch | None = None, task: Task | None = None
    ) -> Answer:
        """Answer a standalone question; `watch` sees it being written, and can stop it."""
        read = self._reader.answer(question, hits)
        return self._written_or_read(Brief(question, tuple(hits), task or Task.ANSWER), watch or Watch(), read)

    def summary(self, question: Question, hits: Sequence[Hit], watch: Watch | None, read: Answer) -> Answer:
        """Tell what the passages of one article say; `read` is what stands in for it."""
        return self._written_or_read(Brief(question, tuple(hits), Task.SUMMARY), watch or Watch(), read)

    def _written_or_read(self, brief: Brief, watch: Watch, read: Answer) -> Answer:
        """A verdict of the reader on a quotation is its own, and needs no prose."""
        if not brief.hits or read.note:
            return read
        try:
            draughts = self._draw_up(brief, watch)
        except ChatModelFailed as error:
            return _stand_in(read, error.told, ())
        if draughts.refused and not (draughts.kept or draughts.dropped):
            return self._refusal(draughts, read)
        if not draughts.kept or (too_little(draughts.gated) and not watch.stopped):
            return _stand_in(read, STOPPED if watch.stopped else UNSUPPORTED, self._why(draughts))
        return self._written(draughts, read, STOPPED if watch.stopped else None)

    def _draw_up(self, brief: Brief, watch: Watch) -> Draughts:
        if self._structured:
            try:
                return draw_up(self.chat, self._gate, brief, watch, structured=True)
            except RequestRefused:
                self._structured = False  # its server takes no schema; from now on it is not asked again
        return draw_up(self.chat, self._gate, brief, watch, structured=False)

    def _refusal(self, draughts: Draughts, read: Answer) -> Answer:
        return Answer(read.question, read.standalone_question, mode="writer", hits=read.hits, why=self._why(draughts))

    def _written(self, draughts: Draughts, read: Answer, note: str | None) -> Answer:
        statements, citations = cite(draughts.kept)
        share = len(draughts.kept) / (len(draughts.kept) + len(draughts.dropped))
        same = any(_overlap(one, other) for one in citations for other in read.citations)
        short = read.short if same and any(read.short and read.short in said.text for said in statements) else None
        return Answer(
            read.question,
            read.standalone_question,
            statements=statements,
            citations=citations,
            short=short,
            total=len(statements),
            confidence=share * (1 + same * read.confidence) / 2,
            mode="writer",
            hits=read.hits,
            why=self._why(draughts),
            note=note,
            dropped=len(draughts.dropped),
        )

    def _why(self, draughts: Draughts) -> tuple[str, ...]:
        """How much of what was written is shown; what was not is not repeated."""
        count = f"{self.chat.name}: {len(draughts.kept)} sentences kept, {len(draughts.dropped)} dropped"
        return (count, *(f"a sentence was dropped: {each.reason}" for each in draughts.dropped))


def _stand_in(read: Answer, why: str, explained: tuple[str, ...]) -> Answer:
    note = f"{why} {STOOD_IN}" if read.answered else why
    return replace(read, note=note, why=(*explained, *read.why))


def _overlap(one: Citation, other: Citation) -> bool:
    same = (one.library, one.article.id, one.field) == (other.library, other.article.id, other.field)
    return same and one.start < other.end and other.start < one.end
