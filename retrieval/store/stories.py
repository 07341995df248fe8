"""Clusters, the articles that carry one text: written with the revision of an article, and asked for by who shows it.

A cluster is named by the key of the article that came first. Any article may join it, of whatever library; who asks
sees those of the libraries that are named.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.store.database import writing
from retrieval.store.tables import READY, STORED, articles, sketches, stamp, stored_article
from retrieval.types import Repeat

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from retrieval.store.tables import StoredArticle
    from retrieval.types import Article, Citation

_COMMON = 200  # articles of which a hash names the last: what more of them share is the furniture of their pages
_FEWEST_SHARED = 2  # hashes of two texts that may be one
_COMPARED = 8  # articles, those that share most
_SHARING = "SELECT key FROM (SELECT key FROM sketches WHERE hash = ? AND key != ? ORDER BY key DESC LIMIT ?) AS newest"


def write_clusters(
    engine: sa.Engine,
    sketched: Sequence[tuple[StoredArticle, Sequence[int]]],
    is_copy: Callable[[Article, Article, int], bool],
    version: int,
) -> int:
    """Puts revisions into the cluster of their text; returns how many joined one that was there.

    One transaction, and it can be repeated. A revision whose row is gone meanwhile is left out.

    Args:
        engine: the database.
        sketched: the revisions, each with what its text is found by.
        is_copy: whether two articles, which are found by so many equal numbers, carry one text.
        version: that of the clustering.
    """
    joined = 0
    with writing(engine).begin() as connection:
        for revision, hashes in sketched:
            this = articles.c.key == revision.key
            if connection.execute(sa.select(articles.c.key).where(this)).first() is None:
                continue
            connection.execute(sketches.delete().where(sketches.c.key == revision.key))
            cluster = _cluster_of_copy(connection, revision, hashes, is_copy)
            joined += cluster is not None
            if hashes:
                connection.execute(sketches.insert(), [{"hash": one, "key": revision.key} for one in hashes])
            values = {"cluster": cluster or revision.key, "clustered": version}
            connection.execute(articles.update().where(this).values(values))
    return joined


def _cluster_of_copy(
    connection: sa.Connection,
    revision: StoredArticle,
    hashes: Sequence[int],
    is_copy: Callable[[Article, Article, int], bool],
) -> int | None:
    """Returns the cluster of an article that carries the text of a revision."""
    if not hashes:
        return None
    sharing = " UNION ALL ".join([_SHARING] * len(hashes))
    many = "GROUP BY key HAVING count(*) >= ? ORDER BY count(*) DESC, key LIMIT ?"
    most = f"SELECT key, count(*) FROM ({sharing}) AS shared {many}"  # noqa: S608  (both are constants)
    values = [value for one in hashes for value in (one, revision.key, _COMMON)]
    if connection.dialect.paramstyle != "qmark":
        most = most.replace("?", "%s")
    counts = connection.exec_driver_sql(most, (*values, _FEWEST_SHARED, _COMPARED)).all()
    shared = {row[0]: row[1] for row in counts}
    found = {row.key: row for row in connection.execute(STORED.where(articles.c.key.in_(shared)))}
    for key, numbers in shared.items():
        other = stored_article(found[key])
        if is_copy(revision.article, other.article, numbers):
            return other.cluster or other.key
    return None


def with_repeats(engine: sa.Engine, libraries: Sequence[str], citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """Returns citations, each with the other articles of the libraries that carry its text, those published first."""
    own, other = articles.alias("own"), articles.alias("other")
    columns = (other.c[name] for name in ("library", "id", "title", "publisher", "published", "url"))
    cited = {(citation.library, citation.article.id) for citation in citations}
    query = (
        sa.select(own.c.library, own.c.id, other.c.text, *columns)
        .join(other, sa.and_(other.c.cluster == own.c.cluster, other.c.key != own.c.key, other.c.state == "ready"))
        .where(sa.tuple_(own.c.library, own.c.id).in_(cited), own.c.state == "ready", other.c.library.in_(libraries))
        .order_by(other.c.published.nulls_last(), other.c.key)
    )
    found: dict[tuple[str, str], list[tuple[str, Repeat]]] = {}
    with engine.connect() as connection:
        for library, article_id, text, *repeat in connection.execute(query):
            found.setdefault((library, article_id), []).append((text, Repeat(*repeat)))
    return tuple(
        replace(
            citation,
            also_in=tuple(
                repeat
                for text, repeat in found.get((citation.library, citation.article.id), ())
                if citation.field != "text" or citation.quote in text
            ),
        )
        for citation in citations
    )


def arrived(
    engine: sa.Engine, libraries: Sequence[str], since: dt.datetime, until: dt.datetime | None = None
) -> list[StoredArticle]:
    """Returns the articles, new or changed, that came in since a moment and before another, the newest first."""
    came = [articles.c.added >= stamp(since), *([articles.c.added < stamp(until)] if until else [])]
    newest = (articles.c.published.desc().nulls_last(), articles.c.key.desc())
    query = STORED.where(articles.c.library.in_(libraries), READY, *came).order_by(*newest)
    with engine.connect() as connection:
        return [stored_article(row) for row in connection.execute(query)]


def count_unclustered(engine: sa.Engine, version: int) -> int:
    """Counts the ready articles in no cluster yet, or in that of an older version of the clustering."""
    query = sa.select(sa.func.count()).select_from(articles).where(READY, articles.c.clustered < version)
    with engine.connect() as connection:
        return connection.execute(query).scalar_one()


def unclustered(engine: sa.Engine, version: int, limit: int) -> list[StoredArticle]:
    """Returns some of those articles, those that were stored first."""
    query = STORED.where(READY, articles.c.clustered < version).order_by(articles.c.key).limit(limit)
    with engine.connect() as connection:
        return [stored_article(row) for row in connection.execute(query)]
