"""What may be read of the articles by those who ask. Whoever asks says in which libraries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.errors import UnknownArticle
from retrieval.store.database import encodable
from retrieval.store.tables import (
    CONTENT,
    LISTED,
    READY,
    STANDS,
    STORED,
    ListedArticle,
    Listing,
    articles,
    stored_article,
)
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.store.tables import StoredArticle

_MOST_WORDS = 20  # of a search: each is a condition of its own, and SQLite takes no more than a thousand deep
_NEWEST_FIRST = (articles.c.published.desc().nulls_last(), articles.c.library, articles.c.id, articles.c.key)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the articles that were found, and how many there are in all."""

    rows: tuple[ListedArticle, ...]
    total: int


class Catalogue:
    """The articles of some libraries, one by one and in lists."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def get(self, library: str, article_id: str) -> Article:
        """The article as it stands: the ready revision, or else the pending one.

        Raises:
            UnknownArticle: there is none.
        """
        query = (
            sa.select(*CONTENT)
            .where(articles.c.library == library, articles.c.id == article_id, STANDS)
            .order_by(READY.desc(), articles.c.revision.desc())
        )
        with self.engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise UnknownArticle(
                f"There is no article {article_id!r} in the library {library!r}; `byline articles` lists them."
            )
        return Article(*row)

    def by_key(self, libraries: Sequence[str], key: int) -> StoredArticle | None:
        """The revision of that key, while it stands and is in one of the libraries."""
        return self._first(articles.c.library.in_(libraries), articles.c.key == key)

    def revision(self, library: str, article_id: str, digest: str) -> StoredArticle | None:
        """The revision of that content, while it stands; its key tells its passages, once it is ready."""
        return self._first(articles.c.library == library, articles.c.id == article_id, articles.c.digest == digest)

    def _first(self, *conditions: sa.ColumnElement[bool]) -> StoredArticle | None:
        with self.engine.connect() as connection:
            row = connection.execute(STORED.where(STANDS, *conditions).order_by(READY.desc())).first()
        return None if row is None else stored_article(row)

    def listing(self, libraries: Sequence[str]) -> list[Listing]:
        """All articles that are ready or pending, newest first, undated ones last."""
        query = sa.select(*LISTED).where(articles.c.library.in_(libraries), STANDS).order_by(*_NEWEST_FIRST)
        with self.engine.connect() as connection:
            return [Listing(*tuple(row)) for row in connection.execute(query)]

    def browse(self, libraries: Sequence[str], words: str = "", *, offset: int = 0, limit: int = 10) -> Page:
        """The articles that hold each of the words in title, byline or publisher, newest first, undated ones last.

        Case does not matter, and a part of a word is enough. Each article is there once, as it stands: the ready
        revision, or else the pending one.
        """
        found = sa.select(articles.c.key).where(articles.c.library.in_(libraries), _as_it_stands(), *_holding(words))
        page = found.order_by(*_NEWEST_FIRST).offset(offset).limit(limit)
        query = sa.select(*LISTED, articles.c.key).where(articles.c.key.in_(page)).order_by(*_NEWEST_FIRST)
        with self.engine.connect() as connection:
            total = connection.execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one()
            return Page(tuple(ListedArticle(*tuple(row)) for row in connection.execute(query)), total)

    def publishers(self, libraries: Sequence[str], prefix: str = "", *, limit: int = 25) -> list[str]:
        """Who published the ready articles, by name, where it begins so; case does not matter."""
        name = articles.c.publisher
        query = (
            sa.select(name)
            .where(articles.c.library.in_(libraries), READY, name.istartswith(encodable(prefix), autoescape=True))
            .distinct()
            .order_by(name)
            .limit(limit)
        )
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def latest(self, libraries: Sequence[str], limit: int) -> list[tuple[str, Article]]:
        """Ready articles with their libraries, newest first, undated ones last."""
        query = (
            sa.select(articles.c.library, *CONTENT)
            .where(articles.c.library.in_(libraries), READY)
            .order_by(articles.c.published.desc().nulls_last(), articles.c.key)
            .limit(limit)
        )
        with self.engine.connect() as connection:
            return [(library, Article(*content)) for library, *content in connection.execute(query)]

    def count(self, state: str, libraries: Sequence[str]) -> int:
        return self._count(articles.c.state == state, articles.c.library.in_(libraries))

    def _count(self, *conditions: sa.ColumnElement[bool]) -> int:
        with self.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(articles).where(*conditions)).scalar_one()


def _as_it_stands() -> sa.ColumnElement[bool]:
    """The ready revision, or the pending one of an article that has no ready one."""
    ready = articles.alias()
    has_ready = sa.exists().where(
        ready.c.library == articles.c.library, ready.c.id == articles.c.id, ready.c.state == "ready"
    )
    return sa.or_(READY, sa.and_(STANDS, ~has_ready))


def _holding(words: str) -> list[sa.ColumnElement[bool]]:
    columns = (articles.c.title, articles.c.byline, articles.c.publisher)
    return [
        sa.or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in list(dict.fromkeys(encodable(words).split()))[:_MOST_WORDS]
    ]
