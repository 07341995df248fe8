"""How likely each candidate sentence is to answer, and whether any does: a conditional logit over readable features.

The sentences of the hits compete with one another and with "no sentence answers" (McFadden, "Conditional logit analysis
of qualitative choice behavior", 1974). A second, smaller logistic model turns what the best one looks like into the
probability that the answer is right. Both are made by `training/fit_reader.py`; the weights are a JSON file to read.
"""

from __future__ import annotations

import json
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
    from retrieval.types import Span

    Column = NDArray[np.float64]

_SHOWN_REASONS = 4
_OF_THE_BEST = ("span", "agreement", "cover_context", "numbers_context", "same_days", "newest")


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
    """Candidates, best first, and the calibrated probability that the best ones answer the question."""

    ranked: tuple[Scored, ...]
    confidence: float


class Scorer(Protocol):
    def score(self, question: str, pool: Sequence[Candidate]) -> Scores:
        """Score the sentences of a pool, which may be empty, against a standalone question."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Two linear models: of a sentence, whose `none` is the score it must beat, and of the whole answer.

    `threshold` is the confidence below which the reader refuses.
    """

    sentence: Mapping[str, float]
    none: float
    answer: Mapping[str, float]
    bias: float
    threshold: float


@cache
def shipped_weights() -> Weights:
    return Weights(**json.loads(files("retrieval.reader").joinpath("weights.json").read_text(encoding="utf-8")))


class LinearScorer:
    """The reader's judgement: the span model's, weighed with what a sentence's words and place tell."""

    def __init__(self, model: SpanModel, weights: Weights | None = None) -> None:
        self._model = model
        self._weights = weights or shipped_weights()

    def score(self, question: str, pool: Sequence[Candidate]) -> Scores:
        if not pool:
            return Scores((), 0.0)
        spotted = spot(question, pool, self._model)
        columns = features(asked(question, pool), pool, spotted)
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
        return Scores(ranked, _confidence(self._weights, answer_features(points, self._weights.none, columns)))


def sentence_points(weights: Weights, columns: Mapping[str, Column]) -> Column:
    return np.asarray(sum(weight * columns[name] for name, weight in weights.sentence.items()))


def with_none(points: Column, none: float) -> Column:
    """The probability of each candidate where one of them or none answers; what they lack to 1 is none's."""
    exponents = np.exp(np.append(points, none) - max(points.max(), none))
    return np.asarray(exponents / exponents.sum())[:-1]


def answer_features(points: Column, none: float, columns: Mapping[str, Column]) -> dict[str, float]:
    """What tells whether the best candidates answer at all; names are those of the `answer` weights."""
    best = int(np.argmax(points))
    return {
        "points": float(points[best]) - none,
        "score": float(columns["score"].max()),
        **{name: float(columns[name][best]) for name in _OF_THE_BEST},
        "cover_article": float(columns["cover_article"].max()),
        "names_article": float(columns["names_article"].max()),
    }


def _confidence(weights: Weights, known: Mapping[str, float]) -> float:
    points = weights.bias + sum(weight * known[name] for name, weight in weights.answer.items())
    return float(1 / (1 + np.exp(-points)))


def _reasons(weights: Mapping[str, float], columns: Mapping[str, Column], row: int) -> str:
    """The features that set a sentence apart from the average candidate, the strongest first."""
    parts = {name: weight * float(columns[name][row] - columns[name].mean()) for name, weight in weights.items()}
    strongest = sorted(parts, key=lambda name: -abs(parts[name]))[:_SHOWN_REASONS]
    return ", ".join(f"{name} {columns[name][row]:.2f} ({parts[name]:+.2f})" for name in strongest)
