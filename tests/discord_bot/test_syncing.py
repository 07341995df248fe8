from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Any

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord import app_commands
from discord.http import Route

from bot.discord_bot.commands.tree import sync

_JSON = "application/json"  # exactly: discord.py reads nothing else as JSON

PROGRAM = """
import asyncio, sys, discord
from discord import app_commands
from bot.discord_bot.commands.tree import _fingerprint

async def main():
    async with discord.Client(intents=discord.Intents.none(), application_id=7) as client:
        tree = app_commands.CommandTree(client)
        commands = [app_commands.Command(name=n, description=n, callback=call) for n in ("ask", "help", "privacy")]
        for command in commands[:: int(sys.argv[1])]:
            tree.add_command(command)
        print(await _fingerprint(tree))

async def call(interaction: discord.Interaction, text: str, other: int = 1) -> None:
    pass

asyncio.run(main())
"""


class Api:
    """Takes commands, after it has refused as often as told."""

    def __init__(self) -> None:
        self.taken: list[list[dict[str, Any]]] = []
        self.refusals: list[int] = []

    async def put(self, request: web.Request) -> web.Response:
        if self.refusals:
            status = self.refusals.pop()
            return web.Response(status=status, body=b'{"message": "no", "code": 50035}', content_type=_JSON)
        self.taken.append(await request.json())
        return web.Response(body=b"[]", content_type=_JSON)

    async def me(self, _: web.Request) -> web.Response:
        return web.Response(body=b'{"id": "7", "username": "b", "discriminator": "0"}', content_type=_JSON)


async def synced(
    api: Api, remembered: str | None, *names: str, application: int = 7, described: str = "Ask about the news."
) -> str:
    app = web.Application()
    app.router.add_put("/applications/{id}/commands", api.put)
    app.router.add_get("/users/@me", api.me)

    async def call(interaction: discord.Interaction) -> None:
        """Nothing."""

    async with TestServer(app) as server:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Route, "BASE", str(server.make_url("/")).rstrip("/"))
            async with discord.Client(intents=discord.Intents.none(), application_id=application) as client:
                await client.http.static_login("token")
                tree = app_commands.CommandTree(client)
                for name in names:
                    tree.add_command(app_commands.Command(name=name, description=described, callback=call))
                return await sync(tree, remembered)


def test_commands_are_sent_once_and_again_only_when_they_change() -> None:
    async def scene() -> None:
        api = Api()
        first = await synced(api, None, "ask", "help")
        assert [command["name"] for command in api.taken[0]] == ["ask", "help"]
        assert await synced(api, first, "ask", "help") == first
        assert await synced(api, first, "help", "ask") == first
        assert len(api.taken) == 1
        changes = [
            await synced(api, first, "ask"),
            await synced(api, first, "ask", "help", described="Ask."),
            await synced(api, first, "ask", "help", application=8),
        ]
        assert len({first, *changes}) == 4
        assert len(api.taken) == 4

    asyncio.run(scene())


def test_a_failure_of_discords_is_waited_out_and_a_refusal_is_raised() -> None:
    async def scene() -> None:
        api = Api()
        api.refusals = [503, 503]
        assert await synced(api, None, "ask")
        assert len(api.taken) == 1
        api.refusals = [400]
        with pytest.raises(discord.HTTPException):
            await synced(api, None, "ask")

    asyncio.run(scene())


def test_the_same_commands_have_the_same_hash_in_every_process() -> None:
    hashes = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PROGRAM, step],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed, step in [("1", "1"), ("2", "1"), ("3", "-1")]
    }
    assert len(hashes) == 1
    assert len(hashes.pop().strip()) == 64
