"""The SQLite file of a data directory: how it is opened, and how its tables are brought up to date.

Each package that keeps tables there brings migrations of its own, with a version line of its own.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Schema:
    """Where a package's migrations are ("package:folder"), the newest of them, and the table that tells which ran."""

    migrations: str
    version: str
    version_table: str


def open_database(directory: Path) -> sa.Engine:
    """The engine over `articles.sqlite3` in a data directory. Its errors never tell what was written or looked for."""
    engine = sa.create_engine(
        f"sqlite:///{directory / 'articles.sqlite3'}", connect_args={"timeout": 30}, hide_parameters=True
    )
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin)
    return engine


def writing(engine: sa.Engine) -> sa.Engine:
    """The same engine, whose transactions write."""
    return engine.execution_options(writes=True)


def _configure(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, not where sqlite3 guesses
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows ASCII alone


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _begin(connection: sa.Connection) -> None:
    # A write that starts as a read can fail when another process writes in between, so writers say so at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def migrate(engine: sa.Engine, schema: Schema) -> None:
    """Bring a package's tables to its schema.

    Raises:
        LibraryError: the file is not a database, or a newer Byline made it.
    """
    with _unusable_told(engine):
        if _version(engine, schema.version_table) != schema.version:
            _upgrade(engine, schema)


def _upgrade(engine: sa.Engine, schema: Schema) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError
    from filelock import FileLock

    directory = _path(engine).parent
    config = Config()
    config.set_main_option("script_location", schema.migrations)
    config.attributes["version_table"] = schema.version_table
    with FileLock(directory / "schema.lock"), writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise LibraryError(
                f"The articles in {directory} were stored by a newer Byline ({error}); upgrade Byline to use them."
            ) from error


def _version(engine: sa.Engine, table: str) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(table):
            return None
        return connection.execute(sa.select(sa.column("version_num")).select_from(sa.table(table))).scalar()


@contextlib.contextmanager
def _unusable_told(engine: sa.Engine) -> Iterator[None]:
    try:
        yield
    except sa.exc.DatabaseError as error:
        engine.dispose()
        raise LibraryError(
            f"{_path(engine)} cannot be used as the article table ({error.orig}); "
            "move it away, or name another --data-dir."
        ) from error


def _path(engine: sa.Engine) -> Path:
    return Path(engine.url.database or "")


def checkpoint(engine: sa.Engine) -> None:
    """Erase from the write-ahead log what was deleted from the tables."""
    with contextlib.closing(engine.raw_connection()) as raw:  # no checkpoint runs inside a transaction
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def encodable(text: str) -> str:
    """The text without the halves of surrogate pairs, which are no characters and which no database takes."""
    return text.encode(errors="replace").decode()
