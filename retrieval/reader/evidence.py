"""How well each sentence of the hits would answer a question: candidates and their readable features.

Every feature is a number for one candidate sentence, mostly in 0..1 and higher for better. Pure but for the encoder.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from retrieval.language.words import (
    WORD,
    capitalised,
    content_stems,
    holds_name,
    name_stems,
    numbers,
    stem,
    stem_set,
)
from retrieval.passages import sentences
from retrieval.reader.answer_type import Kind, fitting_spans, kind_asked
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from retrieval.types import Encoder, Hit

    Column = NDArray[np.float64]
    Levels = dict[str, list[frozenset[str]]]

MAX_CANDIDATES = 40
_KINDS: tuple[Kind, ...] = ("name", "date", "place", "age", "duration", "number", "cause")
_PRONOUNS = frozenset({"he", "she", "it", "they", "this", "that", "these", "those", "his", "her", "their", "its"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit, `hit.article.text[start:end]`, with its neighbours in the article ("" at its ends)."""

    hit: Hit
    rank: int
    start: int
    end: int
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        return self.hit.article.text[self.start : self.end]

    @property
    def context(self) -> str:
        return f"{self.before} {self.text} {self.after}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question's words ask for, read in the light of the candidates (which tell names typed in lower case)."""

    text: str
    kind: Kind
    terms: tuple[str, ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...]


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Every sentence of the hits once, at the rank of the first hit that holds it."""
    found: dict[tuple[str, str, int], Candidate] = {}
    for rank, hit in enumerate(hits, start=1):
        text = hit.article.text
        spans = sentences(text, Span(hit.start, hit.end))
        around = ["", *(text[span.start : span.end] for span in spans), ""]
        for i, span in enumerate(spans):
            candidate = Candidate(hit, rank, span.start, span.end, around[i], around[i + 2])
            found.setdefault((hit.library, hit.article.id, span.start), candidate)
    return list(found.values())


def asked(question: str, pool: Sequence[Candidate]) -> Asked:
    terms = tuple(content_stems(question))
    names = name_stems(question) or _names_by_use(terms, pool)
    return Asked(question, kind_asked(question), terms, tuple(names), tuple(numbers(question)))


def preselect(question: Asked, pool: Sequence[Candidate], limit: int = MAX_CANDIDATES) -> list[Candidate]:
    """The candidates worth encoding, in their order: those that share most with the question, themselves or nearby."""
    if len(pool) <= limit:
        return list(pool)
    own = [stem_set(c.text) for c in pool]
    near = [stem_set(c.context) for c in pool]
    worth = _coverage(question.terms, own, own) + _coverage(question.terms, own, near) + [1 / c.rank for c in pool]
    return [pool[i] for i in sorted(np.argsort(-worth, kind="stable")[:limit])]


def features(question: Asked, pool: Sequence[Candidate], encoder: Encoder) -> dict[str, Column]:
    """One column for each feature, with a row for each candidate (at least one)."""
    known = _known(pool)
    return {
        **_similarities(question, pool, encoder),
        **_coverages(question, known),
        "cover_bigrams": _bigrams(question, pool),
        **_names_and_numbers(question, known),
        **_type_fits(question, pool),
        **_forms(pool),
    }


def _known(pool: Sequence[Candidate]) -> Levels:
    """The stems around each candidate, from near to far."""
    return {
        "sentence": [stem_set(c.text) for c in pool],
        "context": [stem_set(c.context) for c in pool],
        "passage": [stem_set(c.hit.text) for c in pool],
        "article": [stem_set(f"{c.hit.article.title}\n{c.hit.article.text}") for c in pool],
    }


def _similarities(question: Asked, pool: Sequence[Candidate], encoder: Encoder) -> dict[str, Column]:
    query = encoder.encode_questions([question.text])[0]
    vectors = encoder.encode_passages([c.text for c in pool])
    row = {(c.hit.article.id, c.text): i for i, c in enumerate(pool)}
    with_neighbours = np.stack(
        [
            2 * vectors[i]
            + sum(vectors[row[key]] for n in (c.before, c.after) if (key := (c.hit.article.id, n)) in row)
            for i, c in enumerate(pool)
        ]
    )
    ranks = np.array([c.rank for c in pool])
    of_passage = np.stack([vectors[ranks == rank].sum(axis=0) for rank in ranks])
    cosine = vectors @ query
    return {
        "cosine": cosine,
        "cosine_lead": cosine - cosine.max(),
        "cosine_context": _cosines(with_neighbours, query),
        "cosine_passage": _cosines(of_passage, query),
    }


def _coverages(question: Asked, known: Levels) -> dict[str, Column]:
    columns = {f"cover_{level}": _coverage(question.terms, known["sentence"], sets) for level, sets in known.items()}
    return {**columns, "cover_lead": columns["cover_sentence"] - columns["cover_sentence"].max()}


def _coverage(terms: Sequence[str], pool: Sequence[frozenset[str]], sets: Sequence[frozenset[str]]) -> Column:
    """The share of the terms that each set holds, weighted by how rare a term is in the pool of sentences."""
    if not terms:
        return np.ones(len(sets))
    frequency = np.array([sum(term in sentence for sentence in pool) for term in terms])
    weights = np.log1p((len(pool) + 1) / (frequency + 0.5))
    present = np.array([[term in known for term in terms] for known in sets])
    return np.asarray(present @ weights / weights.sum())


def _bigrams(question: Asked, pool: Sequence[Candidate]) -> Column:
    """The share of the question's pairs of neighbouring terms that a sentence holds in the same order."""
    pairs = _pairs(question.text)
    return np.array([len(pairs & _pairs(c.text)) / max(1, len(pairs)) for c in pool])


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(content_stems(text)))


def _names_and_numbers(question: Asked, known: Levels) -> dict[str, Column]:
    named = {f"names_{level}": np.array([_named(question.names, s) for s in sets]) for level, sets in known.items()}
    counted = {
        f"numbers_{level}": np.array([_share(question.numbers, s) for s in known[level]])
        for level in ("context", "article")
    }
    return {**named, **counted}


def _share(wanted: Sequence[str], known: frozenset[str]) -> float:
    return sum(word in known for word in wanted) / len(wanted) if wanted else 1.0


def _named(names: Sequence[str], known: frozenset[str]) -> float:
    return sum(holds_name(name, known) for name in names) / len(names) if names else 1.0


def _type_fits(question: Asked, pool: Sequence[Candidate]) -> dict[str, Column]:
    """For each kind: 1 where a sentence holds a span of the kind asked for, -1 where it does not, 0 for other kinds."""
    spans = [fitting_spans(question.kind, c.text, question.text) for c in pool]
    fit = np.array([1.0 if found else -1.0 for found in spans])
    columns = {f"fits_{kind}": fit * (kind == question.kind) for kind in _KINDS}
    columns["fits_near"] = np.array([_nearness(c.text, found, question) for c, found in zip(pool, spans, strict=True)])
    return columns


def _nearness(sentence: str, spans: Sequence[Span], question: Asked) -> float:
    """1 / (words between a fitting span and the question's nearest word), 0 where there is no pair."""
    tokens = list(WORD.finditer(sentence))
    shared = [i for i, token in enumerate(tokens) if stem(token[0]) in question.terms]
    fitting = [i for i, token in enumerate(tokens) for s in spans if s.start <= token.start() < s.end]
    gaps = [abs(i - j) for i in shared for j in fitting if i != j]
    return 1 / min(gaps) if gaps else 0.0


def _forms(pool: Sequence[Candidate]) -> dict[str, Column]:
    return {
        "rank": np.array([1 / c.rank for c in pool]),
        "length": np.log1p([len(c.text) / 100 for c in pool]),
        "pronoun": np.array([float(_first_word(c.text) in _PRONOUNS) for c in pool]),
    }


def _first_word(text: str) -> str:
    match = WORD.search(text)
    return match[0].lower() if match else ""


def _names_by_use(terms: Iterable[str], pool: Sequence[Candidate]) -> list[str]:
    """For a question typed without capitals: the terms that the candidates write with a capital only."""
    texts = [c.text for c in pool]
    upper = capitalised(texts)
    lower = {stem(word) for text in texts for word in WORD.findall(text) if word[0].islower()}
    return [term for term in terms if term in upper and term not in lower]


def _cosines(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> Column:
    return np.asarray(vectors @ query / np.maximum(np.linalg.norm(vectors, axis=1), 1e-9))
