"""When a page was published and last changed: by its own data, else by its address; never by when it was fetched."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.sources.structured_data import head_property

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from retrieval.sources.structured_data import StructuredData

_IN_ADDRESS = re.compile(r"/(?P<year>(?:19|20)\d\d)[/-]?(?P<month>\d\d|[a-z]{3})[/-]?(?P<day>\d\d)(?=[/_.-]|\Z)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
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
_OFFSET = re.compile(r"([+-]\d\d)(\d\d)\Z")
_EARLIEST = 1900
_ZONES = {
    "EST": -5,
    "EDT": -4,
    "ET": -5,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "CEST": 2,
}


@dataclass(frozen=True, slots=True)
class PageDates:
    """ISO 8601 dates, or times with what zone the page gives. `by_address`: the page itself tells no day."""

    published: str | None = None
    updated: str | None = None
    by_address: bool = False


def page_dates(tree: HtmlElement, data: StructuredData, url: str | None) -> PageDates:
    """Returns when a page was published and updated, as far as it tells."""
    published = next(filter(None, map(iso_date, _candidates(tree, data))), None)
    updated = iso_date(data.modified or "") or iso_date(head_property(tree, *_MODIFIED) or "")
    if published is None:
        published = _visible(tree)
    if published is None and (day := day_of_address(url or "")):
        return PageDates(day, updated, by_address=True)
    return PageDates(published, updated if published and updated and _later(updated, published) else None)


def _later(updated: str, published: str) -> bool:
    return updated[:10] > published[:10] or (updated[:10] == published[:10] and updated[10:] > published[10:])


def _candidates(tree: HtmlElement, data: StructuredData) -> list[str]:
    times = [
        element.get("datetime") or element.get("content") or ""
        for element in tree.iter("time", "span", "div", "abbr", "p")
        if "datePublished" in (element.get("itemprop") or "")
        or (element.tag == "time" and (element.get("pubdate") is not None or _is_published(element)))
    ]
    return [data.published or "", head_property(tree, *_PUBLISHED) or "", *times]


def _is_published(element: HtmlElement) -> bool:
    """Tells whether a `<time>` says when its page was published: by its class, and not that of another page."""
    named = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}".lower()
    return any(word in named for word in ("publish", "entry-date", "pubdate", "dateline", "posted"))


def _visible(tree: HtmlElement) -> str | None:
    """Returns the day that the page shows, by htmldate, or that of its only `<time>`."""
    from htmldate import find_date

    days = {day for element in tree.iter("time") if (day := iso_date(element.get("datetime") or ""))}
    if len(days) == 1:
        return days.pop()
    shown = deepcopy(tree)
    for link in list(shown.iter("link", "meta")):  # else the day of an address is taken for one of the page
        if "http" in (link.get("href") or link.get("content") or ""):
            link.getparent().remove(link)
    with suppress(ValueError, TypeError, AttributeError):
        found = find_date(shown, original_date=True, extensive_search=False, outputformat="%Y-%m-%d")
        return iso_date(found or "")
    return None


def day_of_address(url: str) -> str | None:
    """Returns the day that stands in an address, as in /2026/03/20/."""
    for match in _IN_ADDRESS.finditer(url.lower()):
        month = match["month"]
        number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month) if month.isdigit() else 0
        with suppress(ValueError):
            return dt.date(int(match["year"]), number, int(match["day"])).isoformat()
    return None


def iso_date(written: str) -> str | None:
    """Returns a date or time as ISO 8601, in UTC where its zone is told; None where it cannot be read or cannot be.

    Example:
        >>> iso_date("2026-03-20T10:00:00+0100")
        '2026-03-20T10:00:00+01:00'
    """
    written = _OFFSET.sub(r"\1:\2", written.strip())
    moment = _parsed(written)
    if moment is None or not _EARLIEST <= moment.year <= dt.datetime.now(dt.UTC).year + 1:
        return None
    if isinstance(moment, dt.datetime):
        return moment.isoformat(timespec="seconds")
    return moment.isoformat()


def _parsed(written: str) -> dt.date | None:
    with suppress(ValueError, OverflowError):
        day = dt.datetime.fromisoformat(written)
        return day.date() if re.fullmatch(r"\d{4}-?\d\d-?\d\d", written) else day
    if not re.search(r"\d{4}", written):
        return None
    from dateutil import parser  # of htmldate: for "Fri, 20 Mar 2026 09:00:00 GMT" and "March 20, 2026"

    with suppress(ValueError, OverflowError):
        moment, other = (
            parser.parse(written, default=dt.datetime(1, month, month), tzinfos=_zone)  # noqa: DTZ001  (what is not told stays so)
            for month in (1, 2)
        )
        if moment.date() == other.date():  # else the month or the day is not told
            return moment if ":" in written else moment.date()
    return None


def _zone(name: str, offset: int | None) -> int | None:
    """Returns the seconds of a time zone that is told by its abbreviation; None for one that is not known."""
    return offset if offset is not None else _ZONES[name] * 3600 if name in _ZONES else None
