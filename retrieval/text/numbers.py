"""The figures of a text by their value: digits, words, money, percent and large numbers. English. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from retrieval.text.lexicon import alternatives, table
from retrieval.types import Span

_NUMERALS = {word: int(value) for word, (value,) in table("numerals").items()}
_ORDINALS = {word: int(value) for word, (value,) in table("ordinals").items()}
_SCALES = {word: float(value) for word, (value,) in table("scales").items()}
_PAIR = 2
_CARDINAL = alternatives("numerals")
_SCALE = alternatives("scales")
_UNIT = r"%|per ?cent\b|percentage points?\b|dollars?\b|pounds?\b|euros?\b"
_DIGITS = re.compile(
    rf"(?P<money>[$£€¥])?\s?(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?P<ending>st\b|nd\b|rd\b|th\b|s\b)?(?:[\s-]?(?P<scale>{_SCALE})\b)?[\s-]?(?P<unit>{_UNIT})?",
    re.IGNORECASE,
)
_WORDS = re.compile(
    rf"\b(?P<words>(?:{_CARDINAL}|(?<=a )(?:hundred|thousand|million|billion|dozen)|dozen)"
    rf"(?:[\s-](?:and\s)?(?:{_CARDINAL}|hundred|thousand|million|billion|trillion)\b)*)\b(?:\s(?P<unit>{_UNIT}))?",
    re.IGNORECASE,
)
_ORDINAL = re.compile(rf"\b(?P<word>{alternatives('ordinals')})\b(?!-)", re.IGNORECASE)
_HALF = re.compile(r"\bhalf\b(?!-)", re.IGNORECASE)
_DENOMINATORS = {word: value for word, value in _ORDINALS.items() if value > _PAIR} | {"quarter": 4}
_FRACTION = re.compile(
    rf"\b(?P<count>a|{_CARDINAL})[\s-](?P<part>(?:{'|'.join(_DENOMINATORS)})s?)\b(?=\s(?:of|in)\b|[.,]|\Z)",
    re.IGNORECASE,
)
_RATIO = re.compile(
    rf"\b(?P<count>\d{{1,2}}|{_CARDINAL}) (?:in|out of)(?: every)? (?P<whole>\d{{1,3}}|{_CARDINAL})\b", re.IGNORECASE
)
_TWICE = re.compile(r"\btwice\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|some|approximately|over|under|than|least|close to|up to)"
    r"\s(?:[$£€¥]\s?)?$",
    re.IGNORECASE,
)
_WHOLE = re.compile(rf"\d+(?:[.,:]\d+)*|\b(?:{_CARDINAL})(?:-(?:{_CARDINAL}))+\b", re.IGNORECASE)
_MONEY = {"dollar": "$", "pound": "£", "euro": "€"}
_BEFORE = 20  # characters before a figure in which "about" is looked for
_ROUNDED = 0.06  # how far off what is "about" may be


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, `text[start:end]`; `unit` is "%", a currency's sign, "th" of an ordinal, "s" of a decade or ""."""

    value: float
    unit: str
    start: int
    end: int
    is_about: bool = False

    def is_told_by(self, other: Figure) -> bool:
        """Whether another figure says as much; "about" may round, and a unit may be left out but not changed."""
        units = {self.unit, other.unit}
        if len(units - {""}) > 1 or ("%" in units and len(units) > 1) or ("th" in units and len(units) > 1):
            return False
        if self.value == other.value:
            return True
        return self.is_about and abs(self.value - other.value) <= _ROUNDED * abs(other.value)


def figures(text: str) -> list[Figure]:
    """In order. "one" alone is left out, as it is rarely a number, and so is "a hundred" without its "a"."""
    found = _in_words(text)
    for m in _DIGITS.finditer(text):
        value = float(m["digits"].replace(",", "")) * _SCALES.get((m["scale"] or "").lower(), 1.0)
        ending = (m["ending"] or "").lower()
        unit = m["money"] or _unit(m["unit"]) or ("s" if ending == "s" else "th" if ending else "")
        found.append(Figure(value, unit, m.start(), m.end(), is_about=_is_about(text, m.start(), " ")))
    found += [Figure(50.0, "%", m.start(), m.end()) for m in _HALF.finditer(text)]
    found += [Figure(_ORDINALS[m["word"].lower()], "th", m.start(), m.end()) for m in _ORDINAL.finditer(text)]
    return sorted(found, key=lambda figure: figure.start)


def shares(text: str) -> list[Figure]:
    """Returns the parts of a whole as percentages, rounded: "a third of" and "one in three" are some 33 %."""
    parts = [
        (m, _NUMERALS.get(m["count"].lower(), 1), _DENOMINATORS[m["part"].lower().removesuffix("s")])
        for m in _FRACTION.finditer(text)
    ]
    ratios = [(m, _count(m["count"]), _count(m["whole"])) for m in _RATIO.finditer(text)]
    return [
        Figure(float(round(100 * count / whole)), "%", m.start(), m.end(), is_about=True)
        for m, count, whole in (*parts, *ratios)
        if 0 < count < whole
    ]


def _count(written: str) -> int:
    return int(written) if written.isdigit() else _NUMERALS[written.lower()]


def times(text: str) -> list[Figure]:
    """Returns how often something was, where one word says it: "twice" is two times."""
    return [Figure(2.0, "", m.start(), m.end()) for m in _TWICE.finditer(text)]


def exchanged(one: list[Figure], other: list[Figure]) -> bool:
    """Whether two figures that both lists hold once stand in the other order."""
    first, second = ([f.value for f in each] for each in (one, other))
    shared = [value for value in dict.fromkeys(first) if first.count(value) == second.count(value) == 1]
    return any(second.index(a) > second.index(b) for a, b in pairwise(shared))


def _in_words(text: str) -> list[Figure]:
    found = []
    for m in _WORDS.finditer(text):
        words = [word for word in re.split(r"[\s-]+", m["words"].lower()) if word != "and"]
        if words != ["one"]:
            found.append(
                Figure(_value(words), _unit(m["unit"]), m.start(), m.end(), is_about=_is_about(text, m.start()))
            )
    return found


def _is_about(text: str, start: int, blank: str = "") -> bool:
    return _ABOUT.search(text[max(0, start - _BEFORE) : start] + blank) is not None


def _value(words: list[str]) -> float:
    total, group = 0.0, 0.0
    for word in words:
        if word == "dozen":
            group = max(group, 1.0) * 12
        elif word == "hundred":
            group = max(group, 1.0) * 100
        elif word in _SCALES:
            total, group = total + max(group, 1.0) * _SCALES[word], 0.0
        else:
            group += _NUMERALS.get(word, 0)
    return total + group


def _unit(written: str | None) -> str:
    if not written:
        return ""
    return _MONEY.get(written.lower().rstrip("s"), "%")


def whole_figure(text: str, span: Span) -> Span:
    """Returns a span with all of the figures that it begins or ends within.

    Example:
        "1,402" for "402", "1:01:58" for "58" and "thirty-one" for "thirty" in them.
    """
    whole = [Span(*figure.span()) for figure in _WHOLE.finditer(text, max(0, span.start - 20), span.end + 20)]
    touched = [figure for figure in whole if figure.start < span.end and span.start < figure.end]
    return Span(min([span.start, *(f.start for f in touched)]), max([span.end, *(f.end for f in touched)]))
