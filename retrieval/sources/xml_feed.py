"""RSS and Atom, read by feedparser, which is handed bytes alone and never an address. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import io
import re
from collections.abc import Mapping
from contextlib import suppress
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any
from xml.sax import SAXException  # feedparser raises it; nothing is parsed with it here

from retrieval.errors import SourceError
from retrieval.sources.feed_entries import FeedEntry, ParsedFeed, iso_date, made_entry, web_address, words

_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 7 * 24, "monthly": 30 * 24, "yearly": 365 * 24}  # hours
_LONGEST_AUTHOR = 200  # characters; the parser of mail addresses recurses
_LONGEST_PAUSE = dt.timedelta(days=30)


def read_xml_feed(data: bytes, address: str) -> ParsedFeed:
    """Reads RSS and Atom of any version; of one that breaks off, the entries that are whole.

    Raises:
        SourceError: it is neither, declares entities, or is broken before its first entry.
    """
    import feedparser

    if _ENTITY.search(data) or _ENTITY.search(data.replace(b"\0", b"")):  # the second: in UTF-16
        raise SourceError("it declares XML entities, which no feed needs and attacks are made of; it is not read")
    parsed = feedparser.parse(
        io.BytesIO(data),
        response_headers={"content-location": address},
        sanitize_html=False,  # its markup becomes text
        resolve_relative_uris=False,
    )
    if not parsed.get("version") and not parsed.entries:
        raise SourceError("it is no feed (RSS, Atom, JSON Feed) and no sitemap of news; give the address of one")
    rows = parsed.entries[: -1 if parsed.bozo and not data.rstrip().endswith(b">") else None]
    entries = tuple(filter(None, (_xml_entry(dict(row), address) for row in rows)))
    if not entries and isinstance(parsed.get("bozo_exception"), SAXException):
        raise SourceError("its XML is broken and no entry of it can be read; try again later")
    about = parsed.feed
    return ParsedFeed(words(about.get("title")), web_address(about.get("link"), address), entries, _wished(about))


def _xml_entry(row: Mapping[str, Any], address: str) -> FeedEntry | None:
    url = web_address(row.get("feedburner_origlink") or row.get("link"), address)
    texts = [words(part.get("value")) for part in row.get("content", ())] + [words(row.get("summary"))]
    author = words(row.get("author"))[:_LONGEST_AUTHOR]
    is_mail = "@" in author  # "desk@herald.example (Ann Roy)"
    names = [parseaddr(author)[0]] if is_mail else [words(each.get("name")) for each in row.get("authors", ())]
    source = row.get("source")
    return made_entry(
        row.get("id"),
        url,
        title=row.get("title"),
        published=_date(row, "published") or _date(row, "created") or _date(row, "updated"),
        names=names,
        publisher=words(source.get("title")) if isinstance(source, Mapping) else "",
        markup=max(texts, key=len, default=""),
    )


def _date(row: Mapping[str, Any], name: str) -> str | None:
    """Returns a date of RSS or Atom, in ISO 8601; with the offset that it was written with, where it can be told."""
    written = words(row.get(name))
    with suppress(ValueError, TypeError, OverflowError):
        return parsedate_to_datetime(written).isoformat()
    if read := iso_date(written):
        return read
    moment = row.get(f"{name}_parsed")  # feedparser knows many more ways to write one, and gives UTC
    with suppress(ValueError, TypeError):
        return dt.datetime.fromtimestamp(calendar.timegm(moment), dt.UTC).isoformat() if moment else None
    return None


def _wished(about: Mapping[str, Any]) -> dt.timedelta | None:
    """Returns how long a feed wishes to be left alone."""
    wishes = []
    with suppress(ValueError):
        wishes.append(dt.timedelta(minutes=float(words(about.get("ttl")))))
    with suppress(ValueError, ZeroDivisionError):
        hours = _PERIODS.get(words(about.get("sy_updateperiod")).lower())
        if hours:
            often = float(words(about.get("sy_updatefrequency")) or 1)
            wishes.append(dt.timedelta(hours=hours / often))
    wishes = [wish for wish in wishes if wish > dt.timedelta()]
    return min(max(wishes), _LONGEST_PAUSE) if wishes else None
