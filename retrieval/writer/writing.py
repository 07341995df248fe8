"""The Answerer by a chat model: fluent prose, of which only what the articles support is shown.

Each sentence goes through the gate as it is written. Where the model gives no answer that holds, the reader answers in
its place, and the answer says so.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from prompts import load
from retrieval.errors import ChatModelFailed, RequestRefused
from retrieval.gate import Dropped, Kept
from retrieval.text.messages import Intent
from retrieval.text.words import words
from retrieval.types import Answer, Answerer, Prose, Refusal, Statement, Trace
from retrieval.watching import Unfinished, Watch
from retrieval.writer.chat_model import load_prompt, numbered, one_line
from retrieval.writer.parsing import SCHEMA, Reply
from retrieval.writer.planning import Planner, passages_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.citations import Excerpt
    from retrieval.gate import Draft, Gate
    from retrieval.types import Citation, Hit, Question
    from retrieval.writer.chat_model import AnyChatModel, Prompt
    from retrieval.writer.planning import Plan

STOOD_IN = "This answer is in the articles' own words."
UNSUPPORTED = "The articles did not support enough of what the chat model wrote."
ALL_FELL = "The articles support nothing of what the chat model wrote."
EMPTY = "The chat model gave no answer."
CUT_SHORT = "The chat model's answer was cut off before its end."
FOUND_NOTHING = "The chat model found no answer in the articles."
STOPPED = "The chat model was stopped before the end of its answer."
MOST_SENTENCES = {Intent.ANSWER: 3, Intent.COMPARE: 6, Intent.SUMMARY: 5, Intent.TIMELINE: 8}
_LEAST_KEPT = 0.5  # of the sentences; below, the answer is no longer what was written
_SURE = 0.6  # of the reader's calibrated confidence: from here on it is right more often than a refusing model
_MOST_REPEATED = 3  # sentences that a model may say again before it is stopped


@dataclass(frozen=True, slots=True)
class WritingRequest:
    """What is to be written: a standalone question, the passages to write from, and in which form."""

    question: Question
    hits: tuple[Hit, ...]
    intent: Intent

    def prompt(self, *, structured: bool) -> Prompt:
        """Returns what the model is sent; `structured`: it replies in fields."""
        title = {"title": one_line(self.hits[0].article.title)} if self.intent is Intent.SUMMARY else {}
        return load_prompt(
            self.intent.value,
            asked=self.question.asked.isoformat(),
            passages=numbered(self.hits),
            question=one_line(self.question.text),
            citing=load("citing_fields" if structured else "citing_markers"),
            most=str(MOST_SENTENCES[self.intent]),
            **title,
        )


@dataclass(slots=True)
class DraftAnswer:
    """The sentences of a reply so far: those that the gate kept and those that it dropped.

    Attributes:
        refused: whether the model wrote that the articles do not say.
        cut_short: whether the reply ended before its end.
        repeated: sentences that were said before.
    """

    gate: Gate
    request: WritingRequest
    kept: list[Kept] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    refused: bool = False
    cut_short: bool = False
    repeated: int = 0
    _said: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        """Whether nothing that may follow is wanted: it is full, can no longer keep half, or goes round in circles."""
        most = MOST_SENTENCES[self.request.intent]
        return len(self.kept) >= most or len(self.dropped) > most or self.repeated > _MOST_REPEATED

    @property
    def all_fell(self) -> bool:
        """Whether the gate dropped all that was written."""
        return bool(self.dropped) and not self.kept

    @property
    def is_without_answer(self) -> bool:
        """Whether nothing it says can be shown, or it only says that the articles do not say."""
        return self.all_fell or (self.refused and not self.kept)

    @property
    def shortcoming(self) -> str:
        """Why it is not enough, as who asked is told."""
        if self.kept:
            return UNSUPPORTED
        if self.all_fell:
            return ALL_FELL
        if self.refused:
            return FOUND_NOTHING
        return CUT_SHORT if self.cut_short else EMPTY

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why each sentence fell, with the passage that was cited or came nearest; the sentence is not repeated."""
        hits = self.request.hits
        return tuple(
            f"a sentence was dropped: {fell.reason}"
            + (f" (passage {fell.passage}, “{hits[fell.passage - 1].article.title}”)" if fell.passage else "")
            for fell in self.dropped
        )

    @property
    def share_kept(self) -> float:
        return len(self.kept) / max(1, len(self.kept) + len(self.dropped))

    @property
    def is_enough(self) -> bool:
        """Whether what was kept is still what was written."""
        return bool(self.kept) and self.share_kept >= _LEAST_KEPT

    def add(self, claims: Iterable[Draft]) -> None:
        """Holds sentences to the passages, each once, as many as are to be written."""
        for claim in claims:
            if self.is_over:
                return
            said = tuple(word.text for word in words(claim.text))
            if said in self._said:
                self.repeated += 1
                continue
            self._said.add(said)
            checked = self.gate.check(claim, self.request.hits, self.request.question.text)
            if isinstance(checked, Kept):
                self.kept.append(checked)
            else:
                self.dropped.append(checked)

    def unfinished(self, tentative: str) -> Unfinished:
        """Returns the answer under way, and what the model writes just now."""
        statements, citations = cite(self.kept)
        return Unfinished(statements, citations, tentative)


class Writer(Answerer):
    """Answers in prose, from hits alone."""

    def __init__(self, chat: AnyChatModel, gate: Gate, reader: Answerer) -> None:
        self.chat = chat
        self._gate = gate
        self._reader = reader
        self._structured = chat.structured
        self._planner = Planner(chat)

    def plan(self, question: Question, watch: Watch | None = None) -> Plan:
        """Returns what to search for and to write, for a question in its conversation."""
        return self._planner.plan(question, watch or Watch())

    def answer(
        self,
        question: Question,
        hits: Sequence[Hit],
        *,
        watch: Watch | None = None,
        intent: Intent = Intent.ANSWER,
        fallback: Answer | None = None,
    ) -> Answer:
        """Answers a standalone question in the form that is asked for, or refuses.

        `watch` sees the answer being written, and can stop it. Where the model's answer does not hold, `fallback` is
        given in its place; by default what the reader answers.
        """
        read = fallback or self._reader.answer(question, hits)
        if not hits or read.note:  # a verdict of the reader on a quotation is its own, and needs no prose
            return read
        watch = watch or Watch()
        try:
            passages = passages_for(question, hits, read, intent, self.chat.room)
            draft = self._write(WritingRequest(question, passages, intent), watch)
        except ChatModelFailed as error:
            return _stand_in(read, error.told, ())
        count = f"{self.chat.name}: {len(draft.kept)} sentences kept, {len(draft.dropped)} dropped"
        return settle(draft, read, (count, *draft.reasons), stopped=watch.stopped)

    def _write(self, request: WritingRequest, watch: Watch) -> DraftAnswer:
        """Returns what the model writes; in fields, until its server takes no schema, which it is not asked again."""
        while True:
            try:
                return write(self.chat, self._gate, request, watch, structured=self._structured)
            except RequestRefused:
                if not self._structured:
                    raise
                self._structured = False


def write(chat: AnyChatModel, gate: Gate, request: WritingRequest, watch: Watch, *, structured: bool) -> DraftAnswer:
    """Asks the model, and checks what it writes as it comes. It is stopped where enough is written.

    Raises:
        ChatModelFailed: no reply, or not all of it.
    """
    draft, reply = DraftAnswer(gate, request), Reply()
    completion = chat.complete(request.prompt(structured=structured), watch, SCHEMA if structured else None)
    with closing(iter(completion)) as pieces:
        for piece in pieces:
            draft.add(reply.feed(piece))
            watch.show(draft.unfinished(reply.unfinished))
            if draft.is_over:
                return draft
    draft.cut_short = not completion.finished
    draft.add(reply.close(complete=completion.finished))
    draft.refused = reply.refused
    watch.show(draft.unfinished(""))
    return draft


def settle(draft: DraftAnswer, read: Answer, why: tuple[str, ...], *, stopped: bool) -> Answer:
    """Returns the answer as it was written, the reader's, or a refusal: what holds of the draft decides."""
    if stopped:
        return _written(draft, read, why, STOPPED) if draft.kept else _stand_in(read, STOPPED, why)
    if draft.is_enough:
        return _written(draft, read, why, CUT_SHORT if draft.cut_short else None)
    if draft.is_without_answer and not (read.answered and read.confidence >= _SURE):
        trace = Trace(read.trace.hits, why, dropped=len(draft.dropped))
        note = ALL_FELL if draft.all_fell else None
        return Refusal(read.question, read.standalone_question, note=note, trace=trace, mode="writer")
    return _stand_in(read, draft.shortcoming, why)


def cite(kept: Sequence[Kept]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Returns the sentences as statements; an excerpt that several of them are from has one number."""
    numbers: dict[Excerpt, int] = {}
    statements = tuple(
        Statement(each.text, tuple(numbers.setdefault(excerpt, len(numbers) + 1) for excerpt in each.excerpts))
        for each in kept
    )
    return statements, tuple(excerpt.cite(number) for excerpt, number in numbers.items())


def _written(draft: DraftAnswer, read: Answer, why: tuple[str, ...], note: str | None) -> Answer:
    """Returns the sentences that were kept; the reader's short answer and confidence count where it cites the same."""
    statements, citations = cite(draft.kept)
    agrees = any(
        (own.library, own.article.id, own.field) == (other.library, other.article.id, other.field)
        and own.start < other.end
        and other.start < own.end
        for own in citations
        for other in read.citations
    )
    repeated = read.short and any(read.short in statement.text for statement in statements)
    return Prose(
        read.question,
        read.standalone_question,
        statements,
        citations,
        note,
        confidence=draft.share_kept * (1 + agrees * read.confidence) / 2,
        total=len(statements),
        trace=Trace(read.trace.hits, why, dropped=len(draft.dropped)),
        short=read.short if agrees and repeated else None,
    )


def _stand_in(read: Answer, reason: str, why: tuple[str, ...]) -> Answer:
    note = f"{reason} {STOOD_IN}" if read.answered else reason
    return replace(read, note=note, trace=replace(read.trace, why=(*why, *read.trace.why)))
