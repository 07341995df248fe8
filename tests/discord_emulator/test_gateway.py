"""Connecting, losing the connection, and going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from tests.discord_emulator import Discord
from tests.discord_emulator.probe import Bot, emulated, running

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.people import Person


# Connecting


def test_a_client_connects_and_knows_its_servers(world: Discord, news: Channel, bot: Bot) -> None:
    assert news.server is not None
    guild = bot.client.get_guild(int(news.server.id))
    assert guild is not None
    assert guild.get_channel(int(news.id)) is not None
    assert [one.shard for one in world.identifies] == [(0, 1)]


def test_servers_are_joined_and_lost_while_the_client_runs(world: Discord, bot: Bot) -> None:
    server = world.server("Later")

    def unavailable() -> bool | None:
        guild = bot.client.get_guild(int(server.id))
        return None if guild is None else guild.unavailable

    world.wait_until(lambda: unavailable() is False, what="the server to be joined")
    server.outage()
    world.wait_until(lambda: unavailable() is True, what="the outage")
    server.recovers()
    world.wait_until(lambda: unavailable() is False, what="the end of the outage")
    server.remove_bot()
    world.wait_until(lambda: unavailable() is None, what="the server to be left")


def test_a_thousand_servers_can_be_there(world: Discord) -> None:
    for number in range(1000):
        world.server(f"Server {number}").channel("news")
    with running(Bot(world)) as bot:
        world.wait_until(lambda: len(bot.client.guilds) == 1000, what="all servers")


def test_servers_are_dealt_to_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    with emulated(monkeypatch, Discord(shards=2)) as world:
        servers = [world.server(f"Server {number}") for number in range(4)]
        with running(Bot(world)) as bot:
            world.wait_until(lambda: len(bot.client.guilds) == 4, what="all servers")
            assert {one.shard for one in world.identifies} == {(0, 2), (1, 2)}
            shards = {int(server.id): (int(server.id) >> 22) % 2 for server in servers}
            assert set(shards.values()) == {0, 1}
            assert {guild.id: guild.shard_id for guild in bot.client.guilds} == shards
            told = [text for session in world._gateway.sessions.values() for text in session.events]
            assert sum('"GUILD_CREATE"' in text for text in told) == 4


def test_a_wrong_token_is_refused(world: Discord) -> None:
    with running(Bot(world, token="wrong")) as bot:  # noqa: S106  (it is no secret)
        bot.ends_with(discord.LoginFailure)


def test_an_intent_that_was_not_granted_is_refused(world: Discord) -> None:
    with running(Bot(world, intents=discord.Intents(guilds=True, message_content=True))) as bot:
        bot.ends_with(discord.PrivilegedIntentsRequired)


def test_heartbeats_are_kept_with_their_times(monkeypatch: pytest.MonkeyPatch) -> None:
    with emulated(monkeypatch, Discord(heartbeat_interval=0.1)) as world, running(Bot(world)):
        world.wait_until(lambda: len(world.heartbeats) > 3, what="heartbeats")
        assert world.heartbeats == sorted(world.heartbeats)


# Losing the connection


@pytest.mark.parametrize("lose", [Discord.drop, lambda world: world.drop(4000), Discord.ask_to_reconnect])
def test_a_lost_connection_is_resumed_and_what_was_missed_is_told(
    alice: Person, news: Channel, bot: Bot, lose: Callable[[Discord], None]
) -> None:
    def lose_it_and_speak_at_once() -> None:
        lose(bot.world)
        alice.says(news, "<@bot> are you there?")

    bot.world.loop.call(lose_it_and_speak_at_once)
    bot.world.wait_until(lambda: bot.client.heard, what="the missed message")
    assert len(bot.world.resumes) == 1
    assert len(bot.world.identifies) == 1
    assert len(bot.client.heard) == 1


def test_a_forgotten_session_is_identified_anew(world: Discord, alice: Person, news: Channel, bot: Bot) -> None:
    world.forget_sessions()
    world.drop(4009)
    world.wait_until(lambda: len(world.identifies) == 2 and world.connected, what="a new session")
    assert len(world.resumes) == 1
    assert alice.slash(news, "ask", question="Still there?").text == "An answer."
    assert bot.client.refused == []


def test_a_malformed_event_ends_discord_py(world: Discord, bot: Bot) -> None:
    world.send_malformed_event()
    bot.ends_with(KeyError)
