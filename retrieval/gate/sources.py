"""The sentences of passages as evidence: their words, figures, dates, quotations, and whom they are about.

Whom "he" or "the president" means is told by the whole article; what supports must stand in the passage. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from retrieval.gate.terms import outside, stems_of, stretches
from retrieval.quotes import quotes
from retrieval.quotes.coreference import People
from retrieval.text.dates import moments
from retrieval.text.document import Document, sentences
from retrieval.text.function_words import PRONOUNS
from retrieval.text.instructions import is_instruction
from retrieval.text.names import core_name
from retrieval.text.numbers import figures
from retrieval.text.words import plain, words
from retrieval.types import Span

if TYPE_CHECKING:
    from retrieval.text.dates import Moment
    from retrieval.text.numbers import Figure
    from retrieval.text.words import Word
    from retrieval.types import Article, Hit, Quote

_PRONOUN = re.compile(rf"\b(?:{'|'.join(PRONOUNS)}|it|its)\b", re.IGNORECASE)
_STANDS_FOR = re.compile(
    r"\b(?:he|him|his|she|her|hers|they|them|their|it|its|we|our|us|who|both|I|my|me"
    r"|(?:the|this|that|these|those)\s[a-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """A sentence of a passage, `hit.article.text[start:end]`."""

    hit: Hit
    start: int
    end: int

    @cached_property
    def text(self) -> str:
        return plain(self.hit.article.text[self.start : self.end])

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return words(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems_of(self.words)

    @cached_property
    def figures(self) -> list[Figure]:
        return figures(self.text)

    @cached_property
    def moments(self) -> list[Moment]:
        return moments(self.text, self.hit.article.published_on)

    @cached_property
    def inexact(self) -> tuple[Word, ...]:
        """The words that belong to no figure or date."""
        return outside(self.words, [*stretches(self.figures), *stretches(self.moments)])

    @cached_property
    def names(self) -> list[str]:
        """The names written in it, without titles."""
        found = known(self.hit.article).people.within(Span(self.start, self.end))
        return [plain(core_name(mention.text) or mention.text) for mention in found]

    @cached_property
    def meant(self) -> list[str]:
        """The full names of those that it names or means by a pronoun."""
        people, text = known(self.hit.article).people, self.hit.article.text
        named = [people.full_name(m.text, m.span.start) for m in people.within(Span(self.start, self.end))]
        pronouns = _PRONOUN.finditer(text, self.start, self.end)
        return [plain(name) for name in (*named, *(people.resolve(Span(m.start(), m.end())) for m in pronouns))]

    @cached_property
    def quotes(self) -> list[Quote]:
        found = known(self.hit.article).quotes
        own = [q for q in found if q.field == "text"]
        return [q for q in own if any(part.start < self.end and self.start < part.end for part in q.content)]

    @cached_property
    def stands_for(self) -> bool:
        """Whether a word in it stands for somebody or something named elsewhere."""
        return bool(_STANDS_FOR.search(self.text))


@dataclass(frozen=True)
class Known:
    """An article read for its people and quotations."""

    people: People
    quotes: list[Quote]
    stems: frozenset[str]
    small: frozenset[str]  # words written small in it


@lru_cache(maxsize=64)
def known(article: Article) -> Known:
    marked = Document(article.text)
    people = People(article.text, marked.narrative, marked.sentences, article.byline)
    found = quotes(article)
    people.hear(quote.speaker for quote in found if quote.field == "text")
    everything = plain("\n".join(filter(None, (article.title, article.text, article.byline, article.publisher))))
    small = frozenset(re.findall(r"(?<![\w'-])[a-z][\w'-]*", plain(article.text)))
    return Known(people, found, stems_of(words(everything)), small)


@lru_cache(maxsize=256)
def lines(hit: Hit) -> tuple[Line, ...]:
    """The sentences of a passage but those that are instructions to a machine."""
    text = hit.article.text
    found = (Line(hit, span.start, span.end) for span in sentences(text, Span(hit.start, hit.end)))
    return tuple(line for line in found if not is_instruction(line.text))
