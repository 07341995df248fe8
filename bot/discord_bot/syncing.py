"""Telling Discord which commands there are, only when they have changed: it takes few such requests a day."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from bot.discord_bot.sending import persistent

if TYPE_CHECKING:
    from discord.app_commands import CommandTree


async def sync(tree: CommandTree[Any], remembered: str | None) -> str:
    """Send the global commands unless they are those of `remembered`; what to remember now.

    Raises:
        HTTPException: Discord refuses them; nothing is to be remembered then.
    """
    current = await _fingerprint(tree)
    if current != remembered:
        await persistent(tree.sync)
    return current


async def _fingerprint(tree: CommandTree[Any]) -> str:
    """A hash of the application and of all that `tree.sync` would send, in whichever order."""
    sent: list[dict[str, Any]] = [
        await command.get_translated_payload(tree, tree.translator) if tree.translator else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    sent.sort(key=lambda command: (command["type"], command["name"]))
    told = json.dumps([tree.client.application_id, sent], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
