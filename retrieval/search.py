"""A standalone question to hits: vectors and BM25, fused by reciprocal rank, with a little for being recent.

Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual rank learning" (2009).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from retrieval.types import Hit, PassageRef, Question

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from retrieval.articles import Articles, StoredArticle
    from retrieval.lexical import Lexical
    from retrieval.types import Encoder
    from retrieval.vectors import Vectors

_DEPTH = 50  # how far down each list fusion looks
_RECENT = 0.5  # of what a first place counts; measured on news quizzes, where 1 is better still
_FADING = 20.0  # days in which recency falls to a third
_RRF = 60  # the constant of the paper: how much the first ranks count over later ones

Scored = tuple[PassageRef, float]


class Search:
    """The `Retriever` over one data directory."""

    def __init__(self, articles: Articles, vectors: Vectors, lexical: Lexical, encoder: Encoder) -> None:
        self._articles = articles
        self._vectors = vectors
        self._lexical = lexical
        self._encoder = encoder

    def search(self, question: Question, limit: int) -> list[Hit]:
        depth = max(limit, _DEPTH)
        articles: dict[int, StoredArticle] = {}

        def visible(found: Sequence[Scored]) -> list[Scored]:
            """What the table says is there and may be seen; the indexes may be ahead of it or behind."""
            unknown = {ref.key for ref, _ in found} - articles.keys()
            articles.update(self._articles.ready(unknown, question.libraries, question.filters))
            return [(ref, score) for ref, score in found if ref.key in articles]

        lexical = _widening(lambda n: self._lexical.search(question.libraries, question.text, n), visible, depth)
        dense = _widening(self._dense(question), visible, depth)
        fused = [
            (ref, score + recency(articles[ref.key].article.published_on, question.asked))
            for ref, score in fuse([dense, lexical])
        ]
        fused.sort(key=_best_first)
        return [_hit(ref, score, dense, lexical, articles) for ref, score in fused[:limit]]

    def _dense(self, question: Question) -> Callable[[int], list[Scored]]:
        """The nearest passages in the collections of the question's libraries; those of others are not even opened."""
        for name in question.libraries:
            self._vectors.check(name, self._articles.count_passages)
        vector = self._encoder.encode_questions([question.text])[0]

        def nearest(limit: int) -> list[Scored]:
            found = [pair for name in question.libraries for pair in self._vectors.search(name, vector, limit)]
            return sorted(found, key=_best_first)[:limit]

        return nearest


def fuse(rankings: Sequence[Sequence[Scored]]) -> list[Scored]:
    """Reciprocal rank fusion, best first; ties are ordered by passage."""
    fused: dict[PassageRef, float] = {}
    for ranking in rankings:
        for rank, (ref, _) in enumerate(ranking, start=1):
            fused[ref] = fused.get(ref, 0.0) + 1 / (_RRF + rank)
    return sorted(fused.items(), key=_best_first)


def recency(published: dt.date | None, asked: dt.date) -> float:
    """What an article's date adds to the fused score of its passages: half a first place on the day of the question.

    News is mostly asked about while it is new. Days after count as days before, since a question may be dated when it
    was thought of; what is long past, or has no date, is ranked by its words alone.
    """
    if published is None:
        return 0.0
    return _RECENT / (_RRF + 1) * math.exp(-abs((asked - published).days) / _FADING)


def _best_first(pair: Scored) -> tuple[float, PassageRef]:
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


def _hit(
    ref: PassageRef,
    score: float,
    dense: Sequence[Scored],
    lexical: Sequence[Scored],
    articles: dict[int, StoredArticle],
) -> Hit:
    stored = articles[ref.key]
    dense_score, dense_rank = _place(ref, dense)
    lexical_score, lexical_rank = _place(ref, lexical)
    return Hit(
        library=stored.library,
        article=stored.article,
        start=ref.start,
        end=ref.end,
        score=score,
        dense=dense_score,
        dense_rank=dense_rank,
        lexical=lexical_score,
        lexical_rank=lexical_rank,
    )


def _place(ref: PassageRef, ranking: Sequence[Scored]) -> tuple[float | None, int | None]:
    for rank, (other, score) in enumerate(ranking, start=1):
        if other == ref:
            return score, rank
    return None, None
