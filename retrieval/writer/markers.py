"""Prose with [n] markers, read as it is written: each sentence, once it has ended, with the passages it cites. Pure.

Models write [1][2], [1, 2], [1-3], 【1】 or [Passage 1], before the full stop or after it, and numbers that no passage
has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from retrieval.gate import Draft
from retrieval.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = r"(?:passages?|sources?|articles?|no\.?|#|\^)"
_NUMBERS = rf"(?:{_WORD}\s*)?\d{{1,3}}(?:\s*(?:[,;&–-]|and)\s*(?:{_WORD}\s*)?\d{{1,3}})*"
_MARKER = re.compile(rf"\s*[\[【]\s*({_NUMBERS})\s*(?:†[^\]】]{{0,40}})?[\]】]", re.IGNORECASE)
_RANGE = re.compile(r"(\d{1,3})(?:\s*[–-]\s*(\d{1,3}))?")
_WIDEST = 20  # passages that a range may name
_OPEN = re.compile(r"\s*[\[【][^\]】]{0,60}\Z")  # what may become a marker
_THOUGHT = re.compile(r"\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_BEGINNING = "<think>"
_LISTED = re.compile(r"^(?:[-*•–>]|#{1,6}|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_SETTLED = re.compile(r"\S+\s")  # of the next sentence: whether this one has ended is told by the word after it
_TERMINAL = re.compile(r"[.!?…][”’\"')\]]*\Z")


class MarkerParser:
    """Fed with pieces of a reply, it gives the sentences that have ended since."""

    def __init__(self) -> None:
        self._rest = ""
        self._in_line = False

    def feed(self, piece: str) -> list[Draft]:
        self._rest += piece
        return [*self._lines(), *self._ended()]

    def close(self, *, complete: bool) -> list[Draft]:
        """What is left; of a reply that was cut short, only a sentence that has its end."""
        drafts = [each.draft for each in self._open_line()]
        self._rest = ""
        return [draft for draft in drafts if complete or _TERMINAL.search(draft.text)]

    @property
    def unfinished(self) -> str:
        """What is being written and has not ended."""
        return " ".join(each.draft.text for each in self._open_line())

    def _lines(self) -> Iterator[Draft]:
        """The sentences of the lines that have ended."""
        while (rest := self._thoughtless()) is not None and "\n" in rest:
            line, _, self._rest = rest.partition("\n")
            yield from (each.draft for each in _of_line(line, fresh=not self._in_line))
            self._in_line = False

    def _ended(self) -> list[Draft]:
        """The sentences of the open line, but the last: it may go on, or get more markers."""
        found = self._open_line()
        ended = next((n for n in range(len(found) - 1, 0, -1) if _is_settled(found[:n], found[n])), 0)
        if ended:
            self._rest = (self._thoughtless() or "")[found[ended].start :]
            self._in_line = True
        return [each.draft for each in found[:ended]]

    def _open_line(self) -> list[_Placed]:
        return _of_line(_OPEN.sub("", self._thoughtless() or ""), fresh=not self._in_line)

    def _thoughtless(self) -> str | None:
        """What is left without what a model thought aloud before it; None while that may still be coming."""
        rest = _THOUGHT.sub("", self._rest, count=1)
        return None if rest and _BEGINNING.startswith(rest.strip()) else rest


class _Placed(NamedTuple):
    """A sentence, and where it starts in its line as that was written."""

    draft: Draft
    start: int


def _of_line(line: str, *, fresh: bool) -> list[_Placed]:
    """The sentences of a line; `fresh`: it is seen from its start, where a list puts its signs."""
    listed = _LISTED.match(line) if fresh else None
    skipped = listed.end() if listed else 0
    clean, places, marks = _apart(line[skipped:])
    found = []
    spans = sentences(clean)
    for at, span in enumerate(spans):
        start = span.start if at else 0
        end = spans[at + 1].start if at + 1 < len(spans) else len(clean)
        # Where a marker stands between two sentences it is the first one's.
        cited = dict.fromkeys(n for place, told in marks if start < place <= end or place == start == 0 for n in told)
        text = _EMPHASIS.sub("", clean[span.start : span.end])
        found.append(_Placed(Draft(text, tuple(cited)), skipped + places[span.start]))
    return found


def _apart(line: str) -> tuple[str, list[int], list[tuple[int, list[int]]]]:
    """The line without its markers, where each character was, and each marker's place in it with its numbers."""
    places: list[int] = []
    marks: list[tuple[int, list[int]]] = []
    last = 0
    for match in _MARKER.finditer(line):
        places += range(last, match.start())
        marks.append((len(places), _numbers(match[1])))
        last = match.end()
    places += range(last, len(line))
    return "".join(line[place] for place in places), places, marks


def _is_settled(ended: Sequence[_Placed], following: _Placed) -> bool:
    """Whether what comes can hardly change that the sentences before have ended: inside a quotation it can."""
    text = "".join(each.draft.text for each in ended)
    balanced = text.count("“") == text.count("”") and text.count('"') % 2 == 0
    return balanced and _SETTLED.match(following.draft.text) is not None


def _numbers(told: str) -> list[int]:
    found: list[int] = []
    for match in _RANGE.finditer(told):
        first, last = int(match[1]), int(match[2] or match[1])
        found += range(first, last + 1) if first <= last < first + _WIDEST else [first, last]
    return found
