"""Quotation marks: where quotations stand in a text, in marks of any country or behind a dash. Pure.

Marks are written wrongly often enough: one that nothing closes, one closed by the mark of another kind, one doubled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from retrieval.text.lexicon import any_of
from retrieval.text.words import CUES
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANK = "\ue000"  # stands for each character of a quotation in the narrative
MARKS = "„“”\"'`‘’‚«»‹›"
_MARK = re.compile(r"“”(?=\w)|(?<!\w)\"\"(?=\w)|„|“|”|'{2,3}|``|\"|‘|’|'|[‚«»‹›]")
_CLOSES = {"„": "“", "“": "”", '"': '"', "''": "''", "``": "''", "‘": "’", "'": "'"}
_DOUBLE = frozenset('“"')
_ALWAYS_CLOSING = {"„": '“”"', "“": "”", '"': "”", "‚": "‘’", "«": "»", "»": "«", "‹": "›", "›": "‹"}
_PARTNERS = (("“", "”"), ("„", "“"), ("«", "»"), ("»", "«"), ('"', '"'))
_APOSTROPHES = frozenset("'‘’")
_BY_SIDE = frozenset("‚«»‹›")  # open only where the mark that closes them follows
_FREE = re.compile(r"(?<![^\s(\[—–/:,“\"'-])")  # where a word may begin
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


def without_open_marks(text: str, span: Span) -> Span:
    """Returns a stretch of a text without the double marks at its ends whose partners stand outside it."""
    start, end = span.start, span.end
    for opening, closing in _PARTNERS:
        inner = text[start:end]
        if opening == closing:
            is_open = inner.count(opening) % 2 == 1
            start += is_open and inner.startswith(opening)
            end -= is_open and inner.endswith(opening) and start == span.start and not inner[-2:-1].isdigit()  # 6"
        else:
            start += inner.startswith(opening) and closing not in inner
            end -= inner.endswith(closing) and opening not in inner
    return Span(start, max(start, end))


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
    at = paragraph.start
    for match in _MARK.finditer(text, paragraph.start, paragraph.end):
        mark = _opening(text, match, paragraph.end) if match.start() >= at else None
        if mark:
            quotation, at = _quotation(text, match, mark, paragraph.end)
            if quotation:
                yield quotation


def _quotation(text: str, opening: re.Match[str], mark: str, end: int) -> tuple[Quotation | None, int]:
    """The quotation that a mark opens, and where to read on; no quotation where nothing closes a single mark."""
    for match in _outside(text, mark, Span(opening.end(), end)):
        sign = _sign(match)
        if _closes(text, match, mark):
            doubled = text[match.end() : match.end() + 1] in '”"' and sign in '”"'
            return Quotation(opening.start(), min(match.end() + doubled, end)), match.end()
        if sign == mark and mark not in _APOSTROPHES and _opening(text, match, end):
            return _cut(text, opening.start(), match.start()), match.start()
    if mark in _APOSTROPHES:
        return None, end
    closed = _closed_by_another(text, opening.start(), end)
    return Quotation(opening.start(), closed or end, open=not closed), end


def _outside(text: str, mark: str, behind: Span) -> Iterator[re.Match[str]]:
    """The marks behind an opening one that belong to no quotation within.

    A “ opens one if so many ” follow before the next “ as are needed for both.
    """
    needed, inner = {"“": 2, '"': 1}.get(mark, 0), 0
    for match in _MARK.finditer(text, behind.start, behind.end):
        sign = _sign(match)
        ahead = re.compile("[“”]").finditer(text, match.end(), behind.end) if sign == "“" and needed else ()
        if ahead and [other[0] for other in islice(ahead, needed)] == ["”"] * needed:
            inner += 1
        elif sign == "”" and inner:
            inner -= 1
        else:
            yield match


def _sign(match: re.Match[str]) -> str:
    """A mark, a doubled one as one."""
    return match.group()[0] if match.group() in {"“”", '""'} else match.group()[:2]


def _closed_by_another(text: str, start: int, end: int) -> int | None:
    """Where a single mark ends a quotation that a double one opens: "Never again,' said Lee."""
    closing = _OF_ANOTHER_KIND.search(text, start + 1, end)
    if closing is None or (closing["bare"] or closing["mark"]) not in _APOSTROPHES:
        return None
    return None if _OPENS_INNER.search(text, start + 1, closing.start()) else closing.end()


def _cut(text: str, start: int, end: int) -> Quotation:
    """A quotation that nothing closes before the next one opens: up to its speaker, else to its sentence's end."""
    stop = re.compile(r"[.!?](?=\s)").search(text, start, end)
    sentence = stop.end() if stop else start + len(text[start:end].rstrip())
    return Quotation(start, _tag(text, start, sentence) or sentence)


def _opening(text: str, match: re.Match[str], end: int) -> str | None:
    """The mark that one opens as, which tells what closes it; None where it opens nothing."""
    sign = _sign(match)
    if sign in {"“", "„"}:
        return sign
    leads = text[match.end() : min(match.end() + 1, end)].strip()
    is_spaced = sign == "«" and not leads  # « We stay », as the French do
    if sign == "”" or not (is_spaced or (leads and _FREE.match(text, match.start()))):
        return None
    if sign in _APOSTROPHES:
        return _opening_single(text, match, end)
    return sign if _may_close(text, sign, match.end(), end) else None


def _opening_single(text: str, match: re.Match[str], end: int) -> str | None:
    """The same for a single mark: a closing one has to follow, so that 'em and '90s open nothing."""
    if match.group() == "’":
        return None
    mark = "’" if match.group() == "‘" else "'"
    closing = re.compile(rf"(?<=[\w.,!?]){mark}(?![\w'’])")
    if closing.search(text, match.end(), min(end, match.end() + _WINDOW)):
        return match.group()
    other = re.compile('[“”"]').search(text, match.end(), min(end, match.end() + _WINDOW))
    is_closed = other and _OF_ANOTHER_KIND.match(text, other.start() - 1, end)
    return "“" if is_closed else None


def _may_close(text: str, sign: str, start: int, end: int) -> bool:
    """Whether a mark follows that closes what a mark opens which as often closes, or stands stray before a “."""
    stray = '"' if text.startswith("“", start) else ""
    needed = _ALWAYS_CLOSING[sign] if sign in _BY_SIDE else stray
    return not needed or not set(needed).isdisjoint(text[start : min(end, start + _WINDOW)])


def _closes(text: str, match: re.Match[str], mark: str) -> bool:
    """Whether a mark closes the quotation that another one opened; straight and curly double marks are often mixed."""
    group = match.group()[:2]
    if group in _ALWAYS_CLOSING.get(mark, ()):
        return True
    before, after = text[match.start() - 1], text[match.end() : match.end() + 1]
    is_behind_word = not before.isspace() and not after.isalnum()
    if mark in _DOUBLE and group in _DOUBLE:
        return is_behind_word or (group == mark == '"' and not (before.isspace() and after.isalnum()))
    return group == _CLOSES.get(mark) and is_behind_word and not _is_plural_possessive(text, match)


def _is_plural_possessive(text: str, match: re.Match[str]) -> bool:
    """The candidates' votes: after s, and a better closing mark is to come before another opens."""
    if match.group() not in _APOSTROPHES or text[match.start() - 1] != "s" or not text.startswith(" ", match.end()):
        return False
    mark = re.escape(match.group())
    ahead = re.compile(rf"(?<=[.,!?]){mark}(?!\w)|(?<=\s)['‘](?=\w)|\n").search(
        text, match.end(), match.end() + _WINDOW
    )
    return bool(ahead and ahead.group() == match.group() and text[ahead.start() - 1] in ".,!?")
