"""/quotes: who said what, word for word."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Choice

from bot.discord_bot.buttons import Pages
from bot.discord_bot.interactions import CHOICE, CHOICES, Interaction, by_anyone, defer, everywhere, place_of
from bot.discord_bot.pages import turn
from bot.discord_bot.places import libraries
from bot.quoting import introduced, topics
from bot.threads import off_loop
from retrieval.store.quotes import AmbiguousSpeaker, QuoteQuery

LONGEST_SPEAKER, _LONGEST_ABOUT = 80, 40  # characters that go into buttons' ids


@app_commands.command(description="List what somebody said, word for word, newest first")
@app_commands.describe(speaker="Who said it", about="Words that it has to be about")
@everywhere
@by_anyone
async def quotes(
    interaction: Interaction,
    speaker: app_commands.Range[str, 1, LONGEST_SPEAKER] | None = None,
    about: app_commands.Range[str, 1, _LONGEST_ABOUT] | None = None,
) -> None:
    if not await defer(interaction, ephemeral=True):
        return
    await turn(interaction, Pages("quotes", interaction.user.id, 0, about or "", speaker or ""))


@quotes.autocomplete("speaker")
async def speakers(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Returns who is quoted in what may be searched here."""
    services = interaction.client.services
    names = libraries(place_of(interaction), services.settings.library)
    people = await off_loop(services.quotations.speakers, names, typed, CHOICES)
    return [
        Choice(name=introduced(speaker)[:CHOICE], value=speaker.name)
        for speaker in people
        if len(speaker.name) <= LONGEST_SPEAKER
    ]


@quotes.autocomplete("about")
async def _topics(interaction: Interaction, typed: str) -> list[Choice[str]]:
    services = interaction.client.services
    names = libraries(place_of(interaction), services.settings.library)
    query = QuoteQuery(libraries=names, speaker=interaction.namespace.speaker)
    try:
        mentioned = await off_loop(topics, services.quotations, query, typed, _LONGEST_ABOUT, CHOICES)
    except AmbiguousSpeaker:
        return []
    return [Choice(name=name, value=name) for name in mentioned]
