"""Reads the feeds as they become due, for `byline watch` and, in the background, the Discord bot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.feeds.rounds import refresh_all, the_only_reader
from retrieval.feeds.schedule import FAILURES_TOLD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from retrieval.feeds.refreshing import Refreshed, Refresher
    from retrieval.store.feeds import Feed, Feeds

_LONGEST_PAUSE = 15.0  # seconds, after which feeds that somebody added meanwhile are seen
_SHORTEST_PAUSE = 1.0


@dataclass(slots=True)
class Watching:
    """Reads feeds in rounds. Nothing that fetches is made before a feed is due."""

    data_dir: Path
    feeds: Feeds
    open_refresher: Callable[[], Refresher]
    stop: Callable[[], bool]
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    _refresher: Refresher | None = None

    def round(self) -> list[Refreshed]:
        """Reads the feeds that are due, unless another process reads them; returns how it went with each."""
        if not self.feeds.due(self.now()):
            return []
        with the_only_reader(self.data_dir) as may_read:
            due = self.feeds.due(self.now()) if may_read else []  # again: another may just have read them
            if not due:
                return []
            self._refresher = self._refresher or self.open_refresher()
            return list(refresh_all(self._refresher, due))

    def newly_failing(self) -> list[Feed]:
        """Returns the feeds that have failed so often that it is to be told; each once."""
        failing = self.feeds.failing(FAILURES_TOLD)
        for feed in failing:
            self.feeds.update(feed, told=True)
        return failing

    def pause(self) -> float:
        """Returns the seconds until the next round: a few at most, since feeds may be added at any time."""
        return _SHORTEST_PAUSE if self.feeds.due(self.now()) else _LONGEST_PAUSE
