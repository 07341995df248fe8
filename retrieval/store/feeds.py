"""The feeds of each library: how their reading went, and what they told of, each entry once.

Any process may read and write them. An entry and its article come in by one transaction, so that a process that is
killed in the middle of a feed loses nothing and doubles nothing: what it had not come to is new to the next.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from retrieval.store.articles import as_known, stage_article
from retrieval.store.database import MOST_VARIABLES, batched, seal, writing
from retrieval.store.quotes import quotes_of
from retrieval.store.tables import READY, SEALED_OF_FEEDS, STANDS, STORED, StoredArticle, articles, stored_article
from retrieval.store.tables import feed_entries as _entries
from retrieval.store.tables import feeds as _feeds
from retrieval.types import StoredQuote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.sources.feeds import FeedEntry
    from retrieval.types import Article, Quote

Outcome = Literal["new", "changed", "unchanged", "refused", "filtered"]
_KEPT = dt.timedelta(days=180)  # that an entry is remembered after its feed has let go of it


@dataclass(frozen=True, slots=True)
class WordFilter:
    """Which articles a feed brings: those that hold one of `must`, where there are any, and none of `must_not`."""

    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.must or self.must_not)


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that is read again and again for one library.

    Attributes:
        etag, last_modified: what its server called the last version that was read to the end.
        digest: a hash of that version.
        pause: how long it wishes to be left alone; None where it does not say.
        next_try: when it is due.
        failures: in a row, up to now; `failure` is the last, in one sentence.
        told: whether who runs Byline was told that it fails.
        ended: it is gone for good, and not read any more.
        former: the addresses that it had before it moved for good, the last last.
    """

    key: int
    library: str
    address: str
    title: str
    site: str | None
    words: WordFilter
    added: dt.datetime
    next_try: dt.datetime
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    pause: dt.timedelta | None = None
    last_success: dt.datetime | None = None
    failures: int = 0
    failure: str | None = None
    told: bool = False
    ended: bool = False
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """A feed with what it brought: articles since a moment, and the date of its newest; None where none has a date."""

    feed: Feed
    arrived: int
    newest: str | None


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry that was looked at. `try_again`: its page could not be had, and may be had later.

    `full_text`: its article is stored with the text of its page.
    """

    id: str
    fingerprint: str
    tries: int
    full_text: bool
    try_again: bool
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of an entry: an article, or the reason why none.

    `full_text` tells that the text is that of its page, not the feed's own; `reason` then tells why not.
    """

    entry: FeedEntry
    title: str
    article: Article | None = None
    full_text: bool = False
    reason: str | None = None
    filtered: bool = False
    try_again: bool = False

    @property
    def name(self) -> str:
        """Its title, or what the feed calls it."""
        return self.title or self.entry.id


@dataclass(frozen=True, slots=True)
class LoggedDelivery:
    """A line of the log of deliveries; `feed` is its address."""

    at: dt.datetime
    feed: str
    title: str
    address: str | None
    outcome: Outcome
    full_text: bool
    reason: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article that a feed brought, and that is ready to be asked about, with what it quotes."""

    feed: int
    entry: str
    article: StoredArticle
    quotes: tuple[StoredQuote, ...] = ()


class Feeds:
    """Reads and writes the feeds. Each writing method is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    # Which feeds there are

    def add(
        self, library: str, address: str, *, title: str, site: str | None, words: WordFilter, now: dt.datetime
    ) -> Feed:
        """Adds a feed, due at once; of one that is there already, or was, changes the words that it is filtered by."""
        there = self.of([library])
        moved = (feed.address for feed in there if address in feed.former)
        address = address if any(feed.address == address for feed in there) else next(moved, address)
        same = sa.and_(_feeds.c.library == library, _feeds.c.address == address)
        filtered = {"must": list(words.must), "must_not": list(words.must_not)}
        with self._writer.begin() as connection:
            if not connection.execute(_feeds.update().where(same).values(**filtered)).rowcount:
                connection.execute(
                    _feeds.insert().values(
                        library=library,
                        address=address,
                        title=title,
                        site=site,
                        added=_stamp(now),
                        next_try=_stamp(now),
                        failures=0,
                        ended=False,
                        told=False,
                        **filtered,
                    )
                )
            _seal(connection, same)
            return _feed(connection.execute(sa.select(_feeds).where(same)).one())

    def remove(self, feed: Feed) -> None:
        """Removes a feed and what is remembered of its entries; its articles stay."""
        with self._writer.begin() as connection:
            connection.execute(_feeds.delete().where(_feeds.c.key == feed.key))

    def of(self, libraries: Sequence[str] | None = None) -> list[Feed]:
        """Returns the feeds of some libraries, or all, in the order in which they were added."""
        return self._feeds(*([] if libraries is None else [_feeds.c.library.in_(libraries)]))

    def due(self, now: dt.datetime) -> list[Feed]:
        """Returns the feeds that are to be read by then."""
        return self._feeds(~_feeds.c.ended, _feeds.c.next_try <= _stamp(now))

    def failing(self, failures: int) -> list[Feed]:
        """Returns those that failed so often in a row, or have ended, and of which nobody was told yet."""
        return self._feeds(~_feeds.c.told, sa.or_(_feeds.c.failures >= failures, _feeds.c.ended))

    def _feeds(self, *conditions: sa.ColumnElement[bool]) -> list[Feed]:
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_feeds).where(*conditions).order_by(_feeds.c.key))
            return [_feed(row) for row in rows]

    def status(self, libraries: Sequence[str], since: dt.datetime) -> list[FeedStatus]:
        """Returns the feeds of some libraries, each with how many articles it brought since then, and its newest."""
        arrived = sa.func.count().filter(_entries.c.arrived >= _stamp(since))
        newest = sa.func.max(articles.c.published)
        query = (
            sa.select(_feeds.c.key, arrived, newest)
            .join(_entries, _entries.c.feed == _feeds.c.key)
            .join(
                articles,
                sa.and_(articles.c.library == _feeds.c.library, articles.c.id == _entries.c.article, STANDS),
                isouter=True,
            )
            .where(_feeds.c.library.in_(libraries))
            .group_by(_feeds.c.key)
        )
        with self._engine.connect() as connection:
            brought = {key: (count, newest) for key, count, newest in connection.execute(query)}
        return [FeedStatus(feed, *brought.get(feed.key, (0, None))) for feed in self.of(libraries)]

    # How reading one goes

    def update(self, feed: Feed, **values: Any) -> None:  # noqa: ANN401  (columns of the table)
        """Writes down how the reading of a feed went; moments are written as text."""
        written = {name: _stamp(value) if isinstance(value, dt.datetime) else value for name, value in values.items()}
        with self._writer.begin() as connection:
            connection.execute(_feeds.update().where(_feeds.c.key == feed.key).values(**written))

    def move(self, feed: Feed, address: str) -> bool:
        """Writes down where a feed has moved for good; returns False where its library has another feed there."""
        there = sa.exists().where(_feeds.c.library == feed.library, _feeds.c.address == address)
        with self._writer.begin() as connection:
            former = [*dict.fromkeys(one for one in (*feed.former, feed.address) if one != address)]
            moved = _feeds.update().where(_feeds.c.key == feed.key, ~there).values(address=address, former=former)
            if not connection.execute(moved).rowcount:
                return False
            _seal(connection, _feeds.c.key == feed.key)
            return True

    def known(self, feed: Feed, entries: Iterable[FeedEntry]) -> dict[str, KnownEntry]:
        """Returns by the id of the entry what is known of each: by its id in this feed, else by its address.

        An address counts in all feeds of the library, so that two feeds of one site bring an article once.
        """
        names = ("id", "address", "fingerprint", "tries", "full_text", "try_again", "at", "feed")
        query = sa.select(*(_entries.c[name] for name in names)).join(_feeds).where(_feeds.c.library == feed.library)
        found: dict[str, KnownEntry] = {}
        with self._engine.connect() as connection:
            for some in batched(entries, MOST_VARIABLES // 2):
                own = sa.and_(_entries.c.feed == feed.key, _entries.c.id.in_([entry.id for entry in some]))
                addresses = [entry.address for entry in some if entry.address]
                rows = connection.execute(query.where(sa.or_(own, _entries.c.address.in_(addresses)))).all()
                found |= _known(feed, some, rows)
        return found

    def waits_for_pages(self, feed: Feed) -> bool:
        """Tells whether the page of an entry is to be tried again."""
        query = sa.select(sa.exists().where(_entries.c.feed == feed.key, _entries.c.try_again))
        with self._engine.connect() as connection:
            return bool(connection.execute(query).scalar_one())

    def deliver(self, feed: Feed, delivery: Delivery, known: KnownEntry | None, now: dt.datetime) -> Outcome | None:
        """Stores an entry with its article, as pending; returns what that changed, None where the feed was removed."""
        entry, article = delivery.entry, delivery.article
        with self._writer.begin() as connection:
            if connection.execute(sa.select(_feeds.c.key).where(_feeds.c.key == feed.key)).first() is None:
                return None
            outcome: Outcome = "filtered" if delivery.filtered else "refused"
            if article is not None:
                article = as_known(connection, feed.library, article)
                outcome = stage_article(connection, feed.library, article)
            same = sa.and_(_entries.c.feed == feed.key, _entries.c.id == (known.id if known else entry.id))
            values = {
                "address": entry.address,
                "title": delivery.title,
                "fingerprint": entry.fingerprint,
                "outcome": outcome,
                "full_text": delivery.full_text,
                "reason": delivery.reason,
                "tries": (known.tries if known else 0) + 1,
                "try_again": delivery.try_again,
                "at": _stamp(now),
            }
            values |= {"article": article.id} if article else {}
            values |= {"arrived": _stamp(now), "announced": False} if outcome == "new" else {}
            if not connection.execute(_entries.update().where(same).values(**values)).rowcount:
                first = {"feed": feed.key, "id": entry.id, "announced": True}
                connection.execute(_entries.insert().values(**first | values))
        return outcome

    def count_articles(self, library: str) -> int:
        """Returns how many articles a library has, ready or waiting."""
        query = sa.select(sa.func.count(articles.c.id.distinct())).where(articles.c.library == library, STANDS)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def forget_old(self, feed: Feed, entries: Iterable[FeedEntry], now: dt.datetime) -> None:
        """Forgets the entries that the feed has let go of long ago."""
        old = sa.and_(_entries.c.feed == feed.key, _entries.c.at < _stamp(now - _KEPT))
        with self._engine.connect() as connection:
            ids = set(connection.execute(sa.select(_entries.c.id).where(old)).scalars())
        gone = ids - {entry.id for entry in entries}
        with self._writer.begin() as connection:
            for some in batched(gone, MOST_VARIABLES):
                connection.execute(_entries.delete().where(_entries.c.feed == feed.key, _entries.c.id.in_(some)))

    # What came in

    def log(self, libraries: Sequence[str], limit: int, feed: Feed | None = None) -> list[LoggedDelivery]:
        """Returns what became of the entries of some libraries, or of one feed, the last first."""
        names = ("title", "address", "outcome", "full_text", "reason", "article")
        query = (
            sa.select(_entries.c.at, _feeds.c.address, *(_entries.c[name] for name in names))
            .join(_feeds)
            .where(_feeds.c.library.in_(libraries), *([_feeds.c.key == feed.key] if feed else []))
            .order_by(_entries.c.at.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [LoggedDelivery(dt.datetime.fromisoformat(at), *row) for at, *row in connection.execute(query)]

    def to_announce(self, library: str, limit: int) -> list[Arrival]:
        """Returns the articles that came into a library, are ready, and were not announced, the first first."""
        query = (
            sa.select(_entries.c.feed, _entries.c.id, *STORED.selected_columns)
            .join(_feeds, _feeds.c.key == _entries.c.feed)
            .join(articles, sa.and_(articles.c.library == _feeds.c.library, articles.c.id == _entries.c.article, READY))
            .where(_feeds.c.library == library, ~_entries.c.announced)
            .order_by(_entries.c.arrived, _entries.c.id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            came = [(feed, entry, stored_article(row)) for feed, entry, *row in connection.execute(query)]
        quoted = quotes_of(self._engine, [stored.key for _, _, stored in came])
        return [Arrival(feed, entry, stored, _said(stored, quoted[stored.key])) for feed, entry, stored in came]

    def announced(self, arrivals: Iterable[Arrival]) -> None:
        """Writes down that nothing more is to be said of these."""
        with self._writer.begin() as connection:
            for arrival in arrivals:
                this = sa.and_(_entries.c.feed == arrival.feed, _entries.c.id == arrival.entry)
                connection.execute(_entries.update().where(this).values(announced=True))

    def announced_all(self, library: str) -> None:
        """Writes down that nothing is to be said of what came into a library until now."""
        of_library = sa.select(_feeds.c.key).where(_feeds.c.library == library)
        with self._writer.begin() as connection:
            connection.execute(_entries.update().where(_entries.c.feed.in_(of_library)).values(announced=True))


def _seal(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    """Seals a feed as it is stored now."""
    chosen = connection.execute(
        sa.select(*(sa.type_coerce(_feeds.c[name], sa.Text) for name in SEALED_OF_FEEDS)).where(which)
    )
    connection.execute(_feeds.update().where(which).values(seal=seal(tuple(chosen.one()))))


def _feed(row: sa.Row[Any]) -> Feed:
    moment = dt.datetime.fromisoformat
    return Feed(
        key=row.key,
        library=row.library,
        address=row.address,
        title=row.title,
        site=row.site,
        words=WordFilter(tuple(row.must), tuple(row.must_not)),
        added=moment(row.added),
        next_try=moment(row.next_try),
        etag=row.etag,
        last_modified=row.last_modified,
        digest=row.digest,
        pause=None if row.pause is None else dt.timedelta(seconds=row.pause),
        last_success=moment(row.last_success) if row.last_success else None,
        failures=row.failures,
        failure=row.failure,
        told=row.told,
        ended=row.ended,
        former=tuple(row.former or ()),
    )


def _known(feed: Feed, entries: Sequence[FeedEntry], rows: Sequence[sa.Row[Any]]) -> dict[str, KnownEntry]:
    """Returns what rows tell of entries; what another feed says of an article is that feed's to follow."""
    by_id = {row.id: row for row in rows if row.feed == feed.key}
    by_address = {row.address: row for row in rows}
    found = {}
    for entry in entries:
        row = by_id.get(entry.id) or (by_address.get(entry.address) if entry.address else None)
        if row is not None:
            at, is_own = dt.datetime.fromisoformat(row.at), row.feed == feed.key
            known = KnownEntry(row.id, row.fingerprint, row.tries, row.full_text, row.try_again, at)
            found[entry.id] = known if is_own else replace(known, fingerprint=entry.fingerprint, try_again=False)
    return found


def _stamp(moment: dt.datetime) -> str:
    """Returns a moment as text that sorts by time."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _said(stored: StoredArticle, quoted: Sequence[Quote]) -> tuple[StoredQuote, ...]:
    """Returns quotations of an article with it, but for those of which it says that they were not said."""
    own = (quote for quote in quoted if not quote.denied)
    return tuple(StoredQuote(stored.library, stored.key, stored.article, quote) for quote in own)
