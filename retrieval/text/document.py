"""A text and what is read in it, each computed once. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from retrieval.text import sentences as splitting
from retrieval.text.lexicon import alternatives
from retrieval.text.names import DAYS_AND_MONTHS, names
from retrieval.text.quotation_marks import BLANK, MARKS, Quotation, is_nickname, paired
from retrieval.text.words import Word, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.text.dates import Moment
    from retrieval.text.numbers import Figure
    from retrieval.types import Span


@dataclass(frozen=True)
class Document:
    """A text with what stands in it, all of it spans of the text in order.

    `document(text)` shares one between those who read the same text.
    """

    text: str

    @cached_property
    def paragraphs(self) -> list[Span]:
        return splitting.paragraphs(self.text)

    @cached_property
    def quotations(self) -> list[Quotation]:
        found = [
            quotation
            for span, following in pairwise([*self.paragraphs, None])
            if span
            for goes_on in [following is not None and self.text[following.start] in MARKS]
            for quotation in paired(self.text, span, goes_on=goes_on)
        ]
        return [q for q in found if self.text[q.start : q.end].strip(f"{MARKS} ") and not is_nickname(self.text, q)]

    @cached_property
    def narrative(self) -> str:
        """The text with every quotation blanked out, offset for offset."""
        pieces, at = [], 0
        for quotation in self.quotations:
            pieces += [self.text[at : quotation.start], BLANK * (quotation.end - quotation.start)]
            at = quotation.end
        return "".join([*pieces, self.text[at:]])

    @cached_property
    def sentences(self) -> list[Span]:
        """The sentences, a quotation whole with the one that holds it, however long it is."""
        return [span for paragraph in self.paragraphs for span in splitting.split(self.text, self.narrative, paragraph)]

    @cached_property
    def excerpts(self) -> list[Span]:
        """The sentences as they may be cited: what is longer than any answer shows, or quoted without end, is cut."""
        return [
            excerpt
            for sentence in self.sentences
            for excerpt in (
                splitting.split_further(self.text, sentence)
                if sentence.end - sentence.start > splitting.MAX_QUOTATION
                or any(quotation.open for quotation in self.quotations_in(sentence))
                else [sentence]
            )
        ]

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words with their lemmas, those of a hyphenated one apart."""
        return words(self.text)

    @cached_property
    def names(self) -> list[Span]:
        """The capitalised names, with the titles before them."""
        return names(self.text)

    @cached_property
    def figures(self) -> list[Figure]:
        """The numbers by their value, those of dates as well."""
        from retrieval.text.numbers import figures

        return figures(self.text)

    @cached_property
    def dates(self) -> list[Moment]:
        """The dates as far as they are written; `moments` tells what "Tuesday" means on a day."""
        from retrieval.text.dates import moments

        return moments(self.text)

    def quotations_in(self, span: Span) -> list[Quotation]:
        first, last = (
            bisect_left(self.quotations, at, key=lambda quotation: quotation.start) for at in (span.start, span.end)
        )
        return self.quotations[first:last]

    def excerpts_in(self, span: Span) -> list[Span]:
        """Returns the excerpts that overlap a span, whole."""
        first = bisect_left(self.excerpts, span.start + 1, key=lambda excerpt: excerpt.end)
        last = bisect_left(self.excerpts, span.end, key=lambda excerpt: excerpt.start)
        return self.excerpts[first:last]


def document(text: str) -> Document:
    """Returns the document of a text, the same one while it is in use."""
    return _short(text) if len(text) <= _SHORT else _long(text)


_SHORT = 50_000  # characters: what is kept of a text takes fifty times its memory
_short, _long = lru_cache(maxsize=64)(Document), lru_cache(maxsize=2)(Document)


def sentences(text: str, span: Span | None = None) -> list[Span]:
    """Returns the sentences of a text or of a stretch of it as they may be cited, in order, without white space around.

    They are disjoint, and every character but white space belongs to one. A paragraph ends a sentence. A quotation
    stays whole with the sentence that holds it, unless it is longer than any answer shows.
    """
    if span is None:
        return document(text).excerpts
    clipped = ((max(s.start, span.start), min(s.end, span.end)) for s in document(text).excerpts_in(span))
    return [splitting.stripped(text, start, end) for start, end in clipped if text[start:end].strip()]


def sentences_holding(text: str, parts: Sequence[Span]) -> list[Span]:
    """Returns those of a text's sentences that overlap some spans."""
    held = {excerpt.start: excerpt for part in parts for excerpt in document(text).excerpts_in(part)}
    return [held[start] for start in sorted(held)]


_TOKEN = re.compile(
    rf"""{BLANK}+
    |(?:[A-Z]\.)+(?!\w)
    |(?:{alternatives("title_abbreviations")}|jr|sr)\.
    |\b(?:I|he|she|they|we|you|it|who|that|there|here|what)(?=[’'](?:s|d|ll|re|ve|m)\b)
    |[’'](?:s|d|ll|re|ve|m)\b
    |[^\W_]+(?:[-’'.&][^\W_]+)*[’']?
    |[“"‘][^\W\d_]+[”"’](?=\s[A-Z])
    |---?
    |\S""",
    re.VERBOSE | re.IGNORECASE,
)
_DATELINE = re.compile(
    r"[A-Z][\w.,’' -]{1,40}\([A-Z][\w. /]{1,20}\)\s?[–—-]{1,2}\s+"  # New York (AFP) –
    r"|\d{1,2}[.:]\d\d(?:\s?[ap]\.?m\b\.?)?(?:\s[A-Z]{2,4}\b)?(?:\s?[|–—:-])?\s+(?=[^\W\d_])"  # 12:55pm ET
)
_LONGEST = 400  # tokens of a sentence that are read; what is longer is no prose


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower().replace("’", "'")

    @property
    def quoted(self) -> bool:
        return self.text[0] == BLANK

    @property
    def word(self) -> bool:
        return self.text.strip('“"‘')[:1].isalnum()  # of a quotation only a nickname is left: Robert “Bob” Lee

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() and self.lower not in DAYS_AND_MONTHS


def tokens(narrative: str, span: Span) -> list[Token]:
    """Those of a sentence of a narrative, in which quotations are blanked out; an agency's dateline is left out."""
    dateline = _DATELINE.match(narrative, span.start, span.end)
    found = _TOKEN.finditer(narrative, dateline.end() if dateline else span.start, span.end)
    return [Token(m.group(), m.start(), m.end()) for m in islice(found, _LONGEST)]
