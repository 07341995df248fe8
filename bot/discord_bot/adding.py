"""Articles into a server's own library: from an attachment, a link, text, a form."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import discord

from bot.bootstrap import fetching
from bot.discord_bot.buttons import retry_button
from bot.discord_bot.endpoints import attachment_allowed
from bot.discord_bot.interactions import may_manage, place_of, tell
from bot.discord_bot.markdown import escape, split
from bot.discord_bot.places import server_library
from bot.discord_bot.sending import persistent
from bot.threads import off_loop
from retrieval.errors import BylineError, SourceError, UnknownArticle
from retrieval.sources.files import read_address, read_upload
from retrieval.store.database import batched
from retrieval.text.languages import foreign_language, unread_note
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.discord_bot.interactions import Interaction
    from bot.discord_bot.services import Services

_FETCHING = 30.0  # seconds
_INDEXING = 10.0  # seconds in which a few articles are indexed
_LOOK_AGAIN = 0.2
_AT_ONCE = 100
_TITLE = 100  # characters that are told
_CONTENT = 2_000  # of a message
_MOST_ERRORS = 5  # that are told
_MOST_ROWS = 20_000  # that are read, whatever they hold
_ELSEWHERE = "Articles can be added in a server that has Byline installed: each server has its own library."


class NotAdded(BylineError):
    """Nothing was added; the message says why, in words for the person who tried."""


async def may_add(interaction: Interaction) -> int:
    """Returns the server whose library the person may add to.

    Raises:
        NotAdded: there is none.
    """
    server = place_of(interaction).server
    if server is None:
        raise NotAdded(_ELSEWHERE)
    settings = await off_loop(interaction.client.services.store.settings, server)
    roles = {role.id for role in getattr(interaction.user, "roles", ())}
    chosen = settings.adders == "everyone" or (settings.adders == "role" and settings.adder_role in roles)
    if chosen or may_manage(interaction):
        return server
    raise NotAdded("Here only those who manage the server may add articles; they can change that with /settings.")


async def add_attachment(interaction: Interaction, file: discord.Attachment) -> None:
    """Fetches and adds an attachment, and says what came of it."""
    most = interaction.client.services.settings.discord_upload_bytes
    if file.size > most:
        raise NotAdded(f"That file has {file.size:,} bytes; at most {most:,} can be added at once.")
    if not attachment_allowed(file.url):
        raise NotAdded("That file does not lie with Discord, so it is not fetched; attach it to the command.")
    try:
        data = await persistent(file.read, seconds=_FETCHING)
    except (discord.HTTPException, OSError) as error:
        raise NotAdded("Discord did not hand over that file in time; please try again.") from error
    if len(data) > most:
        raise NotAdded(f"That file has {len(data):,} bytes; at most {most:,} can be added at once.")
    await add_upload(interaction, file.filename, data)


async def add_text(interaction: Interaction, title: str | None, text: str) -> None:
    """Adds a text; without a title its first line is that."""
    if not text.strip():
        raise NotAdded("The text is empty; give a title and a text.")
    name = f"{title or text.strip().splitlines()[0][:100]}.txt".replace("/", " ")
    await add_upload(interaction, name, f"{title}\n\n{text}".encode() if title else text.encode())


async def add_link(interaction: Interaction, url: str) -> None:
    """Fetches and adds the article at an address. Hosts of the owner's own network are not for people of servers."""
    server, settings = await may_add(interaction), interaction.client.services.settings
    fetch = fetching(settings.model_copy(update={"fetch_allow": ()}))
    read = read_address(url, max_bytes=settings.discord_upload_bytes, fetch=fetch)
    staged = await off_loop(_stage, interaction.client.services, server_library(server), read)
    await tell(interaction, await _told(interaction, server, staged))


async def add_form(interaction: Interaction, fields: dict[str, str]) -> None:
    """Adds what was typed into the form; gives it back if it is refused."""
    typed = {name: value.strip() for name, value in fields.items() if value.strip()}
    try:
        server = await may_add(interaction)
        staged = await _staged(interaction, server, "form.jsonl", json.dumps(typed).encode())
        if not staged.refused:
            await tell(interaction, await _told(interaction, server, staged))
            return
        refused, *_ = split(staged.lines()[1:], _CONTENT, joint="\n")
    except NotAdded as error:
        refused = escape(str(error))
    form = interaction.client.services.forms.keep(interaction.user.id, typed)
    facts = "\n".join(f"{name}: {typed[name]}" for name in ("byline", "published", "url") if name in typed)
    as_file = "\n\n".join(filter(None, (typed.get("title"), facts, typed.get("text"))))  # which `/add` takes
    await tell(interaction, refused, buttons=retry_button(form), attached=as_file)


async def add_upload(interaction: Interaction, name: str, data: bytes) -> None:
    """Adds a file of articles, waits a little until they can be asked about, and says what came of it."""
    server = await may_add(interaction)
    await tell(interaction, await _told(interaction, server, await _staged(interaction, server, name, data)))


@dataclass(slots=True)
class Staged:
    """What became of a file or address."""

    counts: Counter[str] = field(default_factory=Counter)  # by outcome
    titles: list[str] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)  # those that are not read
    errors: list[SourceError] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether nothing of it was taken."""
        return bool(self.errors) and not self.counts

    def lines(self) -> list[str]:
        """Returns what to say of it: how many of which outcome, then what was refused, and what is not read."""
        counts, titles, errors = self.counts, self.titles, self.errors
        heading = f"“{escape(titles[0])}”: " if len(titles) == 1 and len(titles[0]) <= _TITLE else ""
        lines = [f"{heading}{counts['new']:,} new, {counts['changed']:,} changed, {counts['unchanged']:,} unchanged."]
        lines += [f"- {escape(str(error))}" for error in errors[:_MOST_ERRORS]]
        if len(errors) > _MOST_ERRORS:
            lines.append(f"- … and {len(errors) - _MOST_ERRORS:,} more that could not be read.")
        if note := unread_note(self.languages):
            lines.append(escape(note))
        return lines


async def _staged(interaction: Interaction, server: int, name: str, data: bytes) -> Staged:
    services = interaction.client.services
    read = read_upload(name, data, max_bytes=services.settings.discord_upload_bytes)
    return await off_loop(_stage, services, server_library(server), read)


async def _told(interaction: Interaction, server: int, staged: Staged) -> str:
    """Waits a little until the articles can be asked about, and returns what to say of them."""
    lines = staged.lines()
    if not await _indexed(interaction.client.services, server_library(server)):
        lines.append("They are being indexed, and can be asked about in a while.")
    page, *_ = split(lines, _CONTENT, joint="\n")
    return page


def _stage(services: Services, library: str, read: Iterable[Article | SourceError]) -> Staged:
    """Stores the articles of a file or address that there is room for."""
    staged, most = Staged(), services.settings.discord_server_articles
    room = max(0, most - sum(services.articles.count(state, (library,)) for state in ("ready", "pending")))
    for some in batched(itertools.islice(read, _MOST_ROWS), _AT_ONCE):
        good = [item for item in some if isinstance(item, Article)]
        staged.errors += [item for item in some if isinstance(item, SourceError)]
        fitting = _fitting(services, library, good, room)
        if len(fitting) < len(good):
            staged.errors.append(SourceError(f"this library holds at most {most:,} articles; remove some first"))
        outcomes = Counter(services.articles.stage(library, fitting))
        room -= outcomes["new"]
        staged.counts += outcomes
        staged.titles += [article.title for article in fitting]
        staged.languages.update(filter(None, (foreign_language(article.text) for article in fitting)))
    return staged


def _fitting(services: Services, library: str, articles: list[Article], room: int) -> list[Article]:
    """Returns those that are there already, changed or not, and of the others as many as there is room for."""
    if len(articles) <= room:
        return articles
    fitting = []
    for article in articles:
        try:
            services.articles.get(library, article.id)
        except UnknownArticle:
            if room <= 0:
                continue
            room -= 1
        fitting.append(article)
    return fitting


async def _indexed(services: Services, library: str) -> bool:
    end = time.monotonic() + _INDEXING
    while await off_loop(services.articles.count, "pending", (library,)):
        if time.monotonic() > end:
            return False
        await asyncio.sleep(_LOOK_AGAIN)
    return True
