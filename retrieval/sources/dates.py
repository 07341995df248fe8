"""Dates as pages, feeds, mail and front matter write them, to ISO 8601; and those that stand in addresses."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress

_IN_ADDRESS = re.compile(r"/(?P<year>(?:19|20)\d\d)[/-]?(?P<month>\d\d|[a-z]{3})[/-]?(?P<day>\d\d)(?=[/_.-]|\Z)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OFFSET = re.compile(r"([+-]\d\d)(\d\d)\Z")
_DAY = re.compile(r"\d{4}-?\d\d-?\d\d")
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


def day_of_address(url: str) -> str | None:
    """Returns the day that stands in an address, as in /2026/03/20/."""
    for match in _IN_ADDRESS.finditer(url.lower()):
        month = match["month"]
        number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month) if month.isdigit() else 0
        with suppress(ValueError):
            return dt.date(int(match["year"]), number, int(match["day"])).isoformat()
    return None


def iso_date(written: str | None) -> str | None:
    """Returns a date or time as ISO 8601, with the offset of its zone where that is told.

    None where it cannot be read, tells no day, or cannot be: before 1900, or more than a year ahead.

    Example:
        >>> iso_date("2026-03-20T10:00:00+0100")
        '2026-03-20T10:00:00+01:00'
    """
    moment = _moment(_OFFSET.sub(r"\1:\2", (written or "").strip()))
    if moment is None or not _EARLIEST <= moment.year <= dt.datetime.now(dt.UTC).year + 1:
        return None
    return moment.isoformat(timespec="seconds") if isinstance(moment, dt.datetime) else moment.isoformat()


def is_later(one: str, other: str) -> bool:
    """Tells whether one ISO date or time is after another; of two on one day both have to tell the time."""
    first, second = (dt.datetime.fromisoformat(when) for when in (one, other))
    if first.tzinfo and second.tzinfo and not (_DAY.fullmatch(one) or _DAY.fullmatch(other)):
        return first > second
    return one[:10] > other[:10]


def _moment(written: str) -> dt.date | None:
    with suppress(ValueError, OverflowError):
        moment = dt.datetime.fromisoformat(written)
        return moment.date() if _DAY.fullmatch(written) else moment
    if not re.search(r"\d{4}", written):
        return None
    from dateutil import parser  # of htmldate: for "Fri, 20 Mar 2026 09:00:00 GMT" and "March 20, 2026"

    def offset(zone: str, seconds: int | None) -> int | None:
        return seconds if seconds is not None else _ZONES[zone] * 3600 if zone in _ZONES else None

    with suppress(ValueError, OverflowError):
        read: list[dt.datetime] = [
            parser.parse(written, default=dt.datetime(1, month, month), tzinfos=offset)  # noqa: DTZ001  (not told)
            for month in (1, 2)
        ]
        if read[0].date() == read[1].date():  # else the month or the day is not told
            return read[0] if ":" in written else read[0].date()
    return None
