"""From an address that somebody gives to the feed that is meant, and what it would bring."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.errors import FetchFailed, SourceError
from retrieval.feeds.words import passes
from retrieval.sources.feed_links import feed_links, usual_addresses
from retrieval.sources.feeds import read_feed
from retrieval.sources.markup import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.feeds.refreshing import Get
    from retrieval.fetching.fetcher import Fetched
    from retrieval.sources.feed_entries import ParsedFeed
    from retrieval.store.feeds import WordFilter

_MOST_TRIED = 6  # feeds that a page names, or places where a site often has one
_PREVIEWED = 5  # entries
_PAGE_BEGINS = 4_096  # bytes, in which a page says that it is one
_HAS_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed at its address; `others` are further ones that the page names."""

    address: str
    feed: ParsedFeed
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """An entry that a feed would bring; `passes` as far as its title and the feed's own text tell."""

    title: str
    published: str | None
    url: str | None
    passes: bool


def find_feed(get: Get, address: str) -> FoundFeed:
    """Returns the feed of an address: the address itself, or the first that works of those that its page names.

    Where a page names none, the places are tried where a site often has its feed.

    Raises:
        SourceError: there is none, or it cannot be fetched.
    """
    fetched = get(with_scheme(address))
    try:
        feed = read_feed(fetched.body, fetched.url)
    except SourceError:
        if "html" not in fetched.content_type and b"<html" not in fetched.body[:_PAGE_BEGINS].lower():
            raise
        return _feed_of_page(get, fetched)
    for part in feed.parts[:1]:  # of an index of sitemaps
        got = get(part)
        feed = replace(feed, entries=read_feed(got.body, got.url).entries)
    return FoundFeed(fetched.moved_permanently_to or with_scheme(address), feed)


def _feed_of_page(get: Get, page: Fetched) -> FoundFeed:
    links = [link.url for link in feed_links(page.body.decode(errors="replace"), page.url)]  # addresses are ASCII
    for url in (links or usual_addresses(page.url))[:_MOST_TRIED]:
        if (found := _working(get, url)) is not None:
            others = tuple(link for link in links if link != url)
            return FoundFeed(found[0].moved_permanently_to or url, found[1], others)
    if links:
        raise SourceError("the feeds that the page names cannot be read; give the address of another")
    raise SourceError("no feed is found at that page; give the feed's own address")


def with_scheme(address: str) -> str:
    """Returns an address as it is fetched: people leave out https://."""
    return address.strip() if _HAS_SCHEME.match(address.strip()) else f"https://{address.strip()}"


def preview(found: FoundFeed, words: WordFilter) -> Iterator[Preview]:
    """Yields the first entries of a feed, as they would come in."""
    for entry in found.feed.entries[:_PREVIEWED]:
        title, own = text_of(entry.title), text_of(entry.markup)
        yield Preview(title or entry.id, entry.published, entry.url, passes(words, f"{title}\n{own}"))


def _working(get: Get, url: str) -> tuple[Fetched, ParsedFeed] | None:
    try:
        fetched = get(url)
        return fetched, read_feed(fetched.body, fetched.url)
    except FetchFailed as error:
        if error.status is None:  # the site itself is not there
            raise
    except SourceError:
        pass
    return None
