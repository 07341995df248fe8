"""How likely each candidate sentence is to answer, and whether any does: a conditional logit over readable features.

The sentences of the hits compete with one another and with "no sentence answers" (McFadden, "Conditional logit analysis
of qualitative choice behavior", 1974). A second, smaller logistic model turns what the best ones look like into the
probability that the answer is right. There are three of it: where a search chose the hits from more than were read, how
well they fit the question tells whether the articles speak of it at all; where all there is was read, it tells nothing;
where that is a single passage, there is nothing to compare it with.
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

from retrieval.reader.aggregation import ranking, rerank, winning_answer
from retrieval.reader.candidates import predict_spans
from retrieval.reader.features import extract_features

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.models.span_model import SpanModel
    from retrieval.reader.candidates import Candidate
    from retrieval.reader.features import Features, Scope
    from retrieval.types import Hit, Span

    Column = NDArray[np.float64]

HITS = 20  # read for an answer
CONFIRMATION = 3.0  # how much faster than in proportion articles that agree make up for those that do not
_SHOWN_REASONS = 4
# What of the question stands in the passage but not beside the answer speaks against it.
_OF_THE_BEST = ("cover_sentence", "cover_context", "cover_passage", "numbers_context")
_OF_ANY = ("span", "score")


@dataclass(frozen=True, slots=True)
class ScoredCandidate:
    """A candidate with its score.

    Attributes:
        points: log-odds up to a constant.
        probability: that it answers.
        reasons: the features that set it apart.
        span: the stretch of the article's text within the candidate that answers best.
    """

    candidate: Candidate
    points: float
    probability: float
    reasons: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Candidates, best first, and the calibrated probability that the best ones answer the question.

    The first is the one that gives the answer; the others follow by their points. `hits` are theirs, reranked.
    """

    ranked: tuple[ScoredCandidate, ...]
    confidence: float
    hits: tuple[Hit, ...] = ()


class Scorer(Protocol):
    def score(self, question: str, pool: Sequence[Candidate]) -> Scores:
        """Scores the sentences of a pool, which may be empty, against a standalone question."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model over named features."""

    weights: Mapping[str, float]
    bias: float

    def probability(self, values: Mapping[str, float]) -> float:
        return float(1 / (1 + np.exp(-self.bias - sum(weight * values[name] for name, weight in self.weights.items()))))


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """The weights of both models.

    Attributes:
        sentence: of the features of a sentence.
        no_answer: the points that a sentence must beat.
        answer: the models of the whole answer, by what there was to read.
        threshold: the confidence below which the reader refuses.
    """

    sentence: Mapping[str, float]
    no_answer: float
    answer: Mapping[Scope, Logistic]
    threshold: float

    def points(self, features: Features) -> Column:
        """Returns the log-odds of each candidate, up to a constant: (candidates,)."""
        return np.asarray(sum(weight * features.columns[name] for name, weight in self.sentence.items()))

    def confidence(self, points: Column, features: Features) -> float:
        """Returns the probability that the best of the candidates answer the question."""
        return self.answer[features.scope].probability(answer_features(points, self.no_answer, features))


@cache
def shipped_weights() -> ReaderWeights:
    kept = json.loads(files("retrieval.reader").joinpath("weights.json").read_text(encoding="utf-8"))
    return ReaderWeights(**kept | {"answer": {scope: Logistic(**model) for scope, model in kept["answer"].items()}})


class LinearScorer:
    """The reader's judgement: the span model's, weighed with what a sentence's words and place tell.

    Args:
        model: predicts the span of each candidate that answers best.
        weights: None for the shipped ones.
        hits: how many are read at most; with fewer there is nothing more to read.
    """

    def __init__(self, model: SpanModel, weights: ReaderWeights | None = None, *, hits: int = HITS) -> None:
        self._model = model
        self._weights = weights or shipped_weights()
        self._hits = hits

    def score(self, question: str, pool: Sequence[Candidate]) -> Scores:
        if not pool:
            return Scores((), 0.0)
        weights = self._weights
        predictions = predict_spans(question, pool, self._model)
        features = extract_features(question, predictions, self._hits)
        points = weights.points(features)
        probability = probabilities(points, weights.no_answer)
        ranked = tuple(
            ScoredCandidate(
                pool[row],
                float(points[row]),
                float(probability[row]),
                _reasons(weights.sentence, features.columns, row),
                predictions[row].span,
            )
            for row in ranking(points, features)
        )
        return Scores(ranked, weights.confidence(points, features), rerank(pool, points, features))


def probabilities(points: Column, no_answer: float) -> Column:
    """Returns the probability of each candidate where one of them or none answers; none has what they lack to 1."""
    exponents = np.exp(np.append(points, no_answer) - max(points.max(), no_answer))
    return np.asarray(exponents / exponents.sum())[:-1]


def answer_features(points: Column, no_answer: float, features: Features) -> dict[str, float]:
    """Returns what tells whether the best candidates answer at all, by the names that the weights have."""
    columns, (best, share) = features.columns, winning_answer(points, features)
    return {
        "points": float(points[best]) - no_answer,
        "any_points": float(np.logaddexp.reduce(points)) - no_answer,
        "vote_share": share,
        **{name: float(columns[name][best]) for name in _OF_THE_BEST},
        **{name: float(columns[name].max()) for name in _OF_ANY},
        "unconfirmed": _unconfirmed(features, best),
    }


def _unconfirmed(features: Features, best: int) -> float:
    """Returns how much of the question other articles cover without giving the answer.

    What many articles speak of, more than one should tell.
    """
    others = features.articles != features.articles[best]
    covered = dict(zip(features.columns["rank"][others], features.columns["cover_passage"][others], strict=True))
    confirming = math.expm1(features.columns["agreement"][best])
    return math.log1p(sum(covered.values())) / (1 + CONFIRMATION * confirming)


def _reasons(weights: Mapping[str, float], columns: Mapping[str, Column], row: int) -> str:
    """Returns the features that set a sentence apart from the average candidate, the strongest first."""
    parts = {name: weight * float(columns[name][row] - columns[name].mean()) for name, weight in weights.items()}
    strongest = sorted(parts, key=lambda name: -abs(parts[name]))[:_SHOWN_REASONS]
    return ", ".join(f"{name} {columns[name][row]:.2f} ({parts[name]:+.2f})" for name in strongest)
