"""The process: connects, stays connected, and ends when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import re
import signal
from typing import TYPE_CHECKING

import discord

from bot.bootstrap import open_session
from bot.discord_bot.announcements import AnnouncementStore
from bot.discord_bot.asking import Asking
from bot.discord_bot.client import BylineClient
from bot.discord_bot.digests import DigestStore, send_digests
from bot.discord_bot.endpoints import guard, point
from bot.discord_bot.fair_queue import Cooldown, FairQueue
from bot.discord_bot.following import announce, follow_feeds
from bot.discord_bot.logs import set_up
from bot.discord_bot.monitoring import keep_watchdog_quiet, notify
from bot.discord_bot.places import SERVER_PREFIX
from bot.discord_bot.reporting import report_weekly
from bot.discord_bot.sending import Connection
from bot.discord_bot.services import Services
from bot.discord_bot.store import open_store
from bot.threads import off_loop, wait_for_work
from retrieval.errors import BylineError, ServerAway, SettingsError, refer
from retrieval.serving.owner import is_heard
from retrieval.store.quotes import Quotations

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.discord_bot.store import Interrupted
    from bot.settings import Settings
    from retrieval.serving.session import Session

_HOW_TO_BEGIN = (
    "The Discord bot needs a token: at https://discord.com/developers/applications make an application, copy the token "
    "of its Bot page, and put it into .env as BYLINE_DISCORD_TOKEN=... (docs/discord.md shows each step)."
)
_LOGIN_REFUSED = (
    "Discord refuses the token in BYLINE_DISCORD_TOKEN; reset it on the portal's Bot page and copy it anew."
)
_INTENT_REFUSED = (
    "Discord refuses the Message Content Intent: switch it on, on the portal's Bot page, or set "
    "BYLINE_DISCORD_MESSAGE_CONTENT=false."
)
_TOO_OLD = "Discord refuses how this version of discord.py connects; upgrade it: pip install --upgrade discord.py"
_PRIVATE = "BYLINE_LIBRARY={} is a server's own library, and would be shown to all; name another."
_ENDING = 6.0  # seconds for questions under way, of the ten a supervisor usually gives
_CLOSING = 1.0  # seconds for the goodbye to Discord
_OWN_AGAIN = 2.0  # seconds between the tries to become the owner of the data directory
_LOADING = 20.0  # seconds that a refused start waits for what it is loading
_DAY = 86_400.0
_LONGEST_PAUSE = 60.0
_FATAL = {  # the gateway's codes for what no new try mends
    4004: _LOGIN_REFUSED,
    4010: _TOO_OLD,
    4011: _TOO_OLD,
    4012: _TOO_OLD,
    4013: _INTENT_REFUSED,
    4014: _INTENT_REFUSED,
}
_log = logging.getLogger("byline.discord")


def run(settings: Settings) -> None:
    """Answers on Discord until SIGTERM or SIGINT.

    Raises:
        SettingsError: there is no token, or Discord refuses it or what else the settings ask for.
        BylineError: the library cannot be used.
    """
    token = settings.discord_token.get_secret_value().strip() if settings.discord_token else ""
    if not token:
        raise SettingsError(_HOW_TO_BEGIN)
    if not re.fullmatch(r"[!-~]+", token):  # a line break of a paste, say, which no header can hold
        raise SettingsError(_LOGIN_REFUSED)
    if settings.library.startswith(SERVER_PREFIX):
        raise SettingsError(_PRIVATE.format(settings.library))
    set_up(token, as_json=settings.log_format == "json")
    point(settings.discord_api, settings.discord_gateway)
    with open_session(settings, "discord", stays=True, on_screen=True) as session:
        try:
            asyncio.run(_serve(session, settings, token))
        except SettingsError:
            wait_for_work(_LOADING)
            raise


async def _serve(session: Session, settings: Settings, token: str) -> None:
    told_to_end = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, told_to_end.set)
    articles, store, connection = session.articles, open_store(session.articles.engine), Connection()
    queue = FairQueue(
        parallel=settings.discord_parallel,
        limit=settings.discord_queue,
        server_limit=max(1, settings.discord_queue // 2),
    )
    cooldown = Cooldown(settings.discord_questions_a_minute)
    services = Services(
        settings=settings,
        articles=articles,
        quotations=Quotations(articles.engine),
        store=store,
        queue=queue,
        connection=connection,
        asking=Asking(session.answer, articles, store, queue, cooldown, connection, settings),
        announcements=AnnouncementStore(articles.engine),
        digests=DigestStore(articles.engine),
    )
    left = await off_loop(store.unfinished)
    async with _monitored(services, session):
        await _run(services, session, token, told_to_end, left)


@contextlib.asynccontextmanager
async def _monitored(services: Services, session: Session) -> AsyncIterator[None]:
    """Serves metrics, if a port is set."""
    if (port := services.settings.metrics_port) is None:
        yield
        return
    from bot.discord_bot.monitoring import Monitoring  # most run without

    monitoring = Monitoring(services, lambda: session.parts is not None or is_heard(session.data_dir))
    services.asking.observe = monitoring.observe
    async with monitoring.serving(port):
        yield


async def _run(
    services: Services, session: Session, token: str, told_to_end: asyncio.Event, left: list[Interrupted]
) -> None:
    tasks = [
        asyncio.create_task(work)
        for work in (
            told_to_end.wait(),
            _connected(services, token),
            _own(session),
            _tidy(services),
            report_weekly(services),
            keep_watchdog_quiet(),
            follow_feeds(services),
            announce(services),
            send_digests(services),
        )
    ]
    services.asking.start(services.asking.apologise(left))
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        notify("STOPPING=1")
        if told_to_end.is_set():
            _log.info("Told to end; finishing the questions under way")
            await services.asking.close(_ENDING)
        for task in done:
            task.result()  # raises what ended it
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=_CLOSING)


async def _connected(services: Services, token: str) -> None:
    """Keeps a client connected. discord.py mends most losses itself; what it gives up on gets a new client."""
    pause = 1.0
    while True:
        began = dt.datetime.now(dt.UTC)
        client = BylineClient(services)
        guard(client)
        try:
            await client.start(token)
        except discord.LoginFailure as error:
            raise SettingsError(_LOGIN_REFUSED) from error
        except discord.PrivilegedIntentsRequired as error:
            raise SettingsError(_INTENT_REFUSED) from error
        except Exception as error:  # a network that is not there yet, a frame that is no JSON
            if isinstance(error, discord.ConnectionClosed) and error.code in _FATAL:
                raise SettingsError(_FATAL[error.code]) from error
            refer(error, f"the connection to Discord ended; trying again in {pause:.0f} s")
        finally:
            services.connection.hang_up()
            with contextlib.suppress(Exception):
                await client.close()
        if dt.datetime.now(dt.UTC) - began > dt.timedelta(seconds=_LONGEST_PAUSE):
            pause = 1.0
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


async def _own(session: Session) -> None:
    """Owns the data directory as soon as no other process does. The first try tells of a library that is unusable."""
    try:
        await off_loop(session.own, say=_log.info)
    except ServerAway as error:
        _log.warning("%s", error)
    while True:
        await asyncio.sleep(_OWN_AGAIN)
        if session.parts is None:
            try:
                await off_loop(session.own)
            except BylineError as error:
                refer(error, "the library cannot be opened")


async def _tidy(services: Services) -> None:
    """Deletes each day what is older than it may be kept."""
    while True:
        before = dt.datetime.now(dt.UTC) - dt.timedelta(days=services.settings.discord_keep_days)
        try:
            await off_loop(services.store.expire, before)
        except Exception as error:  # noqa: BLE001  (a full disk, say; tomorrow is another day)
            refer(error, "old questions could not be deleted")
        await asyncio.sleep(_DAY)
