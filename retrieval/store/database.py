"""The database of a data directory, in SQLite or PostgreSQL: how it is opened, and its tables brought up to date.

Each package that keeps tables there brings migrations of its own, with a version line of its own. What people chose,
feeds and their words and what servers wish, cannot be made anew from anything else, as an index can: its rows are
sealed, so that a letter that was changed can be told.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import stat
import time
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from retrieval.errors import LibraryError, ServerAway, SettingsError, remedy_of_the_machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import psycopg
    from psycopg.types.string import StrDumper
    from sqlalchemy.sql.compiler import SQLCompiler

_READ_AT_START = 8_000_000  # bytes
_PATIENCE = 30.0  # seconds for what another process is writing
_LOOK = 0.02  # seconds between tries
_DAMAGED = (
    "articles.sqlite3 is damaged ({}): bring the articles back from the last backup "
    "(`byline restore FILE --data-dir` an empty directory)."
)
MOST_VARIABLES = 10_000  # of one statement; SQLite takes 32,766
_OURS = (
    "articles.sqlite3*",
    "vectors",
    "lexical",
    "index*",
    "owner.*",
    "*.lock",
    "byline.log*",
    "chat_history",
    "before-*",
)
_NEWEST_KEY = {
    "sqlite": "SELECT seq FROM sqlite_sequence WHERE name = 'articles'",
    "postgresql": "SELECT last_value FROM articles_key_seq WHERE is_called",
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Schema:
    """Where a package's migrations are ("package:folder"), the newest of them, and the table that tells which ran."""

    migrations: str
    version: str
    version_table: str


def open_database(directory: Path) -> sa.Engine:
    """Opens `articles.sqlite3` in a data directory. The engine's errors never tell what was written or looked for."""
    engine = sa.create_engine(
        f"sqlite:///{directory / 'articles.sqlite3'}",
        connect_args={"timeout": _PATIENCE},
        hide_parameters=True,
        execution_options={"directory": directory},
    )

    @sa.event.listens_for(engine, "connect")
    def configure(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # what is damaged its digest tells
        connection.isolation_level = None  # transactions begin where SQLAlchemy says so, not where sqlite3 guesses
        cursor = connection.cursor()
        _keep_a_log(cursor)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # SQLite's own knows ASCII alone.
        connection.create_function("lower", 1, lambda x: x.lower() if isinstance(x, str) else x, deterministic=True)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A write that starts as a read can fail when another process writes in between, so writers say so at once.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    @sa.event.listens_for(engine, "handle_error")
    def explain(context: sa.engine.ExceptionContext) -> None:
        if remedy := _remedy(context.original_exception, directory):
            raise LibraryError(remedy) from context.original_exception

    return engine


def _keep_a_log(cursor: sa.engine.interfaces.DBAPICursor) -> None:
    """Lets changes be written ahead. Of several that begin a new file at once SQLite lets none wait for the other."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_LOOK)
        else:
            return


def directory_of(engine: sa.Engine) -> Path:
    """Returns the data directory that a database belongs to."""
    directory: Path = engine.get_execution_options()["directory"]
    return directory


def _remedy(error: BaseException, directory: Path) -> str | None:
    """Returns what to say where the machine failed, or what was looked for is too long for SQLite."""
    if "pattern too complex" in str(error):
        return "What is looked for is longer than any name: give 50,000 characters at most."
    code = getattr(error, "sqlite_errorname", None)
    if code is not None and code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return _DAMAGED.format(error)
    return None if code in (None, "SQLITE_ERROR") else remedy_of_the_machine(error, directory)


class position(GenericFunction[int]):  # noqa: N801  (the name of a function)
    """Where a text holds another, from 1 on; 0 where it does not."""

    name = "instr"
    inherit_cache = True


@compiles(position, "postgresql")
def _position_in_postgres(element: position, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401
    return f"strpos{compiler.process(element.clause_expr, **given)}"


def newest_key(connection: sa.Connection) -> int:
    """Returns the highest key that a revision ever had."""
    return connection.exec_driver_sql(_NEWEST_KEY[connection.dialect.name]).scalar() or 0


def writing(engine: sa.Engine) -> sa.Engine:
    """Returns the same engine, whose transactions write."""
    return engine.execution_options(writes=True)


def allow_only_reading(engine: sa.Engine) -> None:
    """Lets every connection that an engine opens from now on refuse to write."""

    @sa.event.listens_for(engine, "connect")
    def refuse(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        connection.cursor().execute("PRAGMA query_only=ON")


def make_private(directory: Path) -> None:
    """Lets nobody else read what Byline keeps in a data directory, also where that was made by somebody before."""
    directory = directory.resolve()
    if directory.stat().st_mode & stat.S_ISVTX or directory == directory.parent:  # a common one, as /tmp
        return
    ours = list(chain.from_iterable(map(directory.glob, _OURS)))
    inner = [folder.rglob("*") for folder in ours if folder.is_dir()]
    for path in chain([directory], ours, *inner):
        with contextlib.suppress(OSError):  # it is gone
            known = path.lstat()
            is_ours = known.st_uid == os.geteuid() and not stat.S_ISLNK(known.st_mode)
            if is_ours and known.st_mode & 0o077:
                path.chmod(stat.S_IMODE(known.st_mode) & 0o700)


def migrate(engine: sa.Engine, schema: Schema) -> None:
    """Brings a package's tables to its schema.

    Raises:
        LibraryError: the file is not a database, or a newer Byline made it.
    """
    directory = directory_of(engine)
    try:
        with engine.connect() as connection:
            version = None
            if sa.inspect(connection).has_table(schema.version_table):
                number = sa.select(sa.column("version_num", sa.Text)).select_from(sa.table(schema.version_table))
                version = connection.execute(number).scalar()
        if version != schema.version:
            _upgrade(engine, schema, directory, version)
    except (sa.exc.DatabaseError, sqlite3.Error) as error:
        engine.dispose()
        reason = getattr(error, "orig", error)
        raise LibraryError(
            _remedy(reason, directory)
            or f"{engine.url.database} is no library of Byline ({reason}); name another --data-dir."
        ) from error
    except LibraryError:
        engine.dispose()
        raise


def _upgrade(engine: sa.Engine, schema: Schema, directory: Path, version: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError
    from filelock import FileLock

    config = Config()
    config.set_main_option("script_location", schema.migrations)
    config.attributes["version_table"] = schema.version_table
    with FileLock(directory / "schema.lock"):
        if version is not None and version < schema.version and engine.dialect.name == "sqlite":
            from retrieval.store.backup import backup_before_upgrade

            backup_before_upgrade(directory, schema.version_table.removesuffix("_version"), version)
        with writing(engine).begin() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise LibraryError(
                    f"The articles in {directory} were stored by a newer Byline ({error}); upgrade Byline to use them."
                ) from error


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Returns runs of `size` items, the last one perhaps shorter: what one statement or transaction takes.

    As `itertools.batched`, which Python has from 3.12 on.
    """
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def checkpoint(engine: sa.Engine) -> None:
    """Erases from the write-ahead log what was deleted from the tables."""
    if engine.dialect.name != "sqlite":  # the others tidy up by themselves
        return
    with contextlib.closing(engine.raw_connection()) as raw:  # no checkpoint runs inside a transaction
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def check_tables(engine: sa.Engine, *, at_start: bool = False) -> None:
    """Reads through the whole file and looks for what contradicts itself; mends what is only an index of a table.

    Args:
        engine: the database.
        at_start: passes over the indexes, and over a file of which the rest would take more than 20 ms.

    Raises:
        LibraryError: something does.
    """
    if engine.dialect.name != "sqlite":  # a server looks after its files
        return
    if at_start and Path(engine.url.database or "").stat().st_size > _READ_AT_START:
        return
    check = "quick_check" if at_start else "integrity_check"
    problems = _contradictions(engine, check)
    if problems and all(" index " in problem for problem in problems):
        with contextlib.suppress(sa.exc.DatabaseError), writing(engine).begin() as connection:
            connection.exec_driver_sql("REINDEX")
        problems = _contradictions(engine, check)
    if problems:
        raise LibraryError(_DAMAGED.format("; ".join(problems)))


def _contradictions(engine: sa.Engine, check: str) -> list[str]:
    with engine.connect() as connection:
        problems = [" ".join(row[0].split()) for row in connection.exec_driver_sql(f"PRAGMA {check}(3)")]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [*(one for one in problems if one != "ok"), *([f"{len(orphans):,} rows belong to none"] if orphans else [])]


CREATE = "CREATE DATABASE byline ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8' TEMPLATE template0"
_CONNECTING = 5  # seconds
_LONGEST_WAIT = 30_000  # milliseconds for another who writes, as for SQLite
_WRITING = 0x42796C69  # the number of the lock; "Byli"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ"
_WRITE = f"BEGIN; SELECT pg_advisory_xact_lock({_WRITING})"
_BY_CODE_POINT = {"C", "POSIX", "C.UTF-8", "C.utf8"}
_LOCK_NOT_AVAILABLE = "55P03"


def _without_nul() -> type[StrDumper]:
    """Returns what writes texts for a connection, with another character for U+0000, which PostgreSQL has not."""
    from psycopg.types.string import StrDumper

    class WithoutNul(StrDumper):
        def dump(self, obj: str) -> bytes | bytearray | memoryview | None:
            return super().dump(obj.replace("\0", "\ufffd"))

    return WithoutNul


def open_postgres(url: str, directory: Path) -> sa.Engine:
    """Opens the database at an address. The engine's errors never tell what was written or looked for.

    It does what the store relies on, as SQLite does: one transaction writes at a time, by a lock of the database's own,
    so that what it has read stays true until it has written; one that only reads sees one moment; texts are ordered by
    code point, and upper and lower case are Unicode's, which are properties of the database (`CREATE` tells how to make
    it).

    Raises:
        SettingsError: the address cannot be used, or psycopg is not installed.
        ServerAway: nobody answers.
        LibraryError: its texts are not ordered as Byline needs them.
    """
    try:
        address = sa.make_url(url).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(
            address,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",  # transactions begin where `begin` says so
            pool_pre_ping=True,
            connect_args={"connect_timeout": _CONNECTING, "options": f"-c lock_timeout={_LONGEST_WAIT}"},
            execution_options={"directory": directory},
        )
    except (sa.exc.ArgumentError, ValueError) as error:
        raise SettingsError(
            "BYLINE_DATABASE_URL has to be an address such as postgresql://byline@127.0.0.1:5432/byline."
        ) from error
    except ImportError as error:
        raise SettingsError('BYLINE_DATABASE_URL needs the package psycopg: pip install "byline[postgres]".') from error
    where = f"{address.host or 'localhost'}:{address.port or 5432}/{address.database or ''}"

    @sa.event.listens_for(engine, "connect")
    def configure(connection: psycopg.Connection, _record: object) -> None:
        connection.adapters.register_dumper(str, _without_nul())

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(_WRITE if connection.get_execution_options().get("writes") else _READ)

    @sa.event.listens_for(engine, "handle_error")
    def explain(context: sa.engine.ExceptionContext) -> None:
        error = context.original_exception
        if getattr(error, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise LibraryError(f"Another process writes to {where} for too long: try again in a moment.") from error
        if context.is_disconnect or (isinstance(context.sqlalchemy_exception, sa.exc.OperationalError)):
            raise ServerAway(
                f"The PostgreSQL server at {where} cannot be used ({' '.join(str(error).split())}): start it, or "
                "correct BYLINE_DATABASE_URL; what was stored is kept."
            ) from error

    with engine.connect() as connection:
        properties = (
            "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
        )
        encoding, order = connection.exec_driver_sql(properties).one()
        folds = encoding == "UTF8" and connection.exec_driver_sql("SELECT lower('Ä') = 'ä'").scalar()
    if not (folds and order in _BY_CODE_POINT):
        engine.dispose()
        raise LibraryError(f"The texts of {where} are not ordered as Byline needs them; make it by `{CREATE}`.")
    return engine


def seal(chosen: Sequence[str | int]) -> str:
    """Returns the seal of the columns of a row, as they are stored."""
    return hashlib.sha256(json.dumps(list(chosen)).encode()).hexdigest()[:16]


def broken(engine: sa.Engine, table: str, columns: Sequence[str]) -> list[str]:
    """Returns the first column of the rows whose sealed columns are not what they were.

    Older rows have no seal, and none of a table that its program has not brought up to date yet.
    """
    known = sa.inspect(engine)
    if not (known.has_table(table) and any(column["name"] == "seal" for column in known.get_columns(table))):
        return []
    sealed: list[sa.ColumnElement[Any]] = [sa.column(name) for name in (*columns, "seal")]
    rows = sa.select(*sealed).select_from(sa.table(table)).where(sealed[-1].is_not(None))
    with engine.connect() as connection:
        return [str(chosen[0]) for *chosen, told in connection.execute(rows) if seal(chosen) != told]
