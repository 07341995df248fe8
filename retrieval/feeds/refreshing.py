"""Feeds are read as they become due: what is new becomes articles, each with its entry by one transaction.

The text is that of the entry's page, or where the page cannot be had the feed's own, whose source is then the feed. A
feed is read again soon after a success, later and later after failures, never sooner than it asks; several at a time,
by one process of a data directory at a time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import logging
import queue
import random
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

from retrieval.errors import SourceError, explained
from retrieval.feeds.deliveries import delivery
from retrieval.sources.parsing import worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from retrieval.fetching.fetcher import Fetched
    from retrieval.sources.feeds import FeedEntry, ParsedFeed
    from retrieval.store.feeds import Delivery, Feed, Feeds, KnownEntry, Outcome
    from retrieval.types import Article

MOST_AT_ONCE = 100  # entries of a feed that are read in one go; the rest waits for the next
USUAL = dt.timedelta(minutes=10)  # between two readings of a feed that does not say otherwise
LONGEST = dt.timedelta(days=1)
FAILURES_TOLD = 3  # after which a feed's failing is told
_FIRST_AFTER_FAILURE = dt.timedelta(minutes=5)
_LONGEST_ASKED = dt.timedelta(days=7)  # that a server's Retry-After is heeded
_SPREAD = 0.2  # of a pause, added at most, so that feeds are not all read at once
_BETWEEN_TRIES = dt.timedelta(minutes=20)  # doubled with each
_READ_AGAIN = dt.timedelta(hours=1)  # after which an entry that was changed is read again
_GONE = 410
_AS_IT_WAS = 304
_ENDED = "it is gone for good, says its server (410), and is not read any more"
_LOCK = "feeds.lock"
_PARALLEL = 8  # feeds; most wait for their site's turn
_LOOK = 0.2  # seconds between looks at whether to stop
_log = logging.getLogger("byline")


class Get(Protocol):
    """Fetches an address (`retrieval.fetching.fetcher.Fetcher.get`)."""

    def __call__(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched: ...


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How the reading of a feed went.

    Attributes:
        counts: how many of its entries are new, changed, ...
        refused: for each entry that was refused, its title and why.
        failure: why the feed itself could not be read, in one sentence.
        left: how many new or changed entries wait for a later time.
    """

    feed: Feed
    counts: Counter[Outcome] = field(default_factory=Counter)
    refused: tuple[str, ...] = ()
    failure: str | None = None
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Version:
    """What a feed's address gave; `parsed` is None where it says the same as the last time, or nothing any more."""

    fetched: Fetched
    digest: str
    parsed: ParsedFeed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresher:
    """Reads feeds. May be used by several threads, each with a feed of its own.

    Attributes:
        feeds: what is known of them.
        get: fetches a feed.
        page: fetches a page and makes its article; raises SourceError.
        now: the time.
        chance: in 0..1, by which feeds are not all read at once.
        stop: tells that no further entry is to be begun.
        most_articles: that a library may hold; what is new beyond it waits until there is room.
    """

    feeds: Feeds
    get: Get
    page: Callable[[str], Article]
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    chance: Callable[[], float] = random.random
    stop: Callable[[], bool] = lambda: False
    most_articles: int | None = None

    def refresh(self, feed: Feed) -> Refreshed:
        """Reads a feed and its new entries, and writes down when it is due again."""
        try:
            version = self._version(feed)
        except SourceError as error:
            return self.failed(feed, str(error), getattr(error, "retry_after", None))
        if version.fetched.status == _GONE:
            self.feeds.update(feed, ended=True, failure=_ENDED, failures=feed.failures + 1)
            return Refreshed(feed, failure=_ENDED)
        if version.fetched.moved_permanently_to:
            self.feeds.move(feed, version.fetched.moved_permanently_to)
        refreshed = Refreshed(feed) if version.parsed is None else self._take(feed, version.parsed)
        self._succeeded(feed, version, wants_more=bool(refreshed.left))
        return refreshed

    def _version(self, feed: Feed) -> _Version:
        """Fetches a feed; of an index of sitemaps, the entries of all.

        Raises:
            SourceError: it cannot be fetched, or is no feed.
        """
        waits = self.feeds.waits_for_pages(feed)  # then its entries are wanted again, though it says the same
        etag, modified = (None, None) if waits else (feed.etag, feed.last_modified)
        fetched = self.get(feed.address, etag=etag, last_modified=modified)
        digest = hashlib.sha256(fetched.body).hexdigest()
        if fetched.status in {_AS_IT_WAS, _GONE} or (digest == feed.digest and not waits):
            return _Version(fetched, digest)
        parsed = worker().read_feed(fetched.body, fetched.url, now=self.now())
        return _Version(fetched, digest, with_parts(self.get, parsed, now=self.now()))

    def _succeeded(self, feed: Feed, version: _Version, *, wants_more: bool) -> None:
        """Writes down what was read.

        A version of which something is left is wanted again, as if it were new, and so is an index of sitemaps, which
        may be as it was while its sitemaps are not.
        """
        fetched, parsed, now = version.fetched, version.parsed, self.now()
        wished = feed.pause if parsed is None else parsed.pause
        pause = max(after_success(wished, self.chance()), dt.timedelta(seconds=fetched.retry_after or 0))
        changes: dict[str, object] = {}
        if parsed is not None:
            changes = {"title": parsed.title or feed.title, "site": parsed.site or feed.site}
            changes |= {"pause": int(wished.total_seconds()) if wished else None}
            same = {"digest": version.digest, "etag": fetched.etag, "last_modified": fetched.last_modified}
            changes |= dict.fromkeys(same) if wants_more or parsed.parts else same
        self.feeds.update(feed, last_success=now, next_try=now + pause, failures=0, failure=None, told=False, **changes)

    def failed(self, feed: Feed, failure: str, retry_after: float | None = None) -> Refreshed:
        """Writes down that a feed could not be read, and why."""
        failures, now = feed.failures + 1, self.now()
        asked = dt.timedelta(seconds=retry_after) if retry_after else None
        pause = after_failure(failures, asked, self.chance())
        self.feeds.update(feed, failures=failures, failure=failure, next_try=now + pause)
        return Refreshed(feed, failure=failure)

    def _take(self, feed: Feed, parsed: ParsedFeed) -> Refreshed:
        """Takes in what is new or changed, an entry at a time."""
        known = self.feeds.known(feed, parsed.entries)
        entries = parsed.distinct
        changed = [entry for entry in entries if _is_changed(entry, known.get(entry.id))]
        wanted = [entry for entry in changed if _is_time(known.get(entry.id), self.now())]
        done: list[tuple[Delivery, Outcome | None]] = []
        for entry in wanted[: self._room(feed)]:
            if self.stop():
                break
            made = delivery(feed, parsed, entry, known.get(entry.id), self.page)
            done.append((made, self.feeds.deliver(feed, made, known.get(entry.id), self.now())))
        self.feeds.forget_old(feed, parsed.entries, self.now())
        counts: Counter[Outcome] = Counter({"unchanged": len(entries) - len(wanted)})
        counts.update(filter(None, (outcome for _, outcome in done)))
        refused = (f"{made.name}: {made.reason}" for made, outcome in done if outcome == "refused")
        return Refreshed(feed, counts, tuple(refused), left=len(changed) - len(done))

    def _room(self, feed: Feed) -> int:
        """Returns how many entries may be taken in at once."""
        if self.most_articles is None:
            return MOST_AT_ONCE
        return max(0, min(MOST_AT_ONCE, self.most_articles - self.feeds.count_articles(feed.library)))


def _is_changed(entry: FeedEntry, known: KnownEntry | None) -> bool:
    """Tells whether an entry is to be read: new, changed in its words, or with a page to be tried again."""
    return known is None or known.try_again or known.fingerprint != entry.fingerprint


def _is_time(known: KnownEntry | None, now: dt.datetime) -> bool:
    """Tells whether an entry that is to be read may be now, and not only a while after it was last."""
    if known is None:
        return True
    wait = _BETWEEN_TRIES * (1 << (known.tries - 1)) if known.try_again else _READ_AGAIN
    return now - known.at >= wait


def with_parts(get: Get, feed: ParsedFeed, *, now: dt.datetime | None = None) -> ParsedFeed:
    """Returns a feed; of an index of sitemaps with the entries of those of them that can be read.

    Raises:
        SourceError: none of them can, or none holds news.
    """
    entries, failure = feed.entries, SourceError("its sitemaps name other sitemaps; give the address of one with news")
    for part in feed.parts:
        try:
            got = get(part)
            entries += worker().read_feed(got.body, got.url, now=now).entries
        except SourceError as error:
            failure = error
    if feed.parts and not entries:
        raise failure
    return replace(feed, entries=entries)


def after_success(wished: dt.timedelta | None, chance: float) -> dt.timedelta:
    """Returns how long to leave a feed alone that was read.

    Args:
        wished: what the feed asks for (<ttl>, sy:updatePeriod), which is heeded up to a day.
        chance: in 0..1, where in the spread it falls.
    """
    return min(max(wished or USUAL, USUAL), LONGEST) * (1 + _SPREAD * chance)


def after_failure(failures: int, retry_after: dt.timedelta | None, chance: float) -> dt.timedelta:
    """Returns how long to leave a feed alone that could not be read: minutes at first, doubled up to a day.

    Args:
        failures: how many there were in a row, this one included.
        retry_after: what the server asks for; the pause is no shorter.
        chance: in 0..1, where in the spread it falls.
    """
    doubled = min(_FIRST_AFTER_FAILURE * (1 << min(failures - 1, 10)), LONGEST)
    asked = min(retry_after or dt.timedelta(), _LONGEST_ASKED)
    return max(doubled, asked) * (1 + _SPREAD * chance)


@contextlib.contextmanager
def the_only_reader(directory: Path) -> Iterator[bool]:
    """Tells whether this process may read the feeds of a data directory; none other may meanwhile.

    The system drops the lock of a process that dies.
    """
    lock = FileLock(directory / _LOCK, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def refresh_all(refresher: Refresher, feeds: Sequence[Feed]) -> Iterator[Refreshed]:
    """Reads feeds, and yields how it went with each as it ends; ends itself as soon as it is told to stop.

    A feed that fails in whatever way stops no other.
    """
    waiting: queue.SimpleQueue[Feed] = queue.SimpleQueue()
    done: queue.SimpleQueue[Refreshed] = queue.SimpleQueue()
    for feed in feeds:
        waiting.put(feed)

    def work() -> None:
        with contextlib.suppress(queue.Empty):
            while not refresher.stop():
                done.put(_refreshed(refresher, waiting.get_nowait()))

    for _ in range(min(_PARALLEL, len(feeds))):  # daemons: one that waits for a slow site keeps no process from ending
        threading.Thread(target=work, name="feeds", daemon=True).start()
    left = len(feeds)
    while left and not refresher.stop():
        with contextlib.suppress(queue.Empty):
            yield done.get(timeout=_LOOK)
            left -= 1


def _refreshed(refresher: Refresher, feed: Feed) -> Refreshed:
    try:
        return refresher.refresh(feed)
    except Exception as error:  # noqa: BLE001  (a full disk, a mistake in a parser: the others are read)
        if refresher.stop():  # the process ends, and the database is closed
            return Refreshed(feed)
        told = str(explained(error, "a feed could not be read"))
        with contextlib.suppress(Exception):
            return refresher.failed(feed, told)
        return Refreshed(feed, failure=told)
