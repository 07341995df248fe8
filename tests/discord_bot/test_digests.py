"""Digests: when they are sent, what they say, and that none is sent twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.discord_bot.digests import DigestStore, WantedDigest, delivery_line, described, digest_part
from bot.discord_bot.rendering import CARD
from bot.discord_bot.store import open_store
from retrieval.citations import Excerpt
from retrieval.store.articles import Articles, open_engine
from retrieval.stories.digest import STORIES, Digest, DigestStory
from retrieval.types import Article
from tests.discord_bot.process import BotProcess
from tests.parts import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.discord_emulator import Discord

TUESDAY = dt.datetime(2031, 5, 6, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
ANN, SERVER = 11, 22


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DigestStore]:
    engine = open_engine(tmp_path)
    open_store(engine)
    yield DigestStore(engine)
    engine.dispose()


def hostile(n: int) -> DigestStory:
    article = Article(
        f"{n}", f"Title {n} @everyone <@&1>", "*" * 900, url=f"https://herald.example/{n}", publisher="The *Post*"
    )
    return DigestStory(Excerpt("public", article, 0, 900), 1, (article,))


def found(number: int = 1, since: dt.datetime = TUESDAY - DAY) -> Digest:
    return Digest(since, tuple(hostile(n) for n in range(min(number, STORIES))), number, number)


@pytest.mark.parametrize(
    ("wanted", "told", "is_due"),
    [
        (WantedDigest(), TUESDAY - DAY, True),
        (WantedDigest(), TUESDAY.replace(hour=9), False),
        (WantedDigest(hour=13), TUESDAY - DAY, True),
        (WantedDigest(hour=13), TUESDAY.replace(hour=1), False),
        (WantedDigest(hour=13, offset=2), TUESDAY.replace(hour=1), True),
        (WantedDigest(every="week"), TUESDAY - 2 * DAY, True),
        (WantedDigest(every="week"), TUESDAY - DAY, False),
        (WantedDigest(quiet=(10, 14)), TUESDAY - DAY, False),
        (WantedDigest(quiet=(22, 7)), TUESDAY - DAY, True),
    ],
)
def test_a_digest_is_due_at_its_hour_outside_of_quiet_ones(
    wanted: WantedDigest, told: dt.datetime, is_due: bool
) -> None:
    assert wanted.is_due(TUESDAY, told) is is_due


def test_one_message_holds_at_most_ten_stories_and_mentions_nobody() -> None:
    part = digest_part(found(17))
    assert part.card is not None
    assert "17 new articles in 17 stories" in part.content
    assert len(part.card.text) <= CARD
    shown = part.card.text.count("herald.example")
    assert 0 < shown <= STORIES
    assert part.card.text.endswith(f"… and {17 - shown} more")
    assert "@everyone" not in part.card.text
    assert "<@&1>" not in part.card.text
    assert r"The \*Post\*" in part.card.text


def test_what_came_in_before_somebody_wanted_to_know_is_no_news(store: DigestStore) -> None:
    store.want(ANN, WantedDigest(), TUESDAY)
    store.want(ANN, WantedDigest(hour=9), TUESDAY + DAY)
    assert list(store.all_wanted()) == [(ANN, WantedDigest(hour=9), TUESDAY)]


def test_what_is_written_down_before_it_is_sent_is_never_sent_again(store: DigestStore) -> None:
    store.want(ANN, WantedDigest(), TUESDAY - DAY)
    key = store.begin(ANN, found(), TUESDAY)
    assert key is not None
    assert store.begin(ANN, found(), TUESDAY) is None, "as after a restart, or of another process"
    assert [until for _, _, until in store.all_wanted()] == [TUESDAY]
    assert "was being sent when I ended" in delivery_line(store.deliveries(ANN)[0])
    store.end(key, "sent")
    assert delivery_line(store.deliveries(ANN)[0]) == "2031-05-06 12:00 UTC: 1 stories, sent"


def test_who_wants_none_any_more_is_sent_none_and_forgotten(store: DigestStore) -> None:
    store.want(ANN, WantedDigest(), TUESDAY - DAY)
    store.begin(ANN, found(), TUESDAY)
    store.want(ANN, None, TUESDAY)
    assert store.begin(ANN, found(since=TUESDAY), TUESDAY + DAY) is None
    assert (store.wanted(ANN), store.deliveries(ANN)) == (None, [])


def test_the_last_deliveries_are_kept(store: DigestStore) -> None:
    store.want(ANN, WantedDigest(), TUESDAY)
    for n in range(30):
        assert store.begin(ANN, found(since=TUESDAY + n * DAY), TUESDAY + (n + 1) * DAY) is not None
    assert len(store.deliveries(ANN)) == 20


def test_what_is_wanted_is_said() -> None:
    wanted = WantedDigest(5, "week", 7, "the pier", "Rona Blair", (22, 6), 2)
    said = described(wanted)
    for words in ("<#5>", "each Monday", "7:00", "the pier", "Rona Blair", "22:00 to 6:00", "UTC+2"):
        assert words in said
    assert "to you alone" in described(replace(wanted, channel=None))
    assert described(None) == "No digest is sent."


# The bot's real process


@pytest.fixture(scope="module")
def bot(discord: Discord, data: Path) -> Iterator[BotProcess]:
    started = BotProcess(discord, data)
    try:
        yield started.wait_ready()
    finally:
        started.kill()


@pytest.mark.usefixtures("bot")
def test_a_channel_and_a_person_are_sent_what_came_in_once(discord: Discord, data: Path) -> None:
    owner, reader = discord.person("olga"), discord.person("rita")
    server = discord.server("Newsroom", owner=owner, members=[owner, reader])
    channel, wire = server.channel("news"), server.channel("wire")
    assert "No digest is sent" in owner.slash(channel, "digest").text
    assert "each day from 0:00" in owner.slash(channel, "digest", to=wire, hour=0, about="pier").text
    assert "to you alone" in reader.slash(channel, "my-digest", on=True, hour=0).text

    articles = Articles(open_engine(data))
    text = "The pier of Strand opened on Monday. “It is longer,” said Rona Blair."
    publish(articles, Article("pier", "Pier opens", text, publisher="The Post", published="2031-05-04"))
    digests = DigestStore(articles.engine)
    for who in (int(server.id), int(reader.id)):
        digests.told(who, dt.datetime.now(dt.UTC) - 2 * DAY)
    discord.wait_until(lambda: wire.messages and reader.dm.messages, timeout=60, what="two digests")
    assert "The pier of Strand opened on Monday." in wire.messages[0].text
    assert "The pier of Strand opened on Monday." in reader.dm.messages[0].text
    discord.wait_until(lambda: digests.deliveries(int(server.id))[0].outcome == "sent", timeout=20, what="the log")
    assert "sent" in owner.slash(channel, "digest").text
    assert "No digest is sent" in owner.slash(channel, "digest", off=True).text
    reader.slash(channel, "forget-me")
    assert digests.wanted(int(reader.id)) is None
    assert (len(wire.messages), len(reader.dm.messages)) == (1, 1)
    articles.close()
