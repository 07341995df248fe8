"""The client: what happens on Discord, turned into questions and presses."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Literal

import click
import discord
from discord import shard
from discord.backoff import ExponentialBackoff

from bot.command import output_fails
from bot.discord_bot.commands.tree import Tree, sync
from bot.discord_bot.endpoints import invite
from bot.discord_bot.messages import Messages
from bot.discord_bot.monitoring import notify
from bot.discord_bot.presses import press
from bot.discord_bot.services import ServingClient
from bot.progress import counted
from bot.threads import off_loop
from retrieval.errors import refer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.discord_bot.services import Services


class PatientBackoff(ExponentialBackoff[Literal[False]]):
    """How long a shard waits before it connects again: half a minute at most, where discord.py's own reaches 17."""

    def __init__(self, base: int = 1) -> None:
        super().__init__(base)
        self._max = 5  # of the exponent of 2


setattr(shard, "ExponentialBackoff", PatientBackoff)  # noqa: B010  (each shard makes one, and none can be handed in)
_SYNCED = "discord_commands"  # the fact that names the commands Discord was told
_log = logging.getLogger("byline.discord")


class BylineClient(ServingClient):
    """One connection for each shard, without a privileged intent unless the settings ask for message content."""

    def __init__(self, services: Services) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.message_content = services.settings.discord_message_content
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self.services = services
        self.tree = Tree(self)
        self._invited = False
        self.messages = Messages(services, self)
        parsers = self._connection.parsers
        for event, parse in list(parsers.items()):
            parsers[event] = _guarded(event, parse)

    async def setup_hook(self) -> None:
        self.services.connection.connect(self)
        try:
            articles = self.services.articles
            fingerprint = await sync(self.tree, await off_loop(articles.fact, _SYNCED))
            await off_loop(articles.set_fact, _SYNCED, fingerprint)
        except discord.HTTPException as error:
            refer(error, "Discord did not take the commands, and keeps those it has")

    # Servers

    async def on_ready(self) -> None:
        notify("READY=1")
        await self._reconcile()
        if not self._invited and self.user is not None:
            self._invited = True
            servers = counted(len(self.guilds), "server")
            try:
                click.echo(f"Byline is on Discord as {self.user.name}, in {servers}. To invite it:")
                click.echo(invite(self.application_id or self.user.id))
            except OSError:  # of an output that is closed, or full; the bot does not need it
                output_fails()

    async def _reconcile(self) -> None:
        """Forgets the servers that removed the bot while it was away."""
        application, here = self.application_id or 0, {guild.id for guild in self.guilds}
        remembered = await off_loop(self.services.store.servers, application)
        for server in remembered - here:
            await self.services.forget_server(server)
        for server in here - remembered:
            await off_loop(self.services.store.joined, application, server)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await off_loop(self.services.store.joined, self.application_id or 0, guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self.services.forget_server(guild.id)
        _log.info("Server %d removed the bot, and is forgotten", guild.id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        _log.info("Shard %d lost its connection", shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        _log.info("Shard %d has its connection again", shard_id)

    # Questions

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.type in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            self.services.asking.start(press(interaction))

    async def on_message(self, message: discord.Message) -> None:
        self.messages.take(message)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.messages.deleted(event.message_id)


def _guarded(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Returns a parser that logs and drops what cannot be read; discord.py would end the connection for good."""

    def parse_or_drop(data: Any) -> None:  # noqa: ANN401  (whatever the gateway sent)
        try:
            parse(data)
        except Exception as error:  # noqa: BLE001  (any shape of data can come)
            refer(error, f"an event {event} could not be read, and is dropped")

    return parse_or_drop
