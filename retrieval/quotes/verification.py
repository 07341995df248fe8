"""Did somebody say that? A quotation held against those that are stored.

Words are the same regardless of case, typographic marks and punctuation. Other words count where most words of meaning
are shared and no number, name or negation differs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import filterfalse
from operator import attrgetter
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from retrieval.citations import Excerpt
from retrieval.quotes.composing import is_within
from retrieval.quotes.coreference import who as holder
from retrieval.text.document import document, sentences_holding
from retrieval.text.lexicon import table, words
from retrieval.text.name_matching import holds_name, name_key, tidy
from retrieval.text.names import core_name, names
from retrieval.text.words import NEGATIONS, STOP_WORDS, stem
from retrieval.types import Filters, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.store.quotes import Quotations
    from retrieval.text.name_matching import Person
    from retrieval.types import StoredQuote

_EVERY_ARTICLE = Filters()
_WORD = re.compile(
    r"\d+(?:[.,]\d+)*[^\W\d_]*|[^\W\d_](?:\.[^\W\d_])+|[^\W_]+(?:[’'][^\W_]+)*"
)  # a number, "U.S", a word
_NUMERALS = {word: value for word, (value,) in table("numerals").items() if word != "one"}  # hardly ever a number
_MAGNITUDES = words("scales", "fractions")
_KINDS = ("direct", "mixed", "indirect")  # the nearest to what was said first
_CLOSE = 0.6  # F1 of the words of meaning
_FEWEST = 2  # such words in common
_FEW = 3  # such words that are all in common where no more were asked about
_REACH = 6  # words


class Outcome(StrEnum):
    """Found word for word; in other words; said by somebody else; not found."""

    VERBATIM = "verbatim"
    REWORDED = "reworded"
    ELSEWHERE = "elsewhere"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of a quotation.

    Attributes:
        quoted: the words asked about.
        speaker: who is asked about, by full name where one is known; None for anybody.
        found: the quotation that matches best, None where none does.
        part: where the words stand in the field of its article.
        exact: whether these are the very words, whoever said them.
        denied: where nothing is found, a quotation that the article says was not said.
    """

    outcome: Outcome
    quoted: str
    speaker: str | None
    found: StoredQuote | None
    part: Span | None = None
    exact: bool = False
    denied: StoredQuote | None = None

    @property
    def shown(self) -> StoredQuote | None:
        """The quotation that tells most."""
        return self.found or self.denied


@dataclass(frozen=True, slots=True)
class Match:
    """A quotation in which the words asked about stand at `part`, in their very form (`exact`) or in others.

    `closeness` is the F1 of the words that carry meaning, in 0..1.
    """

    quote: StoredQuote
    part: Span
    closeness: float
    exact: bool

    @property
    def rank(self) -> tuple[bool, float, int, int]:
        """Sorts the best first: exact, near, in quotation marks, short."""
        length = sum(span.end - span.start for span in self.quote.quote.content)
        return not self.exact, -self.closeness, _KINDS.index(self.quote.quote.kind), length


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a quotation as it is compared, and where it stands."""

    text: str
    start: int
    end: int

    @property
    def stem(self) -> str:
        return _NUMERALS.get(self.text) or stem(self.text)

    @property
    def counts(self) -> bool:
        """Whether it is a number, in figures or in words."""
        return self.text[0].isdigit() or self.text in _NUMERALS or self.text in _MAGNITUDES

    @property
    def denies(self) -> bool:
        return self.text in NEGATIONS or self.text.endswith("n't")

    @property
    def means(self) -> bool:
        """Whether it carries meaning by itself."""
        return self.text not in STOP_WORDS and not self.denies


def verify(
    quotations: Quotations,
    libraries: Sequence[str],
    quoted: str,
    speaker: str | None = None,
    filters: Filters = _EVERY_ARTICLE,
) -> Verification:
    """Tells whether a speaker, or anybody, said these words in the articles of some libraries.

    Raises:
        AmbiguousSpeaker: several speakers are called so.
    """
    person = quotations.person(libraries, speaker) if speaker else None
    own = quotations.of(libraries, person, filters=filters) if person else []  # more than share half of the words
    denied = quotations.of(libraries, person, filters=filters, denied=True) if person else []
    return check(quoted, [*own, *quotations.sharing(libraries, quoted, filters=filters)], speaker, person, denied)


def check(
    quoted: str,
    known: Sequence[StoredQuote],
    speaker: str | None = None,
    person: Person | None = None,
    denied: Sequence[StoredQuote] = (),
) -> Verification:
    """Returns the same, of known quotations.

    Args:
        quoted: the words asked about.
        known: the quotations that they may be.
        speaker: who is asked about, as written.
        person: whom that means, if it is somebody who is quoted.
        denied: what, by the articles, that person did not say.
    """
    name = person.name if person else speaker
    asserted = [said for said in filterfalse(_denies, known) if said.quote.kind != "attitude"]
    own_denials = [said for said in filter(_denies, known) if speaker and _is_by(said, speaker, person)]
    denial = min(_matches(quoted, [*own_denials, *denied]), key=attrgetter("rank"), default=None)
    verified = _verified(quoted, _ranked(quoted, asserted), name, person)
    if denial and verified.outcome in {Outcome.ELSEWHERE, Outcome.NOT_FOUND}:
        return Verification(Outcome.NOT_FOUND, quoted, name, None, denial.part, denial.exact, denial.quote)
    return verified


def _denies(said: StoredQuote) -> bool:
    """Whether these are words that their speaker holds not to be so: Lee denied | that it leaks."""
    return not words("denying_verbs").isdisjoint(said.cue.lower().split())


def _ranked(quoted: str, known: Sequence[StoredQuote]) -> list[Match]:
    """The matches, the best first; the exact ones alone, where there are any."""
    matches = _innermost(_matches(quoted, known))
    exact = [found for found in matches if found.exact]
    exact = exact or [found for found in _matches(quoted, _joined(known)) if found.exact]
    return sorted(exact or matches, key=attrgetter("rank"))


def _matches(quoted: str, known: Iterable[StoredQuote]) -> list[Match]:
    return [found for said in known if (found := match(quoted, said))]


def _verified(quoted: str, alike: Sequence[Match], name: str | None, person: Person | None) -> Verification:
    """The best of some matches: of whom is asked about, if any is, else of another."""
    if not alike:
        return Verification(Outcome.NOT_FOUND, quoted, name, None)
    own = next((found for found in alike if name is None or _is_by(found.quote, name, person)), None)
    if own is None:
        return Verification(Outcome.ELSEWHERE, quoted, name, alike[0].quote, alike[0].part, alike[0].exact)
    if name and not person:
        name = own.quote.quote.name
    outcome = Outcome.VERBATIM if own.exact else Outcome.REWORDED
    return Verification(outcome, quoted, name, own.quote, own.part, own.exact)


def told(verdict: Verification) -> str:
    """Says what became of the quotation, in a sentence or two that lead to the article's own words."""
    asked = f"“{verdict.quoted.strip()}”"
    if verdict.denied:
        how = "denied it" if _denies(verdict.denied) else "did not say so"
        return f"No: by the article, {verdict.denied.quote.name} {how}."
    if verdict.found is None:
        return f"No article here quotes {verdict.speaker or 'anybody'} as saying {asked}."
    name = verdict.found.quote.name
    if verdict.outcome is Outcome.VERBATIM:
        return f"{'Yes, w' if verdict.speaker else 'W'}ord for word{_how(verdict)}, by {name}:"
    if verdict.outcome is Outcome.REWORDED:
        return f"Not in these words. Asked: {asked} Said by {name}{_how(verdict)}:"
    if verdict.exact:
        return f"No quotation of {verdict.speaker} has these words; {name} said them{_how(verdict)}:"
    return f"No quotation of {verdict.speaker} has this. {name} said, in other words than {asked}{_how(verdict)}:"


def cited(verdict: Verification) -> tuple[Excerpt, ...]:
    """Returns the article's own sentences in which the words stand, or its headline."""
    if verdict.shown is None or verdict.part is None:
        return ()
    library, article = verdict.shown.library, verdict.shown.article
    if verdict.shown.quote.field == "title":
        return (Excerpt(library, article, 0, len(article.title), "title"),)
    return tuple(
        Excerpt(library, article, span.start, span.end) for span in sentences_holding(article.text, [verdict.part])
    )


def _how(verdict: Verification) -> str:
    """Whether the article puts the words in quotation marks."""
    if not verdict.exact or verdict.found is None or verdict.part is None or verdict.found.quote.kind == "direct":
        return ""
    marked = (Span(mark.start, mark.end) for mark in document(verdict.found.field_text).quotations)
    return "" if is_within(verdict.part, marked) else ", as reported and not in quotation marks"


def _is_by(one: StoredQuote, name: str, person: Person | None) -> bool:
    """Whether a quotation is of a person, or of whom a role means in its article."""
    if person:
        return name_key(one.quote.name) in person.keys
    return holder(one.article, name) == one.quote.name or tidy(name).casefold() == one.quote.name.casefold()


def _innermost(found: Sequence[Match]) -> list[Match]:
    """Without the words of one speaker that are those of another whom the first quotes."""
    places = [(near.quote.library, near.quote.key, near.quote.quote.field, near.part) for near in found]
    sizes = [near.quote.quote.end - near.quote.quote.start for near in found]
    return [
        near
        for near, place, size in zip(found, places, sizes, strict=True)
        if not any(place == other and size > own for other, own in zip(places, sizes, strict=True))
    ]


def _joined(known: Sequence[StoredQuote]) -> Iterator[StoredQuote]:
    """All that somebody says in an article as one quotation, for words that go on behind "..., he said."."""
    by_speaker: dict[tuple[str, int, str, str], list[StoredQuote]] = {}
    for one in known:
        by_speaker.setdefault((one.library, one.key, one.quote.field, one.quote.name), []).append(one)
    for said in by_speaker.values():
        parts = sorted({part for one in said for part in one.quote.content}, key=lambda part: (part.start, -part.end))
        whole = [part for i, part in enumerate(parts) if not is_within(part, parts[:i])]
        if len(said) > 1:
            yield replace(said[0], quote=replace(said[0].quote, content=tuple(whole)))


def match(quoted: str, said: StoredQuote) -> Match | None:
    """Returns where a quotation has these words, in this order or in other words; None where it has not."""
    asked = _words(quoted)
    there = [word for span in said.quote.content for word in _words(said.slice(span), span.start)]
    if (at := _run(asked, there)) is not None:
        return Match(said, Span(there[at].start, there[at + len(asked) - 1].end), 1.0, exact=True)
    near = _nearest(asked, there)
    wanted, meant = _meaning(asked), _meaning(near)
    shared = len(wanted & meant)
    closeness = 2 * shared / (len(wanted) + len(meant)) if shared >= _FEWEST else 0.0  # F1
    if closeness < _CLOSE or _denials(asked) % 2 != _denials(near) % 2 or _differs(asked, near, said, quoted):
        return None
    return Match(said, Span(near[0].start, near[-1].end), closeness, exact=False)


def _words(text: str, offset: int = 0) -> list[_Word]:
    words = []
    for written in _WORD.finditer(text):
        word = written[0].casefold().replace("’", "'")
        word = word.replace(",", "") if word[0].isdigit() else word.replace(".", "")
        words.append(_Word(word, written.start() + offset, written.end() + offset))
    return words


def _run(asked: Sequence[_Word], said: Sequence[_Word]) -> int | None:
    """Where all the words asked for stand in a row."""
    wanted = [word.text for word in asked]
    row = [word.text for word in said]
    says_something = len(asked) > _FEWEST or any(word.means for word in asked)
    starts = range(len(row) - len(wanted) + 1) if says_something else ()
    return next((at for at in starts if row[at : at + len(wanted)] == wanted), None)


def _nearest(asked: Sequence[_Word], said: Sequence[_Word]) -> Sequence[_Word]:
    """The stretch of what was said that comes nearest; none where too few words are shared, wherever they stand."""
    wanted = _meaning(asked)
    shared = len(wanted & {word.stem for word in said})
    if shared < min(len(wanted), _FEW) or shared < _FEWEST or 2 * shared < _CLOSE * (len(wanted) + shared):
        return ()
    alignment = fuzz.partial_ratio_alignment([word.stem for word in asked], [word.stem for word in said])
    return _widened(asked, said, alignment.dest_start, alignment.dest_end) if alignment else ()


def _widened(asked: Sequence[_Word], said: Sequence[_Word], start: int, end: int) -> Sequence[_Word]:
    """The stretch with what stands close to it and is asked about, too."""
    missing = _meaning(asked) - _meaning(said[start:end])
    before = [at for at in range(max(0, start - _REACH), start) if said[at].stem in missing]
    after = [at + 1 for at in range(end, min(len(said), end + _REACH)) if said[at].stem in missing]
    return said[min(before, default=start) : max(after, default=end)]


def _meaning(words: Iterable[_Word]) -> set[str]:
    return {word.stem for word in words if word.means}


def _denials(words: Iterable[_Word]) -> int:
    return sum(word.denies for word in words)


def _differs(asked: Sequence[_Word], near: Sequence[_Word], said: StoredQuote, quoted: str) -> bool:
    """Whether a number or a name is another in the one than in the other, or none; names may be left out."""
    named = _names_in(said.article.text)
    for mine, theirs in _replaced(asked, near):
        if any(word.counts for word in (*mine, *theirs)):
            return True
        if any(word.stem in named or word.stem in _names_in(quoted) for word in mine):
            return True
        if mine and any(word.stem in named for word in theirs):
            return True
    return False


def _replaced(asked: Sequence[_Word], near: Sequence[_Word]) -> Iterator[tuple[list[_Word], list[_Word]]]:
    """The words of meaning that stand in one where others, or none, stand in the other; but for those moved."""
    mine, theirs = [word.stem for word in asked], [word.stem for word in near]
    for part in Levenshtein.opcodes(mine, theirs):
        if part.tag != "equal":
            left, right = asked[part.src_start : part.src_end], near[part.dest_start : part.dest_end]
            yield _lacking(left, frozenset(theirs)), _lacking(right, frozenset(mine))


def _lacking(words: Sequence[_Word], others: frozenset[str]) -> list[_Word]:
    """The words of meaning of which the others have no form."""
    return [w for w in words if w.means and not (w.stem in others if w.counts else holds_name(w.stem, others))]


@lru_cache(maxsize=64)
def _names_in(text: str) -> frozenset[str]:
    cores = (core_name(text[span.start : span.end]) for span in names(text))
    return frozenset(stem(word) for core in cores for word in core.split())
