"""What all that was read says together: which answer gets most votes, and which hits to look at first. Pure.

The answer is the one that the articles give most weight to, not always that of the best sentence (Wang et al.,
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
    from retrieval.reader.features import Features
    from retrieval.types import Hit

    Column = NDArray[np.float64]

# What counts in `rerank` beside a hit's score of search, in 0..3: the log-odds of the span model, the points of a
# sentence, and how often a hit before gave the same answer. The vote share of its answer is added as it is.
SPAN_WEIGHT, POINTS_WEIGHT, REPEATED_ANSWER = 0.15, 0.2, -0.5
TEMPERATURE = 4.0  # what the points of an article's best sentence are divided by before articles are added up
VOTERS = 20  # sentences that vote, the best ones


def vote_shares(points: Column, features: Features) -> dict[int, float]:
    """Returns each answer of the best candidates with its share of all votes, in 0..1, best candidate first.

    Each article has one vote for each answer that it gives: the exponential of the points of the best sentence that
    gives it, softened. An answer of several articles so beats a single sentence that scores a little higher.
    """
    best = np.argsort(-points, kind="stable")[:VOTERS]
    votes: dict[int, dict[int, float]] = {}  # by answer, then by article
    for row in best:
        answer, article = int(features.answers[row]), int(features.articles[row])
        votes.setdefault(answer, {}).setdefault(article, math.exp((points[row] - points[best[0]]) / TEMPERATURE))
    totals = {answer: sum(by_article.values()) for answer, by_article in votes.items()}
    whole = sum(totals.values())
    return {answer: total / whole for answer, total in totals.items()}


def winning_answer(points: Column, features: Features) -> tuple[int, float]:
    """Returns the row of the best candidate that gives the answer with most votes, and its vote share."""
    shares = vote_shares(points, features)
    winner = max(shares, key=shares.__getitem__)
    return int(np.where(features.answers == winner, points, -np.inf).argmax()), shares[winner]


def ranking(points: Column, features: Features) -> NDArray[np.intp]:
    """Returns all rows: first the winning answer's, then the others by their points."""
    winner, _ = winning_answer(points, features)
    order = np.argsort(-points, kind="stable")
    return np.concatenate([[winner], order[order != winner]])


def rerank(pool: Sequence[Candidate], points: Column, features: Features) -> tuple[Hit, ...]:
    """Returns the hits of the candidates by what search and reading say, less for an answer that was given before.

    That is maximal marginal relevance (Carbonell and Goldstein, 1998), of answers. docs/search.md has the figures.
    """
    shares, span = vote_shares(points, features), features.columns["span"]
    rows: dict[int, list[int]] = {}  # by the rank of their hit
    for row, candidate in enumerate(pool):
        rows.setdefault(candidate.rank, []).append(row)
    relevance = {
        rank: pool[of[0]].hit.score
        + SPAN_WEIGHT * span[of].max()
        + POINTS_WEIGHT * points[of].max()
        + max(shares.get(int(features.answers[row]), 0.0) for row in of)
        for rank, of in rows.items()
    }
    answer = {rank: int(features.answers[of[int(span[of].argmax())]]) for rank, of in rows.items()}
    given: Counter[int] = Counter()
    reranked = []
    while relevance:
        best = max(relevance, key=lambda rank: relevance[rank] + REPEATED_ANSWER * given[answer[rank]])
        del relevance[best]
        given[answer[best]] += 1
        reranked.append(pool[rows[best][0]].hit)
    return tuple(reranked)
