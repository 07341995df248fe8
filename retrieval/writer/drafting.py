"""One reply of a chat model to a question and passages, sentence by sentence through the gate."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prompts import load, load_parts
from retrieval.gate import Dropped, Gated, Kept
from retrieval.text.words import content_stems
from retrieval.types import Statement
from retrieval.watching import Unfinished
from retrieval.writer.fields import SCHEMA, FieldParser
from retrieval.writer.markers import MarkerParser
from retrieval.writer.material import numbered, one_line
from retrieval.writer.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    from retrieval.citations import Excerpt
    from retrieval.gate import Draft, Gate
    from retrieval.types import Citation, Hit, Question
    from retrieval.watching import Watch
    from retrieval.writer.chat_model import Chat

    class Parser(Protocol):
        """What reads a reply as it is written."""

        @property
        def unfinished(self) -> str: ...

        def feed(self, piece: str) -> list[Draft]: ...

        def close(self, *, complete: bool) -> list[Draft]: ...


_SOURCES = r"(?:articles?|passages?|sources?|texts?|reports?|information)"
_NOT = (
    r"(?:do(?:es)? not|don[’']t|doesn[’']t|is not|isn[’']t|are not|aren[’']t|cannot|can[’']t|contains? no"
    r"|no information)"
)
_REFUSAL = re.compile(
    rf"^(?:the|these|this|those|none of|no|there)\b.{{0,40}}\b{_SOURCES}\b.{{0,40}}\b{_NOT}\b", re.IGNORECASE
)
_PREAMBLE = re.compile(
    r"(?:(?:sure|certainly|of course|okay|yes)\b[,.!]? ?)?here(?: is|’s|'s| are)\b[^.]{0,60}[.:!]?\Z"
    r"|(?:sure|certainly|of course|okay)[.!]\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Brief:
    """What is to be written: a standalone question, the passages to write from, and in which form."""

    question: Question
    hits: tuple[Hit, ...]
    task: Task


@dataclass(slots=True)
class Draughts:
    """What became of the sentences of a reply so far."""

    gate: Gate
    hits: Sequence[Hit]
    most: int
    kept: list[Kept] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    refused: bool = False

    @property
    def full(self) -> bool:
        return len(self.kept) >= self.most

    @property
    def gated(self) -> Gated:
        return Gated(tuple(self.kept), tuple(self.dropped))

    def take(self, draft: Draft) -> None:
        """Hold a sentence to the passages; one that only says that they do not say is no claim."""
        if is_refusal(draft):
            self.refused = True
        elif is_preamble(draft):
            pass
        elif draft.text.strip() and not self.full:
            checked = self.gate.check(draft, self.hits)
            if isinstance(checked, Kept):
                self.kept.append(checked)
            else:
                self.dropped.append(checked)

    def unfinished(self, tentative: str) -> Unfinished:
        statements, citations = cite(self.kept)
        return Unfinished(statements, citations, tentative)


def is_refusal(draft: Draft) -> bool:
    said = draft.text.strip().casefold()
    return not draft.cited and (said.startswith(load("refusal").casefold().rstrip(".")) or bool(_REFUSAL.match(said)))


def is_preamble(draft: Draft) -> bool:
    """Whether a sentence says nothing of the news, but that an answer follows."""
    return not draft.cited and (_PREAMBLE.match(draft.text.strip()) is not None or not content_stems(draft.text))


def draw_up(chat: Chat, gate: Gate, brief: Brief, watch: Watch, *, structured: bool) -> Draughts:
    """Ask, and check what is written as it comes. The model is stopped where enough is written.

    Raises:
        ChatModelFailed: no reply, or not all of it.
    """
    draughts = Draughts(gate, brief.hits, brief.task.most)
    parser: Parser = FieldParser() if structured else MarkerParser()
    reply = chat.reply(*prompt(brief, structured=structured), watch, SCHEMA if structured else None)
    written = ""
    with closing(iter(reply)) as pieces:
        for piece in pieces:
            written += piece
            _take(draughts, parser.feed(piece))
            watch.show(draughts.unfinished(parser.unfinished))
            if draughts.full:
                return draughts
    rest = parser.close(complete=reply.complete)
    if isinstance(parser, FieldParser):
        draughts.refused = draughts.refused or parser.is_empty
        if not (rest or parser.anything):
            rest = _as_prose(written, complete=reply.complete)
    _take(draughts, rest)
    watch.show(draughts.unfinished(""))
    return draughts


def _take(draughts: Draughts, drafts: Iterable[Draft]) -> None:
    for draft in drafts:
        draughts.take(draft)


def prompt(brief: Brief, *, structured: bool) -> tuple[str, str]:
    """What the model is told, and what it is given."""
    title = {"title": one_line(brief.hits[0].article.title)} if brief.task is Task.SUMMARY else {}
    told, given = load_parts(
        brief.task.value,
        asked=brief.question.asked.isoformat(),
        passages=numbered(brief.hits),
        question=one_line(brief.question.text),
        citing=load("citing_fields" if structured else "citing_markers"),
        most=str(brief.task.most),
        **title,
    )
    return told, given


def cite(kept: Sequence[Kept]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """The sentences as statements; an excerpt that several of them are from has one number."""
    numbers: dict[Excerpt, int] = {}
    statements = tuple(
        Statement(each.text, tuple(numbers.setdefault(excerpt, len(numbers) + 1) for excerpt in each.excerpts))
        for each in kept
    )
    return statements, tuple(excerpt.cite(number) for excerpt, number in numbers.items())


def _as_prose(written: str, *, complete: bool) -> list[Draft]:
    """What a model wrote that was to give fields and did not."""
    parser = MarkerParser()
    return parser.feed(written) + parser.close(complete=complete)
