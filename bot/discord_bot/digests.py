"""Digests of what came in, by story: to a channel of a server, or to a person who wants one, once a day or a week.

What is to be sent is written down before it is sent, so that a process that is killed meanwhile leaves a digest that
may not have arrived, and never sends one twice.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.discord_bot.announcements import is_quiet
from bot.discord_bot.markdown import escape, link
from bot.discord_bot.places import server_library
from bot.discord_bot.rendering import CARD, TEAL, Card, Part, shortened
from bot.discord_bot.replies import Undeliverable, direct_channel, post
from bot.discord_bot.store import metadata
from bot.render import folded, quoted
from bot.stories import heading, origin
from bot.threads import off_loop
from retrieval.errors import BylineError, refer
from retrieval.store.database import checkpoint, seal, writing
from retrieval.stories.digest import Digest, Wanted, digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.discord_bot.services import Services
    from retrieval.stories.digest import DigestStory

_LOOK = 10.0  # seconds between looks at who is to be sent one
_SENTENCE, _TITLE = 400, 150  # characters
_KEPT = 20  # deliveries of a reader, the last
_MONDAY = 0
Outcome = Literal["sending", "sent", "not taken"]

_digests = sa.Table(
    "discord_digests",
    metadata,
    sa.Column("reader", sa.BigInteger, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("wanted", "told_until", "seal")),
)
_deliveries = sa.Table(
    "discord_deliveries",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("reader", sa.BigInteger),
    *(sa.Column(name, sa.Text) for name in ("since", "until", "outcome")),
    sa.Column("stories", sa.Integer),
)


@dataclass(frozen=True, slots=True)
class WantedDigest:
    """Which digest a reader wants, a server or a person.

    Attributes:
        channel: that of the server; None for a direct message.
        every: a day, or a week: on Mondays.
        hour: from which on it is sent.
        about: words that its articles hold.
        speaker: whom they quote.
        quoting: words that somebody is quoted with in them.
        quiet: hours of the day, from and until, in which nothing is sent.
        offset: hours that the reader's clock is ahead of UTC.
    """

    channel: int | None = None
    every: Literal["day", "week"] = "day"
    hour: int = 8
    about: str | None = None
    speaker: str | None = None
    quiet: tuple[int, int] | None = None
    offset: int = 0
    quoting: str | None = None

    def is_due(self, now: dt.datetime, told_until: dt.datetime) -> bool:
        """Tells whether one is to be sent, what came in having been told until a moment."""
        own = now.astimezone(dt.timezone(dt.timedelta(hours=self.offset)))
        days = (own.weekday() - _MONDAY) if self.every == "week" else 0
        last = own.replace(hour=self.hour, minute=0, second=0, microsecond=0) - dt.timedelta(days=days)
        if last > own:
            last -= dt.timedelta(days=7 if self.every == "week" else 1)
        return told_until < last and not is_quiet(now, self.quiet, self.offset)


@dataclass(frozen=True, slots=True)
class DigestRun:
    """What became of a digest."""

    since: dt.datetime
    until: dt.datetime
    stories: int
    outcome: Outcome


_WANTED = TypeAdapter(WantedDigest)


class DigestStore:
    """Reads and writes the tables; `open_store` brings them to their schema."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    def wanted(self, reader: int) -> WantedDigest | None:
        """Returns which digest a server or a person wants; None for none."""
        query = sa.select(_digests.c.wanted).where(_digests.c.reader == reader)
        with self._engine.connect() as connection:
            stored = connection.execute(query).scalar()
        return _WANTED.validate_json(stored) if stored else None

    def all_wanted(self) -> Iterator[tuple[int, WantedDigest, dt.datetime]]:
        """Yields each reader, what is wanted, and until when it was told what came in."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_digests.c.reader, _digests.c.wanted, _digests.c.told_until)).all()
        for reader, wanted, told_until in rows:
            yield reader, _WANTED.validate_json(wanted), dt.datetime.fromisoformat(told_until)

    def want(self, reader: int, wanted: WantedDigest | None, now: dt.datetime) -> None:
        """Writes down what a reader wants. What came in before the first time is no news; with None all is deleted."""
        with self._writer.begin() as connection:
            this = _digests.c.reader == reader
            told_until = connection.execute(sa.select(_digests.c.told_until).where(this)).scalar()
            connection.execute(_digests.delete().where(this))
            if wanted is None:
                connection.execute(_deliveries.delete().where(_deliveries.c.reader == reader))
            else:
                chosen = _WANTED.dump_json(wanted).decode()
                row = {"wanted": chosen, "told_until": told_until or now.isoformat(), "seal": seal((reader, chosen))}
                connection.execute(_digests.insert().values(reader=reader, **row))
        if wanted is None:
            checkpoint(self._engine)

    def told(self, reader: int, until: dt.datetime) -> None:
        """Writes down that nothing that came in until a moment is left to be told."""
        with self._writer.begin() as connection:
            row = _digests.update().where(_digests.c.reader == reader)
            connection.execute(row.values(told_until=until.isoformat()))

    def begin(self, reader: int, sent: Digest, until: dt.datetime) -> int | None:
        """Writes down, before it is sent, that a digest tells what came in until a moment; returns its key.

        None where it is not wanted any more, or was written down already.
        """
        moments = {"since": sent.since.isoformat(), "until": until.isoformat()}
        with self._writer.begin() as connection:
            own = sa.and_(_digests.c.reader == reader, _digests.c.told_until == moments["since"])
            if not connection.execute(_digests.update().where(own).values(told_until=moments["until"])).rowcount:
                return None
            row = {"reader": reader, "stories": sent.total, "outcome": "sending", **moments}
            (key,) = connection.execute(_deliveries.insert().values(**row)).inserted_primary_key or (None,)
            newest = sa.select(_deliveries.c.key).where(_deliveries.c.reader == reader)
            newest = newest.order_by(_deliveries.c.key.desc()).limit(_KEPT)
            old = _deliveries.c.key.not_in(newest.scalar_subquery())
            connection.execute(_deliveries.delete().where(_deliveries.c.reader == reader, old))
        return key

    def end(self, key: int, outcome: Outcome) -> None:
        """Writes down what became of it."""
        with self._writer.begin() as connection:
            connection.execute(_deliveries.update().where(_deliveries.c.key == key).values(outcome=outcome))

    def deliveries(self, reader: int) -> list[DigestRun]:
        """Returns what became of a reader's digests, the last first."""
        own = sa.select(_deliveries).where(_deliveries.c.reader == reader).order_by(_deliveries.c.key.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(own).all()
        moment = dt.datetime.fromisoformat
        return [DigestRun(moment(row.since), moment(row.until), row.stories, row.outcome) for row in rows]


async def send_digests(services: Services) -> None:
    """Sends digests as they become due, until it is cancelled."""
    store = services.digests
    while True:
        try:
            for reader, wanted, told_until in await off_loop(lambda: list(store.all_wanted())):
                if wanted.is_due(dt.datetime.now(dt.UTC), told_until):
                    await _send(services, reader, wanted, told_until)
        except Exception as error:  # noqa: BLE001  (the next look is another)
            refer(error, "the digests could not be sent")
        await asyncio.sleep(_LOOK)


async def _send(services: Services, reader: int, wanted: WantedDigest, since: dt.datetime) -> None:
    until = await off_loop(services.articles.everything_until)
    try:
        found = await off_loop(collect, services, reader, wanted, since, until)
    except BylineError as error:  # a speaker's name that several have by now
        refer(error, f"the digest of {reader} could not be made")
        found = Digest(since, (), 0, 0)
    if not found.stories:
        await off_loop(services.digests.told, reader, until)
        return
    key = await off_loop(services.digests.begin, reader, found, until)
    if key is None:
        return
    outcome: Outcome = "sent"
    try:
        channel = wanted.channel or await direct_channel(services.connection, reader)
        await post(services.connection, channel, digest_part(found), nonce=f"digest-{key}")
    except Undeliverable as error:
        refer(error, f"the digest of {reader} was not taken")
        outcome = "not taken"
    await off_loop(services.digests.end, key, outcome)


def collect(
    services: Services, reader: int, wanted: WantedDigest, since: dt.datetime, until: dt.datetime | None = None
) -> Digest:
    """Returns what came in for a reader: a server has a library of its own beside that for all.

    Raises:
        BylineError: several speakers are called as the one who is wanted.
    """
    public = services.settings.library
    libraries = (public,) if wanted.channel is None else (server_library(reader), public)
    return digest(
        services.articles.engine, libraries, since, Wanted(wanted.about, wanted.speaker, wanted.quoting), until
    )


def digest_part(found: Digest) -> Part:
    """Returns a digest as one message: as many stories as it holds, and how many more there are."""
    shown: list[str] = []
    for story in found.stories:
        left = found.total - len(shown) - 1
        if len("\n\n".join([*shown, _story(story), _more(left)])) > CARD:
            break
        shown.append(_story(story))
    left = found.total - len(shown)
    return Part(f"**{escape(heading(found))}**", Card("\n\n".join([*shown, *([_more(left)] if left else [])]), TEAL))


def _story(story: DigestStory) -> str:
    article = story.said.article
    title = shortened(folded(article.title), _TITLE)
    said = shortened(folded(story.said.text), _SENTENCE)
    told = escape(origin(story))
    lines = (f"**{link(title, article.url) if article.url else escape(title)}**", escape(quoted(said)))
    return "\n".join([*lines, *([f"-# {told}"] if told else [])])


def _more(left: int) -> str:
    return f"-# … and {left:,} more"


def described(wanted: WantedDigest | None) -> str:
    """Returns which digest is sent, in Discord's markdown."""
    if wanted is None:
        return "No digest is sent."
    kinds = [f"about {escape(wanted.about)}"] if wanted.about else []
    kinds += [f"that quotes {escape(wanted.speaker)}"] if wanted.speaker else []
    kinds += [f"in which somebody says {escape(wanted.quoting)}"] if wanted.quoting else []
    zone = f"UTC{wanted.offset:+d}" if wanted.offset else "UTC"
    quiet = f", not from {wanted.quiet[0]}:00 to {wanted.quiet[1]}:00" if wanted.quiet else ""
    day = "each Monday" if wanted.every == "week" else "each day"
    where = f"in <#{wanted.channel}>" if wanted.channel else "to you alone"
    what = f" {' and '.join(kinds)}" if kinds else ""
    return f"A digest of what came in{what} is sent {where} {day} from {wanted.hour}:00 on ({zone}){quiet}."


def delivery_line(delivery: DigestRun) -> str:
    """Returns what became of a digest, on a line."""
    told = {"sending": "was being sent when I ended", "sent": "sent", "not taken": "could not be delivered"}
    return f"{delivery.until:%Y-%m-%d %H:%M} UTC: {delivery.stories:,} stories, {told[delivery.outcome]}"
