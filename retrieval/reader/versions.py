"""Reports of one thing that give different answers: each version, who gives it and when. Pure.

News goes on: of counts and states the newest report is right, and what it replaces is told as what was. Where reports
contradict each other otherwise, nobody can tell from them who is right, and every version is shown.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.reader.scoring import with_log_odds
from retrieval.text.answer_kinds import QUANTITIES, asks_for_several, can_answer, expected_answer
from retrieval.text.dates import spelled_days, written_day
from retrieval.text.name_matching import abbreviates
from retrieval.text.names import DAYS_AND_MONTHS, core_name, names
from retrieval.text.numbers import whole_figure
from retrieval.text.periods import as_of
from retrieval.text.questions import asks_yes_or_no
from retrieval.text.values import (
    CASUALTIES,
    NAMED,
    Value,
    counted_to,
    is_correction,
    is_foretold,
    is_lasting,
    is_other_time,
    may_change,
    telling_stems,
    tells_of_none,
)
from retrieval.text.words import WORD, content_stems, holds_family, numbers, same_family, stem, stem_set
from retrieval.text.yes_no import decision

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

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
_NAMED: frozenset[AnswerKind] = _COMPARED - _SOON_FOUND - {"yes_no"}
ONE_EVENT = 45  # days between reports of one event, at most
SAME_DAYS = 14  # between reports of what a question names, at most
TELLING = 6  # words of content of a question that tells of one event itself
NAMED_TELLING = 5  # the same of one that a name answers
HELD = 0.33  # of its words, that each has to hold
_LEAD = 300  # characters of an article that name what it is about
_READ = 3_000  # characters of one, whose small letters tell what is no name


@dataclass(frozen=True, slots=True)
class Report:
    """The best sentence of an article with the answer that it gives.

    `count` is how many casualties there are by it, where it tells of "a third that died".
    """

    scored: ScoredCandidate
    value: Value
    count: str | None = None

    @property
    def article(self) -> Article:
        return self.scored.candidate.hit.article

    @property
    def day(self) -> dt.date | None:
        return self.article.published_on

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

    def joined_by(self, report: Report) -> Version:
        """Returns the version with another report, which is its first where it gives the same name in full."""
        first = self.reports[0]
        fuller = first.value.kind == "person" and first.value.names < report.value.names
        is_as_good = (
            first.scored.points - report.scored.points <= NARROW
            and _days_apart(first.article, report.article) <= ONE_EVENT
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


def versions(question: Question, ranked: Sequence[ScoredCandidate]) -> Versions | None:
    """Returns the answers of reports of one thing; None where the best sentence says nothing that can be compared.

    It is one where the others tell of something else. Of each the report comes first that tells most, less what time
    has taken from it.
    """
    kind = expected_answer(question.text)
    if kind not in _COMPARED or asks_for_several(question.text):
        return None
    margin, asked = _margin(ranked), as_of(question.text, question.asked)
    reports = _in_time(list(_reports(question.text, kind, ranked, margin)), asked)
    reports = [report for report in reports if not _is_less(report, ranked[0])]
    if not any(_may_lead(question.text, kind, report, ranked[0], asked) for report in reports):
        return None
    found = _grouped(sorted(reports, key=_worth(reports, asked)))
    if corrected := next((version for version in found if version.reports[0].is_correction), None):
        first = corrected.reports[0]
        sure = replace(first.scored, span_score=max(first.scored.span_score, CERTAIN))
        return Versions((Version((replace(first, scored=sure),)),), corrected=True)
    least = CERTAIN if margin == NARROW and kind != "yes_no" else -math.inf  # of many articles few are on what is asked
    told = _of_one_event(question.text, ranked[0], found, least, named=kind in NAMED and margin > NARROW)
    changing = may_change(question.text, kind)
    ordered = _in_order(told, asked, changing=changing)
    if ordered is None or not ordered.differ:
        return ordered
    best, *others = ordered.told
    rivals = [version for version in others if _is_rival(question.text, best, version)]
    return _in_order([best, *rivals], asked, changing=changing)


def _may_lead(question: str, kind: AnswerKind, report: Report, best: ScoredCandidate, asked: dt.date) -> bool:
    """Tells whether a report may go first: the best sentence, or one that ends or decides what that leaves open.

    So may any, where the best sentence is from after the time that is asked about.
    """
    day = best.candidate.hit.article.published_on
    is_late = day is not None and day > asked
    ends = is_lasting(question) and (report.is_end_of(best) or kind == "yes_no")
    return report.scored is best or ends or is_late


def _margin(ranked: Sequence[ScoredCandidate]) -> float:
    """Returns how many points behind the best sentence another report's may be."""
    articles = {(scored.candidate.hit.library, scored.candidate.hit.article.id) for scored in ranked}
    return max(MARGIN - LESS_EACH * len(articles), NARROW)


def _of_one_event(
    question: str, best: ScoredCandidate, found: Sequence[Version], least: float, *, named: bool
) -> list[Version]:
    """Returns the versions that tell of the event of the best sentence; all but the first surely enough."""
    sure = [version for version in found if version is found[0] or version.first.span_score >= least]
    return [
        version
        for version in sure
        if is_one_event(question, best, version.first, named=named and version.first.span_score >= NAMING)
    ]


def _is_rival(question: str, first: Version, other: Version) -> bool:
    """Tells whether another answer is to what is asked, and no report gives both.

    Beside names, its sentence has a word of the question that the sentence of the first has, if that has any; or a name
    or number of the question that the first's has not.

    Example:
        "The finalists are Bo Wu and Ida Holm." is none of "Ann Lee was named the best baker." for "Who was named the
        best baker?"; "Ann Lee beat Bo Wu." gives both.
    """
    told, rival = (version.first.candidate.text for version in (first, other))
    if _short(other) in told or _short(first) in rival:
        return False
    named = " ".join(question[span.start : span.end] for span in names(question))
    exact = telling_stems((*content_stems(named), *numbers(question)))
    held, held_there = (telling_stems((*stem_set(text), *numbers(text))) for text in (told, rival))
    shared = (telling_stems(content_stems(question)) - exact) & held
    return not shared or not shared.isdisjoint(held_there) or bool(exact & held_there - held)


def _in_order(told: Sequence[Version], asked: dt.date, *, changing: bool) -> Versions | None:
    """Returns versions of one thing: of what changes the newest first, of reports of the same days the best attested.

    What changes is replaced where all other versions are older than the first. Before those without a date, which may
    be of any time, goes only what is fresh.
    """
    if not told:
        return None
    if changing:
        fresh = math.inf if all(version.day for version in told) else ONE_EVENT
        away = [abs((asked - version.day).days) if version.day else math.inf for version in told]
        order = sorted(range(len(told)), key=lambda at: away[at] if away[at] <= fresh else math.inf)
        told = [told[at] for at in order]
    first, *others = told
    if changing and all(version.is_older(first) for version in others):
        return Versions(tuple(told[:MOST]), replaced=bool(others))
    if _are_of_same_days(told):
        told = sorted(told, key=lambda version: -len(version.reports))
    return Versions(tuple(told[:MOST]))


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
        if known := [report for report in reports if (report.day or latest) <= latest]:
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


def _reports(question: str, kind: AnswerKind, ranked: Sequence[ScoredCandidate], margin: float) -> Iterator[Report]:
    """Yields the sentence of each article that says that none is left, else the best that is likely to answer."""
    none = [scored for scored in ranked if kind == "number" and tells_of_none(question, scored.candidate.text)]
    least = max((scored.points for scored in ranked), default=0.0) - margin
    likely = (scored for scored in ranked if _is_likely(question, kind, scored, ranked[0], least))
    seen: set[tuple[str, str]] = set()
    for scored in (*none, *likely):
        key = scored.candidate.hit.library, scored.candidate.hit.article.id
        if key in seen:
            continue
        count = counted_to(question, scored.candidate.text)
        if value := _value(question, kind, scored, count):
            seen.add(key)
            yield Report(scored, value, count)


def _is_likely(question: str, kind: AnswerKind, scored: ScoredCandidate, best: ScoredCandidate, least: float) -> bool:
    """Tells whether a sentence may answer as the best does, or takes that back.

    Another number or time is soon found: what holds few of the words asked about that the best one holds has to score
    nearly as well, and to hold one of them.
    """
    if kind == "yes_no":
        return True  # what decides holds every word of the question
    if scored.span_score < PLAUSIBLE or scored.points < min(least, best.points - NARROW):
        return _takes_back(scored, best)
    shared = _shared(question, scored, best) if kind in _SOON_FOUND else 1.0
    least = least if shared >= ON_SAME else best.points - NARROW if shared else math.inf
    return scored.points >= least or _takes_back(scored, best)


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


def _value(question: str, kind: AnswerKind, scored: ScoredCandidate, count: str | None) -> Value | None:
    """Returns what a sentence answers: yes or no, its count, or its span; None if that is not of the kind asked for."""
    candidate, span = scored.candidate, scored.span
    published = candidate.hit.article.published_on
    if kind == "yes_no":
        decided = decision(question, candidate.text)
        return Value(decided, kind, published) if decided else None
    if kind == "number" and tells_of_none(question, candidate.text):
        return Value(_NONE_LEFT, kind, published)
    if kind == "number" and count:
        return Value(count, kind, published)
    if span is None or is_foretold(question, candidate.text):
        return None
    span = whole_figure(candidate.field_text, span)
    short = candidate.field_text[span.start : span.end]
    before = candidate.field_text[candidate.start : span.start]
    after = candidate.field_text[span.end : candidate.end]
    is_other = kind == "time" and is_other_time(question, before, after)
    if is_other or short == candidate.text or not can_answer(question, short, before, after):
        return None
    return Value(short, kind, published)


def _as_of(first: Version, before: Version) -> str | None:
    if first.day is None or before.day is None:
        return None
    earlier = f"{spelled_days((first.day - before.day).days)} earlier"
    return f"As of {written_day(first.day)}; {earlier}: “{_short(before)}”."


def _attested(version: Version) -> str:
    """Returns what a version says with its outlets and days: "“two” (Ellby Post, 7 May 2024)"."""
    count = len(version.reports)
    outlets = list(dict.fromkeys(name for report in version.reports if (name := report.article.publisher)))
    told_by = outlets or [f"{count} {'report' if count == 1 else 'reports'}"]
    when = written_day(version.newest) if version.newest else "undated"
    return f"“{_short(version)}” ({', '.join([*told_by[:_OUTLETS], when])})"


def _short(version: Version) -> str:
    words = " ".join(version.value.text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rsplit(maxsplit=1)[0]} …"


def is_one_event(question: str, one: ScoredCandidate, other: ScoredCandidate, *, named: bool = False) -> bool:
    """Tells whether two sentences of different articles may answer a question about one event.

    They tell of two where one holds what the question names and the other names others instead, and where both name
    people or places, and none in common but for what the question names and what answers it, unless the question says
    so much that it tells of one event itself, and both hold its words. Articles far apart in time tell of two, unless
    the question is about what lasts. A question that names one tells of it where both are of a few days and hold all of
    its words but for casualties. Where a name answers (`named`), others come with it: Hun Sen with “Cambodia”.

    Example:
        For "How many died in the fire?" a fire in Orva and one in Gorm are two; for "How many died in the Orva fire?"
        two reports of one week on a fire in Orva are of one.
    """
    days = _days_apart(one.candidate.hit.article, other.candidate.hit.article)
    if days > ONE_EVENT and not is_lasting(question):
        return False
    terms = content_stems(question)
    named_here = _name_stems(question).intersection(terms)
    small = _small_stems(one) | _small_stems(other)
    answers = not asks_yes_or_no(question)
    around, others = (_names_around(scored, answers=answers) - small - named_here for scored in (one, other))
    of_named, of_named_too = (_tells_of_any(named_here - small, question, each) for each in (one, other))
    if others and of_named and not of_named_too:
        return False  # "a sixth has died in Gorm", for what happened in Orva
    if not around or not others or any(same_family(a, b) for a in around for b in others):
        return True
    if named and (of_named_too or len(terms) >= NAMED_TELLING):
        return True
    if len(terms) >= TELLING:
        return min(_share(terms, one), _share(terms, other)) >= HELD
    asked = telling_stems(terms)
    telling = asked - CASUALTIES
    is_named = len(asked) > 1 and not telling.isdisjoint(named_here)
    return is_named and days <= SAME_DAYS and all(telling <= _told(each) for each in (one, other))


def _told(scored: ScoredCandidate) -> frozenset[str]:
    return telling_stems(stem_set(_around(scored)))


def _tells_of_any(named: Collection[str], question: str, scored: ScoredCandidate) -> bool:
    """Tells whether the words around a candidate hold a name of a question (stems), a relative of it or its initials.

    Example:
        "The FTC is suing Amazon." does, for what "the Federal Trade Commission" does.
    """
    told = _told(scored)
    if any(holds_family(told, name) for name in named):
        return True
    capitals = [word for word in WORD.findall(_around(scored)) if word.isupper()]
    long = [question[span.start : span.end] for span in names(question)]
    return bool(named) and any(abbreviates(short, name) for short in capitals for name in long)


def _days_apart(one: Article, other: Article) -> int:
    """Returns how many days lie between two articles; 0 where one has no date."""
    first, second = one.published_on, other.published_on
    return abs((first - second).days) if first and second else 0


def _share(terms: Sequence[str], scored: ScoredCandidate) -> float:
    """Returns the share of the terms that stand around a candidate."""
    return sum(term in stem_set(_around(scored)) for term in terms) / len(terms)


def _names_around(scored: ScoredCandidate, *, answers: bool) -> frozenset[str]:
    """Returns the names around a candidate and in the beginning of its article, without those that answer."""
    candidate, span = scored.candidate, scored.span
    answer = candidate.field_text[span.start : span.end] if span and answers else ""
    return _name_stems(_around(scored)) - _name_stems(answer)


def _around(scored: ScoredCandidate) -> str:
    article = scored.candidate.hit.article
    return "\n".join((article.title, article.text[:_LEAD], scored.candidate.context))


def _small_stems(scored: ScoredCandidate) -> frozenset[str]:
    """Returns the words that an article writes small somewhere: in its headline they are no names."""
    return _stems_in_small(scored.candidate.hit.article.text[:_READ])


@lru_cache(maxsize=256)
def _stems_in_small(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in WORD.findall(text) if word[0].islower())


@lru_cache(maxsize=1_024)
def _name_stems(text: str) -> frozenset[str]:
    named = (core_name(text[span.start : span.end]) for span in names(text))
    return frozenset(stem(word) for name in named for word in WORD.findall(name) if word.lower() not in DAYS_AND_MONTHS)
