"""The feeds that a page tells of. Pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

from retrieval.errors import SourceError
from retrieval.sources.validation import canonical_url

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
    parser = _Links()
    parser.feed(page[:_MOST_CHARACTERS])
    base = urljoin(address, parser.base)
    found: dict[str, FeedLink] = {}
    for href, title in parser.told or parser.linked:
        with suppress(SourceError, ValueError):
            url = urljoin(base, href)
            found.setdefault(canonical_url(url), FeedLink(url, title))
    return sorted(found.values(), key=lambda link: _OF_COMMENTS in link.url)[:_MOST]


def usual_addresses(address: str) -> list[str]:
    """Returns where a site often has its feed, to be tried where a page names none."""
    return [urljoin(address, path) for path in _USUAL]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.told: list[tuple[str, str]] = []
        self.linked: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip() for name, value in attrs}
        href = given.get("href", "")
        match tag if href else "":
            case "base":
                self.base = self.base or href
            case "link" if _is_feed(given):
                self.told.append((href, given.get("title", "")))
            case "a" if href.partition("?")[0].rstrip("/").lower().endswith(_ENDINGS):
                self.linked.append((href, ""))


def _is_feed(given: dict[str, str]) -> bool:
    """Tells whether the attributes of a <link> say that it is a feed of what the page shows."""
    is_alternate = "alternate" in given.get("rel", "").lower().split()
    return is_alternate and given.get("type", "").lower().partition(";")[0] in _TYPES
