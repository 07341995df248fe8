"""Puts stored articles into the clusters of their texts, when they are added or, of an older library, afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.store import stories as store
from retrieval.stories.copies import is_copy, sketch

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from retrieval.store.tables import StoredArticle

CLUSTERING = 1  # raised whenever `sketch` or `is_copy` tell otherwise: all articles are then put into clusters anew


def index_clusters(engine: sa.Engine, revisions: Sequence[StoredArticle]) -> int:
    """Puts each of these revisions into the cluster of its text; returns how many joined one that was there.

    It can be repeated. A revision whose row is gone meanwhile is left out.
    """
    return store.write_clusters(
        engine, [(revision, sketch(revision.article.text)) for revision in revisions], is_copy, CLUSTERING
    )


def count_unclustered(engine: sa.Engine) -> int:
    """Counts the ready articles that are still to be put into clusters, or anew."""
    return store.count_unclustered(engine, CLUSTERING)


def unclustered(engine: sa.Engine, limit: int) -> list[StoredArticle]:
    """Returns some of those articles."""
    return store.unclustered(engine, CLUSTERING, limit)
