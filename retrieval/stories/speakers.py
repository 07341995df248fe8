"""A speaker over time: who that is, in the articles' words, all that they said, by topic, and who speaks otherwise."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.store.quotes import QuoteQuery
from retrieval.text.name_matching import is_name, name_key
from retrieval.text.stance import side_in_clauses
from retrieval.text.words import WORD, content_stems, stem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from retrieval.store.quotes import Quotations
    from retrieval.types import Filters, StoredQuote

TOPICS = 8
_FEWEST = 2  # quotations on a topic
_OPPOSED = 3  # of a topic


@dataclass(frozen=True, slots=True)
class Topic:
    """What some quotations are on, in a word of the headlines above them."""

    word: str
    quotes: tuple[StoredQuote, ...]


@dataclass(frozen=True, slots=True)
class Opposition:
    """Words of somebody else on a topic, which take the other side, beside those of the speaker."""

    topic: str
    own: StoredQuote
    other: StoredQuote


@dataclass(frozen=True, slots=True)
class SpeakerProfile:
    """Who somebody is and what they said.

    Attributes:
        name: the full name.
        descriptions: who that is, in the words of articles, each with the day it was first written, the oldest first.
        quotes: what they said, the oldest first and undated ones last; the same words once.
        topics: those of the quotations that share one, and the rest with the word "".
        opposed: who takes the other side on a topic.
    """

    name: str
    descriptions: tuple[tuple[str, dt.date | None], ...]
    quotes: tuple[StoredQuote, ...]
    topics: tuple[Topic, ...]
    opposed: tuple[Opposition, ...]


def profile(quotations: Quotations, libraries: tuple[str, ...], name: str, filters: Filters) -> SpeakerProfile | None:
    """Returns what is known of a speaker; None where nobody is quoted by such a name.

    Raises:
        AmbiguousSpeaker: several speakers are called so.
    """
    said = quotations.said(QuoteQuery(libraries=libraries, speaker=name, filters=filters))
    if not said:
        return None
    ordered = sorted(said, key=lambda one: one.article.published_on or dt.date.max)
    own = tuple({_bare(one.text): one for one in reversed(ordered)}.values())[::-1]
    described: dict[str, tuple[str, dt.date | None]] = {}
    for one in ordered:
        if one.quote.description:
            described.setdefault(
                _bare(one.quote.description).removeprefix("as "), (one.quote.description, one.article.published_on)
            )
    person = quotations.people(libraries, name)[0]
    topics = _topics(own, set(map(stem, WORD.findall(person.name))))
    opposed = [found for topic in topics if topic.word for found in _opposed(quotations, libraries, topic, person.keys)]
    return SpeakerProfile(person.name, tuple(described.values()), own, tuple(topics), tuple(opposed))


def _bare(text: str) -> str:
    """Returns the words of a text alone, in small letters: quoted with other marks they are the same."""
    return " ".join(WORD.findall(text.casefold()))


def _topics(quotes: Sequence[StoredQuote], named: Collection[str]) -> list[Topic]:
    """Returns the quotations by the first of the topics' words that they hold; who speaks (stems) is no topic."""
    words = {word: shown for word, shown in _topic_words(quotes).items() if word not in named} | {"": ""}
    on: dict[str, list[StoredQuote]] = {topic: [] for topic in words}
    for one in quotes:
        held = content_stems(one.text)
        on[next((topic for topic in words if topic in held), "")].append(one)
    return [Topic(words[topic], tuple(some)) for topic, some in on.items() if some]


def _topic_words(quotes: Sequence[StoredQuote]) -> dict[str, str]:
    """Returns the words of headlines that most quotations hold, the most frequent first, by their stems."""
    headlines = {stem(word.lower()): word for one in quotes for word in WORD.findall(one.article.title)}
    often = Counter(word for one in quotes for word in content_stems(one.text) if word in headlines)
    return {word: headlines[word] for word, times in often.most_common(TOPICS) if times >= _FEWEST}


def _opposed(quotations: Quotations, libraries: tuple[str, ...], topic: Topic, own: Iterable[str]) -> list[Opposition]:
    """Returns what others say on a topic on the other side than most of a speaker's words on it.

    Only a clause with the topic's word tells a side.
    """
    on = {stem(topic.word.lower())}
    sides = [side_in_clauses(one.text, on) for one in topic.quotes]
    taken = [each for each in sides if each]
    if not taken:
        return []
    mine = Counter(taken).most_common(1)[0][0]
    shown, keys = topic.quotes[sides.index(mine)], set(own)
    others: dict[str, StoredQuote] = {}
    for one in quotations.said(QuoteQuery(libraries=libraries, about=topic.word)):
        name = one.quote.name
        if is_name(name) and name_key(name) not in keys and side_in_clauses(one.text, on) not in (None, mine):
            others.setdefault(name, one)
    return [Opposition(topic.word, shown, other) for other in list(others.values())[:_OPPOSED]]
