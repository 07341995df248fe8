"""Reads the feeds as they become due, for `byline watch` and, in the background, the Discord bot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.discord_bot.places import SERVER_PREFIX
from retrieval.feeds.refreshing import FAILURES_TOLD
from retrieval.feeds.rounds import refresh_all, the_only_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from retrieval.feeds.refreshing import Refreshed, Refresher
    from retrieval.store.feeds import Feed, Feeds

_LONGEST_PAUSE = 15.0  # seconds, after which feeds that somebody added meanwhile are seen
_SHORTEST_PAUSE = 1.0


@dataclass(slots=True)
class Watching:
    """Reads feeds in rounds. Nothing that fetches is made before a feed is due.

    `open_refresher` makes what reads feeds: of strangers, as those who manage a server on Discord are, or one's own.
    """

    data_dir: Path
    feeds: Feeds
    open_refresher: Callable[[bool], Refresher]
    stop: Callable[[], bool]
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    _refreshers: dict[bool, Refresher] = field(default_factory=dict)

    def round(self) -> list[Refreshed]:
        """Reads the feeds that are due, unless another process reads them; returns how it went with each."""
        if not self.feeds.due(self.now()):
            return []
        with the_only_reader(self.data_dir) as may_read:
            due = self.feeds.due(self.now()) if may_read else []  # again: another may just have read them
            if not due:
                return []
            own = [feed for feed in due if not feed.library.startswith(SERVER_PREFIX)]
            strangers = [feed for feed in due if feed.library.startswith(SERVER_PREFIX)]
            return [*self._refreshed(own, strangers=False), *self._refreshed(strangers, strangers=True)]

    def _refreshed(self, feeds: list[Feed], *, strangers: bool) -> Iterator[Refreshed]:
        if feeds:
            self._refreshers.setdefault(strangers, self.open_refresher(strangers))
            yield from refresh_all(self._refreshers[strangers], feeds)

    def newly_failing(self, *, of_servers: bool = True) -> list[Feed]:
        """Returns the feeds that have failed so often that it is to be told, each once.

        Those of servers are told by the bot, and left to it where not `of_servers`.
        """
        failing = self.feeds.failing(FAILURES_TOLD)
        failing = [feed for feed in failing if of_servers or not feed.library.startswith(SERVER_PREFIX)]
        for feed in failing:
            self.feeds.update(feed, told=True)
        return failing

    def pause(self) -> float:
        """Returns the seconds until the next round: a few at most, since feeds may be added at any time."""
        return _SHORTEST_PAUSE if self.feeds.due(self.now()) else _LONGEST_PAUSE
