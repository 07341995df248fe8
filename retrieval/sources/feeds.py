"""Feeds to their entries: RSS, Atom, JSON Feed, sitemaps of news; and lists of feeds. Nothing is fetched here. Pure.

XML is trusted with nothing: no entities, no external parts. The elements of sitemaps are those of
https://www.sitemaps.org and of https://www.google.com/schemas/sitemap-news/0.9; lists are OPML 2.0
(http://opml.org/spec2.opml), as feed readers import and export them.
"""

from __future__ import annotations

import calendar
import datetime as dt
import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from email.utils import parseaddr, parsedate_to_datetime
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urljoin, urlsplit
from xml.etree.ElementTree import Element, ElementTree, ParseError, SubElement, indent, register_namespace
from xml.sax import SAXException  # feedparser raises it; nothing is parsed with it here

from retrieval.errors import SourceError
from retrieval.sources.dates import as_iso
from retrieval.sources.decoding import marked_encoding
from retrieval.sources.markup import local_name, text_of
from retrieval.sources.structured_data import person
from retrieval.sources.validation import MAX_NAME, Bounded, article_address, canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from feedparser import FeedParserDict

# Hosts and paths that feeds of searches put before the address of each page, which stands in the parameter "url".
_REDIRECTORS = {("www.google.com", "/url"), ("www.bing.com", "/news/apiclick.aspx")}
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
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex)\b")
_ROOT_WITHIN = 4_000  # bytes in which the root element stands
_MOST_LISTED = 50_000  # addresses of one sitemap, as its protocol says
_MOST_PARTS = 3  # sitemaps of an index that are read, the newest
_NEWS = re.compile("news", re.IGNORECASE)  # in the address of a sitemap
_NAMESPACE = "https://byline.invalid/opml"  # of the attributes that only Byline writes and reads
_JOINT = ", "


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
    language = words(feed.get("language"))
    entries = tuple(filter(None, (json_entry(row, address, language) for row in rows)))
    return ParsedFeed(words(feed.get("title")), web_address(feed.get("home_page_url"), address), entries)


def json_entry(item: Mapping[str, Any], address: str, language: str) -> FeedEntry | None:
    """Returns the entry of an item of a JSON Feed; None where it says nothing."""
    authors = item.get("authors") or [item.get("author")]
    names = [words(author.get("name")) for author in authors if isinstance(author, dict)]
    texts = (item.get(name) for name in ("content_html", "content_text", "summary"))
    number = item.get("id")
    return made_entry(
        str(number) if isinstance(number, int | float) else number,
        web_address(item.get("url") or item.get("external_url"), address),
        title=item.get("title"),
        published=as_iso(words(item.get("date_published")) or words(item.get("date_modified")), language),
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
    language = words(parsed.feed.get("language"))
    entries = tuple(filter(None, (xml_entry(dict(row), address, language) for row in rows)))
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


def xml_entry(row: Mapping[str, Any], address: str, language: str) -> FeedEntry | None:
    """Returns the entry of a row of feedparser's; None where it says nothing."""
    texts = [words(part.get("value")) for part in row.get("content", ())] + [words(row.get("summary"))]
    author = words(row.get("author"))[:_LONGEST_AUTHOR]  # may be "desk@herald.example (Ann Roy)"
    mail_name = next((name for name in (parseaddr(author)[0], author.partition("(")[0].strip()) if "@" not in name), "")
    source = row.get("source")
    return made_entry(
        row.get("id"),
        web_address(row.get("feedburner_origlink") or row.get("link"), address),
        title=row.get("title"),
        published=next(
            filter(None, (xml_date(row, name, language) for name in ("published", "created", "updated"))), None
        ),
        names=[mail_name] if "@" in author else [words(each.get("name")) for each in row.get("authors", ())],
        publisher=words(source.get("title")) if isinstance(source, Mapping) else "",
        markup=max(texts, key=lambda text: len(text_of(text)), default="") if len(texts) > 1 else texts[0],
    )


def xml_date(row: Mapping[str, Any], name: str, language: str) -> str | None:
    """Returns a date of RSS or Atom, in ISO 8601; with the offset that it was written with, where it can be told."""
    written = words(row.get(name))
    with suppress(ValueError, TypeError, OverflowError):
        parsed = parsedate_to_datetime(written)
        return parsed.isoformat() if parsed.tzinfo else as_iso(written) or parsed.isoformat()  # in a zone by its name
    if read := as_iso(written, language):
        return read
    moment: Any = row.get(f"{name}_parsed")  # feedparser knows more ways to write one, and gives UTC
    if not moment or str(moment.tm_year) not in written:  # it takes 05-03-2026 for a day of 2005
        return None
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


def is_sitemap(data: bytes) -> bool:
    """Tells whether a file is a sitemap or an index of sitemaps, by its root element."""
    return _ROOT.search(data[:_ROOT_WITHIN].replace(b"\0", b"")) is not None


def read_sitemap(data: bytes, address: str) -> ParsedFeed:
    """Reads the pages that are news, or the sitemaps of an index that may hold them.

    Raises:
        SourceError: it is no XML that is read, or holds no news.
    """
    entries: list[FeedEntry] = []
    parts: list[tuple[str, str]] = []
    for element in islice(_elements(data), _MOST_LISTED):
        url, news = web_address(_inner_words(element, "loc"), address), element.find("{*}news")
        if url and local_name(element) == "sitemap":
            parts.append((_inner_words(element, "lastmod"), url))
        elif url and news is not None:
            published, publisher = (
                as_iso(_inner_words(news, "publication_date")),
                _inner_words(news, "publication/{*}name"),
            )
            entries.append(FeedEntry(url, url, _inner_words(news, "title"), published, publisher=publisher or None))
    if not entries and not parts:
        raise SourceError("it is a sitemap without news (news:news); give the address of a news sitemap")
    return ParsedFeed(entries=tuple(entries), parts=tuple(parts_with_news(parts, address)))


def parts_with_news(parts: Sequence[tuple[str, str]], address: str) -> list[str]:
    """Returns those sitemaps of an index whose address says news, or else all; of them the few that were changed last.

    Args:
        parts: when each was changed, as written, and its address.
        address: of the index.

    Raises:
        SourceError: there is none but the index itself.
    """
    others = [part for part in parts if part[1] != address]
    if parts and not others:
        raise SourceError("it is an index of sitemaps that names only itself; give the address of a news sitemap")
    of_news = [part for part in others if _NEWS.search(part[1])] or others
    return [url for _, url in sorted(of_news, key=itemgetter(0), reverse=True)[:_MOST_PARTS]]


def _elements(data: bytes) -> Iterator[Element]:
    """Yields what a sitemap or an index lists; each is emptied once it was looked at, so that memory is bounded."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        for _, element in iterparse(io.BytesIO(data)):
            if local_name(element) in {"url", "sitemap"}:
                yield element
                element.clear()
    except DefusedXmlException:
        raise SourceError("it declares XML entities, which attacks are made of; it is not read") from None
    except (ParseError, ValueError, LookupError):
        raise SourceError("it is no whole XML; try again later") from None


def _inner_words(element: Element, path: str) -> str:
    """Returns the words of an inner element, of whatever namespace; "" where there is none."""
    return element.findtext(f"{{*}}{path}", "").strip()


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of a list; of the words that an article must or must not hold, those that Byline wrote."""

    url: str
    title: str = ""
    site: str | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


def read_opml(data: bytes) -> list[Outline]:
    """Returns the feeds of a list, in its order, each once, in whatever folders they stand.

    Raises:
        SourceError: it is no OPML that is read, or names no feed.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise SourceError("it is no OPML that can be read; export it from your feed reader again") from None
    found: dict[str, Outline] = {}
    for element in root.iter("outline"):
        with suppress(SourceError):
            url = element.get("xmlUrl", "").strip()
            outline = Outline(
                url,
                element.get("title", "") or element.get("text", ""),
                element.get("htmlUrl") or None,
                _words_of_filter(element, "must"),
                _words_of_filter(element, "mustNot"),
            )
            found.setdefault(canonical_url(url), outline)
    if not found:
        raise SourceError("it names no feed (an outline with an xmlUrl); export it from your feed reader again")
    return list(found.values())


def write_opml(outlines: Iterable[Outline]) -> bytes:
    """Returns a list of feeds, in UTF-8."""
    register_namespace("byline", _NAMESPACE)
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "Byline"
    body = SubElement(root, "body")
    for outline in outlines:
        named = outline.title or outline.url
        attributes = {"type": "rss", "text": named, "title": named, "xmlUrl": outline.url}
        attributes |= {"htmlUrl": outline.site} if outline.site else {}
        for name, words in (("must", outline.must), ("mustNot", outline.must_not)):
            attributes |= {f"{{{_NAMESPACE}}}{name}": _JOINT.join(words)} if words else {}
        SubElement(body, "outline", attributes)
    indent(root)
    written = io.BytesIO()
    ElementTree(root).write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue() + b"\n"


def _words_of_filter(element: Element, name: str) -> tuple[str, ...]:
    words = element.get(f"{{{_NAMESPACE}}}{name}", "").split(_JOINT.strip())
    return tuple(filter(None, map(str.strip, words)))
