"""Spans of stored articles as numbered citations, statements that are their exact words, and what comes near. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from retrieval.text.document import sentences
from retrieval.text.words import content_stems, stem_set
from retrieval.types import Citation, Span, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Article, Field, Hit


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of one field of a stored article, not yet numbered."""

    library: str
    article: Article
    start: int
    end: int
    field: Field = "text"

    @property
    def text(self) -> str:
        return self.cite(0).quote

    def cite(self, number: int) -> Citation:
        return Citation(number, self.library, self.article, self.field, self.start, self.end)


def as_excerpt(cited: Citation) -> Excerpt:
    """Returns what a citation is of, without its number."""
    return Excerpt(cited.library, cited.article, cited.start, cited.end, cited.field)


def whole_field(library: str, article: Article, field: Field) -> Excerpt | None:
    """The whole of a field, None where the source did not give it."""
    value: str | None = getattr(article, field)
    return Excerpt(library, article, 0, len(value), field) if value else None


def state(excerpts: Sequence[Excerpt]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """One statement for each excerpt, in its exact words, cited by number from 1.

    Raises:
        ValueError: an excerpt is empty or reaches past its field.
    """
    citations = tuple(excerpt.cite(number) for number, excerpt in enumerate(excerpts, start=1))
    for c in citations:
        if not c.quote or len(c.quote) != c.end - c.start:
            raise ValueError(f"The {c.field} of article {c.article.id} has no span {c.start}:{c.end}.")
    return tuple(Statement(c.quote, (c.number,)) for c in citations), citations


def joined(excerpts: Sequence[Excerpt]) -> list[Excerpt]:
    """The excerpts, each with those that follow it in the same paragraph made one with it; the order is kept."""
    merged: list[Excerpt] = []
    for excerpt in excerpts:
        at = next((i for i, other in enumerate(merged) if _touch(other, excerpt)), None)
        if at is None:
            merged.append(excerpt)
        else:
            other = merged[at]
            span = min(other.start, excerpt.start), max(other.end, excerpt.end)
            merged[at] = Excerpt(other.library, other.article, *span, other.field)
    return merged


def _touch(one: Excerpt, other: Excerpt) -> bool:
    """Whether nothing but a space parts two excerpts of one field."""
    if (one.library, one.article.id, one.field) != (other.library, other.article.id, other.field):
        return False
    first, second = sorted((one, other), key=lambda excerpt: excerpt.start)
    between = first.article.text[first.end : second.start]
    return one.field == "text" and not between.strip() and "\n" not in between


def nearest_sentence(question: str, hit: Hit) -> Span:
    """The sentence of a hit that shares most words with the question, the first of equals; all of a hit without one.

    A word counts the less, the more of the hit's sentences hold it.
    """
    text = hit.article.text
    spans = sentences(text, Span(hit.start, hit.end))
    asked = set(content_stems(question))
    shared = [asked & stem_set(text[span.start : span.end]) for span in spans]
    held_by = Counter(chain.from_iterable(shared))
    worth = [sum(1 / held_by[word] for word in words) for words in shared]
    return spans[worth.index(max(worth))] if spans else Span(hit.start, hit.end)
