"""How likely each candidate sentence is to answer, and whether any does: a conditional logit over readable features.

The sentences of the hits compete with one another and with "no sentence answers" (McFadden, "Conditional logit analysis
of qualitative choice behavior", 1974). Two smaller logistic models follow: one turns what the best sentence looks like
into the probability that it answers, the same for a library of one article and of thousands; the other tells of each
further sentence whether it helps beside the best. All are made by `training/fit_reader.py`, that of speech
(`reader.attribution`) by `training/fit_speech.py`; the weights are a JSON file to read.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import fmean
from typing import TYPE_CHECKING, Protocol

import numpy as np

from retrieval.reader.candidates import predict_spans, read_again, with_exact_span
from retrieval.reader.features import extract_features, unread_features

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.models.span_model import SpanModel
    from retrieval.reader.candidates import Candidate, SpanPrediction
    from retrieval.reader.features import Features
    from retrieval.types import Hit, Question, Span

    Column = NDArray[np.float64]

# What counts in `rerank` beside a hit's score of search, in 0..3: the log-odds of the span model, the points of a
# sentence, and how often a hit before gave the same answer. The vote share of its answer is added as it is.
SPAN_WEIGHT, POINTS_WEIGHT, REPEATED_ANSWER = 0.15, 0.2, -0.5
TEMPERATURE = 4.0  # what the points of an article's best sentence are divided by before articles are added up
VOTERS = 20  # sentences that vote, the best ones
READ_AGAIN = 6  # sentences; ten are no better
MANY = 100  # candidates, from which on it tells nothing how many are read
UNLIKELY = -3.0  # log-odds of a span, against nothing answering, below which it is none
NEAR = 3  # sentences from the best, within which another may go on with it
_SHOWN_REASONS = 4


@dataclass(frozen=True, slots=True)
class ScoredCandidate:
    """A candidate with its score.

    Attributes:
        points: log-odds up to a constant.
        probability: that it answers.
        beside: the probability that it helps when it is shown beside the best.
        reasons: the features that set it apart.
        span: the stretch of the article's text within the candidate that answers best.
        span_score: the log-odds that it answers, against nothing in its window doing so.
        answer: a number; those that give the same short answer have the same.
        votes: the share of all votes that its answer has.
    """

    candidate: Candidate
    points: float
    probability: float
    beside: float
    reasons: str
    span: Span | None = None
    span_score: float = 0.0
    answer: int = 0
    votes: float = 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Candidates, best first, and the calibrated probability that the best ones answer the question.

    The first is the one that gives the answer; the others follow by their points. `hits` are theirs, reranked.
    `vote_weight` is what all votes would add to the log-odds of the confidence.
    """

    ranked: tuple[ScoredCandidate, ...]
    confidence: float
    hits: tuple[Hit, ...] = ()
    vote_weight: float = 0.0

    def confidence_in(self, told: Sequence[ScoredCandidate]) -> float:
        """Returns the probability that one of the answers that are told is right: they have all their votes."""
        if not told:
            return self.confidence
        votes = {scored.answer: scored.votes for scored in told}
        more = max(0.0, sum(votes.values()) - self.ranked[0].votes)
        return with_log_odds(self.confidence, self.vote_weight * more)


def with_log_odds(probability: float, more: float) -> float:
    """Returns a probability with so much more in log-odds; what is certain stays so."""
    if not 0 < probability < 1:
        return probability
    return 1 / (1 + math.exp(-math.log(probability / (1 - probability)) - more))


class Scorer(Protocol):
    def score(self, question: Question, pool: Sequence[Candidate]) -> Scores:
        """Scores the sentences of a pool, which may be empty, against a standalone question."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model over named features."""

    weights: Mapping[str, float]
    bias: float

    def probability(self, values: Mapping[str, float]) -> float:
        return float(self.probabilities({name: np.array([value]) for name, value in values.items()})[0])

    def probabilities(self, columns: Mapping[str, Column]) -> Column:
        """Returns that of each row."""
        rows = len(next(iter(columns.values())))
        weighed = sum((weight * columns[name] for name, weight in self.weights.items()), np.zeros(rows))
        return np.asarray(1 / (1 + np.exp(-self.bias - weighed)))


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """The weights of all models.

    Attributes:
        sentence: of the features of a sentence.
        no_answer: the points that a sentence must beat.
        answer: the model of the whole answer.
        beside: that of a sentence beside the best.
        speech: that of what a speaker is shown to have said.
        threshold: the confidence below which the reader refuses.
    """

    sentence: Mapping[str, float]
    no_answer: float
    answer: Logistic
    beside: Logistic
    speech: Logistic
    threshold: float

    def points(self, features: Features) -> Column:
        """Returns the log-odds of each candidate, up to a constant: (candidates,)."""
        return np.asarray(sum(weight * features.columns[name] for name, weight in self.sentence.items()))

    def confidence(self, points: Column, features: Features) -> float:
        """Returns the probability that the best of the candidates answer the question."""
        return self.answer.probability(answer_features(points, self.no_answer, features))


@cache
def shipped_weights() -> ReaderWeights:
    kept = json.loads(files("retrieval.reader").joinpath("weights.json").read_text(encoding="utf-8"))
    return ReaderWeights(**kept | {model: Logistic(**kept[model]) for model in ("answer", "beside", "speech")})


class LinearScorer:
    """The reader's judgement: the span model's, weighed with what a sentence's words and place tell.

    Args:
        model: predicts the span of each candidate that answers best.
        weights: None for the shipped ones.
    """

    def __init__(self, model: SpanModel, weights: ReaderWeights | None = None) -> None:
        self._model = model
        self._weights = weights or shipped_weights()

    def score(self, question: Question, pool: Sequence[Candidate]) -> Scores:
        if not pool:
            return Scores((), 0.0)
        weights = self._weights
        predictions, features = read(question, pool, self._model, weights)
        points = weights.points(features)
        probability = probabilities(points, weights.no_answer)
        beside = weights.beside.probabilities(beside_features(points, weights.no_answer, features))
        shares = vote_shares(points, features)
        columns = features.columns
        apart = {name: weight * (columns[name] - columns[name].mean()) for name, weight in weights.sentence.items()}
        ranked = tuple(
            ScoredCandidate(
                pool[row],
                float(points[row]),
                float(probability[row]),
                float(beside[row]),
                _reasons(apart, columns, row),
                predictions[row].span,
                predictions[row].score,
                int(features.answers[row]),
                shares.get(int(features.answers[row]), 0.0),
            )
            for row in ranking(points, features)
        )
        confidence = weights.confidence(points, features)
        return Scores(ranked, confidence, rerank(pool, points, features), weights.answer.weights["vote_share"])


def read(
    question: Question, pool: Sequence[Candidate], model: SpanModel, weights: ReaderWeights
) -> tuple[list[SpanPrediction], Features]:
    """Returns what is read of each candidate, and its features; those that score best are read a second time."""
    asked = (question.in_context if model.reads_turns else None) or question.text
    predictions = [with_exact_span(question.text, read) for read in predict_spans(asked, pool, model)]
    unread = unread_features(question, pool)
    points = weights.points(extract_features(question, predictions, unread))
    best = np.argsort(-points, kind="stable")[:READ_AGAIN]
    for row, prediction in zip(best, read_again(asked, [predictions[row] for row in best], model), strict=True):
        predictions[row] = prediction
    return predictions, extract_features(question, predictions, unread)


def probabilities(points: Column, no_answer: float) -> Column:
    """Returns the probability of each candidate where one of them or none answers; none has what they lack to 1."""
    exponents = np.exp(np.append(points, no_answer) - max(points.max(), no_answer))
    return np.asarray(exponents / exponents.sum())[:-1]


def few_read(count: int) -> float:
    """Returns how few sentences are read: near 1 of one, 0 of `MANY` and more."""
    return max(0.0, 1 - count / MANY)


def answer_features(points: Column, no_answer: float, features: Features) -> dict[str, float]:
    """Returns what tells whether the best candidates answer at all, by the names that the weights have.

    Where few candidates are read, being the best of them tells little. How far the best hit's cosine lies above the
    usual one tells more then, unless all are of one article, and what the passage has of the question beside what
    answers it speaks against it, as it does where all articles are about what is asked: `few_about` is the mean of the
    most that a passage of each has of the question. What is `out_of_kind` has none of the few words that could answer.
    """
    columns, (best, share) = features.columns, winning_answer(points, features)
    usual_cosine, cover = float(np.median(columns["cosine"])), columns["cover_passage"]
    few = few_read(len(points))
    one_article = float(len(np.unique(features.articles)) == 1)
    cosine_lead = float(columns["cosine"].max()) - usual_cosine
    out_of_kind = features.in_few_words and (columns["kind"][best] == 0 or columns["span"][best] < UNLIKELY)
    about = fmean(float(cover[features.articles == article].max()) for article in np.unique(features.articles))
    return {
        "points": float(points[best]) - no_answer,
        "cover_context": float(columns["cover_context"][best]),
        "out_of_kind": float(out_of_kind),
        "any_points": float(np.logaddexp.reduce(points)) - no_answer,
        "vote_share": share,
        "span": float(columns["span"].max()),
        "few": few,
        "few_cosine_lead": few * cosine_lead,
        "few_cosine": few * usual_cosine,
        "few_cover_passage": few * float(cover[best]),
        "few_about": few * about,
        "one_article": one_article,
        "one_article_cosine_lead": one_article * cosine_lead,
    }


def beside_features(points: Column, no_answer: float, features: Features) -> dict[str, Column]:
    """Returns for each candidate what tells whether it helps beside the best, by the names that the weights have."""
    columns, (best, _) = features.columns, winning_answer(points, features)
    same_article = features.articles == features.articles[best]
    distance = features.places - features.places[best]
    same_answer, several = features.answers == features.answers[best], float(features.several)
    ones = np.ones(len(points))
    return {
        "points": points - no_answer,
        "points_lead": points - points[best],
        "evidence": columns["evidence"],
        "evidence_lead": columns["evidence"] - columns["evidence"][best],
        "best_points": ones * (points[best] - no_answer),
        "best_evidence": ones * columns["evidence"][best],
        "near": (same_article & (abs(distance) <= NEAR)).astype(float),
        "confirms": (same_answer & ~same_article).astype(float),
        "repeats": (same_answer & same_article).astype(float),
        "several": ones * several,
        "several_evidence": several * columns["evidence"],
        "cover_sentence": columns["cover_sentence"],
        "kind": columns["kind"],
        "span": columns["span"],
    }


def _reasons(apart: Mapping[str, Column], columns: Mapping[str, Column], row: int) -> str:
    """Returns the features that set a sentence `apart` from the average candidate, in points, the strongest first."""
    parts = {name: float(points[row]) for name, points in apart.items()}
    strongest = sorted(parts, key=lambda name: -abs(parts[name]))[:_SHOWN_REASONS]
    return ", ".join(f"{name} {columns[name][row]:.2f} ({parts[name]:+.2f})" for name in strongest)


# What all that was read says together: which answer gets most votes, and which hits to look at first


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
