"""Who waits: told of an answer as it is written, and able to stop it; or wanting to be told nothing."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.types import Citation, Statement  # noqa: TC001  (pydantic needs them at run time)

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An answer under way.

    `statements` passed the gate and stay. `tentative` is what a model writes just now: it may yet be dropped, and is
    for a place alone from where it can be taken back.
    """

    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    tentative: str = ""


def ignore(_: object) -> None:
    """Takes what nobody wants to be told."""


class Watch:
    """One question's; `show` is called from the thread that answers."""

    def __init__(self, show: Callable[[Unfinished], None] = ignore) -> None:
        self.show = show
        self._stop = threading.Event()
        self._deadline: float | None = None

    def stop(self) -> None:
        """Let a model that writes be stopped; the answer is then what was written so far."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def deadline(self, seconds: float) -> float:
        """Returns when, by the monotonic clock, all that is asked of a model for the question has to be over.

        The first that asks sets it.
        """
        if self._deadline is None:
            self._deadline = time.monotonic() + seconds
        return self._deadline
