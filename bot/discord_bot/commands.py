"""The commands, and what they suggest while they are typed."""

from __future__ import annotations

import datetime as dt
import functools
import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.discord_bot.adding import NotAdded, add_attachment, add_text, may_add
from bot.discord_bot.asking import MOST_CHARACTERS, Inquiry
from bot.discord_bot.buttons import Pages, article_modal
from bot.discord_bot.interactions import defer, failed, may_manage, open_form, place_of, reply_to, tell
from bot.discord_bot.markdown import escape
from bot.discord_bot.messages import spoken
from bot.discord_bot.pages import turn
from bot.discord_bot.places import libraries, server_library
from bot.discord_bot.store import ServerSettings
from bot.threads import off_loop
from prompts import load
from retrieval.types import Filters

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.discord_bot.client import BylineClient
    from bot.discord_bot.services import Services
    from retrieval.tables import StoredArticle

P = ParamSpec("P")
Interaction = discord.Interaction[Any]  # of a BylineClient; discord.py reads this annotation at run time

ASK_ABOUT = "Ask Byline about this"
_CHOICES, _CHOICE = 25, 100  # Discord's limits
_KEY = re.compile(r"#[0-9]{1,18}")  # what a suggested title stands for
_SEARCH = 50  # characters that go into a button's id
_NO_SERVER = "This works in a server that has Byline installed."
_NOT_MANAGER = "Only those who have the permission Manage Server can do this."
_NO_DATE = "“{}” is no date I know; write it as 2023-03-20, or choose one that is suggested."
_NO_OTHER = "That is the only channel I answer in. Allow another first, or give all-channels to open all."
_FORBIDS_NONE = "I answer in all channels. Allow those you want instead, and the others are closed."
_NO_ARTICLE = "There is no such article {}; choose one that is suggested while you type."

everywhere = app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
by_anyone = app_commands.allowed_installs(guilds=True, users=True)
in_servers = app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
by_servers = app_commands.allowed_installs(guilds=True, users=False)


def quietly(
    command: Callable[Concatenate[Interaction, P], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[Interaction, P], Coroutine[Any, Any, None]]:
    """A command that answers the person alone: acknowledged before anything else."""

    @functools.wraps(command)
    async def run(interaction: Interaction, /, *args: P.args, **kwargs: P.kwargs) -> None:
        if await defer(interaction, ephemeral=True):
            await command(interaction, *args, **kwargs)

    return run


# Asking


@app_commands.command(description="Ask a question about the news")
@app_commands.describe(
    question="What you want to know",
    source="Only articles of this publisher",
    since="Only articles published on this day or later, such as 2023-03-20",
)
@everywhere
@by_anyone
async def ask(
    interaction: Interaction,
    question: app_commands.Range[str, 1, MOST_CHARACTERS],
    source: app_commands.Range[str, 1, 100] | None = None,
    since: app_commands.Range[str, 1, 30] | None = None,
) -> None:
    await answer(interaction, question, source=source, since=since)


@ask.autocomplete("source")
async def _sources(interaction: Interaction, typed: str) -> list[Choice[str]]:
    services = interaction.client.services
    names = libraries(place_of(interaction), services.settings.library)
    found = await off_loop(services.articles.publishers, names, typed, limit=_CHOICES)
    return [Choice(name=name[:_CHOICE], value=name[:_CHOICE]) for name in found]


@ask.autocomplete("since")
async def _days(_: Interaction, typed: str) -> list[Choice[str]]:
    today = dt.datetime.now(dt.UTC).date()
    ago = {"today": 0, "yesterday": 1, "a week ago": 7, "a month ago": 30, "a year ago": 365}
    days = {name: (today - dt.timedelta(days=days)).isoformat() for name, days in ago.items()}
    return [
        Choice(name=f"{name} ({day})", value=day) for name, day in days.items() if typed.lower() in f"{name} ({day})"
    ]


@app_commands.context_menu(name=ASK_ABOUT)
@everywhere
@by_anyone
async def ask_about(interaction: Interaction, message: discord.Message) -> None:
    await answer(interaction, spoken(message, interaction.client.application_id))


async def answer(
    interaction: Interaction,
    text: str,
    *,
    source: str | None = None,
    since: str | None = None,
    follows: str | None = None,
) -> None:
    """Answer for all to see; where Byline may not, say so to the person alone. `follows` is an answer's id."""
    place, services = place_of(interaction), interaction.client.services
    refused = await services.closed(place, _parent(interaction))
    day = _day(since)
    if since and day is None:
        refused = escape(_NO_DATE.format(since))
    if not await defer(interaction, ephemeral=refused is not None):
        return
    if refused is not None:
        await tell(interaction, refused)
        return
    filters = Filters(since=day, source=source)
    inquiry = Inquiry(" ".join(text.split()), interaction.user.id, place, follows, filters, shown=False)
    await services.asking.start(services.asking.ask(inquiry, reply_to(interaction)))


def _parent(interaction: Interaction) -> int | None:
    return interaction.channel.parent_id if isinstance(interaction.channel, discord.Thread) else None


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None


# Articles


@app_commands.command(description="List the articles, newest first")
@app_commands.describe(search="Words in the title, byline or publisher")
@everywhere
@by_anyone
@quietly
async def articles(interaction: Interaction, search: app_commands.Range[str, 1, _SEARCH] | None = None) -> None:
    await turn(interaction, Pages("articles", interaction.user.id, 0, search or ""))


@app_commands.command(description="Read one article, passage by passage")
@app_commands.describe(article="Words of its title")
@everywhere
@by_anyone
@quietly
async def article(interaction: Interaction, article: app_commands.Range[str, 1, _CHOICE]) -> None:
    services = interaction.client.services
    found = await off_loop(_found, services, libraries(place_of(interaction), services.settings.library), article)
    if found is None:
        await tell(interaction, _NO_ARTICLE.format("here"))
    else:
        await turn(interaction, Pages("article", interaction.user.id, 0, str(found.key)))


@article.autocomplete("article")
async def _titles(interaction: Interaction, typed: str) -> list[Choice[str]]:
    names = libraries(place_of(interaction), interaction.client.services.settings.library)
    return await _title_choices(interaction, names, typed)


async def _title_choices(interaction: Interaction, names: tuple[str, ...], typed: str) -> list[Choice[str]]:
    page = await off_loop(interaction.client.services.articles.browse, names, typed, limit=_CHOICES)
    return [Choice(name=(row.title.strip() or row.id)[:_CHOICE], value=f"#{row.key}") for row in page.rows]


def _meant(services: Services, names: tuple[str, ...], chosen: str) -> StoredArticle | None:
    """What was chosen from the suggestions, or the one article with that very title: nothing is removed on a guess."""
    if _KEY.fullmatch(chosen):
        return services.articles.by_key(names, int(chosen[1:]))
    rows = services.articles.browse(names, chosen, limit=_CHOICES).rows
    same = [row for row in rows if row.title.strip().casefold() == chosen.strip().casefold()]
    return services.articles.by_key(names, same[0].key) if len(same) == 1 else None


def _found(services: Services, names: tuple[str, ...], chosen: str) -> StoredArticle | None:
    """What was chosen from the suggestions, or the first that fits what was typed."""
    if (meant := _meant(services, names, chosen)) is not None:
        return meant
    rows = services.articles.browse(names, chosen, limit=1).rows
    return services.articles.by_key(names, rows[0].key) if rows else None


@app_commands.command(description="Add an article to this server's own library")
@app_commands.describe(
    file="A .txt, .md, .jsonl or .jsonl.gz file", text="The article as text", title="The title of the text"
)
@in_servers
@by_servers
async def add(
    interaction: Interaction,
    file: discord.Attachment | None = None,
    text: app_commands.Range[str, 1, 6000] | None = None,
    title: app_commands.Range[str, 1, 300] | None = None,
) -> None:
    if file is None and text is None:
        await open_form(interaction, article_modal())
        return
    if not await defer(interaction, ephemeral=True):
        return
    if file is not None and text is not None:
        await tell(interaction, "Give a file or a text, one at a time.")
        return
    try:
        await may_add(interaction)
        if file is not None:
            await add_attachment(interaction, file)
        elif text is not None:
            await add_text(interaction, title, text)
    except NotAdded as error:
        await tell(interaction, escape(str(error)))


@app_commands.command(description="Remove an article from this server's own library")
@app_commands.describe(article="Words of its title")
@app_commands.default_permissions(manage_guild=True)
@in_servers
@by_servers
@quietly
async def remove(interaction: Interaction, article: app_commands.Range[str, 1, _CHOICE]) -> None:
    place, services = place_of(interaction), interaction.client.services
    if place.server is None or not may_manage(interaction):
        await tell(interaction, _NO_SERVER if place.server is None else _NOT_MANAGER)
        return
    library = server_library(place.server)
    found = await off_loop(_meant, services, (library,), article)
    if found is None or not await off_loop(services.articles.withdraw, library, [found.article.id]):
        await tell(interaction, _NO_ARTICLE.format("in this server's own library"))
    else:
        title = escape(" ".join(found.article.title.split())[:300])
        await tell(interaction, f"Removed “{title}” with every trace of it.")


@remove.autocomplete("article")
async def _own_titles(interaction: Interaction, typed: str) -> list[Choice[str]]:
    server = place_of(interaction).server
    return await _title_choices(interaction, (server_library(server),) if server else (), typed)


# Server


class ChannelId(app_commands.Transformer):
    """A channel that people write in, by its id."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        kinds = discord.ChannelType
        return [kinds.text, kinds.news, kinds.voice, kinds.forum]

    async def transform(self, _: Interaction, value: Any) -> int:  # noqa: ANN401  (of discord.py, by its type)
        return int(value.id)


@app_commands.command(description="See or change how Byline behaves in this server")
@app_commands.describe(
    allow="Answer in this channel, and in no other that is not allowed",
    forbid="Take a channel out of the allowed ones",
    all_channels="Answer in all channels",
    auto_thread="Open a thread for the answer to a mention",
    answers="How long answers are: brief is the first sentence",
    adders="Who may add articles",
    adder_role="The role that may add articles",
)
@app_commands.rename(all_channels="all-channels", auto_thread="auto-thread", adder_role="adder-role")
@app_commands.default_permissions(manage_guild=True)
@in_servers
@by_servers
@quietly
async def settings(  # noqa: PLR0917  (an option each; discord.py passes them by name)
    interaction: Interaction,
    allow: app_commands.Transform[int, ChannelId] | None = None,
    forbid: app_commands.Transform[int, ChannelId] | None = None,
    all_channels: bool | None = None,
    auto_thread: bool | None = None,
    answers: Literal["full", "brief"] | None = None,
    adders: Literal["managers", "everyone"] | None = None,
    adder_role: discord.Role | None = None,
) -> None:
    server, store = place_of(interaction).server, interaction.client.services.store
    if server is None or not may_manage(interaction):
        await tell(interaction, _NO_SERVER if server is None else _NOT_MANAGER)
        return
    before = await off_loop(store.settings, server)
    channels = {allow, *(() if all_channels else before.channels)} - {None}
    if forbid is not None and channels <= {forbid}:
        await tell(interaction, _NO_OTHER if channels else _FORBIDS_NONE)
        return
    after = ServerSettings(
        channels=tuple(sorted(channel for channel in channels if channel not in (None, forbid))),
        auto_thread=before.auto_thread if auto_thread is None else auto_thread,
        brief=before.brief if answers is None else answers == "brief",
        adders="role" if adder_role else adders or before.adders,
        adder_role=adder_role.id if adder_role else None if adders else before.adder_role,
    )
    if after != before:
        await off_loop(store.set_settings, server, after)
    await tell(interaction, _described(after))


def _described(now: ServerSettings) -> str:
    who = {
        "managers": "those who manage the server",
        "everyone": "everyone",
        "role": f"those who manage the server, and <@&{now.adder_role}>",
    }
    return "\n".join(
        (
            f"**Channels:** {' '.join(f'<#{channel}>' for channel in now.channels) or 'all'}",
            f"**A thread for each mention:** {'yes' if now.auto_thread else 'no'}",
            f"**Answers:** {'brief' if now.brief else 'full'}",
            f"**Articles are added by:** {who[now.adders]}",
        )
    )


# About


@app_commands.command(name="help", description="What Byline can do")
@everywhere
@by_anyone
@quietly
async def help_(interaction: Interaction) -> None:
    await tell(interaction, load("discord_help", menu=ASK_ABOUT))


@app_commands.command(description="What Byline keeps of what you ask")
@everywhere
@by_anyone
@quietly
async def privacy(interaction: Interaction) -> None:
    days = interaction.client.services.settings.discord_keep_days
    await tell(interaction, load("discord_privacy", days=f"{days:,}"))


@app_commands.command(name="forget-me", description="Delete all that Byline keeps of you")
@everywhere
@by_anyone
@quietly
async def forget_me(interaction: Interaction) -> None:
    services = interaction.client.services
    count = await off_loop(services.store.forget_person, interaction.user.id)
    await tell(interaction, f"Forgotten: {count:,} of your questions and votes. The messages in Discord stay.")


@app_commands.command(description="How Byline is doing, for its owner")
@everywhere
@by_anyone
@quietly
async def status(interaction: Interaction) -> None:
    if not await interaction.client.is_owner(interaction.user.id):
        await tell(interaction, "This is for the owner of this bot alone.")
    else:
        await tell(interaction, await off_loop(_status, interaction.client))


def _status(client: BylineClient) -> str:
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


COMMANDS: tuple[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu, ...] = (
    ask,
    ask_about,
    articles,
    article,
    add,
    remove,
    settings,
    help_,
    privacy,
    forget_me,
    status,
)


class Tree(app_commands.CommandTree[Any]):
    """All commands. What one did not expect is told in one sentence with a reference into the log."""

    def __init__(self, client: BylineClient) -> None:
        super().__init__(client)
        for command in COMMANDS:
            self.add_command(command)

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        name = interaction.command.name if interaction.command else "unknown"
        await failed(interaction, getattr(error, "original", error), f"/{name}")
