"""What chat models write around an answer: refusals, preambles, labels of lists and markers of what they cite. Pure.

Models write [1][2], [1, 2], [1-3], 【1】 or [Passage 1], before the full stop or after it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from retrieval.text.words import plain

_GIVEN = r"(?:(?:provided|given|supplied|available|above|numbered|news|cited)\s)"
_GIVEN_BEHIND = r"(?:\s(?:provided|given|supplied|above|here|at hand))"
_SOURCE = (  # a report and a document are the subject of news too, unless they are the given ones
    rf"(?:{_GIVEN}{{0,2}}(?:articles?|passages?|sources?|texts?|context|excerpts?){_GIVEN_BEHIND}?"
    rf"|{_GIVEN}{{1,2}}(?:reports?|documents?|information)|(?:reports?|documents?|information){_GIVEN_BEHIND})"
)
_SOURCES = rf"(?:the|these|this|those|any|your)\s{_SOURCE}"
_IN_SOURCES = rf"\s(?:anywhere\s)?(?:in|by|from|within)\s(?:any of\s)?{_SOURCES}"
_TELLS = (
    r"(?:(?:say|mention|state|tell|contain|provide|give|answer|indicate|address|discuss|explain|disclose|reveal|include)s?"
    r"|clarif(?:y|ies)|specif(?:y|ies))\b"
)
_TOLD = (
    r"(?:said|mentioned|stated|told|specified|contained|included|provided|given|answered|indicated|addressed|discussed"
    r"|explained|disclosed|revealed|reported|determined|known|found|available|clear|possible to (?:say|tell|answer))"
)
_NEWS = r"(?:information|mention|answer|details?|data|reference|indication)"
_EVER = r"(?:(?:explicitly|directly|clearly|specifically|actually)\s)?"
_NOT_TOLD = (
    rf"(?:(?:is|are|was|were|'s) not\s{_EVER}|(?:can|could) not be\s{_EVER}){_TOLD}|(?:is|was|'s) (?:unclear|unknown)"
)
_ANSWER = (  # what can only mean the answer: behind it "in the passages" may be left out
    r"(?:it|that|this|(?:the|an|no) answer|(?:the|this|your) question|(?:the|this|that) (?:\w+ )?information"
    r"|(?:who|what|when|where|why|which|how)\b[^,;]{1,80})"
)
_THERE = r"there(?: is|'s| are| was| were)"
_ABOUT = r"(?:\savailable)?(?:\s(?:about|on|regarding|of|as to|for|to)\s(?:(?!\b(?:in|by|from|at)\s)[^,;.]){1,80})?"
_I_CANNOT = r"(?:i|we) (?:(?:do|can|could) not|(?:am|are|was|were) (?:unable|not able) to)|i'm (?:unable|not able) to"
_END = r"[\W\d]*\Z"
_BEFORE_REFUSAL = re.compile(
    r"\A(?:(?:i(?:'m| am) (?:very )?sorry|sorry|unfortunately|regrettably|however|i apologi[sz]e)\b[,:.]?\s(?:but\s)?"
    rf"|(?:based on|according to|from|in)\s(?:only\s)?{_SOURCES},?\s(?:alone,?\s)?){{1,3}}",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    # The sources as a whole do not say: "the report on the spill" is the subject of news.
    rf"{_SOURCES}\s(?:do|does|did|can|could) not\s{_EVER}{_TELLS}"
    rf"|{_SOURCES}\s(?:contains?|gives?|provides?|offers?|makes?|mentions?|ha(?:ve|s)) no (?:\w+ )?{_NEWS}\b"
    rf"|{_SOURCES}\s(?:(?:says?|tells?|mentions?|states?) nothing|(?:is|are) silent)\b"
    rf"|(?:no|neither|(?:none|neither) of (?:the|these|those))\s{_SOURCE}\s(?:do(?:es)?\s|can\s)?{_EVER}{_TELLS}"
    # It is not told, in them.
    rf"|{_ANSWER}\s?(?:{_NOT_TOLD})(?:{_IN_SOURCES})?{_END}"
    rf"|[^,;]{{1,80}}\s(?:{_NOT_TOLD}){_IN_SOURCES}{_END}"
    rf"|(?:it\s?(?:{_NOT_TOLD})|the answer(?: to [^,;]{{1,60}})? is not|nothing){_IN_SOURCES}"
    rf"|{_SOURCES}\s(?:(?:only|merely) (?:say|mention|tell|discuss|talk|deal|cover)s?|(?:are|is) about other)\b"
    rf"|we are not told\b"
    rf"|{_THERE} (?:no|not any|nothing)\b[^,;]{{0,60}}{_IN_SOURCES}"
    rf"|(?:{_THERE} )?(?:no|not any|not enough|insufficient) (?:\w+ )?{_NEWS}{_ABOUT}"
    rf"(?:\s(?:(?:is|are|was|were)|can be)\s{_TOLD}{_ABOUT})?(?:{_IN_SOURCES})?{_END}"
    rf"|(?:not {_EVER}{_TOLD}(?:{_IN_SOURCES})?|n/a|none|null|unknown|unclear){_END}"
    # The model cannot tell.
    rf"|(?:{_I_CANNOT}) (?:know|find|tell|say|answer|determine|have (?:\w+ ){{0,2}}{_NEWS})\b"
    r"(?!.*\b(?:said|says|told)\b)",
    re.IGNORECASE | re.DOTALL,
)
_PREAMBLE = re.compile(
    r"(?:(?:sure|certainly|of course|okay|yes)\b[,.!]? ?)?here(?: is|’s|'s| are)\b[^.]{0,60}[.:!]?\Z"
    r"|(?:sure|certainly|of course|okay|sorry|i(?:[’']m| am) sorry)[.!]\Z",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:[-*•]|\d{1,2}[.)]|(?:standalone )?question:|(?:search )?quer(?:y|ies)(?: \d)?:)\s*", re.IGNORECASE
)
_WORD = r"(?:(?:passages?|sources?|articles?):?|no\.?|#|\^)"
_NUMBERS = rf"(?:{_WORD}\s*)?\d{{1,3}}(?:\s*(?:[,;&–-]|and)\s*(?:{_WORD}\s*)?\d{{1,3}})*"
_ROUND = _NUMBERS.replace("{1,3}", "{1,2}")  # between round brackets three digits are no passage
_MARKER = re.compile(
    rf"(?<!\s)\s*[\[【]\s*({_NUMBERS})\s*(?:†[^\]】]{{0,40}})?[\]】]"
    rf"|(?<=\S)\s?\(({_ROUND})\)(?=\s*(?:[.!?,;]|\Z))|(?<=[.!?])\s?\(({_ROUND})\)",
    re.IGNORECASE,
)
_PASSAGE = rf"(?:the )?(?:passages?|sources?) ({_NUMBERS})"
_OPENING = re.compile(
    rf"(?:according to|as (?:stated|reported|mentioned) in|based on|in|from) {_PASSAGE}[,:] "
    rf"|(?:according to|based on|from|in) (?:the|these) {_GIVEN}?"
    rf"(?:passages|articles|context|excerpts){_GIVEN_BEHIND}?[,:] "
    rf"|as {_PASSAGE} (?:say|state|report|note|mention|tell)s?, |{_PASSAGE}: "
    rf"|(?:{_PASSAGE}|passage) (?:say|state|report|note|mention|tell)s?(?: us)? that ",
    re.IGNORECASE,
)
_SOURCE_LIST = re.compile(r"\W*(?:sources?|references|citations|passages? (?:cited|used))\s?:", re.IGNORECASE)
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
    bare = _BEFORE_REFUSAL.sub("", plain(said))
    return said.rstrip(".!") == own or said.startswith(f"{own} ") or _REFUSAL.match(bare) is not None


def is_preamble(text: str) -> bool:
    """Tells whether a sentence only says that an answer follows: "Certainly!", "Here is a summary:"."""
    return _PREAMBLE.match(text.strip()) is not None


def without_label(line: str) -> str:
    """Returns a line without the sign of a list or a label such as "Query 1:", or quotation marks around it."""
    return _LABEL.sub("", line.strip()).strip(' "“”')


def source_opening(text: str) -> Marker | None:
    """Returns the opening of a sentence that only tells its passages, if it has one.

    Examples are "According to passage 1, " and "Passage 2 says that ".
    """
    opening = _OPENING.match(text)
    numbers = next(filter(None, opening.groups()), "") if opening else ""
    return Marker(0, opening.end(), _passages(numbers)) if opening else None


def lists_sources(line: str) -> bool:
    """Tells whether a line begins the list of sources behind an answer: "Sources: [1], [3]"."""
    return _SOURCE_LIST.match(line) is not None


def citation_markers(line: str) -> list[Marker]:
    """Returns the markers of a line, in order; a range names all passages in it."""
    return [Marker(m.start(), m.end(), _passages(m[1] or m[2] or m[3])) for m in _MARKER.finditer(line)]


def _passages(written: str) -> list[int]:
    numbers: list[int] = []
    for named in _RANGE.finditer(written):
        first, last = int(named[1]), int(named[2] or named[1])
        numbers += range(first, last + 1) if first <= last < first + _WIDEST else [first, last]
    return numbers
