"""Feeds to their entries: RSS, Atom, JSON Feed, and sitemaps of news. Nothing is fetched here. Pure."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zlib
from dataclasses import replace
from urllib.parse import urljoin

from retrieval.errors import SourceError
from retrieval.sources.feed_entries import FeedEntry, ParsedFeed
from retrieval.sources.json_feed import read_json_feed
from retrieval.sources.sitemaps import is_sitemap, read_sitemap
from retrieval.sources.validation import Bounded
from retrieval.sources.xml_feed import read_xml_feed

MOST_BYTES = 50_000_000  # of a feed, decompressed: what the protocol of sitemaps allows
_GZIP = b"\x1f\x8b"
_BLANK = b"\xef\xbb\xbf \t\r\n"
_FIRST_YEAR = 1971  # a date before it is a clock that was never set
_AHEAD = dt.timedelta(days=2)


def read_feed(data: bytes, address: str, *, now: dt.datetime | None = None) -> ParsedFeed:
    """Reads a feed or a sitemap, compressed or not. What of an entry is missing stays so.

    Args:
        data: the bytes that the address gave.
        address: what relative links in it are relative to.
        now: dates long after it are wrong, and count as none, as do those of clocks that were never set.

    Raises:
        SourceError: it is none, or cannot be read.
    """
    if data.startswith(_GZIP):
        try:
            data = io.BufferedReader(Bounded(gzip.GzipFile(fileobj=io.BytesIO(data)), MOST_BYTES)).read()  # type: ignore[arg-type]  # a GzipFile reads as a BinaryIO does
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise SourceError("it is no whole gzip file; try again later") from None
    if data.lstrip(_BLANK).startswith(b"{"):
        feed = read_json_feed(data, address)
    elif is_sitemap(data):
        sitemap = read_sitemap(data)
        pages = [(urljoin(address, page.url), page) for page in sitemap.pages]
        entries = (FeedEntry(url, url, page.title, page.published, publisher=page.publisher) for url, page in pages)
        feed = ParsedFeed(entries=tuple(entries), parts=tuple(urljoin(address, part) for part in sitemap.parts))
    else:
        feed = read_xml_feed(data, address)
    latest = ((now or dt.datetime.now(dt.UTC)) + _AHEAD).date().isoformat()

    def dated(entry: FeedEntry) -> FeedEntry:
        written = entry.published
        can_be = written and int(written[:4]) >= _FIRST_YEAR and written[:10] <= latest
        return entry if can_be else replace(entry, published=None)

    return replace(feed, entries=tuple(map(dated, feed.entries)))
