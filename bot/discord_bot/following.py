"""Feeds are read in the background of the bot, and what they bring is announced where that is wanted.

A feed that keeps failing is told once to those who manage its server.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import logging
from typing import TYPE_CHECKING

from bot.bootstrap import open_refresher
from bot.discord_bot.announcements import announcement
from bot.discord_bot.markdown import escape
from bot.discord_bot.places import SERVER_PREFIX, server_library
from bot.discord_bot.rendering import Part
from bot.discord_bot.replies import Undeliverable, post, write_to
from bot.feeds import Watching, failing_line, summary
from bot.threads import off_loop
from retrieval.errors import refer
from retrieval.store.feeds import Feeds

if TYPE_CHECKING:
    from bot.discord_bot.announcements import Announcements, AnnouncementStore
    from bot.discord_bot.services import Services
    from retrieval.store.feeds import Feed

_LOOK = 10.0  # seconds between looks at whether there is something to announce
_MOST = 1_000  # articles that one message may tell of
_log = logging.getLogger("byline.discord")


async def follow_feeds(services: Services) -> None:
    """Reads the feeds of all libraries as they become due, until it is cancelled; without a feed nothing is opened."""
    stopping = False
    feeds = Feeds(services.articles.engine)
    watching = Watching(
        services.settings.data_dir,
        feeds,
        lambda strangers: open_refresher(services.settings, feeds, lambda: stopping, strangers=strangers),
        lambda: stopping,
    )
    try:
        while True:
            try:
                if round_ := await off_loop(watching.round):
                    _log.info("%s", summary(round_))
                for feed in await off_loop(watching.newly_failing):
                    await _tell_failing(services, feed)
                pause = await off_loop(watching.pause)
            except Exception as error:  # noqa: BLE001  (a full disk, say; the next round is another)
                refer(error, "the feeds could not be read")
                pause = _LOOK
            await asyncio.sleep(pause)
    finally:
        stopping = True


async def announce(services: Services) -> None:
    """Tells channels what came in, where that is wanted, until it is cancelled."""
    store = services.announcements
    while True:
        try:
            for server, wanted, last in await off_loop(lambda: list(store.all_wanted())):
                now = dt.datetime.now(dt.UTC)
                if wanted.is_time(now, last):
                    await _announce(services, store, server, wanted, now)
        except Exception as error:  # noqa: BLE001  (the next look is another)
            refer(error, "new articles could not be announced")
        await asyncio.sleep(_LOOK)


async def _announce(
    services: Services, store: AnnouncementStore, server: int, wanted: Announcements, now: dt.datetime
) -> None:
    feeds = Feeds(services.articles.engine)
    arrivals = await off_loop(feeds.to_announce, server_library(server), _MOST)
    told = [arrival for arrival in arrivals if wanted.matches(arrival)]
    if told:
        names = " ".join(f"{arrival.feed}/{arrival.entry}" for arrival in told)
        nonce = hashlib.sha256(names.encode()).hexdigest()[:24]  # the same after a crash, so that Discord shows it once
        text = announcement([arrival.article.article for arrival in told])
        try:
            await post(services.connection, wanted.channel, Part(text), nonce=nonce)
        except Undeliverable as error:
            refer(error, f"server {server} could not be told of new articles")
    if arrivals:
        await off_loop(feeds.announced, arrivals)
    if told:
        await off_loop(store.announced, server, now)


async def _tell_failing(services: Services, feed: Feed) -> None:
    """Tells who manages a server that one of its feeds keeps failing: where its articles are announced, else its owner.

    Of other libraries the log tells, which is read by who runs the bot.
    """
    _log.warning("%s", failing_line(feed))
    if not feed.library.startswith(SERVER_PREFIX):
        return
    server, text = int(feed.library.removeprefix(SERVER_PREFIX)), f"{escape(failing_line(feed))} /feeds tells more."
    wanted = await off_loop(services.announcements.wanted, server)
    try:
        if wanted is not None:
            await post(services.connection, wanted.channel, Part(text))
            return
        guild = (await services.connection.client()).get_guild(server)
        if guild is not None and guild.owner_id:
            await write_to(services.connection, guild.owner_id, text)
    except Undeliverable as error:
        refer(error, f"server {server} could not be told of a feed that fails")
