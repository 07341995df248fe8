"""Reports of one thing that give different answers: each version, who gives it and when. Pure.

News goes on: of counts and states the newest report is right, and what it replaces is told as what was. Where reports
contradict each other otherwise, nobody can tell from them who is right, and every version is shown.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.reader.same_event import ONE_EVENT, TELLING, days_apart, is_one_event
from retrieval.reader.scoring import with_log_odds
from retrieval.text.answer_kinds import QUANTITIES, asks_for_several, can_answer, expected_answer
from retrieval.text.dates import moments, spelled_days, written_day
from retrieval.text.names import names
from retrieval.text.numbers import whole_figure
from retrieval.text.periods import as_of, year_told
from retrieval.text.values import (
    LONGEST_NAME,
    NAMED,
    Value,
    counted_to,
    counts_of_others,
    has_left,
    is_correction,
    is_foretold,
    is_lasting,
    is_other_time,
    may_change,
    telling_stems,
    tells_of_none,
)
from retrieval.text.words import content_stems, numbers, stem_set
from retrieval.text.yes_no import decision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.scoring import ScoredCandidate, Scores
    from retrieval.text.answer_kinds import AnswerKind
    from retrieval.types import Article, Question

# Points behind the best sentence, up to which another report's is an answer too: of few articles most are on what is
# asked, of many most tell of something else.
MARGIN, LESS_EACH, NARROW = 11.0, 0.75, 3.0
PLAUSIBLE = -6.0  # log-odds of a span, against nothing answering
MOST = 3  # versions that are told
EACH_REPORT, FEW_REPORTS = 0.4, 2  # what each report beyond the first few adds to the log-odds of the confidence
FADING = 0.6  # points that a version loses for each order of magnitude of days to the day asked
LATER = 3  # days after the day asked, from which on a report cannot have been meant
NAMING = -3.0  # log-odds of the span of a name, from which on it answers whatever else is named beside it
CERTAIN = 0.0  # log-odds of the span of a correction, and of another version among many articles, at least
ON_SAME = 0.6  # of what the best sentence has of the question, that another version must have
_OUTLETS = 3  # that are named of a version
_NONE_LEFT = "none"
_LONGEST = 80  # characters of an answer in a note
_COMPARED: frozenset[AnswerKind] = frozenset(
    {"person", "place", "time", "number", "amount", "money", "thing", "yes_no", "other"}
)
_SOON_FOUND: frozenset[AnswerKind] = QUANTITIES | {"time"}
_HELD: frozenset[AnswerKind] = frozenset({"person", "description", "other"})  # an office, and who is in it


@dataclass(frozen=True, slots=True)
class Report:
    """The best sentence of an article with the answer that it gives.

    Attributes:
        day: of which it tells: that of its article, or the end of an earlier year that it names.
        count: how many casualties there are by it, where it tells of "a third that died".
    """

    scored: ScoredCandidate
    value: Value
    day: dt.date | None
    count: str | None = None

    @property
    def article(self) -> Article:
        return self.scored.candidate.hit.article

    @property
    def is_correction(self) -> bool:
        """Whether it puts right what a report had wrong, itself or behind the sentence that says so."""
        candidate = self.scored.candidate
        return any(is_correction(told, self.article.title) for told in (candidate.text, candidate.before))

    def is_end_of(self, other: ScoredCandidate) -> bool:
        """Tells whether it says that none is left of what another sentence of its article counts."""
        return self.value.text == _NONE_LEFT and self.article == other.candidate.hit.article


@dataclass(frozen=True, slots=True)
class Version:
    """An answer: the reports that give it, those that tell most first."""

    reports: tuple[Report, ...]

    @property
    def first(self) -> ScoredCandidate:
        return self.reports[0].scored

    @property
    def value(self) -> Value:
        return self.reports[0].value

    @property
    def day(self) -> dt.date | None:
        """The day of its first report."""
        return self.reports[0].day

    @property
    def newest(self) -> dt.date | None:
        """The day of its newest report; None where none has a date."""
        return max((report.day for report in self.reports if report.day), default=None)

    @property
    def published(self) -> dt.date | None:
        """The day on which its newest report was published."""
        return max((day for report in self.reports if (day := report.article.published_on)), default=None)

    def joined_by(self, report: Report) -> Version:
        """Returns the version with another report, which is its first where it gives the same name in full."""
        first = self.reports[0]
        is_name = first.value.kind == "person" and len(report.value.words) <= LONGEST_NAME
        fuller = is_name and first.value.names < report.value.names
        is_as_good = (
            first.scored.points - report.scored.points <= NARROW
            and days_apart(first.article, report.article) <= ONE_EVENT
        )
        return Version((report, *self.reports) if fuller and is_as_good else (*self.reports, report))

    def is_older(self, other: Version) -> bool:
        """Tells whether none of its reports is as new as another's first."""
        return self.newest is not None and other.day is not None and self.newest < other.day


@dataclass(frozen=True, slots=True)
class Versions:
    """The different answers of reports of one thing, as they are told.

    Attributes:
        told: the newest first where that can be told, else the best attested.
        replaced: whether the first is the newer state of what the others tell.
        corrected: whether the only one puts right what other reports have wrong.
    """

    told: tuple[Version, ...]
    replaced: bool = False
    corrected: bool = False

    @property
    def differ(self) -> bool:
        """Whether reports contradict each other, and nothing tells which is right."""
        return len(self.told) > 1 and not self.replaced

    @property
    def note(self) -> str | None:
        """A line on what each says and when; None where there is one answer alone.

        Example:
            "As of 9 May 2024; two days earlier: “two”."
        """
        if self.replaced:
            first, before = self.told[:2]
            return _as_of(first, before)
        return f"Reports differ: {'; '.join(map(_attested, self.told))}." if self.differ else None


@dataclass(frozen=True)
class _Asked:
    """What is asked, of what was read.

    Attributes:
        day: the last day of what it is asked of.
        best: the sentence that scores best.
        margin: points behind that, up to which another report's is an answer too.
    """

    text: str
    kind: AnswerKind
    day: dt.date
    best: ScoredCandidate
    margin: float

    @property
    def is_of_few(self) -> bool:
        """Whether it is asked of few articles, most of which are on what is asked."""
        return self.margin > NARROW

    @property
    def is_of_now(self) -> bool:
        """Whether what is so is asked about, and no time of it."""
        return is_lasting(self.text) and not moments(self.text)

    @property
    def may_change(self) -> bool:
        return may_change(self.text, self.kind)

    @cached_property
    def least(self) -> float:
        return self.best.points - self.margin


def versions(question: Question, ranked: Sequence[ScoredCandidate]) -> Versions | None:
    """Returns the answers of reports of one thing; None where the best sentence says nothing that can be compared.

    It is one where the others tell of something else. Of each the report comes first that tells most, less what time
    has taken from it.
    """
    kind = expected_answer(question.text)
    if not ranked or kind not in _COMPARED or asks_for_several(question.text):
        return None
    asked = _Asked(question.text, kind, as_of(question.text, question.asked), ranked[0], _margin(ranked))
    reports = _in_time(list(_reports(asked, ranked)), asked.day)
    reports = [report for report in reports if not _is_less(report, asked.best)]
    if not any(_may_lead(asked, report) for report in reports):
        return None
    found = _grouped(sorted(reports, key=_worth(reports, asked.day)))
    if corrected := next((version for version in found if version.reports[0].is_correction), None):
        first = corrected.reports[0]
        sure = replace(first.scored, span_score=max(first.scored.span_score, CERTAIN))
        return Versions((Version((replace(first, scored=sure),)),), corrected=True)
    return _told(asked, _of_one_event(asked, found))


def _told(asked: _Asked, found: Sequence[Version]) -> Versions | None:
    """Returns versions of one thing as they are told, without those that contradict the first only in other things."""
    ordered = _in_order(found, asked)
    if ordered is None or len(ordered.told) == 1 or (ordered.replaced and asked.is_of_few):
        return ordered
    best, *others = ordered.told
    return _in_order([best, *(version for version in others if _is_rival(asked, best, version))], asked)


def _may_lead(asked: _Asked, report: Report) -> bool:
    """Tells whether a report may go first: the best sentence, or one that ends or decides what that leaves open.

    So may any, where the best sentence is from after the time that is asked about, or tells of who was in office.
    """
    best = asked.best
    day = best.candidate.hit.article.published_on
    is_late = day is not None and day > asked.day
    ends = is_lasting(asked.text) and (report.is_end_of(best) or asked.kind == "yes_no")
    return report.scored is best or ends or is_late or _is_of_past(asked, best)


def _margin(ranked: Sequence[ScoredCandidate]) -> float:
    """Returns how many points behind the best sentence another report's may be."""
    articles = {(scored.candidate.hit.library, scored.candidate.hit.article.id) for scored in ranked}
    return max(MARGIN - LESS_EACH * len(articles), NARROW)


def _of_one_event(asked: _Asked, found: Sequence[Version]) -> list[Version]:
    """Returns the versions that tell of the event of the best sentence; all but the first surely enough."""
    least = -math.inf if asked.is_of_few or asked.kind == "yes_no" else CERTAIN  # of many few are on what is asked
    named = asked.is_of_few and asked.kind in NAMED
    return [
        version
        for version in found
        if version is found[0] or version.first.span_score >= least
        if not _is_of_others(asked, version.first)
        if is_one_event(asked.text, asked.best, version.first, named=named and version.first.span_score >= NAMING)
    ]


def _is_rival(asked: _Asked, first: Version, other: Version) -> bool:
    """Tells whether another answer is to what is asked, and no report gives both.

    Beside names, its sentence has all words of the question that the sentence of the first has. Of a number, and of few
    articles on what a question tells at length, it has one of them, if there are any, or a name or number of the
    question that the first's has not, or surely answers.

    Example:
        "The finalists are Bo Wu and Ida Holm." is none of "Ann Lee was named the best baker." for "Who was named the
        best baker?"; "Ann Lee beat Bo Wu." gives both.
    """
    told, rival = (version.first.candidate.text for version in (first, other))
    if _short(other) in told or _short(first) in rival:
        return False
    named = " ".join(asked.text[span.start : span.end] for span in names(asked.text))
    exact = telling_stems((*content_stems(named), *numbers(asked.text)))
    held, held_there = (telling_stems((*stem_set(text), *numbers(text))) for text in (told, rival))
    shared = (telling_stems(content_stems(asked.text)) - exact) & held
    is_telling = asked.is_of_few and len(content_stems(asked.text)) >= TELLING
    if not is_telling and asked.kind not in QUANTITIES:
        return bool(shared) and shared <= held_there
    is_of_asked = not shared or not shared.isdisjoint(held_there) or bool(exact & held_there - held)
    return is_of_asked or other.first.span_score >= CERTAIN


def _is_of_others(asked: _Asked, scored: ScoredCandidate) -> bool:
    """Tells whether a sentence counts for others, whom it names, what the best counts for whom the question names."""
    candidate, span = scored.candidate, scored.span
    if asked.kind not in QUANTITIES or span is None:
        return False
    named = stem_set(" ".join(asked.text[name.start : name.end] for name in names(asked.text)))
    known = named & stem_set(asked.best.candidate.text)
    is_named = not known or not known.isdisjoint(stem_set(candidate.text))
    return not is_named and counts_of_others(candidate.field_text[span.end : candidate.end])


def _in_order(told: Sequence[Version], asked: _Asked) -> Versions | None:
    """Returns versions of one thing: of what changes the newest first, of reports of the same days the best attested.

    What changes is replaced where all other versions are older than the first.
    """
    if not told:
        return None
    changing = asked.may_change
    first, *others = told = _newest_first(told, asked.day) if changing else told
    if changing and all(version.is_older(first) for version in others):
        return Versions(tuple(told[:MOST]), replaced=bool(others))
    if _are_of_same_days(told):
        told = sorted(told, key=lambda version: -len(version.reports))
    return Versions(tuple(told[:MOST]))


def _newest_first(told: Sequence[Version], asked: dt.date) -> list[Version]:
    """Returns versions by their days; before those without one, which may be of any time, goes only what is fresh."""
    fresh = math.inf if all(version.day for version in told) else ONE_EVENT
    away = [abs((asked - version.newest).days) if version.newest else math.inf for version in told]
    order = sorted(range(len(told)), key=lambda at: away[at] if away[at] <= fresh else math.inf)
    return [told[at] for at in order]


def confidence_in(found: Versions | None, scores: Scores) -> float:
    """Returns the probability that what is told is right: that one of the versions is.

    Contradicting ones make nothing surer: it stays that of the best alone. But what many of a few articles tell of is a
    matter of theirs.
    """
    if found is None:
        return scores.confidence
    reports = [report.scored for version in found.told for report in version.reports]
    confidence = scores.confidence if found.differ else scores.confidence_in(reports)
    if _margin(scores.ranked) == NARROW:
        return confidence
    return with_log_odds(confidence, EACH_REPORT * max(0, len(reports) - FEW_REPORTS))


def led_by(found: Versions | None, ranked: Sequence[ScoredCandidate]) -> Sequence[ScoredCandidate]:
    """Returns scored sentences with the first report of the only version before the others; a correction alone."""
    if found is None:
        return ranked
    first = found.told[0].first
    if found.corrected:
        return [first]
    return [first, *(scored for scored in ranked if scored is not first)]


def _worth(reports: Sequence[Report], asked: dt.date) -> Callable[[Report], float]:
    """Returns what orders reports: their points, less for the days between one and that nearest the day asked.

    One without a date counts as the farthest of all.
    """
    days = [abs((asked - report.day).days) for report in reports if report.day]
    nearest, farthest = min(days, default=0), max(days, default=0)

    def order(report: Report) -> float:
        distance = abs((asked - report.day).days) if report.day else farthest
        return FADING * math.log1p(distance - nearest) - report.scored.points

    return order


def _in_time(reports: Sequence[Report], asked: dt.date) -> Sequence[Report]:
    """Returns the reports up to the day asked; where there are none those from soon after, else all."""
    for latest in (asked, asked + dt.timedelta(LATER)):
        if known := [report for report in reports if (report.article.published_on or latest) <= latest]:
            return known
    return reports


def _is_less(report: Report, best: ScoredCandidate) -> bool:
    """Tells whether a report of "a third that died" counts fewer than the best sentence does."""
    if report.count is None or best.span is None:
        return False
    other = Value(best.candidate.field_text[best.span.start : best.span.end], "number")
    return float(report.count) < max(other.amounts, default=0.0)


def _are_of_same_days(told: Sequence[Version]) -> bool:
    """Tells whether no version is newer than another, so that only how many give it tells them apart."""
    days = [version.newest for version in told if version.newest]
    return not days or (len(days) == len(told) and (max(days) - min(days)).days <= LATER)


def _grouped(reports: Sequence[Report]) -> list[Version]:
    """Returns the reports by what they say, in order; one that cannot be compared with the others is left out."""
    found: list[Version] = []
    for report in reports:
        agreed = [version.value.agrees_with(report.value) for version in found]
        if True in agreed:
            at = agreed.index(True)
            found[at] = found[at].joined_by(report)
        elif None not in agreed:
            found.append(Version((report,)))
    return found


def _reports(asked: _Asked, ranked: Sequence[ScoredCandidate]) -> Iterator[Report]:
    """Yields the sentence of each article that says that none is left, else the best that is likely to answer."""
    none = [scored for scored in ranked if asked.kind == "number" and tells_of_none(asked.text, scored.candidate.text)]
    likely = (scored for scored in ranked if _is_likely(asked, scored))
    seen: set[tuple[str, str]] = set()
    for scored in (*none, *likely):
        key = scored.candidate.hit.library, scored.candidate.hit.article.id
        if key in seen:
            continue
        count = counted_to(asked.text, scored.candidate.text)
        if value := _value(asked, scored, count):
            seen.add(key)
            yield Report(scored, value, _day_told(asked, scored), count)


def _day_told(asked: _Asked, scored: ScoredCandidate) -> dt.date | None:
    """Returns the day of which a sentence tells: its article's, or the end of an earlier year that it names.

    Where a time is asked about, or what happened once, that of the article tells alone.
    """
    candidate = scored.candidate
    published = candidate.hit.article.published_on
    if not asked.is_of_now:
        return published
    year = year_told(candidate.text, published) or year_told(candidate.hit.article.title, published)
    latest = published or asked.day
    if year is None or (year >= latest.year and published):
        return published
    return dt.date(year, 12, 31) if year < latest.year else dt.date(year, 1, 1)


def _is_likely(asked: _Asked, scored: ScoredCandidate) -> bool:
    """Tells whether a sentence may answer as the best does, or takes that back.

    Another number or time is soon found: what holds few of the words asked about that the best one holds has to score
    nearly as well, and to hold one of them. Who was what is asked about of now is no answer.
    """
    if asked.kind == "yes_no":
        return True  # what decides holds every word of the question
    if _is_of_past(asked, scored):
        return False
    if scored.span_score < PLAUSIBLE or scored.points < min(asked.least, asked.best.points - NARROW):
        return _takes_back(scored, asked.best)
    shared = _shared(asked.text, scored, asked.best) if asked.kind in _SOON_FOUND else 1.0
    least = asked.least if shared >= ON_SAME else asked.best.points - NARROW if shared else math.inf
    return scored.points >= least or _takes_back(scored, asked.best)


def _is_of_past(asked: _Asked, scored: ScoredCandidate) -> bool:
    """Tells whether a sentence tells who was, and no longer is, what is asked about of now."""
    candidate, span = scored.candidate, scored.span
    if span is None or asked.kind not in _HELD or not asked.is_of_now:
        return False
    before, after = candidate.field_text[candidate.start : span.start], candidate.field_text[span.end : candidate.end]
    return has_left(before, after)


def _shared(question: str, scored: ScoredCandidate, best: ScoredCandidate) -> float:
    """Returns the share of the words asked about that the best sentence with its title has, and another's has too."""
    asked = telling_stems(content_stems(question))
    held, other = (_stems(each.candidate) & asked for each in (best, scored))
    return len(held & other) / len(held) if held else 1.0


def _stems(candidate: Candidate) -> frozenset[str]:
    return telling_stems(stem_set(f"{candidate.hit.article.title}\n{candidate.context}"))


def _takes_back(scored: ScoredCandidate, best: ScoredCandidate) -> bool:
    """Tells whether a sentence stands behind one that says of the best one's answer that it was wrong."""
    before, span = scored.candidate.before, best.span
    is_put_right = is_correction(before, scored.candidate.hit.article.title)
    return is_put_right and span is not None and best.candidate.field_text[span.start : span.end] in before


def _value(asked: _Asked, scored: ScoredCandidate, count: str | None) -> Value | None:
    """Returns what a sentence answers: yes or no, its count, or its span; None if that is not of the kind asked for."""
    candidate, question, kind = scored.candidate, asked.text, asked.kind
    published = candidate.hit.article.published_on
    if kind == "yes_no":
        decided = decision(question, candidate.text)
        return Value(decided, kind, published) if decided else None
    if kind == "number" and tells_of_none(question, candidate.text):
        return Value(_NONE_LEFT, kind, published)
    if kind == "number" and count:
        return Value(count, kind, published)
    short = _short_told(asked, scored)
    return Value(short, kind, published) if short else None


def _short_told(asked: _Asked, scored: ScoredCandidate) -> str | None:
    """Returns the words of a sentence that answer; None where they can be no answer to what is asked."""
    candidate, question = scored.candidate, asked.text
    if scored.span is None or is_foretold(question, candidate.text):
        return None
    span = whole_figure(candidate.field_text, scored.span)
    short = candidate.field_text[span.start : span.end]
    before = candidate.field_text[candidate.start : span.start]
    after = candidate.field_text[span.end : candidate.end]
    is_other = asked.kind == "time" and is_other_time(question, before, after)
    return short if not is_other and short != candidate.text and can_answer(question, short, before, after) else None


def _as_of(first: Version, before: Version) -> str | None:
    newest, replaced = first.reports[0].article.published_on, before.reports[0].article.published_on
    if newest is None or replaced is None or replaced >= newest:
        return None
    earlier = f"{spelled_days((newest - replaced).days)} earlier"
    return f"As of {written_day(newest)}; {earlier}: “{_short(before)}”."


def _attested(version: Version) -> str:
    """Returns what a version says with its outlets and days: "“two” (Ellby Post, 7 May 2024)"."""
    count = len(version.reports)
    outlets = list(dict.fromkeys(name for report in version.reports if (name := report.article.publisher)))
    told_by = outlets or [f"{count} {'report' if count == 1 else 'reports'}"]
    when = written_day(version.published) if version.published else "undated"
    return f"“{_short(version)}” ({', '.join([*told_by[:_OUTLETS], when])})"


def _short(version: Version) -> str:
    words = " ".join(version.value.text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rsplit(maxsplit=1)[0]} …"
