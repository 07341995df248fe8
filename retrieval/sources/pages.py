"""A web page to an article: its text without the page around it, and what the page tells of it.

Meant for a process of its own (`parsing`), since pages come from strangers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from retrieval.errors import SourceError
from retrieval.sources.dates import iso_date, page_dates
from retrieval.sources.decoding import page_text
from retrieval.sources.identity import article_address, page_address
from retrieval.sources.main_text import main_text
from retrieval.sources.page_checks import REASONS, check_shows_article
from retrieval.sources.structured_data import StructuredData, head_property, joined, person, structured_data
from retrieval.text.boilerplate import is_boilerplate
from retrieval.text.furniture import byline_of
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

_TOP = 4  # paragraphs in which bylines and dates stand
_LONGEST_DATE = 60
_WORD = re.compile(r"\w+")
_NO_LETTER = re.compile(r"[\W_]+")
_SITE_PART = re.compile(r"\s+(?:[|–—·»-]|::)\s+")


def read_html(data: bytes, *, source: str, url: str | None = None, content_type: str = "") -> Article:
    """Reads the article of a page; `url` is the address that it was fetched from, where it was.

    Raises:
        SourceError: the page shows none; the message says what it shows instead.
    """
    import lxml.html

    text = page_text(data, content_type)
    if not text.strip():
        raise SourceError(REASONS["empty"])
    tree = lxml.html.document_fromstring(
        text.encode(), parser=lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    )
    facts = structured_data(tree)
    publisher = facts.publisher or head_property(tree, "og:site_name", "application-name")
    title = headline(tree, facts, publisher, url)
    dates = page_dates(tree, facts, url)
    blocks, authors = main_text(tree, url)
    names = [name for name in filter(None, map(person, facts.authors or authors)) if name != publisher]
    article_text = facts.instead_of("\n\n".join(report_blocks(blocks, title)))
    check_shows_article(tree, facts, title, article_text, dated=dates.published is not None)
    address = page_address(tree, url)
    return Article(
        id=article_address(address) if address else source,
        title=title,
        text=article_text,
        byline=joined(names) or next(filter(None, map(byline_of, blocks[:_TOP])), None),
        publisher=publisher,
        published=dates.published,
        url=address,
        source=url or source,
        updated=dates.updated,
        dated_by="address" if dates.by_address else None,
    )


def headline(tree: HtmlElement, facts: StructuredData, publisher: str | None, url: str | None) -> str:
    """Returns the headline of the data, else of the page, else of its head, without the site's name behind it."""
    head = head_property(tree, "og:title", "twitter:title", "title") or tree.findtext(".//title") or ""
    told = facts.headline or " ".join(head.split())
    shown = heading_like(tree, told)
    title = facts.headline or shown or told
    if shown.startswith(title.rstrip(" .…")):  # data may cut it
        title = shown
    return without_site(title, f"{publisher or ''} {urlsplit(url or '').hostname or ''}")


def heading_like(tree: HtmlElement, title: str) -> str:
    """Returns the longest heading of a page with more than half of a title's words; "" where it shows none."""
    told = {*_WORD.findall(title.lower())}
    shown = (" ".join(heading.text_content().split()) for heading in tree.iter("h1"))
    likely = (one for one in shown if not told or 2 * len(told.intersection(_WORD.findall(one.lower()))) > len(told))
    return max(likely, key=len, default="")


def without_site(title: str, site: str) -> str:
    """Returns a title without its last part where that is what the site is called."""
    *before, last = _SITE_PART.split(title)
    if before and _NO_LETTER.sub("", last.lower()) in _NO_LETTER.sub("", site.lower()):
        return title.removesuffix(last).rstrip(" |–—·»-:")
    return title


def report_blocks(blocks: Sequence[str], title: str) -> Iterator[str]:
    """Yields the paragraphs that are of the report: no title again, no byline or date on top, nothing of the page."""
    for at, block in enumerate(filter(None, blocks)):
        is_top = at < _TOP and (
            block == title or byline_of(block) or (len(block) <= _LONGEST_DATE and iso_date(block) is not None)
        )
        if not is_top and not is_boilerplate(block):
            yield block
