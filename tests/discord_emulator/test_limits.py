"""Limits: what is accepted with nothing more is refused with one more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest
from discord import app_commands

from tests.discord_emulator.probe import Bot, Form, button, field_of, in_rows, menu

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.discord_emulator import Discord
    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.people import Person
    from tests.discord_emulator.probe import Fields, Interaction


@pytest.mark.parametrize(
    "message",
    [
        lambda more: {"content": "x" * (2000 + more)},
        lambda more: {"content": "x", "nonce": "n" * (25 + more)},
        lambda more: {"embeds": [{"title": "x"}] * (10 + more)},
        lambda more: {"embeds": [{"title": "x" * (256 + more)}]},
        lambda more: {"embeds": [{"description": "x" * (4096 + more)}]},
        lambda more: {"embeds": [{"footer": {"text": "x" * (2048 + more)}}]},
        lambda more: {"embeds": [{"author": {"name": "x" * (256 + more)}}]},
        lambda more: {"embeds": [{"fields": [{"name": "x" * (256 + more), "value": "x"}]}]},
        lambda more: {"embeds": [{"fields": [{"name": "x", "value": "x" * (1024 + more)}]}]},
        lambda more: {"embeds": [{"fields": [{"name": "x", "value": "x"}] * (25 + more)}]},
        lambda more: {"embeds": [{"description": "x" * 3000}, {"description": "x" * (3000 + more)}]},
        lambda more: {"embeds": [{"title": "x", "url": ("https", "file")[more] + "://example.org"}]},
        lambda more: {"components": in_rows(*[[button(str(number))] for number in range(5 + more)])},
        lambda more: {"components": in_rows([button(str(number)) for number in range(5 + more)])},
        lambda more: {"components": in_rows([button("x", label="x" * (80 + more))])},
        lambda more: {"components": in_rows([button("x", custom_id="x" * (100 + more))])},
        lambda more: {"components": in_rows([button("x"), button("yx"[more])])},
        lambda more: {"components": in_rows([menu(25 + more)])},
        lambda more: {"components": in_rows([menu(1), *[button("x")] * more])},
        lambda more: {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"] * more}},
    ],
)
def test_messages_have_limits(news: Channel, bot: Bot, message: Callable[[int], Fields]) -> None:
    async def send(more: int) -> None:
        route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=int(news.id))
        await bot.client.http.request(route, json=message(more))

    bot.do(send(0))
    assert bot.fails(send(1)) == 50035
    assert len(news.messages) == 1


@pytest.mark.parametrize(
    "form",
    [
        lambda more: Form("x" * (45 + more), field_of("x")),
        lambda more: Form("x", field_of("x" * (45 + more))),
        lambda more: Form("x", field_of("x"), custom_id="x" * (100 + more)),
        lambda more: Form("x", field_of("x", placeholder="x" * (100 + more))),
        lambda more: Form("x", *[field_of("x", custom_id=str(number)) for number in range(5 + more)]),
    ],
)
def test_modals_have_limits(alice: Person, news: Channel, bot: Bot, form: Callable[[int], Form]) -> None:
    async def opens(interaction: Interaction) -> None:
        await interaction.response.send_modal(form(int(interaction.extras["question"])))

    bot.client.answer = opens
    assert alice.slash(news, "ask", question="0").modal is not None
    alice.slash(news, "ask", question="1", wait="nothing")
    bot.world.wait_until(lambda: bot.refused(50035))


@pytest.mark.parametrize(("count", "length"), [(26, 1), (1, 101)])
def test_autocomplete_has_limits(alice: Person, news: Channel, bot: Bot, count: int, length: int) -> None:
    def choices(count: int, length: int) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name="x" * length, value="x" * length)] * count

    bot.client.choices = choices(25, 100)
    assert len(alice.autocomplete(news, "ask", focused="source", value="")) == 25
    bot.client.choices = choices(count, length)
    assert alice.autocomplete(news, "ask", focused="source", value="") == []
    bot.world.wait_until(lambda: bot.refused(50035))


@pytest.mark.parametrize(
    "command",
    [
        lambda more: {"name": "x" * (32 + more), "description": "x"},
        lambda more: {"name": "xX"[more], "description": "x"},
        lambda more: {"name": "x", "description": "x" * (100 + more)},
        lambda more: {"name": "x", "type": 3, "description": "x" * more},
        lambda more: {"name": "x", "description": "x", "options": _options(25 + more)},
        lambda more: {"name": "x", "description": "x", "options": _options(2, required=more)},
    ],
)
def test_commands_have_limits(world: Discord, bot: Bot, command: Callable[[int], Fields]) -> None:
    async def sync(more: int) -> None:
        await bot.client.http.bulk_upsert_global_commands(world.application_id, [command(more)])

    bot.do(sync(0))
    assert bot.fails(sync(1)) == 50035


def _options(count: int, *, required: int = 0) -> list[Fields]:
    """Options of which the last must be filled in, where `required`: that is not allowed after one that need not."""
    told = [{"type": 3, "name": f"x{number}", "description": "x"} for number in range(count)]
    told[-1]["required"] = bool(required)
    return told


def test_a_command_that_is_synced_again_keeps_its_id(world: Discord, bot: Bot) -> None:
    before = {command["name"]: command["id"] for command in world.commands.all()}
    bot.do(bot.client.tree.sync())
    assert {command["name"]: command["id"] for command in world.commands.all()} == before


def test_an_empty_message_is_refused(news: Channel, bot: Bot) -> None:
    assert bot.fails(bot.of(news).send("  \n ")) == 50006
    sent = bot.do(bot.of(news).send("Something."))
    assert bot.fails(sent.edit(content="")) == 50006


def test_thread_names_have_limits(world: Discord, news: Channel, bot: Bot) -> None:
    message = world.owner.says(news, "<@bot> let us talk.")
    assert bot.fails(bot.message(message).create_thread(name="x" * 101)) == 50035
    thread = bot.do(bot.message(message).create_thread(name="x" * 100))
    assert str(thread.id) == message.id
    assert bot.fails(bot.message(message).create_thread(name="Again")) == 160004
