"""The SQL tables, the truth: articles by revision and state, and the spans of their passages.

A row is one revision of one article in one library. Its state is

    pending   stored, and waiting to be indexed
    ready     indexed: the revision that answers are made from (one an article at most)
    gone      replaced or removed: not an article any more, but the indexes may still hold its passages

Any process may stage and withdraw; only the owner of the indexes publishes and purges (see `library`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from retrieval.batches import batched
from retrieval.errors import LibraryError, UnknownArticle
from retrieval.types import Article, Filters, Passage, PassageRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

SCHEMA = "0001"
FINGERPRINT = "fingerprint"  # the fact that names how the indexes were made; missing while they are new or rebuilt
_MOST_VARIABLES = 10_000  # SQLite takes 32,766 in one statement
Staged = Literal["new", "changed", "unchanged"]

metadata = sa.MetaData()
_articles = sa.Table(
    "articles",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("library", "id", "state", "digest", "added")),
    sa.Column("revision", sa.Integer),
    *(sa.Column(name, sa.Text) for name in ("title", "text", "byline", "publisher", "published", "url", "source")),
)
_passages = sa.Table(
    "passages",
    metadata,
    sa.Column("key", sa.Integer, sa.ForeignKey("articles.key"), primary_key=True),
    sa.Column("start", sa.Integer, primary_key=True),
    sa.Column("end", sa.Integer),
)
_facts = sa.Table("facts", metadata, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text))

_FIELDS = ("id", "title", "text", "byline", "publisher", "published", "url", "source")
_CONTENT = [_articles.c[name] for name in _FIELDS]
_READY = _articles.c.state == "ready"


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One revision of an article, as a row."""

    key: int
    library: str
    article: Article


@dataclass(frozen=True, slots=True)
class RetiredArticle:
    """A gone row. `replaced` tells whether another revision of the article stands in its place."""

    key: int
    library: str
    replaced: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """An article without its text, for lists."""

    library: str
    id: str
    title: str
    byline: str | None
    publisher: str | None
    published: str | None
    url: str | None
    source: str | None
    characters: int
    state: str


def digest(article: Article) -> str:
    """Hash of all that is shown of an article; where it was read from may change without making it another."""
    content = asdict(article) | {"source": None}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def open_engine(directory: Path) -> sa.Engine:
    """The engine over `articles.sqlite3` in a data directory, its tables brought to SCHEMA.

    Raises:
        LibraryError: the file is not a database, or a newer Byline made it.
    """
    path = directory / "articles.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin)
    try:
        _migrate(engine, directory)
    except sa.exc.DatabaseError as error:
        engine.dispose()
        raise LibraryError(
            f"{path} cannot be used as the article table ({error.orig}); move it away, or name another --data-dir."
        ) from error
    return engine


def _configure(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, not where sqlite3 guesses
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    # A write that starts as a read can fail when another process writes in between, so writers say so at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def _migrate(engine: sa.Engine, directory: Path) -> None:
    if _schema_of(engine) == SCHEMA:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError
    from filelock import FileLock

    config = Config()
    config.set_main_option("script_location", "retrieval:migrations")
    with FileLock(directory / "schema.lock"), engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise LibraryError(
                f"The articles in {directory} were stored by a newer Byline ({error}); upgrade Byline to use them."
            ) from error


def _schema_of(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


class Articles:
    """Reads and writes the tables. Each writing method is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)

    def close(self) -> None:
        self._engine.dispose()

    # What any process may do

    def stage(self, library: str, articles: Iterable[Article]) -> list[Staged]:
        """Store new and changed articles as pending; one outcome an article, in order."""
        with self._writer.begin() as connection:
            return [self._stage(connection, library, article) for article in articles]

    def _stage(self, connection: sa.Connection, library: str, article: Article) -> Staged:
        same_article = sa.and_(_articles.c.library == library, _articles.c.id == article.id)
        rows = connection.execute(
            sa.select(_articles.c.key, _articles.c.state, _articles.c.digest, _articles.c.revision)
            .where(same_article)
            .order_by(_articles.c.revision.desc())
        ).all()
        current = [row for row in rows if row.state != "gone"]
        new = digest(article)
        if current and current[0].digest == new:
            return "unchanged"
        _retire(connection, [row.key for row in current if row.state == "pending"])
        if current and current[-1].state == "ready" and current[-1].digest == new:
            return "unchanged"
        connection.execute(
            _articles.insert().values(
                library=library,
                revision=rows[0].revision + 1 if rows else 1,
                state="pending",
                digest=new,
                added=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                **{name: getattr(article, name) for name in _FIELDS},
            )
        )
        return "changed" if current else "new"

    def withdraw(self, library: str, ids: Sequence[str]) -> int:
        """Take articles out at once; returns how many there were. The owner erases what the indexes hold of them."""
        with self._writer.begin() as connection:
            rows = connection.execute(
                sa.select(_articles.c.key, _articles.c.id).where(
                    _articles.c.library == library, _articles.c.id.in_(ids), _articles.c.state != "gone"
                )
            ).all()
            _retire(connection, [row.key for row in rows])
        return len({row.id for row in rows})

    def get(self, library: str, article_id: str) -> Article:
        """The article as it stands: the ready revision, or else the pending one.

        Raises:
            UnknownArticle: there is none.
        """
        query = (
            sa.select(*_CONTENT)
            .where(_articles.c.library == library, _articles.c.id == article_id, _articles.c.state != "gone")
            .order_by(_READY.desc(), _articles.c.revision.desc())
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise UnknownArticle(
                f"There is no article {article_id!r} in the library {library!r}; `byline articles` lists them."
            )
        return Article(*row)

    def listing(self, libraries: Sequence[str]) -> list[Listing]:
        """All articles that are ready or pending, newest first, undated ones last."""
        columns = [_articles.c[name] for name in ("library", *_FIELDS) if name != "text"]
        query = (
            sa.select(*columns, sa.func.length(_articles.c.text), _articles.c.state)
            .where(_articles.c.library.in_(libraries), _articles.c.state != "gone")
            .order_by(_articles.c.published.desc().nulls_last(), _articles.c.library, _articles.c.id, _articles.c.key)
        )
        with self._engine.connect() as connection:
            return [Listing(*tuple(row)) for row in connection.execute(query)]

    def latest(self, libraries: Sequence[str], limit: int) -> list[tuple[str, Article]]:
        """Ready articles with their libraries, newest first, undated ones last."""
        query = (
            sa.select(_articles.c.library, *_CONTENT)
            .where(_articles.c.library.in_(libraries), _READY)
            .order_by(_articles.c.published.desc().nulls_last(), _articles.c.key)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [(library, Article(*content)) for library, *content in connection.execute(query)]

    def count(self, state: str, libraries: Sequence[str]) -> int:
        return self._count(_articles.c.state == state, _articles.c.library.in_(libraries))

    def count_everywhere(self, state: str) -> int:
        """In all libraries together: for the owner and the operator, not for those who ask."""
        return self._count(_articles.c.state == state)

    def _count(self, *conditions: sa.ColumnElement[bool]) -> int:
        with self._engine.connect() as connection:
            return connection.execute(sa.select(sa.func.count()).where(*conditions)).scalar_one()

    def libraries(self) -> list[str]:
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(_articles.c.library).distinct().order_by("library")).scalars())

    def ready(self, keys: Iterable[int], libraries: Sequence[str], filters: Filters) -> dict[int, StoredArticle]:
        """Those of the keys that are ready, in these libraries, and pass the filters."""
        query = sa.select(_articles.c.key, _articles.c.library, *_CONTENT).where(
            _articles.c.library.in_(libraries), _READY, *_conditions(filters)
        )
        found = {}
        with self._engine.connect() as connection:
            for some in batched(sorted(set(keys)), _MOST_VARIABLES):
                for row in connection.execute(query.where(_articles.c.key.in_(some))):
                    found[row.key] = StoredArticle(row[0], row[1], Article(*row[2:]))
        return found

    def fact(self, name: str) -> str | None:
        with self._engine.connect() as connection:
            return connection.execute(sa.select(_facts.c.value).where(_facts.c.name == name)).scalar()

    def set_fact(self, name: str, value: str) -> None:
        with self._writer.begin() as connection:
            connection.execute(_facts.delete().where(_facts.c.name == name))
            connection.execute(_facts.insert().values(name=name, value=value))

    # What only the owner of the indexes does

    def pending(self, limit: int) -> list[StoredArticle]:
        """The pending articles that were staged first."""
        query = (
            sa.select(_articles.c.key, _articles.c.library, *_CONTENT)
            .where(_articles.c.state == "pending")
            .order_by(_articles.c.key)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [StoredArticle(row[0], row[1], Article(*row[2:])) for row in connection.execute(query)]

    def gone(self) -> list[RetiredArticle]:
        other = _articles.alias()
        replaced = sa.exists().where(
            other.c.library == _articles.c.library, other.c.id == _articles.c.id, other.c.state != "gone"
        )
        query = sa.select(_articles.c.key, _articles.c.library, replaced).where(_articles.c.state == "gone")
        with self._engine.connect() as connection:
            return [RetiredArticle(*row) for row in connection.execute(query.order_by(_articles.c.key))]

    def passages(self, keys: Iterable[int]) -> list[PassageRef]:
        query = sa.select(_passages).order_by(_passages.c.key, _passages.c.start)
        with self._engine.connect() as connection:
            return [
                PassageRef(*row)
                for some in batched(sorted(keys), _MOST_VARIABLES)
                for row in connection.execute(query.where(_passages.c.key.in_(some)))
            ]

    def count_passages(self, library: str) -> int:
        """Passages of the ready articles of a library."""
        query = (
            sa.select(sa.func.count())
            .select_from(_passages.join(_articles))
            .where(_articles.c.library == library, _READY)
        )
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def every_ready(self) -> Iterator[StoredArticle]:
        """All ready articles, by key, read in a stream."""
        query = sa.select(_articles.c.key, _articles.c.library, *_CONTENT).where(_READY).order_by(_articles.c.key)
        with self._engine.connect() as connection:
            for row in connection.execute(query.execution_options(yield_per=100)):
                yield StoredArticle(row[0], row[1], Article(*row[2:]))

    def note_passages(self, passages: Mapping[int, Sequence[Passage]]) -> None:
        """Write down which passages the indexes are about to hold, so that they can be found again after a crash."""
        rows = [
            {"key": key, "start": passage.start, "end": passage.end}
            for key, of_article in passages.items()
            for passage in of_article
        ]
        with self._writer.begin() as connection:
            connection.execute(_passages.delete().where(_passages.c.key.in_(list(passages))))
            if rows:
                connection.execute(_passages.insert(), rows)

    def publish(self, stored: Sequence[StoredArticle]) -> None:
        """Make indexed articles the ready ones, and what they replace gone, in one transaction.

        An article withdrawn or changed in the meantime stays out.
        """
        with self._writer.begin() as connection:
            for row in stored:
                newest = _articles.c.key == row.key
                still = connection.execute(sa.select(_articles.c.state).where(newest)).scalar() == "pending"
                if not still:
                    continue
                same_article = sa.and_(_articles.c.library == row.library, _articles.c.id == row.article.id)
                connection.execute(_articles.update().where(same_article, _READY).values(state="gone"))
                connection.execute(_articles.update().where(newest).values(state="ready"))

    def purge(self, keys: Iterable[int]) -> None:
        """Erase gone rows and their passages, also from the write-ahead log."""
        with self._writer.begin() as connection:
            for some in batched(keys, _MOST_VARIABLES):
                connection.execute(_passages.delete().where(_passages.c.key.in_(some)))
                connection.execute(_articles.delete().where(_articles.c.key.in_(some), _articles.c.state == "gone"))
        with contextlib.closing(self._engine.raw_connection()) as raw:  # no checkpoint runs inside a transaction
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def unpublish_all(self) -> None:
        """Make every ready article pending again and forget the fingerprint: what the indexes hold counts no more."""
        newer = _articles.alias()
        replaced = sa.exists().where(
            newer.c.library == _articles.c.library, newer.c.id == _articles.c.id, newer.c.state == "pending"
        )
        with self._writer.begin() as connection:
            connection.execute(_articles.update().where(_READY, replaced).values(state="gone"))
            connection.execute(_articles.update().where(_READY).values(state="pending"))
            connection.execute(_passages.delete())
            connection.execute(_facts.delete().where(_facts.c.name == FINGERPRINT))


def _retire(connection: sa.Connection, keys: Sequence[int]) -> None:
    if keys:
        connection.execute(_articles.update().where(_articles.c.key.in_(keys)).values(state="gone"))


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    day = sa.func.substr(_articles.c.published, 1, 10)
    conditions = []
    if filters.since:
        conditions.append(day >= filters.since.isoformat())
    if filters.until:
        conditions.append(day <= filters.until.isoformat())
    if filters.source:
        wanted = f"%{_escape_like(filters.source.lower())}%"
        columns = (_articles.c.publisher, _articles.c.url, _articles.c.source)
        conditions.append(sa.or_(*(sa.func.lower(column).like(wanted, escape="\\") for column in columns)))
    return conditions


def _escape_like(text: str) -> str:
    for character in "\\%_":
        text = text.replace(character, f"\\{character}")
    return text
