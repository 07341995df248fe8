"""When something was published, as pages, feeds, mail and front matter write it, to ISO 8601.

Of a page by its own data, else by its address; never by when it was fetched.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from retrieval.sources.structured_data import head_property
from retrieval.text.boilerplate import publication_stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

    from retrieval.sources.structured_data import StructuredData

_IN_ADDRESS = re.compile(r"/(?P<year>(?:19|20)\d\d)[/-]?(?P<month>\d\d|[a-z]{3})[/-]?(?P<day>\d\d)(?=[/_.-]|\Z)")
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-]\d\d):?(\d\d)\b(?: \([^()]*\)|\[[^\[\]]*\])?\Z")  # with a zone's name behind it
_BETWEEN = re.compile(r"(?<=\s)[|·•](?=\s)")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")  # seconds or milliseconds since 1970
_DOTTED_CLOCK = re.compile(r"(?<=\s)(\d{1,2})\.(\d\d)(?=\s|\Z)")
_IN_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2\d{4}\b")
_YEAR = re.compile(r"\d{4}")
_DAY = re.compile(r"\d{4}-?\d\d-?\d\d")
# A day within a line, in figures or with the name of its month in whatever language.
_WRITTEN_DAY = re.compile(
    r"(?<!\w)\d{1,2}(?:st|nd|rd|th|er|º|\.)?\s(?:de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?\d{4}\b"
    r"|\b[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}\b"
    r"|\b\d{4}[年년]\s?\d{1,2}[月월]\s?\d{1,2}[日일]|\b\d{4}\.\s[^\W\d_]{3,12}\s\d{1,2}\b"
    r"|(?<![\d./-])\d{4}([./-])\d{1,2}\1\d{1,2}\b|(?<![\d./-])\d{1,2}([./-])\d{1,2}\2\d{4}\b"
)
_MONTH_NAME = re.compile(r"[^\W\d_]{3}")
_CLOCK = re.compile(r"\d{1,2}[:h]\d\d")
_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl")  # in which the name of a month is known whatever the page's language
_EARLIEST = 1900
_MOST_SHOWN = 20  # texts that are tried in another language
_LONGEST_SHOWN = 60  # characters of an element that is a date and nothing else
# The hours of zones that mean one place or nearly so, and places for those that leave the season open.
_HOURS = {
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "SAST": 2,
    "SGT": 8,
    "HKT": 8,
    "JST": 9,
    "KST": 9,
    "AWST": 8,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
    "HST": -10,
    "AKST": -9,
    "AKDT": -8,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "ADT": -3,
}
_PLACES = {"ET": "New_York", "CT": "Chicago", "MT": "Denver", "PT": "Los_Angeles"}
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


def page_dates(
    tree: HtmlElement, data: StructuredData, url: str | None, top: Sequence[str] = (), below: Sequence[str] = ()
) -> PageDates:
    """Returns when a page was published and updated, as far as it tells.

    `top` are the first lines of its text, `below` those under its headline.
    """
    told = (data.published, head_property(tree, *_PUBLISHED), *published_times(tree))
    language = tree.get("lang", "")
    published = next(filter(None, (iso_date(one, language) for one in told)), None) or stamped(top)
    day = seen = None
    if not published:  # a day that is only shown may be that of another page, or today's
        day, seen = day_of_address(url or ""), day_below(below, language) or visible_day(tree, data)
    is_by_address = day is not None and (seen or "")[:10] != day
    return PageDates(
        published or (day if is_by_address else seen), time_of_update(tree, data, published), by_address=is_by_address
    )


def stamped(top: Iterable[str]) -> str | None:
    """Returns when a text was published by its own first lines; None where they do not tell."""
    stamps = (publication_stamp(part) for line in top for part in _BETWEEN.split(line))
    return next(filter(None, map(iso_date, filter(None, stamps))), None)


def time_of_update(tree: HtmlElement, data: StructuredData, published: str | None) -> str | None:
    """Returns when a page was updated; None where it does not tell, or no time later than it was published."""
    updated = iso_date(data.modified) or iso_date(head_property(tree, *_MODIFIED))
    return None if updated and published and not is_later(updated, published) else updated


def published_times(tree: HtmlElement) -> Iterator[str]:
    """Yields the times that their elements say are when the page was published, and not when another was."""
    for element in tree.iter("time", "span", "div", "abbr", "p"):
        told = element.attrib
        named = f"{told.get('class')} {told.get('id')} {told.get('itemprop')}".lower()
        is_time = element.tag == "time" and any(word in named for word in _PUBLISHES)
        if is_time or "datepublished" in told.get("itemprop", "").lower() or "pubdate" in told:
            yield told.get("datetime") or told.get("content") or ""


def day_below(lines: Iterable[str], language: str) -> str | None:
    """Returns the first day in the lines under a headline, of which a later one is that of an update."""
    written = [match[0] for line in lines for match in _WRITTEN_DAY.finditer(line)]
    days = {day[:10] for day in iso_dates(written)} or {*foreign_days(written[:_MOST_SHOWN], language)}
    return min(days, default=None)


def visible_day(tree: HtmlElement, data: StructuredData) -> str | None:
    """Returns the day of the page's only `<time>`, else what it shows by htmldate, else the only one that it shows."""
    from htmldate import find_date

    days = iso_dates(element.get("datetime") for element in tree.iter("time"))
    if len(days) == 1:
        return days.pop()
    shown = without_misleading(tree, data)
    with suppress(ValueError, TypeError, AttributeError):
        found = find_date(shown, original_date=True, extensive_search=False, outputformat="%Y-%m-%d")
        if day := iso_date(found):
            return day
    return only_day(shown, tree.get("lang", ""))


def only_day(page: HtmlElement, language: str) -> str | None:
    """Returns the only day that the short lines of a page tell; None where they tell several or none."""
    texts = [text.strip() for text in page.itertext() if len(text) <= _LONGEST_SHOWN and _YEAR.search(text)]
    days = {day[:10] for day in iso_dates([*texts, *map(publication_stamp, texts)])}
    days = days or set(islice(foreign_days(texts[:_MOST_SHOWN], language), 2))
    return days.pop() if len(days) == 1 else None


def foreign_days(texts: Iterable[str], language: str) -> Iterator[str]:
    """Yields the days that texts of another language than English are, each once: "18 de marzo de 2026 - 16:05 CET"."""
    code = language.partition("-")[0].lower()
    moments = (read_abroad(text, code) for text in texts if code not in {"", "en"})
    yield from dict.fromkeys(moment.date().isoformat() for moment in moments if moment)


def without_misleading(tree: HtmlElement, data: StructuredData) -> HtmlElement:
    """Returns a copy of a page without what htmldate would read the day of something else from."""
    shown = deepcopy(tree)
    for element in list(shown.iter("link", "meta", "script")):
        told = element.get("href", "") + element.get("content", "")
        is_of_other = data.is_article and "ld+json" in element.get("type", "")
        if "http" in told or is_of_other or _IN_NUMBERS.match(told):  # of an address; or one that can be read as two
            element.drop_tree()
    return shown


def day_of_address(url: str) -> str | None:
    """Returns the day that stands in an address, as in /2026/03/20/."""
    for match in _IN_ADDRESS.finditer(url.lower()):
        with suppress(ValueError):
            ending = "%m" if match["month"].isdigit() else "%b"
            return dt.datetime.strptime("-".join(match.groups()), f"%Y-{ending}-%d").date().isoformat()  # noqa: DTZ007
    return None


def iso_date(written: str | None, language: str | None = None) -> str | None:
    """Returns a date or time as ISO 8601, with the offset of its zone where that is told.

    None where it cannot be read, tells no day, or cannot be: before 1900, or more than a year ahead. With a `language`
    ("fr", or "" where it is not known) it may name its month in that, or in one that is known.

    Example:
        >>> iso_date("2026-03-20T10:00:00+0100")
        '2026-03-20T10:00:00+01:00'
    """
    found = as_iso(written, language)
    can_be = found and _EARLIEST <= int(found[:4]) <= dt.datetime.now(dt.UTC).year + 1
    return found if can_be else None


def iso_dates(written: Iterable[str | None]) -> set[str]:
    """Returns those of some dates or times that can be read, as `iso_date` does."""
    return set(filter(None, map(iso_date, written)))


def as_iso(written: str | None, language: str | None = None) -> str | None:
    """Returns what `iso_date` does, of any year."""
    moment = read_moment(_DOTTED_CLOCK.sub(r"\1:\2", _OFFSET.sub(r"\1:\2", (written or "").strip())))
    if moment is None and language is not None:
        moment = moment_abroad((written or "").strip(), language.partition("-")[0].lower())
    if isinstance(moment, dt.datetime):
        return moment.isoformat(timespec="seconds")
    return moment.isoformat() if moment else None


def moment_abroad(written: str, language: str) -> dt.date | None:
    """Returns the day or moment that is written in a language by its code; without one, where all that read it agree.

    Example:
        "lun., 5 mars 2026" is French alone, and "05/03/2026" may be two days where the language is not known.
    """
    if len(written) > _LONGEST_SHOWN or not _YEAR.search(written):
        return None
    own = [language] if language not in {"", "en"} else []
    for codes in (own, _LANGUAGES if _MONTH_NAME.search(written) else ()):
        if len(found := set(filter(None, (read_abroad(written, code) for code in codes)))) == 1:
            moment = found.pop()
            return moment if moment.time() != dt.time() or _CLOCK.search(written) else moment.date()
    return None


def read_abroad(written: str, language: str) -> dt.datetime | None:
    """Returns what dateparser reads in a language; None for nothing, or of a language that it does not know."""
    with suppress(ValueError):
        moment: dt.datetime | None = parser_of(language).get_date_data(written).date_obj
        return moment
    return None


@cache
def parser_of(language: str) -> Any:  # noqa: ANN401  (dateparser ships no types)
    """Returns what reads dates in a language."""
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]  # it ships no types

    return DateDataParser(languages=[language], settings={"STRICT_PARSING": True})


def is_later(one: str, other: str) -> bool:
    """Tells whether one ISO date or time is after another; of two on one day both have to tell the time."""
    first, second = (dt.datetime.fromisoformat(when) for when in (one, other))
    if first.tzinfo and second.tzinfo and not (_DAY.fullmatch(one) or _DAY.fullmatch(other)):
        return first > second
    return one[:10] > other[:10]


def read_moment(written: str) -> dt.date | None:
    """Returns the day or moment that is written; None where it cannot be read, or can be read as two days."""
    with suppress(ValueError, OverflowError):
        moment = dt.datetime.fromisoformat(written)
        return moment.date() if _DAY.fullmatch(written) else moment
    if _EPOCH.fullmatch(written):
        return dt.datetime.fromtimestamp(int(written[:10]), dt.UTC)
    if not _YEAR.search(written):
        return None
    from dateutil import parser, tz  # of htmldate: for "Fri, 20 Mar 2026 09:00:00 GMT" and "March 20, 2026"

    def zone(name: str, seconds: int | None) -> dt.tzinfo | None:
        if name in _PLACES:
            return tz.gettz(f"America/{_PLACES[name]}")
        hours = seconds / 3600 if seconds is not None else _HOURS.get(name)
        return None if hours is None else tz.tzoffset(None, hours * 3600)

    days = _IN_NUMBERS.match(written)
    is_day_first = days is not None and days[2] == "."  # 3.4.2026 is the third of April wherever it is so written
    with suppress(ValueError, OverflowError):
        read: list[dt.datetime] = [
            parser.parse(written, default=dt.datetime(1, month, month), tzinfos=zone, dayfirst=day_first)  # noqa: DTZ001  (not told)
            for month, day_first in ((1, is_day_first), (2, is_day_first or days is not None))
        ]
        if read[0].date() == read[1].date():  # else the month or the day is not told, or may be either
            return read[0] if ":" in written else read[0].date()
    return None
