from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal

import aiohttp
import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord import app_commands
from discord.http import Route

from bot.discord_bot.sending import Trouble, fresh_nonce, passes, persistent, trouble_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine

VIA = {"Via": "1.1 google"}
Fault = int | Literal["reset", "reset after", "silence"] | tuple[int, dict[str, Any], dict[str, str]]


class Api:
    """As much of Discord's API as posts, edits and deletes messages, with faults on demand."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = deque(faults)
        self.messages: dict[str, dict[str, Any]] = {}  # by nonce
        self.requests: list[tuple[str, str]] = []
        self.over = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append((request.method, request.path))
        fault = self.faults.popleft() if self.faults and request.path != "/users/@me" else None
        match fault:
            case "reset":
                return self._reset(request)
            case "silence":
                await self.over.wait()
            case int():
                return self._respond({"message": "not now"}, fault)
            case (status, body, headers):
                return self._respond(body, status, headers)
        done = self._respond(await self._done(request))
        return self._reset(request) if fault == "reset after" else done

    async def _done(self, request: web.Request) -> dict[str, Any]:
        if request.path == "/users/@me":
            return {"id": "7", "username": "b", "discriminator": "0"}
        body = await request.json() if request.can_read_body else {}
        nonce = body.get("nonce") if body.get("enforce_nonce") else None
        return self.messages.setdefault(nonce or f"none {len(self.requests)}", message(len(self.messages) + 1, body))

    @staticmethod
    def _respond(body: dict[str, Any], status: int = 200, headers: dict[str, str] = VIA) -> web.Response:
        return web.Response(
            body=json.dumps(body).encode(), status=status, headers={**headers, "Content-Type": "application/json"}
        )

    @staticmethod
    def _reset(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()


def message(number: int, body: dict[str, Any]) -> dict[str, Any]:
    author = {"id": "7", "username": "b", "discriminator": "0", "avatar": None}
    empty: dict[str, list[object]] = {"attachments": [], "embeds": [], "mentions": [], "mention_roles": []}
    told = {"id": str(number), "channel_id": "5", "type": 0, "content": body.get("content", ""), "author": author}
    flags = {"tts": False, "pinned": False, "mention_everyone": False, "edited_timestamp": None}
    return {**told, **empty, **flags, "timestamp": "2026-01-01T00:00:00+00:00", "components": [], "reactions": []}


@asynccontextmanager
async def connected(api: Api) -> AsyncIterator[discord.Client]:
    """The real client, logged in at the API."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", api.handle)
    async with TestServer(app) as server:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Route, "BASE", str(server.make_url("/")).rstrip("/"))
            async with discord.Client(intents=discord.Intents.none()) as client:
                await client.http.static_login("token")
                yield client
                api.over.set()


def run(scene: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 60))


def posting(client: discord.Client, nonce: str) -> Callable[[], Awaitable[object]]:
    return lambda: client.get_partial_messageable(5).send("An answer.", nonce=nonce)


def editing(client: discord.Client) -> Callable[[], Awaitable[object]]:
    return lambda: client.get_partial_messageable(5).get_partial_message(1).edit(content="An answer.")


def deleting(client: discord.Client) -> Callable[[], Awaitable[object]]:
    return lambda: client.get_partial_messageable(5).get_partial_message(1).delete()


def editing_the_response(client: discord.Client) -> Callable[[], Awaitable[object]]:
    webhook = discord.Webhook.partial(3, "token", client=client)
    return lambda: webhook.edit_message(1, content="An answer.")


SLOW = (429, {"message": "slow"}, {"Retry-After": "0.1"})


@pytest.mark.parametrize("faults", [["reset", "reset"], [503, 503], [503, "reset", 503], [SLOW, SLOW], ["reset after"]])
def test_a_message_is_posted_once_whatever_happens(faults: list[Fault]) -> None:
    async def scene() -> None:
        api = Api(*faults)
        async with connected(api) as client:
            await persistent(posting(client, fresh_nonce()))
        assert [posted["content"] for posted in api.messages.values()] == ["An answer."]
        assert len(api.requests) == 2 + len(faults)

    run(scene())


@pytest.mark.parametrize("action", [editing, deleting, editing_the_response])
@pytest.mark.parametrize("faults", [["reset"], ["reset after"], [SLOW], [503]])
def test_an_edit_and_a_delete_go_through(
    action: Callable[[discord.Client], Callable[[], Awaitable[object]]], faults: list[Fault]
) -> None:
    async def scene() -> None:
        api = Api(*faults)
        async with connected(api) as client:
            await persistent(action(client))
        assert not api.faults
        assert len(api.requests) == 2 + len(faults)

    run(scene())


def test_a_request_without_an_answer_is_made_again() -> None:
    async def scene() -> None:
        api = Api("silence")
        async with connected(api) as client:
            await persistent(posting(client, fresh_nonce()), seconds=2)
        assert len(api.requests) == 3
        assert len(api.messages) == 1

    run(scene())


@pytest.mark.parametrize("fault", [503, "reset"])
def test_it_gives_up_in_the_end_with_the_last_error(fault: Fault) -> None:
    async def scene() -> None:
        api = Api(*[fault] * 1000)
        async with connected(api) as client:
            with pytest.raises((discord.DiscordServerError, aiohttp.ClientError)) as caught:
                await persistent(editing(client), seconds=1)
            assert passes(caught.value)
        assert len(api.requests) > 2

    run(scene())


def test_a_wait_beyond_the_end_is_not_begun() -> None:
    async def scene() -> None:
        api = Api((429, {"message": "banned"}, {"Retry-After": "3600"}))
        async with connected(api) as client:
            with pytest.raises(discord.HTTPException) as caught:
                await persistent(editing(client), seconds=30)
        assert caught.value.status == 429
        assert len(api.requests) == 2

    run(scene())


@pytest.mark.parametrize("header", [{}, {"Retry-After": "soon"}, {"Retry-After": "nan"}, {"Retry-After": "-1"}])
def test_a_rate_limit_that_does_not_tell_its_end_is_waited_out_all_the_same(header: dict[str, str]) -> None:
    async def scene() -> None:
        api = Api((429, {"message": "slow"}, header))
        async with connected(api) as client:
            await persistent(editing(client))
        assert len(api.requests) == 3

    run(scene())


def test_a_refusal_is_not_repeated() -> None:
    async def scene() -> None:
        api = Api((403, {"message": "Missing Permissions", "code": 50013}, VIA))
        async with connected(api) as client:
            with pytest.raises(discord.Forbidden):
                await persistent(posting(client, fresh_nonce()))
        assert len(api.requests) == 2

    run(scene())


def test_a_request_finds_the_client_that_came_in_the_place_of_a_closed_one() -> None:
    async def scene() -> None:
        api = Api()
        async with connected(api) as closed:
            pass
        async with connected(api) as client:
            clients = [client, closed]

            async def post_with_the_present_one() -> None:
                await posting(clients.pop(), "one")()

            await persistent(post_with_the_present_one)
        assert not clients
        assert list(api.messages) == ["one"]

    run(scene())


def test_to_cancel_it_ends_it() -> None:
    async def scene() -> None:
        tries = 0

        async def call() -> None:
            nonlocal tries
            tries += 1
            raise ConnectionResetError

        task = asyncio.create_task(persistent(call))
        while not tries:  # noqa: ASYNC110  (the task's doing)
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(scene())


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (ConnectionResetError(104, "Connection reset by peer"), True),
        (TimeoutError(), True),
        (aiohttp.ServerDisconnectedError(), True),
        (RuntimeError("Session is closed"), True),
        (discord.RateLimited(40), True),
        (RuntimeError("Unreachable code in HTTP handling"), False),
        (aiohttp.InvalidURL("http:///"), False),
        (ValueError("x"), False),
        (asyncio.CancelledError(), False),
        (discord.LoginFailure("x"), False),
    ],
)
def test_what_passes_is_tried_again(error: BaseException, again: bool) -> None:
    assert passes(error) is again


def test_a_nonce_is_short_enough_and_new() -> None:
    nonces = {fresh_nonce() for _ in range(1000)}
    assert len(nonces) == 1000
    assert all(0 < len(nonce) <= 25 for nonce in nonces)


@pytest.mark.parametrize(
    ("status", "body", "trouble", "said"),
    [
        (404, {"code": 10062, "message": "Unknown interaction"}, Trouble.TOKEN_GONE, "ask again"),
        (404, {"code": 10015, "message": "Unknown Webhook"}, Trouble.TOKEN_GONE, "ask again"),
        (401, {"code": 50027, "message": "Invalid Webhook Token"}, Trouble.TOKEN_GONE, "ask again"),
        (400, {"code": 40060, "message": "Already acknowledged"}, Trouble.ACKNOWLEDGED, None),
        (404, {"code": 10008, "message": "Unknown Message"}, Trouble.UNKNOWN_MESSAGE, "message"),
        (404, {"code": 10003, "message": "Unknown Channel"}, Trouble.UNKNOWN_CHANNEL, "channel"),
        (403, {"code": 50001, "message": "Missing Access"}, Trouble.NO_ACCESS, "View Channel"),
        (403, {"code": 50013, "message": "Missing Permissions"}, Trouble.NO_PERMISSION, "Send Messages"),
        (400, {"code": 50083, "message": "Thread is archived"}, Trouble.ARCHIVED, "archived"),
        (400, {"code": 160002, "message": "Cannot reply"}, Trouble.NO_HISTORY, "Read Message History"),
        (400, {"code": 160004, "message": "Already"}, Trouble.THREAD_EXISTS, None),
        (400, {"code": 160005, "message": "This thread is locked"}, Trouble.LOCKED, "moderator"),
        (403, {"code": 50007, "message": "Cannot send"}, Trouble.NO_DIRECT_MESSAGES, "privacy settings"),
        (400, {"code": 50006, "message": "Cannot send an empty message"}, None, None),
        (
            400,
            {
                "code": 50035,
                "message": "Invalid Form Body",
                "errors": {"message_reference": {"_errors": [{"code": "X", "message": "Unknown message"}]}},
            },
            Trouble.UNKNOWN_REFERENCE,
            None,
        ),
        (
            400,
            {
                "code": 50035,
                "message": "Invalid Form Body",
                "errors": {"content": {"_errors": [{"code": "X", "message": "Must be 2000 or fewer in length."}]}},
            },
            None,
            None,
        ),
    ],
)
def test_a_refusal_is_recognised(status: int, body: dict[str, Any], trouble: Trouble | None, said: str | None) -> None:
    async def scene() -> None:
        async with connected(Api((status, body, VIA))) as client:
            with pytest.raises(discord.HTTPException) as caught:
                await editing(client)()
        assert trouble_of(caught.value) is trouble
        sentence = trouble.sentence(1) if trouble else None
        assert (sentence is None) == (said is None)
        assert (said or "") in (sentence or "")

    run(scene())


def test_the_trouble_of_a_command_is_that_of_what_it_raised() -> None:
    @app_commands.command()
    async def ask(_: discord.Interaction) -> None:
        """Ask."""

    assert trouble_of(app_commands.CommandInvokeError(ask, discord.RateLimited(5))) is Trouble.SLOW_DOWN
    assert trouble_of(app_commands.CommandInvokeError(ask, ValueError("x"))) is None


def test_every_sentence_is_one_that_can_be_shown() -> None:
    for trouble in Trouble:
        told = trouble.sentence(12)
        assert told is None or (told.endswith(".") and "\n" not in told and "{" not in told)
    assert "<#12>" in (Trouble.NO_PERMISSION.sentence(12) or "")


@pytest.mark.parametrize("error", [ValueError("x"), OSError(), RuntimeError("x"), aiohttp.ClientError()])
def test_what_is_no_answer_of_discords_is_no_trouble(error: Exception) -> None:
    assert trouble_of(error) is None
