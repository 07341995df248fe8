"""A standalone question to hits: what BM25, the vectors and the dates say, each in 0..1, added up.

The sum of normalised scores is CombSUM (Fox and Shaw, "Combination of multiple searches", 1994). It keeps how far ahead
the first of a list is, which ranks forget (Bruch, Gai and Ingber, "An analysis of fusion functions for hybrid
retrieval", 2023). docs/search.md has the figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.types import Hit, PassageRef, Question

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from retrieval.index.lexical import Lexical
    from retrieval.index.vectors import Vectors
    from retrieval.store.articles import Articles, StoredArticle
    from retrieval.types import Encoder

DEPTH = 100  # how far down each list fusion looks
FADING = 30.0  # days in which recency falls to a third

Scored = tuple[PassageRef, float]
_Place = tuple[float, int] | tuple[None, None]  # score and rank in a list
_NOWHERE: _Place = (None, None)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What each index found for a question, best first and at most `depth`, and the articles of it all by key."""

    lexical: Sequence[Scored]
    dense: Sequence[Scored]
    articles: Mapping[int, StoredArticle]
    depth: int


class Search:
    """The `Retriever` over one data directory."""

    def __init__(self, articles: Articles, vectors: Vectors, lexical: Lexical, encoder: Encoder) -> None:
        self._articles = articles
        self._vectors = vectors
        self._lexical = lexical
        self._encoder = encoder

    def search(self, question: Question, limit: int) -> list[Hit]:
        found = self.candidates(question, max(limit, DEPTH))
        return hits(rank(found, question.asked)[:limit], found)

    def candidates(self, question: Question, depth: int) -> Candidates:
        articles: dict[int, StoredArticle] = {}

        def visible(found: Sequence[Scored]) -> list[Scored]:
            """What the table says is there and may be seen; the indexes may be ahead of it or behind."""
            unknown = {ref.key for ref, _ in found} - articles.keys()
            articles.update(self._articles.ready(unknown, question.libraries, question.filters))
            return [(ref, score) for ref, score in found if ref.key in articles]

        lexical = _widening(lambda n: self._lexical.search(question.libraries, question.text, n), visible, depth)
        dense = _widening(self._dense(question), visible, depth)
        return Candidates(lexical, dense, articles, depth)

    def _dense(self, question: Question) -> Callable[[int], list[Scored]]:
        """The nearest passages in the collections of the question's libraries; those of others are not even opened."""
        for name in question.libraries:
            self._vectors.check(name, self._articles.count_passages)
        vector = self._encoder.encode_questions([question.text])[0]

        def nearest(limit: int) -> list[Scored]:
            found = [pair for name in question.libraries for pair in self._vectors.search(name, vector, limit)]
            return sorted(found, key=best_first)[:limit]

        return nearest


def rank(found: Candidates, asked: dt.date) -> list[Scored]:
    """All candidates, best first, with scores in 0..3; ties are ordered by passage."""
    dated = [
        (ref, score + recency(found.articles[ref.key].article.published_on, asked))
        for ref, score in fuse([found.dense, found.lexical], found.depth)
    ]
    return sorted(dated, key=best_first)


def fuse(rankings: Sequence[Sequence[Scored]], depth: int) -> list[Scored]:
    """The sum of each passage's normalised scores, best first; ties are ordered by passage."""
    fused: dict[PassageRef, float] = {}
    for ranking in rankings:
        for ref, score in normalised(ranking, depth):
            fused[ref] = fused.get(ref, 0.0) + score
    return sorted(fused.items(), key=best_first)


def normalised(ranking: Sequence[Scored], depth: int) -> list[Scored]:
    """Scores in 0..1: 1 for the best, 0 for what the list lacks.

    What a full list lacks scored at most as its last; one that ended before `depth` lacks only what scored nothing.
    """
    if not ranking:
        return []
    best, last = ranking[0][1], ranking[-1][1]
    floor = last if len(ranking) >= depth else min(0.0, last)
    return [(ref, (score - floor) / (best - floor) if best > floor else 1.0) for ref, score in ranking]


def recency(published: dt.date | None, asked: dt.date) -> float:
    """What an article's date says of its passages: 1 on the day of the question, fading both ways.

    News is mostly asked about while it is new. Days after count as days before, since a question may be dated when it
    was thought of; what is long past, or has no date, is ranked by its words alone. A date counts as much as one index:
    an old report that is the best of both indexes yields to no new one that is less than half as good in both.
    """
    if published is None:
        return 0.0
    return math.exp(-abs((asked - published).days) / FADING)


def best_first(pair: Scored) -> tuple[float, PassageRef]:
    return -pair[1], pair[0]


def _widening(
    fetch: Callable[[int], list[Scored]], keep: Callable[[Sequence[Scored]], list[Scored]], wanted: int
) -> list[Scored]:
    """The best `wanted` that pass `keep`, fetching more until there are enough or no more.

    Filters are rare and often wide, so over-fetching is quicker than filtering inside the index.
    """
    limit = wanted
    while True:
        found = fetch(limit)
        kept = keep(found)
        if len(kept) >= wanted or len(found) < limit:
            return kept[:wanted]
        limit *= 4


def hits(ranked: Sequence[Scored], found: Candidates) -> list[Hit]:
    """Ranked candidates as hits, each with its place in either list."""
    dense, lexical = _places(found.dense), _places(found.lexical)
    return [
        _hit(ref, score, found.articles[ref.key], dense.get(ref, _NOWHERE), lexical.get(ref, _NOWHERE))
        for ref, score in ranked
    ]


def _places(ranking: Sequence[Scored]) -> dict[PassageRef, _Place]:
    return {ref: (score, at) for at, (ref, score) in enumerate(ranking, start=1)}


def _hit(ref: PassageRef, score: float, stored: StoredArticle, dense: _Place, lexical: _Place) -> Hit:
    return Hit(
        library=stored.library,
        article=stored.article,
        start=ref.start,
        end=ref.end,
        score=score,
        dense=dense[0],
        dense_rank=dense[1],
        lexical=lexical[0],
        lexical_rank=lexical[1],
    )
