"""What Byline can do, what it keeps, and how it is doing."""

from __future__ import annotations

import datetime as dt
from importlib.metadata import version
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord_bot.commands.quotes import CHECK
from bot.discord_bot.interactions import Interaction, everywhere, privately, tell
from bot.discord_bot.markdown import escape
from bot.discord_bot.messages import ASK_ABOUT
from bot.threads import off_loop
from prompts import load

if TYPE_CHECKING:
    from bot.discord_bot.services import ServingClient


@app_commands.command(name="help", description="What Byline can do")
@everywhere
@privately
async def help_(interaction: Interaction) -> None:
    await tell(interaction, load("discord_help", menu=ASK_ABOUT, check=CHECK))


@app_commands.command(description="What Byline keeps of what you ask")
@everywhere
@privately
async def privacy(interaction: Interaction) -> None:
    days = interaction.client.services.settings.discord_keep_days
    kept = load("discord_privacy", days=f"{days:,}")
    model = interaction.client.services.settings.chat_model
    sent = [load("discord_privacy_model", model=escape(model))] if model else []
    await tell(interaction, "\n\n".join([kept, *sent]))


@app_commands.command(name="forget-me", description="Delete all that Byline keeps of you")
@everywhere
@privately
async def forget_me(interaction: Interaction) -> None:
    services = interaction.client.services
    count = await off_loop(services.store.forget_person, interaction.user.id)
    await off_loop(services.digests.want, interaction.user.id, None, dt.datetime.now(dt.UTC))
    await tell(interaction, f"Forgotten: {count:,} of your questions and votes. The messages in Discord stay.")


@app_commands.command(description="How Byline is doing, for its owner")
@everywhere
@privately
async def status(interaction: Interaction) -> None:
    if not await interaction.client.is_owner(interaction.user.id):
        await tell(interaction, "This is for the owner of this bot alone.")
    else:
        await tell(interaction, await off_loop(_status, interaction.client))


def _status(client: ServingClient) -> str:
    services = client.services
    articles, queue = services.articles, services.queue
    up = str(dt.datetime.now(dt.UTC) - services.started).partition(".")[0]
    ready, pending = articles.count_everywhere("ready"), articles.count_everywhere("pending")
    shards = ", ".join(f"{number}: {latency * 1000:.0f} ms" for number, latency in client.latencies)
    return "\n".join(
        (
            f"**Byline {version('byline')}**, discord.py {discord.__version__}, up {up}",
            f"**Servers:** {len(client.guilds):,}; shards {shards}",
            f"**Questions:** {queue.running:,} being answered, {queue.waiting:,} waiting",
            f"**Articles:** {ready:,} ready, {pending:,} waiting to be indexed",
        )
    )
