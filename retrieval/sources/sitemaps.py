"""Sitemaps of news and indexes of sitemaps, read as XML that is trusted with nothing: no entities, no external parts.

The elements are those of https://www.sitemaps.org and of https://www.google.com/schemas/sitemap-news/0.9. Pure.
"""

from __future__ import annotations

import io
import re
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.dates import as_iso
from retrieval.sources.feed_entries import FeedEntry, ParsedFeed, web_address
from retrieval.sources.markup import local_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex)\b")
_HEAD = 4_000  # bytes in which the root element stands
_MOST = 50_000  # addresses of one sitemap, as its protocol says
_MOST_PARTS = 3  # sitemaps of an index that are read, the newest
_NEWS = re.compile("news", re.IGNORECASE)  # in the address of a sitemap


def is_sitemap(data: bytes) -> bool:
    """Tells whether a file is a sitemap or an index of sitemaps, by its root element."""
    return _ROOT.search(data[:_HEAD].replace(b"\0", b"")) is not None


def read_sitemap(data: bytes, address: str) -> ParsedFeed:
    """Reads the pages that are news, or the sitemaps of an index that may hold them.

    Raises:
        SourceError: it is no XML that is read, or holds no news.
    """
    entries: list[FeedEntry] = []
    parts: list[tuple[str, str]] = []
    for element in islice(_elements(data), _MOST):
        url, news = web_address(_text(element, "loc"), address), element.find("{*}news")
        if url and local_name(element) == "sitemap":
            parts.append((_text(element, "lastmod"), url))
        elif url and news is not None:
            published, publisher = as_iso(_text(news, "publication_date")), _text(news, "publication/{*}name")
            entries.append(FeedEntry(url, url, _text(news, "title"), published, publisher=publisher or None))
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
    from xml.etree.ElementTree import ParseError

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


def _text(element: Element, path: str) -> str:
    """Returns the words of an inner element, of whatever namespace; "" where there is none."""
    return element.findtext(f"{{*}}{path}", "").strip()
