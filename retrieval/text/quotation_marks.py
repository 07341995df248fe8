"""Quotation marks: where quotations stand in a text, in marks of any country or behind a dash. Pure.

Marks are written wrongly often enough: one that nothing closes, one closed by the mark of another kind, one doubled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from retrieval.text.lexicon import any_of
from retrieval.text.verbs import CUES
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANK = "\ue000"  # stands for each character of a quotation in the narrative
MARKS = "„“”\"'`‘’‚«»‹›"
_MARK = re.compile(r"“”(?=\w)|(?<!\w)\"\"(?=\w)|„|“|”|'{2,3}|``|\"|‘|’|'|[‚«»‹›]")
_CLOSES = {"„": "“", "“": "”", '"': '"', "''": "''", "``": "''", "‘": "’", "'": "'"}
_DOUBLE = frozenset('“"')
_ALWAYS_CLOSING = {"„": '“”"', "“": "”", '"': "”", "‚": "‘’", "«": "»", "»": "«", "‹": "›", "›": "‹"}
_APOSTROPHES = frozenset("'‘’")
_BY_SIDE = frozenset("‚«»‹›")  # open only where the mark that closes them follows
_OPENS_INNER = re.compile(r"(?<!\w)['‘](?=\w)")
_NAME_REACH = 30
_GIVEN_NAME = re.compile(r"[A-Z][\w-]*\.? $")
_SURNAME = re.compile(r" [A-Z]")
_WINDOW = 1_000  # characters looked ahead for a closing mark
_DASH = re.compile(r"(?P<dash>[—–―]|--?)\s?(?=[^\W\d_])")
_OF_ONESELF = re.compile(r"\b(?:I|[Ww]e|[Uu]s|[Mm]e|[Mm]y|[Oo]ur|[Yy]ou|[Yy]our)\b")
_SAYING = any_of(form for form, (frame, kind) in CUES.items() if frame in {"say", "tell"} and kind != "gerund")
_TAG = re.compile(rf"(?<=[,?!…]) (?=(?:[\w’'.-]{{1,30}} ){{0,5}}(?:{_SAYING})\b)")  # We stay, | the mayor says
_TAG_OF_NAME = re.compile(
    rf"(?<=[,?!…]) (?=(?:{_SAYING}) (?:[a-z][\w’'-]{{1,30}} ){{0,3}}[A-Z])"
)  # We stay, | says Lee
_OF_ANOTHER_KIND = re.compile(rf"(?:[.,!?…](?P<mark>['’”\"])|(?<=\w)(?P<bare>['’])(?= (?:{_SAYING})\b))(?!\w)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch between quotation marks, with them. `open` where no mark closes it before its paragraph ends."""

    start: int
    end: int
    open: bool = False


def is_nickname(text: str, quotation: Quotation) -> bool:
    """Tells whether a word in quotation marks stands within a name: Robert "Bob" Lee."""
    before = text[max(0, quotation.start - _NAME_REACH) : quotation.start]
    word = text[quotation.start : quotation.end].strip(MARKS)
    after = text[quotation.end : quotation.end + 2]
    return bool(_GIVEN_NAME.search(before) and word.isalpha() and word.istitle() and _SURNAME.match(after))


def paired(text: str, paragraph: Span, *, goes_on: bool = False) -> list[Quotation]:
    """Returns the outermost quotations of a paragraph; marks inside them are theirs.

    Args:
        text: the text.
        paragraph: where in it.
        goes_on: whether the next paragraph opens with a quotation mark, so that one may be left open here.
    """
    spoken = _behind_dash(text, paragraph)
    start = spoken.end if spoken else paragraph.start
    found = [spoken] if spoken else []
    for quotation in _between_marks(text, Span(start, paragraph.end)):
        tag = _tag(text, quotation.start, quotation.end, _TAG_OF_NAME if goes_on else _TAG) if quotation.open else None
        found.append(Quotation(quotation.start, tag) if tag else quotation)
    return found


def _behind_dash(text: str, paragraph: Span) -> Quotation | None:
    """The words of a line of dialogue that a dash opens and a speaker ends: — We stay until Friday, | says Ann Lee.

    Behind a hyphen, which may as well be a bullet, they have to speak of themselves.
    """
    dash = _DASH.match(text, paragraph.start, paragraph.end)
    end = _tag(text, dash.end(), paragraph.end) if dash else None
    if dash is None or end is None:
        return None
    is_bullet = dash["dash"].startswith("-") and not _OF_ONESELF.search(text, dash.end(), end)
    return None if is_bullet else Quotation(dash.end(), end)


def _tag(text: str, start: int, end: int, pattern: re.Pattern[str] = _TAG) -> int | None:
    """Where words end that a speaker with a verb of saying follows, behind a comma."""
    tag = pattern.search(text, start, min(end, start + _WINDOW))
    return tag.start() if tag else None


def _between_marks(text: str, paragraph: Span) -> Iterator[Quotation]:
    start, mark, inner = -1, "", 0
    for match in _MARK.finditer(text, paragraph.start, paragraph.end):
        sign = _sign(match)
        if start < 0:
            if opening := _opening(text, match, paragraph.end):
                start, mark, inner = match.start(), opening, 0
        elif sign == "“" and _opens_within(text, mark, Span(match.end(), paragraph.end)):
            inner += 1
        elif sign == "”" and inner:
            inner -= 1
        elif _closes(text, match, mark):
            doubled = text[match.end() : match.end() + 1] in '”"' and sign in '”"'
            yield Quotation(start, min(match.end() + doubled, paragraph.end))
            start = -1
        elif sign == mark and mark not in _APOSTROPHES and _opening(text, match, paragraph.end):
            yield _cut(text, start, match.start())
            start = match.start()
    if start >= 0 and mark not in _APOSTROPHES:
        closed = _closed_by_another(text, start, paragraph.end)
        yield Quotation(start, closed or paragraph.end, open=not closed)


def _sign(match: re.Match[str]) -> str:
    """A mark, a doubled one as one."""
    return match.group()[0] if match.group() in {"“”", '""'} else match.group()[:2]


def _closed_by_another(text: str, start: int, end: int) -> int | None:
    """Where a single mark ends a quotation that a double one opens: "Never again,' said Lee."""
    closing = _OF_ANOTHER_KIND.search(text, start + 1, end)
    if closing is None or (closing["bare"] or closing["mark"]) not in _APOSTROPHES:
        return None
    return None if _OPENS_INNER.search(text, start + 1, closing.start()) else closing.end()


def _opens_within(text: str, mark: str, ahead: Span) -> bool:
    """Whether a “ opens a quotation within another: so many ” follow before the next “ as are needed for both."""
    needed = {"“": 2, '"': 1}.get(mark)
    closing = [m.group() for m in islice(re.compile("[“”]").finditer(text, ahead.start, ahead.end), 2)]
    return needed is not None and closing[:needed] == ["”"] * needed


def _cut(text: str, start: int, end: int) -> Quotation:
    """A quotation that nothing closes before the next one opens: up to its speaker, else to its sentence's end."""
    stop = re.compile(r"[.!?](?=\s)").search(text, start, end)
    sentence = stop.end() if stop else start + len(text[start:end].rstrip())
    return Quotation(start, _tag(text, start, sentence) or sentence)


def _opening(text: str, match: re.Match[str], end: int) -> str | None:
    """The mark that one opens as, which tells what closes it; None where it opens nothing."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : min(match.end() + 1, end)]
    sign = _sign(match)
    if sign in {"“", "„"}:
        return sign
    if sign == "”" or not after.strip():
        return sign if sign == "«" and _follows(text, "»", match.end(), end) else None
    free = not before.strip() or before in "([—–-/:,“\"'"
    if sign in _BY_SIDE:
        return sign if free and any(_follows(text, mark, match.end(), end) for mark in _ALWAYS_CLOSING[sign]) else None
    if sign not in _APOSTROPHES:
        is_stray = after == "“" and not _follows(text, '"', match.end(), end)
        return sign if free and not is_stray else None
    return _opening_single(text, match, end) if sign != "’" and free else None


def _opening_single(text: str, match: re.Match[str], end: int) -> str | None:
    """The same for a single mark: a closing one has to follow, so that 'em and '90s open nothing."""
    mark = "’" if match.group() == "‘" else "'"
    closing = re.compile(rf"(?<=[\w.,!?]){mark}(?![\w'’])")
    if closing.search(text, match.end(), min(end, match.end() + _WINDOW)):
        return match.group()
    other = re.compile('[“”"]').search(text, match.end(), min(end, match.end() + _WINDOW))
    is_closed = other and _OF_ANOTHER_KIND.match(text, other.start() - 1, end)
    return "“" if is_closed and match.group() in {"‘", "'"} else None


def _follows(text: str, mark: str, start: int, end: int) -> bool:
    return text.find(mark, start, min(end, start + _WINDOW)) >= 0


def _closes(text: str, match: re.Match[str], mark: str) -> bool:
    """Whether a mark closes the quotation that another one opened; straight and curly double marks are often mixed."""
    group = match.group()[:2]
    if group in _ALWAYS_CLOSING.get(mark, ()):
        return True
    if mark in _BY_SIDE:
        return False
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
