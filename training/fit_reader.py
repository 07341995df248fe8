"""Makes retrieval/reader/weights.json again: `python -m training.fit_reader DATA_DIR`, after the span model.

Questions are put to the product's own search: over each paragraph of the titles that the span model never saw, over a
few of them together, over RGB's documents, over the natural libraries that the model never saw, whole and a few
articles at a time, and over small libraries of our own that it never saw; the candidate sentences are labelled by
whether they hold the answer, or help to answer. Questions that nothing answers are SQuAD 2.0's own, those that ask for
what is not told, and those whose articles are withheld. Natural questions and those of small libraries fit the sentence
model, and what helps beside the best; the answer is calibrated on what sentence models say of questions that they were
not fitted on: for each half of these one that was fitted on the other half, for all others that of both. The weights at
hand choose which sentences are read a second time, so a second run may differ from the first in the last digits.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
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
from benchmarks.small import read_small
from retrieval.models.span_model import load_span_model
from retrieval.reader.candidates import candidates
from retrieval.reader.scoring import (
    Logistic,
    ReaderWeights,
    answer_features,
    beside_features,
    ranking,
    read,
    shipped_weights,
)
from retrieval.reader.selection import shown_rows
from retrieval.serving.parts import HITS
from retrieval.types import Article, Question, Span
from training.examples import divided, overlaps
from training.natural import after, asked_of, calibrating

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.quality.byline import OpenedByline
    from retrieval.citations import Excerpt
    from retrieval.models.span_model import SpanModel
    from retrieval.reader.features import Features
    from retrieval.types import Hit
    from training.examples import Row

    Column = NDArray[np.float64]

SEED = 20
FEW = (0, 1, 3, 7)  # articles of a small library, beside the one that a question is about
SHELF, SHELVED = 5, 600  # paragraphs of a small library; questions put to such
# The share of each in what calibrates the answer.
ANSWER_PARTS = {"natural": 1.5, "few": 1.0, "small": 1.5, "refusal": 0.8, "paragraphs": 0.8, "shelves": 0.3}
SENTENCE_PARTS = {"natural", "small"}  # whose sentences are labelled by whether they help
BESIDE = 12  # sentences after the best, of which it is learned whether they help
BESIDE_FEATURES = (
    "points", "points_lead", "evidence", "evidence_lead", "best_points", "best_evidence", "near", "confirms", "repeats",
    "several", "several_evidence", "cover_sentence", "kind", "span",
)  # fmt: skip
REFUSED = 0.68  # of the natural questions labelled as having no answer: what the threshold refuses; some have one
SENTENCE_L2 = 1e-2
ANSWER_C = 0.3  # how little the weights of an answer are held back (scikit-learn's C)
WEIGHTS = Path(__file__).parent.parent / "retrieval" / "reader" / "weights.json"


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidates: their features, and which of them hold the answer or help (none where nothing answers).

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
        shelves_part(rows),
        read_part("refusal", options.data),
    )
    byline, model = Byline(options.cache), load_span_model(cache_dir=options.cache)
    made = [e for part in parts if part is not None for e in examples(part, byline, model)]
    weights, report = fit([*made, *natural_examples(options.data, byline, model), *small_examples(byline, model)])
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


def natural_examples(data: Path, byline: Byline, model: SpanModel) -> list[Example]:
    """Returns the examples of the natural libraries that the model has not learned from.

    Each question is put to its whole library, and to a few articles of it.
    """
    rng = random.Random(SEED)  # noqa: S311  (the same)
    made = []
    for rows, part in calibrating(data):
        with byline.over(part, print) as opened:
            for row in rows:
                few = hidden_but_few(row, [article.id for article in part.libraries[row["library"]]], rng)
                asked = asked_of(row)
                for name, withheld in {"natural": frozenset[str](), "few": few}.items():
                    made.append(_natural(name, row, asked, opened.search(asked, HITS, withheld), model))
    return [example for example in made if example]


def small_examples(byline: Byline, model: SpanModel) -> list[Example]:
    """Returns the examples of the libraries of a few short articles (`benchmarks.small`), follow-ups in context."""
    rng = random.Random(SEED)  # noqa: S311  (the same)
    rows, libraries = read_small("calibration")
    articles = {article.id: article for library in libraries.values() for article in library}
    made = []
    with byline.over(Part("small", libraries, ()), print) as opened:
        for row in rows:
            told = after(row["before"], row["question"], articles, rng) if row["before"] else None
            asked = replace(asked_of(row), in_context=told)
            made.append(_natural("small", row, asked, opened.search(asked, HITS, frozenset()), model))
    return [example for example in made if example]


def _natural(part: str, row: Row, asked: Question, hits: Sequence[Hit], model: SpanModel) -> Example | None:
    pool = candidates(hits)
    if not pool:
        return None
    _, features = read(asked, pool, model, shipped_weights())
    helps = np.array([helps_with(candidate.excerpt, row["support"]) for candidate in pool])
    return Example(part, row["conversation"] or row["id"], features, helps, row["answerable"])


def hidden_but_few(row: Row, library: Sequence[str], rng: random.Random) -> frozenset[str]:
    """Returns the articles to hide so that a few are left: one that helps, or nearly does, and others by chance."""
    about = [place["article_id"] for place in (*row["support"], *filter(None, [row["near"]]))]
    left = {*about[:1], *rng.sample(library, rng.choice(FEW))}
    return frozenset(library) - left


def helps_with(excerpt: Excerpt, support: Sequence[Row]) -> bool:
    """Tells whether an excerpt meets what a row marks as helping."""
    place = excerpt.article.id, excerpt.field
    of_field = [Span(each["start"], each["end"]) for each in support if (each["article_id"], each["field"]) == place]
    return any(overlaps(Span(excerpt.start, excerpt.end), span) for span in of_field)


def example(part: str, case: Case, opened: OpenedByline, model: SpanModel) -> Example | None:
    """Returns the candidates of a question; None where nothing is found, which is refused without a confidence."""
    question = Question(text=case.question, libraries=(case.library,), asked=case.asked)
    pool = candidates(opened.search(question, HITS, case.withheld))
    if not pool:
        return None
    _, features = read(question, pool, model, shipped_weights())
    holds_answer = np.array([case.answerable and contains(c.text, case.wanted) for c in pool])
    return Example(part, case.id, features, holds_answer, case.answerable)


def fit(made: Sequence[Example]) -> tuple[ReaderWeights, dict[str, float]]:
    """Returns the weights and, by name, how well they do on what they were fitted to."""
    learn = [e for e in made if e.part in SENTENCE_PARTS]
    groups = sorted({e.group for e in learn})
    random.Random(SEED).shuffle(groups)  # noqa: S311  (reproducible, no secret)
    half = set(groups[::2])
    weights = fit_sentence(learn)
    apart = {inside: fit_sentence([e for e in learn if (e.group in half) != inside]) for inside in (True, False)}
    judging = [(apart[e.group in half] if e.part in SENTENCE_PARTS | {"few"} else weights, e) for e in made]
    beside = fit_beside([(judge, e) for judge, e in judging if e.part in SENTENCE_PARTS])
    judging = [(replace(judge, beside=beside), e) for judge, e in judging]
    answer = fit_answer(judging)
    judging = [(replace(judge, answer=answer), e) for judge, e in judging]
    unanswerable = [(judge, e) for judge, e in judging if e.part == "natural" and not e.answerable]
    threshold = round(float(np.quantile(judged(unanswerable)[1], REFUSED)), 3)
    return replace(weights, beside=beside, answer=answer, threshold=threshold), report(judging, threshold)


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
    nothing = Logistic({}, 0.0)
    no_answer = round(float(w[-1] + raw @ mean), 4)
    speech = shipped_weights().speech  # which training.fit_speech fits afterwards
    return ReaderWeights(sentence, no_answer, answer=nothing, beside=nothing, speech=speech, threshold=0.0)


def fit_beside(judging: Judging) -> Logistic:
    """Returns a logistic regression of whether a sentence helps, beside the best, where that helps itself."""
    matrices, helps = [], []
    for weights, e in judging:
        points = weights.points(e.features)
        best, *others = ranking(points, e.features)
        if e.holds_answer[best]:
            columns = beside_features(points, weights.no_answer, e.features)
            matrices.append(np.column_stack([columns[name] for name in BESIDE_FEATURES])[others[:BESIDE]])
            helps.append(e.holds_answer[others[:BESIDE]])
    matrix, helping = np.vstack(matrices), np.concatenate(helps)
    return fit_logistic(BESIDE_FEATURES, matrix, helping, np.ones(len(matrix)))


def fit_logistic(
    names: Sequence[str], matrix: NDArray[np.float64], is_so: NDArray[np.bool_], counts: Column
) -> Logistic:
    """Returns a logistic regression on standardised features, in terms of the features as they are."""
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    model = LogisticRegression(C=ANSWER_C).fit((matrix - mean) / scale, is_so, sample_weight=counts)
    raw = model.coef_[0] / scale
    return Logistic(
        _rounded(dict(zip(names, map(float, raw), strict=True))), round(float(model.intercept_[0] - raw @ mean), 4)
    )


def fit_answer(judging: Judging) -> Logistic:
    """Returns a logistic regression of whether what would be shown holds the answer; each part has its share."""
    values = [answer_features(weights.points(e.features), weights.no_answer, e.features) for weights, e in judging]
    names, sizes = list(values[0]), Counter(e.part for _, e in judging)
    matrix = np.array([[of_example[name] for name in names] for of_example in values])
    right = np.array([is_right(weights, e) for weights, e in judging])
    counts = np.array([ANSWER_PARTS[e.part] / sizes[e.part] for _, e in judging])
    return fit_logistic(names, matrix, right, counts * len(judging) / counts.sum())


def is_right(weights: ReaderWeights, e: Example) -> bool:
    """Tells whether what would be shown holds the answer."""
    points = weights.points(e.features)
    beside = weights.beside.probabilities(beside_features(points, weights.no_answer, e.features))
    return bool(e.holds_answer[shown_rows(ranking(points, e.features), beside, several=e.features.several)].any())


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
