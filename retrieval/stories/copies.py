"""Whether two articles carry one text: an agency's copy, a repost, a version; and the clusters of those that do.

A text is the set of its shingles, the runs of five words (Broder, "On the resemblance and containment of documents",
1997). Its sketch is the smallest hashes of them: two texts share about as much of their sketches as of themselves, so
that texts alike are found by equal numbers, and what is found is then compared whole. Desks cut a text from its end and
put paragraphs in, which leaves most of the shorter text within the longer, and its beginning whole; pages that share
their furniture alone begin otherwise, or tell nothing of their headlines.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from retrieval.store import stories as store
from retrieval.text.words import WORD, content_stems, stem_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa
    from numpy.typing import NDArray

    from retrieval.store.tables import StoredArticle
    from retrieval.types import Article

    Hashes = NDArray[np.uint64]

CLUSTERING = 1  # raised whenever `sketch` or `is_copy` tell otherwise: all articles are then put into clusters anew
SKETCH = 32  # hashes; half of a text shares sixteen with the whole
SHARED = 0.7  # of the shorter text, from which on both are one
_SHINGLE = 5  # words
_FEWEST = 20  # words; of less nothing is told
_LEAD = 100  # shingles
_LEAD_SHARED = 0.5
_HEADLINE_TOLD = 1 / 3  # of a headline's words, that the other text has
_CHANCE = 0.4  # of the numbers that are to be expected, those that are there at least
_BITS = (1 << 31) - 1  # of a hash that are kept: four bytes
_PRIME = np.uint64(0x100000001B3)
_MIXING = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))


def index_clusters(engine: sa.Engine, revisions: Sequence[StoredArticle]) -> int:
    """Puts each of these revisions into the cluster of its text; returns how many joined one that was there.

    It can be repeated. A revision whose row is gone meanwhile is left out.
    """
    return store.write_clusters(
        engine, [(revision, sketch(revision.article.text)) for revision in revisions], is_copy, CLUSTERING
    )


def count_unclustered(engine: sa.Engine) -> int:
    """Counts the ready articles that are still to be put into clusters, or anew."""
    return store.count_unclustered(engine, CLUSTERING)


def unclustered(engine: sa.Engine, limit: int) -> list[StoredArticle]:
    """Returns some of those articles."""
    return store.unclustered(engine, CLUSTERING, limit)


def sketch(text: str) -> tuple[int, ...]:
    """Returns the numbers that a text is found by; none for one of a few words."""
    smallest = np.unique(_shingles(text))[:SKETCH] & np.uint64(_BITS)
    return tuple(sorted(set(smallest.tolist())))


def is_copy(one: Article, other: Article, shared_numbers: int = SKETCH) -> bool:
    """Tells whether two articles carry one text, be one of them cut, or have a paragraph or a headline of its own.

    Args:
        one: an article.
        other: another.
        shared_numbers: how many numbers their sketches share; where these are too few for texts of their lengths, the
            texts are not looked at.
    """
    # Texts that share so much have a certain resemblance (Jaccard), and their sketches about as much of their numbers.
    shorter, longer = sorted((len(one.text), len(other.text)))
    common = SHARED * shorter
    if shared_numbers < _CHANCE * SKETCH * common / max(shorter + longer - common, 1):
        return False
    first, second = _shingles(one.text), _shingles(other.text)
    if not (len(first) and len(second)):
        return False
    shared = len(np.intersect1d(first, second)) / min(len(np.unique(first)), len(np.unique(second)))
    return (
        shared >= SHARED
        and max(_held(first[:_LEAD], second), _held(second[:_LEAD], first)) >= _LEAD_SHARED
        and min(_told(one.title, other.text), _told(other.title, one.text)) >= _HEADLINE_TOLD
    )


@lru_cache(maxsize=64)
def _shingles(text: str) -> Hashes:
    """Returns a hash of each run of five words, in order: those of its words, combined and mixed (splitmix64)."""
    hashed = np.array([zlib.crc32(word.encode()) for word in WORD.findall(text.casefold())], dtype=np.uint64)
    runs = len(hashed) - _SHINGLE + 1 if len(hashed) >= _FEWEST else 0
    found = np.zeros(runs, dtype=np.uint64)
    for place in range(_SHINGLE):
        found = found * _PRIME + hashed[place : place + runs]
    for shift, factor in _MIXING:
        found = (found ^ (found >> shift)) * factor
    return np.asarray(found ^ (found >> np.uint64(31)))


def _held(some: Hashes, whole: Hashes) -> float:
    return float(np.isin(some, whole).mean())


def _told(headline: str, text: str) -> float:
    """Returns how much of a headline a text has; all, where the headline says nothing."""
    words = set(content_stems(headline))
    return len(words & stem_set(text)) / len(words) if words else 1.0
