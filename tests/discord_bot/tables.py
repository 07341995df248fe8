"""What the tables of the bot's database hold while it runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.discord_emulator.people import Person


def read(data: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Returns the rows that a query finds in the database of a data directory."""
    with closing(sqlite3.connect(f"file:{data / 'articles.sqlite3'}?mode=ro", uri=True)) as connection:
        return list(connection.execute(query, values))


def rows_of(data: Path, person: Person) -> list[tuple[object, ...]]:
    """Returns each row of the bot's tables that holds a person's id, as a number or within a text."""
    query = "select name from sqlite_master where type = 'table' and name like 'discord%'"
    tables = [name for (name,) in read(data, query)]
    rows = [(table, *row) for table in tables for row in read(data, f"select * from {table}")]  # noqa: S608  (names of tables)
    return [row for row in rows if any(person.id in str(value) for value in row)]
