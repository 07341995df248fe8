"""From an address that somebody gives to the feed that is meant, and what it would bring."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from retrieval.errors import FetchFailed, SourceError
from retrieval.feeds.deliveries import passes
from retrieval.feeds.refreshing import with_parts
from retrieval.sources.markup import parsed_html, text_of
from retrieval.sources.parsing import worker
from retrieval.sources.validation import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from retrieval.feeds.refreshing import Get
    from retrieval.fetching.fetcher import Fetched
    from retrieval.sources.feeds import ParsedFeed
    from retrieval.store.feeds import WordFilter

_MOST_TRIED = 6  # feeds that a page names, or places where a site often has one
_PREVIEWED = 5  # entries
_PAGE_BEGINS = 4_096  # bytes, in which a page says that it is one
_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_ENDINGS = ("/feed", "/rss", "/atom", ".rss", ".atom", ".rdf", "/feed.xml", "/rss.xml", "/atom.xml", "/feed.json")
_OF_COMMENTS = "/comments/"
_MOST_CHARACTERS = 1_000_000  # of a page that are looked through
_MOST = 20  # feeds that are told
_USUAL = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml")
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
        feed = worker().read_feed(fetched.body, fetched.url)
    except SourceError:
        if "html" not in fetched.content_type and b"<html" not in fetched.body[:_PAGE_BEGINS].lower():
            raise
        return _feed_of_page(get, fetched)
    return FoundFeed(fetched.moved_permanently_to or with_scheme(address), with_parts(get, feed))


def _feed_of_page(get: Get, page: Fetched) -> FoundFeed:
    """Returns the first feed that works of those that a page names, or of the places where a site often has one."""
    links = feed_links(page.body.decode(errors="replace"), page.url)  # addresses are ASCII
    for place in (links or _USUAL)[:_MOST_TRIED]:
        url = urljoin(page.url, place)
        try:
            fetched = get(url)
            feed = worker().read_feed(fetched.body, fetched.url)
        except SourceError as error:
            if isinstance(error, FetchFailed) and error.status is None:  # the site itself is not there
                raise
            continue
        return FoundFeed(fetched.moved_permanently_to or url, feed, tuple(link for link in links if link != url))
    if links:
        raise SourceError("the feeds that the page names cannot be read; give the address of another")
    raise SourceError("no feed is found at that page; give the feed's own address")


def feed_links(page: str, address: str) -> list[str]:
    """Returns the addresses of a page's feeds, those of its head first, and those of comments last; each once.

    Without any in the head, what it links to that looks like one.
    """
    root = parsed_html(page[:_MOST_CHARACTERS])
    told: list[str] = []
    linked: list[str] = []
    for element in () if root is None else root.iter("base", "link", "a"):
        href = element.get("href", "").strip()
        if element.tag == "base":
            with suppress(ValueError):
                address = urljoin(address, href)
        elif _is_feed(element):
            told.append(href)
        elif element.tag == "a" and href.partition("?")[0].rstrip("/").lower().endswith(_ENDINGS):
            linked.append(href)
    found: dict[str, str] = {}
    for href in told or linked:
        with suppress(SourceError, ValueError):
            url = urljoin(address, href)
            found.setdefault(canonical_url(url), url)
    return sorted(found.values(), key=lambda url: _OF_COMMENTS in url)[:_MOST]


def _is_feed(link: etree._Element) -> bool:
    """Tells whether an element is a <link> that says that it is a feed of what the page shows."""
    is_alternate = link.tag == "link" and "alternate" in link.get("rel", "").lower().split()
    return is_alternate and link.get("type", "").lower().partition(";")[0].strip() in _TYPES


def with_scheme(address: str) -> str:
    """Returns an address as it is fetched: people leave out https://."""
    return address.strip() if _HAS_SCHEME.match(address.strip()) else f"https://{address.strip()}"


def preview(found: FoundFeed, words: WordFilter) -> Iterator[Preview]:
    """Yields the first entries of a feed, as they would come in."""
    for entry in found.feed.entries[:_PREVIEWED]:
        title, own = text_of(entry.title), text_of(entry.markup)
        yield Preview(title or entry.id, entry.published, entry.url, passes(words, f"{title}\n{own}"))
