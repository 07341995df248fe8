"""All commands, and how Discord is told of them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from discord import app_commands

from bot.discord_bot.commands.about import forget_me, help_, privacy, status
from bot.discord_bot.commands.articles import add, article, articles, remove
from bot.discord_bot.commands.asking import ask, ask_about, story
from bot.discord_bot.commands.digests import digests, my_digest
from bot.discord_bot.commands.feeds import feeds
from bot.discord_bot.commands.quotes import check_quotation, quotes, speaker, verify
from bot.discord_bot.commands.server import ignore, settings, unanswered
from bot.discord_bot.interactions import failed
from bot.discord_bot.sending import persistent

if TYPE_CHECKING:
    from bot.discord_bot.interactions import Interaction
    from bot.discord_bot.services import ServingClient

COMMANDS: tuple[app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu, ...] = (
    ask,
    ask_about,
    story,
    articles,
    article,
    quotes,
    speaker,
    verify,
    check_quotation,
    add,
    remove,
    feeds,
    digests,
    my_digest,
    settings,
    ignore,
    unanswered,
    help_,
    privacy,
    forget_me,
    status,
)


class Tree(app_commands.CommandTree[Any]):
    """All commands. What one did not expect is told in one sentence with a reference into the log."""

    def __init__(self, client: ServingClient) -> None:
        super().__init__(client)
        for command in COMMANDS:
            self.add_command(command)

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        if isinstance(error, app_commands.CheckFailure):  # the person was told, or Discord does not wait any more
            return
        name = interaction.command.name if interaction.command else "unknown"
        await failed(interaction, getattr(error, "original", error), f"/{name}")


async def sync(tree: app_commands.CommandTree[Any], remembered: str | None) -> str:
    """Tells Discord the commands unless they are those of `remembered`, and returns what to remember now.

    It takes few such requests a day.

    Raises:
        HTTPException: Discord refuses them; nothing is to be remembered then.
    """
    current = await _fingerprint(tree)
    if current != remembered:
        await persistent(tree.sync)
    return current


async def _fingerprint(tree: app_commands.CommandTree[Any]) -> str:
    """Returns a hash of the application and of all that `tree.sync` would send, in whichever order."""
    sent: list[dict[str, Any]] = [
        await command.get_translated_payload(tree, tree.translator) if tree.translator else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    sent.sort(key=lambda command: (command["type"], command["name"]))
    content = json.dumps([tree.client.application_id, sent], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
