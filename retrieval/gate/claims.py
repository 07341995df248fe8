"""A sentence that a model wrote, as what it claims: names, numbers, dates, and who said what. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.quotes.extraction import quotes
from retrieval.text.boilerplate import is_saying, without_frame
from retrieval.text.document import document
from retrieval.text.names import core_name
from retrieval.text.words import plain, words
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    from retrieval.text.dates import Moment
    from retrieval.text.numbers import Figure
    from retrieval.text.words import Word
    from retrieval.types import Quote

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
            opens = not self.text[: span.start].strip(" \"'([")
            if name and not (opens and name.lower() in self.lower_case and not name.isupper()):
                speaks = any(q.speaker.start < span.end and span.start < q.speaker.end for q in said)
                found.append(ClaimedName(name, span.end - len(name), span.end, speaks))
        return found

    @cached_property
    def dates(self) -> list[Moment]:
        return document(self.text).dates

    @cached_property
    def numbers(self) -> list[Figure]:
        """The numbers that are no part of a date."""
        numbers = document(self.text).figures
        return [n for n in numbers if not any(d.start < n.end and n.start < d.end for d in self.dates)]

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


def outside(found: Iterable[Word], stretches: Sequence[Stretch]) -> tuple[Word, ...]:
    """Returns the words that begin in none of the stretches."""
    return tuple(word for word in found if not any(each.start <= word.start < each.end for each in stretches))
