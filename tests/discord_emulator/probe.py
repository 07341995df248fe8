"""A small bot on the real discord.py, whose every reaction a test may set: it proves the emulator."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import discord
import pytest
import yarl
from discord import app_commands

from .description import find
from .loop import Loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator

    from .channels import Channel
    from .emulator import Discord
    from .messages import Message
    from .servers import Server

    Interaction = discord.Interaction["Client"]

    Fields = dict[str, Any]

T = TypeVar("T")
REFUSED = 400
PATIENCE = 20
"""Seconds that a test waits for anything the client does."""


async def thinks_and_answers(interaction: Interaction) -> None:
    await interaction.response.defer(thinking=True)
    await interaction.edit_original_response(content="An answer.")


class Client(discord.AutoShardedClient):
    """Answers `/ask`, buttons, menus and modals with `answer`, and autocomplete with `choices`.

    `heard` are messages of people, `refused` the codes with which Discord refused what a command did.
    """

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents)
        self.answer: Callable[[Interaction], Awaitable[object]] = thinks_and_answers
        self.choices = [app_commands.Choice(name="Reuters", value="reuters")]
        self.heard: list[discord.Message] = []
        self.refused: list[int] = []
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(ask)
        self.tree.add_command(settings)
        self.tree.add_command(explain)
        self.tree.error(self._refused)

    async def _refused(self, _: Interaction, error: app_commands.AppCommandError) -> None:
        cause = getattr(error, "original", error)
        if not isinstance(cause, discord.HTTPException):
            raise error
        self.refused.append(cause.code)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait the five seconds that Discord wants between two."""

    async def on_interaction(self, interaction: Interaction) -> None:
        if interaction.type in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
            await self.answer(interaction)

    async def on_message(self, message: discord.Message) -> None:
        if not message.author.bot:
            self.heard.append(message)


@app_commands.command(description="Ask the archive.")
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def ask(
    interaction: Interaction,
    question: str,
    source: str | None = None,
    file: discord.Attachment | None = None,
    about: discord.Member | None = None,
) -> None:
    interaction.extras.update(question=question, source=source, file=file, about=about)
    await interaction.client.answer(interaction)


@ask.autocomplete("source")
async def offer(interaction: Interaction, _typed: str) -> list[app_commands.Choice[str]]:
    try:
        await interaction.response.autocomplete(interaction.client.choices)
    except discord.HTTPException as error:
        interaction.client.refused.append(error.code)
    return []


@app_commands.command(description="For moderators.")
@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
async def settings(interaction: Interaction) -> None:
    await interaction.response.send_message("Set.", ephemeral=True)


@app_commands.context_menu(name="Explain this")
async def explain(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"About: {message.content}", ephemeral=True)


class Bot:
    """The client on a thread of its own."""

    def __init__(self, world: Discord, *, intents: discord.Intents | None = None, token: str | None = None) -> None:
        self.world = world
        self.loop = Loop("client")
        self.client = self.loop.call(lambda: Client(intents or discord.Intents.default()))
        self.running = self.loop.spawn(self.client.start(token or world.token))

    def connected(self) -> Bot:
        """Once Discord has its commands, and it has heard of every server that it is in."""
        world = self.world
        world.wait_until(lambda: world.connected and world.commands.all(), what="the client to connect")
        world.wait_until(lambda: all(map(self._knows, world.servers)), what="the client to hear of its servers")
        return self

    def _knows(self, server: Server) -> bool:
        guild = self.client.get_guild(int(server.id))
        return guild is not None and guild.unavailable is not server.available

    def do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.loop.spawn(coroutine).result(timeout=PATIENCE)

    def fails(self, coroutine: Coroutine[Any, Any, object]) -> int:
        """The code with which Discord refuses it."""
        with pytest.raises(discord.HTTPException) as refused:
            self.do(coroutine)
        return refused.value.code

    def refused(self, code: int) -> bool:
        return self.client.refused == [code]

    def ends_with(self, error: type[Exception]) -> None:
        """The client gives up by itself."""
        with pytest.raises(error):
            self.running.result(timeout=PATIENCE)

    def of(self, channel: Channel) -> discord.PartialMessageable:
        server = int(channel.server.id) if channel.server else None
        return self.client.get_partial_messageable(int(channel.id), guild_id=server)

    def message(self, message: Message) -> discord.PartialMessage:
        return self.of(message.channel).get_partial_message(int(message.id))

    def stop(self) -> None:
        self.do(self.client.close())
        self.loop.stop()


def point(patch: pytest.MonkeyPatch, world: Discord) -> None:
    """Let discord.py in this process take the emulator for Discord."""
    patch.setattr(discord.http.Route, "BASE", world.api)
    patch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(world.gateway_url))


@contextmanager
def emulated(patch: pytest.MonkeyPatch, emulator: Discord) -> Iterator[Discord]:
    """The emulator; at the end all that it fulfilled is checked against Discord's description, if that is here."""
    with emulator as world:
        point(patch, world)
        yield world
        description = find()
        fulfilled = [exchange for exchange in world.exchanges if (exchange.status or 0) < REFUSED]
        assert description is None or not description.violations(fulfilled)


@contextmanager
def running(bot: Bot) -> Iterator[Bot]:
    yield bot
    bot.stop()


def view(*rows: list[Fields]) -> discord.ui.View:
    """Any components, past the limits that discord.py has of its own."""
    made = discord.ui.View(timeout=None)
    told = in_rows(*rows)
    made.to_components = lambda: told  # type: ignore[method-assign]  # that is the point
    made.has_components_v2 = lambda: False  # type: ignore[method-assign]  # it counts what it knows of
    return made


def in_rows(*rows: list[Fields]) -> list[Fields]:
    return [{"type": 1, "components": row} for row in rows]


def button(name: str, **more: object) -> Fields:
    return {"type": 2, "style": 1, "label": name, "custom_id": name, **more}


def menu(options: int, **more: object) -> Fields:
    told = [{"label": str(number), "value": str(number)} for number in range(options)]
    return {"type": 3, "custom_id": "menu", "placeholder": "Choose", "options": told, **more}


def field_of(label: str, **more: object) -> Fields:
    return {"type": 18, "label": label, "component": {"type": 4, "custom_id": "q", "style": 1, **more}}


class Form(discord.ui.Modal):
    """Any modal, past the limits that discord.py has of its own."""

    def __init__(self, title: str, *components: Fields, custom_id: str = "form") -> None:
        super().__init__(title=title, custom_id=custom_id)
        self.told = list(components)

    def to_components(self) -> list[Fields]:
        return self.told
