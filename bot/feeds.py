"""Feeds, in the terminal and on Discord: read as they become due, and told of."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from bot.discord_bot.places import SERVER_PREFIX
from bot.progress import counted
from bot.render import folded
from retrieval.feeds.refreshing import FAILURES_TOLD, refresh_all, the_only_reader
from retrieval.store.feeds import WordFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from retrieval.feeds.refreshing import Refreshed, Refresher
    from retrieval.feeds.subscribing import FoundFeed, Preview
    from retrieval.store.feeds import Feed, Feeds, FeedStatus, LoggedDelivery

_LONGEST_PAUSE = 15.0  # seconds, after which feeds that somebody added meanwhile are seen
_SHORTEST_PAUSE = 1.0

_OUTCOMES = ("new", "changed", "unchanged", "filtered", "refused")
_REASONS = 3  # for refusals that are told
_SIZES = ((86_400, "day"), (3_600, "hour"), (60, "minute"))  # seconds


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


def split_words(must: Sequence[str], must_not: Sequence[str]) -> WordFilter:
    """Returns the filter of what was typed: words or phrases, parted by commas."""

    def parted(given: Sequence[str]) -> tuple[str, ...]:
        return tuple(word.strip() for words in given for word in words.split(",") if word.strip())

    return WordFilter(parted(must), parted(must_not))


# What is told of them


def span(time: dt.timedelta) -> str:
    """Returns a stretch of time in its largest unit: "3 days", "1 hour", "a moment"."""
    seconds = int(time.total_seconds())
    return next((counted(seconds // size, unit) for size, unit in _SIZES if seconds >= size), "a moment")


def feed_name(feed: Feed) -> str:
    """Returns a feed's title with its address, or the address alone."""
    return folded(f"{feed.title} ({feed.address})" if feed.title else feed.address)


def status_lines(status: FeedStatus, now: dt.datetime) -> Iterator[str]:
    """Yields how a feed goes: last success, next try, what is new today, how old its newest article is, its failure."""
    feed = status.feed
    success = f"last read {span(now - feed.last_success)} ago" if feed.last_success else "not read yet"
    due = "due now" if feed.next_try <= now else f"next in {span(feed.next_try - now)}"
    yield feed_name(feed)
    yield " · ".join((success, "ended" if feed.ended else due, f"{status.arrived:,} new today", _newest(status, now)))
    if feed.words:
        yield word_line(feed.words)
    if feed.failure:
        times = "" if feed.ended else f" ({counted(feed.failures, 'failure')} in a row)"
        yield folded(f"fails: {feed.failure.rstrip('.')}{times}.")


def _newest(status: FeedStatus, now: dt.datetime) -> str:
    if status.newest is None:
        return "no dated article"
    published = dt.datetime.fromisoformat(status.newest)
    if len(status.newest) == len("2026-11-28"):
        days = (now.date() - published.date()).days
        return f"newest article {counted(days, 'day')} old" if days > 0 else "newest article of today"
    aware = published if published.tzinfo else published.replace(tzinfo=dt.UTC)
    return f"newest article {span(now - aware)} old"


def word_line(words: WordFilter) -> str:
    """Returns which words an article must or must not hold."""
    must = f"must hold one of: {', '.join(words.must)}" if words.must else ""
    must_not = f"must not hold: {', '.join(words.must_not)}" if words.must_not else ""
    return folded(" · ".join(filter(None, (must, must_not))))


def preview_lines(found: FoundFeed, entries: Iterable[Preview]) -> Iterator[str]:
    """Yields what a feed would bring."""
    count = len(found.feed.entries)
    title = f"{found.feed.title}: " if found.feed.title else ""
    example = ", for example:" if count else "."
    yield folded(f"{title}{count:,} {'entry' if count == 1 else 'entries'}") + example
    for entry in entries:
        date = (entry.published or "no date")[:10]
        yield f"{date:10}  {folded(entry.title)}{'' if entry.passes else ' (its words are filtered out)'}"


def preview_json(found: FoundFeed, entries: Iterable[Preview], *, added: bool) -> dict[str, object]:
    """Returns what a feed would bring, and whether it was added, for programs."""
    told = {"address": found.address, "title": found.feed.title, "site": found.feed.site, "added": added}
    return told | {"entries": [asdict(entry) for entry in entries], "others": list(found.others)}


def summary(refreshed: Sequence[Refreshed]) -> str:
    """Returns one line on a round: "12 feeds read: 3 new, 40 unchanged, 1 refused (...); 1 failed."."""
    counts: Counter[str] = Counter()
    for each in refreshed:
        counts.update(each.counts)
    shown = [f"{counts[name]:,} {name}" for name in _OUTCOMES if counts[name] or name in {"new", "unchanged"}]
    reasons = list(chain.from_iterable(each.refused for each in refreshed))
    failed = sum(each.failure is not None for each in refreshed)
    left = sum(map(attrgetter("left"), refreshed))
    parts = [f"{counted(len(refreshed) - failed, 'feed')} read: {', '.join(shown)}"]
    parts += [f"refused: {'; '.join(reasons[:_REASONS])}"] if reasons else []
    parts += [f"{failed:,} failed"] if failed else []
    parts += [f"{left:,} wait for the next time"] if left else []
    return folded("; ".join(parts)).rstrip(".") + "."


def log_line(line: LoggedDelivery) -> str:
    """Returns what became of an entry, on one line."""
    own = "" if line.full_text or line.outcome in {"refused", "filtered"} else " (the feed's own text)"
    reason = f": {line.reason}" if line.reason else ""
    name = line.title or line.address or "an entry without a title"
    return f"{line.at:%Y-%m-%d %H:%M}  {line.outcome:9}  {folded(f'{name}{own}{reason}')}"


def failing_line(feed: Feed) -> str:
    """Returns what is said once of a feed that keeps failing."""
    if feed.ended:
        return folded(f"The feed {feed_name(feed)} has ended: {(feed.failure or '').rstrip('.')}.")
    times = counted(feed.failures, "time")
    return folded(f"The feed {feed_name(feed)} failed {times} in a row: {(feed.failure or '').rstrip('.')}.")


# The same as JSON


def status_json(status: FeedStatus) -> dict[str, object]:
    """Returns how a feed goes, as `byline feed list --json` prints it."""
    feed = status.feed
    return {
        "library": feed.library,
        "address": feed.address,
        "title": feed.title,
        "site": feed.site,
        "must": list(feed.words.must),
        "must_not": list(feed.words.must_not),
        "last_success": feed.last_success.isoformat(timespec="seconds") if feed.last_success else None,
        "next_try": None if feed.ended else feed.next_try.isoformat(timespec="seconds"),
        "failures": feed.failures,
        "failure": feed.failure,
        "ended": feed.ended,
        "new_today": status.arrived,
        "newest": status.newest,
    }


def outcome_json(refreshed: Refreshed) -> dict[str, object]:
    """Returns how reading a feed went, as `byline feed refresh --json` prints it."""
    counts = {name: refreshed.counts[name] for name in _OUTCOMES}  # type: ignore[index]  # the names are outcomes
    about = {"library": refreshed.feed.library, "address": refreshed.feed.address}
    return about | counts | {"reasons": refreshed.refused, "failure": refreshed.failure, "left": refreshed.left}
