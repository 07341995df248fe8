"""Makes retrieval/reader/weights.json again: `python -m training.fit_reader DATA_DIR`.

DATA_DIR holds reader/train.jsonl.gz and reader/dev.jsonl.gz. Wikipedia questions of SQuAD and its kin stand in for
news: the paragraphs of a title make its articles, a question is searched for among them, and the hits' sentences are
labelled by whether they hold the answer. Questions that nothing answers are SQuAD 2.0's own, questions whose paragraph
was taken away, and questions put to another title. Titles are parted: some fit the sentence model, others calibrate
the answer. The threshold is set on the dev part. Takes some minutes on two cores, most of it for encoding.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]  # it ships no types
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # the same

from retrieval.encoder import load_encoder
from retrieval.language.words import content_stems, stem_set
from retrieval.passages import sentences
from retrieval.reader.evidence import asked, candidates, features, preselect
from retrieval.reader.scoring import Weights, answer_features, sentence_points
from retrieval.reader.selection import near_best
from retrieval.types import Article, Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.types import Encoder

    Column = NDArray[np.float64]
    Row = dict[str, Any]

SEED = 20
SOURCES = ("squad-train", "squad2-dev-b", "squadshifts-new_wiki")
QUESTIONS_EACH = 1500
PARAGRAPHS = 8  # of an article
HITS = 10
CALIBRATING = 0.35  # of the titles
TAKEN_AWAY, PUT_ELSEWHERE = 0.25, 0.1  # of the answerable questions
KEPT = 0.92  # of the right answers on dev: what the threshold leaves
SENTENCE_L2, ANSWER_C = 1e-3, 0.1
WEIGHTS = Path(__file__).parent.parent / "retrieval" / "reader" / "weights.json"


class CachingEncoder:
    """Encodes each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self.window = encoder.window
        self.fingerprint = encoder.fingerprint
        self.describe = encoder.describe
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode_passages(new), strict=True))
        return np.stack([self._known[text] for text in texts])

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_passages(texts)


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    spot: Hit
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidates: their features, and which of them hold the answer (none where nothing answers)."""

    title: str
    columns: Mapping[str, Column]
    holds_answer: NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        encoder = CachingEncoder(load_encoder("all-MiniLM-L6-v2", cache_dir=Path(cache)))
        train = examples(sampled(rows(options.data / "reader" / "train.jsonl.gz")), encoder, alter=True)
        dev = examples(rows(options.data / "reader" / "dev.jsonl.gz"), encoder, alter=False)
    weights, report = fit(train, dev)
    options.output.write_text(json.dumps(asdict(weights), indent=1) + "\n", encoding="utf-8")
    print("\n".join(f"{name}: {value:.3f}" for name, value in report.items()))


def rows(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def sampled(all_rows: Sequence[Row]) -> list[Row]:
    rng = random.Random(SEED)  # noqa: S311  (a reproducible sample, no secret)
    by_source = {source: [row for row in all_rows if row["source"] == source] for source in SOURCES}
    return [row for source in SOURCES for row in rng.sample(by_source[source], QUESTIONS_EACH)]


def examples(questions: Sequence[Row], encoder: Encoder, *, alter: bool) -> list[Example]:
    """One for each question; `alter` makes some of the answerable ones unanswerable."""
    rng = random.Random(SEED)  # noqa: S311  (the same)
    shelves = shelve(questions, encoder)
    titles = sorted(shelves)
    found = []
    for row in questions:
        chance = rng.random() if alter and row["answerable"] else 1.0
        title = rng.choice(titles) if chance < PUT_ELSEWHERE else row["title"]
        is_gone = chance < PUT_ELSEWHERE + TAKEN_AWAY
        shelf = [p for p in shelves[title] if not (is_gone and p.text == row["context"])]
        found.append(example(row, shelf, encoder))
    return found


def shelve(questions: Iterable[Row], encoder: Encoder) -> dict[str, list[Paragraph]]:
    """Each title's paragraphs, in articles of a few that follow each other."""
    texts: dict[str, dict[str, None]] = defaultdict(dict)
    for row in questions:
        texts[row["title"]][row["context"]] = None
    return {
        title: [
            paragraph
            for i in range(0, len(known), PARAGRAPHS)
            for paragraph in article_of(f"{title}-{i}", title, list(known)[i : i + PARAGRAPHS], encoder)
        ]
        for title, known in texts.items()
    }


def article_of(identity: str, title: str, texts: Sequence[str], encoder: Encoder) -> list[Paragraph]:
    article = Article(identity, title.replace("_", " "), "\n\n".join(texts))
    starts = np.cumsum([0, *(len(text) + 2 for text in texts)])
    return [
        Paragraph(
            text, Hit("training", article, int(start), int(start) + len(text), 0.0), paragraph_vector(text, encoder)
        )
        for text, start in zip(texts, starts, strict=False)
    ]


def paragraph_vector(text: str, encoder: Encoder) -> NDArray[np.float32]:
    """The mean of its sentences' vectors: near enough to rank by, and they are needed anyway."""
    total = encoder.encode_passages([text[span.start : span.end] for span in sentences(text)]).sum(axis=0)
    return np.asarray(total / np.linalg.norm(total))


def search(question: str, shelf: Sequence[Paragraph], encoder: Encoder) -> list[Hit]:
    """The best paragraphs by reciprocal rank of cosine and of shared rare words, as the product's search fuses them."""
    terms = content_stems(question)
    held = np.array([[term in stem_set(p.text) for term in terms] for p in shelf]).reshape(len(shelf), len(terms))
    lexical = held @ np.log1p((len(shelf) + 1) / (held.sum(axis=0) + 0.5))
    dense = np.stack([p.vector for p in shelf]) @ encoder.encode_questions([question])[0]
    fused = 1 / (60 + _ranks(lexical)) + 1 / (60 + _ranks(dense))
    return [shelf[i].spot for i in np.argsort(-fused, kind="stable")[:HITS]]


def _ranks(scores: NDArray[np.floating]) -> Column:
    return np.asarray(np.argsort(np.argsort(-scores, kind="stable")) + 1, dtype=float)


def example(row: Row, shelf: Sequence[Paragraph], encoder: Encoder) -> Example:
    pool = candidates(search(row["question"], shelf, encoder))
    wanted = asked(row["question"], pool)
    kept = preselect(wanted, pool)
    gold = {answer["start"] for answer in row["answers"]} if row["answerable"] else set()
    holds = [
        c.hit.text == row["context"] and any(c.start <= c.hit.start + start < c.end for start in gold) for c in kept
    ]
    return Example(row["title"], features(wanted, kept, encoder), np.array(holds))


def fit(train: Sequence[Example], dev: Sequence[Example]) -> tuple[Weights, dict[str, float]]:
    titles = sorted({e.title for e in train})
    random.Random(SEED).shuffle(titles)  # noqa: S311  (the same)
    calibrating = set(titles[: int(CALIBRATING * len(titles))])
    sentence, none = fit_sentence([e for e in train if e.title not in calibrating])
    weights = Weights(sentence, none, {}, 0.0, 0.0)
    answer, bias = fit_answer(weights, [e for e in train if e.title in calibrating])
    weights = Weights(sentence, none, answer, bias, 0.0)
    right, confidence = judged(weights, dev)
    threshold = float(np.quantile(confidence[right], 1 - KEPT))
    weights = Weights(_rounded(sentence), round(none, 4), _rounded(answer), round(bias, 4), round(threshold, 3))
    return weights, report(dev, right, confidence, threshold)


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
    """A logistic regression of whether what would be shown holds the answer."""
    known = [_answer_features(weights, e) for e in found]
    matrix = np.array([list(k.values()) for k in known])
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    model = LogisticRegression(C=ANSWER_C).fit((matrix - mean) / scale, [is_right(weights, e) for e in found])
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


def report(dev: Sequence[Example], right: NDArray[np.bool_], confidence: Column, threshold: float) -> dict[str, float]:
    answerable = np.array([bool(e.holds_answer.any()) for e in dev])
    shown = confidence >= threshold
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [abs(right[bins == b].mean() - confidence[bins == b].mean()) * np.mean(bins == b) for b in set(bins)]
    return {
        "threshold": threshold,
        "answerable: shown sentences hold the answer, never refusing": float(right[answerable].mean()),
        "answerable: right and not refused": float((right & shown)[answerable].mean()),
        "unanswerable: refused": float((~shown)[~answerable].mean()),
        "expected calibration error": float(sum(gaps)),
    }


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


if __name__ == "__main__":
    main()
