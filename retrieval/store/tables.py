"""The SQL tables of the articles, their passages and quotations, and of the questions that they did not answer.

A row of `articles` is one revision of one article in one library. Its state is

    pending   stored, and waiting to be indexed
    ready     indexed: the revision that answers are made from (one an article at most)
    gone      replaced or removed: not an article any more, but the indexes may still hold its passages

A pending one that is set aside, for a reason that its row tells, waits for nobody but who adds it again.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from retrieval.types import Article, encodable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Filters


class JsonText(sa.TypeDecorator[Any]):
    """Keeps a value as JSON in a column of text, which every database can compare."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str:  # noqa: ANN401, ARG002  (SQLAlchemy's)
        return json.dumps(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ANN401, ARG002  (the same)
        return None if value is None else json.loads(value)


def _columns(kind: type[sa.types.TypeEngine[Any]], *names: str, primary_key: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, primary_key=primary_key) for name in names]


FIELDS = tuple(field.name for field in fields(Article))
metadata = sa.MetaData()
articles = sa.Table(
    "articles",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    *_columns(sa.Text, "library", "id", "state", "digest", "added"),
    sa.Column("revision", sa.Integer),
    *_columns(sa.Text, *FIELDS[1:]),
    sa.Column("quoted", sa.Integer),  # by which version of the extraction its quotations were found; 0: not yet
    sa.Column("attempts", sa.Integer),  # how often its indexing was begun and not ended
    sa.Column("set_aside", sa.Text),  # why it is neither indexed nor read
    sa.Column("cluster", sa.Integer),  # the key of the article that carried its text first
    sa.Column("clustered", sa.Integer),  # by which version of the clustering; 0: not yet
)
sketches = sa.Table(
    "sketches",
    metadata,
    sa.Column("hash", sa.BigInteger, primary_key=True),
    sa.Column("key", sa.Integer, sa.ForeignKey("articles.key"), primary_key=True),
)
revisions = sa.Table(
    "revisions",
    metadata,
    *_columns(sa.Text, "library", "id", primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("replaced", sa.Text),
    sa.Column("digest", sa.Text),  # as in `articles`; older ones have none
    *_columns(sa.Text, *FIELDS[1:]),
)
passages = sa.Table(
    "passages",
    metadata,
    sa.Column("key", sa.Integer, sa.ForeignKey("articles.key"), primary_key=True),
    sa.Column("start", sa.Integer, primary_key=True),
    sa.Column("end", sa.Integer),
)
quotes = sa.Table(
    "quotes",
    metadata,
    sa.Column("key", sa.Integer, sa.ForeignKey("articles.key"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("field", sa.Text),
    *_columns(sa.Integer, "speaker_start", "speaker_end", "cue_start", "cue_end"),
    sa.Column("content", JsonText),
    sa.Column("denied", sa.Boolean),
    *_columns(sa.Text, "name", "kind", "description"),
    # What a quotation is found by, none of it to be cited (see `SearchableQuote` in `quotes`).
    *_columns(sa.Text, "speaker", "surname", "alias", "mention", "words"),
    sa.Column("digest", sa.Text),  # of the row; older ones have none
)
facts = sa.Table("facts", metadata, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text))
unanswered = sa.Table(
    "unanswered",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    *_columns(sa.Text, "library", "words", "question", "asked"),
    sa.Column("times", sa.Integer),
    sa.Column("nearest", sa.Integer, sa.ForeignKey("articles.key")),
)
feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    *_columns(sa.Text, "library", "address", "title", "site"),
    *_columns(JsonText, "must", "must_not"),
    *_columns(sa.Text, "etag", "last_modified", "digest", "failure"),
    *_columns(sa.Text, "added", "next_try", "last_success"),
    *_columns(sa.Integer, "pause", "failures"),
    *_columns(sa.Boolean, "ended", "told"),
    sa.Column("seal", sa.Text),  # of SEALED_OF_FEEDS
    sa.Column("former", JsonText),  # addresses
)
SEALED_OF_FEEDS = ("address", "library", "must", "must_not")
feed_entries = sa.Table(
    "feed_entries",
    metadata,
    sa.Column("feed", sa.Integer, sa.ForeignKey("feeds.key"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    *_columns(sa.Text, "address", "title", "fingerprint", "article", "outcome", "reason"),
    *_columns(sa.Boolean, "full_text", "try_again", "announced"),
    sa.Column("tries", sa.Integer),
    *_columns(sa.Text, "at", "arrived"),  # last looked at; its article's coming in
)

_SHOWN = ("id", "title", "byline", "publisher", "published", "url", "source")
CONTENT = [articles.c[name] for name in FIELDS]
READY = articles.c.state == "ready"
STANDS = articles.c.state != "gone"
PENDING = sa.and_(articles.c.state == "pending", articles.c.set_aside.is_(None))
STORED = sa.select(articles.c.key, articles.c.library, articles.c.cluster, *CONTENT)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One revision of an article, as a row, with the cluster of its text once that is known."""

    key: int
    library: str
    article: Article
    cluster: int | None = None


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
    set_aside: str | None


@dataclass(frozen=True, slots=True)
class ListedArticle(Listing):
    """One with the key of its revision, by which it can be had whole."""

    key: int


LISTED = (
    *(articles.c[name] for name in ("library", *_SHOWN)),
    sa.func.length(articles.c.text),
    articles.c.state,
    articles.c.set_aside,
)


def stored_article(row: Sequence[Any]) -> StoredArticle:
    """A row of STORED as the record."""
    key, library, cluster, *content = row
    return StoredArticle(key, library, Article(*content), cluster)


def stamp(moment: dt.datetime) -> str:
    """Returns a moment as text that sorts by time."""
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")


def passing(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """The conditions on `articles` that filters are."""
    day = sa.func.substr(articles.c.published, 1, 10)
    conditions = []
    if filters.since:
        conditions.append(day >= filters.since.isoformat())
    if filters.until:
        conditions.append(day <= filters.until.isoformat())
    if filters.source:
        columns = (articles.c.publisher, articles.c.url, articles.c.source)
        conditions.append(sa.or_(*(column.icontains(encodable(filters.source), autoescape=True) for column in columns)))
    return conditions
