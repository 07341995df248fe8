from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import sqlite3
import sys
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import aiohttp
import discord
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord import app_commands
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_bot.logs import RedactingFormatter, set_up
from retrieval.errors import SourceError, refer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Made up, and put together here so that no scanner takes it for a leaked one.
SECRET = "Zz9" * 9 + "-_x"
TOKEN = f"MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.{SECRET}"
INTERACTION = "aW50ZXJhY3Rpb246" + "MTIzNDU2" * 10
WORDS = "Who is the mole in the ministry?"


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Sets up the logs; what they showed since the last call."""
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    root = logging.getLogger()
    level, others, root.handlers = root.level, root.handlers, []
    set_up(TOKEN)
    root.handlers += others  # pytest's own, which it takes away itself

    def take() -> str:
        text = shown.getvalue()
        shown.seek(0)
        shown.truncate()
        return text

    yield take
    root.handlers = [handler for handler in root.handlers if not isinstance(handler.formatter, RedactingFormatter)]
    root.setLevel(level)
    for name in ("byline", "discord"):
        logging.getLogger(name).setLevel(logging.NOTSET)


Problem = TypeVar("Problem", bound=BaseException)


def raised(error: Problem) -> Problem:
    """The error with a traceback, through a frame that knows what was asked."""

    def answer(question: str) -> None:
        if question:
            raise error

    try:
        answer(WORDS)
    except type(error):
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("logger", "level", "shown"),
    [
        ("byline", logging.INFO, True),
        ("discord.gateway", logging.INFO, True),
        ("discord.http", logging.DEBUG, False),
        ("byline", logging.DEBUG, False),
        ("chromadb", logging.INFO, False),
        ("chromadb", logging.WARNING, True),
    ],
)
def test_an_operator_sees_what_matters(logged: Callable[[], str], logger: str, level: int, shown: bool) -> None:
    logging.getLogger(logger).log(level, "Shard ID %s has connected.", 0)
    assert ("has connected" in logged()) is shown


def test_a_record_is_one_line_with_time_and_level(logged: Callable[[], str]) -> None:
    logging.getLogger("byline").warning("one\ntwo\x1b[31m\r\u2028three %s", "four")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} WARNING byline: one\\ntwo\\x1b\[31m\\r\\u2028three four\n", logged()
    )


@pytest.mark.usefixtures("logged")
def test_to_set_up_twice_logs_once() -> None:
    set_up(TOKEN)
    ours = [handler for handler in logging.getLogger().handlers if isinstance(handler.formatter, RedactingFormatter)]
    assert len(ours) == 1


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"Bot {TOKEN}",
        f"{{'Authorization': 'Bot {TOKEN}'}}",
        json.dumps({"token": TOKEN}),
        quote(f"Bot {TOKEN}", safe=""),
        "".join(f"%{byte:02x}" for byte in TOKEN.encode()),
        "".join(f"%25{byte:02X}" for byte in TOKEN.encode()),
        f"the rest of it: {SECRET}",
    ],
)
def test_the_bots_token_is_not_logged_however_it_is_written(logged: Callable[[], str], text: str) -> None:
    logging.getLogger("byline").error("It was %s!", text)
    refer(raised(RuntimeError(text)), f"with {text}")
    shown = logged()
    assert shown.count("<token>") == 3
    assert "It was " in shown
    assert SECRET not in shown.replace("%", "")
    assert quote(SECRET, safe="") not in shown


@given(
    token=st.from_regex(r"[A-Za-z0-9_-]{24}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{38}", fullmatch=True),
    encoded=st.sets(st.integers(0, 69)),
    around=st.tuples(st.text(max_size=9), st.text(max_size=9)),
)
def test_no_mixture_of_encodings_shows_a_token(token: str, encoded: set[int], around: tuple[str, str]) -> None:
    written = "".join(f"%{ord(c):02x}" if n in encoded else c for n, c in enumerate(token))
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%s", (around[0] + written + around[1],), None)
    shown = RedactingFormatter(token).format(record)
    assert "<token>" in shown
    assert written not in shown


@pytest.mark.parametrize("token", [None, "", " ", "short"])
def test_without_a_token_the_rest_is_still_redacted(token: str | None) -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, f"a short {TOKEN} /webhooks/12/{INTERACTION}", (), None)
    assert RedactingFormatter(token).format(record).endswith("a short <token> /webhooks/12/<token>")


def test_a_token_at_the_edge_of_a_long_line_is_not_cut_into_the_open(logged: Callable[[], str]) -> None:
    for length in range(3_900, 4_010, 7):
        refer(raised(RuntimeError("x" * length + TOKEN)), "a failure")
        shown = logged()
        assert TOKEN[:8] not in shown
        assert max(map(len, shown.splitlines())) <= 4_000


@pytest.mark.parametrize(
    "path",
    [
        f"interactions/12/{INTERACTION}/callback",
        f"webhooks/34/{INTERACTION}/messages/@original",
        "webhooks/5/x-Y_z?a=1",
    ],
)
def test_real_errors_of_real_requests_show_no_token_of_their_address(logged: Callable[[], str], path: str) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.json_response({"message": "Missing Permissions", "code": 50013}, status=403)

    async def scene() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", refuse)
        async with TestServer(app) as server, aiohttp.ClientSession() as session:
            response = await session.post(server.make_url(path))
            data = await response.json()
            try:
                response.raise_for_status()
            except aiohttp.ClientResponseError as error:
                refer(error, "a callback failed")
            refer(raised(discord.Forbidden(response, data)), f"{response.url}")
            try:
                await session.get(str(response.url).replace("http:", "http:/"))
            except aiohttp.InvalidURL as error:
                refer(error, "an address failed")

    asyncio.run(scene())
    shown = logged()
    assert not re.search(f"{INTERACTION}|x-Y_z", shown)
    assert shown.count("/<token>") == 3
    assert "403 Forbidden (error code: 50013): Missing Permissions" in shown
    assert "aiohttp.client_exceptions.ClientResponseError: 403" in shown
    assert "test_logs.py:" in shown


def test_a_reference_finds_its_error_in_the_log(logged: Callable[[], str]) -> None:
    references = [refer(raised(SourceError("notes.txt is empty.")), "an article could not be added") for _ in range(50)]
    shown = logged()
    for reference in references:
        assert re.fullmatch("[2-9A-HJKMNP-TV-Z]{6}", reference)
        assert shown.count(f"ERROR byline: {reference}: an article could not be added\n") == 1
    assert len(set(references)) == 50
    assert shown.count("retrieval.errors.SourceError: notes.txt is empty.\n") == 50


def library_error() -> BaseException:
    with pytest.raises(sa.exc.StatementError) as caught, sa.create_engine("sqlite://").connect() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:text)"), {"text": WORDS})
    return caught.value


def command_error() -> BaseException:
    @app_commands.command()
    async def ask(_: discord.Interaction) -> None:
        """Ask."""

    error = app_commands.CommandInvokeError(ask, ValueError(WORDS))
    error.__cause__ = raised(error.original)
    return error


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: raised(ValueError(WORDS)), "ValueError (its message may"),
        (lambda: raised(KeyError(WORDS)), "KeyError (its message may"),
        (lambda: ExceptionGroup(WORDS, [raised(KeyError(WORDS)), raised(OSError(28, "full"))]), "OSError: [Errno 28]"),
        (library_error, "sqlite3.OperationalError: no such table: nowhere"),
        (command_error, "CommandInvokeError (its message may"),
    ],
)
def test_what_people_wrote_is_not_logged_with_an_error(
    logged: Callable[[], str], make: Callable[[], BaseException], told: str
) -> None:
    refer(make(), "a question failed")
    shown = logged()
    assert told in shown
    assert "mole" not in shown


def test_what_asyncio_repeats_of_a_forgotten_task_is_not_logged(logged: Callable[[], str]) -> None:
    async def scene() -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(int, WORDS)
        await asyncio.sleep(0)
        loop.call_exception_handler({"message": "Task exception was never retrieved", "exception": KeyError(WORDS)})
        logging.getLogger("asyncio").error("Left over\nfuture: %r", KeyError(WORDS))

    asyncio.run(scene())
    shown = logged()
    assert "mole" not in shown
    assert "ERROR asyncio: Exception in callback int" in shown
    assert "ERROR asyncio: Task exception was never retrieved" in shown
    assert "ERROR asyncio: Left over" in shown


def test_causes_come_before_what_they_caused_and_a_circle_ends(logged: Callable[[], str]) -> None:
    first, second = raised(OSError("disk")), raised(sqlite3.OperationalError("full"))
    second.__cause__ = first
    first.__context__ = second
    refer(second, "a save failed")
    shown = logged()
    assert 0 < shown.index("OSError: disk") < shown.index("sqlite3.OperationalError: full")


def test_a_lost_connection_that_is_made_anew_takes_two_lines(logged: Callable[[], str]) -> None:
    lost = raised(aiohttp.ClientConnectionError("Connection lost"))
    logging.getLogger("discord.shard").error("Attempting a reconnect for shard ID %s in %.2fs", 0, 1.5, exc_info=lost)
    assert len(logged().splitlines()) == 2
    logging.getLogger("discord.client").error("Ignoring exception in %s", "on_ready", exc_info=lost)
    assert len(logged().splitlines()) == 4


def test_a_record_that_cannot_be_formatted_prints_none_of_its_parts(logged: Callable[[], str]) -> None:
    logging.getLogger("byline").error("%d", WORDS)
    assert logged() == ""
