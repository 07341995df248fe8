"""What a feed tells, in whatever format it is written: its entries, and the parts that they are made of. Pure."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urljoin, urlsplit

from retrieval.errors import SourceError
from retrieval.sources.identity import article_address, canonical_url
from retrieval.sources.structured_data import person
from retrieval.sources.validation import MAX_NAME

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

# Hosts and paths that feeds of searches put before the address of each page, which stands in the parameter "url".
_REDIRECTORS = {("www.google.com", "/url"), ("www.bing.com", "/news/apiclick.aspx")}


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """What a feed tells of one article.

    Attributes:
        id: the feed's own name for it; its address, or a hash of what it says, where it has none.
        url: where its page is; None where it has no web address.
        title: as markup.
        published: ISO 8601 with its offset, where the feed tells one; of an entry that tells when it was updated
            alone, that.
        byline: its authors.
        publisher: whom it is from, where that is not the feed's own title.
        markup: the feed's own text of it, which may be a summary or all.
    """

    id: str
    url: str | None
    title: str
    published: str | None = None
    byline: str | None = None
    publisher: str | None = None
    markup: str = ""

    @property
    def address(self) -> str | None:
        """The one spelling of its address, by which its article is known."""
        try:
            return article_address(self.url) if self.url else None
        except SourceError:
            return None

    @property
    def fingerprint(self) -> str:
        """A hash of its words, which tells an entry that was changed; its time may change without changing it."""
        return hashlib.sha256(f"{self.title}\n{self.markup}".encode(errors="replace")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as it was read, entries in its order.

    Attributes:
        title: as text; "" where it has none.
        site: the address of the site that it is of.
        pause: how long it wishes to be left alone (<ttl>, sy:updatePeriod); None where it does not say.
        parts: of a sitemap index, the addresses of the sitemaps in it, the newest first.
    """

    title: str = ""
    site: str | None = None
    entries: tuple[FeedEntry, ...] = ()
    pause: dt.timedelta | None = None
    parts: tuple[str, ...] = ()

    @property
    def distinct(self) -> list[FeedEntry]:
        """Its entries; of those with one id or one address the first."""
        seen: set[str] = set()
        found = []
        for entry in self.entries:
            names = {entry.id, entry.address or entry.id}
            if not names & seen:
                found.append(entry)
            seen |= names
        return found


def made_entry(
    given: object,
    url: str | None,
    *,
    title: object,
    published: str | None,
    names: Sequence[str],
    publisher: str,
    markup: str,
) -> FeedEntry | None:
    """Returns the entry; None where it has neither a page nor words."""
    heading = words(title)
    name = words(given) or url or hashlib.sha256(f"{heading}\n{markup}".encode(errors="replace")).hexdigest()
    if len(name) > MAX_NAME:
        name = f"sha256:{hashlib.sha256(name.encode(errors='replace')).hexdigest()}"
    if not url and not markup and not heading:
        return None
    byline = ", ".join(dict.fromkeys(filter(None, map(person, names))))
    return FeedEntry(name, url, heading, published, byline or None, publisher or None, markup)


def words(value: object) -> str:
    """Returns a text without what no store keeps; "" for what is none."""
    return value.replace("\0", "").encode(errors="replace").decode().strip() if isinstance(value, str) else ""


def web_address(link: object, base: str) -> str | None:
    """Returns a link of a feed as a whole address; None where it is none of the web."""
    with suppress(ValueError, SourceError):
        address = urljoin(base, words(link)) if words(link) else ""
        parts = urlsplit(address)
        if (parts.hostname, parts.path) in _REDIRECTORS:
            address = parse_qs(parts.query).get("url", [address])[0]
        if canonical_url(address):
            return address
    return None
