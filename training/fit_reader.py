"""Makes retrieval/reader/weights.json again: `python -m training.fit_reader DATA_DIR`, after the span model.

Questions are put to the product's own search, over the paragraphs of the titles that the span model never saw, over the
news articles and over RGB's documents, and the candidate sentences are labelled by whether they hold the answer.
Questions that nothing answers are SQuAD 2.0's own, questions whose articles are withheld, and questions put to another
title. Half of the questions fit the sentence model; the others, used for nothing else, calibrate the answer.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]  # it ships no types
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # the same

from benchmarks.quality.byline import Byline
from benchmarks.quality.cases import Case, Part, read_part
from benchmarks.quality.measures import calibration_error, contains
from benchmarks.rows import read_rows
from retrieval.reader.candidates import candidates
from retrieval.reader.evidence import asked, features
from retrieval.reader.reading import spot
from retrieval.reader.scoring import Weights, answer_features, sentence_points
from retrieval.reader.selection import near_best
from retrieval.reader.span_models import load_span_model
from retrieval.types import Article, Question
from training.examples import divided

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.quality.byline import OpenedByline
    from retrieval.reader.spans import SpanModel
    from training.examples import Row

    Column = NDArray[np.float64]

SEED = 20
HITS = 10
QUESTIONS = 2_400  # of the titles kept for calibration
WITHHELD, PUT_ELSEWHERE = 0.25, 0.1  # of the answerable ones
SHARES = {"titles": 0.4, "news": 0.4, "refusal": 0.2}
SENTENCE_L2, ANSWER_C = 1e-3, 0.1
REFUSED = 0.65  # of the news questions whose articles are withheld: what the threshold refuses
WEIGHTS = Path(__file__).parent.parent / "retrieval" / "reader" / "weights.json"


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidates: their features, and which of them hold the answer (none where nothing answers).

    `group` names what must not be parted: a title, or a news question and its twin whose articles are withheld.
    """

    part: str
    group: str
    columns: Mapping[str, Column]
    holds_answer: NDArray[np.bool_]
    answerable: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True, help="where indexes are kept, as for benchmarks.quality")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    titles = titles_part(read_rows(options.data / "reader" / "train.jsonl.gz"))
    byline, model = Byline(options.cache), load_span_model(cache_dir=options.cache)
    found = [
        each
        for part in (titles, read_part("news", options.data), read_part("refusal", options.data))
        if part is not None
        for each in examples(part, byline, model)
    ]
    weights, report = fit(found)
    options.output.write_text(json.dumps(asdict(weights), indent=1) + "\n", encoding="utf-8")
    print("\n".join(f"{name}: {value:.3f}" for name, value in report.items()))


def titles_part(rows: Sequence[Row]) -> Part:
    """A library for each title kept for calibration, an article for each of its paragraphs."""
    rng = random.Random(SEED)  # noqa: S311  (a reproducible sample, no secret)
    _, kept = divided(rows)
    titles = sorted({row["title"] for row in kept})
    names = {title: f"title-{n}" for n, title in enumerate(titles)}
    places = {row["context"]: (names[row["title"]], str(n)) for n, row in enumerate(kept)}
    libraries: dict[str, list[Article]] = {name: [] for name in names.values()}
    for row in {row["context"]: row for row in kept}.values():
        library, identity = places[row["context"]]
        libraries[library].append(Article(identity, row["title"].replace("_", " "), row["context"]))
    cases = []
    for row in rng.sample(kept, min(QUESTIONS, len(kept))):
        chance = rng.random() if row["answerable"] else 1.0
        withheld = frozenset([places[row["context"]][1]]) if chance < PUT_ELSEWHERE + WITHHELD else frozenset[str]()
        library = names[rng.choice(titles) if chance < PUT_ELSEWHERE else row["title"]]
        wanted = tuple((answer["text"],) for answer in row["answers"])
        cases.append(Case(row["title"], row["question"], library, wanted, withheld=withheld))
    return Part("titles", libraries, cases)


def examples(part: Part, byline: Byline, model: SpanModel) -> list[Example]:
    with byline.over(part, print) as opened:
        return [found for case in part.cases if (found := example(part.name, case, opened, model))]


def example(part: str, case: Case, opened: OpenedByline, model: SpanModel) -> Example | None:
    """None where nothing is found, which is refused without a confidence."""
    question = Question(text=case.question, libraries=(case.library,), asked=case.asked)
    pool = candidates(opened.search(question, HITS, case.withheld))
    if not pool:
        return None
    spotted = spot(case.question, pool, model)
    holds = np.array([case.answerable and contains(c.text, case.wanted) for c in pool])
    columns = features(asked(case.question, pool), pool, spotted)
    return Example(part, case.id, columns, holds, case.answerable)


def fit(found: Sequence[Example]) -> tuple[Weights, dict[str, float]]:
    groups = sorted({e.group for e in found})
    random.Random(SEED).shuffle(groups)  # noqa: S311  (the same)
    fitting = set(groups[::2])
    sentence, none = fit_sentence([e for e in found if e.group in fitting])
    weights = Weights(sentence, none, {}, 0.0, 0.0)
    calibrating = [e for e in found if e.group not in fitting]
    answer, bias = fit_answer(weights, calibrating)
    weights = Weights(_rounded(sentence), round(none, 4), _rounded(answer), round(bias, 4), 0.0)
    threshold = threshold_for([e for e in calibrating if e.part == "news"], weights)
    return Weights(**asdict(weights) | {"threshold": round(threshold, 3)}), report(weights, calibrating, threshold)


def threshold_for(news: Sequence[Example], weights: Weights) -> float:
    """The confidence below which the wanted share of unanswerable news questions lies."""
    return float(np.quantile(judged(weights, [e for e in news if not e.answerable])[1], REFUSED))


def fit_sentence(found: Sequence[Example]) -> tuple[dict[str, float], float]:
    """A conditional logit, by maximum likelihood with a ridge on standardised features."""
    names = list(found[0].columns)
    matrix = np.vstack([np.column_stack([e.columns[name] for name in names]) for e in found])
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    matrix = (matrix - mean) / scale
    sizes = [len(e.holds_answer) for e in found]
    starts = np.cumsum([0, *sizes[:-1]])
    of = np.repeat(np.arange(len(found)), sizes)
    gold = np.concatenate([e.holds_answer for e in found]).astype(float)
    has_gold = np.add.reduceat(gold, starts) > 0

    def loss(w: Column) -> tuple[float, Column]:
        points, none = matrix @ w[:-1], w[-1]
        top = np.maximum(np.maximum.reduceat(points, starts), none)
        each, nobody = np.exp(points - top[of]), np.exp(none - top)
        whole = np.add.reduceat(each, starts) + nobody
        good = np.where(has_gold, np.add.reduceat(each * gold, starts), nobody)
        push = each / whole[of] - np.where(has_gold[of], each * gold / good[of], 0)
        slope = np.append(matrix.T @ push / len(found) + 2 * SENTENCE_L2 * w[:-1], np.mean(nobody / whole - ~has_gold))
        return float(np.mean(np.log(whole) - np.log(good)) + SENTENCE_L2 * w[:-1] @ w[:-1]), slope

    w = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    raw = w[:-1] / scale
    return dict(zip(names, map(float, raw), strict=True)), float(w[-1] + raw @ mean)


def fit_answer(weights: Weights, found: Sequence[Example]) -> tuple[dict[str, float], float]:
    """A logistic regression of whether what would be shown holds the answer, in which each part has its share."""
    known = [_answer_features(weights, e) for e in found]
    matrix = np.array([list(k.values()) for k in known])
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    sizes = Counter(e.part for e in found)
    model = LogisticRegression(C=ANSWER_C).fit(
        (matrix - mean) / scale,
        [is_right(weights, e) for e in found],
        sample_weight=[SHARES[e.part] * len(found) / sizes[e.part] for e in found],
    )
    raw = model.coef_[0] / scale
    return dict(zip(known[0], map(float, raw), strict=True)), float(model.intercept_[0] - raw @ mean)


def _answer_features(weights: Weights, e: Example) -> dict[str, float]:
    return answer_features(sentence_points(weights, e.columns), weights.none, e.columns)


def is_right(weights: Weights, e: Example) -> bool:
    return bool(e.holds_answer[near_best(sentence_points(weights, e.columns))].any())


def judged(weights: Weights, found: Sequence[Example]) -> tuple[NDArray[np.bool_], Column]:
    """For each example, whether what would be shown holds the answer, and the confidence that it does."""
    right = np.array([is_right(weights, e) for e in found])
    points = [weights.bias + sum(weights.answer[k] * v for k, v in _answer_features(weights, e).items()) for e in found]
    return right, 1 / (1 + np.exp(-np.array(points)))


def report(weights: Weights, found: Sequence[Example], threshold: float) -> dict[str, float]:
    lines = {"threshold": threshold}
    for part in sorted({e.part for e in found}):
        some = [e for e in found if e.part == part]
        right, confidence = judged(weights, some)
        answerable = np.array([e.answerable for e in some])
        error = calibration_error(confidence.tolist(), right.tolist())
        shown = confidence >= threshold
        lines |= {
            f"{part}, answerable: shown sentences hold the answer, never refusing": float(right[answerable].mean()),
            f"{part}, answerable: right and not refused": float((right & shown)[answerable].mean()),
            f"{part}, unanswerable: refused": float((~shown)[~answerable].mean()),
            f"{part}: expected calibration error, in the sample": error,
        }
    return lines


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


if __name__ == "__main__":
    main()
