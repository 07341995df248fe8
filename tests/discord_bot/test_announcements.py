"""Of which articles a server is told, when, and how."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot.discord_bot.announcements import LISTED, Announcements, AnnouncementStore, announcement, described
from bot.discord_bot.store import open_store
from retrieval.store.articles import open_engine
from retrieval.store.feeds import Arrival
from retrieval.store.tables import StoredArticle
from retrieval.types import Article, Quote, Span, StoredQuote

if TYPE_CHECKING:
    from pathlib import Path

NOON = dt.datetime(2031, 5, 4, 12, tzinfo=dt.UTC)


def arrival(title: str, text: str = "Text.", *speakers: str) -> Arrival:
    """Returns an article that quotes each of some speakers with its whole text."""
    article = Article(title, title, text)
    said = (Quote(Span(0, 1), name, None, (Span(0, len(text)),), "direct") for name in speakers)
    quotes = tuple(StoredQuote("server-1", 1, article, quote) for quote in said)
    return Arrival(1, title, StoredArticle(1, "server-1", article), quotes)


def test_without_words_or_a_speaker_all_that_comes_in_is_told() -> None:
    assert Announcements(1).matches(arrival("A"))


@pytest.mark.parametrize(
    ("title", "text", "speakers", "told"),
    [
        ("The Pier opens", "Text.", (), True),
        ("A", "They walked on the pier.", (), True),
        ("A", "Piers are long.", (), False),
        ("A", "Text.", ("Rona Blair",), True),
        ("A", "Blair was there.", ("Ann Lee",), False),
    ],
)
def test_words_and_a_speaker_choose_what_is_told(title: str, text: str, speakers: tuple[str, ...], told: bool) -> None:
    assert Announcements(1, ("pier",), "Blair").matches(arrival(title, text, *speakers)) is told


def test_a_quoted_word_is_one_that_somebody_says() -> None:
    wanted = Announcements(1, quoting=("pier", "quay"))
    assert wanted.matches(arrival("A", "“The quay is ours.”", "Ann Lee"))
    assert not wanted.matches(arrival("A", "The quay is old."))
    assert not wanted.matches(arrival("A quay", "“No comment.”", "Ann Lee"))
    assert described(wanted).startswith("New articles in which somebody says pier, quay are announced in <#1>")


@pytest.mark.parametrize(
    ("quiet", "offset", "hour", "is_quiet"),
    [
        ((22, 7), 0, 23, True),
        ((22, 7), 0, 6, True),
        ((22, 7), 0, 7, False),
        ((22, 7), -5, 3, True),
        ((22, 7), -5, 12, False),
        ((9, 17), 0, 12, True),
        ((9, 17), 0, 17, False),
        (None, 0, 3, False),
    ],
)
def test_in_quiet_hours_nothing_is_said(quiet: tuple[int, int] | None, offset: int, hour: int, is_quiet: bool) -> None:
    assert Announcements(1, quiet=quiet, offset=offset).is_quiet(NOON.replace(hour=hour)) is is_quiet


def test_at_most_one_message_is_sent_in_an_interval() -> None:
    wanted = Announcements(1, every=30)
    assert wanted.is_time(NOON, None)
    assert not wanted.is_time(NOON, NOON - dt.timedelta(minutes=29))
    assert wanted.is_time(NOON, NOON - dt.timedelta(minutes=30))


def test_a_message_names_up_to_ten_articles_newest_first_and_how_many_more_and_mentions_nobody() -> None:
    articles = [
        Article(
            str(n),
            f"Title {n} @everyone <@&1>",
            "Text.",
            url=f"https://herald.example/{n}",
            published=f"2031-05-{n:02}",
        )
        for n in range(1, 18)
    ]
    said = announcement(articles)
    lines = said.splitlines()
    assert lines[0] == "**17 new articles**"
    assert len(lines) == LISTED + 2
    assert "Title 17" in lines[1]
    assert "herald.example/17" in lines[1]
    assert lines[-1] == "… and 7 more"
    assert "@everyone" not in said
    assert "<@&1>" not in said


def test_a_message_is_never_too_long_for_discord() -> None:
    long = [Article(str(n), "*" * 500, "Text.", url="https://herald.example/" + "x" * 900) for n in range(12)]
    said = announcement(long)
    assert len(said) <= 2_000
    assert said.endswith("more")


def test_what_is_wanted_is_kept_with_when_it_was_told(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    open_store(engine)
    store, wanted = AnnouncementStore(engine), Announcements(5, ("a", "b"), "Blair", 30, (22, 7), 2)
    assert store.wanted(1) is None
    store.want(1, wanted)
    store.announced(1, NOON)
    store.want(1, wanted)
    assert list(store.all_wanted()) == [(1, wanted, NOON)]
    assert "<#5>" in described(store.wanted(1))
    store.want(1, None)
    assert list(store.all_wanted()) == []
    engine.dispose()
