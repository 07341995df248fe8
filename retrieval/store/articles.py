"""The articles as the owner of the indexes and those who add to them see them: by revision and state, the truth.

Any process may stage and withdraw; only the owner of the indexes publishes and purges (see `library`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from retrieval.batches import batched
from retrieval.store.catalogue import Catalogue, Page
from retrieval.store.database import Schema, checkpoint, migrate, open_database, writing
from retrieval.store.tables import (
    FIELDS,
    READY,
    STANDS,
    STORED,
    ListedArticle,
    Listing,
    RetiredArticle,
    StoredArticle,
    metadata,
    passing,
    stored_article,
)
from retrieval.store.tables import articles as _articles
from retrieval.store.tables import facts as _facts
from retrieval.store.tables import passages as _passages
from retrieval.store.tables import unanswered as _unanswered
from retrieval.types import Article, Filters, Passage, PassageRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

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
    "digest",
    "metadata",
    "open_engine",
]

SCHEMA = "0004"
FINGERPRINT = "fingerprint"  # the fact that names how the indexes were made; missing while they are new or rebuilt
_MOST_VARIABLES = 10_000  # SQLite takes 32,766 in one statement
Staged = Literal["new", "changed", "unchanged"]


def digest(article: Article) -> str:
    """Hash of all that is shown of an article; where it was read from may change without making it another."""
    content = asdict(article) | {"source": None}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def open_engine(directory: Path) -> sa.Engine:
    """The database of a data directory, with the article tables brought to SCHEMA.

    Raises:
        LibraryError: the file is not a database, or a newer Byline made it.
    """
    engine = open_database(directory)
    migrate(engine, Schema("retrieval:store/migrations", SCHEMA, "alembic_version"))
    return engine


class Articles(Catalogue):
    """Reads and writes the tables. Each writing method is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self._writer = writing(engine)

    def close(self) -> None:
        self.engine.dispose()

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
                **{name: getattr(article, name) for name in FIELDS},
            )
        )
        return "changed" if current else "new"

    def withdraw(self, library: str, ids: Sequence[str]) -> int:
        """Take articles out at once; returns how many there were. The owner erases what the indexes hold of them."""
        with self._writer.begin() as connection:
            rows = connection.execute(
                sa.select(_articles.c.key, _articles.c.id).where(
                    _articles.c.library == library, _articles.c.id.in_(ids), STANDS
                )
            ).all()
            _retire(connection, [row.key for row in rows])
        return len({row.id for row in rows})

    def withdraw_library(self, library: str) -> int:
        """Take all articles of a library out at once, as `withdraw` does; returns how many there were.

        With them go the questions that they did not answer.
        """
        standing = sa.and_(_articles.c.library == library, STANDS)
        with self._writer.begin() as connection:
            count = connection.execute(sa.select(sa.func.count(_articles.c.id.distinct())).where(standing)).scalar_one()
            connection.execute(_articles.update().where(standing).values(state="gone"))
            connection.execute(_unanswered.delete().where(_unanswered.c.library == library))
        checkpoint(self.engine)
        return count

    def count_everywhere(self, state: str) -> int:
        """In all libraries together: for the owner and the operator, not for those who ask."""
        return self._count(_articles.c.state == state)

    def libraries(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(_articles.c.library).distinct().order_by("library")).scalars())

    def ready(self, keys: Iterable[int], libraries: Sequence[str], filters: Filters) -> dict[int, StoredArticle]:
        """Those of the keys that are ready, in these libraries, and pass the filters."""
        query = STORED.where(_articles.c.library.in_(libraries), READY, *passing(filters))
        found = {}
        with self.engine.connect() as connection:
            for some in batched(sorted(set(keys)), _MOST_VARIABLES):
                for row in connection.execute(query.where(_articles.c.key.in_(some))):
                    found[row.key] = stored_article(row)
        return found

    def fact(self, name: str) -> str | None:
        with self.engine.connect() as connection:
            return connection.execute(sa.select(_facts.c.value).where(_facts.c.name == name)).scalar()

    def set_fact(self, name: str, value: str) -> None:
        with self._writer.begin() as connection:
            connection.execute(_facts.delete().where(_facts.c.name == name))
            connection.execute(_facts.insert().values(name=name, value=value))

    # What only the owner of the indexes does

    def pending(self, limit: int) -> list[StoredArticle]:
        """The pending articles that were staged first."""
        query = STORED.where(_articles.c.state == "pending").order_by(_articles.c.key).limit(limit)
        with self.engine.connect() as connection:
            return [stored_article(row) for row in connection.execute(query)]

    def gone(self) -> list[RetiredArticle]:
        other = _articles.alias()
        replaced = sa.exists().where(
            other.c.library == _articles.c.library, other.c.id == _articles.c.id, other.c.state != "gone"
        )
        query = sa.select(_articles.c.key, _articles.c.library, replaced).where(_articles.c.state == "gone")
        with self.engine.connect() as connection:
            return [RetiredArticle(*row) for row in connection.execute(query.order_by(_articles.c.key))]

    def passages(self, keys: Iterable[int]) -> list[PassageRef]:
        query = sa.select(_passages).order_by(_passages.c.key, _passages.c.start)
        with self.engine.connect() as connection:
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
            .where(_articles.c.library == library, READY)
        )
        with self.engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def every_ready(self) -> Iterator[StoredArticle]:
        """All ready articles, by key, read in a stream."""
        query = STORED.where(READY).order_by(_articles.c.key)
        with self.engine.connect() as connection:
            for row in connection.execute(query.execution_options(yield_per=100)):
                yield stored_article(row)

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
                connection.execute(_articles.update().where(same_article, READY).values(state="gone"))
                connection.execute(_articles.update().where(newest).values(state="ready"))

    def purge(self, keys: Iterable[int]) -> None:
        """Erase gone rows and their passages, also from the write-ahead log."""
        with self._writer.begin() as connection:
            for some in batched(keys, _MOST_VARIABLES):
                connection.execute(_passages.delete().where(_passages.c.key.in_(some)))
                connection.execute(_articles.delete().where(_articles.c.key.in_(some), _articles.c.state == "gone"))
        checkpoint(self.engine)

    def unpublish_all(self) -> None:
        """Make every ready article pending again and forget the fingerprint: what the indexes hold counts no more."""
        newer = _articles.alias()
        replaced = sa.exists().where(
            newer.c.library == _articles.c.library, newer.c.id == _articles.c.id, newer.c.state == "pending"
        )
        with self._writer.begin() as connection:
            connection.execute(_articles.update().where(READY, replaced).values(state="gone"))
            connection.execute(_articles.update().where(READY).values(state="pending"))
            connection.execute(_passages.delete())
            connection.execute(_facts.delete().where(_facts.c.name == FINGERPRINT))


def _retire(connection: sa.Connection, keys: Sequence[int]) -> None:
    if keys:
        connection.execute(_articles.update().where(_articles.c.key.in_(keys)).values(state="gone"))
