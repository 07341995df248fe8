"""True sentences of an article lightly edited, as a good writer may, and falsified, as a bad one may. Pure.

Each edit takes a sentence and gives another one, or None where it does not apply. What falsifies draws what it puts in
from the article or from another one, so that the words alone give nothing away.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.opposites import OPPOSITE
from retrieval.text.names import core_name, names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from retrieval.types import Quote

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_LEAD = re.compile(r"^(?:But|And|So|However,|Meanwhile,|Still,|Yet|Instead,|Also,|In addition,|Earlier,|Now,) (?=\w)")
_SAID = re.compile(r"^(?P<who>[A-Z][^,“”\"]{2,60}?) (?:said|says) (?:that )?(?P<what>[^“”\"]{20,})$")
_SAID_LAST = re.compile(r"^(?P<what>[^“”\"]{20,}), (?P<who>[A-Z][^,“”\"]{2,40}?) said\.$")
_RELATIVE = re.compile(r",? (?:which|who|where) [^,.“”\"]{8,80},(?= [a-z])")
_TAIL = re.compile(r",? (?:which|who|and|but|while|as) [^“”\"]{15,}\.$")
_DIGIT = re.compile(r"(?<![\d.,$£€-])(?:[2-9]|1[0-2])(?= [a-z])")
_FIGURE = re.compile(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w-]|[.,]\d)")
_WORD_FIGURE = re.compile(rf"\b(?:{'|'.join(_NUMBERS)})\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DAY = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS)})\b")
_ON_DAY = re.compile(rf"\bon (?P<day>{'|'.join(_WEEKDAYS)})\b")
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")
_NOT = re.compile(
    r"(?<=\b)(?P<verb>is|are|was|were|has|have|had|will|would|could|can|should|did|does|do)(?: not|n[’']t)\b"
)
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|will|would|could|should|can|has|have)\b(?! not|n[’'])(?= [a-z])")
_OPPOSED = re.compile(rf"\b(?:{'|'.join(map(re.escape, OPPOSITE))})\b")
_QUOTED = re.compile(r"[“\"][^“”\"]{20,}[”\"]")
_WORD = re.compile(r"\b[a-z]{5,}\b")


@dataclass(frozen=True)
class Subject:
    """A sentence to edit, with what may be put into it.

    `others` are names of its article that it does not hold, `strangers` names of another article; `speaker` is who
    says something in it, as it names him.
    """

    text: str
    others: Sequence[str]
    strangers: Sequence[str]
    words: Sequence[str]
    plain: Sequence[str]  # sentences of the article without quotations
    published: dt.date | None
    said: Sequence[Quote]
    speaker: str | None
    rng: Random


def attributed_in_front(s: Subject) -> str | None:
    match = _SAID.match(s.text)
    return f"According to {match['who']}, {match['what']}" if match and names(match["who"]) else None


def attributed_first(s: Subject) -> str | None:
    match = _SAID_LAST.match(s.text)
    return f"{match['who']} said that {_small(match['what'])}." if match and names(match["who"]) else None


def reported(s: Subject) -> str | None:
    return f"The article reports that {_small(s.text)}" if not _QUOTED.search(s.text) else None


def without_lead(s: Subject) -> str | None:
    cut = _LEAD.sub("", s.text)
    return cut[0].upper() + cut[1:] if cut != s.text else None


def without_relative(s: Subject) -> str | None:
    cut = _RELATIVE.sub("", s.text, count=1)
    return cut if cut != s.text else None


def without_tail(s: Subject) -> str | None:
    match = _TAIL.search(s.text)
    return f"{s.text[: match.start()]}." if match and s.text[: match.start()].count(" ") >= 5 else None  # noqa: PLR2004 - a clause


def figure_in_words(s: Subject) -> str | None:
    text = _DIGIT.sub(lambda m: _NUMBERS[int(m[0]) - 2], s.text).replace(" percent", "%").replace(" per cent", "%")
    return text if text != s.text else None


def day_as_date(s: Subject) -> str | None:
    match = _ON_DAY.search(s.text)
    if not match or s.published is None:
        return None
    day = s.published - dt.timedelta((s.published.weekday() - _WEEKDAYS.index(match["day"])) % 7)
    return f"{s.text[: match.start()]}on {day.day} {day:%B %Y}{s.text[match.end() :]}"


def expanded(s: Subject) -> str | None:
    text = re.sub(r"\b(did|does|do|is|are|was|were|has|have|had|would|could)n[’']t\b", r"\1 not", s.text)
    return text if text != s.text and not _QUOTED.search(s.text) else None


def another_name(s: Subject) -> str | None:
    return _renamed(s, s.others)


def stranger(s: Subject) -> str | None:
    return _renamed(s, s.strangers)


def exchanged_names(s: Subject) -> str | None:
    """Two names with a word of content between them, each in the other's place."""
    found = [span for span in names(s.text) if core_name(s.text[span.start : span.end])]
    for one, other in pairwise(found):
        between = s.text[one.end : other.start]
        first, second = s.text[one.start : one.end], s.text[other.start : other.end]
        if _WORD.search(between) and " by " not in between and s.text.count(first) == s.text.count(second) == 1:
            return s.text[: one.start] + second + between + first + s.text[other.end :]
    return None


def another_figure(s: Subject) -> str | None:
    if found := [m for m in _FIGURE.finditer(s.text) if not _YEAR.fullmatch(m[0])]:
        return _put(s, found, lambda old: _other_number(old, s.rng))
    return _put(s, list(_WORD_FIGURE.finditer(s.text)), lambda old: s.rng.choice([n for n in _NUMBERS if n != old]))


def another_date(s: Subject) -> str | None:
    choices: list[tuple[re.Pattern[str], Callable[[str], str]]] = [
        (_DAY, lambda old: s.rng.choice([day for day in _WEEKDAYS if day != old])),
        (_MONTH, lambda old: s.rng.choice([month for month in _MONTHS if month != old])),
        (_YEAR, lambda old: str(int(old) + s.rng.choice([-3, -2, -1, 1, 2, 3]))),
    ]
    s.rng.shuffle(choices)
    return next((new for pattern, make in choices if (new := _put(s, list(pattern.finditer(s.text)), make))), None)


def denied(s: Subject) -> str | None:
    """A "not" put in or taken out, outside quotation marks."""
    bare = _blanked(s.text)
    if match := _NOT.search(bare):
        return s.text[: match.start()] + match["verb"] + s.text[match.end() :]
    found = _AUXILIARY.search(bare)
    return f"{s.text[: found.end()]} not{s.text[found.end() :]}" if found else None


def opposed(s: Subject) -> str | None:
    return _put(s, list(_OPPOSED.finditer(_blanked(s.text))), lambda old: OPPOSITE[old])


def another_speaker(s: Subject) -> str | None:
    if not s.speaker or s.text.count(s.speaker) != 1 or not s.others:
        return None
    return s.text.replace(s.speaker, s.rng.choice(s.others))


def misquoted(s: Subject) -> str | None:
    """A word within quotation marks replaced by another one of the article."""
    quoted = _QUOTED.search(s.text)
    inside = list(_WORD.finditer(s.text, quoted.start(), quoted.end())) if quoted else []
    return _put(s, inside, lambda old: s.rng.choice([word for word in s.words if word[:4] != old[:4]]))


def invented(s: Subject) -> str | None:
    """What the article tells in its own words, put into the mouth of somebody it quotes."""
    if not s.speaker or not s.plain:
        return None
    return f"“{s.rng.choice(s.plain).rstrip('.')},” {s.speaker} said."


GOOD: dict[str, Callable[[Subject], str | None]] = {
    "verbatim": lambda s: s.text,
    "“According to X, ...” for “X said ...”": attributed_in_front,
    "“X said that ...” for “..., X said”": attributed_first,
    "“The article reports that ...”": reported,
    "without its first connective": without_lead,
    "without a relative clause": without_relative,
    "without its last clause": without_tail,
    "numbers in words, % for percent": figure_in_words,
    "a weekday as a date": day_as_date,
    "“did not” for “didn't”": expanded,
}
BAD: dict[str, Callable[[Subject], str | None]] = {
    "another name of the article": another_name,
    "a name of another article": stranger,
    "two names exchanged": exchanged_names,
    "another number": another_figure,
    "another date": another_date,
    "“not” put in or taken out": denied,
    "a word's opposite": opposed,
    "another speaker": another_speaker,
    "a word of a quotation changed": misquoted,
    "an invented quotation": invented,
}


def _renamed(s: Subject, choices: Sequence[str]) -> str | None:
    found = [span for span in names(s.text) if core_name(s.text[span.start : span.end])]
    fitting = [span for span in found if s.text.count(s.text[span.start : span.end]) == 1]
    if not fitting or not choices:
        return None
    span = s.rng.choice(fitting)
    return s.text[: span.start] + s.rng.choice(choices) + s.text[span.end :]


def _put(s: Subject, found: Sequence[re.Match[str]], make: Callable[[str], str]) -> str | None:
    if not found:
        return None
    match = s.rng.choice(found)
    new = make(s.text[match.start() : match.end()])
    return s.text[: match.start()] + new + s.text[match.end() :]


def _other_number(old: str, rng: Random) -> str:
    """A number of the same length with its first digit changed."""
    first = rng.choice([digit for digit in "123456789" if digit != old[0]])
    return first + old[1:]


def _blanked(text: str) -> str:
    return _QUOTED.sub(lambda m: "\ue000" * len(m[0]), text)


def _small(text: str) -> str:
    """A sentence that follows other words, its first letter small where only its place raised it."""
    is_name = any(span.start == 0 for span in names(text)) or text[:2].isupper() or text.startswith("I ")
    return text if is_name else text[0].lower() + text[1:]
