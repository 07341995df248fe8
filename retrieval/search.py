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
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from retrieval.index.lexical import Lexical
    from retrieval.index.vectors import Vectors
    from retrieval.store.articles import Articles, StoredArticle
    from retrieval.types import Article, Encoder

DEPTH = 100  # how far down each list fusion looks
FOCUS = 1.0  # what a passage of an article that the conversation is about has ahead
FADING = 30.0  # days in which recency falls to a third
_NAMED = 3  # titles of articles without a date
_TITLE = 80  # characters

Scored = tuple[PassageRef, float]
_NOWHERE = (None, None)  # score and rank in a list that lacks the passage


@dataclass(frozen=True, slots=True)
class Candidates:
    """What each index found for a question, best first, and the articles of it all by key.

    That is at most `depth` passages, and behind them whatever else the articles of these keys in `focus` have.
    """

    lexical: Sequence[Scored]
    dense: Sequence[Scored]
    articles: Mapping[int, StoredArticle]
    depth: int
    focus: frozenset[int] = frozenset()


class Search:
    """The `Retriever` over one data directory."""

    def __init__(self, articles: Articles, vectors: Vectors, lexical: Lexical, encoder: Encoder) -> None:
        self._articles = articles
        self._vectors = vectors
        self._lexical = lexical
        self._encoder = encoder

    def search(self, question: Question, limit: int) -> list[Hit]:
        """Returns the best passages for a standalone question, best first, with scores in 0..3.

        Those of the articles in its focus score `FOCUS` more.
        """
        candidates = self.candidates(question, max(limit, DEPTH))
        return without_repeats(hits(rank(candidates, question.asked), candidates))[:limit]

    def candidates(self, question: Question, depth: int) -> Candidates:
        """Returns what each index has for a standalone question, `depth` passages at most.

        Only the collections of the question's libraries are opened.

        Raises:
            LibraryError: an index lacks passages that the table says are there.
        """
        for library in question.libraries:
            self._vectors.check(library, self._articles.count_passages)
        vector = self._encoder.encode_questions([question.text])[0]
        articles: dict[int, StoredArticle] = {}

        def nearest(limit: int) -> list[Scored]:
            scored = [pair for name in question.libraries for pair in self._vectors.search(name, vector, limit)]
            return sorted(scored, key=best_first)[:limit]

        def visible(scored: Sequence[Scored]) -> list[Scored]:
            """Keeps what the table says is there and may be seen; the indexes may be ahead of it or behind."""
            unknown = {ref.key for ref, _ in scored} - articles.keys()
            articles.update(self._articles.ready(unknown, question.libraries, question.filters))
            return [(ref, score) for ref, score in scored if ref.key in articles]

        lexical = _widening(lambda n: self._lexical.search(question.libraries, question.text, n), visible, depth)
        dense = _widening(nearest, visible, depth)
        if not (keys := self._articles.keys_of(question.focus.articles)):
            return Candidates(lexical, dense, articles, depth)
        own = self._articles.passages(keys)
        in_words = self._lexical.search(question.libraries, question.text, len(own), keys)
        near = [pair for name in question.libraries for pair in self._vectors.search(name, vector, len(own), own)]
        lexical, dense = (
            sorted({**dict(visible(of_focus)), **dict(found)}.items(), key=best_first)
            for of_focus, found in ((in_words, lexical), (near, dense))
        )
        return Candidates(lexical, dense, articles, depth, frozenset(keys))


def _widening(
    fetch: Callable[[int], list[Scored]], keep: Callable[[Sequence[Scored]], list[Scored]], wanted: int
) -> list[Scored]:
    """Returns the best `wanted` that pass `keep`, fetching more until there are enough or no more.

    Filters are rare and often wide, so over-fetching is quicker than filtering inside the index.
    """
    limit = wanted
    while True:
        fetched = fetch(limit)
        kept = keep(fetched)
        if len(kept) >= wanted or len(fetched) < limit:
            return kept[:wanted]
        limit *= 4


def rank(candidates: Candidates, asked: dt.date) -> list[Scored]:
    """Returns all candidates, best first, with scores in 0..3 and `FOCUS`; ties are ordered by passage."""
    weighed = [
        (
            ref,
            score
            + recency(candidates.articles[ref.key].article.published_on, asked)
            + (FOCUS if ref.key in candidates.focus else 0.0),
        )
        for ref, score in fuse([candidates.dense, candidates.lexical], candidates.depth)
    ]
    return sorted(weighed, key=best_first)


def fuse(rankings: Sequence[Sequence[Scored]], depth: int) -> list[Scored]:
    """Returns the sum of each passage's normalised scores, best first; ties are ordered by passage."""
    fused: dict[PassageRef, float] = {}
    for ranking in rankings:
        for ref, score in normalised(ranking, depth):
            fused[ref] = fused.get(ref, 0.0) + score
    return sorted(fused.items(), key=best_first)


def normalised(ranking: Sequence[Scored], depth: int) -> list[Scored]:
    """Returns the scores brought to 0..1: 1 for the best, 0 for what the list lacks.

    What a full list lacks scored at most as its last; one that ended before `depth` lacks only what scored nothing.
    What stands behind `depth` is below 0.
    """
    if not ranking:
        return []
    best, last = ranking[0][1], ranking[:depth][-1][1]
    floor = last if len(ranking) >= depth else min(0.0, last)
    return [(ref, (score - floor) / (best - floor) if best > floor else 1.0) for ref, score in ranking]


def recency(published: dt.date | None, asked: dt.date) -> float:
    """Returns what an article's date says of its passages: 1 on the day of the question, fading both ways.

    News is mostly asked about while it is new. Days after count as days before, since a question may be dated when it
    was thought of; what is long past, or has no date, is ranked by its words alone. A date counts as much as one index:
    an old report that is the best of both indexes yields to no new one that is less than half as good in both.
    """
    if published is None:
        return 0.0
    return math.exp(-abs((asked - published).days) / FADING)


def best_first(pair: Scored) -> tuple[float, PassageRef]:
    """Orders by score, ties by passage."""
    return -pair[1], pair[0]


def hits(ranked: Sequence[Scored], candidates: Candidates) -> list[Hit]:
    """Returns ranked candidates as hits, each with its score and rank in either list."""
    dense, lexical = (
        {ref: (score, rank) for rank, (ref, score) in enumerate(ranking, start=1)}
        for ranking in (candidates.dense, candidates.lexical)
    )
    results = []
    for ref, score in ranked:
        stored = candidates.articles[ref.key]
        places = (*dense.get(ref, _NOWHERE), *lexical.get(ref, _NOWHERE), stored.cluster)
        results.append(Hit(stored.library, stored.article, ref.start, ref.end, score, *places))
    return results


def without_repeats(found: Sequence[Hit]) -> list[Hit]:
    """Returns the hits but for the passages of a text's repeats that an article before them has word for word."""
    seen: dict[Hashable, list[Article]] = {}  # by cluster
    kept = []
    for hit in found:
        articles = seen.setdefault(hit.witness, [])
        if not any(hit.text in other.text for other in articles if other is not hit.article):
            kept.append(hit)
            articles.append(hit.article)
    return kept


def nothing_left(articles: Articles, question: Question) -> str | None:
    """Returns a sentence on filters that no article passes, naming those that only lack a date; else None.

    Example:
        "No article here is from “Island Gazette” and of 2024-05-01 or later. 1 has no date, and so cannot count: ..."
    """
    filters = question.filters
    if not filters or articles.count_passing(question.libraries, filters):
        return None
    wanted = (
        ("from “{}”", filters.source),
        ("of {} or later", filters.since),
        ("of {} or earlier", filters.until),
    )
    said = f"No article here is {' and '.join(form.format(value) for form, value in wanted if value)}."
    titles, count = articles.undated(question.libraries, filters, limit=_NAMED)
    if not count:
        return said
    named = ", ".join(f"“{' '.join(title.split())[:_TITLE]}”" for title in titles)
    rest = f" and {count - len(titles):,} more" if count > len(titles) else ""
    has = "1 has" if count == 1 else f"{count:,} have"
    return f"{said} {has} no date, and so cannot count: {named}{rest}."
