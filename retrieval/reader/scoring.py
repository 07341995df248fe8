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

from retrieval.reader.aggregation import in_order, leading, reordered
from retrieval.reader.evidence import asked, gather
from retrieval.reader.reading import spot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.models.span_model import SpanModel
    from retrieval.reader.candidates import Candidate
    from retrieval.reader.evidence import Evidence, Scope
    from retrieval.types import Hit, Span

    Column = NDArray[np.float64]

HITS = 20  # read for an answer
CONFIRMATION = 3.0  # how much faster than in proportion articles that agree make up for those that do not
_SHOWN_REASONS = 4
# What of the question stands in the passage but not beside the answer speaks against it.
_OF_THE_BEST = ("cover_sentence", "cover_context", "cover_passage", "numbers_context")
_OF_ANY = ("span", "score")


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

    The first is the one that gives the answer; the others follow by their points. `hits` are theirs, in the order of
    what search and reading say of them together.
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
        answer: by what there was to read.
        threshold: the confidence below which the reader refuses.
    """

    sentence: Mapping[str, float]
    none: float
    answer: Mapping[Scope, Logistic]
    threshold: float

    def points(self, known: Evidence) -> Column:
        """(candidates,) log-odds up to a constant."""
        return np.asarray(sum(weight * known.columns[name] for name, weight in self.sentence.items()))

    def confidence(self, points: Column, known: Evidence) -> float:
        """The probability that the best of the candidates answer the question."""
        return self.answer[known.scope].probability(answer_features(points, self.none, known))


@cache
def shipped_weights() -> Weights:
    kept = json.loads(files("retrieval.reader").joinpath("weights.json").read_text(encoding="utf-8"))
    return Weights(**kept | {"answer": {scope: Logistic(**model) for scope, model in kept["answer"].items()}})


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
        known = gather(asked(question, pool), pool, spotted, self._hits)
        points = self._weights.points(known)
        probabilities = with_none(points, self._weights.none)
        ranked = tuple(
            Scored(
                pool[i],
                float(points[i]),
                float(probabilities[i]),
                _reasons(self._weights.sentence, known.columns, i),
                spotted[i].span,
            )
            for i in in_order(points, known)
        )
        confidence = self._weights.confidence(points, known)
        return Scores(ranked, confidence, reordered(pool, points, known))


def with_none(points: Column, none: float) -> Column:
    """The probability of each candidate where one of them or none answers; what they lack to 1 is none's."""
    exponents = np.exp(np.append(points, none) - max(points.max(), none))
    return np.asarray(exponents / exponents.sum())[:-1]


def answer_features(points: Column, none: float, known: Evidence) -> dict[str, float]:
    """What tells whether the best candidates answer at all; names are those of the weights."""
    columns, (best, share) = known.columns, leading(points, known)
    return {
        "points": float(points[best]) - none,
        "some": float(np.logaddexp.reduce(points)) - none,
        "share": share,
        **{name: float(columns[name][best]) for name in _OF_THE_BEST},
        **{name: float(columns[name].max()) for name in _OF_ANY},
        "unconfirmed": _unconfirmed(known, best),
    }


def _unconfirmed(known: Evidence, best: int) -> float:
    """How much of the question other articles cover without giving the answer: what many speak of, more should tell."""
    others = known.articles != known.articles[best]
    covered = dict(zip(known.columns["rank"][others], known.columns["cover_passage"][others], strict=True))
    confirming = math.expm1(known.columns["agreement"][best])
    return math.log1p(sum(covered.values())) / (1 + CONFIRMATION * confirming)


def _reasons(weights: Mapping[str, float], columns: Mapping[str, Column], row: int) -> str:
    """The features that set a sentence apart from the average candidate, the strongest first."""
    parts = {name: weight * float(columns[name][row] - columns[name].mean()) for name, weight in weights.items()}
    strongest = sorted(parts, key=lambda name: -abs(parts[name]))[:_SHOWN_REASONS]
    return ", ".join(f"{name} {columns[name][row]:.2f} ({parts[name]:+.2f})" for name in strongest)
