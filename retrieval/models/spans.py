"""What a span model makes of windows of text: how well an answer starts and ends at each token. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_ANSWER_TOKENS = 30


class BestSpan(NamedTuple):
    """A span and its score: the log-odds that it answers, against nothing in its window doing so."""

    score: float
    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens of a window, or of a part of one that is too long to be read at once.

    Attributes:
        offsets: (tokens, 2), where each stands in the window, in characters.
        starts, ends: (tokens,), logits less that of the first token, which stands for no answer.
    """

    offsets: NDArray[np.int64]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]

    def best(self, start: int = 0, end: int | None = None) -> BestSpan | None:
        """The best span between two characters of the window; None where no token stands there."""
        inside = self.offsets[:, 0] >= start
        if end is not None:
            inside &= self.offsets[:, 1] <= end
        rows = np.flatnonzero(inside)
        if not len(rows):
            return None
        scores = self.starts[rows][:, None] + self.ends[rows][None, :]
        scores[~_allowed(len(rows))] = -np.inf
        first, last = divmod(int(scores.argmax()), len(rows))
        found = Span(int(self.offsets[rows[first], 0]), int(self.offsets[rows[last], 1]))
        return BestSpan(float(scores[first, last]), found)


class SpanModel(Protocol):
    """A question and windows of text to readings, at least one for each window."""

    @property
    def describe(self) -> str:
        """One line for people: which model, and how it is run."""

    def read(self, question: str, windows: Sequence[str]) -> list[tuple[Reading, ...]]: ...


def best_span(readings: Sequence[Reading], start: int = 0, end: int | None = None) -> BestSpan | None:
    """The best span of a window, or of a stretch of it, over all that was read of it; of equals the first."""
    found = filter(None, (reading.best(start, end) for reading in readings))
    return max(found, key=lambda best: (best.score, -best.span.start), default=None)


def _allowed(tokens: int) -> NDArray[np.bool_]:
    """Which pairs of first and last token make a span: not backwards, nor too long."""
    length = np.arange(tokens)[None, :] - np.arange(tokens)[:, None]
    return np.asarray((length >= 0) & (length < MAX_ANSWER_TOKENS))
