"""/quotes and /verify: who said what, word for word; and whether somebody said that, also of what a message quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.discord_bot.buttons import Pages
from bot.discord_bot.interactions import CHOICE, CHOICES, Interaction, everywhere, privately, searched, tell
from bot.discord_bot.markdown import escape, split
from bot.discord_bot.messages import written
from bot.discord_bot.pages import turn
from bot.discord_bot.quotation_cards import verdict_card
from bot.quoting import introduced, topics
from bot.stories import profile_lines
from bot.threads import off_loop
from retrieval.quotes.extraction import quotes as quotations_of
from retrieval.quotes.verification import verify as held_against
from retrieval.store.quotes import AmbiguousSpeaker, QuoteQuery
from retrieval.stories.speakers import profile
from retrieval.text.document import Document
from retrieval.text.name_matching import is_name
from retrieval.types import Article, Filters

if TYPE_CHECKING:
    from retrieval.quotes.verification import Verification
    from retrieval.text.quotation_marks import Quotation

    Claim = tuple[str, str | None]  # words, and who is to have said them

LONGEST_SPEAKER, _LONGEST_ABOUT = 80, 40  # characters that go into buttons' ids
CHECK = "Check this quotation"
_LONGEST = 1_000  # characters of a quotation
_PAGE = 1_900  # characters of a message; the rest is attached
_MOST = 3  # quotations of a message
_FEWEST_WORDS = 3  # fewer in quotation marks are as likely a title or scare quotes
_MARKS = "“”\"'`‘’ \n"
_BLOCK = re.compile(r"^>(?:>>)? ?(.+)$", re.MULTILINE)
_NOTHING = "There is nothing in that message to check: it has no text."
_TOO_LONG = f"Quotations of up to {_LONGEST:,} characters can be checked, and this one is longer."


@app_commands.command(description="List what somebody said, word for word, newest first")
@app_commands.describe(speaker="Who said it", about="Words that it has to be about")
@everywhere
@privately
async def quotes(
    interaction: Interaction,
    speaker: app_commands.Range[str, 1, LONGEST_SPEAKER] | None = None,
    about: app_commands.Range[str, 1, _LONGEST_ABOUT] | None = None,
) -> None:
    await turn(interaction, Pages("quotes", interaction.user.id, 0, about or "", speaker or ""))


@quotes.autocomplete("speaker")
async def speakers(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Returns who is quoted in what may be searched here."""
    quotations = interaction.client.services.quotations
    people = await off_loop(quotations.speakers, searched(interaction), typed, CHOICES)
    return [
        Choice(name=introduced(speaker)[:CHOICE], value=speaker.name)
        for speaker in people
        if len(speaker.name) <= LONGEST_SPEAKER
    ]


@quotes.autocomplete("about")
async def _topics(interaction: Interaction, typed: str) -> list[Choice[str]]:
    quotations = interaction.client.services.quotations
    query = QuoteQuery(libraries=searched(interaction), speaker=interaction.namespace.speaker)
    try:
        mentioned = await off_loop(topics, quotations, query, typed, _LONGEST_ABOUT, CHOICES)
    except AmbiguousSpeaker:
        return []
    return [Choice(name=name, value=name) for name in mentioned]


@app_commands.command(description="Tell who somebody is, what they said over time, and who speaks otherwise")
@app_commands.describe(name="Who it is")
@everywhere
@privately
async def speaker(interaction: Interaction, name: app_commands.Range[str, 1, LONGEST_SPEAKER]) -> None:
    quotations = interaction.client.services.quotations
    try:
        known = await off_loop(profile, quotations, searched(interaction), name, Filters())
    except AmbiguousSpeaker as error:
        await tell(interaction, escape(str(error)))
        return
    if known is None:
        await tell(interaction, f"No article here quotes {escape(name)}.")
        return
    lines = profile_lines(known)
    page, *rest = split(list(map(escape, lines)), _PAGE, joint="\n")
    await tell(interaction, page, attached="\n".join(lines) if rest else "")


speaker.autocomplete("name")(speakers)


@app_commands.command(description="Check whether somebody said that, word for word or in other words")
@app_commands.describe(quotation="The words", speaker="Who is to have said them")
@everywhere
@privately
async def verify(
    interaction: Interaction,
    quotation: app_commands.Range[str, 1, _LONGEST],
    speaker: app_commands.Range[str, 1, LONGEST_SPEAKER] | None = None,
) -> None:
    try:
        await _check(interaction, [(quotation.strip(_MARKS) or quotation, speaker)])
    except AmbiguousSpeaker as error:
        await tell(interaction, escape(str(error)))


verify.autocomplete("speaker")(speakers)


@app_commands.context_menu(name=CHECK)
@everywhere
@privately
async def check_quotation(interaction: Interaction, message: discord.Message) -> None:
    claimed = await off_loop(claims, written(message, interaction.client.application_id or 0))
    if not claimed or any(len(words) > _LONGEST for words, _ in claimed):
        await tell(interaction, _TOO_LONG if claimed else _NOTHING)
        return
    try:
        await _check(interaction, claimed)
    except AmbiguousSpeaker:  # the message names nobody in full; who it was is told all the same
        await _check(interaction, [(words, None) for words, _ in claimed], again=True)


async def _check(interaction: Interaction, claimed: list[Claim], *, again: bool = False) -> None:
    services = interaction.client.services
    refused = None if again else services.asking.too_soon(interaction.user.id)
    if refused is not None:
        await tell(interaction, escape(refused))
        return
    names = searched(interaction)

    def check() -> list[Verification]:
        return [held_against(services.quotations, names, words, speaker) for words, speaker in claimed]

    await tell(interaction, "", verdict_card(await off_loop(check)))


def claims(message: str) -> list[Claim]:
    """Returns the longest quotations of a message, three at most, in their order, and who is said to have said them.

    Where nothing stands in quotation marks, the lines that Discord shows as quoted; else the whole.
    """
    quotations = sorted(Document(message).quotations, key=lambda quotation: quotation.start - quotation.end)
    long = [span for span in quotations if len(message[span.start : span.end].split()) >= _FEWEST_WORDS]
    chosen = sorted((long or quotations[:1])[:_MOST], key=lambda span: span.start)
    if not chosen:
        whole = " ".join(_BLOCK.findall(message)) or message.strip()
        return [(whole, None)] if whole else []
    attributed = [quote for quote in quotations_of(Article("message", "", message)) if is_name(quote.name)]

    def speaker(span: Quotation) -> str | None:
        return next((quote.name for quote in attributed if quote.start <= span.start < quote.end), None)

    return [(message[span.start : span.end].strip(_MARKS), speaker(span)) for span in chosen]
