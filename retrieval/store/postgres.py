"""The tables in PostgreSQL, in the place of the SQLite file of a data directory, with what the store relies on.

- One transaction writes at a time, as in SQLite: a lock of the database's own goes with each that does. So what a
  transaction has read stays true until it has written.
- A transaction that only reads sees one moment, as in SQLite.
- Texts are ordered by code point, and upper and lower case are Unicode's: those are properties of the database, which
  `CREATE` tells how to make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.errors import LibraryError, ServerAway, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg
    from psycopg.types.string import StrDumper

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
