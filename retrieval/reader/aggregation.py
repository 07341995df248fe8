"""What all that was read says together: which answer most speaks for, and which hits to look at first. Pure.

The answer is the one that most speaks for over all articles, not always that of the best sentence (Wang et al.,
"Evidence aggregation for answer re-ranking in open-domain question answering", 2018).
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.evidence import Evidence
    from retrieval.types import Hit

    Column = NDArray[np.float64]

# What counts beside a hit's score of search, in 0..3: a log-odds of the span model, one of all that is known of a
# sentence, and how often a hit before gave the same answer. The share of what speaks for its answer is added as it is.
READ, JUDGED, REPEATED = 0.15, 0.2, -0.5
SOFTENED = 4.0  # what the points of an article's best sentence are divided by before articles are added up
WITNESSES = 20  # sentences that are, the best ones


def in_order(points: Column, known: Evidence) -> NDArray[np.intp]:
    """All rows: first that of the answer, then by their points."""
    lead, _ = leading(points, known)
    order = np.argsort(-points, kind="stable")
    return np.concatenate([[lead], order[order != lead]])


def leading(points: Column, known: Evidence) -> tuple[int, float]:
    """The best row of the answer that most speaks for, and its share, in 0..1, of what speaks for any."""
    told = shares(points, known)
    lead = max(told, key=told.__getitem__)
    return int(np.where(known.answers == lead, points, -np.inf).argmax()), told[lead]


def shares(points: Column, known: Evidence) -> dict[int, float]:
    """For each answer of the best rows its share, in 0..1, of what speaks for any, best first.

    For an answer speaks, of each article, its best sentence that gives it.
    """
    order = np.argsort(-points, kind="stable")[:WITNESSES]
    spoken: dict[int, dict[int, float]] = {}  # by answer, then by article
    for row in order:
        answer, article = int(known.answers[row]), int(known.articles[row])
        spoken.setdefault(answer, {}).setdefault(article, math.exp((points[row] - points[order[0]]) / SOFTENED))
    totals = {answer: sum(by_article.values()) for answer, by_article in spoken.items()}
    whole = sum(totals.values())
    return {answer: total / whole for answer, total in totals.items()}


def reordered(pool: Sequence[Candidate], points: Column, known: Evidence) -> tuple[Hit, ...]:
    """The hits by what search and reading say of them, less for what gives an answer that was given before.

    That is maximal marginal relevance (Carbonell and Goldstein, 1998), of answers. docs/search.md has the figures.
    """
    told, span = shares(points, known), known.columns["span"]
    rows: dict[int, list[int]] = {}
    for row, candidate in enumerate(pool):
        rows.setdefault(candidate.rank, []).append(row)
    hits = {rank: pool[of[0]].hit for rank, of in rows.items()}
    worth = {
        rank: hits[rank].score
        + READ * span[of].max()
        + JUDGED * points[of].max()
        + max(told.get(int(known.answers[row]), 0.0) for row in of)
        for rank, of in rows.items()
    }
    gives = {rank: int(known.answers[of[int(span[of].argmax())]]) for rank, of in rows.items()}
    given: Counter[int] = Counter()
    found = []
    while worth:
        best = max(worth, key=lambda rank: worth[rank] + REPEATED * given[gives[rank]])
        del worth[best]
        given[gives[best]] += 1
        found.append(hits[best])
    return tuple(found)
