"""Channels that are answered without a mention: whether a message there is for the bot, or people are talking.

Once a person has answered somebody, the bot leaves the two alone, in a thread for good. What it heard is in memory
alone, and bounded.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

K = TypeVar("K")
V = TypeVar("V")

_AMONG_PEOPLE = 600.0  # seconds after which somebody who asks again is answered
_MOST = 1_000  # channels and people that are remembered


class Listening:
    """What people say to each other, channel by channel. To be told of each message in the order they come."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: OrderedDict[int, tuple[int, float]] = OrderedDict()  # by channel, who asked last, and when
        self._among_people: OrderedDict[tuple[int, int], float] = OrderedDict()  # by channel and who asked, since when
        self._taken: OrderedDict[int, None] = OrderedDict()  # threads in which a person has answered

    def is_for_bot(
        self, channel: int, person: int, *, asks: bool, replies_to: int | None = None, opener: int | None = None
    ) -> bool:
        """Notes a message that does not mention the bot, and tells whether the bot is to answer it.

        Args:
            channel: where it stands.
            person: who wrote it.
            asks: whether it looks like a question.
            replies_to: the person whose message it replies to, if it is another's.
            opener: the person who opened the thread or post; None in a channel.
        """
        now = self._clock()
        if opener not in (None, person):
            _remember(self._taken, channel, None)
        asked, when = self._asked.get(channel, (person, now))
        answered = asked if replies_to is None and not asks and now - when < _AMONG_PEOPLE else replies_to
        if answered is not None and answered != person:
            _remember(self._among_people, (channel, answered), now)
            return False
        if channel in self._taken or not asks:
            return False
        if now - self._among_people.get((channel, person), -_AMONG_PEOPLE) < _AMONG_PEOPLE:
            _remember(self._among_people, (channel, person), now)
            return False
        _remember(self._asked, channel, (person, now))
        return True


def _remember(held: OrderedDict[K, V], key: K, value: V) -> None:
    held[key] = value
    held.move_to_end(key)
    while len(held) > _MOST:
        held.popitem(last=False)
