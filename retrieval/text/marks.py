"""Quotation marks: where quotations stand in a text, and its sentences with each quotation kept whole. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

from retrieval.text.cues import CUES
from retrieval.types import Span

BLANK = "\ue000"  # stands for each character of a quotation in the narrative
_MARK = re.compile(r"“|”|'{2,3}|``|\"|‘|’|'")
_CLOSES = {"“": "”", '"': '"', "''": "''", "``": "''", "‘": "’", "'": "'"}
_DOUBLE = frozenset('“"')
_APOSTROPHES = frozenset("'‘’")
_PARAGRAPH = re.compile(r"[^\n]+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Sen|Sens|Rep|Reps|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Prof|Rev|Del|Supt|Insp|Cmdr|Atty|St|Hon|Adm|vs|No|Jan|Feb|Mar|Apr|Aug|Sept|"
    r"Oct|Nov|Dec|Va|Fla|Calif|Mass|Conn|Ariz|Wis|Mich|Pa|Tex)|(?<![\w])[A-Z](?:\.[A-Z])*)$"
)
_STOP = re.compile(rf"[.!?…]+[)\]’'”\"]*(?=\s|$)|{BLANK}(?=\s)")
_OPENS_SENTENCE = re.compile(rf"\s+[(\[]?(?:[A-Z0-9$À-Þ]|{BLANK})")
_NAME_REACH = 30
_GIVEN_NAME = re.compile(r"[A-Z][\w-]*\.? $")
_SURNAME = re.compile(r" [A-Z]")
_LAST = 8  # characters in which a quotation's last mark of punctuation is looked for
_SAYING_NEAR = 6
_WINDOW = 1_000  # characters looked ahead for a closing single mark


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch between quotation marks, with them. `open` where no mark closes it before its paragraph ends."""

    start: int
    end: int
    open: bool = False


@dataclass(frozen=True)
class Marked:
    """A text with its quotations, paragraphs and sentences."""

    text: str

    @cached_property
    def paragraphs(self) -> list[Span]:
        return [stripped(self.text, m.start(), m.end()) for m in _PARAGRAPH.finditer(self.text) if m.group().strip()]

    @cached_property
    def quotations(self) -> list[Quotation]:
        found = [quotation for span in self.paragraphs for quotation in _pair(self.text, span)]
        return [q for q in found if self.text[q.start : q.end].strip("“”\"'`‘’ ") and not self._is_nickname(q)]

    def _is_nickname(self, quotation: Quotation) -> bool:
        """Whether a word in quotation marks stands within a name: Robert "Bob" Lee."""
        before = self.text[max(0, quotation.start - _NAME_REACH) : quotation.start]
        word = self.text[quotation.start : quotation.end].strip("“”\"'`‘’")
        after = self.text[quotation.end : quotation.end + 2]
        return bool(_GIVEN_NAME.search(before) and word.isalpha() and word.istitle() and _SURNAME.match(after))

    @cached_property
    def narrative(self) -> str:
        """The text with every quotation blanked out, offset for offset."""
        pieces, at = [], 0
        for quotation in self.quotations:
            pieces += [self.text[at : quotation.start], BLANK * (quotation.end - quotation.start)]
            at = quotation.end
        return "".join([*pieces, self.text[at:]])

    @cached_property
    def sentences(self) -> list[Span]:
        return [sentence for paragraph in self.paragraphs for sentence in self._split(paragraph)]

    @cached_property
    def _quotation_starts(self) -> list[int]:
        return [quotation.start for quotation in self.quotations]

    def quotations_in(self, span: Span) -> list[Quotation]:
        starts = self._quotation_starts
        return self.quotations[bisect_left(starts, span.start) : bisect_left(starts, span.end)]

    def _split(self, paragraph: Span) -> list[Span]:
        ends = [m.end() for m in _STOP.finditer(self.narrative, paragraph.start, paragraph.end) if self._ends(m)]
        bounds = [paragraph.start, *ends, paragraph.end]
        return [stripped(self.text, a, b) for a, b in pairwise(bounds) if self.text[a:b].strip()]

    def _ends(self, stop: re.Match[str]) -> bool:
        after = _OPENS_SENTENCE.match(self.narrative, stop.end())
        if not after:
            return False
        if stop.group() != BLANK:
            before = self.narrative[max(0, stop.start() - 8) : stop.start()]
            return stop.group() != "." or not _ABBREVIATION.search(before)
        inside = self.text[max(0, stop.end() - _LAST) : stop.end()].rstrip("”\"'’) ")
        if not inside.endswith((".", "!", "?", "…")):
            return False
        return inside.endswith(".") or not self._said_next(stop.end())

    def _said_next(self, at: int) -> bool:
        """Whether words of saying follow at once: "Really?" Lee asked."""
        words = re.findall(r"[\w’'-]+|[^\w\s]", self.narrative[at : at + 80])[:_SAYING_NEAR]
        return any(word.lower() in CUES for word in words)


def stripped(text: str, start: int, end: int) -> Span:
    """A span without the spaces at its ends."""
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))


def _pair(text: str, paragraph: Span) -> list[Quotation]:
    """The outermost quotations of a paragraph; marks inside them are theirs."""
    found: list[Quotation] = []
    start, mark, inner = -1, "", 0
    for match in _MARK.finditer(text, paragraph.start, paragraph.end):
        if start < 0:
            if _may_open(text, match, paragraph.end):
                start, mark, inner = match.start(), match.group()[:2], 0
        elif match.group() == "“" and _opens_within(text, mark, Span(match.end(), paragraph.end)):
            inner += 1
        elif match.group() == "”" and inner:
            inner -= 1
        elif _closes(text, match, mark):
            found.append(Quotation(start, match.end()))
            start = -1
        elif match.group()[:2] == mark and _may_open(text, match, paragraph.end) and mark not in _APOSTROPHES:
            found.append(_cut(text, start, match.start()))
            start = match.start()
    if start >= 0 and mark not in _APOSTROPHES:
        found.append(Quotation(start, paragraph.end, open=True))
    return found


def _opens_within(text: str, mark: str, ahead: Span) -> bool:
    """Whether a “ opens a quotation within another: so many ” follow before the next “ as are needed for both."""
    needed = {"“": 2, '"': 1}.get(mark)
    closing = [m.group() for m in islice(re.compile("[“”]").finditer(text, ahead.start, ahead.end), 2)]
    return needed is not None and closing[:needed] == ["”"] * needed


def _cut(text: str, start: int, end: int) -> Quotation:
    """A quotation whose closing mark is missing before the next one opens: up to the end of its sentence."""
    stop = re.compile(r"[.!?](?=\s)").search(text, start, end)
    return Quotation(start, stop.end() if stop else stripped(text, start, end).end)


def _may_open(text: str, match: re.Match[str], end: int) -> bool:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : min(match.end() + 1, end)]
    if match.group() == "“":
        return True
    if match.group() == "”" or not after.strip():
        return False
    free = not before.strip() or before in "([—–-/:,“\"'"
    if match.group() in _APOSTROPHES:
        return match.group() != "’" and free and bool(_closing_ahead(text, match, end))
    return free


def _closing_ahead(text: str, match: re.Match[str], end: int) -> re.Match[str] | None:
    """A single mark opens only if one that closes follows, so that 'em and '90s open nothing."""
    closing = "’" if match.group() == "‘" else "'"
    return re.compile(rf"(?<=[\w.,!?]){closing}(?![\w'’])").search(text, match.end(), min(end, match.end() + _WINDOW))


def _closes(text: str, match: re.Match[str], mark: str) -> bool:
    group = match.group()[:2]
    before, after = text[match.start() - 1], text[match.end() : match.end() + 1]
    closing = not before.isspace() and not after.isalnum()
    if mark in _DOUBLE and group in _DOUBLE | {"”"}:  # straight and curly marks are often mixed
        return group == "”" or closing or (group == mark == '"' and not (before.isspace() and after.isalnum()))
    if group != _CLOSES[mark]:
        return False
    return closing and not _is_plural_possessive(text, match) if group in _APOSTROPHES else closing


def _is_plural_possessive(text: str, match: re.Match[str]) -> bool:
    """The candidates' votes: after s, and a better closing mark is to come before another opens."""
    if text[match.start() - 1] != "s" or text[match.end() : match.end() + 1] != " ":
        return False
    mark = re.escape(match.group())
    ahead = re.compile(rf"(?<=[.,!?]){mark}(?!\w)|(?<=\s)['‘](?=\w)|\n").search(
        text, match.end(), match.end() + _WINDOW
    )
    return bool(ahead and ahead.group() == match.group() and text[ahead.start() - 1] in ".,!?")
