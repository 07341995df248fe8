"""What can be measured: anything that replies to the cases of a part."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from retrieval.store.articles import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from benchmarks.quality.cases import Case, Part

    Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system shows for a question; without sentences it is a refusal.

    Attributes:
        sources: ids of the articles that the sentences are from, in their order.
        hits: title and text of each passage that was read, best first.
    """

    sentences: tuple[str, ...] = ()
    short: str | None = None
    confidence: float = 0.0
    sources: tuple[str, ...] = ()
    hits: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(self.sentences)

    @property
    def prediction(self) -> str:
        return self.short or self.text

    def at(self, threshold: float) -> Reply:
        """The same where the confidence reaches the threshold, else a refusal."""
        return self if self.confidence >= threshold else replace(self, sentences=(), short=None, sources=())


class Opened(Protocol):
    """A system that has a part's articles at hand."""

    def reply(self, case: Case) -> Reply: ...

    def passages(self) -> Iterable[str]:
        """Title and text of everything that can be a hit."""


class System(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def threshold(self) -> float | None:
        """The confidence below which it refuses, which its replies here disregard; None for one that never refuses."""

    def over(self, part: Part, say: Say) -> AbstractContextManager[Opened]:
        """Have a part's articles at hand; `say` is told what takes long."""


def part_digest(part: Part, *others: str) -> str:
    """Names the articles of a part, and what else tells one index from another."""
    known = hashlib.sha256("\n".join(others).encode())
    for library, articles in part.libraries.items():
        for article in articles:
            known.update(f"\n{library} {digest(article)}".encode())
    return known.hexdigest()[:16]
