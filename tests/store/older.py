"""Takes a database back to what an older Byline made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlalchemy as sa

_INDEXES = ("quoted", "cluster", "clustered")
_TABLES = ("quotes", "feed_entries", "feeds", "revisions", "sketches")
_COLUMNS = ("quoted", "attempts", "set_aside", "updated", "dated_by", "fetched", "page_hash", "cluster", "clustered")


def take_back_to_0003(connection: sa.Connection) -> None:
    """Drops what came since the third schema."""
    for statement in (
        *(f"DROP INDEX articles_{name}" for name in _INDEXES),
        *(f"DROP TABLE {name}" for name in _TABLES),
        *(f"ALTER TABLE articles DROP COLUMN {name}" for name in _COLUMNS),
        "UPDATE alembic_version SET version_num = '0003'",
    ):
        connection.exec_driver_sql(statement)
