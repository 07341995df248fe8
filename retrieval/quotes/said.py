"""What a sentence attributes, before it is known who is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.quotes.clauses import Range, Sentence
    from retrieval.types import Span


@dataclass(frozen=True, slots=True)
class Said:
    """An attribution, in characters, its content parted by the cue or not.

    `denied` where the cue is negated: the speaker did not say it.
    """

    speaker: Span
    cue: Span | None
    content: tuple[Span, ...]
    denied: bool = False

    @property
    def start(self) -> int:
        return self.content[0].start

    @property
    def end(self) -> int:
        return self.content[-1].end


def said_in(sentence: Sentence, speaker: Range, cue: Range, content: Sequence[Range], *, denied: bool = False) -> Said:
    """An attribution given in tokens of a sentence."""
    return Said(sentence.chars(speaker), sentence.chars(cue), tuple(map(sentence.chars, content)), denied)
