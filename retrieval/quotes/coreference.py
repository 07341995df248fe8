"""Who a mention means: the people and bodies an article names, and the resolution of "he", "Xi" and "the President"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from retrieval.text.document import document
from retrieval.text.lexicon import words
from retrieval.text.name_matching import matching_names
from retrieval.text.names import (
    DEPARTMENT,
    PERSON_NOUNS,
    PLACES,
    RANKS_BELOW,
    ROLE,
    ROLE_THEN_NAME,
    TITLES,
    as_name,
    before_relative,
    begins,
    core_name,
    ends_in_title,
    gender,
    head,
    is_indefinite,
    may_be_person,
    person_part,
    surname,
)
from retrieval.text.words import AGENT, CUES, PLURAL_SUBJECTS, PRONOUNS, RELATIVES
from retrieval.types import Article, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from retrieval.text.document import Document

_AUTHOR = frozenset({"i", "me", "my"})
_ROLE_APART = r"(?P<role>(?:[Tt]he|[A-Z][\w-]*[’']s?)(?: [\w-]+){1,3}?)(?: of [^,.;:\n]{1,40})?,"
_ROLE_BEFORE = re.compile(
    rf"(?:^|[.;:\n“”\"])\s*{_ROLE_APART}\s$"
)  # "The mayor | of Holm, | Ann Lee", "Holm's mayor, | Ann Lee"
_ROLE_BEHIND = re.compile(rf",\s{_ROLE_APART}")  # "Ann Lee, | the mayor | of Holm,"
_MODIFIERS = re.compile(r"(?:[a-z-]+\s){0,3}")  # state, former
_ANTECEDENT_REACH = 12  # sentences
_TITLE_WORDS = 3
_ROLE_REACH = 2  # line ends, as between two paragraphs
_BODY_REACH = 4  # speakers
_LONGEST_BETWEEN = 600  # characters from a body to "they"
_CALLED_BY = 3  # words: a calling, a given name and a surname
_BODIES = words("bodies_named_again")
_OF_BODIES = frozenset({"it", "they"})
_BODY_NOUNS = words("bodies_named_again", "group_nouns")
_GROUPS = words("groups_of_speakers", "plural_person_nouns")
_ASKERS = words("askers")
_ROLES = TITLES | words("person_nouns", "spokespeople")
_NO_ROLE_WORDS = words("articles") | {"of", "s", "former"}
_RELATIVE_REACH = 80  # characters
_PERSONS = words("person_nouns", "standing_for_people")
_WORD_BEFORE = re.compile(r"(?<![\w’'-])([a-z]+) $")
_LONGEST_ROLE = 30  # characters
_NOT_A_SUBJECT = re.compile(r"[’'](?:s\b)?")


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """A name where it stands, its title apart."""

    span: Span
    text: str
    core: str
    possessive: bool


def who(article: Article, asked: str) -> str | None:
    """Returns the fullest name of whom a question means by "Adler", "addler" or "the mayor"; None if not named."""
    return People(document(article.text)).named(asked)


class People:
    """The names of one article.

    Args:
        read: the article's text.
        author: whom "I" means outside quotations.
    """

    def __init__(self, read: Document, author: str | None = None) -> None:
        self._text, self._narrative, self._author = read.text, read.narrative, author
        self._sentences, self._sentence_starts = read.sentences, [span.start for span in read.sentences]
        self.mentions: list[NamedEntity] = []
        for span in read.names:
            written, possessive = self._text[span.start : span.end], _NOT_A_SUBJECT.match(self._text, span.end)
            core = person_part(core_name(written))
            if self._text.endswith(" of ", 0, span.start):
                core = DEPARTMENT.sub("", core)
            self.mentions.append(NamedEntity(span, written, core, possessive is not None))
        self.mentions = list(map(self._without_calling, self.mentions))
        self._starts = [mention.span.start for mention in self.mentions]
        self._heard: set[str] = set()
        self._speaking: list[Span] = []
        self._antecedents: dict[int, str | None] = {}
        self._holders: dict[frozenset[str], str | None] = {}  # by the words of a role
        self._first_uses: dict[str, int] = {}  # of a noun that is a role

    def _without_calling(self, mention: NamedEntity) -> NamedEntity:
        """A mention without the calling in front of the name that opens a sentence: Climber | Ann Lee."""
        first, *name = mention.core.split()[:_CALLED_BY] or [""]
        is_calling = (
            mention.core == mention.text
            and len(name) == _CALLED_BY - 1
            and gender(first) is None
            and AGENT.fullmatch(first.lower())
        )
        if not is_calling or mention.span.start not in self._sentence_starts:
            return mention
        is_taken_up = any(other.core == surname(mention.core.split()) for other in self.mentions)
        core = mention.core.removeprefix(f"{first} ")
        span = Span(mention.span.end - len(core), mention.span.end)
        return replace(mention, span=span, text=core, core=core) if is_taken_up else mention

    def hear(self, speakers: Iterable[Span]) -> None:
        """Notes who speaks, before anybody is resolved: a name of two words that does may be taken for a person's."""
        self._speaking = sorted(speakers, key=lambda span: span.start)
        for span in self._speaking:
            own = [mention for mention in self.within(span) if not mention.possessive][:1]
            words = own[0].core.split() if own else []
            known = len(words) > 1 or (words and gender(words[0]))
            if known and may_be_person(words) and words[0].lower() not in PLACES:
                self._heard.add(own[0].core)

    @cached_property
    def _full(self) -> dict[str, list[str]]:
        """By last word, the names of two words or more, in order of appearance."""
        full: dict[str, dict[str, None]] = {}
        for mention in self.mentions:
            words = mention.core.split()
            if len(words) > 1 and may_be_person(words):
                full.setdefault(surname(words), {})[mention.core] = None
        return {key: list(shared) for key, shared in full.items()}

    @cached_property
    def _family_first(self) -> dict[str, str]:
        """By first word, the names of two words that carry a title: "Wu" of "Chinese leader Wu Haoran"."""
        return {
            words[0]: mention.core
            for mention in self.mentions
            if len(words := mention.core.split()) == 2  # noqa: PLR2004 - two words
            and words[1].lower() not in self._small_words
            and may_be_person(words)
            and self._titled(mention)
        }

    def _titled(self, mention: NamedEntity) -> bool:
        before = re.search(r"([\w-]+)[.,]?\s$", self._text[max(0, mention.span.start - 20) : mention.span.start])
        return mention.core != mention.text or bool(before and before.group(1).lower() in TITLES)

    def _is_called(self, mention: NamedEntity) -> bool:
        """Whether a word for somebody stands right before a name: the owner | Ann Lee."""
        before = _WORD_BEFORE.search(self._text[max(0, mention.span.start - _LONGEST_ROLE) : mention.span.start])
        return before is not None and (before[1] in _PERSONS or AGENT.fullmatch(before[1]) is not None)

    def within(self, span: Span) -> list[NamedEntity]:
        return self.mentions[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]

    def _speaking_within(self, span: Span) -> list[Span]:
        first, last = (bisect_left(self._speaking, at, key=lambda said: said.start) for at in (span.start, span.end))
        return self._speaking[first:last]

    def resolve(self, span: Span) -> str:
        """Returns the fullest form of the name that a mention means, as far as the article tells; else the mention."""
        mention = self._text[span.start : span.end].strip(" ,\n")
        word = mention.lower()
        if word in PRONOUNS:
            meant = self._antecedents[span.start] = self._antecedent(span.start, PRONOUNS[word])
        elif mention in RELATIVES:  # no "Who" that opens a question, and no WHO
            meant = self._before_relative(span.start)
        elif word in _AUTHOR:
            meant = self._author
        elif word in _OF_BODIES:
            meant = self._body_speaking(span.start, word)
        else:
            named = self._named(span) or self._holder(mention) or self._body(span.start, mention)
            return named or self._elsewise(span.start, mention) or as_name(mention)
        return meant or mention

    def named_within(self, span: Span, speaker: str) -> str:
        """Tells whom a mention within a speaker's own words means: "I" is the speaker, "he" somebody else."""
        mention = self._text[span.start : span.end]
        if mention.lower() in _AUTHOR:
            return speaker
        name = self.resolve(span)
        return mention if name == speaker and mention.lower() in PRONOUNS else name

    def may_be(self, pronoun: Span, name: str) -> bool:
        """Tells whether a mention is "he" or "she" and the name one it may stand for."""
        wanted = PRONOUNS.get(self._text[pronoun.start : pronoun.end].lower())
        return wanted is not None and name in self._people and self._gender_of(name) in {None, wanted}

    def named(self, asked: str) -> str | None:
        """Returns in full the first name in the article that `asked` may mean, or the holder of that role."""
        full = dict.fromkeys(self.full_name(m.text, m.span.start) for m in self.mentions if m.core)
        return next(iter(matching_names(asked, full)), None) or self._holder(asked)

    def is_person(self, asked: str) -> bool:
        return self.named(asked) in self._people

    def names_word(self, word: str) -> bool:
        """Tells whether a word may be part of a name of the article: it is nowhere written small in it."""
        return word.lower() not in self._small_words

    @cached_property
    def _small_words(self) -> set[str]:
        return set(re.findall(r"(?<![\w’'-])[a-z][\w’'-]*", self._text)) | CUES.keys()

    def full_name(self, name: str, near: int = 0) -> str:
        """Returns the fullest form of a name; of several people who share it, the one named last before `near`."""
        words = self._without_body(person_part(core_name(name)).split())
        if not words:
            return self._holder(name) or name
        if len(words) == 1:
            return self._of_surname(words[0], name, near)
        whole = " ".join(words)
        if not may_be_person(words):
            return whole
        titled = core_name(name) != name
        shared = self._full.get(surname(words), [])
        fuller = (full for full in shared if begins(full, words[0]) or (titled and f" {full}".endswith(f" {whole}")))
        return max(fuller, key=len, default=whole)

    def _without_body(self, words: list[str]) -> list[str]:
        """A name without the body behind "of" where what is left is somebody's: Lee | of the Water Board."""
        of = words.index("of", 1) if "of" in words[1:] else 0
        return words[:of] if of and words[of - 1] in self._full else words

    def _of_surname(self, word: str, name: str, near: int) -> str:
        """The full name that one word stands for, of the gender that its title tells."""
        titled = gender(name.split(maxsplit=1)[0]) if " " in name.strip() else None
        wanted = titled or self._bare_honorifics.get(word)
        people = [full for full in self._full.get(word, []) if wanted is None or gender(full) in {None, wanted}]
        if not people:
            return self._family_first.get(word, word)
        words = self._nearest(people, near).split()
        return max((full for full in self._full[surname(words)] if begins(full, words[0])), key=len)

    def _nearest(self, people: list[str], near: int) -> str:
        if len(people) == 1:
            return people[0]
        before = {name: bisect_right(self._places[name], near) for name in people}
        last = {name: self._places[name][count - 1] for name, count in before.items() if count}
        return max(last, key=last.__getitem__) if last else people[0]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """By name as it stands, where its mentions begin, in order."""
        places: dict[str, list[int]] = {}
        for mention in self.mentions:
            places.setdefault(mention.core, []).append(mention.span.start)
        return places

    def _named(self, span: Span) -> str | None:
        """The name that heads a noun phrase: the last one before a comma, if no common noun follows it."""
        if described := self._named_behind_role(span):
            return None if described.possessive else self.full_name(described.text, span.start)
        phrase = head(self._text[span.start : span.end])
        end = span.start + len(phrase)
        last = next(reversed(self.within(Span(span.start, end))), None)
        if last is None or last.possessive or self._text[last.span.end : end].strip(" .,"):
            return None
        if not last.core:
            return self._holder(phrase)
        if " and " in phrase:
            return as_name(self._text[span.start : span.end])
        name = self.full_name(last.text, span.start)
        if " " in name:
            return name
        return as_name(phrase if is_indefinite(phrase) else name)

    def _named_behind_role(self, span: Span) -> NamedEntity | None:
        """The name that a role before it describes: "Bauer's niece, state Senator | Ann Lee"."""
        role = ROLE_THEN_NAME.match(self._text, span.start, span.end)
        first = next(iter(self.within(Span(role.end(), span.end))), None) if role else None
        return first if role and first and _MODIFIERS.fullmatch(self._text, role.end(), first.span.start) else None

    def _holder(self, role: str) -> str | None:
        """The one person whose title, or the words before the name, hold the role's words: "the Russian President"."""
        wanted = frozenset(_words(role) - _NO_ROLE_WORDS)
        if not wanted & TITLES or "’s" in role or "'s" in role:
            return None
        if wanted not in self._holders:
            holders = {self.full_name(mention.text, mention.span.start) for mention in self._holding(wanted)}
            holders = set(filter(_is_full, holders)) or holders
            self._holders[wanted] = holders.pop() if len(holders) == 1 else None
        return self._holders[wanted]

    def _holding(self, role: frozenset[str]) -> Iterator[NamedEntity]:
        """The names whose title has the words of a role, and none that sets its holder apart ("vice")."""
        rarest = min((self._titles.get(word, []) for word in role), key=len)
        return (mention for mention, title in rarest if role <= title and title & RANKS_BELOW <= role)

    @cached_property
    def _titles(self) -> dict[str, list[tuple[NamedEntity, set[str]]]]:
        """By each word of a title, the names that have it, with all the words of their titles."""
        titles: dict[str, list[tuple[NamedEntity, set[str]]]] = {}
        for mention in self.mentions:
            described = self._described(mention) if mention.core else set()
            for word in described:
                titles.setdefault(word, []).append((mention, described))
        return titles

    def _body(self, at: int, mention: str) -> str | None:
        """The one body named before a place that a noun takes up: "the bank" of "Bank of Holm"."""
        article, _, noun = mention.lower().partition(" ")
        if article != "the" or noun not in _BODIES:
            return None
        earlier = (named.text for named in self.mentions[: bisect_left(self._starts, at)] if " " in named.text)
        bodies = {as_name(name) for name in earlier if noun in name.lower().split()}
        return bodies.pop() if len(bodies) == 1 else None

    def _body_speaking(self, at: int, word: str) -> str | None:
        """The body or group that speaks last, close before "it" or "they"; for "they" nobody else may in between.

        Of several in one sentence the first speaks, who tells what the others do.
        """
        last = bisect_left(self._speaking, at, key=lambda said: said.start)
        near = self._speaking[max(0, last - _BODY_REACH) : last]
        first = {bisect_right(self._sentence_starts, said.start): said for said in reversed(near)}
        for said in first.values():
            if at - said.end > _LONGEST_BETWEEN or self._text.count("\n", said.end, at) > _ROLE_REACH:
                return None
            noun = head(self._text[said.start : said.end]).lower().rpartition(" ")[2]
            if noun in _BODY_NOUNS or (word == "they" and noun in _GROUPS):
                return self.resolve(said)
            if word == "they" and noun != word:
                return None
        return None

    def _elsewise(self, at: int, mention: str) -> str | None:
        """Whom a new role stands for in place of the name: the person "he" would mean, where the gender fits.

        "The Boston businessman" behind Tom Bauer; not a role that the article has spoken of before.
        """
        role = ROLE.fullmatch(mention)
        noun = role["noun"].lower() if role else ""
        if noun not in PERSON_NOUNS:
            return None
        if noun not in self._first_uses:
            first = re.search(rf"(?i)\b{re.escape(noun)}s?\b", self._text)
            self._first_uses[noun] = first.start() if first else len(self._text)
        return self._antecedent(at, gender(noun)) if at <= self._first_uses[noun] else None

    def _described(self, mention: NamedEntity) -> set[str]:
        """The words of a mention's title and of the few words before it in its sentence."""
        lead = self._narrative[max(0, mention.span.start - 40) : mention.span.start]
        before = re.split(r"[.,;:\n“”\"]", lead)[-1]
        title = mention.text[: len(mention.text) - len(mention.core)]
        apart = _ROLE_BEFORE.search(lead), _ROLE_BEHIND.match(self._narrative, mention.span.end)
        roles = filter(ends_in_title, (before, *(match["role"] for match in apart if match)))
        return _words(" ".join((*roles, title)))

    def _antecedent(self, at: int, wanted: str | None) -> str | None:
        """Who speaks in the nearest sentence before that names one of the right gender, or is named first in it."""
        last = bisect_right(self._sentence_starts, at) - 1
        for sentence in reversed(self._sentences[max(0, last - _ANTECEDENT_REACH) : last + 1]):
            before = Span(sentence.start, min(sentence.end, at))
            is_near = self._text.count("\n", before.end, at) <= _ROLE_REACH
            if found := self._meant_in(before, wanted) or (self._role_in(before, wanted) if is_near else None):
                return found
        return None

    def _role_in(self, span: Span, wanted: str | None) -> str | None:
        """Who speaks last in a stretch by a role and no name, where the gender fits: "a spokeswoman for the mill"."""
        for said in reversed(self._speaking_within(span)):
            role = head(self._text[said.start : said.end])
            noun = role.lower().split()[-1:]
            is_named = self.within(Span(said.start, said.start + len(role)))
            is_one = bool(noun) and not is_named and noun[0] not in PLURAL_SUBJECTS and not noun[0].endswith("s")
            is_role = is_one and noun[0] not in _ASKERS and (noun[0] in _ROLES or AGENT.fullmatch(noun[0]))
            if is_role and gender(noun[0]) in {None, wanted}:
                return self.resolve(said)
        return None

    def _meant_in(self, span: Span, wanted: str | None) -> str | None:
        """Who speaks in a stretch, by name, by "he" or by a role; else who is its first subject, or named at all."""
        people = [mention for mention in self.within(span) if self._may_be_meant(mention, wanted)]
        subjects = list(filter(self._is_subject, people))
        speaking = self._speaking_within(span)
        spoken = [m for m in subjects if any(said.start <= m.span.start < said.end for said in speaking)]
        if not spoken and (taken_up := self._taken_up(speaking, wanted)):
            return taken_up
        meant = next(iter([*spoken, *subjects, *people]), None)
        return self.full_name(meant.text, meant.span.start) if meant else None

    def _taken_up(self, speaking: list[Span], wanted: str | None) -> str | None:
        """Whom "he" of some speakers meant, else the first who is a role that somebody has: "Lee, the mayor"."""
        for span in speaking:
            name = self._antecedents.get(span.start)
            told = PRONOUNS.get(self._text[span.start : span.end].lower())
            if name in self._people and wanted in {None, told}:
                return name
        for span in speaking:
            named_last = any(mention.span.end == span.end for mention in self.within(span))
            if not named_last and ends_in_title(self._text[span.start : span.end]):
                return self.resolve(span)
        return None

    def _is_subject(self, mention: NamedEntity) -> bool:
        """Whether a name stands for itself and does not only tell whose man another is: "Lee spokesman Tom Bauer"."""
        following = bisect_right(self._starts, mention.span.start)
        between = self._text[mention.span.end : self._starts[following]] if following < len(self._starts) else "."
        words = between.split()
        is_title = 0 < len(words) <= _TITLE_WORDS and between.replace(" ", "").isalpha() and ends_in_title(between)
        return not mention.possessive and not is_title

    def _may_be_meant(self, mention: NamedEntity, wanted: str | None) -> bool:
        """Whether a name stands outside quotations, is a person's and of the gender wanted."""
        name = self.full_name(mention.text, mention.span.start)
        person = name in self._people or mention.core != mention.text
        outside = self._narrative[mention.span.start] == self._text[mention.span.start]
        return person and outside and (wanted is None or self._gender_of(name) in {None, wanted})

    def _gender_of(self, name: str) -> str | None:
        """Which of "he" and "she" a full name or an honorific of the article tells: "Mr. Lee", but not "Lee"."""
        return (gender(name) if _is_full(name) else None) or self._bare_honorifics.get(name.rsplit(maxsplit=1)[-1])

    @cached_property
    def _people(self) -> set[str]:
        """Full names that are taken up again by the surname, carry a title or begin with a known first name."""
        alone = {mention.core for mention in self.mentions if not _is_full(mention.core)}
        titled = {mention.core for mention in filter(self._titled, self.mentions)}
        full = map(str.split, chain.from_iterable(self._full.values()))
        persons = {" ".join(words): {words[0], words[-1]} for words in full if words[0].lower() not in PLACES}
        known = {name for name, ends in persons.items() if gender(name) or ends & alone}
        called = {mention.core for mention in filter(self._is_called, self.mentions)}
        by_first_name = called & alone - self._full.keys()
        return known | (persons.keys() & (titled | called)) | by_first_name | self._heard

    @cached_property
    def _bare_honorifics(self) -> dict[str, str]:
        """By surname that stands alone, the gender its titles agree on: with "Mr. Lee", Lee is not Ann Lee."""
        told: dict[str, set[str]] = {}
        for mention in self.mentions:
            title = " ".join(sorted(self._described(mention)))
            if mention.core and " " not in mention.core and (known := gender(title)):
                told.setdefault(mention.core, set()).add(known)
        return {surname: known.pop() for surname, known in told.items() if len(known) == 1}

    def _before_relative(self, at: int) -> str | None:
        """The noun phrase that "who" takes up."""
        start = max(0, at - _RELATIVE_REACH)
        before = self._narrative[start:at].rstrip(" ,")
        last = bisect_left(self._starts, start + len(before)) - 1
        if last >= 0 and self.mentions[last].span.end == start + len(before):
            return self.full_name(self.mentions[last].text, at)
        return as_name(before_relative(before)) or None


def _is_full(name: str) -> bool:
    return " " in name


def _words(phrase: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[^\W_]+", phrase)}
