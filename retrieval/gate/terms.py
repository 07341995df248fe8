"""Stretches of a text, and the words outside them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from retrieval.text.words import Word


class Stretch(Protocol):
    """What stands at `text[start:end]`."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def stretches(found: Iterable[Stretch]) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in found]


def outside(found: Iterable[Word], spans: Iterable[tuple[int, int]]) -> tuple[Word, ...]:
    """The words that begin in none of these stretches."""
    taken = list(spans)
    return tuple(word for word in found if not any(start <= word.start < end for start, end in taken))


def stems_of(found: Iterable[Word]) -> frozenset[str]:
    return frozenset(word.stem for word in found)
