"""What an answer is worth: string measures, ranking, calibration. Pure.

All results are in 0..1, and higher is better but for errors and risks.

Exact match and F1 are SQuAD's (Rajpurkar et al. 2016): lower case, no punctuation (Unicode's, where SQuAD knows ASCII's
only), no articles; the best over the answers that count. A question without an answer scores 1 when it is refused.
"""

from __future__ import annotations

import bisect
import itertools
import math
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from retrieval.text.document import sentences
from retrieval.text.numbers import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Wanted = tuple[tuple[str, ...], ...]  # the answers that count, each one or several strings, all of them wanted
Curve = list[tuple[float, float, float]]  # threshold, share of questions answered at it, share of those answers wrong

MOST_SENTENCES, MOST_CHARACTERS = 3, 600  # of a shown answer
BINS = 10  # of equal width
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_MARKS = re.compile(r"[^\w\s]|_")
_COMMA_OR_AND = re.compile(r",\s+(?:and\s+)?|\s+and\s+")


def normalised(text: str) -> str:
    """SQuAD's normal form: words that are the same in it are the same answer."""
    return " ".join(_ARTICLES.sub(" ", _MARKS.sub("", text.lower())).split())


def parted(text: str) -> str:
    """Another: punctuation ends a word, so that "Biden's" holds "Biden", and letters are without accents."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return " ".join(_ARTICLES.sub(" ", _MARKS.sub(" ", letters)).split())


def numbered(text: str) -> str:
    """Another: numbers by their value, so that "three" is "3" and "1.6 million" is "1,600,000"."""
    for figure in reversed(figures(text)):
        text = f"{text[: figure.start]} {figure.value:.12g}{figure.unit} {text[figure.end :]}"
    return parted(text)


FORMS = (normalised, parted, numbered)


def items(answer: str) -> tuple[str, ...]:
    """Returns the parts of a list: "Orrin, Vasse and Torvik" are three."""
    return tuple(filter(None, _COMMA_OR_AND.split(answer)))


def exact(prediction: str, wanted: Wanted) -> float:
    return _best(lambda answer: float(normalised(prediction) == answer), wanted, prediction)


def f1(prediction: str, wanted: Wanted) -> float:
    return _best(lambda answer: _overlap(normalised(prediction).split(), answer.split()), wanted, prediction)


def _best(score: Callable[[str], float], wanted: Wanted, prediction: str) -> float:
    if not wanted or not prediction:
        return float(not wanted and not prediction)
    return max(score(normalised(" ".join(strings))) for strings in wanted)


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    shared = (Counter(one) & Counter(other)).total()
    return 2 * shared / (len(one) + len(other)) if shared else 0.0


def same(prediction: str, wanted: Wanted) -> bool:
    """Tells whether it is one of the answers: a number in words or digits, a list in any order."""
    return any(
        sorted(map(form, items(prediction))) == sorted(map(form, strings)) for form in FORMS for strings in wanted
    )


def contains(text: str, wanted: Wanted) -> bool:
    """Tells whether all strings of one of the answers are there as runs of whole words."""
    wholes = [(form, f" {form(text)} ") for form in FORMS]
    return any(
        all(any((run := form(string)) and f" {run} " in whole for form, whole in wholes) for string in strings)
        for strings in wanted
    )


def fits(text: str) -> bool:
    """Whether it is as short as a shown answer may be."""
    return len(text) <= MOST_CHARACTERS and len(sentences(text)) <= MOST_SENTENCES


def reciprocal_rank(relevant: Sequence[bool]) -> float:
    return 1 / (relevant.index(True) + 1) if any(relevant) else 0.0


def ndcg(relevant: Sequence[bool], total: int) -> float:
    """Of a ranking, where `total` are relevant in all: gain 1 each, discounted by log2.

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002).
    """
    ideal = _gain([True] * min(total, len(relevant)))
    return _gain(relevant) / ideal if ideal else 0.0


def _gain(relevant: Sequence[bool]) -> float:
    return sum(is_relevant / math.log2(rank + 1) for rank, is_relevant in enumerate(relevant, start=1))


def count_relevant(texts: Iterable[str], answers: Sequence[Wanted], most: int) -> list[int]:
    """Returns for each of many answers in how many of many texts it is, by `contains`; counted up to `most`."""
    known = list(texts)
    wholes = [(form, _Lines([form(text) for text in known])) for form in FORMS]

    def holding(string: str) -> set[int]:
        return set().union(*(lines.holding(form(string)) for form, lines in wholes))

    return [
        min(most, len(set().union(*(set.intersection(*map(holding, strings)) for strings in wanted))))
        for wanted in answers
    ]


class _Lines:
    """Many texts as lines of one, which is searched in one go."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._whole = "\n".join(f" {text} " for text in texts)
        self._starts = [0, *itertools.accumulate(len(text) + 3 for text in texts)]

    def holding(self, run: str) -> set[int]:
        """The numbers of the lines that hold a run of whole words."""
        lines: set[int] = set()
        at = self._whole.find(f" {run} ") if run else -1
        while at >= 0:
            line = bisect.bisect_right(self._starts, at) - 1
            lines.add(line)
            at = self._whole.find(f" {run} ", self._starts[line + 1])
        return lines


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error: the gap between mean confidence and share right of each bin, weighted by its size."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, is_right in zip(confidences, right, strict=True):
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, is_right))
    gaps = (abs(sum(confidence - is_right for confidence, is_right in some)) for some in bins.values())
    return sum(gaps) / max(1, len(confidences))


def risk_coverage(confidences: Sequence[float], right: Sequence[bool], total: int) -> Curve:
    """From few answered to all, out of `total` questions.

    El-Yaniv and Wiener, "On the foundations of noise-free selective classification" (2010).
    """
    ordered = sorted(zip(confidences, right, strict=True), reverse=True)
    points: Curve = []
    wrong = 0
    for answered, (confidence, is_right) in enumerate(ordered, start=1):
        wrong += not is_right
        if answered == len(ordered) or ordered[answered][0] != confidence:
            points.append((confidence, answered / total, wrong / answered))
    return points
