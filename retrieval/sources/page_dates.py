"""When a page was published and last changed: by its own data, else by its address; never by when it was fetched."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.sources.dates import day_of_address, is_later, iso_date
from retrieval.sources.structured_data import head_property

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from retrieval.sources.structured_data import StructuredData

_PUBLISHED = (
    *("article:published_time", "og:article:published_time", "article:published", "og:published_time"),
    *("datepublished", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date"),
    *("article.published", "published_time", "rnews:datepublished", "article_date_original", "originalpublicationdate"),
    *("dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "cxenseparse:recs:publishtime"),
    *("cxenseparse:publishtime", "dc.date", "dcterms.date", "citation_publication_date", "displaydate", "date"),
)
_MODIFIED = (
    *(
        "article:modified_time",
        "og:updated_time",
        "datemodified",
        "last-modified",
        "article.updated",
        "dcterms.modified",
    ),
    *("revised", "lastmod", "lastmodified"),
)
_PUBLISHES = ("publish", "entry-date", "pubdate", "dateline", "posted")  # in the classes of a `<time>`


@dataclass(frozen=True, slots=True)
class PageDates:
    """ISO 8601 dates, or times with what zone the page gives. `by_address`: the page itself tells no day."""

    published: str | None = None
    updated: str | None = None
    by_address: bool = False


def page_dates(tree: HtmlElement, data: StructuredData, url: str | None) -> PageDates:
    """Returns when a page was published and updated, as far as it tells."""
    told = (data.published, head_property(tree, *_PUBLISHED), *published_times(tree))
    published = next(filter(None, map(iso_date, told)), None) or visible_day(tree)
    day = None if published else day_of_address(url or "")
    updated = iso_date(data.modified) or iso_date(head_property(tree, *_MODIFIED))
    if updated and published and not is_later(updated, published):
        updated = None
    return PageDates(published or day, updated, by_address=day is not None)


def published_times(tree: HtmlElement) -> Iterator[str]:
    """Yields the times that their elements say are when the page was published, and not when another was."""
    for element in tree.iter("time", "span", "div", "abbr", "p"):
        named = " ".join(element.get(name) or "" for name in ("class", "id", "itemprop")).lower()
        is_time = element.tag == "time" and any(word in named for word in _PUBLISHES)
        if is_time or "datePublished" in (element.get("itemprop") or "") or element.get("pubdate") is not None:
            yield element.get("datetime") or element.get("content") or ""


def visible_day(tree: HtmlElement) -> str | None:
    """Returns the day that the page shows, by htmldate, or that of its only `<time>`."""
    from htmldate import find_date

    days = {day for element in tree.iter("time") if (day := iso_date(element.get("datetime")))}
    if len(days) == 1:
        return days.pop()
    shown = deepcopy(tree)
    for link in list(shown.iter("link", "meta")):  # else the day of an address is taken for one of the page
        if "http" in (link.get("href") or link.get("content") or ""):
            link.getparent().remove(link)
    with suppress(ValueError, TypeError, AttributeError):
        found = find_date(shown, original_date=True, extensive_search=False, outputformat="%Y-%m-%d")
        return iso_date(found)
    return None
