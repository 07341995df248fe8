"""Feeds to their entries: RSS, Atom, JSON Feed, and sitemaps of news. Nothing is fetched here. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import gzip
import io
import json
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from email.utils import parseaddr, parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from xml.sax import SAXException  # feedparser raises it; nothing is parsed with it here

from retrieval.errors import SourceError
from retrieval.sources.dates import as_iso
from retrieval.sources.decoding import marked_encoding
from retrieval.sources.feed_entries import FeedEntry, ParsedFeed, made_entry, web_address, words
from retrieval.sources.markup import text_of
from retrieval.sources.sitemaps import is_sitemap, read_sitemap
from retrieval.sources.validation import Bounded

if TYPE_CHECKING:
    from feedparser import FeedParserDict

MOST_BYTES = 50_000_000  # of a feed, decompressed: what the protocol of sitemaps allows
_GZIP = b"\x1f\x8b"
_BLANK = b"\xef\xbb\xbf \t\r\n"
_FIRST_YEAR = 1971  # a date before it is a clock that was never set
_AHEAD = dt.timedelta(days=2)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_DECLARED = re.compile(r"\A\s*<\?[^>]*\?>")
# An ampersand that is written as it is, outside what may hold one, whether that ends or not.
_BARE = re.compile(rb"(<!\[CDATA\[(?:.*?\]\]>|.*\Z))|&(?!#?\w{1,32};)", re.DOTALL)
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 7 * 24, "monthly": 30 * 24, "yearly": 365 * 24}  # hours
_LONGEST_AUTHOR = 200  # characters; the parser of mail addresses recurses
_LONGEST_PAUSE = dt.timedelta(days=30)


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
        read = read_json_feed
    else:
        read = read_sitemap if is_sitemap(data) else read_xml_feed
    feed = read(data, address)
    latest = ((now or dt.datetime.now(dt.UTC)) + _AHEAD).date().isoformat()

    def dated(entry: FeedEntry) -> FeedEntry:
        written = entry.published
        can_be = written and int(written[:4]) >= _FIRST_YEAR and written[:10] <= latest
        return entry if can_be else replace(entry, published=None)

    return replace(feed, title=text_of(feed.title), entries=tuple(map(dated, feed.entries)))


def read_json_feed(data: bytes, address: str) -> ParsedFeed:
    """Reads a JSON Feed (https://www.jsonfeed.org/version/1.1/).

    Raises:
        SourceError: it is none.
    """
    try:
        feed = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise SourceError("it is no JSON that can be read, and no feed; give the address of one") from None
    if not isinstance(feed, dict) or "jsonfeed.org/version" not in str(feed.get("version")):
        raise SourceError("it is JSON, but no JSON Feed; give the address of one")
    items = feed.get("items")
    rows = filter(None, (item for item in (items if isinstance(items, list) else ()) if isinstance(item, dict)))
    entries = tuple(filter(None, (json_entry(row, address) for row in rows)))
    return ParsedFeed(words(feed.get("title")), web_address(feed.get("home_page_url"), address), entries)


def json_entry(item: Mapping[str, Any], address: str) -> FeedEntry | None:
    """Returns the entry of an item of a JSON Feed; None where it says nothing."""
    authors = item.get("authors") or [item.get("author")]
    names = [words(author.get("name")) for author in authors if isinstance(author, dict)]
    texts = (item.get(name) for name in ("content_html", "content_text", "summary"))
    number = item.get("id")
    return made_entry(
        str(number) if isinstance(number, int | float) else number,
        web_address(item.get("url") or item.get("external_url"), address),
        title=item.get("title"),
        published=as_iso(words(item.get("date_published")) or words(item.get("date_modified"))),
        names=names,
        publisher="",
        markup=next((text for text in map(words, texts) if text), ""),
    )


def read_xml_feed(data: bytes, address: str) -> ParsedFeed:
    """Reads RSS and Atom of any version; of one that breaks off, the entries that are whole.

    feedparser is handed bytes alone and never an address.

    Raises:
        SourceError: it is neither, declares entities, or is broken before its first entry.
    """
    if encoding := marked_encoding(data):  # UTF-16, of which the parser makes nothing
        data = _DECLARED.sub("", data.decode(encoding, "replace")).encode(errors="replace")
    parsed = parsed_xml(data, address)
    if not parsed.get("version") and not parsed.entries:
        raise SourceError("it is no feed (RSS, Atom, JSON Feed) and no sitemap of news; give the address of one")
    rows = parsed.entries[: -1 if parsed.bozo and not data.rstrip().endswith(b">") else None]
    entries = tuple(filter(None, (xml_entry(dict(row), address) for row in rows)))
    if not entries and isinstance(parsed.get("bozo_exception"), SAXException):
        raise SourceError("its XML is broken and no entry of it can be read; try again later")
    about = parsed.feed
    return ParsedFeed(words(about.get("title")), web_address(about.get("link"), address), entries, pause_wished(about))


def parsed_xml(data: bytes, address: str) -> FeedParserDict:
    """Returns what feedparser makes of a feed, its markup as it is; where it is broken, with its ampersands mended.

    Raises:
        SourceError: it declares entities.
    """
    import feedparser

    if _ENTITY.search(data) or _ENTITY.search(data.replace(b"\0", b"")):  # the second: in UTF-16 without a mark
        raise SourceError("it declares XML entities, which no feed needs and attacks are made of; it is not read")
    parse = partial(
        feedparser.parse,
        response_headers={"content-location": address},
        sanitize_html=False,  # its markup becomes text
        resolve_relative_uris=False,
    )
    parsed: FeedParserDict = parse(io.BytesIO(data))
    if not isinstance(parsed.get("bozo_exception"), SAXException):
        return parsed
    mended = _BARE.sub(lambda bare: bare[1] or b"&amp;", data)
    return parsed if mended == data else cast("FeedParserDict", parse(io.BytesIO(mended)))


def xml_entry(row: Mapping[str, Any], address: str) -> FeedEntry | None:
    """Returns the entry of a row of feedparser's; None where it says nothing."""
    texts = [words(part.get("value")) for part in row.get("content", ())] + [words(row.get("summary"))]
    author = words(row.get("author"))[:_LONGEST_AUTHOR]  # may be "desk@herald.example (Ann Roy)"
    mail_name = next((name for name in (parseaddr(author)[0], author.partition("(")[0].strip()) if "@" not in name), "")
    source = row.get("source")
    return made_entry(
        row.get("id"),
        web_address(row.get("feedburner_origlink") or row.get("link"), address),
        title=row.get("title"),
        published=next(filter(None, (xml_date(row, name) for name in ("published", "created", "updated"))), None),
        names=[mail_name] if "@" in author else [words(each.get("name")) for each in row.get("authors", ())],
        publisher=words(source.get("title")) if isinstance(source, Mapping) else "",
        markup=max(texts, key=lambda text: len(text_of(text)), default="") if len(texts) > 1 else texts[0],
    )


def xml_date(row: Mapping[str, Any], name: str) -> str | None:
    """Returns a date of RSS or Atom, in ISO 8601; with the offset that it was written with, where it can be told."""
    written = words(row.get(name))
    with suppress(ValueError, TypeError, OverflowError):
        parsed = parsedate_to_datetime(written)
        return parsed.isoformat() if parsed.tzinfo else as_iso(written) or parsed.isoformat()  # in a zone by its name
    moment = row.get(f"{name}_parsed")  # feedparser knows many more ways to write one, and gives UTC
    if (read := as_iso(written)) or not moment:
        return read
    with suppress(ValueError, TypeError, OverflowError):
        return dt.datetime.fromtimestamp(calendar.timegm(moment), dt.UTC).isoformat()
    return None


def pause_wished(about: Mapping[str, Any]) -> dt.timedelta | None:
    """Returns how long a feed wishes to be left alone; None where it does not say."""
    wishes = []
    with suppress(ValueError, OverflowError):
        wishes.append(dt.timedelta(minutes=float(words(about.get("ttl")))))
    with suppress(ValueError, KeyError, ZeroDivisionError, OverflowError):
        hours = _PERIODS[words(about.get("sy_updateperiod")).lower()]
        wishes.append(dt.timedelta(hours=hours / float(words(about.get("sy_updatefrequency")) or 1)))
    wishes = [wish for wish in wishes if wish > dt.timedelta()]
    return min(max(wishes), _LONGEST_PAUSE) if wishes else None
