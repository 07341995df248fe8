"""From the address that somebody gives to the feed that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.errors import SourceError
from retrieval.feeds.subscribing import feed_links, find_feed
from tests.feeds.sites import Site, sitemap

if TYPE_CHECKING:
    from retrieval.fetching.fetcher import Fetched


def test_a_page_names_its_feeds_and_that_of_comments_last() -> None:
    page = (
        '<base href="https://herald.example/news/"><base href="http://[no address">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
        '<link rel="alternate stylesheet" type="application/atom+xml; charset=utf-8" href="atom" title="News">'
        '<link rel="alternate" hreflang="de" href="/de"><link rel=alternate type="application/rss+xml" href="mailto:x">'
    )
    links = feed_links(page, "https://www.herald.example/")
    assert links == ["https://herald.example/news/atom", "https://herald.example/comments/feed/"]


def test_without_any_in_its_head_what_a_page_links_to_may_be_a_feed() -> None:
    page = '<a href="/about">About</a><a href="/sport/rss">RSS</a><a href="/all.rss?x=1">All</a>'
    links = feed_links(page, "https://herald.example/")
    assert links == ["https://herald.example/sport/rss", "https://herald.example/all.rss?x=1"]


def test_a_feed_that_cannot_be_read_says_why_and_is_not_taken_for_a_page() -> None:
    site = Site(b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>')
    with pytest.raises(SourceError, match="declares XML entities"):
        find_feed(site.get, "herald.example/feed")


def test_of_an_index_of_sitemaps_those_are_read_that_can_be() -> None:
    address = "https://herald.example/sitemap.xml"
    parts = ["https://herald.example/news-1.xml", "https://herald.example/news-2.xml"]
    bodies = {address: sitemap(*parts, root="sitemapindex"), parts[0]: sitemap("https://herald.example/a")}
    site = Site()

    def get(url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        site.feed = bodies.get(url, b"<urlset/>")
        return site.get(url, etag=etag, last_modified=last_modified)

    assert [entry.url for entry in find_feed(get, address).feed.entries] == ["https://herald.example/a"]
    del bodies[parts[0]]
    with pytest.raises(SourceError, match="without news"):
        find_feed(get, address)
    bodies |= dict.fromkeys(parts, sitemap("https://herald.example/deeper.xml", root="sitemapindex"))
    with pytest.raises(SourceError, match="name other sitemaps"):
        find_feed(get, address)
