"""Whether two reports tell of one event, so that other answers in them contradict each other. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.text.names import DAYS_AND_MONTHS, core_name, names
from retrieval.text.questions import asks_yes_or_no
from retrieval.text.values import CASUALTIES, is_lasting, telling_stems
from retrieval.text.words import WORD, content_stems, same_family, stem, stem_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.reader.scoring import ScoredCandidate

ONE_EVENT = 45  # days between reports of one event, at most
SAME_DAYS = 14  # between reports of what a question names, at most
TELLING = 6  # words of content of a question that tells of one event itself
HELD = 0.33  # of its words, that each has to hold
_LEAD = 300  # characters of an article that name what it is about
_READ = 3_000  # characters of one, whose small letters tell what is no name


def is_one_event(question: str, one: ScoredCandidate, other: ScoredCandidate) -> bool:
    """Tells whether two sentences of different articles may answer a question about one event.

    They tell of two where one holds what the question names and the other names others instead, and where both name
    people or places, and none in common but for what the question names and what answers it, unless the question says
    so much that it tells of one event itself, and both hold its words. Articles far apart in time tell of two, unless
    the question is about what lasts. A question that names one tells of it where both are of a few days and hold all of
    its words but for casualties.

    Example:
        For "How many died in the fire?" a fire in Orva and one in Gorm are two; for "How many died in the Orva fire?"
        two reports of one week on a fire in Orva are of one.
    """
    if _days_between(one, other) > ONE_EVENT and not is_lasting(question):
        return False
    terms = content_stems(question)
    named_here = _name_stems(question).intersection(terms)
    small = _small_stems(one) | _small_stems(other) | named_here
    answers = not asks_yes_or_no(question)
    named, others = (_names_around(scored, answers=answers) - small for scored in (one, other))
    if others and not named_here.isdisjoint(_told(one)) and named_here.isdisjoint(_told(other)):
        return False  # "a sixth has died in Gorm", for what happened in Orva
    if not named or not others or any(same_family(a, b) for a in named for b in others):
        return True
    if len(terms) >= TELLING:
        return min(_share(terms, one), _share(terms, other)) >= HELD
    asked = telling_stems(terms)
    telling = asked - CASUALTIES
    is_named = len(asked) > 1 and not telling.isdisjoint(named_here)
    return is_named and _days_between(one, other) <= SAME_DAYS and all(telling <= _told(each) for each in (one, other))


def _told(scored: ScoredCandidate) -> frozenset[str]:
    return telling_stems(stem_set(_around(scored)))


def _days_between(one: ScoredCandidate, other: ScoredCandidate) -> int:
    """Returns how many days lie between the articles of two sentences; 0 where one has no date."""
    first, second = (scored.candidate.hit.article.published_on for scored in (one, other))
    return abs((first - second).days) if first and second else 0


def _share(terms: Sequence[str], scored: ScoredCandidate) -> float:
    """Returns the share of the terms that stand around a candidate."""
    return sum(term in stem_set(_around(scored)) for term in terms) / len(terms)


def _names_around(scored: ScoredCandidate, *, answers: bool) -> frozenset[str]:
    """Returns the names around a candidate and in the beginning of its article, without those that answer."""
    candidate, span = scored.candidate, scored.span
    answer = candidate.field_text[span.start : span.end] if span and answers else ""
    return _name_stems(_around(scored)) - _name_stems(answer)


def _around(scored: ScoredCandidate) -> str:
    article = scored.candidate.hit.article
    return "\n".join((article.title, article.text[:_LEAD], scored.candidate.context))


def _small_stems(scored: ScoredCandidate) -> frozenset[str]:
    """Returns the words that an article writes small somewhere: in its headline they are no names."""
    return _stems_in_small(scored.candidate.hit.article.text[:_READ])


@lru_cache(maxsize=256)
def _stems_in_small(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in WORD.findall(text) if word[0].islower())


@lru_cache(maxsize=1_024)
def _name_stems(text: str) -> frozenset[str]:
    named = (core_name(text[span.start : span.end]) for span in names(text))
    return frozenset(stem(word) for name in named for word in WORD.findall(name) if word.lower() not in DAYS_AND_MONTHS)
