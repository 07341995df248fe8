"""Who quotes whom: a quotation within the words of another speaker. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.quotes.composing import holds
from retrieval.text.words import stem, stem_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Article, Quote

# What gives a source and no speaker: "..., Lee said, according to the newspaper".
_SOURCE_CUES = frozenset(map(stem, ["according", "report", "cite", "quote", "write", "publish"]))


def reporter(article: Article, quote: Quote, others: Sequence[Quote]) -> Quote | None:
    """The smallest of other quotations of the article, of another speaker who is no mere source, that holds this."""
    around = [other for other in others if _holds(other, quote) and not _is_source(article, other)]
    return min(around, key=lambda other: other.end - other.start, default=None)


def _holds(outer: Quote, inner: Quote) -> bool:
    if outer.field != inner.field or outer.name == inner.name or outer.content == inner.content:
        return False
    return all(any(holds(whole, part) for whole in outer.content) for part in inner.content)


def _is_source(article: Article, quote: Quote) -> bool:
    text: str = getattr(article, quote.field)
    return bool(quote.cue and stem_set(text[quote.cue.start : quote.cue.end]) & _SOURCE_CUES)
