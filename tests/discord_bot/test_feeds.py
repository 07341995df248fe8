"""/feeds and announcements, with the bot's real process and a site on loopback."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from retrieval.store.articles import Articles, open_engine
from retrieval.store.feeds import Feeds
from tests.discord_bot.process import BotProcess
from tests.discord_emulator import NotOffered
from tests.discord_emulator.description import described
from tests.feeds.pages import STARTED, feed, story
from tests.fetching.site import Site, page, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.discord_emulator import Discord


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as site:
        site.pages["/rss"] = feed(site, "pier", "mill")
        site.pages |= {f"/{name}": story(name) for name in ("pier", "mill", "lock")}
        yield site


@pytest.fixture(scope="module")
def bot(discord: Discord, data: Path, site: Site) -> Iterator[BotProcess]:
    class FetchingBot(BotProcess):
        start = ("-c", STARTED, str(site.port))

    started = FetchingBot(discord, data)
    try:
        yield started.wait_ready()
    finally:
        started.kill()


@pytest.mark.usefixtures("bot")
def test_a_feed_is_previewed_followed_announced_and_told_once_when_it_fails(
    discord: Discord, site: Site, data: Path
) -> None:
    owner, reader = discord.person("olga"), discord.person("rita")
    server = discord.server("Newsroom", owner=owner, members=[owner, reader])
    channel, wire = server.channel("news"), server.channel("wire")
    with pytest.raises(NotOffered):
        reader.slash(channel, "feeds list")

    preview = owner.slash(channel, "feeds add", address=site.url("/rss"), must="pier, lock")
    assert "Strand News: 2 entries" in preview.text
    assert "its words are filtered out" in preview.text
    assert "follows no feeds yet" in owner.slash(channel, "feeds list").text
    told = owner.slash(channel, "feeds announce", to=wire, words="lock, pier", every=5)
    assert "at most every 5 minutes" in told.text
    assert preview.original is not None
    followed = owner.presses(preview.original, "Follow")
    assert "Following Strand News" in followed.text

    discord.wait_until(lambda: wire.messages, timeout=60, what="an announcement")
    assert "The pier opens" in wire.messages[0].content
    assert "The mill opens" not in wire.messages[0].content
    assert "1 new today" in owner.slash(channel, "feeds list").text
    log = owner.slash(channel, "feeds log").text
    assert re.search(r"new +The pier", log)
    assert re.search(r"filtered +The mill", log)

    site.pages["/rss"] = page(status="500 Broken")
    articles = Articles(open_engine(data))
    feeds = Feeds(articles.engine)
    (one,) = feeds.of([f"server-{server.id}"])
    feeds.update(one, failures=2, next_try=one.added)
    discord.wait_until(lambda: len(wire.messages) > 1, timeout=60, what="a word on the failing feed")
    assert "failed 3 times in a row" in wire.messages[1].content
    assert "fails: the server has a failure of its own" in owner.slash(channel, "feeds list").text

    choices = owner.autocomplete(channel, "feeds remove", focused="feed", value="strand")
    assert "Removed Strand News" in owner.slash(channel, "feeds remove", feed=choices[0]["value"]).text
    assert feeds.of([f"server-{server.id}"]) == []
    articles.close()


@pytest.mark.usefixtures("bot")
def test_all_that_was_sent_is_as_discord_describes_it(discord: Discord) -> None:
    described(discord.exchanges)
