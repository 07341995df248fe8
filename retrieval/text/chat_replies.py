"""What chat models write around an answer: refusals, preambles, labels of lists and markers of what they cite. Pure.

Models write [1][2], [1, 2], [1-3], 【1】 or [Passage 1], before the full stop or after it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_SOURCES = r"(?:articles?|passages?|sources?|texts?|reports|information)"
_NOT = (
    r"(?:do(?:es)? not|don[’']t|doesn[’']t|did not|didn[’']t|is not|isn[’']t|are not|aren[’']t|cannot|can[’']t"
    r"|contains? no|ha(?:ve|s) no|gives? no|provides? no|mentions? no(?:thing)?|says? nothing|no information)"
)
_TELL = (
    r"(?:say|mention|state|tell|report|specif|contain|provid|give|answer|include|indicate|address|cover|discuss|explain"
    r"|detail|disclose|reveal|support|clear|known|available|given|found)"
)
_REFUSAL = re.compile(
    rf"^(?:"
    rf"(?:the|these|this|those)\b[^.]{{0,30}}\b{_SOURCES}\b[^.]{{0,20}}\b{_NOT}\b[^.]{{0,20}}\b{_TELL}"
    rf"|(?:the|these|this|those)\b[^.]{{0,30}}\b{_SOURCES}\b[^.]{{0,10}}\b"
    rf"(?:contains? no|ha(?:ve|s) no|gives? no|provides? no|mentions? no|says? nothing)"
    rf"|(?:none|neither) of (?:the|these|those)\b[^.]{{0,30}}\b{_SOURCES}\b[^.]{{0,20}}{_TELL}"
    rf"|no (?:article|passage|source|text|information)s?\b[^.]{{0,30}}\b(?:{_TELL}|in the {_SOURCES})"
    rf"|there (?:is|are|was|were) (?:no|not any|not enough) (?:\w+ )?(?:information|mention|answer|details?)\b"
    rf"|there (?:is|are|was|were) (?:no|not any|nothing)\b[^.]{{0,40}}\b(?:in|from|by) (?:the|these) (?:\w+ )?"
    rf"{_SOURCES}\b"
    rf"|(?:it|that|this|the answer) (?:is|was) (?:not|n[’']t|un)\s?(?:explicitly |directly )?{_TELL}\w*"
    rf"(?: (?:in|by|from) (?:the|these|any|those)\b[^.]{{0,30}}\b{_SOURCES})?\W*\Z"
    rf"|(?:i|we) (?:do not|don[’']t|cannot|can[’']t|could not|couldn[’']t) (?:know|find|tell|say|answer|determine)\b"
    rf")",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"(?:(?:sure|certainly|of course|okay|yes)\b[,.!]? ?)?here(?: is|’s|'s| are)\b[^.]{0,60}[.:!]?\Z"
    r"|(?:sure|certainly|of course|okay)[.!]\Z",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:[-*•]|\d{1,2}[.)]|(?:standalone )?question:|(?:search )?quer(?:y|ies)(?: \d)?:)\s*", re.IGNORECASE
)
_WORD = r"(?:passages?|sources?|articles?|no\.?|#|\^)"
_NUMBERS = rf"(?:{_WORD}\s*)?\d{{1,3}}(?:\s*(?:[,;&–-]|and)\s*(?:{_WORD}\s*)?\d{{1,3}})*"
_ROUND = _NUMBERS.replace("{1,3}", "{1,2}")  # between round brackets three digits are no passage
_MARKER = re.compile(
    rf"(?<!\s)\s*[\[【]\s*({_NUMBERS})\s*(?:†[^\]】]{{0,40}})?[\]】]"
    rf"|(?<=\S)\s?\(({_ROUND})\)(?=\s*(?:[.!?,;]|\Z))|(?<=[.!?])\s?\(({_ROUND})\)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    rf"(?:according to|as (?:stated|reported|mentioned) in|in|from) (?:the )?(?:passages?|sources?) ({_NUMBERS}), ",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d{1,3})(?:\s*[–-]\s*(\d{1,3}))?")
_WIDEST = 20  # passages that a range may name


class Marker(NamedTuple):
    """A citation marker, `text[start:end]`, and the passages that it names."""

    start: int
    end: int
    numbers: list[int]


def is_refusal(text: str, wording: str) -> bool:
    """Tells whether a sentence only says that the sources do not say, in the wording it was asked for or another."""
    said = text.strip().casefold()
    own = wording.casefold().rstrip(".")
    return said.rstrip(".!") == own or said.startswith(f"{own} ") or _REFUSAL.match(said) is not None


def is_preamble(text: str) -> bool:
    """Tells whether a sentence only says that an answer follows: "Certainly!", "Here is a summary:"."""
    return _PREAMBLE.match(text.strip()) is not None


def without_label(line: str) -> str:
    """Returns a line without the sign of a list or a label such as "Query 1:", or quotation marks around it."""
    return _LABEL.sub("", line.strip()).strip(' "“”')


def source_opening(text: str) -> Marker | None:
    """Returns the opening of a sentence that only tells its passages ("According to passage 1, "), if it has one."""
    opening = _OPENING.match(text)
    return Marker(0, opening.end(), _passages(opening[1])) if opening else None


def citation_markers(line: str) -> list[Marker]:
    """Returns the markers of a line, in order; a range names all passages in it."""
    return [Marker(m.start(), m.end(), _passages(m[1] or m[2] or m[3])) for m in _MARKER.finditer(line)]


def _passages(written: str) -> list[int]:
    numbers: list[int] = []
    for named in _RANGE.finditer(written):
        first, last = int(named[1]), int(named[2] or named[1])
        numbers += range(first, last + 1) if first <= last < first + _WIDEST else [first, last]
    return numbers
