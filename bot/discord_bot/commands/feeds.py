"""/feeds: the feeds of a server's own library, and what is announced of what they bring."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.bootstrap import open_fetcher
from bot.discord_bot.announcements import LEAST_EVERY, Announcements, described
from bot.discord_bot.buttons import follow_feed_button
from bot.discord_bot.commands.server import ChannelId  # noqa: TC001  (discord.py reads annotations at run time)
from bot.discord_bot.interactions import CHOICE, CHOICES, Interaction, is_managed, may_manage, place_of, server_of, tell
from bot.discord_bot.markdown import escape, split
from bot.discord_bot.places import server_library
from bot.feeds import feed_name, log_line, preview_lines, split_words, status_lines
from bot.threads import off_loop
from retrieval.errors import SourceError
from retrieval.feeds.subscribing import find_feed, preview
from retrieval.store.feeds import Feeds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from retrieval.store.feeds import Feed

MOST = 50  # feeds of a server
_CONTENT = 1_900  # characters of a message, so that a last line has room
_LOGGED = 15
_READ_AGAIN = dt.timedelta(minutes=5)
_WORDS = 200
_GONE = "That is not kept any more; give /feeds add the address again."
_NO_FEED = "There is no such feed here; choose one that is suggested while you type."
_NONE = "This server follows no feeds yet; /feeds add adds one."


class _ManagersGroup(app_commands.Group):
    """Commands for those who manage a server alone, acknowledged before they begin."""

    async def interaction_check(self, interaction: Interaction) -> bool:
        return await is_managed(interaction)


feeds = _ManagersGroup(
    name="feeds",
    description="News that comes into this server's own library by itself",
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


def _stored(interaction: Interaction) -> Feeds:
    return Feeds(interaction.client.services.articles.engine)


async def _tell_lines(interaction: Interaction, lines: Iterable[str]) -> None:
    """Says as many of the lines as one message holds."""
    page, *rest = split(list(lines), _CONTENT, joint="\n")
    await tell(interaction, f"{page}\n…" if rest else page)


@feeds.command(name="add", description="Follow a feed; shows first what it would bring")
@app_commands.describe(
    address="The feed's address, or that of a page that names it",
    must="Take only what holds one of these words, parted by commas",
    must_not="Take nothing that holds one of these words",
)
@app_commands.rename(must_not="must-not")
async def add(
    interaction: Interaction,
    address: app_commands.Range[str, 3, 1000],
    must: app_commands.Range[str, 1, _WORDS] | None = None,
    must_not: app_commands.Range[str, 1, _WORDS] | None = None,
) -> None:
    server = server_of(interaction)
    if len(await off_loop(_stored(interaction).of, [server_library(server)])) >= MOST:
        await tell(interaction, f"A server can follow {MOST} feeds; remove one first with /feeds remove.")
        return
    services, words = interaction.client.services, split_words([must or ""], [must_not or ""])
    own = services.settings.model_copy(update={"fetch_allow": ()})  # one's own network is not for people on Discord
    try:
        found = await off_loop(lambda: find_feed(open_fetcher(own).get, address))
    except SourceError as error:
        reason = str(error).rstrip(".")
        await tell(interaction, escape(f"{reason[:1].upper()}{reason[1:]}."))
        return
    about = {"address": found.address, "title": found.feed.title, "site": found.feed.site}
    kept = {name: value or "" for name, value in (about | {"must": must, "must_not": must_not}).items()}
    shown = [*preview_lines(found, preview(found, words)), *(f"The page also names {at}" for at in found.others[:3])]
    page, *_ = split(list(map(escape, shown)), _CONTENT, joint="\n")
    await tell(interaction, page, buttons=follow_feed_button(services.forms.keep(interaction.user.id, kept)))


async def follow(interaction: Interaction, form: str) -> None:
    """Adds the feed that was previewed."""
    if not await is_managed(interaction):
        return
    server = server_of(interaction)
    kept = interaction.client.services.forms.take(form, interaction.user.id)
    if kept is None:
        await tell(interaction, _GONE)
        return
    feed = await off_loop(
        _stored(interaction).add,
        server_library(server),
        kept["address"],
        title=kept["title"],
        site=kept["site"] or None,
        words=split_words([kept["must"]], [kept["must_not"]]),
        now=dt.datetime.now(dt.UTC),
    )
    await tell(interaction, f"Following {escape(feed_name(feed))}. Its articles come in from now on.")


@feeds.command(name="list", description="How the feeds go: last read, next, new today, failures")
async def list_(interaction: Interaction) -> None:
    server = server_of(interaction)
    now = dt.datetime.now(dt.UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    statuses = await off_loop(_stored(interaction).status, [server_library(server)], midnight)
    lines = []
    for status in statuses:
        name, *facts = status_lines(status, now)
        lines += [f"**{escape(name)}**", *(f"-# {escape(fact)}" for fact in facts)]
    wanted = await off_loop(interaction.client.services.announcements.wanted, server)
    await _tell_lines(interaction, [*(lines or [_NONE]), described(wanted)])


@feeds.command(name="remove", description="Follow a feed no more; its articles stay")
@app_commands.describe(feed="Words of its title or address")
async def remove(interaction: Interaction, feed: app_commands.Range[str, 1, CHOICE]) -> None:
    server = server_of(interaction)
    found = await off_loop(_chosen, interaction, server, feed)
    if found is None:
        await tell(interaction, _NO_FEED)
        return
    await off_loop(_stored(interaction).remove, found)
    await tell(interaction, f"Removed {escape(feed_name(found))}; its articles stay.")


@feeds.command(name="refresh", description="Read the feeds now instead of in a few minutes")
async def refresh(interaction: Interaction) -> None:
    server = server_of(interaction)
    stored, now = _stored(interaction), dt.datetime.now(dt.UTC)
    ours = await off_loop(stored.of, [server_library(server)])
    early = [feed for feed in ours if not feed.ended and now - (feed.last_success or feed.added) >= _READ_AGAIN]
    for feed in early:
        await off_loop(stored.update, feed, next_try=now)
    told = f"{len(early):,} of {len(ours):,} feeds are read now; the others were a moment ago. /feeds log tells more."
    await tell(interaction, told if ours else _NONE)


@feeds.command(name="log", description="What became of the entries of feeds, the last first")
@app_commands.describe(feed="Words of its title or address (default: all)")
async def log(interaction: Interaction, feed: app_commands.Range[str, 1, CHOICE] | None = None) -> None:
    server = server_of(interaction)
    one = await off_loop(_chosen, interaction, server, feed) if feed else None
    if feed and one is None:
        await tell(interaction, _NO_FEED)
        return
    lines = await off_loop(_stored(interaction).log, [server_library(server)], _LOGGED, one)
    await _tell_lines(interaction, [escape(log_line(line)) for line in lines] or ["Nothing came in yet."])


@remove.autocomplete("feed")
@log.autocomplete("feed")
async def _suggested(interaction: Interaction, typed: str) -> list[Choice[str]]:
    server = place_of(interaction).server
    if server is None or not may_manage(interaction):
        return []
    ours = await off_loop(_stored(interaction).of, [server_library(server)])
    fitting = [feed for feed in ours if typed.casefold() in feed_name(feed).casefold()]
    return [Choice(name=feed_name(feed)[:CHOICE], value=f"#{feed.key}") for feed in fitting[:CHOICES]]


def _chosen(interaction: Interaction, server: int, chosen: str) -> Feed | None:
    """Returns the feed that was chosen, or the one whose title or address is that very text."""
    ours = _stored(interaction).of([server_library(server)])
    typed = chosen.strip().casefold()
    named = [feed for feed in ours if typed in {f"#{feed.key}", feed.address.casefold(), feed.title.casefold()}]
    return named[0] if len(named) == 1 else None


@feeds.command(name="announce", description="Tell a channel of new articles; off unless a channel is chosen")
@app_commands.describe(
    channel="The channel that is told",
    words="Only what holds one of these words, parted by commas",
    speaker="Only what quotes this person",
    quoting="Only what quotes one of these words of somebody, parted by commas",
    every="Minutes between two messages, at least (default: 60)",
    quiet_from="The hour from which nothing is said",
    quiet_until="The hour until which nothing is said",
    utc_offset="Hours that your clock is ahead of UTC, for the quiet hours",
    off="Announce nothing any more",
)
@app_commands.rename(channel="to", quiet_from="quiet-from", quiet_until="quiet-until", utc_offset="utc-offset")
async def announce(  # noqa: PLR0917  (an option each; discord.py passes them by name)
    interaction: Interaction,
    channel: app_commands.Transform[int, ChannelId] | None = None,
    words: app_commands.Range[str, 1, _WORDS] | None = None,
    speaker: app_commands.Range[str, 1, 100] | None = None,
    quoting: app_commands.Range[str, 1, _WORDS] | None = None,
    every: app_commands.Range[int, LEAST_EVERY, 1440] = 60,
    quiet_from: app_commands.Range[int, 0, 23] | None = None,
    quiet_until: app_commands.Range[int, 0, 23] | None = None,
    utc_offset: app_commands.Range[int, -12, 14] = 0,
    off: bool = False,
) -> None:
    server = server_of(interaction)
    store = interaction.client.services.announcements
    before = await off_loop(store.wanted, server)
    if off or channel is None:
        if off:
            await off_loop(store.want, server, None)
        await tell(interaction, described(None if off else before))
        return
    quiet = None if quiet_from is None or quiet_until is None else (quiet_from, quiet_until)
    some, said = (split_words([given or ""], []).must for given in (words, quoting))
    wanted = Announcements(channel, some, speaker, every, quiet, utc_offset, said)
    if before is None:  # what came in until now is no news to the channel
        await off_loop(_stored(interaction).announced_all, server_library(server))
    await off_loop(store.want, server, wanted)
    await tell(interaction, described(wanted))
