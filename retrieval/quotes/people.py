"""Who a mention means: the people and bodies an article names, and the resolution of "he", "Xi" and "the President"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from retrieval.language.names import TITLES, core_name, gender, matching_names, names, word_set
from retrieval.quotes.cues import CUES
from retrieval.quotes.marks import Marked
from retrieval.types import Article, Span

PRONOUNS = {
    "he": "he", "him": "he", "his": "he", "himself": "he",
    "she": "she", "her": "she", "hers": "she", "herself": "she",
}  # fmt: skip
RELATIVES = frozenset({"who", "which", "that", "whom"})
_AUTHOR = frozenset({"i", "me", "my"})
_UNRESOLVED = word_set("they it we you one others some many both few their its our your")
# The last word of a name that is not a person's.
_BODIES = word_set(
    """administration agency alliance army association bank board bureau campaign center centre church city club college
    commission committee company congress convention corporation council country county court courts department
    district foundation fund group herald house institute institution international journal justice law league magazine
    ministry movement museum nations network news office organization organisation pac park parliament party police
    post press project radio report research review school senate service services society states street summit team
    television times today tower tribune trump-pence tv union university war week white act america states kingdom
    strip river island islands sea bay beach hall square road avenue airport security defense
    """
)
# The first word of a name that is not a person's.
_PLACES = word_set(
    "north south east west new united los las san saint santa st fort white supreme super great central wall"
)
_DEPARTMENT = re.compile(r"^(?:State|Defen[sc]e|Staff|Treasury|Commerce)\s+(?!Department)")
_NOT_A_SUBJECT = re.compile(r"[’'](?:s\b)?")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it stands, its title apart."""

    span: Span
    text: str
    core: str
    possessive: bool


def who(article: Article, asked: str) -> str | None:
    """The fullest name of whom a question means by "Adler", "addler" or "the mayor"; None if not named."""
    marked = Marked(article.text)
    people = People(article.text, marked.narrative, marked.sentences)
    return people.named(asked)


class People:
    """The names of one article.

    Args:
        text: the article's text.
        narrative: the same with its quotations blanked out, offset for offset.
        sentences: the spans of its sentences, in order.
        author: whom "I" means outside quotations.
    """

    def __init__(self, text: str, narrative: str, sentences: list[Span], author: str | None = None) -> None:
        self._text, self._narrative, self._sentences, self._author = text, narrative, sentences, author
        self.mentions = [self._mention(span) for span in names(text)]
        self._starts = [mention.span.start for mention in self.mentions]
        self._sentence_starts = [span.start for span in sentences]

    def _mention(self, span: Span) -> Mention:
        written = self._text[span.start : span.end]
        possessive = bool(_NOT_A_SUBJECT.match(self._text, span.end))
        core = _person_part(core_name(written))
        if self._text.endswith(" of ", 0, span.start):
            core = _DEPARTMENT.sub("", core)
        return Mention(span, written, core, possessive)

    @cached_property
    def _full(self) -> dict[str, list[str]]:
        """By last word, the names of two words or more, in order of appearance."""
        full: dict[str, dict[str, None]] = {}
        for mention in self.mentions:
            words = mention.core.split()
            if len(words) > 1 and _may_be_person(words):
                full.setdefault(_key(words), {})[mention.core] = None
        return {key: list(shared) for key, shared in full.items()}

    @cached_property
    def _family_first(self) -> dict[str, str]:
        """By first word, the names of two words that carry a title: "Wu" of "Chinese leader Wu Haoran"."""
        return {
            words[0]: mention.core
            for mention in self.mentions
            if len(words := mention.core.split()) == 2 and _may_be_person(words) and self._titled(mention)  # noqa: PLR2004 - two words
        }

    def _titled(self, mention: Mention) -> bool:
        before = re.search(r"([\w-]+)[.,]?\s$", self._text[max(0, mention.span.start - 20) : mention.span.start])
        return mention.core != mention.text or bool(before and before.group(1).lower() in TITLES)

    def within(self, span: Span) -> list[Mention]:
        return self.mentions[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]

    def resolve(self, span: Span) -> str:
        """The fullest form of the name that a mention means, as far as the article allows; else the mention itself."""
        mention = self._text[span.start : span.end].strip(" ,\n")
        word = mention.lower()
        if word in PRONOUNS:
            return self._antecedent(span.start, PRONOUNS[word]) or mention
        if word in RELATIVES:
            return self._before_relative(span.start) or mention
        if word in _AUTHOR:
            return self._author or mention
        if word in _UNRESOLVED:
            return mention
        return self._named(span) or self._holder(mention) or _tidy(mention)

    def may_be(self, pronoun: Span, name: str) -> bool:
        """Whether a mention is "he" or "she" and the name one it may stand for."""
        wanted = PRONOUNS.get(self._text[pronoun.start : pronoun.end].lower())
        return wanted is not None and name in self._people and self._gender_of(name) in {None, wanted}

    def named(self, asked: str) -> str | None:
        """The fullest form of the first name in the article that `asked` may mean, or the holder of that role."""
        full = dict.fromkeys(self.full_name(m.text, m.span.start) for m in self.mentions if m.core)
        return next(iter(matching_names(asked, full)), None) or self._holder(asked)

    def full_name(self, name: str, near: int = 0) -> str:
        """The fullest form of a name; of several people who share it, the one named last before `near`."""
        words = _person_part(core_name(name)).split()
        if not words:
            return self._holder(name) or name
        of = words.index("of", 1) if "of" in words[1:] else 0
        if of and words[of - 1] in self._full:  # "Lee of the Water Board"
            words = words[:of]
        if len(words) > 1 and not _may_be_person(words):
            return " ".join(words)
        shared = self._full.get(_key(words), [])
        if len(words) > 1:
            return max((full for full in shared if full.split()[0] == words[0]), key=len, default=" ".join(words))
        wanted = gender(name.split(maxsplit=1)[0]) if len(name.split()) > 1 else None
        people = [full for full in shared if wanted is None or gender(full) in {None, wanted}]
        if people:
            return self._fullest(self._nearest(people, near))
        return self._family_first.get(words[0]) or self._first_named(words[0]) or words[0]

    def _fullest(self, name: str) -> str:
        words = name.split()
        return max((full for full in self._full[_key(words)] if full.split()[0] == words[0]), key=len)

    def _first_named(self, word: str) -> str | None:
        """The full name that begins with a first name whose gender is known: "Hillary" of "Hillary Clinton"."""
        if gender(word) is None:
            return None
        return next((full for group in self._full.values() for full in group if full.split()[0] == word), None)

    def _nearest(self, people: list[str], near: int) -> str:
        if len(people) == 1:
            return people[0]
        before = [m.core for m in self.mentions[: bisect_right(self._starts, near)] if m.core in people]
        return before[-1] if before else people[0]

    def _named(self, span: Span) -> str | None:
        """The name that heads a noun phrase: the last one before a comma, if no common noun follows it."""
        head = re.split(r",|\s(?:of|for|from|at|in|on|who|with)\s|\s\(", self._text[span.start : span.end], maxsplit=1)[
            0
        ]
        end = span.start + len(head)
        inside = self.within(Span(span.start, end))
        if not inside or inside[-1].possessive or self._text[inside[-1].span.end : end].strip(" .,"):
            return None
        if not inside[-1].core:
            return self._holder(head)
        if " and " in head:
            return _tidy(self._text[span.start : span.end])
        name = self.full_name(inside[-1].text, span.start)
        return name if " " in name or not re.match(r"(?:an?|one|some)\s", head, re.IGNORECASE) else _tidy(head)

    def _holder(self, role: str) -> str | None:
        """The one person whose title, or the words before the name, hold the role's words: "the Russian President"."""
        wanted = {w.lower() for w in re.findall(r"[^\W_]+", role)} - {"the", "a", "an", "of", "s", "former"}
        if not wanted & TITLES or "’s" in role or "'s" in role:
            return None
        holders = {
            self.full_name(m.text, m.span.start) for m in self.mentions if m.core and wanted <= self._described(m)
        }
        holders = {name for name in holders if " " in name} or holders
        return holders.pop() if len(holders) == 1 else None

    def _described(self, mention: Mention) -> set[str]:
        """The words of a mention's title and of the few words before it in its sentence."""
        before = re.split(r"[.,;:\n“”\"]", self._narrative[max(0, mention.span.start - 40) : mention.span.start])[-1]
        title = mention.text[: len(mention.text) - len(mention.core)]
        lead = before if _ends_in_title(before) else ""
        return {word.lower() for word in re.findall(r"[^\W_]+", f"{lead} {title}")}

    def _antecedent(self, at: int, wanted: str) -> str | None:
        """The person named first in the nearest sentence before that names one of the right gender."""
        last = bisect_right(self._sentence_starts, at) - 1
        for sentence in reversed(self._sentences[max(0, last - 12) : last + 1]):
            span = Span(sentence.start, min(sentence.end, at))
            people = [m for m in self.within(span) if self._is_person(m) and self._outside(m) and self._fits(m, wanted)]
            subjects = [m for m in people if not m.possessive] or people
            if subjects:
                return self.full_name(subjects[0].text or subjects[0].core, subjects[0].span.start)
        return None

    def _outside(self, mention: Mention) -> bool:
        return self._narrative[mention.span.start] == self._text[mention.span.start]

    def _is_person(self, mention: Mention) -> bool:
        name = self.full_name(mention.text, mention.span.start)
        words = name.split()
        return (len(words) > 1 and name in self._people) or (mention.core != mention.text and bool(words))

    @cached_property
    def _people(self) -> set[str]:
        """Full names that are taken up again by the surname, carry a title or begin with a known first name."""
        surnames = {m.core for m in self.mentions if " " not in m.core}
        return {
            m.core
            for m in self.mentions
            if len(words := m.core.split()) > 1
            and _may_be_person(words)
            and words[0].lower() not in _PLACES
            and (words[-1] in surnames or words[0] in surnames or self._titled(m) or gender(m.core))
        }

    def _fits(self, mention: Mention, wanted: str) -> bool:
        return self._gender_of(self.full_name(mention.text, mention.span.start)) in {None, wanted}

    def _gender_of(self, name: str) -> str | None:
        return gender(name) or self._honorifics.get(name.rsplit(maxsplit=1)[-1])

    @cached_property
    def _honorifics(self) -> dict[str, str]:
        """By surname, the gender that titles tell ("Mr. Lee", "spokeswoman Ann Lee"), where they agree."""
        told: dict[str, set[str]] = {}
        for mention in self.mentions:
            title = " ".join(sorted(self._described(mention)))
            if mention.core and (known := gender(title)):
                told.setdefault(mention.core.split()[-1], set()).add(known)
        return {surname: known.pop() for surname, known in told.items() if len(known) == 1}

    def _before_relative(self, at: int) -> str | None:
        """The noun phrase that "who" takes up."""
        before = self._narrative[max(0, at - 80) : at].rstrip(" ,")
        phrase = re.search(
            r"(?:(?:\b(?:an?|the|one|some|many|his|her|their)\s+)(?:[\w’'-]+\s+){0,4})?[\w’'.-]+$", before
        )
        if not phrase:
            return None
        end = max(0, at - 80) + len(before)
        last = bisect_left(self._starts, end) - 1
        if last >= 0 and self.mentions[last].span.end == end:
            return self.full_name(self.mentions[last].text, at)
        return _tidy(phrase.group())


def _person_part(core: str) -> str:
    """A name without the verb that opened its sentence ("Adds Ann Lee") and the body behind "of" ("of the Board")."""
    first, _, rest = core.partition(" ")
    core = rest if rest and first.lower() in CUES else core
    person = core.split(" of ")[0]
    return person if " " in person and _may_be_person(person.split()) else core


def _may_be_person(words: list[str]) -> bool:
    lower = {word.lower() for word in words}
    acronym = len(words[0]) > 1 and words[0].isupper() and "." not in words[0]
    return not (lower & _BODIES or lower & {"for", "and"} or acronym)


def _key(words: list[str]) -> str:
    return words[-2] if len(words) > 2 and words[-1].rstrip(".") in {"Jr", "Sr", "II", "III"} else words[-1]  # noqa: PLR2004 - name, surname, suffix


def _ends_in_title(words: str) -> bool:
    last = re.search(r"([\w-]+)\s*$", words)
    return bool(last and last.group(1).lower() in TITLES)


def _tidy(mention: str) -> str:
    """A mention as a name: without "the" before a capital, in lower case where only its sentence raised it."""
    bare = re.sub(r"^[Tt]he\s+(?=[A-Z])", "", mention.strip(" ,"))
    return re.sub(
        r"^(?:The|A|An|His|Her|Their|Its|One|Some|Many)\b", lambda m: m.group().lower(), re.sub(r"\s+", " ", bare)
    )
