"""Makes retrieval/reader/weights.json again: `python -m training.fit_reader DATA_DIR`, after the span model.

Questions are put to the product's own search, over the titles that the span model never saw, over each of their
paragraphs alone, a few of them as one article and a few together, over the news articles and over RGB's documents; the
candidate sentences are labelled by whether they hold the answer. Questions that nothing answers are SQuAD 2.0's own,
those whose articles are withheld, and those put to another title. News and RGB questions fit the sentence model; the
answer is calibrated on what sentence models say of questions that they were not fitted on: for each half of those two
parts one that was fitted on the other half, for all others that of both.
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
from retrieval.models.span_model import load_span_model
from retrieval.reader.aggregation import ranking
from retrieval.reader.candidates import candidates, predict_spans
from retrieval.reader.features import extract_features
from retrieval.reader.scoring import HITS, Logistic, ReaderWeights, answer_features
from retrieval.reader.selection import near_best
from retrieval.store.database import batched
from retrieval.types import Article, Question
from training.examples import divided

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.quality.byline import OpenedByline
    from retrieval.models.span_model import SpanModel
    from retrieval.reader.features import Features, Scope
    from training.examples import Row

    Column = NDArray[np.float64]

SEED = 20
SHELF, SHELVED = 5, 600  # paragraphs of a small library; questions put to such
PAPER, PAPERS = 6, 400  # paragraphs that make one article; questions put to such that it answers
SENTENCE_PARTS = ("news", "refusal")
ANSWER_PARTS: dict[Scope, dict[str, float]] = {  # what each counts for
    "searched": {"news": 1.0},
    "whole": {"papers": 0.25, "shelves": 0.3, "refusal": 0.45},
    "short": {"paragraphs": 1.0},
}
# Few: more of them tell of the sample and not of the next question. Where all was read, how well a search chose tells
# nothing.
ANSWER_FEATURES: dict[Scope, set[str]] = {
    "searched": {"points", "any_points", "vote_share", "score", "cover_passage"},
    "whole": {"vote_share", "span", "unconfirmed", "cover_context", "numbers_context"},
    "short": {"span", "cover_sentence", "cover_context", "cover_passage", "numbers_context"},
}
# What an unanswerable question counts for. News questions come as often with their articles withheld, but most that are
# asked are about what was reported, as of papers and shelves; those of one paragraph and RGB's are meant to be hard.
UNANSWERABLE_COUNT = {"news": 0.1, "paragraphs": 1.8, "refusal": 2.4, "papers": 0.25, "shelves": 0.5}
SENTENCE_L2 = 1e-2
ANSWER_C = 0.3  # how little the weights of an answer are held back (scikit-learn's C)
REFUSED = 0.61  # of the news questions whose articles are withheld: what the threshold refuses
WEIGHTS = Path(__file__).parent.parent / "retrieval" / "reader" / "weights.json"


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidates: their features, and which of them hold the answer (none where nothing answers).

    `group` names what must not be parted: a title, or a news question and its twin whose articles are withheld.
    """

    part: str
    group: str
    features: Features
    holds_answer: NDArray[np.bool_]
    answerable: bool


Judging = list[tuple[ReaderWeights, Example]]  # each example with the weights that judge it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True, help="where indexes are kept, as for benchmarks.quality")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    rows = read_rows(options.data / "reader" / "train.jsonl.gz")
    parts = (
        paragraphs_part(rows),
        papers_part(rows),
        shelves_part(rows),
        *(read_part(name, options.data) for name in ("news", "refusal")),
    )
    byline, model = Byline(options.cache), load_span_model(cache_dir=options.cache)
    weights, report = fit([e for part in parts if part is not None for e in examples(part, byline, model)])
    options.output.write_text(json.dumps(asdict(weights), indent=1) + "\n", encoding="utf-8")
    print("\n".join(f"{name}: {value:.3f}" for name, value in report.items()))


def paragraphs_part(rows: Sequence[Row]) -> Part:
    """Returns a library for each paragraph of those titles; as many questions that it does not answer as it does."""
    rng = random.Random(SEED)  # noqa: S311  (the same)
    _, kept = divided(rows)
    names = {context: str(n) for n, context in enumerate(dict.fromkeys(row["context"] for row in kept))}
    titles = {row["context"]: row["title"].replace("_", " ") for row in kept}
    libraries = {name: [Article(name, titles[context], context)] for context, name in names.items()}
    unanswerable = [row for row in kept if not row["answerable"]]
    answerable = [row for row in kept if row["answerable"]]
    cases = [
        _put(row, names[row["context"]])
        for row in (*unanswerable, *rng.sample(answerable, min(len(answerable), len(unanswerable))))
    ]
    return Part("paragraphs", libraries, cases)


def papers_part(rows: Sequence[Row]) -> Part:
    """Returns a library for each article of a few paragraphs of one title.

    Half of what a paper answers is put to another one that does not answer it, of the same title where there is one.
    """
    rng = random.Random(SEED)  # noqa: S311  (the same)
    _, kept = divided(rows)
    titles = {row["context"]: row["title"] for row in kept}
    papers: dict[str, list[str]] = {}  # of each title, the names
    places: dict[str, str] = {}
    libraries: dict[str, list[Article]] = {}
    for title in dict.fromkeys(titles.values()):
        for contexts in batched((context for context, of in titles.items() if of == title), PAPER):
            name = f"paper-{len(libraries)}"
            papers.setdefault(title, []).append(name)
            places |= dict.fromkeys(contexts, name)
            libraries[name] = [Article(name, title.replace("_", " "), "\n\n".join(contexts))]
    answerable = [row for row in kept if row["answerable"]]
    cases = [_put(row, places[row["context"]]) for row in kept if not row["answerable"]]
    for n, row in enumerate(rng.sample(answerable, min(PAPERS, len(answerable)))):
        own = _put(row, places[row["context"]])
        others = [name for name in papers[row["title"]] if not contains(libraries[name][0].text, own.wanted)]
        if n % 2 == 0:
            cases.append(own)
        elif others:
            cases.append(_put(row, rng.choice(others), withheld=[own.library]))
    return Part("papers", libraries, cases)


def _put(row: Row, library: str, withheld: Collection[str] = ()) -> Case:
    wanted = tuple((answer["text"],) for answer in row["answers"])
    return Case(row["title"], row["question"], library, wanted, withheld=frozenset(withheld))


def shelves_part(rows: Sequence[Row]) -> Part:
    """Returns libraries of a few of those paragraphs, of any titles: what answers is in one of them, or withheld."""
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
        _put(row, library, withheld=[identity] if n % 2 else [])
        for n, row in enumerate(asked)
        for library, identity in [places[row["context"]]]
    ]
    return Part("shelves", libraries, cases)


def examples(part: Part, byline: Byline, model: SpanModel) -> list[Example]:
    with byline.over(part, print) as opened:
        return [made for case in part.cases if (made := example(part.name, case, opened, model))]


def example(part: str, case: Case, opened: OpenedByline, model: SpanModel) -> Example | None:
    """Returns the candidates of a question; None where nothing is found, which is refused without a confidence."""
    question = Question(text=case.question, libraries=(case.library,), asked=case.asked)
    pool = candidates(opened.search(question, HITS, case.withheld))
    if not pool:
        return None
    features = extract_features(case.question, predict_spans(case.question, pool, model), HITS)
    holds_answer = np.array([case.answerable and contains(c.text, case.wanted) for c in pool])
    return Example(part, case.id, features, holds_answer, case.answerable)


def fit(made: Sequence[Example]) -> tuple[ReaderWeights, dict[str, float]]:
    """Returns the weights and, by name, how well they do on what they were fitted to."""
    learn = [e for e in made if e.part in SENTENCE_PARTS]
    groups = sorted({e.group for e in learn})
    random.Random(SEED).shuffle(groups)  # noqa: S311  (the same)
    half = set(groups[::2])
    weights = fit_sentence(learn)
    apart = {inside: fit_sentence([e for e in learn if (e.group in half) != inside]) for inside in (True, False)}
    judging = [(apart[e.group in half] if e.part in SENTENCE_PARTS else weights, e) for e in made]
    answer = {scope: fit_answer(judging, scope) for scope in ANSWER_PARTS}
    judging = [(replace(judge, answer=answer), e) for judge, e in judging]
    withheld = [(judge, e) for judge, e in judging if e.part == "news" and not e.answerable]
    threshold = float(np.quantile(judged(withheld)[1], REFUSED))  # below it lies the share that is to be refused
    weights = replace(weights, answer=answer, threshold=round(threshold, 3))
    return weights, report(judging, weights.threshold)


def fit_sentence(made: Sequence[Example]) -> ReaderWeights:
    """Returns a conditional logit, by maximum likelihood with a ridge on standardised features."""
    names = list(made[0].features.columns)
    matrix = np.vstack([np.column_stack([e.features.columns[name] for name in names]) for e in made])
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    matrix = (matrix - mean) / scale
    sizes = [len(e.holds_answer) for e in made]
    starts = np.cumsum([0, *sizes[:-1]])
    of = np.repeat(np.arange(len(made)), sizes)
    gold = np.concatenate([e.holds_answer for e in made]).astype(float)
    has_gold = np.add.reduceat(gold, starts) > 0

    def loss(w: Column) -> tuple[float, Column]:
        """The mean negative log-likelihood with the ridge, and its gradient; the last weight is that of no answer."""
        points, none = matrix @ w[:-1], w[-1]
        top = np.maximum(np.maximum.reduceat(points, starts), none)
        each, nobody = np.exp(points - top[of]), np.exp(none - top)
        whole = np.add.reduceat(each, starts) + nobody
        good = np.where(has_gold, np.add.reduceat(each * gold, starts), nobody)
        push = each / whole[of] - np.where(has_gold[of], each * gold / good[of], 0)
        slope = np.append(matrix.T @ push / len(made) + 2 * SENTENCE_L2 * w[:-1], np.mean(nobody / whole - ~has_gold))
        return float(np.mean(np.log(whole) - np.log(good)) + SENTENCE_L2 * w[:-1] @ w[:-1]), slope

    w = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    raw = w[:-1] / scale
    sentence = _rounded(dict(zip(names, map(float, raw), strict=True)))
    return ReaderWeights(sentence, round(float(w[-1] + raw @ mean), 4), answer={}, threshold=0.0)


def fit_answer(judging: Judging, scope: Scope) -> Logistic:
    """Returns a logistic regression of whether what would be shown holds the answer; each part has its share."""
    shares = ANSWER_PARTS[scope]
    judging = [(weights, e) for weights, e in judging if e.part in shares and e.features.scope == scope]
    made = [e for _, e in judging]
    values = [answer_features(weights.points(e.features), weights.no_answer, e.features) for weights, e in judging]
    names = [name for name in values[0] if name in ANSWER_FEATURES[scope]]
    matrix = np.array([[of_example[name] for name in names] for of_example in values])
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    counts = [1.0 if e.answerable else UNANSWERABLE_COUNT.get(e.part, 1.0) for e in made]
    sizes = {part: sum(n for e, n in zip(made, counts, strict=True) if e.part == part) for part in shares}
    model = LogisticRegression(C=ANSWER_C).fit(
        (matrix - mean) / scale,
        [is_right(weights, e) for weights, e in judging],
        sample_weight=[shares[e.part] * len(made) * n / sizes[e.part] for e, n in zip(made, counts, strict=True)],
    )
    raw = model.coef_[0] / scale
    bias = float(model.intercept_[0] - raw @ mean)
    return Logistic(_rounded(dict(zip(names, map(float, raw), strict=True))), round(bias, 4))


def is_right(weights: ReaderWeights, e: Example) -> bool:
    """Tells whether what would be shown holds the answer."""
    points = weights.points(e.features)
    return bool(e.holds_answer[near_best(points, ranking(points, e.features))].any())


def judged(judging: Judging) -> tuple[NDArray[np.bool_], Column]:
    """Returns for each example whether what would be shown holds the answer, and the confidence that it does."""
    right = np.array([is_right(weights, e) for weights, e in judging])
    return right, np.array([weights.confidence(weights.points(e.features), e.features) for weights, e in judging])


def report(judging: Judging, threshold: float) -> dict[str, float]:
    lines = {"threshold": threshold}
    for part in sorted({e.part for _, e in judging}):
        some = [(weights, e) for weights, e in judging if e.part == part]
        right, confidence = judged(some)
        answerable = np.array([e.answerable for _, e in some])
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
