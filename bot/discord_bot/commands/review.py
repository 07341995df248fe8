"""/unanswered: what the articles of a server did not answer, for those who manage it."""

from __future__ import annotations

from discord import app_commands

from bot.discord_bot.buttons import Pages
from bot.discord_bot.commands.server import managed
from bot.discord_bot.interactions import Interaction, by_servers, in_servers
from bot.discord_bot.pages import turn


@app_commands.command(description="See what was asked here without an answer, and how answers were judged")
@app_commands.default_permissions(manage_guild=True)
@in_servers
@by_servers
async def unanswered(interaction: Interaction) -> None:
    if await managed(interaction) is not None:
        await turn(interaction, Pages("unanswered", interaction.user.id, 0, "here"))
