"""A feed is read: what is new in it becomes articles, each with its entry by one transaction.

The text is that of the entry's page, or where the page cannot be had the feed's own, whose source is then the feed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from retrieval.errors import FetchFailed, SourceError
from retrieval.feeds.schedule import after_failure, after_success
from retrieval.feeds.words import holds, passes
from retrieval.sources.feeds import read_feed
from retrieval.sources.markup import text_of
from retrieval.sources.rows import checked_article
from retrieval.store.feeds import Delivery
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.sources.feed_entries import FeedEntry, ParsedFeed
    from retrieval.sources.fetch import Fetched
    from retrieval.store.feeds import Feed, Feeds, KnownEntry, Outcome

MOST_AT_ONCE = 100  # entries of a feed that are read in one go; the rest waits for the next
_MOST_TRIES = 4  # of a page that cannot be had for now
_BETWEEN_TRIES = dt.timedelta(minutes=20)  # doubled with each
_READ_AGAIN = dt.timedelta(hours=1)  # after which an entry that was changed is read again
_GONE = 410
_AS_IT_WAS = 304
_TITLE = 200  # characters of a text that stand for its title
_ENDED = "it is gone for good, says its server (410), and is not read any more"


class Get(Protocol):
    """Fetches an address (`retrieval.sources.fetch.Fetcher.get`)."""

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
        waits = self.feeds.waits_for_pages(feed)  # then its entries are wanted again, though it says the same
        etag, modified = (None, None) if waits else (feed.etag, feed.last_modified)
        try:
            fetched = self.get(feed.address, etag=etag, last_modified=modified)
            if fetched.status == _GONE:
                self.feeds.update(feed, ended=True, failure=_ENDED, failures=feed.failures + 1)
                return Refreshed(feed, failure=_ENDED)
            digest = hashlib.sha256(fetched.body).hexdigest()
            is_same = fetched.status == _AS_IT_WAS or (digest == feed.digest and not waits)
            parsed = None if is_same else self._parsed(fetched)
        except SourceError as error:
            return self.failed(feed, str(error), getattr(error, "retry_after", None))
        if fetched.moved_permanently_to:
            self.feeds.move(feed, fetched.moved_permanently_to)
        refreshed = Refreshed(feed) if parsed is None else self._take(feed, parsed)
        changes: dict[str, object] = {}
        if parsed is not None:
            whole = not refreshed.left  # else the same version is wanted again
            pause = int(parsed.pause.total_seconds()) if parsed.pause else None
            changes = {"title": parsed.title or feed.title, "site": parsed.site or feed.site, "pause": pause}
            changes |= {"digest": digest if whole else None, "etag": fetched.etag if whole else None}
            changes |= {"last_modified": fetched.last_modified if whole else None}
        wished = feed.pause if parsed is None else parsed.pause
        pause_now = max(after_success(wished, self.chance()), dt.timedelta(seconds=fetched.retry_after or 0))
        now = self.now()
        self.feeds.update(
            feed, last_success=now, next_try=now + pause_now, failures=0, failure=None, told=False, **changes
        )
        return refreshed

    def _parsed(self, fetched: Fetched) -> ParsedFeed:
        """Returns a feed; of an index of sitemaps, the entries of all."""
        feed = read_feed(fetched.body, fetched.url, now=self.now())
        for part in feed.parts:
            got = self.get(part)
            feed = replace(feed, entries=feed.entries + read_feed(got.body, got.url, now=self.now()).entries)
        return feed

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
        entries = list(_each_once(parsed.entries))
        changed = [entry for entry in entries if _is_wanted(entry, known.get(entry.id))]
        wanted = [entry for entry in changed if self._is_time(known.get(entry.id))]
        counts: Counter[Outcome] = Counter({"unchanged": len(entries) - len(wanted)})
        refused, done, room = [], 0, MOST_AT_ONCE
        if self.most_articles is not None:
            room = max(0, min(room, self.most_articles - self.feeds.count_articles(feed.library)))
        for done, entry in enumerate(wanted[:room], start=1):
            if self.stop():
                done -= 1  # noqa: PLW2901  (this one was not begun)
                break
            delivery = self._delivery(feed, parsed, entry, known.get(entry.id))
            outcome = self.feeds.deliver(feed, delivery, known.get(entry.id), self.now())
            counts.update([outcome] if outcome else [])
            if outcome == "refused":
                refused.append(f"{delivery.title or entry.url or entry.id}: {delivery.reason}")
        self.feeds.forget_old(feed, parsed.entries, self.now())
        return Refreshed(feed, counts, tuple(refused), left=len(changed) - done)

    def _is_time(self, known: KnownEntry | None) -> bool:
        """Tells whether an entry that is wanted may be read now, and not only a while after it was last."""
        if known is None:
            return True
        wait = _BETWEEN_TRIES * (1 << (known.tries - 1)) if known.try_again else _READ_AGAIN
        return self.now() - known.at >= wait

    def _delivery(self, feed: Feed, parsed: ParsedFeed, entry: FeedEntry, known: KnownEntry | None) -> Delivery:
        """Returns the article of an entry, or why there is none."""
        title, own = text_of(entry.title), text_of(entry.markup)
        if holds(feed.words.must_not, f"{title}\n{own}"):
            return Delivery(entry, title, filtered=True)
        article, reason, again = None, "it has no page" if entry.address is None else None, False
        try:
            article = self.page(entry.url) if entry.url and entry.address else None
        except SourceError as error:
            reason = str(error)
            again = isinstance(error, FetchFailed) and (known.tries if known else 0) + 1 < _MOST_TRIES
        full = article is not None
        if article is None and not (known and known.full_text):  # what its page once said is more than the feed says
            article = _own_article(feed, parsed, entry, title, own)
        if article is None:
            reason = f"its page cannot be had ({reason}), and the feed has no text of it"
            return Delivery(entry, title, full_text=bool(known and known.full_text), reason=reason, try_again=again)
        if not passes(feed.words, f"{article.title}\n{article.text}"):
            return Delivery(entry, title, filtered=True)
        day_alone = article.dated_by == "address"  # then the feed knows more
        published = (entry.published if day_alone else None) or article.published or entry.published
        article = replace(
            article,
            published=published,
            dated_by=article.dated_by if published == article.published else None,
            byline=article.byline or entry.byline,
            publisher=article.publisher or entry.publisher or parsed.title or None,
        )
        return Delivery(entry, title, article, full_text=full, reason=reason, try_again=again)


def _own_article(feed: Feed, parsed: ParsedFeed, entry: FeedEntry, title: str, text: str) -> Article | None:
    """Returns the article that the feed's own text makes, known by the entry's page; None where it has no text."""
    if not text or text == title:
        return None
    made = Article(
        id=entry.address or f"{feed.address}#{entry.id}",
        title=title or text.partition("\n")[0][:_TITLE],
        text=text,
        byline=entry.byline,
        publisher=entry.publisher or parsed.title or None,
        published=entry.published,
        url=entry.url,
        source=feed.address,
    )
    try:
        return checked_article(made)
    except SourceError:
        return None


def _is_wanted(entry: FeedEntry, known: KnownEntry | None) -> bool:
    """Tells whether an entry is to be read: new, changed in its words, or with a page to be tried again."""
    return known is None or known.try_again or known.fingerprint != entry.fingerprint


def _each_once(entries: tuple[FeedEntry, ...]) -> Iterator[FeedEntry]:
    """Yields the entries of a feed, those that it names twice once."""
    seen: set[str] = set()
    for entry in entries:
        names = {entry.id, entry.address or entry.id}
        if not names & seen:
            yield entry
        seen |= names
