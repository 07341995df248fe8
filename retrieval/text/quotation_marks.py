"""Quotation marks: where quotations stand in a text. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from retrieval.types import Span

BLANK = "\ue000"  # stands for each character of a quotation in the narrative
_MARK = re.compile(r"„|“|”|'{2,3}|``|\"|‘|’|'")
_CLOSES = {"„": "“", "“": "”", '"': '"', "''": "''", "``": "''", "‘": "’", "'": "'"}
_DOUBLE = frozenset('“"')
_ALWAYS_CLOSING = {"„": '“”"', "“": "”", '"': "”"}
_APOSTROPHES = frozenset("'‘’")
_NAME_REACH = 30
_GIVEN_NAME = re.compile(r"[A-Z][\w-]*\.? $")
_SURNAME = re.compile(r" [A-Z]")
_WINDOW = 1_000  # characters looked ahead for a closing single mark


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch between quotation marks, with them. `open` where no mark closes it before its paragraph ends."""

    start: int
    end: int
    open: bool = False


def is_nickname(text: str, quotation: Quotation) -> bool:
    """Tells whether a word in quotation marks stands within a name: Robert "Bob" Lee."""
    before = text[max(0, quotation.start - _NAME_REACH) : quotation.start]
    word = text[quotation.start : quotation.end].strip("„“”\"'`‘’")
    after = text[quotation.end : quotation.end + 2]
    return bool(_GIVEN_NAME.search(before) and word.isalpha() and word.istitle() and _SURNAME.match(after))


def paired(text: str, paragraph: Span) -> list[Quotation]:
    """Returns the outermost quotations of a paragraph; marks inside them are theirs."""
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
    return Quotation(start, stop.end() if stop else start + len(text[start:end].rstrip()))


def _may_open(text: str, match: re.Match[str], end: int) -> bool:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : min(match.end() + 1, end)]
    if match.group() in {"“", "„"}:
        return True
    if match.group() == "”" or not after.strip():
        return False
    free = not before.strip() or before in "([—–-/:,“\"'"
    if match.group() not in _APOSTROPHES:
        return free
    if match.group() == "’" or not free:
        return False
    mark = "’" if match.group() == "‘" else "'"
    closing = re.compile(rf"(?<=[\w.,!?]){mark}(?![\w'’])")  # one has to follow, so that 'em and '90s open nothing
    return closing.search(text, match.end(), min(end, match.end() + _WINDOW)) is not None


def _closes(text: str, match: re.Match[str], mark: str) -> bool:
    """Whether a mark closes the quotation that another one opened; straight and curly double marks are often mixed."""
    group = match.group()[:2]
    if group in _ALWAYS_CLOSING.get(mark, ()):
        return True
    before, after = text[match.start() - 1], text[match.end() : match.end() + 1]
    is_behind_word = not before.isspace() and not after.isalnum()
    if mark in _DOUBLE and group in _DOUBLE:
        return is_behind_word or (group == mark == '"' and not (before.isspace() and after.isalnum()))
    if group != _CLOSES[mark] or not is_behind_word:
        return False
    return group not in _APOSTROPHES or not _is_plural_possessive(text, match)


def _is_plural_possessive(text: str, match: re.Match[str]) -> bool:
    """The candidates' votes: after s, and a better closing mark is to come before another opens."""
    if text[match.start() - 1] != "s" or text[match.end() : match.end() + 1] != " ":
        return False
    mark = re.escape(match.group())
    ahead = re.compile(rf"(?<=[.,!?]){mark}(?!\w)|(?<=\s)['‘](?=\w)|\n").search(
        text, match.end(), match.end() + _WINDOW
    )
    return bool(ahead and ahead.group() == match.group() and text[ahead.start() - 1] in ".,!?")
