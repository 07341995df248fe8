"""What the gate is given and what it gives back: the seam between a writer and its gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.citations import Excerpt


@dataclass(frozen=True, slots=True)
class Draft:
    """One sentence that a model wrote, its markers removed, with the numbers of the passages it cited.

    Numbers count from 1 and may be out of range.
    """

    text: str
    cited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence that passed, with the shortest runs of whole sentences that support it."""

    text: str
    excerpts: tuple[Excerpt, ...]
    recited: bool = False  # whether the support was found in another passage than the cited ones


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that fell, and why, in one short phrase."""

    text: str
    reason: str
