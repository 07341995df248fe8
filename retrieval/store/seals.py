"""What people chose is sealed where it is stored: feeds and their words, what servers wish.

It cannot be made anew from anything else, as an index can; but a letter of it that was changed can be told.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Sequence


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
