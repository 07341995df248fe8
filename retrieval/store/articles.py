"""The articles by revision and state, the truth: what may be read of them, library by library, and how they change.

Any process may read, stage and withdraw; only the owner of the indexes publishes and purges (see `library`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from retrieval.errors import LibraryError, SourceError, UnknownArticle
from retrieval.sources.validation import article_address, with_or_without_www
from retrieval.store.backup import remove_old_backups
from retrieval.store.database import (
    MOST_VARIABLES,
    Schema,
    batched,
    checkpoint,
    directory_of,
    migrate,
    newest_key,
    open_database,
    open_postgres,
    writing,
)
from retrieval.store.revisions import forget, keep_replaced
from retrieval.store.tables import (
    CONTENT,
    FIELDS,
    LISTED,
    PENDING,
    READY,
    STANDS,
    STORED,
    ListedArticle,
    Listing,
    RetiredArticle,
    StoredArticle,
    metadata,
    passing,
    stamp,
    stored_article,
)
from retrieval.store.tables import articles as _articles
from retrieval.store.tables import facts as _facts
from retrieval.store.tables import feeds as _feeds
from retrieval.store.tables import passages as _passages
from retrieval.store.tables import revisions as _revisions
from retrieval.store.tables import unanswered as _unanswered
from retrieval.types import Article, Filters, Passage, PassageRef, encodable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any
__all__ = [
    "FINGERPRINT",
    "SCHEMA",
    "Articles",
    "ListedArticle",
    "Listing",
    "Page",
    "RetiredArticle",
    "Staged",
    "StoredArticle",
    "as_known",
    "digest",
    "metadata",
    "open_engine",
    "stage_article",
]

SCHEMA = "0011"
ARTICLES = Schema("retrieval:store/migrations", SCHEMA, "alembic_version")
TOP = "."  # the name of indexes that stand in the data directory itself
_TOLD_ELSEWHERE = ("published", "byline", "publisher")
_INDEX, _MARK = "index", "index mark"  # facts: the folder of the indexes in use, and what they were last marked by
FINGERPRINT = "fingerprint"  # the fact that names how the indexes were made; missing while they are new or rebuilt
Staged = Literal["new", "changed", "unchanged"]
_HOW_IT_CAME = {"fetched", "page_hash"}
_LATER = {"updated", "dated_by"}  # fields that older articles have not, whose digests are kept as they were
_MOST_WORDS = 20  # of a search: each is a condition of its own, and SQLite takes no more than a thousand deep
_NEWEST_FIRST = (_articles.c.published.desc().nulls_last(), _articles.c.library, _articles.c.id, _articles.c.key)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the articles that were found, and how many there are in all."""

    rows: tuple[ListedArticle, ...]
    total: int


def digest(article: Article) -> str:
    """Returns a hash of all that is shown of an article; where it was read from may change without changing it."""
    content = {name: value for name, value in asdict(article).items() if value is not None or name not in _LATER}
    content = {name: value for name, value in content.items() if name not in _HOW_IT_CAME} | {"source": None}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def open_engine(directory: Path, url: str | None = None) -> sa.Engine:
    """Opens the database of a data directory, with the article tables brought to SCHEMA.

    Args:
        directory: the data directory.
        url: of the PostgreSQL database that it has instead of a file.

    Raises:
        LibraryError: the file is not a database, or a newer Byline made it.
    """
    if url is not None:
        engine = open_postgres(url, directory)
        migrate(engine, ARTICLES)
        return engine
    file = directory / "articles.sqlite3"
    if not (file.exists() and file.stat().st_size) and any(
        found for pattern in ("vectors", "index-*/vectors") for found in directory.glob(f"{pattern}/chroma.sqlite3")
    ):
        raise LibraryError(
            f"{file} is missing or empty, though the indexes of its articles are there: bring it back from a backup "
            f"(`byline restore FILE --data-dir` an empty directory), or move {directory} away to begin anew."
        )
    engine = open_database(directory)
    migrate(engine, ARTICLES)
    remove_old_backups(directory)
    return engine


class Articles:
    """Reads and writes the article tables. Each writing method is one transaction."""

    def __init__(self, engine: sa.Engine, *, copied_from: Path | None = None) -> None:
        """Takes an engine of `open_engine`; `copied_from` is the data directory that could not be written, if so."""
        self.engine = engine
        self.copied_from = copied_from
        self._writer = writing(engine)

    def close(self) -> None:
        """Closes the database."""
        self.engine.dispose()

    @property
    def directory(self) -> Path:
        """The data directory."""
        return directory_of(self.engine)

    # What may be read by those who ask, of the libraries that they name

    def get(self, library: str, article_id: str) -> Article:
        """Returns the article as it stands: the ready revision, or else the pending one.

        Raises:
            UnknownArticle: there is none.
        """
        query = (
            sa.select(*CONTENT)
            .where(_articles.c.library == library, _articles.c.id == article_id, STANDS)
            .order_by(READY.desc(), _articles.c.revision.desc())
        )
        with self.engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise UnknownArticle(
                f"There is no article {article_id!r} in the library {library!r}; `byline articles` lists them."
            )
        return Article(*row)

    def id_of(self, library: str, name: str) -> str:
        """Returns the id of the article that is named by it, or by an address of its page; else the name as it is."""
        names = [name]
        with suppress(SourceError, ValueError):
            address = article_address(name)
            names += [address, with_or_without_www(address)]
        query = sa.select(_articles.c.id).where(_articles.c.library == library, _articles.c.id.in_(names), STANDS)
        with self.engine.connect() as connection:
            known = set(connection.execute(query).scalars())
        return next((one for one in names if one in known), name)

    def by_key(self, libraries: Sequence[str], key: int) -> StoredArticle | None:
        """Returns the revision of that key, while it stands and is in one of the libraries."""
        return self._first(_articles.c.library.in_(libraries), _articles.c.key == key)

    def revision(self, library: str, article_id: str, digest: str) -> StoredArticle | None:
        """Returns the revision of that content, while it stands; its key tells its passages, once it is ready."""
        return self._first(_articles.c.library == library, _articles.c.id == article_id, _articles.c.digest == digest)

    def _first(self, *conditions: sa.ColumnElement[bool]) -> StoredArticle | None:
        with self.engine.connect() as connection:
            row = connection.execute(STORED.where(STANDS, *conditions).order_by(READY.desc())).first()
        return None if row is None else stored_article(row)

    def ready(self, keys: Iterable[int], libraries: Sequence[str], filters: Filters) -> dict[int, StoredArticle]:
        """Returns by key those of the revisions that are ready, in these libraries, and pass the filters."""
        query = STORED.where(_articles.c.library.in_(libraries), READY, *passing(filters))
        with self.engine.connect() as connection:
            return {
                row.key: stored_article(row)
                for some in batched(sorted(set(keys)), MOST_VARIABLES)
                for row in connection.execute(query.where(_articles.c.key.in_(some)))
            }

    def listing(self, libraries: Sequence[str]) -> list[Listing]:
        """Returns all articles that are ready or pending, newest first, undated ones last."""
        query = sa.select(*LISTED).where(_articles.c.library.in_(libraries), STANDS).order_by(*_NEWEST_FIRST)
        with self.engine.connect() as connection:
            return [Listing(*tuple(row)) for row in connection.execute(query)]

    def browse(self, libraries: Sequence[str], words: str = "", *, offset: int = 0, limit: int = 10) -> Page:
        """Returns the articles that hold each of the words in title, byline or publisher, newest first, undated last.

        Case does not matter, and a part of a word is enough. Each article is there once, as it stands: the ready
        revision, or else the pending one.
        """
        ready = _articles.alias()
        has_ready = sa.exists().where(
            ready.c.library == _articles.c.library, ready.c.id == _articles.c.id, ready.c.state == "ready"
        )
        columns = (_articles.c.title, _articles.c.byline, _articles.c.publisher)
        matches = [
            sa.or_(*(column.icontains(word, autoescape=True) for column in columns))
            for word in list(dict.fromkeys(encodable(words).split()))[:_MOST_WORDS]
        ]
        as_it_stands = sa.or_(READY, sa.and_(STANDS, ~has_ready))
        keys = sa.select(_articles.c.key).where(_articles.c.library.in_(libraries), as_it_stands, *matches)
        page = keys.order_by(*_NEWEST_FIRST).offset(offset).limit(limit)
        query = sa.select(*LISTED, _articles.c.key).where(_articles.c.key.in_(page)).order_by(*_NEWEST_FIRST)
        with self.engine.connect() as connection:
            total = connection.execute(sa.select(sa.func.count()).select_from(keys.subquery())).scalar_one()
            return Page(tuple(ListedArticle(*tuple(row)) for row in connection.execute(query)), total)

    def publishers(self, libraries: Sequence[str], prefix: str = "", *, limit: int = 25) -> list[str]:
        """Returns who published the ready articles, by name, where it begins so; case does not matter."""
        name = _articles.c.publisher
        query = (
            sa.select(name)
            .where(_articles.c.library.in_(libraries), READY, name.istartswith(encodable(prefix), autoescape=True))
            .distinct()
            .order_by(name)
            .limit(limit)
        )
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def latest(self, libraries: Sequence[str], limit: int) -> list[tuple[str, Article]]:
        """Returns ready articles with their libraries, newest first, undated ones last; each text once."""
        order = (_articles.c.published.desc().nulls_last(), _articles.c.key)
        return self._each_text_once(STORED.where(_articles.c.library.in_(libraries), READY).order_by(*order), limit)

    def arrived(
        self, libraries: Sequence[str], since: dt.datetime, limit: int
    ) -> tuple[list[tuple[str, Article]], int]:
        """Returns the articles, new or changed, that came in since then, as `latest` does, and how many there are."""
        came = sa.and_(_articles.c.library.in_(libraries), READY, _articles.c.added >= stamp(since))
        order = (_articles.c.published.desc().nulls_last(), _articles.c.key.desc())
        return self._each_text_once(STORED.where(came).order_by(*order), limit), self._count_texts(came)

    def count_texts(self, libraries: Sequence[str]) -> int:
        """Returns how many texts the ready articles of these libraries carry."""
        return self._count_texts(READY, _articles.c.library.in_(libraries))

    def _count_texts(self, *conditions: sa.ColumnElement[bool]) -> int:
        texts = sa.func.count(sa.func.coalesce(_articles.c.cluster, _articles.c.key).distinct())
        with self.engine.connect() as connection:
            return connection.execute(sa.select(texts).where(*conditions)).scalar_one()

    def _each_text_once(self, query: sa.Select[Any], limit: int) -> list[tuple[str, Article]]:
        """Returns the first article of each of the first `limit` texts that a query of STORED finds."""
        first: dict[int, StoredArticle] = {}
        with self.engine.connect() as connection:
            for row in connection.execute(query.execution_options(yield_per=limit)):
                stored = stored_article(row)
                first.setdefault(stored.cluster or stored.key, stored)
                if len(first) == limit:
                    break
        return [(stored.library, stored.article) for stored in first.values()]

    def everything_until(self) -> dt.datetime:
        """Returns the moment until which all that came in is ready: now, or when the first that waits was staged."""
        with self.engine.connect() as connection:
            staged = connection.execute(sa.select(sa.func.min(_articles.c.added)).where(PENDING)).scalar()
        return dt.datetime.fromisoformat(staged) if staged else dt.datetime.now(dt.UTC)

    def count(self, state: str, libraries: Sequence[str]) -> int:
        """Returns how many revisions of these libraries are in a state; those that are set aside are in none."""
        return self._count(_in_state(state), _articles.c.library.in_(libraries))

    def _count(self, *conditions: sa.ColumnElement[bool]) -> int:
        with self.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(_articles).where(*conditions)).scalar_one()

    # What any process may change

    def count_passing(self, libraries: Sequence[str], filters: Filters) -> int:
        """Returns how many articles of the libraries can be asked about within the filters."""
        return self._count(READY, _articles.c.library.in_(libraries), *passing(filters))

    def undated(self, libraries: Sequence[str], filters: Filters, *, limit: int) -> tuple[list[str], int]:
        """Returns the first titles of articles that only for want of a date do not pass, and how many there are."""
        if not (filters.since or filters.until):
            return [], 0
        wanted = (
            READY,
            _articles.c.library.in_(libraries),
            _articles.c.published.is_(None),
            *passing(replace(filters, since=None, until=None)),
        )
        titles = sa.select(_articles.c.title).where(*wanted).order_by(_articles.c.key).limit(limit)
        with self.engine.connect() as connection:
            return list(connection.execute(titles).scalars()), self._count(*wanted)

    def stage(self, library: str, articles: Iterable[Article]) -> list[Staged]:
        """Stores new and changed articles as pending; returns one outcome an article, in order."""
        with self._writer.begin() as connection:
            return [stage_article(connection, library, as_known(connection, library, one)) for one in articles]

    def withdraw(self, library: str, ids: Sequence[str]) -> int:
        """Takes articles out at once; returns how many there were. The owner erases what the indexes hold of them."""
        with self._writer.begin() as connection:
            return _withdraw(connection, _articles.c.library == library, _articles.c.id.in_(ids))

    def withdraw_library(self, library: str) -> int:
        """Takes all articles of a library out at once, as `withdraw` does; returns how many there were.

        With them go the questions that they did not answer, and its feeds.
        """
        with self._writer.begin() as connection:
            count = _withdraw(connection, _articles.c.library == library)
            connection.execute(_unanswered.delete().where(_unanswered.c.library == library))
            connection.execute(_feeds.delete().where(_feeds.c.library == library))
        checkpoint(self.engine)
        return count

    # What concerns all libraries together: for the owner and the operator, not for those who ask

    def libraries(self) -> list[str]:
        """Returns the names of all libraries."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(_articles.c.library).distinct().order_by("library")).scalars())

    def count_everywhere(self, state: str) -> int:
        """Returns how many revisions are in a state; those that are set aside are in none."""
        return self._count(_in_state(state))

    def set_aside(self) -> list[Listing]:
        """Returns the articles of all libraries that are neither indexed nor read, each with its reason."""
        query = sa.select(*LISTED).where(STANDS, _articles.c.set_aside.is_not(None)).order_by(*_NEWEST_FIRST)
        with self.engine.connect() as connection:
            return [Listing(*tuple(row)) for row in connection.execute(query)]

    def set_aside_damaged(self, ids: Iterable[tuple[str, str]] | None = None) -> list[tuple[str, str]]:
        """Takes out what is not stored as it was added, as its digest tells; returns the libraries and ids.

        Args:
            ids: libraries and ids of the articles to look at; by default all that are ready.
        """
        query = STORED.add_columns(_articles.c.digest).where(READY)
        if ids is not None:
            query = query.where(sa.tuple_(_articles.c.library, _articles.c.id).in_(list(ids)))
        with self.engine.connect() as connection:
            rows = connection.execute(query.execution_options(yield_per=100))
            read = ((stored_article(row), noted) for *row, noted in rows)
            damaged = [stored for stored, noted in read if digest(stored.article) != noted]
        reason = "its stored text is not what was added: add it again, or restore a backup"
        for stored in damaged:
            self.set_one_aside(stored.key, reason)
        return [(stored.library, stored.article.id) for stored in damaged]

    def let_go_of_damaged_revisions(self) -> list[str]:
        """Erases earlier texts that are not stored as they were, as their digests tell; returns the articles' ids."""
        table = _revisions.c
        query = sa.select(table.library, table.revision, table.digest, *(table[name] for name in FIELDS))
        with self.engine.connect() as connection:
            rows = connection.execute(query.where(table.digest.is_not(None)).execution_options(yield_per=100))
            read = ((library, number, noted, Article(*fields)) for library, number, noted, *fields in rows)
            damaged = [(library, one.id, number) for library, number, noted, one in read if digest(one) != noted]
        if damaged:
            named = sa.tuple_(table.library, table.id, table.revision).in_(damaged)
            with self._writer.begin() as connection:
                connection.execute(_revisions.delete().where(named))
        return [id_ for _, id_, _ in damaged]

    def set_one_aside(self, key: int, reason: str) -> None:
        """Takes an article out of what is indexed and read, until it is added again."""
        with self._writer.begin() as connection:
            connection.execute(
                _articles.update().where(_articles.c.key == key, STANDS).values(state="pending", set_aside=reason)
            )

    def fact(self, name: str) -> str | None:
        """Returns what was noted under a name."""
        with self.engine.connect() as connection:
            return connection.execute(sa.select(_facts.c.value).where(_facts.c.name == name)).scalar()

    def set_fact(self, name: str, value: str) -> None:
        """Notes a value under a name, in place of any that is there."""
        with self._writer.begin() as connection:
            connection.execute(_facts.delete().where(_facts.c.name == name))
            connection.execute(_facts.insert().values(name=name, value=value))

    # What only the owner of the indexes does, or who makes others beside them

    def index_name(self) -> str:
        """Returns the folder of the data directory that holds the indexes in use."""
        return self.fact(_INDEX) or TOP

    def put_into_use(self, name: str) -> None:
        """Names the folder of indexes that are new."""
        self.set_fact(_INDEX, name)

    def index_mark(self) -> str | None:
        """Returns what marks the indexes since they were last changed."""
        return self.fact(_MARK)

    def set_index_mark(self, mark: str) -> None:
        """Marks the indexes as changed."""
        self.set_fact(_MARK, mark)

    def swap_index(self, name: str, mark: str, fingerprint: str, written: Mapping[int, Sequence[Passage]]) -> bool:
        """Puts other indexes into use in one transaction; returns False where they are not those of what is ready now.

        Args:
            name: their folder in the data directory.
            mark: what marks them.
            fingerprint: how they were made.
            written: the passages that they hold, by the keys of their revisions.
        """
        facts = {_INDEX: name, _MARK: mark, FINGERPRINT: fingerprint}
        rows = [{"key": key, "start": one.start, "end": one.end} for key, some in written.items() for one in some]
        with self._writer.begin() as connection:
            if set(connection.execute(sa.select(_articles.c.key).where(READY)).scalars()) != written.keys():
                return False
            connection.execute(_passages.delete())
            if rows:
                connection.execute(_passages.insert(), rows)
            connection.execute(_facts.delete().where(_facts.c.name.in_(facts)))
            connection.execute(_facts.insert(), [{"name": name, "value": value} for name, value in facts.items()])
        return True

    def ready_keys(self) -> set[int]:
        """Returns the keys of all ready revisions."""
        with self.engine.connect() as connection:
            return set(connection.execute(sa.select(_articles.c.key).where(READY)).scalars())

    def of_keys(self, keys: Sequence[int]) -> list[StoredArticle]:
        """Returns those of the revisions that are ready, whatever their library, by key."""
        query = STORED.where(READY, _articles.c.key.in_(keys)).order_by(_articles.c.key)
        with self.engine.connect() as connection:
            return [stored_article(row) for row in connection.execute(query)]

    def ready_passages(self) -> set[PassageRef]:
        """Returns the passages of all ready articles."""
        query = sa.select(_passages).join(_articles).where(READY)
        with self.engine.connect() as connection:
            return {PassageRef(*row) for row in connection.execute(query)}

    def newest(self, limit: int) -> list[StoredArticle]:
        """Returns the ready revisions that were stored last."""
        query = STORED.where(READY).order_by(_articles.c.key.desc()).limit(limit)
        with self.engine.connect() as connection:
            return [stored_article(row) for row in connection.execute(query)]

    def newest_key(self) -> int:
        """Returns the highest key that a revision ever had."""
        with self.engine.connect() as connection:
            return newest_key(connection)

    def pending(self, limit: int) -> list[StoredArticle]:
        """Returns the pending articles that were staged first; one that was begun before comes last, and alone."""
        query = STORED.add_columns(_articles.c.attempts).where(PENDING).order_by(_articles.c.attempts, _articles.c.key)
        with self.engine.connect() as connection:
            rows = [(stored_article(row), tries) for *row, tries in connection.execute(query.limit(limit))]
        return [stored for n, (stored, tries) in enumerate(rows) if not (n and (tries or rows[0][1]))]

    def begin(self, keys: Sequence[int]) -> None:
        """Notes that the indexing of these begins; a process that dies of it leaves the note behind."""
        self._attempt(keys, _articles.c.attempts + 1)

    def end(self, keys: Sequence[int]) -> None:
        """Takes the note back of what was interrupted by something else than the articles."""
        self._attempt(keys, _articles.c.attempts - 1)

    def _attempt(self, keys: Sequence[int], attempts: sa.ColumnElement[int]) -> None:
        with self._writer.begin() as connection:
            connection.execute(_articles.update().where(_articles.c.key.in_(keys)).values(attempts=attempts))

    def set_aside_tried(self, most: int) -> None:
        """Takes out what no process has lived to index, so often."""
        deadly = sa.and_(PENDING, _articles.c.attempts >= most)
        reason = f"Byline ended {most} times while it was indexed: look at its text, and add it again to try once more"
        if self._count(deadly):
            with self._writer.begin() as connection:
                connection.execute(_articles.update().where(deadly).values(set_aside=reason))

    def every_ready(self) -> Iterator[StoredArticle]:
        """Reads all ready articles in a stream, by key."""
        query = STORED.where(READY).order_by(_articles.c.key)
        with self.engine.connect() as connection:
            for row in connection.execute(query.execution_options(yield_per=100)):
                yield stored_article(row)

    def passages(self, keys: Iterable[int]) -> list[PassageRef]:
        """Returns the passages of these revisions that the indexes hold, or may hold."""
        query = sa.select(_passages).order_by(_passages.c.key, _passages.c.start)
        with self.engine.connect() as connection:
            return [
                PassageRef(*row)
                for some in batched(sorted(keys), MOST_VARIABLES)
                for row in connection.execute(query.where(_passages.c.key.in_(some)))
            ]

    def keys_of(self, articles: Sequence[tuple[str, str]]) -> list[int]:
        """Returns the keys of the ready revisions of articles, each given by library and id."""
        named = sa.tuple_(_articles.c.library, _articles.c.id).in_(articles)
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(_articles.c.key).where(READY, named)).scalars())

    def count_passages(self, library: str) -> int:
        """Returns how many passages the ready articles of a library have."""
        query = (
            sa.select(sa.func.count())
            .select_from(_passages.join(_articles))
            .where(_articles.c.library == library, READY)
        )
        with self.engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def note_passages(self, passages: Mapping[int, Sequence[Passage]]) -> None:
        """Writes down which passages the indexes are about to hold, so that they can be found again after a crash."""
        rows = [
            {"key": key, "start": passage.start, "end": passage.end}
            for key, of_article in passages.items()
            for passage in of_article
        ]
        with self._writer.begin() as connection:
            connection.execute(_passages.delete().where(_passages.c.key.in_(list(passages))))
            if rows:
                connection.execute(_passages.insert(), rows)

    def publish(self, indexed: Sequence[StoredArticle], index_name: str = TOP) -> bool:
        """Makes indexed articles the ready ones, and what they replace gone, in one transaction.

        An article withdrawn or changed in the meantime stays out. Returns False, with all of them still pending, where
        the indexes that they were written to are in use no more.
        """
        with self._writer.begin() as connection:
            in_use = connection.execute(sa.select(_facts.c.value).where(_facts.c.name == _INDEX)).scalar()
            if (in_use or TOP) != index_name:
                return False
            for row in indexed:
                this = _articles.c.key == row.key
                if connection.execute(sa.select(_articles.c.state).where(this)).scalar() != "pending":
                    continue
                same_article = sa.and_(_articles.c.library == row.library, _articles.c.id == row.article.id)
                keep_replaced(connection, row.library, row.article.id)
                connection.execute(_articles.update().where(same_article, READY).values(state="gone"))
                connection.execute(_articles.update().where(this).values(state="ready"))
        return True

    def gone(self) -> list[RetiredArticle]:
        """Returns the revisions that were replaced or removed, by key."""
        other = _articles.alias()
        replaced = sa.exists().where(
            other.c.library == _articles.c.library, other.c.id == _articles.c.id, other.c.state != "gone"
        )
        query = sa.select(_articles.c.key, _articles.c.library, replaced).where(_articles.c.state == "gone")
        with self.engine.connect() as connection:
            return [RetiredArticle(*row) for row in connection.execute(query.order_by(_articles.c.key))]

    def purge(self, keys: Iterable[int]) -> None:
        """Erases gone rows and their passages, also from the write-ahead log."""
        with self._writer.begin() as connection:
            for some in batched(keys, MOST_VARIABLES):
                connection.execute(_passages.delete().where(_passages.c.key.in_(some)))
                connection.execute(_articles.delete().where(_articles.c.key.in_(some), _articles.c.state == "gone"))
        checkpoint(self.engine)


def _in_state(state: str) -> sa.ColumnElement[bool]:
    return PENDING if state == "pending" else _articles.c.state == state


def as_known(connection: sa.Connection, library: str, article: Article) -> Article:
    """Returns an article of the web as its library knows it: under its address with "www." or without.

    Of one that was fetched, what its page does not tell stays as it is known from elsewhere, as from a feed.
    """
    if not article.id.startswith("https://"):
        return article
    other = with_or_without_www(article.id)
    query = (
        sa.select(*(_articles.c[name] for name in ("id", *_TOLD_ELSEWHERE, "dated_by")))
        .where(_articles.c.library == library, STANDS, _articles.c.id.in_([article.id, other]))
        .order_by(_articles.c.revision.desc())
    )
    known = connection.execute(query).all()
    if {row.id for row in known} == {other}:
        article = replace(article, id=other)
    last = next((row for row in known if row.id == article.id), None)
    return _completed(article, last) if last is not None and article.fetched else article


def _completed(article: Article, known: sa.Row[Any]) -> Article:
    """Returns an article with what its page does not tell as it is known; a day that an address tells counts least."""
    if known.published and not known.dated_by and article.dated_by:
        article = replace(article, published=None, dated_by=None)
    return replace(article, **{name: getattr(article, name) or getattr(known, name) for name in _TOLD_ELSEWHERE})


def stage_article(connection: sa.Connection, library: str, article: Article) -> Staged:
    """Stores an article as pending where it is new or changed, in a transaction that may do more."""
    same_article = sa.and_(_articles.c.library == library, _articles.c.id == article.id)
    set_aside = sa.and_(same_article, STANDS, _articles.c.set_aside.is_not(None))
    connection.execute(_articles.update().where(set_aside).values(state="gone"))  # it is tried once more
    standing = connection.execute(
        sa.select(_articles.c.key, _articles.c.state, _articles.c.digest)
        .where(same_article, STANDS)
        .order_by(_articles.c.revision.desc())
    ).all()
    new = digest(article)
    if standing and standing[0].digest == new:
        return "unchanged"
    waiting = [row.key for row in standing if row.state == "pending"]
    connection.execute(_articles.update().where(_articles.c.key.in_(waiting)).values(state="gone"))
    if any(row.state == "ready" and row.digest == new for row in standing):
        return "unchanged"  # what was staged in between is taken back
    last = sa.select(sa.func.max(_articles.c.revision)).where(same_article).scalar_subquery()
    connection.execute(
        _articles.insert().values(
            library=library,
            revision=sa.func.coalesce(last, 0) + 1,
            state="pending",
            digest=new,
            added=stamp(dt.datetime.now(dt.UTC)),
            **{name: getattr(article, name) for name in FIELDS},
        )
    )
    return "changed" if standing else "new"


def _withdraw(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> int:
    count = connection.execute(sa.select(sa.func.count(_articles.c.id.distinct())).where(*conditions, STANDS))
    articles = count.scalar_one()
    forget(connection, conditions)
    connection.execute(_articles.update().where(*conditions, STANDS).values(state="gone"))
    return articles
