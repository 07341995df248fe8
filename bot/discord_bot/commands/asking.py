"""/ask, and the same for a message that somebody wrote."""

from __future__ import annotations

import datetime as dt

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.discord_bot.asking import MOST_CHARACTERS, DiscordQuestion
from bot.discord_bot.interactions import (
    CHOICE,
    CHOICES,
    Interaction,
    defer,
    everywhere,
    place_of,
    reply_to,
    searched,
    tell,
)
from bot.discord_bot.markdown import escape
from bot.discord_bot.messages import ASK_ABOUT, spoken
from bot.discord_bot.services import closed, ignores
from bot.threads import off_loop
from retrieval.types import Filters

_IGNORED = "Those who manage this server have chosen that I do not answer here, or not you."
_NO_DATE = "“{}” is no date I know; write it as 2023-03-20, or choose one that is suggested."


@app_commands.command(description="Ask a question about the news")
@app_commands.describe(
    question="What you want to know",
    source="Only articles of this publisher",
    since="Only articles published on this day or later, such as 2023-03-20",
)
@everywhere
async def ask(
    interaction: Interaction,
    question: app_commands.Range[str, 1, MOST_CHARACTERS],
    source: app_commands.Range[str, 1, 100] | None = None,
    since: app_commands.Range[str, 1, 30] | None = None,
) -> None:
    await answer(interaction, question, source=source, since=since)


@app_commands.command(description="Tell a story by days, each step in an article's words")
@app_commands.describe(about="What the story is about", since="Only articles published on this day or later")
@everywhere
async def story(
    interaction: Interaction,
    about: app_commands.Range[str, 1, MOST_CHARACTERS],
    since: app_commands.Range[str, 1, 30] | None = None,
) -> None:
    await answer(interaction, about, since=since, is_story=True)


@ask.autocomplete("source")
async def _sources(interaction: Interaction, typed: str) -> list[Choice[str]]:
    articles = interaction.client.services.articles
    publishers = await off_loop(articles.publishers, searched(interaction), typed, limit=CHOICES)
    return [Choice(name=name[:CHOICE], value=name[:CHOICE]) for name in publishers]


@ask.autocomplete("since")
@story.autocomplete("since")
async def _days(_: Interaction, typed: str) -> list[Choice[str]]:
    today = dt.datetime.now(dt.UTC).date()
    ago = {"today": 0, "yesterday": 1, "a week ago": 7, "a month ago": 30, "a year ago": 365}
    days = {name: (today - dt.timedelta(days=days)).isoformat() for name, days in ago.items()}
    return [
        Choice(name=f"{name} ({day})", value=day) for name, day in days.items() if typed.lower() in f"{name} ({day})"
    ]


@app_commands.context_menu(name=ASK_ABOUT)
@everywhere
async def ask_about(interaction: Interaction, message: discord.Message) -> None:
    await answer(interaction, spoken(message, interaction.client.application_id))


async def answer(
    interaction: Interaction,
    text: str,
    *,
    source: str | None = None,
    since: str | None = None,
    follows: str | None = None,
    is_story: bool = False,
) -> None:
    """Answers for all to see, or tells the person alone that Byline may not. `follows` is an answer's id."""
    place, services = place_of(interaction), interaction.client.services
    settings = await services.settings_of(place)
    refused = closed(settings, place, interaction.channel)
    if ignores(settings, interaction.user, place, interaction.channel):
        refused = _IGNORED
    try:
        day = dt.date.fromisoformat(since.strip()) if since else None
    except ValueError:
        day, refused = None, escape(_NO_DATE.format(since))
    if not await defer(interaction, ephemeral=refused is not None):
        return
    if refused is not None:
        await tell(interaction, refused)
        return
    filters = Filters(since=day, source=source)
    inquiry = DiscordQuestion(
        " ".join(text.split()),
        interaction.user.id,
        place,
        follows,
        filters,
        shown=False,
        brief=settings.brief and not is_story,
        is_story=is_story,
    )
    await services.asking.start(services.asking.ask(inquiry, reply_to(interaction)))
