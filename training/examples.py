"""What the span reader is trained on: questions with a window of text, and where in it the answer stands, if it does.

DATA_DIR/reader/train.jsonl.gz gives the questions. Few of them are unanswerable, so more are made: put to what our own
search finds for them and that lacks the answer, and altered to ask for what the paragraph does not say. Titles of some
sources are kept apart for calibration and are used for nothing else.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.index.passages import header
from retrieval.text.document import sentences
from retrieval.text.words import content_stems, stems
from retrieval.types import Article, Span
from training.altered import careless, unanswerable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.types import Encoder

    Row = dict[str, Any]

SEED = 4
TITLED = ("squad-train", "squad2-dev-b", "squadshifts-new_wiki", "nq")
CALIBRATING = {"squad-train": 8, "squad2-dev-b": 5, "squadshifts-new_wiki": 8}  # titles of each
SENTENCES = ("qamr-wiki", "qamr-wikinews")
WITH_TITLE, WITH_DATE = 0.6, 0.6  # of the windows with a title; of those with a date as well
THINNED = 0.3  # of the sentences that could be left out
NEAREST = 5  # wrong paragraphs kept for a question
_RRF = 60
_ALNUM = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Example:
    """A window and a question.

    Attributes:
        answer: where in the text the answer stands; None where it does not.
        spanned: whether no answer means that nothing here answers; False where what answers is no one span.
        evidence: the sentences of the window, each with whether it helps to answer.
    """

    question: str
    text: str
    answer: Span | None = None
    spanned: bool = True
    evidence: tuple[tuple[Span, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Mix:
    """What an epoch holds.

    `shares` are of the answerable questions of each source. Of those with a title, `searched` are also put to a wrong
    paragraph, `altered` are altered to have no answer and `cut` put to their paragraph without the sentences that
    answer; `unanswerable` is how often each question comes that people wrote to have none. Of what is put to its own
    paragraph, `thinned` is put to it without some of the sentences, so that it is not learned by heart. `natural` adds
    the questions of `training.natural`.
    """

    shares: Mapping[str, float]
    searched: float
    altered: float
    unanswerable: int
    cut: float = 0.0
    thinned: float = 0.0
    natural: bool = False


# Of everything, to learn to read; then of what is closest to the questions that are hard to refuse; then with texts
# that speak of the same thing and lack the answer, as later reports of a story do.
BROAD = Mix(
    {
        "squad-train": 1.0, "squad2-dev-b": 1.0, "squadshifts-new_wiki": 1.0, "nq": 1.0,
        "squadshifts-amazon_reviews": 0.45, "squadshifts-reddit": 0.45, "qamr-wiki": 0.3, "qamr-wikinews": 0.45,
    },
    searched=0.4, altered=0.4, unanswerable=2,
)  # fmt: skip
CLOSE = Mix(
    {
        "squad-train": 1.0, "squad2-dev-b": 1.0, "squadshifts-new_wiki": 0.7, "nq": 0.7,
        "squadshifts-amazon_reviews": 0.05, "squadshifts-reddit": 0.05, "qamr-wiki": 0.05, "qamr-wikinews": 0.15,
    },
    searched=0.8, altered=0.25, unanswerable=3,
)  # fmt: skip
LACKING = replace(CLOSE, searched=0.6, cut=0.35)
ALTERED = replace(CLOSE, searched=0.3, altered=0.9, unanswerable=2, cut=0.15, thinned=0.5)
# A little of it, so that nothing is forgotten, beside the questions of training.natural.
REMEMBERED = replace(
    ALTERED,
    shares={
        "squad-train": 0.25, "squad2-dev-b": 0.5, "squadshifts-new_wiki": 0.2, "nq": 0.25,
        "squadshifts-amazon_reviews": 0.0, "squadshifts-reddit": 0.0, "qamr-wiki": 0.0, "qamr-wikinews": 0.02,
    },
    searched=0.0, unanswerable=1, natural=True,
)  # fmt: skip
SEARCHED_UNTITLED = 0.1


def divided(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The rows to learn from, and those kept for calibration, by title."""
    rng = random.Random(SEED)  # noqa: S311  (reproducible, no secret)
    kept: set[tuple[str, str]] = set()
    for source, count in CALIBRATING.items():
        titles = sorted({row["title"] for row in rows if row["source"] == source})
        kept |= {(source, title) for title in rng.sample(titles, min(count, len(titles) // 3))}
    learn = [row for row in rows if (row["source"], row["title"]) not in kept]
    return learn, [row for row in rows if (row["source"], row["title"]) in kept]


def epoch(
    learn: Sequence[Row], wrong: dict[str, list[int]], paragraphs: Sequence[Row], mix: Mix, number: int
) -> list[Example]:
    """The examples of an epoch, in a random order; another number gives others."""
    rng = random.Random(SEED + number)  # noqa: S311  (reproducible, no secret)
    found: list[Example] = []
    for row in learn:
        if not row["answerable"]:
            found += [_own(row, mix, rng) for _ in range(mix.unanswerable)]
        elif rng.random() < mix.shares[row["source"]]:
            found.append(_own(row, mix, rng))
            found += _negatives(row, [paragraphs[i] for i in wrong.get(row["id"], ())], mix, rng)
    rng.shuffle(found)
    return found


def _own(row: Row, mix: Mix, rng: random.Random) -> Example:
    own = thinned(row, rng) if mix.thinned and rng.random() < mix.thinned else row
    return example(own, own, rng)


def _negatives(row: Row, wrong: Sequence[Row], mix: Mix, rng: random.Random) -> list[Example]:
    found = []
    if wrong and rng.random() < (mix.searched if row["source"] in TITLED else SEARCHED_UNTITLED):
        found.append(example(row, rng.choice(wrong), rng))
    if row["source"] in TITLED and rng.random() < mix.altered:
        texts = [answer["text"] for answer in row["answers"]]
        if altered := unanswerable(row["question"], row["context"], texts, rng):
            found.append(example({**row, "question": altered, "answerable": False}, row, rng))
    if mix.cut and row["source"] in TITLED and rng.random() < mix.cut and (left := without_answers(row)):
        found.append(example(row, {**row, "context": left}, rng))
    return found


def thinned(row: Row, rng: random.Random) -> Row:
    """The row with one of its answers, and without some sentences of its paragraph.

    What holds the answer stays, and the sentence before it, which says who "he" is.
    """
    text, answer = row["context"], rng.choice(row["answers"]) if row["answers"] else None
    asked = Span(answer["start"], answer["start"] + len(answer["text"])) if answer else Span(0, 0)
    spans = sentences(text)
    holding = [i for i, span in enumerate(spans) if overlaps(span, asked)]
    needed = {*holding, *(i - 1 for i in holding)}
    kept, start = "", 0
    for i, span in enumerate(spans):
        if i in needed or rng.random() >= THINNED:
            kept += " " * bool(kept)
            if span.start <= asked.start < span.end:
                start = len(kept) + asked.start - span.start
            kept += text[span.start : span.end]
    if not kept or (answer and not kept.startswith(answer["text"], start)):
        return row  # nothing is left, or the answer stands in two sentences that other white space parts
    return {**row, "context": kept, "answers": [{**answer, "start": start}] if answer else []}


def without_answers(row: Row) -> str:
    """The paragraph without its sentences that hold an answer; "" where nothing is left."""
    text, answers = row["context"], [_plain(answer["text"]) for answer in row["answers"]]
    spans = sentences(text)
    lacking = [text[s.start : s.end] for s in spans if not any(a in _plain(text[s.start : s.end]) for a in answers)]
    return " ".join(lacking)


def example(asked: Row, paragraph: Row, rng: random.Random) -> Example:
    """The question put to a paragraph, with its title and a date in front as often as not."""
    above = ""
    if paragraph["source"] in TITLED and rng.random() < WITH_TITLE:
        dated = rng.random() < WITH_DATE
        day = str(date(2015, 1, 1) + timedelta(days=rng.randrange(4000))) if dated else None
        above = header(Article("", paragraph["title"].replace("_", " "), "", published=day)) + "\n"
    question, text = careless(asked["question"], rng), above + paragraph["context"]
    answer = None
    if asked is paragraph and asked["answerable"]:
        chosen = rng.choice(asked["answers"])
        start = len(above) + chosen["start"]
        answer = Span(start, start + len(chosen["text"]))
    of_window = sentences(text, Span(len(above), len(text)))
    evidence = tuple((span, answer is not None and overlaps(span, answer)) for span in of_window)
    return Example(question, text, answer, evidence=evidence)


def overlaps(span: Span, other: Span) -> bool:
    return span.start < other.end and other.start < span.end


def wrong_paragraphs(learn: Sequence[Row], encoder: Encoder) -> tuple[dict[str, list[int]], list[Row]]:
    """For each answerable question with a paragraph, the best ranked ones of our own search that lack its answers."""
    asked = [row for row in learn if row["answerable"] and row["source"] not in SENTENCES]
    unique = {row["context"]: row for row in learn if row["source"] not in SENTENCES}
    paragraphs = list(unique.values())
    texts = [f"{row['title'].replace('_', ' ')}\n{row['context']}" for row in paragraphs]
    lexical = _Bm25(texts)
    vectors = encoder.encode_passages(texts)
    queries = encoder.encode_questions([row["question"] for row in asked])
    plain = [_plain(text) for text in texts]
    found: dict[str, list[int]] = {}
    for row, query in zip(asked, queries, strict=True):
        points = _fused(vectors @ query, lexical.scores(row["question"]))
        nearest = np.argsort(-points, kind="stable")[: NEAREST * 4]
        answers = [_plain(answer["text"]) for answer in row["answers"]]
        lacking = [int(i) for i in nearest if not any(answer in plain[i] for answer in answers)]
        found[row["id"]] = lacking[:NEAREST]
    return found, paragraphs


def _fused(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
    points = np.zeros(len(one))
    for scores in (one, other):
        best = np.argpartition(-scores, min(50, len(scores) - 1))[:50]
        best = best[np.argsort(-scores[best], kind="stable")]
        points[best] += 1 / (_RRF + 1 + np.arange(len(best)))
    return points


def _plain(text: str) -> str:
    return f" {' '.join(_ALNUM.findall(text.lower()))} "


class _Bm25:
    """BM25 over texts that fit in memory."""

    def __init__(self, texts: Iterable[str], k1: float = 1.2, b: float = 0.75) -> None:
        counts: list[dict[str, int]] = []
        for text in texts:
            terms: dict[str, int] = {}
            for term in stems(text):
                terms[term] = terms.get(term, 0) + 1
            counts.append(terms)
        lengths = np.array([sum(terms.values()) for terms in counts], dtype=np.float64)
        norm = k1 * (1 - b + b * lengths / lengths.mean())
        postings: dict[str, tuple[list[int], list[int]]] = {}
        for i, terms in enumerate(counts):
            for term, count in terms.items():
                rows, frequencies = postings.setdefault(term, ([], []))
                rows.append(i)
                frequencies.append(count)
        self._size = len(counts)
        self._postings = {
            term: (np.array(rows), self._weights(np.array(frequencies), norm[rows], k1))
            for term, (rows, frequencies) in postings.items()
        }

    def _weights(self, frequency: NDArray[np.int64], norm: NDArray[np.float64], k1: float) -> NDArray[np.float32]:
        idf = np.log1p((self._size - len(frequency) + 0.5) / (len(frequency) + 0.5))
        return np.asarray(idf * frequency * (k1 + 1) / (frequency + norm), dtype=np.float32)

    def scores(self, question: str) -> NDArray[np.float32]:
        found = np.zeros(self._size, dtype=np.float32)
        for term in content_stems(question):
            if term in self._postings:
                rows, weights = self._postings[term]
                found[rows] += weights
        return found
