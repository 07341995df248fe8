"""A sentence that a model wrote, as what it claims: names, figures, dates, denials, and who said what. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.gate.terms import outside, stretches
from retrieval.quotes import quotes
from retrieval.text.dates import moments
from retrieval.text.document import Document
from retrieval.text.names import core_name, names, word_set
from retrieval.text.numbers import figures, scores
from retrieval.text.words import plain, words
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.text.dates import Moment
    from retrieval.text.numbers import Figure
    from retrieval.text.words import Word
    from retrieval.types import Quote

NEIGHBOURS = 2
# Nouns that often open a sentence of a report, and so are no names there.
_OPENING = word_set(
    """officials authorities police residents rescuers protesters critics experts analysts scientists researchers
    investigators prosecutors lawmakers voters soldiers troops firefighters doctors workers students teachers parents
    families victims survivors witnesses organizers organisers demonstrators activists lawyers economists investors
    shares prices sales profits inflation rescue emergency government people reports news articles both neither
    negotiators leaders members ministers judges jurors fans players teams countries nations states companies"""
)
_FRAME = re.compile(r"^(?:The|This) (?:article|report|passage|outlet) (?:reports|says|states|notes|adds)(?: that)? ")


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a claim, `text[start:end]`, without its title."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Claim:
    """A plain sentence. `small` are words written small in the articles at hand, which thus are no names."""

    text: str
    small: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str, small: frozenset[str] = frozenset()) -> Claim:
        return cls(_FRAME.sub("", plain(text).strip()), small)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return words(self.text)

    @cached_property
    def content(self) -> list[Word]:
        return [word for word in self.words if word.is_content]

    @cached_property
    def told(self) -> list[Word]:
        """The words of content that are not compared exactly, as those of names, figures and dates are."""
        exact = [*stretches(self.names), *stretches(self.figures), *stretches(self.moments)]
        return list(outside(self.content, exact))

    @cached_property
    def inexact(self) -> tuple[Word, ...]:
        """The words that belong to no figure or date."""
        return outside(self.words, [*stretches(self.figures), *stretches(self.moments)])

    @cached_property
    def names(self) -> list[Named]:
        found = []
        for span in names(self.text):
            written = self.text[span.start : span.end]
            name = core_name(written)
            start = span.end - len(name) if name else span.end
            opens = not self.text[: span.start].strip(" \"'([")
            if name and not (opens and " " not in name and self._is_ordinary(name)):
                found.append(Named(name, start, span.end))
        return found

    def _is_ordinary(self, word: str) -> bool:
        return word.lower() in self.small | _OPENING and not word.isupper()

    @cached_property
    def moments(self) -> list[Moment]:
        return moments(self.text)

    @cached_property
    def figures(self) -> list[Figure]:
        """The numbers that are no part of a date."""
        dated = [(m.start, m.end) for m in self.moments]
        return [f for f in figures(self.text) if not any(start < f.end and f.start < end for start, end in dated)]

    @cached_property
    def scores(self) -> list[tuple[int, int]]:
        return scores(self.text)

    @cached_property
    def said(self) -> list[Quote]:
        return quotes(Article("claim", "", self.text))

    @cached_property
    def quotations(self) -> list[str]:
        """The words between quotation marks."""
        return [self.text[q.start : q.end].strip("\"' ") for q in Document(self.text).quotations]

    def neighbours(self, start: int, end: int) -> Sequence[str]:
        """The stems of the nearest words of content around a stretch of the claim."""
        before = [word.stem for word in self.content if word.end <= start][-NEIGHBOURS:]
        return [*before, *[word.stem for word in self.content if word.start >= end][:NEIGHBOURS]]
