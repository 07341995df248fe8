"""Makes retrieval/reader/weights.json again: `python -m training.fit_reader DATA_DIR`, after the span model.

Questions are put to the product's own search, over the titles that the span model never saw, over each of their
paragraphs alone and a few of them together, over the news articles and over RGB's documents; the candidate sentences
are labelled by whether they hold the answer. Questions that nothing answers are SQuAD 2.0's own, those whose articles
are withheld, and those put to another title. Half of the questions fit the sentence model; the others, used for nothing
else, calibrate the answer.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict, dataclass, replace
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
from retrieval.reader.scoring import HITS, Logistic, Weights, answer_features, is_searched, sentence_points
from retrieval.reader.selection import near_best
from retrieval.reader.span_models import load_span_model
from retrieval.types import Article, Question
from training.examples import divided

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.quality.byline import OpenedByline
    from retrieval.reader.spans import SpanModel
    from training.examples import Row

    Column = NDArray[np.float64]

SEED = 20
SHELF, SHELVED = 5, 600  # paragraphs of a small library; questions put to such
QUESTIONS = 1_000  # of the titles kept for calibration
WITHHELD, PUT_ELSEWHERE = 0.25, 0.1  # of the answerable ones
SEARCHED = {"news": 0.8, "titles": 0.2}  # what each part counts for
WHOLE = {"paragraphs": 0.4, "shelves": 0.25, "refusal": 0.35}
NOT_OF_SEARCHED = {"alone", "company"}
NOT_OF_WHOLE = {"score", "newest", "cover_article", "names_article"}  # tell how well a search chose
SENTENCE_PARTS = ("titles", "news", "refusal")
# What an unanswerable question counts for. News questions come as often with their articles withheld, but most that are
# asked are about what was reported; those of the paragraphs are easier than others', and those of shelves easier still.
UNANSWERABLE_COUNT = {"news": 0.2, "paragraphs": 1.9, "refusal": 1.3, "shelves": 0.5}
SENTENCE_L2 = 1e-3
SEARCHED_C, WHOLE_C = 0.1, 0.3
REFUSED = 0.62  # of the news questions whose articles are withheld: what the threshold refuses
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

    @property
    def searched(self) -> bool:
        return bool(self.columns["searched"][0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True, help="where indexes are kept, as for benchmarks.quality")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    rows = read_rows(options.data / "reader" / "train.jsonl.gz")
    parts = (
        titles_part(rows),
        paragraphs_part(rows),
        shelves_part(rows),
        *(read_part(name, options.data) for name in ("news", "refusal")),
    )
    byline, model = Byline(options.cache), load_span_model(cache_dir=options.cache)
    found = [each for part in parts if part is not None for each in examples(part, byline, model)]
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


def paragraphs_part(rows: Sequence[Row]) -> Part:
    """A library for each paragraph of those titles; as many questions that it does not answer as it does."""
    rng = random.Random(SEED)  # noqa: S311  (the same)
    _, kept = divided(rows)
    names = {context: str(n) for n, context in enumerate(dict.fromkeys(row["context"] for row in kept))}
    titles = {row["context"]: row["title"].replace("_", " ") for row in kept}
    libraries = {name: [Article(name, titles[context], context)] for context, name in names.items()}
    unanswerable = [row for row in kept if not row["answerable"]]
    answerable = [row for row in kept if row["answerable"]]
    cases = [
        Case(row["title"], row["question"], names[row["context"]], tuple((a["text"],) for a in row["answers"]))
        for row in (*unanswerable, *rng.sample(answerable, min(len(answerable), len(unanswerable))))
    ]
    return Part("paragraphs", libraries, cases)


def shelves_part(rows: Sequence[Row]) -> Part:
    """Libraries of a few of those paragraphs, of any titles: what answers stands in one of them, or is withheld."""
    rng = random.Random(SEED)  # noqa: S311  (the same)
    _, kept = divided(rows)
    contexts = sorted({row["context"] for row in kept})
    rng.shuffle(contexts)
    places = {context: (f"shelf-{n // SHELF}", str(n)) for n, context in enumerate(contexts)}
    titles = {row["context"]: row["title"].replace("_", " ") for row in kept}
    libraries: dict[str, list[Article]] = {}
    for context, (library, identity) in places.items():
        libraries.setdefault(library, []).append(Article(identity, titles[context], context))
    asked = rng.sample([row for row in kept if row["answerable"]], min(SHELVED, len(kept) // 4))
    cases = [
        Case(row["title"], row["question"], library, tuple((a["text"],) for a in row["answers"]), withheld=withheld)
        for n, row in enumerate(asked)
        for library, identity in [places[row["context"]]]
        for withheld in [frozenset([identity] if n % 2 else [])]
    ]
    return Part("shelves", libraries, cases)


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
    columns = features(asked(case.question, pool), pool, spotted, searched=is_searched(pool, HITS))
    return Example(part, case.id, columns, holds, case.answerable)


def fit(found: Sequence[Example]) -> tuple[Weights, dict[str, float]]:
    groups = sorted({e.group for e in found})
    random.Random(SEED).shuffle(groups)  # noqa: S311  (the same)
    fitting = set(groups[::2])
    sentence, none = fit_sentence([e for e in found if e.group in fitting and e.part in SENTENCE_PARTS])
    unfitted = Logistic({}, 0.0)
    weights = Weights(_rounded(sentence), round(none, 4), unfitted, unfitted, 0.0)
    calibrating = [e for e in found if e.group not in fitting]
    weights = replace(
        weights,
        searched=fit_answer(weights, [e for e in calibrating if e.searched], SEARCHED, NOT_OF_SEARCHED, SEARCHED_C),
        whole=fit_answer(weights, [e for e in calibrating if not e.searched], WHOLE, NOT_OF_WHOLE, WHOLE_C),
    )
    weights = replace(weights, threshold=round(threshold_for(calibrating, weights), 3))
    return weights, report(weights, calibrating)


def threshold_for(found: Sequence[Example], weights: Weights) -> float:
    """The confidence below which the wanted share of unanswerable news questions lies."""
    withheld = [e for e in found if e.part == "news" and not e.answerable]
    return float(np.quantile(judged(weights, withheld)[1], REFUSED))


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


def fit_answer(
    weights: Weights, found: Sequence[Example], shares: Mapping[str, float], without: Collection[str], c: float
) -> Logistic:
    """A logistic regression of whether what would be shown holds the answer, in which each part has its share.

    `c` is how little it is held back (scikit-learn's C).
    """
    found = [e for e in found if e.part in shares]
    known = [_known(weights, e, without) for e in found]
    matrix = np.array([list(k.values()) for k in known])
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    counts = [1.0 if e.answerable else UNANSWERABLE_COUNT.get(e.part, 1.0) for e in found]
    sizes = {part: sum(n for e, n in zip(found, counts, strict=True) if e.part == part) for part in shares}
    model = LogisticRegression(C=c).fit(
        (matrix - mean) / scale,
        [is_right(weights, e) for e in found],
        sample_weight=[shares[e.part] * len(found) * n / sizes[e.part] for e, n in zip(found, counts, strict=True)],
    )
    raw = model.coef_[0] / scale
    bias = float(model.intercept_[0] - raw @ mean)
    return Logistic(_rounded(dict(zip(known[0], map(float, raw), strict=True))), round(bias, 4))


def _known(weights: Weights, e: Example, without: Collection[str]) -> dict[str, float]:
    told = answer_features(sentence_points(weights, e.columns), weights.none, e.columns)
    return {name: value for name, value in told.items() if name not in without}


def is_right(weights: Weights, e: Example) -> bool:
    return bool(e.holds_answer[near_best(sentence_points(weights, e.columns))].any())


def judged(weights: Weights, found: Sequence[Example]) -> tuple[NDArray[np.bool_], Column]:
    """For each example, whether what would be shown holds the answer, and the confidence that it does."""
    right = np.array([is_right(weights, e) for e in found])
    return right, np.array([weights.confidence(e.columns) for e in found])


def report(weights: Weights, found: Sequence[Example]) -> dict[str, float]:
    lines = {"threshold": weights.threshold}
    for part in sorted({e.part for e in found}):
        some = [e for e in found if e.part == part]
        right, confidence = judged(weights, some)
        answerable = np.array([e.answerable for e in some])
        error = calibration_error(confidence.tolist(), right.tolist())
        shown = confidence >= weights.threshold
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
