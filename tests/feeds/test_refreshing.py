"""What of a feed becomes an article, once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.feeds.refreshing import LONGEST, USUAL, after_failure, after_success
from retrieval.feeds.subscribing import find_feed
from retrieval.store.articles import Articles, open_engine
from retrieval.store.feeds import Feeds, WordFilter
from tests.feeds.sites import RSS, Site, follow, item, reader, rss, sitemap
from tests.parts import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.feeds.refreshing import Refreshed
    from retrieval.fetching.fetcher import Fetched

MINUTE = dt.timedelta(minutes=1)


class Newsroom:
    """A library that follows one site."""

    def __init__(self, directory: Path, words: WordFilter = WordFilter()) -> None:  # noqa: B008  (frozen)
        self.articles = Articles(open_engine(directory))
        self.feeds = Feeds(self.articles.engine)
        self.site = Site()
        follow(self.articles.engine, self.site, words=words)

    def refresh(self) -> Refreshed:
        (feed,) = self.feeds.of()
        return reader(self.articles.engine, self.site).refresh(feed)

    def ids(self) -> list[str]:
        return sorted(row.id.removeprefix("https://herald.example/") for row in self.articles.listing(["public"]))


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path)
    yield room
    room.articles.close()


def test_new_entries_come_in_with_the_text_of_their_pages_and_known_ones_are_not_fetched_again(
    newsroom: Newsroom,
) -> None:
    site = newsroom.site
    site.has("a", "b", "c")
    site.feed = rss(item("a"), item("b"))
    assert newsroom.refresh().counts == {"new": 2, "unchanged": 0}
    assert newsroom.articles.get("public", "https://herald.example/a").text == "The whole text of a."
    site.feed = rss(item("c"), item("a"), item("b"))
    site.asked.clear()
    assert newsroom.refresh().counts == {"new": 1, "unchanged": 2}
    assert site.asked == [RSS, "https://herald.example/c"]


def test_an_entry_whose_time_or_id_changes_is_not_new(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.has("a")
    site.feed = rss(item("a"))
    newsroom.refresh()
    site.passes(hours=5)
    site.feed = rss(item("a", date="Sun, 04 May 2031 11:00:00 GMT"))
    assert newsroom.refresh().counts == {"unchanged": 1}
    site.feed = rss(item("a", id_="another"))
    assert newsroom.refresh().counts == {"unchanged": 1}
    assert newsroom.ids() == ["a"]


def test_an_entry_that_a_feed_names_twice_and_one_of_two_feeds_come_in_once(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.has("a")
    site.feed = rss(item("a"), item("a", id_="other"), item("a?utm_source=rss", id_="third"))
    assert newsroom.refresh().counts == {"new": 1, "unchanged": 0}
    other = newsroom.feeds.add(
        "public", "https://herald.example/all", title="", site=None, words=WordFilter(), now=site.now
    )
    assert reader(newsroom.articles.engine, site).refresh(other).counts == {"unchanged": 1}
    assert newsroom.ids() == ["a"]


def test_an_entry_that_changes_its_words_is_read_again_and_replaces_its_article(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.has("a")
    site.feed = rss(item("a"))
    newsroom.refresh()
    site.pages["https://herald.example/a"] = "A corrected text."
    site.feed = rss(item("a", title="Correction"))
    assert newsroom.refresh().counts == {"unchanged": 1}, "not again within the hour"
    site.passes(hours=2)
    assert newsroom.refresh().counts == {"changed": 1, "unchanged": 0}
    assert newsroom.articles.get("public", "https://herald.example/a") is not None
    assert newsroom.ids() == ["a"]


def test_an_entry_without_a_date_gets_none(newsroom: Newsroom) -> None:
    newsroom.site.has("a", "b")
    newsroom.site.feed = rss(item("a", date=""), item("b"))
    newsroom.refresh()
    dates = {row.id[-1]: row.published for row in newsroom.articles.listing(["public"])}
    assert dates == {"a": None, "b": "2031-05-03T10:00:00+00:00"}


def test_what_only_the_feed_tells_stays_when_the_page_is_added_again(newsroom: Newsroom) -> None:
    newsroom.site.has("a")
    newsroom.site.feed = rss(item("a"))
    newsroom.refresh()
    address, fetched = "https://herald.example/a", "2031-05-04T12:00:00+00:00"
    again = replace(newsroom.site.page(address), fetched=fetched)
    assert newsroom.articles.stage("public", [again]) == ["unchanged"]
    by_address = replace(again, text="A corrected text.", published="2031-05-01", dated_by="address")
    assert newsroom.articles.stage("public", [by_address]) == ["changed"]
    stored = newsroom.articles.get("public", address)
    assert (stored.published, stored.dated_by, stored.publisher) == ("2031-05-03T10:00:00+00:00", None, "Herald")
    told = replace(again, text="The page tells it now.", published="2031-05-02")
    newsroom.articles.stage("public", [told])
    assert newsroom.articles.get("public", address).published == "2031-05-02"


def test_an_entry_without_title_and_page_is_called_by_its_first_words(newsroom: Newsroom) -> None:
    newsroom.site.feed = rss("<item><guid>1</guid><description>The ferry runs again.</description></item>")
    newsroom.refresh()
    assert [line.title for line in newsroom.feeds.log(["public"], 5)] == ["The ferry runs again."]


def test_where_the_page_cannot_be_had_the_feeds_own_text_is_taken_and_the_page_is_tried_again(
    newsroom: Newsroom,
) -> None:
    site = newsroom.site
    site.feed = rss(item("a", text="&lt;p&gt;What the feed &lt;b&gt;says&lt;/b&gt;.&lt;/p&gt;"))
    assert newsroom.refresh().counts == {"new": 1, "unchanged": 0}
    article = newsroom.articles.get("public", "https://herald.example/a")
    assert (article.text, article.source) == ("What the feed says.", RSS)
    (line,) = newsroom.feeds.log(["public"], 10)
    assert (line.outcome, line.full_text) == ("new", False)
    assert "503" in (line.reason or "")
    site.has("a")
    assert newsroom.refresh().counts == {"unchanged": 1}, "not at once"
    site.passes(minutes=30)
    assert newsroom.refresh().counts == {"changed": 1, "unchanged": 0}
    assert newsroom.articles.get("public", "https://herald.example/a").text == "The whole text of a."
    del site.pages["https://herald.example/a"]
    site.passes(hours=3)
    site.feed = rss(item("a", text="Another summary."))
    newsroom.refresh()
    assert newsroom.articles.get("public", "https://herald.example/a").text == "The whole text of a."


def test_an_entry_without_page_and_text_is_refused_with_the_reason(newsroom: Newsroom) -> None:
    newsroom.site.feed = rss(item("a"))
    refreshed = newsroom.refresh()
    assert refreshed.counts == {"refused": 1, "unchanged": 0}
    assert "503" in refreshed.refused[0]
    assert newsroom.ids() == []


def test_words_that_must_or_must_not_occur_decide_what_comes_in(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, WordFilter(("pier", "north port"), ("golf",)))
    room.site.has("a")
    room.site.pages |= {
        "https://herald.example/b": "The PIER is open.",
        "https://herald.example/c": "The pier has a golf course.",
        "https://herald.example/d": "The North  Port is shut.".replace("  ", " "),
        "https://herald.example/e": "Piers are many.",
    }
    room.site.feed = rss(*(item(name) for name in "abcde"), item("f", text="Golf on the pier."))
    assert room.refresh().counts == {"new": 2, "filtered": 4, "unchanged": 0}
    assert room.ids() == ["b", "d"]
    assert "https://herald.example/f" not in room.site.asked, "its page needs not be fetched to know"


def test_a_feed_that_is_as_it_was_is_not_read(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.has("a")
    site.feed, site.etag = rss(item("a")), '"1"'
    newsroom.refresh()
    assert newsroom.refresh().counts == {}
    site.etag = None
    assert newsroom.refresh().counts == {}, "by its bytes, where the server knows no ETag"


def test_failures_are_counted_with_longer_pauses_and_forgotten_with_a_success(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.broken = "the server has a failure of its own (503); try again later"
    pauses = []
    for _ in range(3):
        assert newsroom.refresh().failure == site.broken
        (feed,) = newsroom.feeds.of()
        pauses.append(feed.next_try - site.now)
    assert pauses == [dt.timedelta(minutes=5), dt.timedelta(minutes=10), dt.timedelta(minutes=20)]
    assert [feed.failures for feed in newsroom.feeds.failing(3)] == [3]
    newsroom.feeds.update(feed, told=True)
    newsroom.refresh()
    assert newsroom.feeds.failing(3) == [], "told once"
    site.broken, site.feed = None, rss()
    newsroom.refresh()
    (feed,) = newsroom.feeds.of()
    assert (feed.failures, feed.failure, feed.told) == (0, None, False)


def test_a_server_that_asks_to_wait_is_left_alone(newsroom: Newsroom) -> None:
    newsroom.site.broken, newsroom.site.retry_after = "busy; wait", 7200.0
    newsroom.refresh()
    assert newsroom.feeds.due(newsroom.site.now + dt.timedelta(minutes=119)) == []
    assert newsroom.feeds.due(newsroom.site.now + dt.timedelta(minutes=121)) != []


def test_a_feed_that_wishes_to_be_left_alone_is_also_when_it_is_as_it_was(newsroom: Newsroom) -> None:
    newsroom.site.feed, newsroom.site.etag = rss(channel="<ttl>120</ttl>"), '"1"'
    for _ in range(2):
        newsroom.refresh()
        (feed,) = newsroom.feeds.of()
        assert feed.next_try - newsroom.site.now == dt.timedelta(hours=2)


def test_a_feed_that_is_no_feed_any_more_fails_with_the_reason(newsroom: Newsroom) -> None:
    newsroom.site.feed = b"<html>Sorry</html>"
    assert "no feed" in (newsroom.refresh().failure or "")


def test_a_feed_that_is_gone_for_good_ends_and_one_that_moved_is_followed(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.feed, site.moved = rss(), "https://herald.example/new-rss"
    newsroom.refresh()
    (feed,) = newsroom.feeds.of()
    assert feed.address == "https://herald.example/new-rss"
    site.gone = True
    newsroom.refresh()
    (feed,) = newsroom.feeds.of()
    assert feed.ended
    assert newsroom.feeds.due(site.now + dt.timedelta(days=30)) == []
    assert newsroom.feeds.failing(3) == [feed]


def test_a_long_feed_comes_in_by_parts_and_nothing_of_it_is_lost(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.feeds.refreshing.MOST_AT_ONCE", 2)
    site = newsroom.site
    site.has(*"abcde")
    site.feed, site.etag = rss(*(item(name) for name in "abcde")), '"1"'
    assert [newsroom.refresh().left for _ in range(3)] == [3, 1, 0]
    assert newsroom.ids() == list("abcde")


def test_a_refresh_that_is_killed_anywhere_loses_and_doubles_nothing(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.has(*"abc")
    site.feed, site.etag = rss(*(item(name) for name in "abc")), '"1"'

    class Killed(BaseException):
        pass

    def killed_at(name: str) -> None:
        def page(url: str) -> object:
            if url.endswith(name):
                raise Killed
            return Site.page(site, url)

        site.page = page  # type: ignore[assignment, method-assign]

    killed_at("b")
    with pytest.raises(Killed):
        newsroom.refresh()
    assert newsroom.ids() == ["a"]
    del site.page
    assert newsroom.refresh().counts == {"new": 2, "unchanged": 1}
    assert newsroom.ids() == ["a", "b", "c"]
    assert newsroom.articles.count("pending", ["public"]) == 3


def test_a_library_that_is_withdrawn_is_not_refreshed_any_more(newsroom: Newsroom) -> None:
    newsroom.articles.withdraw_library("public")
    assert newsroom.feeds.of() == []


def test_a_feed_that_is_removed_keeps_its_articles_and_brings_no_more(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.has("a", "b")
    site.feed = rss(item("a"))
    newsroom.refresh()
    (feed,) = newsroom.feeds.of()
    newsroom.feeds.remove(feed)
    site.feed = rss(item("b"))
    assert reader(newsroom.articles.engine, site).refresh(feed).counts == {"unchanged": 0}
    assert newsroom.ids() == ["a"]


def test_the_status_of_a_feed_tells_what_came_today_and_the_newest(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.has("a", "b")
    site.feed = rss(item("a"), item("b", date="Sun, 04 May 2031 09:00:00 GMT"))
    newsroom.refresh()
    (status,) = newsroom.feeds.status(["public"], site.now.replace(hour=0))
    assert (status.arrived, status.newest) == (2, "2031-05-04T09:00:00+00:00")
    assert status.feed.last_success == site.now


def test_what_came_in_is_announced_once_it_is_ready_and_once(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.has("a", "b")
    site.feed = rss(item("a"), item("b"))
    newsroom.refresh()
    assert newsroom.feeds.to_announce("public", 10) == []
    publish(newsroom.articles)
    arrivals = newsroom.feeds.to_announce("public", 10)
    assert [arrival.article.article.id[-1] for arrival in arrivals] == ["a", "b"]
    newsroom.feeds.announced(arrivals[:1])
    assert newsroom.feeds.to_announce("public", 10) == arrivals[1:]
    newsroom.feeds.announced_all("public")
    assert newsroom.feeds.to_announce("public", 10) == []


def test_an_old_entry_that_its_feed_let_go_of_is_forgotten(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.has("a", "b")
    site.feed = rss(item("a"))
    newsroom.refresh()
    site.passes(days=200)
    site.feed = rss(item("b"))
    newsroom.refresh()
    assert [replace(line).title for line in newsroom.feeds.log(["public"], 10)] == ["About b"]


def test_an_index_of_sitemaps_is_read_whole_each_time(newsroom: Newsroom) -> None:
    site = newsroom.site
    site.has("a", "b")
    part = "https://herald.example/news.xml"
    index, sitemaps = sitemap(part, root="sitemapindex"), {part: sitemap("https://herald.example/a")}
    get = site.get

    def by_address(url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        site.feed = sitemaps.get(url, index)
        return get(url, etag=etag, last_modified=last_modified)

    site.get = by_address  # type: ignore[method-assign]
    site.etag = '"1"'
    assert newsroom.refresh().counts == {"new": 1, "unchanged": 0}
    sitemaps[part] = sitemap("https://herald.example/a", "https://herald.example/b")
    assert newsroom.refresh().counts == {"new": 1, "unchanged": 1}
    found = find_feed(by_address, "herald.example/sitemap.xml")
    assert (found.address, len(found.feed.entries)) == ("https://herald.example/sitemap.xml", 2)


def test_a_feed_is_read_again_after_some_minutes_not_at_the_same_moment_as_others() -> None:
    assert after_success(None, 0.0) == USUAL
    assert USUAL < after_success(None, 0.5) < after_success(None, 1.0) <= USUAL * 1.2


@pytest.mark.parametrize(("wished", "pause"), [(1, USUAL), (60, 60 * MINUTE), (9_999, LONGEST)])
def test_what_a_feed_wishes_is_heeded_between_the_usual_and_a_day(wished: int, pause: dt.timedelta) -> None:
    assert after_success(wished * MINUTE, 0.0) == pause


def test_failures_are_followed_by_longer_and_longer_pauses_up_to_a_day() -> None:
    pauses = [after_failure(failures, None, 0.0) for failures in range(1, 40)]
    assert pauses[:3] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST


def test_a_server_is_never_asked_again_sooner_than_it_says() -> None:
    for chance in (0.0, 1.0):
        assert after_failure(1, 120 * MINUTE, chance) >= 120 * MINUTE
    assert after_failure(1, dt.timedelta(days=900), 0.0) == dt.timedelta(days=7)
