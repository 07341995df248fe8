"""How well each candidate sentence would answer a question: its readable features.

Every feature is a number for one candidate sentence, mostly in 0..1 and higher for better. Pure.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from retrieval.reader.reading import agreement, answer_words
from retrieval.text.words import (
    WORD,
    capitalised,
    content_stems,
    holds_name,
    name_stems,
    numbers,
    stem,
    stem_set,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.reading import Spotted
    from retrieval.types import Hit

    Column = NDArray[np.float64]
    Numbers = NDArray[np.intp]
    Levels = dict[str, list[frozenset[str]]]

_SAME_EVENT = 10.0  # days
_MOST_SPAN = 12.0  # log-odds; beyond, certain is certain
_PRONOUNS = frozenset({"he", "she", "it", "they", "this", "that", "these", "those", "his", "her", "their", "its"})

# Hits chosen from more than were read; all passages there are; no more than two of them.
Scope = Literal["searched", "whole", "short"]
_SHORT = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question's words ask for, read in the light of the candidates (which tell names typed in lower case)."""

    text: str
    terms: tuple[str, ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells of the candidates of a question whether they answer it.

    Attributes:
        columns: the features by name, each (candidates,).
        answers: (candidates,), numbers; those that give the same short answer have the same.
        articles: (candidates,), the same for those of one article.
        scope: what they were taken from.
    """

    columns: dict[str, Column]
    answers: Numbers
    articles: Numbers
    scope: Scope


def asked(question: str, pool: Sequence[Candidate]) -> Asked:
    terms = tuple(content_stems(question))
    names = name_stems(question) or _names_by_use(terms, pool)
    return Asked(question, terms, tuple(names), tuple(numbers(question)))


def gather(question: Asked, pool: Sequence[Candidate], spotted: Sequence[Spotted], most: int) -> Evidence:
    """The evidence of at least one candidate, where at most so many hits are read."""
    texts = [seen.text(candidate.hit.article) for candidate, seen in zip(pool, spotted, strict=True)]
    return Evidence(
        _features(question, pool, spotted),
        _numbered(answer_words(text) for text in texts),
        _numbered(candidate.hit.article.id for candidate in pool),
        _scope({candidate.rank for candidate in pool}, most),
    )


def _scope(ranks: Collection[int], most: int) -> Scope:
    if max(ranks) >= most:
        return "searched"
    return "whole" if len(ranks) > _SHORT else "short"


def _numbered(keys: Iterable[Hashable]) -> Numbers:
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(key, len(seen)) for key in keys])


def _features(question: Asked, pool: Sequence[Candidate], spotted: Sequence[Spotted]) -> dict[str, Column]:
    known = _known(pool)
    return {
        **_spans(pool, spotted),
        **_coverages(question, known),
        "cover_bigrams": _bigrams(question, pool),
        **_names_and_numbers(question, known),
        **_places(pool),
        **_forms(pool),
    }


def _spans(pool: Sequence[Candidate], spotted: Sequence[Spotted]) -> dict[str, Column]:
    score = np.array([found.score for found in spotted])
    return {
        "span": np.clip(score, -_MOST_SPAN, _MOST_SPAN),
        "span_lead": np.clip(score - score.max(), -_MOST_SPAN, 0.0),
        "agreement": np.log1p(agreement(pool, spotted)),
    }


def _known(pool: Sequence[Candidate]) -> Levels:
    """The stems around each candidate, from near to far."""
    articles = {hit.article.id: stem_set(f"{hit.article.title}\n{hit.article.text}") for hit in _hits(pool).values()}
    return {
        "sentence": [stem_set(c.text) for c in pool],
        "context": [stem_set(c.context) for c in pool],
        "passage": [stem_set(c.hit.text) for c in pool],
        "article": [articles[c.hit.article.id] for c in pool],
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


def _places(pool: Sequence[Candidate]) -> dict[str, Column]:
    """How the hits were found; how many of them are of the same days, as reports of one event are; which are newest."""
    hits = _hits(pool)
    newest = max(hits.values(), key=lambda hit: hit.article.published_on or dt.date.min)
    told = {
        rank: (
            hit.score,
            _concord(hit),
            sum(_nearness_in_time(hit, other) for other in hits.values()),
            _nearness_in_time(hit, newest),
        )
        for rank, hit in hits.items()
    }
    columns = np.array([told[c.rank] for c in pool]).T
    return dict(zip(("score", "concord", "same_days", "newest"), columns, strict=True))


def _hits(pool: Sequence[Candidate]) -> dict[int, Hit]:
    """The hits of the candidates by their rank."""
    return {c.rank: c.hit for c in pool}


def _concord(hit: Hit) -> float:
    """1 where vectors and words both found it first, 0 where only one of them found it."""
    return 1 / max(hit.dense_rank, hit.lexical_rank) if hit.dense_rank and hit.lexical_rank else 0.0


def _nearness_in_time(one: Hit, other: Hit) -> float:
    """1 for one article or one day, falling to a third in ten days; 0 where a date is not known."""
    if one.article.id == other.article.id:
        return 1.0
    days = one.article.published_on, other.article.published_on
    return math.exp(-abs((days[0] - days[1]).days) / _SAME_EVENT) if days[0] and days[1] else 0.0


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
