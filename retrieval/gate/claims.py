"""A claim, which is a model's sentence, and the sentences of passages as evidence: what each of them tells. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from retrieval.quotes.coreference import People
from retrieval.quotes.extraction import quotes
from retrieval.text import lexicon
from retrieval.text.boilerplate import is_instruction, is_saying, without_frame
from retrieval.text.dates import moments
from retrieval.text.document import document, sentences
from retrieval.text.name_matching import abbreviates, matching_names
from retrieval.text.names import core_name
from retrieval.text.numbers import shares, times
from retrieval.text.words import PRONOUNS, holds_family, plain, stem, words
from retrieval.types import Article, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    from retrieval.text.dates import Moment
    from retrieval.text.numbers import Figure
    from retrieval.text.words import Word
    from retrieval.types import Hit, Quote

    class Stretch(Protocol):
        """What stands at `text[start:end]`."""

        @property
        def start(self) -> int: ...

        @property
        def end(self) -> int: ...


_NEIGHBOURS = 2
_ENOUGH = 3  # words of content by which a claim without a name says by itself what it is about


@dataclass(frozen=True, slots=True)
class ClaimedName:
    """A name in a claim, `text[start:end]`, without its title; whether it is of who is let say something."""

    text: str
    start: int
    end: int
    speaks: bool = False


@dataclass(frozen=True)
class Claim:
    """A sentence in plain marks.

    Attributes:
        lower_case: words that the articles at hand write in lower case: where one opens the sentence, it is no name.
        question: that it answers. "12." claims that what was asked is 12.
    """

    text: str
    lower_case: frozenset[str] = frozenset()
    question: str = ""

    @classmethod
    def of(cls, text: str, lower_case: frozenset[str] = frozenset(), question: str = "") -> Claim:
        """Returns the claim of a sentence as it was written."""
        return cls(without_frame(plain(text).strip()), lower_case, plain(question))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return document(self.text).words

    @cached_property
    def content(self) -> list[Word]:
        """The words that carry meaning."""
        return [word for word in self.words if word.is_content]

    @cached_property
    def told(self) -> list[str]:
        """The stems of what it tells beside names, numbers and dates; of a short one, with what was asked."""
        own = outside(outside(self.content, document(self.text).names), [*self.numbers, *self.dates])
        stands_alone = len(own) >= _ENOUGH or (own and self.names)
        asked = () if stands_alone else (word for word in words(self.question) if word.is_content)
        return list(dict.fromkeys(word.stem for word in (*own, *asked)))

    @cached_property
    def is_empty(self) -> bool:
        """Whether it has nothing of its own that could be held to a passage: "They did so"."""
        return not self.content

    @cached_property
    def names(self) -> list[ClaimedName]:
        found = []
        said = [q for q in self.quotes if q.cue and is_saying(self.text[q.cue.start : q.cue.end])]
        for span in document(self.text).names:
            name = core_name(self.text[span.start : span.end])
            if name and not self._is_no_name(name, span):
                speaks = any(q.speaker.start < span.end and span.start < q.speaker.end for q in said)
                found.append(ClaimedName(name, span.end - len(name), span.end, speaks))
        return found

    def _is_no_name(self, name: str, span: Span) -> bool:
        """Tells whether capitals are of a number, or of a word that opens the claim and is in lower case elsewhere."""
        opens = not self.text[: span.start].strip(" \"'([")
        is_number = any(number.start <= span.start < number.end for number in self.numbers)
        return is_number or (opens and name.lower() in self.lower_case and not name.isupper())

    @cached_property
    def dates(self) -> list[Moment]:
        return document(self.text).dates

    @cached_property
    def numbers(self) -> list[Figure]:
        """The numbers that are no part of a date."""
        shares = (s for s in self.shares if not any(overlaps(s, n) for n in document(self.text).figures))
        return [n for n in (*document(self.text).figures, *shares) if not any(overlaps(n, d) for d in self.dates)]

    @cached_property
    def shares(self) -> list[Figure]:
        """The parts of a whole as percentages: "a third"."""
        return shares(self.text)

    @cached_property
    def prose(self) -> tuple[Word, ...]:
        """The words that belong to no number or date."""
        return outside(self.words, [*self.numbers, *self.dates])

    @cached_property
    def quotes(self) -> list[Quote]:
        """What it lets somebody say."""
        return quotes(Article("claim", "", self.text))

    @cached_property
    def quoted(self) -> list[str]:
        """The words between quotation marks."""
        return [self.text[q.start : q.end].strip("\"' ") for q in document(self.text).quotations]

    def neighbours(self, start: int, end: int) -> Sequence[str]:
        """Returns the stems of the nearest words of content around a stretch of the claim."""
        before = [word.stem for word in self.content if word.end <= start][-_NEIGHBOURS:]
        return [*before, *[word.stem for word in self.content if word.start >= end][:_NEIGHBOURS]]


def overlaps(one: Stretch, other: Stretch) -> bool:
    return one.start < other.end and other.start < one.end


def outside(found: Iterable[Word], stretches: Sequence[Stretch]) -> tuple[Word, ...]:
    """Returns the words that begin in none of the stretches."""
    return tuple(word for word in found if not any(each.start <= word.start < each.end for each in stretches))


_PRONOUN = re.compile(rf"\b(?:{'|'.join(PRONOUNS)})\b", re.IGNORECASE)
_LOWER_CASE = re.compile(r"(?<![\w'-])[a-z][\w'-]*")
_INITIALS = re.compile(r"\b[A-Z]{3,6}\b")
_CAPITALISED = re.compile(rf"[A-Z][\w-]*(?:,?\s(?:{lexicon.alternatives('name_particles')})?\s?[A-Z][\w-]*)+")
_PLACES = lexicon.words("places")
_PARTICLES = lexicon.words("name_particles")


@dataclass(frozen=True)
class Evidence:
    """A sentence of a passage, `hit.article.text[start:end]`."""

    hit: Hit
    start: int
    end: int

    @cached_property
    def text(self) -> str:
        """The sentence in plain marks."""
        return plain(self.hit.article.text[self.start : self.end])

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return document(self.text).words

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in self.words)

    @cached_property
    def numbers(self) -> list[Figure]:
        return document(self.text).figures

    @cached_property
    def told_numbers(self) -> list[Figure]:
        """The numbers in each form in which they can be told: "a third" as a percentage, "twice" as two."""
        return [*self.numbers, *shares(self.text), *times(self.text)]

    @cached_property
    def dates(self) -> list[Moment]:
        return moments(self.text, self.hit.article.published_on)

    @cached_property
    def prose(self) -> tuple[Word, ...]:
        """The words that belong to no number or date."""
        return outside(self.words, [*self.numbers, *self.dates])

    @cached_property
    def names(self) -> list[str]:
        """The names written in it, without titles."""
        mentions = analysed(self.hit.article).people.within(Span(self.start, self.end))
        return [plain(core_name(mention.text) or mention.text) for mention in mentions]

    @cached_property
    def people(self) -> list[str]:
        """The full names of those that it names or means by a pronoun."""
        people, text = analysed(self.hit.article).people, self.hit.article.text
        named = [people.full_name(m.text, m.span.start) for m in people.within(Span(self.start, self.end))]
        pronouns = _PRONOUN.finditer(text, self.start, self.end)
        return [plain(name) for name in (*named, *(people.resolve(Span(m.start(), m.end())) for m in pronouns))]

    @cached_property
    def quotes(self) -> list[Quote]:
        """The quotations of which a part stands in it."""
        in_text = (quote for quote in analysed(self.hit.article).quotes if quote.field == "text")
        return [q for q in in_text if any(part.start < self.end and self.start < part.end for part in q.content)]

    def tells_name(self, name: str, *, speaks: bool = False) -> bool:
        """Tells whether it is about whom a name means: by the name, another form of it, or a pronoun.

        The article has to hold each word of the name, so that no first name is made up. Each sentence is said by its
        outlet and its author (`speaks`): "the Post" is the Harbour Post, and the harbour is not.
        """
        article, stems, aliases = self.hit.article, _stems_of_name(name), _aliases(name)
        if (speaks and self._is_told_by(stems)) or self._tells_place(name) or self._tells_initials(name):
            return True
        if not aliases and not stems <= analysed(article).stems:
            return False
        return (
            frozenset() < stems <= self.stems
            or self._has_any(aliases)
            or not {name.lower(), *aliases}.isdisjoint(map(str.lower, self.names))
            or bool(matching_names(name, self.people))
        )

    def _is_told_by(self, stems: frozenset[str]) -> bool:
        """Tells whether the stems of a name are of the author, or of the outlet with the last word of its name."""
        author, outlet = (plain(told or "") for told in (self.hit.article.byline, self.hit.article.publisher))
        is_outlet = bool(outlet) and stems <= _stems_of_name(outlet) and stem(outlet.split()[-1]) in stems
        return frozenset() < stems and (is_outlet or stems <= _stems_of_name(author))

    def _has_any(self, aliases: Sequence[str]) -> bool:
        return any(re.search(rf"\b{re.escape(alias)}\b", self.text, re.IGNORECASE) for alias in aliases)

    def _tells_initials(self, name: str) -> bool:
        """Tells whether it has the initials of a name of several words, or the words that initials stand for."""
        if _INITIALS.fullmatch(name):
            return any(abbreviates(name, run) for run in _CAPITALISED.findall(self.text))
        return " " in name and any(abbreviates(told, name) for told in _INITIALS.findall(self.text))

    def _tells_place(self, name: str) -> bool:
        """Tells whether it has a place, or what is of the place: "the Russian government"."""
        return name.lower() in _PLACES and holds_family(self.stems, stem(name))


@dataclass(frozen=True)
class ArticleAnalysis:
    """An article read for its people and quotations, with its stems and the words that it writes in lower case."""

    people: People
    quotes: list[Quote]
    stems: frozenset[str]
    lower_case: frozenset[str]


@lru_cache(maxsize=64)
def analysed(article: Article) -> ArticleAnalysis:
    """Returns the analysis of an article, made once."""
    people = People(document(article.text), article.byline)
    said = quotes(article)
    people.hear(quote.speaker for quote in said if quote.field == "text")
    everything = plain("\n".join(filter(None, (article.title, article.text, article.byline, article.publisher))))
    lower_case = frozenset(_LOWER_CASE.findall(plain(article.text)))
    return ArticleAnalysis(people, said, frozenset(word.stem for word in words(everything)), lower_case)


@lru_cache(maxsize=256)
def evidence(hit: Hit) -> tuple[Evidence, ...]:
    """Returns the sentences of a passage but those that are instructions to a machine."""
    spans = sentences(hit.article.text, Span(hit.start, hit.end))
    found = (Evidence(hit, span.start, span.end) for span in spans)
    return tuple(sentence for sentence in found if not is_instruction(sentence.text))


def _stems_of_name(name: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(name) if word.text not in _PARTICLES)


def _aliases(name: str) -> tuple[str, ...]:
    """Returns what else a country, a body or a city is called, itself included; nothing where no alias is known."""
    bare = name.lower().removesuffix("'s").strip(". ").removeprefix("the ")
    aliases = lexicon.table("name_aliases")
    return tuple(alias for alias, stands_for in aliases.items() if stands_for == aliases.get(bare))
