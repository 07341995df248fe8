"""Whether sentences of two articles tell of one event: two fires are no contradiction. Pure."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.text.lexicon import words
from retrieval.text.name_matching import abbreviates
from retrieval.text.names import DAYS_AND_MONTHS, core_name, names
from retrieval.text.questions import asks_yes_or_no
from retrieval.text.values import CASUALTIES, asks_for_latest, is_lasting, telling_stems
from retrieval.text.words import WORD, content_stems, holds_family, same_family, stem, stem_set

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from retrieval.reader.scoring import ScoredCandidate
    from retrieval.types import Article

ONE_EVENT = 45  # days between reports of one event, at most
SAME_DAYS = 14  # between reports of what a question names, at most
TELLING = 6  # words of content of a question that tells of one event itself
NAMED_TELLING = 5  # the same of one that a name answers
HELD = 0.33  # of its words, that each has to hold
ALIKE = 0.5  # of the words of a question on the latest of a kind
SURE = 0.0  # log-odds of a span that surely answers
_LEAD = 300  # characters of an article that name what it is about
_READ = 3_000  # characters of one, whose small letters tell what is no name


def is_one_event(question: str, one: ScoredCandidate, other: ScoredCandidate, *, named: bool = False) -> bool:
    """Tells whether two sentences of different articles may answer a question about one event.

    They tell of two where one holds what the question names and the other names others instead, and where both name
    people or places, and none in common but for what the question names and what answers it, unless the question says
    so much that it tells of one event itself, and both hold its words. Articles far apart in time tell of two, unless
    the question is about what lasts. A question that names one tells of it where both are of a few days and hold all of
    its words but for casualties. Where a name answers (`named`), others come with it: Hun Sen with “Cambodia”.

    Example:
        For "How many died in the fire?" a fire in Orva and one in Gorm are two; for "How many died in the Orva fire?"
        two reports of one week on a fire in Orva are of one.
    """
    apart = days_apart(one.candidate.hit.article, other.candidate.hit.article)
    if apart > ONE_EVENT and not (is_lasting(question) and _are_called_alike(question, one, other)):
        return False
    terms, told = content_stems(question), (one, other)
    named_here = _name_stems(question).intersection(terms)
    of_named, of_named_too = (_tells_of_any(named_here - _small_in(told), question, each) for each in told)
    around, others = _names_beside(question, named_here, told)
    if others and of_named and not of_named_too:
        return named and _surely_answers(terms, other)  # "a sixth has died in Gorm", for what happened in Orva
    is_answer = named and (of_named_too or len(terms) >= NAMED_TELLING)
    return is_answer or _agree(around, others) or _is_of_what_is_asked(question, terms, named_here, told)


def _are_called_alike(question: str, one: ScoredCandidate, other: ScoredCandidate) -> bool:
    """Tells whether an occasion that one of two sentences calls by name the other calls so, too: "the Grand Gala"."""
    named = pairwise(WORD.findall(question))
    pairs = [f"{first} {second}" for first, second in named if second.lower() in words("occasion_nouns")]
    texts = [_around(one), _around(other)]
    called = {pair.lower() for pair in pairs if any(pair.title() in text for text in texts)}
    return all(pair in text.lower() for pair in called for text in texts)


def _is_of_what_is_asked(
    question: str, terms: Sequence[str], named: Collection[str], told: Sequence[ScoredCandidate]
) -> bool:
    """Tells whether a question says so much that sentences which hold its words are of what it asks about."""
    if is_lasting(question) and _is_same_thing(question, terms, named, told):
        return True
    if len(terms) >= TELLING:
        return min(_share(terms, each) for each in told) >= HELD
    return days_apart(*(each.candidate.hit.article for each in told)) <= SAME_DAYS and _is_named(terms, named, told)


def _surely_answers(terms: Sequence[str], scored: ScoredCandidate) -> bool:
    """Tells whether a sentence surely answers a question that tells of one event itself, and holds half of its words.

    It may name what is asked about otherwise: Italy for “Europe”, the Oscars for “the Academy Awards”.
    """
    return scored.span_score >= SURE and len(terms) >= NAMED_TELLING and _share(terms, scored) >= HELD


def _is_same_thing(
    question: str, terms: Sequence[str], named: Collection[str], told: Sequence[ScoredCandidate]
) -> bool:
    """Tells whether some sentences are on what a question asks about as lasting or as the latest of its kind."""
    if named:
        return all(holds_family(_told(each), name) for each in told for name in named)
    return asks_for_latest(question) and all(_share(terms, each) >= ALIKE for each in told)


def _names_beside(question: str, named: Collection[str], told: Sequence[ScoredCandidate]) -> Iterator[frozenset[str]]:
    """Yields for each of some sentences the names around it that are neither of the question nor its answer."""
    answers = not asks_yes_or_no(question)
    beside = _small_in(told).union(named)
    return (_names_around(scored, answers=answers) - beside for scored in told)


def _small_in(told: Sequence[ScoredCandidate]) -> frozenset[str]:
    """Returns the words that their articles write small somewhere: in a headline they are no names."""
    return frozenset().union(*(_stems_in_small(scored.candidate.hit.article.text[:_READ]) for scored in told))


def _agree(names_here: Collection[str], others: Collection[str]) -> bool:
    """Tells whether one of the names is of the others, or there are none to tell."""
    return not names_here or not others or any(same_family(one, other) for one in names_here for other in others)


def _is_named(terms: Sequence[str], named: Collection[str], told: Sequence[ScoredCandidate]) -> bool:
    """Tells whether the words of a question name one event, and some sentences hold all of them but for casualties."""
    asked = telling_stems(terms)
    telling = asked - CASUALTIES
    return len(asked) > 1 and not telling.isdisjoint(named) and all(telling <= _told(each) for each in told)


def _told(scored: ScoredCandidate) -> frozenset[str]:
    return telling_stems(stem_set(_around(scored)))


def _tells_of_any(named: Collection[str], question: str, scored: ScoredCandidate) -> bool:
    """Tells whether the words around a candidate hold a name of a question (stems), a relative of it or its initials.

    Example:
        "The FTC is suing Amazon." does, for what "the Federal Trade Commission" does.
    """
    told = _told(scored)
    if any(holds_family(told, name) for name in named):
        return True
    capitals = [word for word in WORD.findall(_around(scored)) if word.isupper()]
    long = [question[span.start : span.end] for span in names(question)]
    return bool(named) and any(abbreviates(short, name) for short in capitals for name in long)


def days_apart(one: Article, other: Article) -> int:
    """Returns how many days lie between two articles; 0 where one has no date."""
    first, second = one.published_on, other.published_on
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


@lru_cache(maxsize=256)
def _stems_in_small(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in WORD.findall(text) if word[0].islower())


@lru_cache(maxsize=1_024)
def _name_stems(text: str) -> frozenset[str]:
    named = (core_name(text[span.start : span.end]) for span in names(text))
    return frozenset(stem(word) for name in named for word in WORD.findall(name) if word.lower() not in DAYS_AND_MONTHS)
