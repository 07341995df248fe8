"""What chat models write around an answer: refusals, preambles, labels of lists and markers of what they cite. Pure.

Models write [1][2], [1, 2], [1-3], 【1】 or [Passage 1], before the full stop or after it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

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
_LABEL = re.compile(
    r"^(?:[-*•]|\d{1,2}[.)]|(?:standalone )?question:|(?:search )?quer(?:y|ies)(?: \d)?:)\s*", re.IGNORECASE
)
_WORD = r"(?:passages?|sources?|articles?|no\.?|#|\^)"
_NUMBERS = rf"(?:{_WORD}\s*)?\d{{1,3}}(?:\s*(?:[,;&–-]|and)\s*(?:{_WORD}\s*)?\d{{1,3}})*"
_MARKER = re.compile(rf"(?<!\s)\s*[\[【]\s*({_NUMBERS})\s*(?:†[^\]】]{{0,40}})?[\]】]", re.IGNORECASE)
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
    return said.startswith(wording.casefold().rstrip(".")) or _REFUSAL.match(said) is not None


def is_preamble(text: str) -> bool:
    """Tells whether a sentence only says that an answer follows: "Certainly!", "Here is a summary:"."""
    return _PREAMBLE.match(text.strip()) is not None


def without_label(line: str) -> str:
    """Returns a line without the sign of a list or a label such as "Query 1:", or quotation marks around it."""
    return _LABEL.sub("", line.strip()).strip(' "“”')


def citation_markers(line: str) -> list[Marker]:
    """Returns the markers of a line, in order; a range names all passages in it."""
    markers = []
    for marker in _MARKER.finditer(line):
        numbers: list[int] = []
        for written in _RANGE.finditer(marker[1]):
            first, last = int(written[1]), int(written[2] or written[1])
            numbers += range(first, last + 1) if first <= last < first + _WIDEST else [first, last]
        markers.append(Marker(marker.start(), marker.end(), numbers))
    return markers
