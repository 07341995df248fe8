"""A text to its sentences, by offsets. Pure."""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import sentencex  # type: ignore[import-untyped]  # it ships no types

from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_QUOTATION = 600  # characters; no answer shows more, so a longer quotation is cut at the sentence ends inside it
MAX_BLOCK = 10_000  # characters; the splitter takes time quadratic in unclosed quotation marks
WRAP_WIDTHS = range(40, 121)  # characters; of lines that an editor or mail program broke

_SPACE = re.compile(r"\s")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_PROTECTING = re.compile(r"[“”\"«»()\[\]‘’']")  # between these the splitter ends no sentence
_OPENING = re.compile(r"(?<=\s)[“‘\"'«(\[]+\s*\Z")
_CLOSING = re.compile(r"(?<=\S)[”’\"'»)\]]+(?=[\s,.;:]|\Z)")
_BLOCK_END = re.compile(r"[.!?。！？][”’\"')]*\s")
_BULLET = re.compile(r"(?:[-*•–—·#>|]|\d+[.)])\s")

_DAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?s?\b(?!['’])"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\w*\.? \d"
_ZONE = (
    r"(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|IST|AES?T|Eastern|Central|Mountain|Pacific|Greenwich"
    r"|(?:[A-Z]\w+ ){1,3}[Tt]ime)\b"
)
# Where the splitter ends a sentence and should not: how the words before end, and how those after begin.
_NO_END = [
    (re.compile(before + r"\Z"), re.compile(after))
    for before, after in (
        (r"\b[ap]\.m\.\s+", rf"\(?(?:{_DAY}|{_MONTH}|{_ZONE})"),  # at 3 p.m. | Monday
        (r"\b[A-Z]\.", r"[A-Z]"),  # Graham, R-S. | C., said
        (r"\d [NSEW]\.\s+", r"(?:\w+ ){1,3}(?:St|Ave|Rd|Blvd|Street|Avenue|Road)\b"),  # 308 N. | Second Ave.
        (r"\b(?:Gov|Sen|Rep|Pres|Gen|Sgt|Lt|Col|Capt|Ms|Mr|Mrs|Dr|J\.D)s?\.\s+", r"[A-Z]"),  # then-Gov. | Brown
        (r"[.!?][”\"’']*\s+", r"[a-z][a-z’']*(?:[\s,;]|[.!?](?:\s|\Z))"),  # How dare you?” | she said
        (r"(?:\A|[.!?]\s+)\d{1,3}\.\s+", r"\S"),  # 3. | Minnesota
        (r"\S", r"[,;:]"),
    )
]


def sentences(text: str, span: Span | None = None) -> list[Span]:
    """The sentences of a text or of a stretch of it, in order, without the white space around them.

    They are disjoint, and every other character belongs to one. A paragraph ends a sentence. A quotation stays whole
    with the sentence that holds it, unless it is longer than any answer shows.
    """
    width = _wrap_width(text)
    return [
        sentence
        for paragraph in _paragraphs(text, span or Span(0, len(text)), width)
        for block in _blocks(text, paragraph)
        for sentence in _sentences(text, block)
    ]


def sentences_holding(text: str, parts: Sequence[Span]) -> list[Span]:
    """Those of the text's sentences that overlap some spans; no other paragraph is split."""
    paragraphs = _paragraphs(text, Span(0, len(text)), _wrap_width(text))
    blocks = (block for paragraph in paragraphs if _holds(paragraph, parts) for block in _blocks(text, paragraph))
    return [sentence for block in blocks for sentence in _sentences(text, block) if _holds(sentence, parts)]


def _holds(span: Span, parts: Sequence[Span]) -> bool:
    return any(span.start < part.end and part.start < span.end for part in parts)


def _wrap_width(text: str) -> int:
    """The length of the lines of a hard-wrapped text; 0 for a text whose line ends are its author's.

    A wrapped line is one that had no room for the next one's first word; most lines must be, and three at least.
    """
    lines = text.splitlines()
    width = max(map(len, lines), default=0)
    if width not in WRAP_WIDTHS:
        return 0
    inner = [(one, two) for one, two in pairwise(lines) if one.strip() and two.strip()]
    wrapped = sum(_is_wrapped(one, two, width) for one, two in inner)
    return width if wrapped >= max(3, len(inner) / 2) else 0


def _is_wrapped(line: str, following: str, width: int) -> bool:
    words = following.split(maxsplit=1)
    return len(line) + 1 + len(words[0]) > width and not _BULLET.match(following.lstrip())


def _paragraphs(text: str, span: Span, width: int) -> Iterator[Span]:
    """Lines, those of a hard-wrapped paragraph together; blank ones left out."""
    start = span.start
    lines = [Span(start, start := start + len(line)) for line in text[span.start : span.end].splitlines(keepends=True)]
    for blank, group in groupby(lines, key=lambda line: not text[line.start : line.end].strip()):
        block = list(group)
        first = block[0].start
        for line, following in pairwise([] if blank else block):
            one, two = text[line.start : line.end].rstrip(), text[following.start : following.end]
            if not width or not _is_wrapped(one, two, width):
                yield Span(first, line.end)
                first = following.start
        if not blank:
            yield Span(first, block[-1].end)


def _blocks(text: str, paragraph: Span) -> Iterator[Span]:
    """A paragraph in parts short enough for the splitter, cut after a sentence where one ends in reach."""
    start = paragraph.start
    while paragraph.end - start > MAX_BLOCK:
        limit = start + MAX_BLOCK
        ends = (match.end() for match in _BLOCK_END.finditer(text, limit - MAX_BLOCK // 10, limit))
        end = max(ends, default=limit)
        yield Span(start, end)
        start = end
    yield Span(start, paragraph.end)


def _sentences(text: str, block: Span) -> list[Span]:
    """The sentences of a block: what the splitter finds, repaired, in one piece for words without any of their own."""
    words = _LONE_SURROGATE.sub("\ufffd", _SPACE.sub(" ", text[block.start : block.end]))
    moved = sorted({_moved(words, cut) for cut in _cuts(words)} - {0, len(words)})
    cuts = [0, *(cut for cut in moved if _is_end(words, cut)), len(words)]
    found: list[Span] = []
    for start, end in pairwise(cuts):
        if found and not (_has_words(words, start, end) and _has_words(words, found[-1].start, found[-1].end)):
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(start, end))
    return [_stripped(words, block.start, span) for span in found if words[span.start : span.end].strip()]


def _cuts(words: str) -> Iterator[int]:
    """Where the splitter begins a sentence; inside a quotation too, where it is too long."""
    for unit in sentencex.get_sentence_boundaries("en", words):
        start, end = unit["start_index"], unit["end_index"]
        yield start
        if end - start > MAX_QUOTATION:
            bare = _PROTECTING.sub(" ", words[start:end])
            yield from (start + inner["start_index"] for inner in sentencex.get_sentence_boundaries("en", bare))


def _moved(words: str, cut: int) -> int:
    """The cut on the right side of the quotation mark or bracket beside it, which the splitter may miss."""
    if opening := _OPENING.search(words[max(0, cut - 40) : cut]):
        return cut - len(opening.group())
    closing = _CLOSING.match(words, cut)
    return closing.end() if closing else cut


def _is_end(words: str, cut: int) -> bool:
    before = words[max(0, cut - 40) : cut]
    return not any(ending.search(before) and beginning.match(words, cut) for ending, beginning in _NO_END)


def _has_words(words: str, start: int, end: int) -> bool:
    return any(map(str.isalnum, words[start:end]))


def _stripped(words: str, offset: int, span: Span) -> Span:
    """The span without white space at its ends, counted from `offset`."""
    found = words[span.start : span.end]
    start = span.start + len(found) - len(found.lstrip())
    return Span(offset + start, offset + start + len(found.strip()))
