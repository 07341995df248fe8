"""/verify, and the same for what a message quotes: did somebody say that?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord_bot.commands.quotes import LONGEST_SPEAKER, speakers
from bot.discord_bot.interactions import Interaction, by_anyone, defer, everywhere, place_of, tell
from bot.discord_bot.markdown import escape
from bot.discord_bot.messages import written
from bot.discord_bot.places import libraries
from bot.discord_bot.quotation_cards import verdict_card
from bot.threads import off_loop
from retrieval.quotes import quotes
from retrieval.quotes.verification import verify as held_against
from retrieval.store.quotes import AmbiguousSpeaker
from retrieval.text.document import Document
from retrieval.text.speakers import is_name
from retrieval.types import Article

if TYPE_CHECKING:
    from bot.discord_bot.services import Services
    from retrieval.quotes.verification import Verification

    Claim = tuple[str, str | None]  # words, and who is to have said them

CHECK = "Check this quotation"
_LONGEST = 1_000  # characters of a quotation
_MOST = 3  # quotations of a message
_FEWEST_WORDS = 3  # fewer in quotation marks are as likely a title or scare quotes
_MARKS = "“”\"'`‘’ \n"
_BLOCK = re.compile(r"^>(?:>>)? ?(.+)$", re.MULTILINE)
_NOTHING = "There is nothing in that message to check: it has no text."
_TOO_LONG = f"Quotations of up to {_LONGEST:,} characters can be checked, and this one is longer."


@app_commands.command(description="Check whether somebody said that, word for word or in other words")
@app_commands.describe(quotation="The words", speaker="Who is to have said them")
@everywhere
@by_anyone
async def verify(
    interaction: Interaction,
    quotation: app_commands.Range[str, 1, _LONGEST],
    speaker: app_commands.Range[str, 1, LONGEST_SPEAKER] | None = None,
) -> None:
    if not await defer(interaction, ephemeral=True):
        return
    try:
        await _check(interaction, [(quotation.strip(_MARKS) or quotation, speaker)])
    except AmbiguousSpeaker as error:
        await tell(interaction, escape(str(error)))


verify.autocomplete("speaker")(speakers)


@app_commands.context_menu(name=CHECK)
@everywhere
@by_anyone
async def check_quotation(interaction: Interaction, message: discord.Message) -> None:
    if not await defer(interaction, ephemeral=True):
        return
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
    names = libraries(place_of(interaction), services.settings.library)
    await tell(interaction, "", verdict_card(await off_loop(_verdicts, services, names, claimed)))


def _verdicts(services: Services, names: tuple[str, ...], claimed: list[Claim]) -> list[Verification]:
    return [held_against(services.quotations, names, words, speaker) for words, speaker in claimed]


def claims(message: str) -> list[Claim]:
    """The longest quotations of a message, three at most, in their order, and who is said to have said them.

    Where nothing stands in quotation marks, the lines that Discord shows as quoted; else the whole.
    """
    article = Article("message", "", message)
    found = sorted(Document(message).quotations, key=lambda quotation: quotation.start - quotation.end)
    longest = [one for one in found if len(message[one.start : one.end].split()) >= _FEWEST_WORDS] or found[:1]
    said = [one for one in quotes(article) if is_name(one.name)]
    if longest:
        return [
            (
                message[one.start : one.end].strip(_MARKS),
                next((q.name for q in said if q.start <= one.start < q.end), None),
            )
            for one in sorted(longest[:_MOST], key=lambda one: one.start)
        ]
    whole = " ".join(_BLOCK.findall(message)) or message.strip()
    return [(whole, None)] if whole else []
