"""Who quotes whom: a quotation within the words of another speaker. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.quotes.composing import holds
from retrieval.text.words import stem, stem_set

if TYPE_CHECKING:
    from retrieval.types import Quote, StoredQuote

# What gives a source and no speaker: "..., Lee said, according to the newspaper".
_SOURCE_CUES = frozenset(map(stem, ["according", "report", "cite", "quote", "write", "publish"]))


def reporter(said: StoredQuote) -> Quote | None:
    """Returns the smallest quotation of another speaker, who is no mere source, in whose words this one stands."""
    holding = [other for other in said.around if _holds(other, said.quote) and not _is_source(said, other)]
    return min(holding, key=lambda other: other.end - other.start, default=None)


def _holds(outer: Quote, inner: Quote) -> bool:
    if outer.field != inner.field or outer.name == inner.name or outer.content == inner.content:
        return False
    return all(any(holds(whole, part) for whole in outer.content) for part in inner.content)


def _is_source(said: StoredQuote, other: Quote) -> bool:
    return bool(other.cue and stem_set(said.slice(other.cue)) & _SOURCE_CUES)
