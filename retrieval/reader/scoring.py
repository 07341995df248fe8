"""How likely each candidate sentence is to answer, and whether any does: a conditional logit over readable features.

The sentences of the hits compete with one another and with "no sentence answers" (McFadden, "Conditional logit analysis
of qualitative choice behavior", 1974). A second, smaller logistic model turns what the best ones look like into the
probability that the answer is right. There are two of it: where a search chose the hits from more than were read, how
well they fit the question tells whether the articles speak of it at all; where all there is was read, it tells nothing.
All are made by `training/fit_reader.py`; the weights are a JSON file to read.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

import numpy as np

from retrieval.reader.evidence import asked, features
from retrieval.reader.reading import spot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.spans import SpanModel
    from retrieval.types import Hit, Span

    Column = NDArray[np.float64]

HITS = 20  # read for an answer
READ = 0.1  # what a log-odds of the span model counts for beside the search's score, which is in 0..3
_SHOWN_REASONS = 4
_OF_THE_BEST = ("agreement", "cover_context", "numbers_context", "newest")
_OF_ANY = ("span", "score", "cover_article", "names_article", "alone")


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate; its points (log-odds up to a constant); the probability that it answers; what told it apart.

    `span` is the stretch of the article's text within the candidate that answers best.
    """

    candidate: Candidate
    points: float
    probability: float
    reasons: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Candidates, best first, and the calibrated probability that the best ones answer the question.

    `hits` are theirs, in the order of what search and reading say of them together.
    """

    ranked: tuple[Scored, ...]
    confidence: float
    hits: tuple[Hit, ...] = ()


class Scorer(Protocol):
    def score(self, question: str, pool: Sequence[Candidate]) -> Scores:
        """Score the sentences of a pool, which may be empty, against a standalone question."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model over named features."""

    weights: Mapping[str, float]
    bias: float

    def probability(self, known: Mapping[str, float]) -> float:
        return float(1 / (1 + np.exp(-self.bias - sum(weight * known[name] for name, weight in self.weights.items()))))


@dataclass(frozen=True, slots=True)
class Weights:
    """The linear model of a sentence, whose `none` is the score it must beat, and those of the whole answer.

    Attributes:
        searched: where the hits were chosen from more than were read.
        whole: where they are all there is.
        threshold: the confidence below which the reader refuses.
    """

    sentence: Mapping[str, float]
    none: float
    searched: Logistic
    whole: Logistic
    threshold: float

    def confidence(self, columns: Mapping[str, Column]) -> float:
        """The probability that the best sentences, of those whose features these are, answer the question."""
        model = self.searched if columns["searched"][0] else self.whole
        return model.probability(answer_features(sentence_points(self, columns), self.none, columns))


@cache
def shipped_weights() -> Weights:
    kept = json.loads(files("retrieval.reader").joinpath("weights.json").read_text(encoding="utf-8"))
    return Weights(**kept | {name: Logistic(**kept[name]) for name in ("searched", "whole")})


class LinearScorer:
    """The reader's judgement: the span model's, weighed with what a sentence's words and place tell.

    `hits` is how many are read at most: with fewer there is nothing more to read.
    """

    def __init__(self, model: SpanModel, weights: Weights | None = None, *, hits: int = HITS) -> None:
        self._model = model
        self._weights = weights or shipped_weights()
        self._hits = hits

    def score(self, question: str, pool: Sequence[Candidate]) -> Scores:
        if not pool:
            return Scores((), 0.0)
        spotted = spot(question, pool, self._model)
        columns = features(asked(question, pool), pool, spotted, searched=is_searched(pool, self._hits))
        points = sentence_points(self._weights, columns)
        probabilities = with_none(points, self._weights.none)
        order = np.argsort(-points, kind="stable")
        ranked = tuple(
            Scored(
                pool[i],
                float(points[i]),
                float(probabilities[i]),
                _reasons(self._weights.sentence, columns, i),
                spotted[i].span,
            )
            for i in order
        )
        return Scores(ranked, self._weights.confidence(columns), _reordered(pool, columns["span"]))


def is_searched(pool: Sequence[Candidate], hits: int) -> bool:
    """Whether as many hits were found as are read at most, so that there may be more than these."""
    return max(candidate.rank for candidate in pool) >= hits


def sentence_points(weights: Weights, columns: Mapping[str, Column]) -> Column:
    return np.asarray(sum(weight * columns[name] for name, weight in weights.sentence.items()))


def with_none(points: Column, none: float) -> Column:
    """The probability of each candidate where one of them or none answers; what they lack to 1 is none's."""
    exponents = np.exp(np.append(points, none) - max(points.max(), none))
    return np.asarray(exponents / exponents.sum())[:-1]


def answer_features(points: Column, none: float, columns: Mapping[str, Column]) -> dict[str, float]:
    """What tells whether the best candidates answer at all; names are those of the weights."""
    best = int(np.argmax(points))
    return {
        "points": float(points[best]) - none,
        "some": float(np.logaddexp.reduce(points)) - none,
        **{name: float(columns[name][best]) for name in _OF_THE_BEST},
        **{name: float(columns[name].max()) for name in _OF_ANY},
        "company": _company(columns, best),
    }


def _company(columns: Mapping[str, Column], best: int) -> float:
    """How much of the question passages of other articles cover: what many speak of, more than one should tell."""
    if columns["alone"][best]:
        return 0.0
    covered = dict(zip(columns["rank"], columns["cover_passage"], strict=True))
    return float(np.log1p(sum(share for rank, share in covered.items() if rank != columns["rank"][best])))


def _reordered(pool: Sequence[Candidate], spans: Column) -> tuple[Hit, ...]:
    best: dict[int, float] = {}
    for candidate, span in zip(pool, spans, strict=True):
        best[candidate.rank] = max(best.get(candidate.rank, -math.inf), float(span))
    hits = {candidate.rank: candidate.hit for candidate in pool}
    return tuple(hits[rank] for rank in sorted(best, key=lambda rank: -hits[rank].score - READ * best[rank]))


def _reasons(weights: Mapping[str, float], columns: Mapping[str, Column], row: int) -> str:
    """The features that set a sentence apart from the average candidate, the strongest first."""
    parts = {name: weight * float(columns[name][row] - columns[name].mean()) for name, weight in weights.items()}
    strongest = sorted(parts, key=lambda name: -abs(parts[name]))[:_SHOWN_REASONS]
    return ", ".join(f"{name} {columns[name][row]:.2f} ({parts[name]:+.2f})" for name in strongest)
