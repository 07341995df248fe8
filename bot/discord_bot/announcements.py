"""What a server wants to be told of the articles that its feeds bring: which of them, where, when, and how."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.discord_bot.markdown import escape, link, timestamp
from bot.discord_bot.store import metadata
from bot.render import folded
from retrieval.feeds.deliveries import holds
from retrieval.store.database import seal, writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.store.feeds import Arrival
    from retrieval.types import Article

LISTED = 10  # articles of one message
LEAST_EVERY = 5  # minutes
_CONTENT = 2_000  # characters of a message
_TITLE = 150  # characters

_table = sa.Table(
    "discord_announcements",
    metadata,
    sa.Column("server", sa.BigInteger, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("wanted", "announced_at", "seal")),
)


@dataclass(frozen=True, slots=True)
class Announcements:
    """Which articles a channel is told of.

    Attributes:
        channel: the one that is told.
        words: an article that holds one of them, where there are any;
        speaker: or that quotes somebody of that name;
        quoting: or that quotes one of these words of somebody. Without any of the three, all that come in.
        every: minutes between two messages, at least.
        quiet: hours of the day, from and until, in which nothing is said; what comes in then is told afterwards.
        offset: hours that the server's clock is ahead of UTC.
    """

    channel: int
    words: tuple[str, ...] = ()
    speaker: str | None = None
    every: int = 60
    quiet: tuple[int, int] | None = None
    offset: int = 0
    quoting: tuple[str, ...] = ()

    def matches(self, arrival: Arrival) -> bool:
        """Tells whether an article is one to be told of."""
        article = arrival.article.article
        by_words = holds(self.words, f"{article.title}\n{article.text}")
        by_speaker = self.speaker is not None and any(holds([self.speaker], said.quote.name) for said in arrival.quotes)
        by_quotation = any(holds(self.quoting, said.text) for said in arrival.quotes)
        return by_words or by_speaker or by_quotation or not (self.words or self.speaker or self.quoting)

    def is_quiet(self, now: dt.datetime) -> bool:
        """Tells whether nothing is to be said at that moment."""
        return is_quiet(now, self.quiet, self.offset)

    def is_time(self, now: dt.datetime, last: dt.datetime | None) -> bool:
        """Tells whether a message may be sent, the last having been sent at a moment, or none yet."""
        return not self.is_quiet(now) and (last is None or now - last >= dt.timedelta(minutes=self.every))


def is_quiet(now: dt.datetime, quiet: tuple[int, int] | None, offset: int) -> bool:
    """Tells whether a moment is in quiet hours, from and until, on a clock so many hours ahead of UTC."""
    if quiet is None:
        return False
    hour, (start, end) = (now.astimezone(dt.UTC) + dt.timedelta(hours=offset)).hour, quiet
    return start <= hour < end if start <= end else hour >= start or hour < end


def announcement(articles: Sequence[Article]) -> str:
    """Returns a message on new articles, the newest first: up to ten titles with links, and how many more there are."""
    newest = sorted(articles, key=lambda a: (a.published_on or dt.date.min, a.published or ""), reverse=True)
    lines = ["**New article**" if len(newest) == 1 else f"**{len(newest):,} new articles**"]
    for shown, article in enumerate(newest[:LISTED], 1):
        line = f"- {_line(article)}"
        more = f"… and {len(newest) - shown:,} more" if len(newest) > shown else ""
        if len("\n".join([*lines, line, more])) > _CONTENT - 20:
            break
        lines.append(line)
    left = len(newest) - (len(lines) - 1)
    return "\n".join([*lines, *([f"… and {left:,} more"] if left else [])])


def _line(article: Article) -> str:
    title = folded(article.title)
    short = title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
    named = link(short, article.url) if article.url else escape(short)
    facts = (escape(folded(article.publisher)) if article.publisher else "", timestamp(article.published or ""))
    return " · ".join(filter(None, (named, *facts)))


def described(wanted: Announcements | None) -> str:
    """Returns what a server has chosen, in Discord's markdown."""
    if wanted is None:
        return "New articles are announced nowhere."
    kinds = [f"that hold {escape(', '.join(wanted.words))}"] if wanted.words else []
    kinds += [f"that quote {escape(wanted.speaker)}"] if wanted.speaker else []
    kinds += [f"in which somebody says {escape(', '.join(wanted.quoting))}"] if wanted.quoting else []
    zone = f" (UTC{wanted.offset:+d})" if wanted.offset else " (UTC)"
    quiet = f", not from {wanted.quiet[0]}:00 to {wanted.quiet[1]}:00{zone}" if wanted.quiet else ""
    which = " or ".join(kinds) or "of all kinds"
    return f"New articles {which} are announced in <#{wanted.channel}>, at most every {wanted.every} minutes{quiet}."


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
                chosen = _WANTED.dump_json(wanted).decode()
                row = {"server": server, "wanted": chosen, "announced_at": told, "seal": seal((server, chosen))}
                connection.execute(_table.insert().values(**row))

    def announced(self, server: int, now: dt.datetime) -> None:
        """Writes down that a server was told."""
        with self._writer.begin() as connection:
            told = _table.update().where(_table.c.server == server).values(announced_at=now.isoformat())
            connection.execute(told)
