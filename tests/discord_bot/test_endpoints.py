from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer
from discord.gateway import DiscordWebSocket
from discord.http import Route
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from bot.discord_bot.endpoints import attachment_allowed, guard, invite, point
from retrieval.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator

ELSEWHERE = "192.0.2.1"  # for documentation: nobody has it


@pytest.fixture(autouse=True)
def discord_as_it_is() -> Iterator[None]:
    """Discord's own endpoints before and after each test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", "https://discord.com/api/v10")
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL("wss://gateway.discord.gg/"))
        yield


def test_without_settings_discord_stays_where_it_is() -> None:
    point(None, None)
    assert Route.BASE == "https://discord.com/api/v10"
    assert URL("wss://gateway.discord.gg/") == DiscordWebSocket.DEFAULT_GATEWAY


@pytest.mark.parametrize(
    ("api", "host", "base"),
    [
        ("http://127.0.0.1:8080/api/v10", "127.0.0.1", "http://127.0.0.1:8080/api/v10"),
        ("http://127.255.3.4/api/v10/", "127.255.3.4", "http://127.255.3.4/api/v10"),
        ("http://localhost:1", "localhost", "http://localhost:1/api/v10"),
        ("http://LocalHost:1/", "localhost", "http://localhost:1/api/v10"),
        ("http://[::1]:8080/api/v10", "::1", "http://[::1]:8080/api/v10"),
    ],
)
def test_servers_on_this_machine_are_taken(api: str, host: str, base: str) -> None:
    point(api, "ws://127.0.0.1:8080/gateway")
    assert base == Route.BASE
    assert URL(Route("GET", "/users/{id}", id=1).url).host == host
    assert URL("ws://127.0.0.1:8080/gateway") == DiscordWebSocket.DEFAULT_GATEWAY


REFUSED = [
    "http://discord.com/api/v10",
    "http://192.168.0.1/",
    "http://0.0.0.0/",
    "http://10.127.0.1/",
    "http://[::]/",
    "http://[fe80::1]/",
    "http://127.0.0.1@evil.example/",
    "http://127.0.0.1:80@evil.example/",
    "http://user@127.0.0.1/",
    "http://user:pass@127.0.0.1/",
    "http://:pass@127.0.0.1/",
    "http://127.0.0.1.evil.example/",
    "http://127.0.0.1%2eevil.example/",
    "http://localhost.evil.example/",
    "http://localhost.",
    "http://127.0.0.1\\@evil.example/",
    "http://evil.example\\@127.0.0.1/",
    "http://127.0.0.1\t@evil.example/",
    "http://127.0.0.1%40evil.example/",
    "http://127.0.0.1/?x=",
    "http://127.0.0.1/#@evil.example",
    "http://127.0.0.1:99999/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://[::1",
    "https://127.0.0.1/",
    "ws://127.0.0.1/",
    "file:///127.0.0.1",
    "//127.0.0.1/",
    "127.0.0.1:8080",
    "localhost",
    " ",
]


@pytest.mark.parametrize("api", REFUSED)
def test_no_other_server_is_given_the_token(api: str) -> None:
    with pytest.raises(SettingsError, match=r"BYLINE_DISCORD_API has to be on this machine.*the bot's token"):
        point(api, None)
    with pytest.raises(SettingsError, match=r"BYLINE_DISCORD_GATEWAY has to be on this machine.*ws://127"):
        point("http://127.0.0.1", api.replace("http:", "ws:") if "http:" in api else "http://127.0.0.1")
    assert URL("wss://gateway.discord.gg/") == DiscordWebSocket.DEFAULT_GATEWAY


@example("127.0.0.180")
@given(
    url=st.lists(
        st.sampled_from(
            ["http://", "127.0.0.1", "localhost", "evil.example", *"@:/\\#?.%[]{}", "::1", "80", "\t", " "]
        ),
        max_size=8,
    ).map("".join)
)
def test_what_is_taken_leads_every_reader_of_addresses_to_this_machine(url: str) -> None:
    try:
        point("http://" + url, None)
    except SettingsError:
        return
    for read in (urlsplit(Route("GET", "/users/{id}", id=1).url).hostname, URL(Route("GET", "/x").url).host):
        assert read == "localhost" or ip_address(str(read)).is_loopback
    assert Route("GET", "/users/{id}", id=1).url.endswith("/users/1")


def test_a_gateway_alone_is_refused() -> None:
    with pytest.raises(SettingsError, match="BYLINE_DISCORD_GATEWAY counts only beside BYLINE_DISCORD_API"):
        point(None, "ws://127.0.0.1/gateway")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/report.txt?ex=1&is=2&hm=3&", True),
        ("https://media.discordapp.net/attachments/1/2/report.txt", True),
        ("https://cdn.discordapp.com:443/attachments/1/2/report.txt", True),
        ("http://cdn.discordapp.com/attachments/1/2/report.txt", False),
        ("https://cdn.discordapp.com:8443/attachments/1/2/report.txt", False),
        ("https://cdn.discordapp.com@evil.example/report.txt", False),
        ("https://user@cdn.discordapp.com/report.txt", False),
        ("https://cdn.discordapp.com.evil.example/report.txt", False),
        ("https://evil.example/https://cdn.discordapp.com/", False),
        ("https://discordapp.com/report.txt", False),
        ("http://127.0.0.1:8080/attachments/1/2/report.txt", False),
        ("https://[cdn.discordapp.com/", False),
        ("report.txt", False),
        ("", False),
    ],
)
def test_attachments_come_from_discord(url: str, allowed: bool) -> None:
    assert attachment_allowed(url) is allowed


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8080/attachments/1/2/report.txt", True),
        ("http://localhost:8080/attachments/1/2/report.txt", True),
        ("file://localhost/etc/passwd", False),
        ("http://127.0.0.1@evil.example/report.txt", False),
        ("https://cdn.discordapp.com/attachments/1/2/report.txt", False),
    ],
)
def test_in_tests_attachments_come_from_this_machine(url: str, allowed: bool) -> None:
    point("http://127.0.0.1:8080/api/v10", None)
    assert attachment_allowed(url) is allowed


def test_the_invite_asks_for_no_more_than_is_needed() -> None:
    link = urlsplit(invite(123))
    query = parse_qs(link.query)
    assert (link.scheme, link.hostname, link.path) == ("https", "discord.com", "/oauth2/authorize")
    assert query["client_id"] == ["123"]
    assert query["scope"] == ["bot applications.commands"]
    granted = [name for name, value in discord.Permissions(int(query["permissions"][0])) if value]
    assert sorted(granted) == [
        "create_public_threads",
        "embed_links",
        "read_message_history",
        "read_messages",  # View Channels
        "send_messages",
        "send_messages_in_threads",
    ]


class Server:
    """An API and gateway on this machine, which tell of gateways as they are told to."""

    def __init__(self, *, gateway: str = "", resume: str = "", redirect: str = "") -> None:
        self.gateway = gateway
        self.resume = resume
        self.redirect = redirect
        self.opened: list[int] = []  # the op by which each connection introduced itself
        self.troubles: list[str] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Its address, without scheme."""
        app = web.Application()
        app.router.add_get("/gateway", self._gateway)
        app.router.add_get("/api/v10/gateway/bot", self._bot)
        app.router.add_get("/api/v10/users/@me", self._me)
        app.router.add_get("/api/v10/oauth2/applications/@me", self._application)
        async with TestServer(app) as server:
            here = f"127.0.0.1:{server.port}"
            self.gateway = self.gateway or f"ws://{here}/gateway"
            self.resume = self.resume or self.gateway
            yield here

    async def _me(self, _: web.Request) -> web.Response:
        if self.redirect:
            raise web.HTTPFound(self.redirect)
        return reply({"id": "7", "username": "b", "discriminator": "0", "avatar": None})

    async def _application(self, _: web.Request) -> web.Response:
        told = {"id": "7", "name": "b", "icon": None, "description": "", "flags": 0, "verify_key": "0"}
        owner = {"id": "8", "username": "o", "discriminator": "0", "avatar": None}
        return reply({**told, "bot_public": True, "bot_require_code_grant": False, "owner": owner, "team": None})

    async def _bot(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return reply({"url": self.gateway, "shards": 1, "session_start_limit": limit})

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        if self.troubles[:1] == ["no handshake"]:
            self.troubles.pop(0)
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 40_000}})
        async for frame in socket:
            if frame.type is WSMsgType.TEXT and frame.json()["op"] in {2, 6}:
                await self._introduced(socket, frame.json()["op"])
        return socket

    async def _introduced(self, socket: web.WebSocketResponse, op: int) -> None:
        self.opened.append(op)
        ready = {"v": 10, "guilds": [], "session_id": "s", "resume_gateway_url": self.resume, "shard": [0, 1]}
        user = {"id": "7", "username": "b", "discriminator": "0", "avatar": None}
        data = {**ready, "user": user, "application": {"id": "7", "flags": 0}} if op == 2 else {}
        await socket.send_json({"op": 0, "t": "READY" if op == 2 else "RESUMED", "s": len(self.opened), "d": data})
        match self.troubles and self.troubles.pop(0):
            case "drop":
                await socket.close(code=4000)
            case "invalid session":
                await socket.send_json({"op": 9, "d": False})


def reply(data: dict[str, Any]) -> web.Response:
    return web.Response(body=json.dumps(data).encode(), content_type="application/json")


async def run_client(server: Server, connections: int, *, gateway: bool = False) -> None:
    """The real client against the server, until it has connected so often."""
    async with server.running() as here:
        point(f"http://{here}/api/v10", f"ws://{here}/gateway" if gateway else None)
        client = discord.AutoShardedClient(intents=discord.Intents.none())
        guard(client)
        async with client:
            running = asyncio.create_task(client.start("token"))
            while len(server.opened) < connections and not running.done():  # noqa: ASYNC110  (a task's doing)
                await asyncio.sleep(0.01)
            await client.close()
            await running


def run(scene: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 60))


IDENTIFY, RESUME = 2, 6


@pytest.mark.parametrize("resume", ["", "wss://gateway.discord.gg", f"ws://{ELSEWHERE}/", "nonsense"])
def test_a_lost_connection_is_resumed_on_this_machine(resume: str) -> None:
    server = Server(resume=resume)
    server.troubles = ["drop"]
    run(run_client(server, 2))
    assert server.opened == [IDENTIFY, RESUME]


@pytest.mark.parametrize("troubles", [["invalid session"], ["drop", "no handshake"]])
def test_where_discord_py_falls_back_to_the_default_gateway_it_stays_on_this_machine(troubles: list[str]) -> None:
    server = Server()
    server.troubles = troubles
    run(run_client(server, 2))
    assert server.opened == [IDENTIFY, IDENTIFY]


def test_a_gateway_elsewhere_is_refused_with_the_remedy() -> None:
    with pytest.raises(SettingsError, match=r"gateway at 192\.0\.2\.1; name one .* BYLINE_DISCORD_GATEWAY"):
        run(run_client(Server(gateway=f"wss://{ELSEWHERE}/"), 1))


def test_a_gateway_that_is_set_takes_the_place_of_one_elsewhere() -> None:
    server = Server(gateway="wss://gateway.discord.gg")
    run(run_client(server, 1, gateway=True))
    assert server.opened == [IDENTIFY]


def test_a_redirection_elsewhere_is_not_followed() -> None:
    with pytest.raises(SettingsError, match=r"leads to 192\.0\.2\.1"):
        run(run_client(Server(redirect=f"http://{ELSEWHERE}/users/@me"), 1))


def test_discords_own_endpoints_need_no_guard() -> None:
    async def scene() -> None:
        client = discord.AutoShardedClient(intents=discord.Intents.none())
        before = (client.http.connector, client.http.ws_connect, client.http.get_bot_gateway)
        guard(client)
        assert (client.http.connector, client.http.ws_connect, client.http.get_bot_gateway) == before

    run(scene())
