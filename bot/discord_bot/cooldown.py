"""How often one person may ask, by discord.py's own token bucket."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from discord.app_commands import Cooldown as Bucket

if TYPE_CHECKING:
    from collections.abc import Callable


class Cooldown:
    """So many questions a person in so many seconds, counted from the first. Holds only those who asked of late."""

    def __init__(self, questions: int, *, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Takes a `clock` that tells seconds above 0, for discord.py takes 0 for no time at all."""
        self._questions = questions
        self._seconds = seconds
        self._clock = clock
        self._buckets: dict[int, Bucket] = {}  # by person, the one that was begun first in front

    def wait(self, person: int) -> float | None:
        """Returns None, and the question counts; or the seconds until the person may ask again."""
        now = self._clock()
        while self._buckets:  # those full again are as good as none, and all in front, for time alone fills them
            first, bucket = next(iter(self._buckets.items()))
            if bucket.get_tokens(now) < self._questions:
                break
            del self._buckets[first]
        return self._buckets.setdefault(person, Bucket(self._questions, self._seconds)).update_rate_limit(now)

    def forget(self, person: int) -> None:
        self._buckets.pop(person, None)

    def __len__(self) -> int:
        """Returns how many people are held."""
        return len(self._buckets)
