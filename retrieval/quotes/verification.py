"""Did somebody say that? A quotation held against those that are stored. Pure but for where they are looked up.

Words are the same regardless of case, typographic marks and punctuation. Other words count where most words of meaning
are shared and no number, name or negation differs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from retrieval.citations import Excerpt
from retrieval.quotes.composing import holds
from retrieval.quotes.coreference import who as holder
from retrieval.text.document import Document, sentences_holding
from retrieval.text.names import core_name, names
from retrieval.text.speakers import name_key, tidy
from retrieval.text.words import STOP_WORDS, holds_name, stem, word_set
from retrieval.types import Filters, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.store.quotes import Quotations
    from retrieval.text.speakers import Person
    from retrieval.types import StoredQuote

_WORD = re.compile(
    r"\d+(?:[.,]\d+)*[^\W\d_]*|[^\W\d_](?:\.[^\W\d_])+|[^\W_]+(?:[’'][^\W_]+)*"
)  # a number, "U.S", a word
_NEGATIONS = word_set("not no never none nobody nothing nowhere neither nor cannot without hardly refuse refused")
_TO_TWENTY = """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty"""  # "one" is hardly ever a number
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBERS = {word: str(number) for number, word in enumerate(_TO_TWENTY.split(), start=2)} | {
    word: str(10 * number) for number, word in enumerate(_TENS.split(), start=2)
}
_MAGNITUDES = word_set("hundred thousand million billion trillion half quarter third double")
_KINDS = ("direct", "mixed", "indirect")  # the nearest to what was said first
_CLOSE = 0.6  # F1 of the words of meaning
_FEWEST = 2  # such words in common
_REACH = 6  # words
_EVERY_ARTICLE = Filters()


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
class _Word:
    """A word of a quotation as it is compared, and where it stands."""

    text: str
    start: int
    end: int

    @property
    def stem(self) -> str:
        return _NUMBERS.get(self.text) or stem(self.text)

    @property
    def counts(self) -> bool:
        """Whether it is a number, in figures or in words."""
        return self.text[0].isdigit() or self.text in _NUMBERS or self.text in _MAGNITUDES

    @property
    def denies(self) -> bool:
        return self.text in _NEGATIONS or self.text.endswith("n't")

    @property
    def means(self) -> bool:
        """Whether it carries meaning by itself."""
        return self.text not in STOP_WORDS and not self.denies


@dataclass(frozen=True, slots=True)
class _Match:
    quote: StoredQuote
    part: Span
    closeness: float
    exact: bool

    @property
    def rank(self) -> tuple[bool, float, int, int]:
        length = sum(span.end - span.start for span in self.quote.quote.content)
        return not self.exact, -self.closeness, _KINDS.index(self.quote.quote.kind), length


def verify(
    quotations: Quotations,
    libraries: Sequence[str],
    quoted: str,
    speaker: str | None = None,
    filters: Filters = _EVERY_ARTICLE,
) -> Verification:
    """Whether a speaker, or anybody, said these words in the articles of some libraries.

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
    """The same, of known quotations.

    Args:
        quoted: the words asked about.
        known: the quotations that they may be.
        speaker: who is asked about, as written.
        person: whom that means, if it is somebody who is quoted.
        denied: what, by the articles, that person did not say.
    """
    name = person.name if person else speaker
    found = _innermost([match for one in known if (match := _match(quoted, one))])
    if not any(match.exact for match in found):
        found += [match for one in _joined(known) if (match := _match(quoted, one)) and match.exact]
    for exact in (True, False):
        alike = sorted((match for match in found if match.exact == exact), key=lambda match: match.rank)
        own = [match for match in alike if name is None or _is_by(match.quote, name, person)]
        if best := next(iter(own or alike), None):
            if own and not person and name:
                name = best.quote.quote.name
            outcome = (Outcome.VERBATIM if exact else Outcome.REWORDED) if own else Outcome.ELSEWHERE
            return Verification(outcome, quoted, name, best.quote, best.part, exact)
    best = min((match for one in denied if (match := _match(quoted, one))), key=lambda match: match.rank, default=None)
    if best is None:
        return Verification(Outcome.NOT_FOUND, quoted, name, None)
    return Verification(Outcome.NOT_FOUND, quoted, name, None, best.part, best.exact, best.quote)


def told(verdict: Verification) -> str:
    """What became of the quotation, in a sentence or two that lead to the article's own words."""
    asked = f"“{verdict.quoted.strip()}”"
    if verdict.denied:
        return f"No: by the article, {verdict.denied.quote.name} did not say so."
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
    """The article's own sentences in which the words stand, or its headline."""
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
    within = (Span(mark.start, mark.end) for mark in Document(verdict.found.field_text).quotations)
    return "" if any(holds(mark, verdict.part) for mark in within) else ", as reported and not in quotation marks"


def _is_by(one: StoredQuote, name: str, person: Person | None) -> bool:
    """Whether a quotation is of a person, or of whom a role means in its article."""
    if person:
        return name_key(one.quote.name) in person.keys
    return holder(one.article, name) == one.quote.name or tidy(name).casefold() == one.quote.name.casefold()


def _innermost(found: Sequence[_Match]) -> list[_Match]:
    """Without the words of one speaker that are those of another whom the first quotes."""
    places = [(match.quote.library, match.quote.key, match.quote.quote.field, match.part) for match in found]
    sizes = [match.quote.quote.end - match.quote.quote.start for match in found]
    return [
        match
        for match, place, size in zip(found, places, sizes, strict=True)
        if not any(place == other and size > own for other, own in zip(places, sizes, strict=True))
    ]


def _joined(known: Sequence[StoredQuote]) -> Iterator[StoredQuote]:
    """All that somebody says in an article as one quotation, for words that go on behind "..., he said."."""
    by_speaker: dict[tuple[str, int, str, str], list[StoredQuote]] = {}
    for one in known:
        by_speaker.setdefault((one.library, one.key, one.quote.field, one.quote.name), []).append(one)
    for said in by_speaker.values():
        parts = sorted({part for one in said for part in one.quote.content}, key=lambda part: (part.start, -part.end))
        whole = [part for i, part in enumerate(parts) if not any(holds(other, part) for other in parts[:i])]
        if len(said) > 1:
            yield replace(said[0], quote=replace(said[0].quote, content=tuple(whole)))


def _match(quoted: str, one: StoredQuote) -> _Match | None:
    asked, said = _words(quoted), _said(one)
    if (at := _run(asked, said)) is not None:
        return _Match(one, Span(said[at].start, said[at + len(asked) - 1].end), 1.0, exact=True)
    return _reworded(quoted, asked, said, one)


def _said(one: StoredQuote) -> list[_Word]:
    return [word for span in one.quote.content for word in _words(one.slice(span), span.start)]


def _words(text: str, offset: int = 0) -> list[_Word]:
    return [_Word(_plain(m[0]), m.start() + offset, m.end() + offset) for m in _WORD.finditer(text)]


def _plain(word: str) -> str:
    plain = word.casefold().replace("’", "'")
    return plain.replace(",", "") if plain[0].isdigit() else plain.replace(".", "")


def _run(asked: Sequence[_Word], said: Sequence[_Word]) -> int | None:
    """Where all the words asked for stand in a row."""
    wanted = [word.text for word in asked]
    row = [word.text for word in said]
    says_something = len(asked) > _FEWEST or any(word.means for word in asked)
    starts = range(len(row) - len(wanted) + 1) if says_something else ()
    return next((at for at in starts if row[at : at + len(wanted)] == wanted), None)


def _reworded(quoted: str, asked: Sequence[_Word], said: Sequence[_Word], one: StoredQuote) -> _Match | None:
    """The stretch of what was said that comes nearest, if it is near enough and nothing that counts differs."""
    if not _may_be_close(asked, said):
        return None
    alignment = fuzz.partial_ratio_alignment([word.stem for word in asked], [word.stem for word in said])
    if not alignment:
        return None
    near = _widened(asked, said, alignment.dest_start, alignment.dest_end)
    closeness = _closeness(asked, near)
    if closeness < _CLOSE or _negations(asked) % 2 != _negations(near) % 2 or _differs(asked, near, one, quoted):
        return None
    return _Match(one, Span(near[0].start, near[-1].end), closeness, exact=False)


def _may_be_close(asked: Sequence[_Word], said: Sequence[_Word]) -> bool:
    """Whether so many words are shared as closeness needs at the least, wherever they stand."""
    wanted = _meaning(asked)
    shared = len(wanted & {word.stem for word in said})
    return shared >= _FEWEST and 2 * shared >= _CLOSE * (len(wanted) + shared)


def _widened(asked: Sequence[_Word], said: Sequence[_Word], start: int, end: int) -> Sequence[_Word]:
    """The stretch with what stands close to it and is asked about, too."""
    missing = _meaning(asked) - _meaning(said[start:end])
    before = [at for at in range(max(0, start - _REACH), start) if said[at].stem in missing]
    after = [at + 1 for at in range(end, min(len(said), end + _REACH)) if said[at].stem in missing]
    return said[min(before, default=start) : max(after, default=end)]


def _closeness(asked: Sequence[_Word], near: Sequence[_Word]) -> float:
    """F1 of the stems of the words that carry meaning; 0 where too few are shared."""
    wanted, there = _meaning(asked), _meaning(near)
    shared = len(wanted & there)
    return 2 * shared / (len(wanted) + len(there)) if shared >= _FEWEST else 0.0


def _meaning(words: Iterable[_Word]) -> set[str]:
    return {word.stem for word in words if word.means}


def _negations(words: Iterable[_Word]) -> int:
    return sum(word.denies for word in words)


def _differs(asked: Sequence[_Word], near: Sequence[_Word], one: StoredQuote, quoted: str) -> bool:
    """Whether a number or a name is another in the one than in the other, or none; names may be left out."""
    named = _names_in(one.article.text)
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
