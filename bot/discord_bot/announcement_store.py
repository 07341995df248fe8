"""What each server wants to be told, and when it was told last."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.discord_bot.announcements import Announcements
from bot.discord_bot.store import metadata
from retrieval.store.database import writing

if TYPE_CHECKING:
    from collections.abc import Iterator

_table = sa.Table(
    "discord_announcements",
    metadata,
    sa.Column("server", sa.BigInteger, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("wanted", "announced_at")),
)
_WANTED = TypeAdapter(Announcements)


class AnnouncementStore:
    """Reads and writes the table; `open_store` brings it to its schema."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    def wanted(self, server: int) -> Announcements | None:
        """Returns what a server wants to be told; None where that is nothing."""
        with self._engine.connect() as connection:
            stored = connection.execute(sa.select(_table.c.wanted).where(_table.c.server == server)).scalar()
        return _WANTED.validate_json(stored) if stored else None

    def all_wanted(self) -> Iterator[tuple[int, Announcements, dt.datetime | None]]:
        """Yields each server that wants to be told, what, and when it was told last."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_table.c.server, _table.c.wanted, _table.c.announced_at)).all()
        for server, wanted, told in rows:
            yield server, _WANTED.validate_json(wanted), dt.datetime.fromisoformat(told) if told else None

    def want(self, server: int, wanted: Announcements | None) -> None:
        """Writes down what a server wants to be told; when it was told last stays."""
        with self._writer.begin() as connection:
            told = connection.execute(sa.select(_table.c.announced_at).where(_table.c.server == server)).scalar()
            connection.execute(_table.delete().where(_table.c.server == server))
            if wanted is not None:
                row = {"server": server, "wanted": _WANTED.dump_json(wanted).decode(), "announced_at": told}
                connection.execute(_table.insert().values(**row))

    def announced(self, server: int, now: dt.datetime) -> None:
        """Writes down that a server was told."""
        with self._writer.begin() as connection:
            told = _table.update().where(_table.c.server == server).values(announced_at=now.isoformat())
            connection.execute(told)
