"""A site that is fetched from without a network, and a clock that stands still."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from retrieval.errors import FetchFailed
from retrieval.feeds.refreshing import Refresher
from retrieval.fetching.fetcher import Fetched
from retrieval.store.feeds import Feeds, WordFilter
from retrieval.types import Article

if TYPE_CHECKING:
    import sqlalchemy as sa

    from retrieval.store.feeds import Feed

RSS = "https://herald.example/rss"
NOON = dt.datetime(2031, 5, 4, 12, tzinfo=dt.UTC)


def item(
    name: str, *, title: str = "", text: str = "", date: str = "Sat, 03 May 2031 10:00:00 GMT", id_: str = ""
) -> str:
    """An entry whose page is named so."""
    return (
        f"<item><title>{title or f'About {name}'}</title><link>https://herald.example/{name}</link>"
        f"<guid isPermaLink='false'>{id_ or name}</guid><pubDate>{date}</pubDate>"
        f"<description>{text}</description></item>"
    )


def rss(*items: str, channel: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>Herald</title>{channel}{"".join(items)}</channel></rss>'.encode()


def sitemap(*addresses: str, root: str = "urlset") -> bytes:
    """A sitemap of news at these addresses, or an index of sitemaps."""
    news = "<n:news><n:title>About it</n:title></n:news>"
    inner = "".join(
        f"<url><loc>{address}</loc>{news}</url>" if root == "urlset" else f"<sitemap><loc>{address}</loc></sitemap>"
        for address in addresses
    )
    space = "http://www.google.com/schemas/sitemap-news/0.9"
    return f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="{space}">{inner}</{root}>'.encode()


@dataclass
class Site:
    """Its pages by address; what is not there cannot be had. `asked` are the addresses that were, in order."""

    feed: bytes = b""
    pages: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    moved: str | None = None
    gone: bool = False
    broken: str | None = None
    retry_after: float | None = None
    asked: list[str] = field(default_factory=list)
    now: dt.datetime = NOON

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        del last_modified
        self.asked.append(url)
        if self.broken:
            raise FetchFailed(self.broken, status=503, retry_after=self.retry_after)
        status = 410 if self.gone else 304 if etag and etag == self.etag else 200
        body = self.feed if status == 200 else b""
        return Fetched(url, status, "application/xml", body, self.etag, None, None, self.moved, self.now)

    def page(self, url: str) -> Article:
        self.asked.append(url)
        if url not in self.pages:
            raise FetchFailed("the server has a failure of its own (503); try again later", status=503)
        return Article(id=url, title=f"Page {url.rpartition('/')[2]}", text=self.pages[url], url=url, source=url)

    def has(self, *names: str) -> None:
        """Gives it pages of these names."""
        self.pages |= {f"https://herald.example/{name}": f"The whole text of {name}." for name in names}

    def passes(self, **time: int) -> None:
        self.now += dt.timedelta(**time)


def follow(engine: sa.Engine, site: Site, *, words: WordFilter = WordFilter(), library: str = "public") -> Feed:  # noqa: B008  (frozen)
    """Adds the site's feed to a library."""
    return Feeds(engine).add(library, RSS, title="Herald", site=None, words=words, now=site.now)


def reader(engine: sa.Engine, site: Site) -> Refresher:
    return Refresher(feeds=Feeds(engine), get=site.get, page=site.page, now=lambda: site.now, chance=lambda: 0.0)
