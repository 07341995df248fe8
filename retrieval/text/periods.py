"""When something happened, in an article or as it is asked for: "last week", "on Monday", "since 2019" as days. Pure.

An expression resolves against a day, that of publication or of asking. dateparser reads distances ("a fortnight ago");
which days a unit of time has is reckoned here. dateparser is imported for a distance alone, as that takes a third of a
second.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.text.dates import moments, written_day
from retrieval.text.lexicon import alternatives, any_of, table
from retrieval.text.words import IRREGULAR_PASTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from retrieval.text.dates import Moment

_WEEKDAYS = {name: int(place) for name, (place,) in table("weekdays").items()}
_MONTHS = {name: int(number) for name, (number,) in table("months").items()}
_NUMERALS = {word: int(value) for word, (value,) in table("numerals").items()}
_NEAR = {"today": 0, "tonight": 0, "overnight": 0, "yesterday": -1, "tomorrow": 1}
_PHRASES = {
    **_NEAR,
    "day before yesterday": -2,
    "day after tomorrow": 2,
    "last night": -1,
    **dict.fromkeys(("this morning", "this afternoon", "this evening"), 0),
}
_SHIFTS = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # by their first month
_WEEK, _MONTHS_OF_SEASON, _YEAR = 7, 3, 12
_IN_MONTHS = {"month": 1, "year": _YEAR, "decade": 10 * _YEAR}
_IN_HOURS = {"hour": 1, "day": 24, "week": 24 * _WEEK}
_LENGTHS = (*_IN_HOURS, *_IN_MONTHS)
_LOOKED_AT = 60  # characters before an expression that tell whether it is of what is to come
_LONGEST_WEEKDAY = 20  # characters
_OPEN = 30  # characters before one in which "since" and the like stand
_TO_THE_END = r"\b(?:[^.;]|\.(?=\S|\s?[a-z]|\s[A-Z]{2,}\b))*$"  # of the sentence: "a.m. ET" ends none
_SCHEDULED = (  # in the present tense they tell what is to come: "They play on Monday."
    r"(?:arrive|close|end|expire|face|fly|host|launch|leave|play|resume|return|start|travel|visit|vote)s?\b"
)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|(?:is|are|was|were) (?:to|set|due|scheduled|expected|planned|slated|likely)|plans?|if"
    r"|planned to|scheduled|upcoming|starting|until|deadline|ahead of|begins?|opens?|meets?|can|may|could|going to"
    r"|starts|resumes|expires|takes? place|goes on"
    rf"|through|(?:I|we|they|he|she|it|who|which|(?-i:[A-Z][\w’'-]*)) {_SCHEDULED}){_TO_THE_END}",
    re.IGNORECASE,
)
_OVER = re.compile(  # "is played" is not
    r"\b(?:was|were|did|had|happened|since"
    rf"|(?<!\bis )(?<!\bare )(?<!\bbe )(?:\w+ed|{any_of(IRREGULAR_PASTS)})){_TO_THE_END}",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?:ever )?since\s(?:(?:the|at least|early|late)\s)*$", re.IGNORECASE)
_AS_OF = re.compile(r"\b(?:as of|as at|until|up to|by)\s(?:the\s)?$", re.IGNORECASE)
_FROM_ON = re.compile(r"\b(?:from|starting(?: in| on)?|beginning(?: in| on)?|effective)\s$", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|by|through|up to)\s(?:the\s)?$", re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:before|prior to)\s(?:the\s)?$", re.IGNORECASE)
_BOUND_TO_YEAR = re.compile(
    r"\b(?:after|before|between|by|from|of|over|since|than|the|through|to|until|till|up|[’']s)\s$", re.IGNORECASE
)
_BOUNDS_YEAR = re.compile(
    r"\b(?:after|before|between|by|from|since|than|through|to|until|till)\s(?:\w+\s)?$", re.IGNORECASE
)
_IN_YEAR = re.compile(r"(?:\A\W*|\b(?:during|for|in) )$", re.IGNORECASE)
_COMPARES = re.compile(r"\b(?:before|ever|first|since)\b", re.IGNORECASE)
_DAYS_INTO_YEAR = dt.timedelta(7)
# "92,000 in 2025, down from 104,000 the year before" tells of these two years.
_YEAR_BEFORE = re.compile(
    r"\b(?:(?:the|a) year (?:before|earlier)|the (?:previous|preceding|prior) year)\b", re.IGNORECASE
)
_OWNER = re.compile(r"[’']s\b")  # "by last month's storms" tells no end
_YEAR_GIVEN = re.compile(r"\b(?:1\d|20)\d\d\b")
_DATE_BEHIND = re.compile(r",?\s(?=[A-Z\d])")
_QUOTED = '“”"‘’'


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to `end`, both included; None where it is open."""

    start: dt.date | None
    end: dt.date | None

    @property
    def is_exact(self) -> bool:
        """Whether it is a day, or a night and the day after it."""
        return self.start is not None and self.end is not None and (self.end - self.start).days <= 1

    def lies_in(self, other: Period) -> bool:
        """Tells whether all its days are among another's; of one without days none is."""
        if self.start is None or self.end is None:
            return False
        return (other.start or self.start) <= self.start and self.end <= (other.end or self.end)

    @property
    def is_year(self) -> bool:
        """Whether it is a year of the calendar."""
        year = self.start.year if self.start else dt.MINYEAR
        return (self.start, self.end) == (dt.date(year, 1, 1), dt.date(year, 12, 31))

    def meets(self, other: Period) -> bool:
        """Tells whether some of its days may be another's."""
        return not (
            (self.end is not None and other.start is not None and self.end < other.start)
            or (other.end is not None and self.start is not None and other.end < self.start)
        )


@dataclass(frozen=True, slots=True)
class Timed:
    """An expression of time, `text[start:end]`, with the days that it means."""

    start: int
    end: int
    period: Period


def timed(text: str, said_on: dt.date) -> list[Timed]:
    """Returns the expressions of time of a text that can be told, in order, none within another.

    Args:
        text: an article's, a sentence's or a question's.
        said_on: the day of publication, or of asking.
    """
    found = sorted([*_written_dates(text, said_on), *_by_rule(text, said_on)], key=lambda each: (each.start, -each.end))
    days = {each.start: each.period for each in reversed(found) if each.period.start == each.period.end}
    kept: list[Timed] = []
    for each in found:
        if (not kept or each.start >= kept[-1].end) and not _is_title(text, each):
            period = _date_behind(text, each, days) or each.period
            kept.append(replace(each, period=_opened(text, each, period, said_on)))
    return kept


def is_of_other_year(question: str, asked: dt.date, sentence: str, said_on: dt.date) -> bool:
    """Tells whether a sentence is of another year than a question, as the words of both tell.

    What is written in the first days of a year may call the last one "this year".

    Example:
        "Last year 62 boats took part." is, for "How many boats take part this year?"
    """
    wanted = _years_asked(question, asked)
    if len(wanted) != 1:
        return False
    days = said_on, said_on - _DAYS_INTO_YEAR
    is_beside_another = _YEAR_BEFORE.search(sentence) is not None
    years_of = _own_years if is_beside_another else _years
    told = {year for day in days for year in years_of(sentence, day)}
    if is_beside_another:
        told |= {_months(_shifted(year.start, -_YEAR), _YEAR) for year in told if year.start}
    return bool(told) and not any(year.meets(wanted[0]) for year in told)


def _years(text: str, said_on: dt.date) -> list[Period]:
    """Returns the years in which something happened as a text has it; none where it only compares with one."""
    found = [each for each in timed(text, said_on) if each.period.is_year]
    is_bound = _COMPARES.search(text) or any(_is_bound(text, each) for each in found)
    return [] if is_bound else [each.period for each in found]


_years_asked = lru_cache(maxsize=8)(_years)  # asked for each sentence that may answer


def _own_years(text: str, said_on: dt.date) -> list[Period]:
    """Returns the years of a text that are times of their own, whatever it compares them with."""
    return [each.period for each in timed(text, said_on) if each.period.is_year and not _is_bound(text, each)]


def _is_bound(text: str, year: Timed) -> bool:
    """Tells whether a year is no time of its own: "since last year", "the 2021 returns"."""
    before = max(0, year.start - _OPEN), year.start
    is_bare = text[year.start : year.end].isdigit() and not _IN_YEAR.search(text, *before)
    return is_bare or _BOUND_TO_YEAR.search(text, *before) is not None or _OWNER.match(text, year.end) is not None


def _written_dates(text: str, said_on: dt.date) -> Iterator[Timed]:
    """Yields the dates that a text gives; one without a year is the last where it is over, the next where it is not."""
    for moment in moments(text, said_on):
        if period := _of_date(moment):
            shift = _years_off(text, moment, period, said_on)
            moved = _of_date(replace(moment, year=(moment.year or 0) + shift))
            yield Timed(moment.start, moment.end, moved or period)


def _years_off(text: str, moment: Moment, period: Period, said_on: dt.date) -> int:
    """Returns how many years a date without one lies from the nearest such, as what goes before it tells."""
    if re.search(r"\d{4}", text[moment.start : moment.end]):
        return 0
    before = text[max(0, moment.start - _LOOKED_AT) : moment.start]
    if _AHEAD.search(before) or _UNTIL.search(before):
        return int(period.lies_in(Period(None, said_on - dt.timedelta(1))))
    return -int(period.lies_in(Period(said_on + dt.timedelta(1), None)) and _OVER.search(before) is not None)


def _by_rule(text: str, said_on: dt.date) -> Iterator[Timed]:
    """Yields what a text says by words: "last week", "three days ago"; "the past 5000 years" are in no calendar."""
    for pattern, meaning in _RULES:
        for match in pattern.finditer(text):
            ahead = _AHEAD.search(text, max(0, match.start() - _LOOKED_AT), match.start()) is not None
            with suppress(ValueError, OverflowError):
                if period := meaning(match, said_on, ahead):
                    yield Timed(*match.span(), period)


def _is_title(text: str, timed: Timed) -> bool:
    """Tells whether an expression stands between quotation marks: “Wednesday” is a series."""
    before, behind = text[max(0, timed.start - 1) : timed.start], text[timed.end : timed.end + 1]
    return bool(before and behind) and before in _QUOTED and behind in _QUOTED


def _date_behind(text: str, weekday: Timed, days: Mapping[int, Period]) -> Period | None:
    """Returns the date that goes on a weekday, "Saturday, March 4", among the days of a text by where they begin."""
    written = text[weekday.start : weekday.end]
    if len(written) >= _LONGEST_WEEKDAY or any(map(str.isdigit, written)):  # "March 4, Monday" has its own
        return None
    gap = _DATE_BEHIND.match(text, weekday.end)
    return days.get(gap.end()) if gap else None


def as_of(question: str, asked: dt.date) -> dt.date:
    """Returns the last day of what a question asks about, where it gives one ("as of 2 March"), else the day asked."""
    ends = [
        each.period.end
        for each in timed(question, asked)
        if each.period.end and _AS_OF.search(question, max(0, each.start - _OPEN), each.start)
    ]
    return min([asked, *ends])


def year_told(text: str, said_on: dt.date | None) -> int | None:
    """Returns the latest year that a text gives as that of what it tells; None where it gives none, or only a bound.

    Example:
        2022 for "Ann Lee was the 2022 champion", none for "Ann Lee has been mayor since 2019"
    """
    years = [
        moment.year
        for moment in moments(text, said_on)
        if moment.year and not _BOUNDS_YEAR.search(text, max(0, moment.start - _OPEN), moment.start)
    ]
    return max(years, default=None)


def with_date(words: str, sentence: str, said_on: dt.date) -> str | None:
    """Returns words that answer "When?" with the date that they mean; None where they tell it, or none is meant.

    Example:
        "Friday, 17 March 2023" for "Friday" in an article of 20 March 2023.
    """
    at = sentence.find(words)
    if at < 0 or _YEAR_GIVEN.search(words):
        return None
    meant = [each.period for each in timed(sentence, said_on) if at <= each.start < each.end <= at + len(words)]
    date = _written(meant[0]) if len(meant) == 1 else None
    is_written = any(moment.month for moment in moments(words))
    if date is None or is_written or date.startswith(words):  # "May" stands in "May 2025"
        return date
    return f"{words[:1].upper()}{words[1:]}, {date}"


def _written(period: Period) -> str | None:
    """Returns days as they are shown, in the largest unit that they fill; None where they are open."""
    start, end = period.start, period.end
    if start is None or end is None:
        return None
    if start == end:
        return written_day(start)
    if (start.day, start.month) == (1, 1) and (end.day, end.month) == (31, 12):
        return f"{start.year}" if start.year == end.year else f"{start.year} to {end.year}"
    if start.day == 1 and end == _shifted(start, 1) - dt.timedelta(1):
        return f"{start:%B %Y}"
    return f"{written_day(start)} to {written_day(end)}"


def _opened(text: str, timed: Timed, period: Period, said_on: dt.date) -> Period:
    """Returns the days that "since" or "until" before an expression make of it."""
    before = text[max(0, timed.start - _OPEN) : timed.start]
    if _SINCE.search(before):
        return Period(period.start, said_on)
    if _FROM_ON.search(before) and (period.end or said_on) != said_on:
        return Period(period.start, None)
    if _BEFORE.search(before) and period.start:
        return Period(None, period.start - dt.timedelta(1))
    return Period(None, period.end) if _UNTIL.search(before) and not _OWNER.match(text, timed.end) else period


def _of_date(moment: Moment) -> Period | None:
    """Returns the days of a date as it is written, as far as it tells them."""
    if moment.word or moment.year is None:
        return None
    try:
        first = dt.date(moment.year, moment.month or 1, moment.day or 1)
    except ValueError:
        return None
    if moment.day:
        return Period(first, first)
    return _months(first, 1 if moment.month else _YEAR)


def _months(first: dt.date, count: int) -> Period:
    """Returns whole months from the one that a day is in."""
    first = first.replace(day=1)
    return Period(first, _shifted(first, count) - dt.timedelta(1))


def _shifted(day: dt.date, months: int) -> dt.date:
    """Returns a day so many months on, or the last of that month."""
    years, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    return dt.date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def _day(day: dt.date) -> Period:
    return Period(day, day)


def _near(match: re.Match[str], said_on: dt.date, _: bool) -> Period:
    return _day(said_on + dt.timedelta(_PHRASES[match["near"].lower()]))


def _weekday(match: re.Match[str], said_on: dt.date, ahead: bool) -> Period:
    """Returns the nearest such day, before or after as the sentence tells; "last Monday" is never the same day."""
    place, shift = _WEEKDAYS[match["day"].lower()], _SHIFTS.get((match["shift"] or "").lower())
    back, on = (said_on.weekday() - place) % _WEEK, (place - said_on.weekday()) % _WEEK
    if shift == 1 or (ahead and shift is None):
        return _day(said_on + dt.timedelta(on or _WEEK * (shift == 1)))
    if shift == 0 and ahead:
        return _day(said_on + dt.timedelta(on))
    return _day(said_on - dt.timedelta(back or _WEEK * (shift == -1)))


def _unit(match: re.Match[str], said_on: dt.date, _: bool) -> Period:
    """Returns a week, month or the like: all of it, or what of this one is over or still to come."""
    shift, unit = _SHIFTS[match["shift"].lower()], match["unit"].lower()
    whole = _whole(unit, said_on, shift)
    within = (match["within"] or "").strip().lower()
    if within == "earlier":
        return replace(whole, end=said_on)
    return replace(whole, start=said_on) if within == "later" else _third(whole, match["third"])


def _whole(unit: str, day: dt.date, shift: int) -> Period:
    if unit in {"week", "weekend"}:
        monday = day - dt.timedelta(day.weekday() - _WEEK * shift)
        sunday = monday + dt.timedelta(_WEEK - 1)
        return Period(monday if unit == "week" else sunday - dt.timedelta(1), sunday)
    if unit in _SEASONS:
        return _months(_recurring(_SEASONS[unit], day, shift), _MONTHS_OF_SEASON)
    if unit in _MONTHS:
        return _months(_recurring(_MONTHS[unit], day, shift), 1)
    if unit == "year":
        return _months(dt.date(day.year + shift, 1, 1), _YEAR)
    count = _MONTHS_OF_SEASON if unit == "quarter" else 1
    first = day.replace(month=day.month - (day.month - 1) % count, day=1)
    return _months(_shifted(first, count * shift), count)


def _recurring(month: int, day: dt.date, shift: int) -> dt.date:
    """Returns the beginning of a month of each year: the last before a day, this year's, or the next after it."""
    begun = dt.date(day.year, month, 1)
    if shift < 0 and begun >= day.replace(day=1):
        return _shifted(begun, -_YEAR)
    return _shifted(begun, _YEAR) if shift > 0 and begun <= day else begun


def _third(whole: Period, part: str | None) -> Period:
    """Returns the first, second or last third of a period: of "early", "mid" and "late"."""
    if not part or whole.start is None or whole.end is None:
        return whole
    length = (whole.end - whole.start).days + 1
    at = next(at for at, names in enumerate(_THIRDS) if part.strip(" -").lower() in names)
    return Period(whole.start + dt.timedelta(length * at // 3), whole.start + dt.timedelta(length * (at + 1) // 3 - 1))


_THIRDS = (
    {"early", "the beginning of", "the start of", "beginning of", "start of"},
    {"mid", "the middle of", "middle of"},
    {"late", "the end of", "end of"},
)


def _part_of_date(match: re.Match[str], said_on: dt.date, _: bool) -> Period | None:
    """Returns the third of a month or year that is written: "late 2019", "early March"."""
    dates = [period for m in moments(f"in {match['date']}", said_on) if (period := _of_date(m))]
    return _third(dates[0], match["third"]) if dates else None


def _span(match: re.Match[str], said_on: dt.date, _: bool) -> Period | None:
    """Returns the days of "the past three weeks"."""
    count = _counted(match["count"] or "a")
    if count is None:
        return None
    unit, sign = match["unit"].lower(), 1 if match["shift"].lower() in {"next", "coming"} else -1
    if unit in _IN_MONTHS:
        there = _shifted(said_on, sign * count * _IN_MONTHS[unit])
    else:
        there = said_on + sign * dt.timedelta(hours=count * _IN_HOURS[unit])
    return Period(min(said_on, there), max(said_on, there))


def _counted(words: str) -> int | None:
    words = words.lower()
    vague = {"a": 1, "an": 1, "couple of": 2, "few": 3}
    return int(words) if words.isdigit() else vague.get(words, _NUMERALS.get(words))


def _ago(match: re.Match[str], said_on: dt.date, _: bool) -> Period | None:
    """Returns the day, month or year that lies so far back, as exactly as the unit tells."""
    import dateparser  # type: ignore[import-untyped]  # it ships no types

    base = dt.datetime.combine(said_on, dt.time(12))
    found = dateparser.parse(
        match[0].replace("fortnight", "two weeks"), languages=["en"], settings={"RELATIVE_BASE": base}
    )
    if found is None:
        return None
    unit = match["unit"].lower().rstrip("s")
    if unit in {"year", "decade"}:
        return _months(found.date().replace(month=1), _YEAR)
    return _months(found.date(), 1) if unit == "month" else _day(found.date())


def _decade(match: re.Match[str], said_on: dt.date, _: bool) -> Period:
    tens = int(match["tens"])
    first = int(match["century"] or (said_on.year - tens) // 100) * 100 + tens
    return _third(Period(dt.date(first, 1, 1), dt.date(first + 9, 12, 31)), match["third"])


_SHIFT = f"(?P<shift>{'|'.join(_SHIFTS)})"
_OF_DAY = r"(?: (?:morning|afternoon|evening|night|lunchtime))?"
_MONTH_NAMES = alternatives("months")
_THIRD = r"(?P<third>early|(?:the )?(?:beginning|start|middle|end) of|mid|late)[ -](?:in )?"
_COUNT = rf"(?:an?|few|couple of|\d+|{alternatives('numerals')})"
_WRITTEN = {
    r"(?:the )?(?P<near>day (?:before yesterday|after tomorrow))": _near,
    rf"(?:(?:early|late|earlier|later) )?(?P<near>{'|'.join(_NEAR)}){_OF_DAY}": _near,
    r"(?:(?:earlier|later) )?(?P<near>this (?:morning|afternoon|evening))": _near,
    r"(?P<near>last night)": _near,
    rf"(?:{_SHIFT} )?(?P<day>{alternatives('weekdays')}){_OF_DAY}": _weekday,
    rf"(?:(?P<within>earlier|later) )?(?:{_THIRD})?{_SHIFT} "
    rf"(?P<unit>week(?:end)?|month|quarter|year|{'|'.join(_SEASONS)}|{_MONTH_NAMES})": _unit,
    rf"{_THIRD}(?P<date>(?:{_MONTH_NAMES})(?:,? (?:19|20)\d\d)?|(?:19|20)\d\d)": _part_of_date,
    r"(?:the )?(?P<shift>last|past|previous|next|coming) "
    rf"(?:(?P<count>{_COUNT}) )?(?P<unit>{'|'.join(_LENGTHS)})s?": _span,
    rf"{_COUNT} (?P<unit>minutes?|hours?|days?|weeks?|fortnights?|months?|years?|decades?) ago": _ago,
    rf"(?:the )?(?:{_THIRD})?(?:(?P<century>1[5-9]|20)|(?<=the )[’']?)(?P<tens>\d0)s": _decade,
}
_RULES: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date, bool], Period | None]]] = [
    (re.compile(rf"\b(?:{written})\b", re.IGNORECASE), meaning) for written, meaning in _WRITTEN.items()
]
