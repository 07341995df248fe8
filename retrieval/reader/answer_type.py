"""What kind of thing a question asks for, and the spans of a sentence that are of that kind. Pure, by rule."""

from __future__ import annotations

import re
from typing import Literal

from retrieval.language.mentions import mentions
from retrieval.language.words import stem_set
from retrieval.types import Span

Kind = Literal["name", "date", "place", "age", "duration", "number", "cause", "truth", "other"]

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan\\.?|Feb\\.?|Aug\\.?|Sept?\\.?|Oct\\.?|Nov\\.?|Dec\\.?"
)
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_COUNTS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|billions?"
    "|half|twice|single"
)
_UNITS = "second|minute|hour|day|week|month|quarter|year|decade|centur(?:y|ie)|season"
_CAPITAL = r"[A-Z][^\W_]*(?:[.’'&-]+[^\W_]+)*"

_NOUNS_BEFORE = r"(?:(?!(?:do|does|did|is|are|was|were|has|have|had|the|will)\b)[\w-]+ ){0,2}"

_WHICH = rf"\b(?:what|which) {_NOUNS_BEFORE}"
_NUMERAL = rf"(?:\d[\d,.]*|{_COUNTS})"
_PLACE_NAME = rf"{_CAPITAL}(?:(?: of (?:the )?|, | ){_CAPITAL})*"

# Which kind a question asks for, by its words; the first row that matches decides.
_FIRST = r"^\W*(?:(?:and|but|so|since|until|till|by|from|to|for|with|of|on|in|at|near|then|exactly) )?"
_ASKED: tuple[tuple[Kind, str], ...] = (
    ("date", rf"{_FIRST}when\b|\bwhen\W*$|\bhow long ago\b"),
    ("date", rf"{_WHICH}(?:date|day|year|month|week|century|decade|time)\b"),
    ("age", rf"\bhow old\b|{_WHICH}age\b"),
    ("duration", r"\bhow (?:long|many (?:seconds|minutes|hours|days|weeks|months|years|decades))\b"),
    ("number", r"\bhow (?:many|much|far|tall|big|large|high|often|fast|heavy)\b"),
    ("number", rf"{_WHICH}(?:percent|percentage|number|share|proportion|amount|price|score|rate)\b"),
    (
        "place",
        rf"{_FIRST}where\b|\bwhere\W*$|{_WHICH}(?:city|country|town|state|place|capital|continent|nation|region)\b",
    ),
    ("name", rf"{_FIRST}who(?:m|se)?\b|\bwhom?\W*$"),
    ("name", rf"{_WHICH}(?:company|court|network|team|club|party|agency|newspaper|outlet|group|band)\b"),
    ("name", rf"{_WHICH}(?:person|man|woman|actor|actress|singer|president|leader|politician|player)\b"),
    ("cause", r"\bwhy\b|\b(?:what|which) (?:was |is )?(?:the )?(?:reason|cause)"),
    ("truth", r"^(?:did|do|does|is|are|was|were|has|have|had|can|could|will|would|should)\b"),
)

# What a span of each kind looks like in a sentence, as alternatives; names are found by `retrieval.language.mentions`.
_LOOKS: dict[Kind, tuple[str, ...]] = {
    "date": (
        rf"(?:{_DAYS}|{_MONTHS})(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? \d{{4}}\b)?",
        rf"\d{{1,2}} (?:{_MONTHS})(?:,? \d{{4}}\b)?",
        r"\b(?:1\d|20)\d\ds?\b",
        r"\b(?:yesterday|today|tonight|tomorrow)\b",
        r"\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b\.?",
        rf"\b(?:last|next|this|early|late) (?:{_UNITS}|{_DAYS}|{_MONTHS}|weekend|spring|summer|fall|autumn|winter)\b",
        rf"\b[\w-]+ (?:{_UNITS})s? (?:ago|earlier|later|before|after)\b",
        r"\b\d{1,4} (?:BC|AD|B\.C\.|A\.D\.|BCE|CE)(?!\w)|\bAD \d{1,4}\b",
        r"\b(?:\d{1,2}(?:st|nd|rd|th)|[a-z]+(?:th|first|second|third))(?: (?:and|to) [\w-]+)? [Cc]entur(?:y|ies)\b",
    ),
    "place": (
        rf"(?<=\b[Ii]n |\b[Aa]t |\b[Tt]o ){_PLACE_NAME}",
        rf"(?<=\b[Nn]ear |\b[Ff]rom |\b[Ii]nto |\b[Oo]ver ){_PLACE_NAME}",
        rf"(?<=\b[Ii]n the |\b[Aa]t the |\b[Tt]o the |\b[Oo]n the ){_PLACE_NAME}",
        rf"(?<=\bcity of |\btown of ){_PLACE_NAME}",
    ),
    "age": (
        r"\b\d{1,3}(?=-year-old| years old|-years-old)",
        r"(?<=, )\d{1,3}(?=,)",
        r"(?<=\baged )\d{1,3}\b|(?<=\bage )\d{1,3}\b|(?<=\bage of )\d{1,3}\b",
    ),
    "duration": (rf"\b(?:{_NUMERAL}|an?|several|few)[ -](?:{_UNITS})s?\b",),
    "number": (
        r"(?:[$£€]\s?)?\b\d[\d,.]*(?:st|nd|rd|th)?\b%?(?: (?:percent|per cent|thousand|million|billion|trillion)\b)?",
        rf"\b(?:{_COUNTS})\b",
    ),
    "cause": (r"\b(?:because|due to|as|since|after|so that|in order to|owing to|thanks to|to|for|over|amid|by)\b",),
}
_ASKED_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _ASKED)
_LOOKS_COMPILED = {kind: re.compile("|".join(patterns)) for kind, patterns in _LOOKS.items()}
SHORT_KINDS: frozenset[Kind] = frozenset({"name", "date", "place", "age", "duration", "number"})


def kind_asked(question: str) -> Kind:
    return next((kind for kind, pattern in _ASKED_COMPILED if pattern.search(question)), "other")


def fitting_spans(kind: Kind, sentence: str, question: str) -> list[Span]:
    """The spans of the sentence that are of the kind and say something that the question does not, in order."""
    found = _spans(kind, sentence)
    if kind == "cause":
        return found
    known = stem_set(question)
    return [span for span in found if not stem_set(sentence[span.start : span.end]) <= known]


def _spans(kind: Kind, sentence: str) -> list[Span]:
    if kind == "name":
        return [Span(m.start, m.end) for m in mentions(sentence) if m.is_name and m.kind != "place"]
    if kind not in _LOOKS_COMPILED:
        return []
    found = [Span(match.start(), match.end()) for match in _LOOKS_COMPILED[kind].finditer(sentence)]
    if kind == "place":
        found = sorted({*found, *(Span(m.start, m.end) for m in mentions(sentence) if m.kind == "place")}, key=_order)
    return [span for span in found if not (kind == "place" and _is_date(sentence[span.start : span.end]))]


def _order(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _is_date(text: str) -> bool:
    return bool(_LOOKS_COMPILED["date"].fullmatch(text))
