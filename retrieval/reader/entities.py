"""Whom a question is about: whether the articles name them, and which speaker a name or a role means.

A question on somebody whom no article names has no answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.quotes.coreference import who as holder
from retrieval.reader.answers import refused
from retrieval.reader.attribution import count_held, quoted_sentences
from retrieval.text.lexicon import table, words
from retrieval.text.mentions import mentions
from retrieval.text.name_matching import (
    abbreviates,
    bare_name,
    holds_name,
    is_misspelling,
    is_name,
    is_slip,
    matching_names,
    name_key,
    without_accents,
)
from retrieval.text.names import core_name, head, names, surname
from retrieval.text.questions import subjects
from retrieval.text.words import WORD, content_stems, stem, stem_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from retrieval.store.quotes import Quotations
    from retrieval.text.name_matching import Person
    from retrieval.types import Hit, Question, Refusal, StoredQuote

_MOST_NAMED = 3  # others of the same name
_ROLES = frozenset(map(stem, words("titles", "person_nouns", "spokespeople", "group_nouns", "bodies_named_again")))
_BEGINNING = 3  # letters


def unknown_entity(question: str, hits: Sequence[Hit]) -> str | None:
    """Returns the first name that is subject or owner in a question and that no hit's article holds in any spelling."""
    return next((name for name in subjects(question) if not is_mentioned(name, hits)), None)


def is_mentioned(who: str, hits: Sequence[Hit]) -> bool:
    """Tells whether a hit's article holds the last word of a name or description, or a close spelling of it.

    Of a word with a hyphen ("British-Australian") it is enough that each part stands there, an abbreviation is held
    where it is written out, a capital where its country is named, and whoever is somebody's ("Haley's camp") where
    that one is.
    """
    owner, _, owned = who.replace("’", "'").rpartition("'s ")
    stems = content_stems(owner if owner and owned.islower() else who)
    if not stems:
        return True
    last = surname(who.split())
    parts = content_stems(last.replace("-", " "))
    known = list(map(_stems_of_article, hits))
    called = [stems[-1], *_country(who)]
    if any(any(holds_name(n, held) for n in called) or all(holds_name(part, held) for part in parts) for held in known):
        return True
    return last.isupper() and _is_written_out(last, hits)


def _is_written_out(short: str, hits: Sequence[Hit]) -> bool:
    """Tells whether a hit's article holds a name that an abbreviation stands for."""
    texts = (hit.article.text for hit in hits)
    return any(abbreviates(short, text[span.start : span.end]) for text in texts for span in names(text))


def is_of_namesake(question: str, hit: Hit) -> bool:
    """Tells whether an article knows a full name of the question not at all, but another one that ends like it.

    Example:
        An article on Dusty Baker, or on the Saudi Arabian Grand Prix, where Budda Baker or the Australian one is asked
        about. The beginning of a first word is enough to know it: "Australia", "Joe" for "Joseph".
    """
    asked = [(name[0], name[-1]) for name in _full_names(question) if len(name[0]) >= _BEGINNING]
    if not asked:
        return False
    text = f"{hit.article.title}\n{hit.article.text}"
    plain = without_accents(text).lower().replace("’", "'")
    unknown = {
        last: first
        for first, last in asked
        if last in plain and not re.search(rf"\b{re.escape(first[:_BEGINNING])}", plain)
    }
    return bool(unknown) and any(
        name[-1] in unknown and not is_misspelling(name[0], unknown[name[-1]]) for name in _full_names(text)
    )


def _full_names(text: str) -> Iterator[list[str]]:
    """Yields the words of each name of a text that has several, as they are compared."""
    for span in names(text):
        if len(name := name_key(text[span.start : span.end]).split()) > 1:
            yield name


def respelling_note(question: str, hits: Sequence[Hit]) -> str | None:
    """Returns a sentence on the name that is answered about in place of one that no hit's article spells so.

    Example:
        "No article names “Blinkin”; taken for “Blinken”."
    """
    stems = [_stems_of_article(hit) for hit in hits]
    for span in names(question):
        asked = core_name(question[span.start : span.end]).rpartition(" ")[2]
        if any(stem(asked) in of_article for of_article in stems):
            continue
        written = next((word for hit in hits for word in WORD.findall(hit.text) if is_slip(asked, word)), None)
        if written:
            return f"No article names “{asked}”; taken for “{written}”."
    return None


def _stems_of_article(hit: Hit) -> frozenset[str]:
    article = hit.article
    return stem_set(f"{article.title}\n{article.text}") | stem_set(article.byline or "")


@dataclass(frozen=True, slots=True)
class AskedSpeaker:
    """Whom a question asks about, with all quotations of theirs.

    Attributes:
        name: the full name where one is known, else as asked.
        quotes: newest article first.
        person: None where a description means somebody of each article.
        note: who else is quoted by the name.
    """

    name: str
    quotes: Sequence[StoredQuote]
    person: Person | None = None
    note: str | None = None

    @property
    def full_name(self) -> str | None:
        """The name that lists all of theirs; None where a description means somebody of each article."""
        return self.person.name if self.person else None


def find_speaker(
    who: str, question: Question, hits: Sequence[Hit], quotations: Quotations, topic: frozenset[str] = frozenset()
) -> AskedSpeaker | Refusal:
    """Returns whom a name or a role means; a refusal where no article names them.

    Of several who are called so it is who is quoted on the topic (stems), then whom the hits' articles quote most, then
    who is quoted most in all.
    """
    people = _called(who, question, quotations)
    if (not people or _is_role(who)) and is_mentioned(who, hits):
        found = _government(who, hits, quotations) or _holder_of_role(who, question, hits, quotations, topic)
        if found.quotes or not people:
            return found
    if not people:
        return refused(question, why=[f"no article found names “{who}”"])
    around = quotations.in_articles(hits)
    first, *namesakes = _likeliest_first(people, around, topic) if len(people) > 1 else people
    note = _note(first.name, [person.name for person in namesakes], "quoted by this name")
    own = _quotes_of(first, question, quotations)
    beside = (*_speaking_for(first.name, around), *_of_country(who, around))
    return AskedSpeaker(first.name, [*own, *_new_beside(own, beside)], first, note)


def _likeliest_first(people: Sequence[Person], around: Sequence[StoredQuote], topic: frozenset[str]) -> list[Person]:
    """Returns people by how much of a topic is in what is quoted of them, then by how often they are quoted there."""
    held = [(name_key(said.quote.name), count_held(topic, said.text)) for said in around]

    def rank(person: Person) -> tuple[int, int, int]:
        own = [count for key, count in held if key in person.keys]
        return -max(own, default=0), -len(own), -person.quotes

    return sorted(people, key=rank)


def _new_beside(own: Sequence[StoredQuote], others: Sequence[StoredQuote]) -> list[StoredQuote]:
    """Returns the quotations whose words are none of somebody's own."""
    known = {(said.library, said.key, said.quote.content) for said in own}
    return [said for said in others if (said.library, said.key, said.quote.content) not in known]


def is_named(who: str) -> bool:
    """Tells whether a speaker is asked for by name, and not by a description ("the woman", "police")."""
    return bool(names(who) and core_name(who))


def _called(who: str, question: Question, quotations: Quotations) -> list[Person]:
    """Returns those who have a name, and no abbreviation that only reads like a surname ("Jane Doe", DOE)."""
    has_given_name = " " in core_name(who)
    return [
        person
        for person in quotations.people(question.libraries, who)
        if is_name(person.name) and not (has_given_name and " " not in person.name and person.name.isupper())
    ]


def _is_role(who: str) -> bool:
    """Tells whether a role or a kind of body is asked for: "the mayor", "the union"."""
    return not is_named(who) and not _ROLES.isdisjoint(content_stems(who)[-1:])


def _holder_of_role(
    who: str, question: Question, hits: Sequence[Hit], quotations: Quotations, topic: frozenset[str]
) -> AskedSpeaker:
    """Returns the one person whom a role or description means in the hits' articles, or whoever it means there."""
    meant = _meant(who, hits)
    quoted = quotations.in_articles(hits)
    named, in_role = _named(who, meant, quoted), _in_role(who, quoted)
    in_its_name = in_role or _in_name_of(who, quoted)
    own = [*named, *_new_beside(named, in_role)] or list(in_its_name)
    if own and not is_named(who):
        ordered = _on_topic_first(own, list(meant), topic)
        return _nearest_holder(who, ordered, question, quotations, is_on_topic=bool(topic))
    holders = set(filter(None, meant.values())) or {said.quote.name for said in in_its_name}
    person = _only_person(holders.pop() if len(holders) == 1 else who, question, quotations)
    if person:
        return AskedSpeaker(person.name, _quotes_of(person, question, quotations), person)
    return AskedSpeaker(who, [*named, *_new_beside(named, in_its_name)])


def _meant(who: str, hits: Sequence[Hit]) -> dict[tuple[str, str], str | None]:
    """Returns whom each of the hits' articles means by a description, the nearest article first."""
    articles = {(hit.library, hit.article.id): hit.article for hit in hits}
    return {key: holder(article, who) for key, article in articles.items()}


def _on_topic_first(
    quotes: Sequence[StoredQuote], articles: Sequence[tuple[str, str]], topic: frozenset[str]
) -> list[StoredQuote]:
    """Returns quotations by how much of a topic they hold, those that hold as much in the order of some articles."""
    return sorted(
        quotes, key=lambda said: (-count_held(topic, said.text), articles.index((said.library, said.article.id)))
    )


def _nearest_holder(
    who: str, own: Sequence[StoredQuote], question: Question, quotations: Quotations, *, is_on_topic: bool
) -> AskedSpeaker:
    """Returns who has a role in the article of the first of some quotations.

    Of a holder without a name it is what is quoted there, or on a topic in any article.
    """
    nearest = [said for said in own if said.key == own[0].key]
    named = [said for said in nearest if is_name(said.quote.name)]
    if named:
        return _named_holder(named[0].quote.name, nearest, own, question, quotations)
    return AskedSpeaker(who, [said for said in own if not is_name(said.quote.name)] if is_on_topic else nearest)


def _named_holder(
    name: str, nearest: Sequence[StoredQuote], own: Sequence[StoredQuote], question: Question, quotations: Quotations
) -> AskedSpeaker:
    """Returns who has a role and a name in the nearest article, with what is quoted there of the role without one.

    Others who are called so are only named.
    """
    person = _only_person(name, question, quotations)
    if person is None:
        return AskedSpeaker(name, [said for said in nearest if said.quote.name == name])
    own_quotes = _quotes_of(person, question, quotations)
    nameless = [said for said in nearest if not is_name(said.quote.name)]
    called = filter(is_name, dict.fromkeys(said.quote.name for said in own))
    others = [other for other in called if name_key(other) not in person.keys]
    note = _note(person.name, others, "called so")
    return AskedSpeaker(person.name, [*own_quotes, *_new_beside(own_quotes, nameless)], person, note)


def _only_person(name: str, question: Question, quotations: Quotations) -> Person | None:
    """Returns the one person whom a name means; None where it means nobody or several."""
    people = quotations.people(question.libraries, name) if is_name(name) else []
    return people[0] if len(people) == 1 else None


def _named(who: str, meant: Mapping[tuple[str, str], str | None], quotes: Sequence[StoredQuote]) -> list[StoredQuote]:
    """Returns what those said whom an article means by a description, or whose name it may be."""
    written = matching_names(who, dict.fromkeys(said.quote.name for said in quotes))
    return [said for said in quotes if said.quote.name in {*written, meant.get((said.library, said.article.id))}]


def _in_role(who: str, quotes: Sequence[StoredQuote]) -> list[StoredQuote]:
    """Returns what those said whom an article calls by a role: "Holm Harbour's director" of "director Bo Wu".

    The role stands in how they are mentioned or described, and the rest of it there or where they are quoted.
    """
    role = WORD.findall(head(who).lower())[-1:]
    if not role or role[0] not in words("titles", "person_nouns"):
        return []
    is_spokesperson = role[0] in words("spokespeople")
    by_speaker: dict[tuple[str, str, str], list[StoredQuote]] = {}
    for said in quotes if is_spokesperson else (said for said in quotes if not _is_spoken_for(said)):
        by_speaker.setdefault((said.library, said.article.id, said.quote.name), []).append(said)
    return [said for own in by_speaker.values() if _is_called(who, role[0], own) for said in own]


def _is_called(who: str, role: str, own: Sequence[StoredQuote]) -> bool:
    called = stem_set(" ".join(f"{said.mention} {said.quote.description or ''}" for said in own))
    around = called | stem_set(" ".join(sentence.text for sentence in quoted_sentences(own)))
    return stem(role) in called and all(holds_name(term, around) for term in content_stems(who))


def _in_name_of(who: str, quotes: Sequence[StoredQuote]) -> list[StoredQuote]:
    """Returns what spokespeople of a body said, else those whom it describes, else whom its name abbreviates."""
    return _speaking_for(who, quotes) or _of_body(who, quotes) or _abbreviated(who, quotes)


def _speaking_for(name: str, quotes: Sequence[StoredQuote]) -> list[StoredQuote]:
    """Returns what a body's or somebody's spokespeople said: "a Holm Harbour spokesman" of "Holm Harbour"."""
    own = set(content_stems(name))
    return [said for said in quotes if own and own <= stem_set(said.mention) and _is_spoken_for(said)]


def _is_spoken_for(said: StoredQuote) -> bool:
    return not words("spokespeople").isdisjoint(said.mention.lower().split())


def _of_body(who: str, quotes: Sequence[StoredQuote]) -> list[StoredQuote]:
    """Returns what those said whom an article calls by a body's name: "Holm Rail director Bo Wu" of "Holm Rail"."""
    own = set(content_stems(who))
    if not any(mention.kind == "group" for mention in mentions(who)):
        return []
    return [said for said in quotes if own <= stem_set(f"{said.mention} {said.quote.description or ''}")]


def _abbreviated(who: str, quotes: Sequence[StoredQuote]) -> list[StoredQuote]:
    """Returns what those said whose name a name abbreviates: "the HHB" of "Holm Harbour Board"."""
    short = bare_name(who)
    return [said for said in quotes if abbreviates(short, said.quote.name)]


def _government(who: str, hits: Sequence[Hit], quotations: Quotations) -> AskedSpeaker | None:
    """Returns who speaks for the country that a name stands for: "the Kremlin" for "Moscow"; None for other names."""
    own = _of_country(who, quotations.in_articles(hits))
    return AskedSpeaker(own[0].quote.name, own) if own else None


def _of_country(who: str, quotes: Sequence[StoredQuote]) -> list[StoredQuote]:
    """Returns what was said in the name of the country that a name stands for; nothing for other names."""
    country = _country(who)
    return [said for said in quotes if country and _country(said.quote.name) == country]


def _country(name: str) -> tuple[str, ...]:
    """Returns the country whose government a name stands for ("Moscow", "the Kremlin"); nothing for other names."""
    return table("governments").get(name_key(name), ())


def _quotes_of(person: Person, question: Question, quotations: Quotations) -> list[StoredQuote]:
    return quotations.of(question.libraries, person, filters=question.filters)


def _note(name: str, others: Sequence[str], how: str) -> str | None:
    """Returns a sentence on who is meant, and who else could be; None where nobody else could."""
    some, left = others[:_MOST_NAMED], len(others[_MOST_NAMED:])
    listed = f"{', '.join(some)}{f' and {left:,} more' if left else ''} {'is' if len(others) == 1 else 'are'}"
    return f"{name} is meant; {listed} also {how}." if others else None
