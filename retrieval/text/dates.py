"""The dates of a text, as far as they are given, and those that "Tuesday" or "last year" mean in an article. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from retrieval.text.lexicon import alternatives, table
from retrieval.text.words import content_stems

_MONTHS = {name: int(number) for name, (number,) in table("months").items()}
_WEEKDAYS = {name: int(place) for name, (place,) in table("weekdays").items()}
_MONTH = rf"(?:{'|'.join(sorted((name.title() for name in _MONTHS), key=len, reverse=True))})"
_DATE = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+)?(?P<month>{_MONTH}(?![a-z])\.?)"
    r"(?:\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?(?!\d|:))?(?:,?\s+(?P<year>(?:1[0-9]|20)\d{2}))?\b"
)
_ISO = re.compile(r"\b(?P<year>(?:1[0-9]|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})\b")
_YEAR = re.compile(r"(?<![\d.,$£€-])(?:1[5-9]|20)\d{2}(?![\d,]*\d|s\b| (?:people|men|women|miles|feet))")
_WEEKDAY = re.compile(rf"\b(?P<day>{alternatives('weekdays')})(?:[’']s)?\b", re.IGNORECASE)
_DAYS = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_NEAR = re.compile(rf"\b(?P<word>{'|'.join(_DAYS)})\b", re.IGNORECASE)
_SHIFTS = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}
_RELATIVE = re.compile(rf"\b(?P<shift>{'|'.join(_SHIFTS)}) (?P<unit>year|month|week)\b", re.IGNORECASE)
_AFTER_MAY = re.compile(
    r"\b(?:in|of|since|until|by|last|this|next|early|late|mid|from|to|and|before|after)[\s-]$", re.IGNORECASE
)
_EDITION = re.compile(r"\b(?P<year>(?:19|20)\d\d)\s(?P<name>[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*){0,6})")
_WON = re.compile(rf"\b(?:{alternatives('verbs_of_winning')}|retain(?:ed|s)|defend(?:ed|s))\b", re.IGNORECASE)
_LAST_WINNER = re.compile(r"\blast (?:year|season)[’']s (?:\w+ ){0,3}(?:winner|champion)s?\b", re.IGNORECASE)
_LAST_ONE = re.compile(r"\blast (?:year|season)\b", re.IGNORECASE)
_THIS_ONE = re.compile(r"\bthis (?:year|season)\b", re.IGNORECASE)
_ANY_ONE = re.compile(
    r"\b(?:ever|first|most|last|previous|history|record|before|since|years|times|past)\b", re.IGNORECASE
)
_WEEK = 7
_SPELLED = {int(value): word for word, (value,) in table("numerals").items()}
_BEFORE = 12  # characters before a month in which a preposition is looked for


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as written, `text[start:end]`: what it gives of year, month, day and weekday, and the days it may mean."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    word: str = ""  # of what only the day of writing tells: "yesterday", "last year"
    days: frozenset[dt.date] = frozenset()

    def is_told_by(self, other: Moment) -> bool:
        """Whether another moment says as much: every part that this one gives."""
        if self.word:
            return self.word == other.word
        return other.has(self) or any(of_day(day).has(self) for day in other.days)

    def has(self, wanted: Moment) -> bool:
        parts = ((wanted.year, self.year), (wanted.month, self.month), (wanted.day, self.day))
        own = (*parts, (wanted.weekday, self.weekday))
        return all(part is None or part == known for part, known in own)


def is_of_other_edition(question: str, sentence: str, asked: dt.date) -> bool:
    """Tells whether a sentence names what the question names, but that of another year than is asked for.

    Without a year, the last one before the day asked is asked for, or the next.

    Example:
        "Lund won the 2022 Holm Marathon" for "Who won the Holm Marathon this year?", and "Last year's winner, Ann Lund,
        withdrew" for "Who won the Holm Marathon?"
    """
    if _WON.search(question) and _LAST_WINNER.search(sentence) and not _WON.search(sentence):
        return not (_ANY_ONE.search(question) or _YEAR.search(question))
    if not (told := [*_EDITION.finditer(sentence)]):
        return False
    known = frozenset(content_stems(question))
    editions = {
        int(edition["year"])
        for edition in told
        if known.issuperset(content_stems(edition["name"]) or [edition["name"]])
    }
    wanted = _years_asked(question, sentence, asked)
    return bool(editions and wanted) and editions.isdisjoint(wanted)


def _years_asked(question: str, sentence: str, asked: dt.date) -> set[int]:
    """Returns the years that a question may be about; none where any would do."""
    if given := {int(year[0]) for year in _YEAR.finditer(question)}:
        return given
    if _THIS_ONE.search(question):
        return {asked.year}
    if _ANY_ONE.search(question):
        return set()
    last = {asked.year - 1} if not _LAST_ONE.search(sentence) else set()
    return {asked.year, asked.year + 1} | last


def written_day(day: dt.date) -> str:
    """Returns a day as it is shown: "9 May 2024"."""
    return f"{day.day} {day:%B %Y}"


def spelled_days(days: int) -> str:
    """Returns how long some days are, in the largest unit that divides time so well: "two days", "a year"."""
    for unit, length in (("year", 365), ("month", 30), ("week", 14), ("day", 1)):
        if days >= length:
            count = days // min(length, 7) if unit == "week" else days // length
            return f"{_SPELLED.get(count, count)} {unit}s" if count > 1 else f"a {unit}"
    return "no day"


def of_day(day: dt.date) -> Moment:
    return Moment(0, 0, day.year, day.month, day.day, day.weekday())


def moments(text: str, published: dt.date | None = None) -> list[Moment]:
    """In order; with the day an article was published, also the days that its words mean."""
    numeric = (Moment(m.start(), m.end(), int(m["year"]), int(m["month"]), int(m["day"])) for m in _ISO.finditer(text))
    found = [*numeric, *_written(text, published), *_near(text, published)]
    taken = {place for m in found for place in range(m.start, m.end)}
    years = (Moment(m.start(), m.end(), int(m[0])) for m in _YEAR.finditer(text) if m.start() not in taken)
    return sorted([*found, *years], key=lambda moment: moment.start)


def _written(text: str, published: dt.date | None) -> list[Moment]:
    found = []
    for m in _DATE.finditer(text):
        day = int(m["d1"] or m["d2"] or 0) or None
        year = int(m["year"]) if m["year"] else None
        if day or year or not _may_be_a_word(text, m):
            month = _MONTHS[m["month"].rstrip(".").lower()]
            year = year or _nearest_year(published, month, day)
            found.append(Moment(m.start(), m.end(), year, month, day, _weekday(year, month, day)))
    return found


def _may_be_a_word(text: str, month: re.Match[str]) -> bool:
    """Whether the name of a month that is a word or name as well (May, Jan) stands where no month would."""
    is_ambiguous = month["month"] in {"May", "March", "Mar", "Jun", "Jan", "Dec", "Sep"}
    return is_ambiguous and not _AFTER_MAY.search(text[max(0, month.start() - _BEFORE) : month.start()])


def _weekday(year: int | None, month: int, day: int | None) -> int | None:
    found = _day(year, month, day) if year and day else None
    return found.weekday() if found else None


def _nearest_year(published: dt.date | None, month: int, day: int | None) -> int | None:
    """The year that brings a date without one closest to an article's."""
    if published is None:
        return None
    near = [found for shift in (-1, 0, 1) if (found := _day(published.year + shift, month, day))]
    return min(near, key=lambda found: abs(found - published)).year if near else None


def _day(year: int | None, month: int, day: int | None) -> dt.date | None:
    try:
        return dt.date(year or 1, month, day or 1)
    except ValueError:
        return None


def _near(text: str, published: dt.date | None) -> list[Moment]:
    found = []
    for m in _WEEKDAY.finditer(text):
        weekday = _WEEKDAYS[m["day"].lower()]
        beside: list[dt.date] = []
        if published:  # the last such day up to the article's date, and those a week before and after it
            last = published - dt.timedelta((published.weekday() - weekday) % _WEEK)
            beside = [last - dt.timedelta(_WEEK), last, last + dt.timedelta(_WEEK)]
        found.append(Moment(m.start(), m.end(), weekday=weekday, days=frozenset(beside)))
    for m in _NEAR.finditer(text):
        days = [published + dt.timedelta(_DAYS[m["word"].lower()])] if published else []
        found.append(Moment(m.start(), m.end(), word=m["word"].lower(), days=frozenset(days)))
    for m in _RELATIVE.finditer(text):
        year, month = _shifted(published, _SHIFTS[m["shift"].lower()], m["unit"].lower())
        found.append(Moment(m.start(), m.end(), year, month, word=m[0].lower()))
    return found


def _shifted(published: dt.date | None, shift: int, unit: str) -> tuple[int | None, int | None]:
    if published is None or unit == "week":
        return None, None
    if unit == "year":
        return published.year + shift, None
    months = published.year * 12 + published.month - 1 + shift
    return months // 12, months % 12 + 1
