"""What tells of each candidate sentence how well it would answer a question: readable features. Pure.

A feature is a number for each candidate, mostly in 0..1 and higher for better.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.text.answer_kinds import IN_FEW_WORDS, answer_fit, asks_for_several, expected_answer
from retrieval.text.lexicon import words
from retrieval.text.name_matching import holds_name
from retrieval.text.words import WORD, capitalised, content_stems, name_stems, numbers, stem, stem_set

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.reader.candidates import Candidate, SpanPrediction
    from retrieval.types import Question

    Column = NDArray[np.float64]  # (candidates,)
    Numbers = NDArray[np.intp]  # (candidates,)

_MONTH = 30  # days
_MOST_CERTAIN = 12.0  # log-odds of a span; beyond, certain is certain
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Features:
    """What tells of the candidates of a question whether they answer it.

    Attributes:
        columns: the features by name, each (candidates,).
        answers: (candidates,), numbers; those that give the same short answer have the same.
        articles: (candidates,), the same for those of one article, and of all that carry its text.
        places: (candidates,), numbers; those of neighbours in an article follow one another, its title's goes before.
        several: whether several things are asked for.
        in_few_words: whether one thing is asked for that a few words of its kind answer.
    """

    columns: dict[str, Column]
    answers: Numbers
    articles: Numbers
    places: Numbers
    several: bool
    in_few_words: bool


def extract_features(
    question: Question, predictions: Sequence[SpanPrediction], unread: Mapping[str, Column] | None = None
) -> Features:
    """Returns the features of at least one candidate; `unread` are those of `unread_features`, where they are known."""
    pool = [prediction.candidate for prediction in predictions]
    several = asks_for_several(question.text)
    score = np.array([prediction.score for prediction in predictions])
    evidence = np.array([prediction.evidence for prediction in predictions])
    return Features(
        {
            "evidence": np.clip(evidence, -_MOST_CERTAIN, _MOST_CERTAIN),
            "span": np.clip(score, -_MOST_CERTAIN, _MOST_CERTAIN),
            "span_lead": np.clip(score - score.max(), -_MOST_CERTAIN, 0.0),
            "agreement": np.log1p(agreement(predictions)),
            "kind": np.array([answer_fit(question.text, p.text, p.before, p.after) for p in predictions]),
            **(unread or unread_features(question, pool)),
        },
        answers=_numbered(_answer_words(prediction.text) for prediction in predictions),
        articles=_numbered(candidate.hit.witness for candidate in pool),
        places=_places(pool),
        several=several,
        in_few_words=expected_answer(question.text) in IN_FEW_WORDS and not several,
    )


def unread_features(question: Question, pool: Sequence[Candidate]) -> dict[str, Column]:
    """Returns the features that do not depend on what a model reads."""
    score, rank, cosine = np.array([(c.hit.score, 1 / c.rank, c.hit.dense or 0.0) for c in pool]).T
    return {
        **_of_words(question.text, pool),
        "score": score,
        "rank": rank,  # how early the hit came
        "cosine": cosine,  # 0 where the vectors did not find it
        "age": _age(question.asked, pool),
        "length": np.log1p([len(c.text) / 100 for c in pool]),
    }


def _age(asked: dt.date, pool: Sequence[Candidate]) -> Column:
    """Returns how much farther from the day of the question each candidate's article is than the nearest of all.

    It is in orders of magnitude of days, so that a library that is old as a whole answers as a new one does. An undated
    article is as far as the farthest, and no nearer than a month.
    """
    days = [abs((asked - day).days) if (day := c.hit.article.published_on) else None for c in pool]
    farthest = max([_MONTH, *(each for each in days if each is not None)])
    distances = np.log1p([farthest if each is None else each for each in days])
    return np.asarray(distances - distances.min())


def _numbered(keys: Iterable[Hashable]) -> Numbers:
    """Returns a number for each key, from 0 in the order in which they first come."""
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(key, len(seen)) for key in keys])


def _places(pool: Sequence[Candidate]) -> Numbers:
    order = sorted({(c.hit.article.id, c.field != "title", c.start) for c in pool})
    number = {key: at for at, key in enumerate(order)}
    return np.array([number[c.hit.article.id, c.field != "title", c.start] for c in pool])


# Whether other articles give the same answer


def agreement(predictions: Sequence[SpanPrediction]) -> list[float]:
    """Returns for each candidate how many other articles give the same answer: the sum of their probabilities.

    An answer is the same where all words of the shorter one are in the longer one; of an article its likeliest counts,
    and those that carry one text are one.
    """
    given = [(prediction.candidate.hit.witness, _answer_words(prediction.text)) for prediction in predictions]
    likeliest: dict[tuple[Hashable, frozenset[str]], float] = {}  # by article and answer
    for place, prediction in zip(given, predictions, strict=True):
        likeliest[place] = max(likeliest.get(place, 0.0), 1 / (1 + math.exp(-prediction.score)))
    places: dict[frozenset[str], list[tuple[int, Hashable, float]]] = {}  # by answer, numbered as they come
    for number, ((article, answer), probability) in enumerate(likeliest.items()):
        places.setdefault(answer, []).append((number, article, probability))
    same: dict[frozenset[str], dict[Hashable, float]] = {}  # by answer, then by article
    for answer, alike in _alike(places).items():
        by_article = same.setdefault(answer, {})
        for _, article, probability in sorted(place for other in alike for place in places[other]):
            by_article[article] = max(by_article.get(article, 0.0), probability)
    return [sum(p for article, p in same[answer].items() if article != own) for own, answer in given]


def _alike(answers: Iterable[frozenset[str]]) -> dict[frozenset[str], set[frozenset[str]]]:
    """Returns each answer with those that are the same as it, itself among them; none of one without words."""
    distinct = set(answers)
    holding: dict[str, list[frozenset[str]]] = {}
    for answer in distinct:
        for word in answer:
            holding.setdefault(word, []).append(answer)
    return {
        answer: {other for word in answer for other in holding[word] if answer <= other or other <= answer}
        for answer in distinct
    }


def _answer_words(text: str) -> frozenset[str]:
    """Returns what makes an answer the same as another: its words, without articles."""
    return frozenset(_WORD.findall(text.lower())) - words("articles")


# What the words of question and candidate have in common


def _of_words(question: str, pool: Sequence[Candidate]) -> dict[str, Column]:
    """Returns how much of the question's terms, names and numbers stands in a candidate, and around it near and far."""
    terms, levels = content_stems(question), _stems_by_level(pool)
    coverage = {level: _coverage(terms, levels["sentence"], sets) for level, sets in levels.items()}
    names, figures = name_stems(question) or _names_by_use(terms, pool), numbers(question)
    return {
        **{f"cover_{level}": column for level, column in coverage.items()},
        **{f"names_{level}": _share(names, levels[level], holds_name) for level in ("context", "passage", "article")},
        "numbers_context": _share(figures, levels["context"], lambda number, stems: number in stems),
        "numbers_article": _share(figures, levels["article"], lambda number, stems: number in stems),
    }


def _stems_by_level(pool: Sequence[Candidate]) -> dict[str, list[frozenset[str]]]:
    """Returns the stems of each candidate and of what is around it, from near to far."""
    articles = {c.rank: stem_set(f"{c.hit.article.title}\n{c.hit.article.text}") for c in pool}
    return {
        "sentence": [stem_set(c.told) for c in pool],
        "context": [stem_set(c.before) | stem_set(c.told) | stem_set(c.after) for c in pool],
        "passage": [stem_set(c.hit.text) for c in pool],
        "article": [articles[c.rank] for c in pool],
    }


def _coverage(terms: Sequence[str], sentences: Sequence[frozenset[str]], sets: Sequence[frozenset[str]]) -> Column:
    """Returns the share of the terms that each set holds, weighted by how rare a term is among the sentences."""
    if not terms:
        return np.ones(len(sets))
    frequency = np.array([sum(term in sentence for sentence in sentences) for term in terms])
    weights = np.log1p((len(sentences) + 1) / (frequency + 0.5))
    present = np.array([[term in stems for term in terms] for stems in sets])
    return np.asarray(present @ weights / weights.sum())


def _share(
    wanted: Sequence[str], sets: Sequence[frozenset[str]], holds: Callable[[str, frozenset[str]], bool]
) -> Column:
    """Returns the share of what is wanted that each set holds; 1 where nothing is wanted."""
    return np.array([sum(holds(word, stems) for word in wanted) / len(wanted) if wanted else 1.0 for stems in sets])


def _names_by_use(terms: Iterable[str], pool: Sequence[Candidate]) -> list[str]:
    """Returns the terms that the candidates write with a capital only: the names of a question without capitals."""
    texts = [c.text for c in pool]
    upper = capitalised(texts)
    lower = {stem(word) for text in texts for word in WORD.findall(text) if word[0].islower()}
    return [term for term in terms if term in upper and term not in lower]


# How the hits were found
