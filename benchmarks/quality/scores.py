"""From the replies to a part's cases to its measures. Pure.

A shown answer is right if it holds the answer and is no longer than it may be; a refusal of a question that can be
answered is wrong. Measures are shares of the questions they count, but for lengths and the calibration error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, partial
from statistics import fmean
from typing import TYPE_CHECKING, Literal

from benchmarks.quality.measures import (
    calibration_error,
    contains,
    exact,
    f1,
    fits,
    ndcg,
    reciprocal_rank,
    risk_coverage,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.quality.cases import Case
    from benchmarks.quality.measures import Curve
    from benchmarks.quality.systems import Reply

Unit = Literal["share", "error", "characters"]  # more is better of a share, less of the others

DEPTH = 10  # hits that are ranked
AGES = {"within 7 days": 7, "8 to 60 days": 60, "61 to 365 days": 365, "older": math.inf}  # days, at most
OLD = 60  # days: an article that is older tells of another event of the kind, or holds the words by chance
ERROR = "expected calibration error"


@dataclass(frozen=True)
class Outcome:
    """A case, what would be shown if nothing were refused, and what is shown.

    `relevant` is how many passages hold the answer, counted up to `DEPTH`; None where it was not counted.
    """

    case: Case
    unrefused: Reply
    shown: Reply
    relevant: int | None = None

    @property
    def refused(self) -> bool:
        return not self.shown.text

    @cached_property
    def would_be_right(self) -> bool:
        return self._holds(self.unrefused.text)

    @property
    def right(self) -> bool:
        return self.would_be_right and not self.refused

    @property
    def right_at_once(self) -> bool:
        """Whether the first sentence alone would be right."""
        return not self.refused and self._holds(self.shown.sentences[0])

    def _holds(self, text: str) -> bool:
        return self.case.answerable and fits(text) and contains(text, self.case.wanted)

    @property
    def rightly_refused(self) -> bool:
        """Whether it is refused and no article of the time answers."""
        return self.refused and self.case.age > OLD

    @property
    def age(self) -> str:
        return next(name for name, most in AGES.items() if self.case.age <= most)

    @cached_property
    def relevance(self) -> list[bool]:
        return [contains(hit, self.case.wanted) for hit in self.unrefused.hits[:DEPTH]]

    @property
    def led_astray(self) -> bool:
        """Whether what is shown first comes from an outdated or false report."""
        return self.shown.sources[:1] != () and self.shown.sources[0] in self.case.astray


@dataclass(frozen=True, slots=True)
class Score:
    """A measure's value, None where no question counts, and how many do."""

    value: float | None
    of: int
    unit: Unit = "share"


Scores = dict[str, Score]
Found = dict[str, dict[str, list[Outcome]]]  # by part, by system


def mean(outcomes: Iterable[Outcome], measure: Callable[[Outcome], float], unit: Unit = "share") -> Score:
    values = [measure(outcome) for outcome in outcomes]
    return Score(fmean(values) if values else None, len(values), unit)


def right(outcomes: Iterable[Outcome], measure: str = "right") -> Scores:
    """Returns how many are right, how many of them by their first sentence alone, and the mean length of what is shown.

    What is longer holds more answers, so that neither figure tells without the other.
    """
    shown = [o for o in outcomes if not o.refused]
    return {
        measure: mean(outcomes, lambda o: o.right),
        f"{measure}, first sentence alone": mean(outcomes, lambda o: o.right_at_once),
        f"{measure}, mean characters shown": mean(shown, lambda o: len(o.shown.text), "characters"),
    }


def score_reader(outcomes: Sequence[Outcome]) -> Scores:
    answerable = [o for o in outcomes if o.case.answerable]
    unanswerable = [o for o in outcomes if not o.case.answerable]
    return {
        "F1": mean(outcomes, _f1),
        "exact match": mean(outcomes, lambda o: exact(o.shown.prediction, o.case.wanted)),
        "F1, answerable": mean(answerable, _f1),
        "refused, unanswerable": mean(unanswerable, lambda o: o.refused),
        "F1 at its best threshold": best_f1(outcomes),
        "F1, answerable, never refusing": mean(answerable, lambda o: f1(o.unrefused.prediction, o.case.wanted)),
        **right(answerable, "answer contained, answerable"),
        ERROR: calibration(outcomes),
    }


def _f1(outcome: Outcome) -> float:
    return f1(outcome.shown.prediction, outcome.case.wanted)


def best_f1(outcomes: Sequence[Outcome]) -> Score:
    """The F1 at the threshold that is best for these very questions: what a threshold could bring at most."""
    ordered = sorted(outcomes, key=lambda o: -o.unrefused.confidence)
    total = best = sum(f1("", o.case.wanted) for o in ordered)
    for at, outcome in enumerate(ordered, start=1):
        total += f1(outcome.unrefused.prediction, outcome.case.wanted) - f1("", outcome.case.wanted)
        if at == len(ordered) or ordered[at].unrefused.confidence != outcome.unrefused.confidence:
            best = max(best, total)
    return Score(best / len(ordered) if ordered else None, len(ordered))


def score_news(outcomes: Sequence[Outcome]) -> Scores:
    asked = [o for o in outcomes if o.case.answerable]
    withheld = [o for o in outcomes if not o.case.answerable]
    nowhere = [o for o in withheld if not any(o.relevance)]
    return {
        "hits@1": mean(asked, lambda o: any(o.relevance[:1])),
        "hits@10": mean(asked, lambda o: any(o.relevance)),
        "MRR@10": mean(asked, lambda o: reciprocal_rank(o.relevance)),
        "nDCG@10": mean(asked, lambda o: ndcg(o.relevance, o.relevant or 0)),
        f"contained, or refused where no article of {OLD} days answers": mean(
            asked, lambda o: o.right or o.rightly_refused
        ),
        **_answers(asked),
        "answer contained, never refusing": mean(asked, lambda o: o.would_be_right),
        **{
            f"{age}: {measure}": score
            for age in AGES
            if (of_age := [o for o in asked if o.age == age])
            for measure, score in _answers(of_age).items()
        },
        "answering articles withheld: refused": mean(withheld, lambda o: o.refused),
        "the same, where no hit holds the answer": mean(nowhere, lambda o: o.refused),
        ERROR: calibration(outcomes),
    }


def _answers(asked: Sequence[Outcome]) -> Scores:
    return {
        **right(asked, "answer contained"),
        "short answer, exact": mean(asked, lambda o: same(o.shown.short or "", o.case.wanted)),
        "refused": mean(asked, lambda o: o.refused),
    }


def score_refusal(outcomes: Sequence[Outcome]) -> Scores:
    positive = [o for o in outcomes if o.case.answerable]
    negative = [o for o in outcomes if not o.case.answerable]
    return {
        **right(positive, "with positives: right"),
        "with positives: refused": mean(positive, lambda o: o.refused),
        "with positives: right, never refusing": mean(positive, lambda o: o.would_be_right),
        "only negatives: refused": mean(negative, lambda o: o.refused),
    }


def score_reports(outcomes: Sequence[Outcome], led_astray: str) -> Scores:
    return {
        **right(outcomes),
        "refused": mean(outcomes, lambda o: o.refused),
        led_astray: mean(outcomes, lambda o: o.led_astray),
        "right, never refusing": mean(outcomes, lambda o: o.would_be_right),
    }


SCORED_BY: dict[str, Callable[[Sequence[Outcome]], Scores]] = {
    "reader": score_reader,
    "news": score_news,
    "refusal": score_refusal,
    "recency": partial(score_reports, led_astray="begins with an outdated report"),
    "conflict": partial(score_reports, led_astray="begins with a false report"),
}
REFUSING_ONLY = {  # measures that say nothing of a system that never refuses
    "F1 at its best threshold",
    "F1, answerable, never refusing",
    "answer contained, never refusing",
    "with positives: right, never refusing",
    "right, never refusing",
    ERROR,
}
CALIBRATED = ("reader", "news")  # the parts whose risk is drawn


def judged(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Those by which confidence is judged: nothing withheld, and with something to show at some threshold."""
    return [o for o in outcomes if not o.case.withheld and o.unrefused.text]


def calibration(outcomes: Iterable[Outcome]) -> Score:
    """Of the confidence that what would be shown is right; what nothing answers is not."""
    shown = judged(outcomes)
    error = calibration_error([o.unrefused.confidence for o in shown], [o.would_be_right for o in shown])
    return Score(error if shown else None, len(shown), "error")


def curve(outcomes: Sequence[Outcome]) -> Curve:
    """Over all questions of which nothing is withheld."""
    shown = judged(outcomes)
    confidences = [o.unrefused.confidence for o in shown]
    return risk_coverage(confidences, [o.would_be_right for o in shown], sum(not o.case.withheld for o in outcomes))
