"""The feeds that a page tells of. Pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from retrieval.errors import SourceError
from retrieval.sources.identity import canonical_url
from retrieval.sources.markup import parsed_html

if TYPE_CHECKING:
    from lxml import etree

_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_ENDINGS = ("/feed", "/rss", "/atom", ".rss", ".atom", ".rdf", "/feed.xml", "/rss.xml", "/atom.xml", "/feed.json")
_OF_COMMENTS = "/comments/"
_MOST_CHARACTERS = 1_000_000  # of a page that are looked through
_MOST = 20  # feeds that are told
_USUAL = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml")


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page names; `title` is "" where the page gives none."""

    url: str
    title: str = ""


def feed_links(page: str, address: str) -> list[FeedLink]:
    """Returns the feeds of a page, those of its head first, and those of comments last; each once.

    Without any in the head, what it links to that looks like one.
    """
    root = parsed_html(page[:_MOST_CHARACTERS])
    told: list[tuple[str, str]] = []
    linked: list[tuple[str, str]] = []
    for element in () if root is None else root.iter("base", "link", "a"):
        href = element.get("href", "").strip()
        if element.tag == "base":
            address = urljoin(address, href)
        elif _is_feed(element):
            told.append((href, element.get("title", "")))
        elif element.tag == "a" and href.partition("?")[0].rstrip("/").lower().endswith(_ENDINGS):
            linked.append((href, ""))
    found: dict[str, FeedLink] = {}
    for href, title in told or linked:
        with suppress(SourceError, ValueError):
            url = urljoin(address, href)
            found.setdefault(canonical_url(url), FeedLink(url, title))
    return sorted(found.values(), key=lambda link: _OF_COMMENTS in link.url)[:_MOST]


def usual_addresses(address: str) -> list[str]:
    """Returns where a site often has its feed, to be tried where a page names none."""
    return [urljoin(address, path) for path in _USUAL]


def _is_feed(link: etree._Element) -> bool:
    """Tells whether an element is a <link> that says that it is a feed of what the page shows."""
    is_alternate = link.tag == "link" and "alternate" in link.get("rel", "").lower().split()
    return is_alternate and link.get("type", "").lower().partition(";")[0].strip() in _TYPES
