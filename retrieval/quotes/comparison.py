"""Are these the words that were said? One wording held against another. Pure.

Words are the same regardless of case, typographic marks and punctuation. Other words count where most words of meaning
are shared and no number, name or negation differs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from retrieval.text.lexicon import table, words
from retrieval.text.name_matching import holds_name
from retrieval.text.names import core_name, names
from retrieval.text.words import NEGATIONS, STOP_WORDS, stem
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.types import StoredQuote

_WORD = re.compile(
    r"\d+(?:[.,]\d+)*[^\W\d_]*|[^\W\d_](?:\.[^\W\d_])+|[^\W_]+(?:[’'][^\W_]+)*"
)  # a number, "U.S", a word
_NUMERALS = {word: value for word, (value,) in table("numerals").items() if word != "one"}  # hardly ever a number
_MAGNITUDES = words("scales", "fractions")
_KINDS = ("direct", "mixed", "indirect")  # the nearest to what was said first
_CLOSE = 0.6  # F1 of the words of meaning
_FEWEST = 2  # such words in common
_REACH = 6  # words


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
    for match in _WORD.finditer(text):
        word = match[0].casefold().replace("’", "'")
        word = word.replace(",", "") if word[0].isdigit() else word.replace(".", "")
        words.append(_Word(word, match.start() + offset, match.end() + offset))
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
    if shared < _FEWEST or 2 * shared < _CLOSE * (len(wanted) + shared):
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
