"""Articles: listed, read, added and removed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.discord_bot.adding import NotAdded, add_attachment, add_link, add_text, may_add
from bot.discord_bot.buttons import Pages, article_modal
from bot.discord_bot.interactions import (
    CHOICE,
    CHOICES,
    Interaction,
    defer,
    everywhere,
    for_managers,
    in_servers,
    open_form,
    place_of,
    privately,
    searched,
    server_of,
    tell,
)
from bot.discord_bot.markdown import escape
from bot.discord_bot.pages import turn
from bot.discord_bot.places import server_library
from bot.render import folded
from bot.threads import off_loop

if TYPE_CHECKING:
    from bot.discord_bot.services import Services
    from retrieval.store.tables import StoredArticle

_KEY = re.compile(r"#[0-9]{1,18}")  # what a suggested title stands for
_SEARCH = 50  # characters that go into a button's id
_NO_ARTICLE = "There is no such article {}; choose one that is suggested while you type."


@app_commands.command(description="List the articles, newest first")
@app_commands.describe(search="Words in the title, byline or publisher")
@everywhere
@privately
async def articles(interaction: Interaction, search: app_commands.Range[str, 1, _SEARCH] | None = None) -> None:
    await turn(interaction, Pages("articles", interaction.user.id, 0, search or ""))


@app_commands.command(description="Read one article, passage by passage")
@app_commands.describe(article="Words of its title")
@everywhere
@privately
async def article(interaction: Interaction, article: app_commands.Range[str, 1, CHOICE]) -> None:
    services = interaction.client.services
    stored = await off_loop(_meant, services, searched(interaction), article, guess=True)
    if stored is None:
        await tell(interaction, _NO_ARTICLE.format("here"))
    else:
        await turn(interaction, Pages("article", interaction.user.id, 0, str(stored.key)))


@article.autocomplete("article")
async def _titles(interaction: Interaction, typed: str) -> list[Choice[str]]:
    return await _title_choices(interaction, searched(interaction), typed)


async def _title_choices(interaction: Interaction, names: tuple[str, ...], typed: str) -> list[Choice[str]]:
    page = await off_loop(interaction.client.services.articles.browse, names, typed, limit=CHOICES)
    return [Choice(name=(row.title.strip() or row.id)[:CHOICE], value=f"#{row.key}") for row in page.rows]


def _meant(services: Services, names: tuple[str, ...], chosen: str, *, guess: bool) -> StoredArticle | None:
    """Returns what was chosen of the suggestions, or the one article with that very title; may `guess` the first."""
    if _KEY.fullmatch(chosen):
        return services.articles.by_key(names, int(chosen[1:]))
    rows = services.articles.browse(names, chosen, limit=CHOICES).rows
    same = [row for row in rows if row.title.strip().casefold() == chosen.strip().casefold()]
    fitting = same if len(same) == 1 else rows if guess else []
    return services.articles.by_key(names, fitting[0].key) if fitting else None


@app_commands.command(description="Add an article to this server's own library")
@app_commands.describe(
    link="The address of a web page",
    file="A text, a page, a PDF, a .docx, mail, rows, or an archive of them",
    text="The article as text",
    title="The title of the text",
)
@in_servers
async def add(
    interaction: Interaction,
    link: app_commands.Range[str, 1, 2000] | None = None,
    file: discord.Attachment | None = None,
    text: app_commands.Range[str, 1, 6000] | None = None,
    title: app_commands.Range[str, 1, 300] | None = None,
) -> None:
    given = [one for one in (link, file, text) if one is not None]
    if not given:
        await open_form(interaction, article_modal())
        return
    if not await defer(interaction, ephemeral=True):
        return
    if len(given) > 1:
        await tell(interaction, "Give a link, a file or a text, one at a time.")
        return
    try:
        await may_add(interaction)
        if file is not None:
            await add_attachment(interaction, file)
        elif link is not None:
            await add_link(interaction, link)
        elif text is not None:
            await add_text(interaction, title, text)
    except NotAdded as error:
        await tell(interaction, escape(str(error)))


@app_commands.command(description="Remove an article from this server's own library")
@app_commands.describe(article="Words of its title")
@for_managers
async def remove(interaction: Interaction, article: app_commands.Range[str, 1, CHOICE]) -> None:
    services, library = interaction.client.services, server_library(server_of(interaction))
    stored = await off_loop(_meant, services, (library,), article, guess=False)  # nothing is removed on a guess
    if stored is None or not await off_loop(services.articles.withdraw, library, [stored.article.id]):
        await tell(interaction, _NO_ARTICLE.format("in this server's own library"))
    else:
        title = escape(folded(stored.article.title)[:300])
        await tell(interaction, f"Removed “{title}” with every trace of it.")


@remove.autocomplete("article")
async def _own_titles(interaction: Interaction, typed: str) -> list[Choice[str]]:
    server = place_of(interaction).server
    return await _title_choices(interaction, (server_library(server),) if server else (), typed)
