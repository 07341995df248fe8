"""Sitemaps of news and indexes of sitemaps, read as XML that is trusted with nothing: no entities, no external parts.

The elements are those of https://www.sitemaps.org and of https://www.google.com/schemas/sitemap-news/0.9. Pure.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from retrieval.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex)\b")
_HEAD = 4_000  # bytes in which the root element stands
_MOST = 50_000  # addresses of one sitemap, as its protocol says
_MOST_PARTS = 3  # sitemaps of an index that are read, the newest
_NEWS = re.compile("news", re.IGNORECASE)  # in the address of a sitemap


@dataclass(frozen=True, slots=True)
class NewsPage:
    """A page that a sitemap tells to be news."""

    url: str
    title: str
    published: str | None
    publisher: str | None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The pages of a sitemap; of an index the addresses of sitemaps instead, the newest first."""

    pages: tuple[NewsPage, ...] = ()
    parts: tuple[str, ...] = ()


def is_sitemap(data: bytes) -> bool:
    """Tells whether a file is a sitemap or an index of sitemaps, by its root element."""
    return _ROOT.search(data[:_HEAD].replace(b"\0", b"")) is not None


def read_sitemap(data: bytes) -> Sitemap:
    """Reads the pages that are news, or the sitemaps of an index that may hold them.

    Of an index, those whose address says news, or else all; of them the few that were changed last.

    Raises:
        SourceError: it is no XML that is read, or holds no news.
    """
    pages: list[NewsPage] = []
    parts: list[tuple[str, str]] = []
    for element in islice(_elements(data), _MOST):
        if _name(element) == "url":
            pages.extend(_news_pages(element))
        else:
            parts.append((_text(element, "lastmod"), _text(element, "loc")))
    if not pages and not parts:
        raise SourceError("it is a sitemap without news (news:news); give the address of a news sitemap")
    of_news = [part for part in parts if _NEWS.search(part[1])] or parts
    newest = sorted(of_news, key=lambda part: part[0], reverse=True)[:_MOST_PARTS]
    return Sitemap(tuple(pages), tuple(url for _, url in newest if url))


def _elements(data: bytes) -> Iterator[Element]:
    """Yields what a sitemap or an index lists; each is emptied once it was looked at, so that memory is bounded."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        for _, element in iterparse(io.BytesIO(data)):
            if _name(element) in {"url", "sitemap"}:
                yield element
                element.clear()
    except DefusedXmlException:
        raise SourceError("it declares XML entities, which attacks are made of; it is not read") from None
    except (ParseError, ValueError, LookupError):
        raise SourceError("it is no whole XML; try again later") from None


def _news_pages(element: Element) -> Iterator[NewsPage]:
    """Yields the page of a <url> where that says that it is news."""
    url = _text(element, "loc")
    for news in _children(element, "news") if url else ():
        written = _text(news, "publication_date")
        try:
            dt.datetime.fromisoformat(written)
        except ValueError:
            written = ""
        publisher = next((_text(publication, "name") for publication in _children(news, "publication")), "")
        yield NewsPage(url, _text(news, "title"), written or None, publisher or None)
        return


def _text(element: Element, name: str) -> str:
    return next(((child.text or "").strip() for child in _children(element, name)), "")


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _name(child) == name)


def _name(element: Element) -> str:
    """Returns an element's name without its namespace, which sites write in many ways."""
    return element.tag.rpartition("}")[2].lower()
