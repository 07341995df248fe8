"""What an interaction is about, where commands may be used, and how one is acknowledged.

That comes before anything else, for Discord waits three seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import discord
from discord import app_commands

from bot.discord_bot.logs import went_wrong
from bot.discord_bot.places import Kind, Place, libraries
from bot.discord_bot.rendering import Card, Part
from bot.discord_bot.replies import InteractionReply
from bot.discord_bot.sending import Trouble, persistent, trouble_of
from retrieval.errors import refer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    Check = Callable[["Interaction"], Coroutine[Any, Any, bool]]


Interaction = discord.Interaction[Any]  # of a ServingClient; discord.py reads this annotation at run time

CHOICES, CHOICE = 25, 100  # Discord's limits: of suggestions, and of characters in one
NO_SERVER = "This works in a server that has Byline installed."
NOT_MANAGER = "Only those who have the permission Manage Server can do this."

_WAITS = 3.0  # seconds that Discord waits for an acknowledgement
F = TypeVar("F", bound="Callable[..., Coroutine[Any, Any, None]]")


# What commands share, as decorators below discord.py's own. A check that fails ends a command without a word.


def everywhere(command: F) -> F:
    """Lets anybody use a command anywhere, also where Byline is there only as an app of their own."""
    installed = app_commands.allowed_installs(guilds=True, users=True)(command)
    return app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(installed)


def in_servers(command: F) -> F:
    """Lets a command be used in servers that have Byline installed, and nowhere else."""
    installed = app_commands.allowed_installs(guilds=True, users=False)(command)
    return app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)(installed)


def privately(command: F) -> F:
    """Acknowledges a command before it begins: what it tells is for the person alone."""

    @_telling
    async def acknowledged(interaction: Interaction) -> bool:
        return await defer(interaction, ephemeral=True)

    return app_commands.check(acknowledged)(command)


def for_managers(command: F) -> F:
    """Lets only those who manage a server use a command in it, and acknowledges it, for the person alone."""
    return app_commands.default_permissions(manage_guild=True)(in_servers(app_commands.check(is_managed)(command)))


def _telling(check: Check) -> Check:
    """Lets a check that raises tell so and fail, since discord.py handles only what commands raise themselves."""

    async def passes(interaction: Interaction) -> bool:
        try:
            return await check(interaction)
        except Exception as error:  # noqa: BLE001  (the person is told, and the bot goes on)
            await failed(interaction, error, "a check")
            return False

    return passes


@_telling
async def is_managed(interaction: Interaction) -> bool:
    """Acknowledges, and tells whether the person manages a server that has Byline; they are told that they do not."""
    if not await defer(interaction, ephemeral=True):
        return False
    server = place_of(interaction).server
    if server is not None and may_manage(interaction):
        return True
    await tell(interaction, NO_SERVER if server is None else NOT_MANAGER)
    return False


# What an interaction is about


def place_of(interaction: Interaction) -> Place:
    """Returns where it happened. A server counts if Byline is installed in it, not only with the person who asks."""
    channel = interaction.channel_id or 0
    kind: Kind = "direct" if _is_direct(interaction) else "channel"
    if isinstance(interaction.channel, discord.Thread):
        kind = "thread"
    server = interaction.guild_id
    if server is not None and not interaction.is_guild_integration() and interaction.client.get_guild(server) is None:
        server = None
    return Place(kind, channel, server)


def server_of(interaction: Interaction) -> int:
    """Returns the server that it happened in, where a decorator sees to it that there is one."""
    server = place_of(interaction).server
    assert server is not None  # noqa: S101  (`is_managed` has looked)
    return server


def searched(interaction: Interaction) -> tuple[str, ...]:
    """Returns the libraries that may be searched there."""
    return libraries(place_of(interaction), interaction.client.services.settings.library)


def _is_direct(interaction: Interaction) -> bool:
    """Tells whether it is a direct message with the bot, not one between people, in which the bot is only an app."""
    return interaction.guild_id is None and not interaction.context.private_channel


def posts(interaction: Interaction) -> bool:
    """Tells whether the bot can write messages there: in servers it is a member of, and in its own direct messages."""
    if interaction.guild_id is not None:
        return interaction.client.get_guild(interaction.guild_id) is not None
    return _is_direct(interaction)


def reply_to(interaction: Interaction) -> InteractionReply:
    """Returns the reply to a deferred interaction."""
    return InteractionReply(
        connection=interaction.client.services.connection,
        application=interaction.application_id,
        token=interaction.token,
        created=interaction.created_at,
        channel=interaction.channel_id or 0,
        posts=posts(interaction),
        embeds=interaction.app_permissions.embed_links or not interaction.app_permissions.value,  # 0: not told
    )


def may_manage(interaction: Interaction) -> bool:
    """Tells whether the person manages the server."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild


async def defer(interaction: Interaction, *, ephemeral: bool = False, thinking: bool = True) -> bool:
    """Acknowledges, and tells whether Discord still waited for it."""

    async def acknowledge() -> object:
        return await interaction.response.defer(ephemeral=ephemeral, thinking=thinking)

    return await _once(acknowledge)


async def open_form(interaction: Interaction, modal: discord.ui.Modal) -> bool:
    async def send() -> object:
        return await interaction.response.send_modal(modal)

    return await _once(send)


async def tell(
    interaction: Interaction,
    text: str,
    card: Card | None = None,
    buttons: discord.ui.View | None = None,
    attached: str = "",
) -> None:
    """Responds to a deferred interaction, in Discord's markdown; `attached` is the text of a file."""
    await reply_to(interaction).answer([Part(text, card, attached)], buttons)


async def failed(interaction: Interaction, error: Exception, what: str) -> None:
    """Says that something went wrong, with the reference under which the log tells more."""
    reference = refer(error, f"{what} failed")
    try:
        await defer(interaction, ephemeral=True)
        await tell(interaction, went_wrong(reference))
    except Exception as worse:  # noqa: BLE001  (there is nobody left to tell but the log)
        refer(worse, f"telling of {reference}")


async def _once(acknowledge: Callable[[], Awaitable[object]]) -> bool:
    """Repeats an acknowledgement whose reply was lost; the second is then told of the first."""
    try:
        await persistent(acknowledge, seconds=_WAITS)
    except discord.InteractionResponded:
        return True
    except discord.HTTPException as error:
        trouble = trouble_of(error)
        if trouble not in (Trouble.ACKNOWLEDGED, Trouble.TOKEN_GONE):
            raise
        return trouble is Trouble.ACKNOWLEDGED
    return True
