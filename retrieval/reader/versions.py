"""Reports of one thing that give different answers: each version, who gives it and when. Pure.

News goes on: of counts and states the newest report is right, and what it replaces is told as what was. Where reports
contradict each other otherwise, nobody can tell from them who is right, and every version is shown.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.reader.contradictions import is_one_event
from retrieval.text.answer_kinds import asks_for_several, expected_answer, is_informative, kind_fit
from retrieval.text.dates import spelled_days, written_day
from retrieval.text.values import Value, is_correction, is_last_of, is_lasting, may_change
from retrieval.text.yes_no import decision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.scoring import ScoredCandidate, Scores
    from retrieval.text.answer_kinds import AnswerKind
    from retrieval.types import Question

MARGIN = 6.0  # points behind the best sentence, up to which another report's is an answer too
NARROW = 3.0  # the same among many articles, of which most tell of something else
FEW = 8  # articles
PLAUSIBLE = -6.0  # log-odds of a span, against nothing answering
MOST = 3  # versions that are told
FADING = 0.6  # points that a version loses for each order of magnitude of days to the day asked
LATER = 3  # days after the day asked, from which on a report cannot have been meant
CERTAIN = 0.0  # log-odds of the span of a correction, at least
_OUTLETS = 3  # that are named of a version
_LONGEST = 80  # characters of an answer in a note
_COMPARED: frozenset[AnswerKind] = frozenset(
    {"person", "place", "time", "number", "amount", "money", "thing", "yes_no", "other"}
)


@dataclass(frozen=True, slots=True)
class Version:
    """An answer and the reports that give it: of each article its best sentence, those that tell most first."""

    value: Value
    reports: tuple[ScoredCandidate, ...]

    @property
    def first(self) -> ScoredCandidate:
        return self.reports[0]

    @property
    def newest(self) -> dt.date | None:
        """The day of its newest report; None where none has a date."""
        return max(self._days, default=None)

    @property
    def day(self) -> dt.date | None:
        """The day of its first report."""
        return self.first.candidate.hit.article.published_on

    @property
    def _days(self) -> list[dt.date]:
        return [day for report in self.reports if (day := report.candidate.hit.article.published_on)]


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
    if kind not in _COMPARED or asks_for_several(question.text) or not ranked:
        return None
    answers = _in_time(list(_answers(question.text, kind, ranked)), question.asked)
    if all(scored is not ranked[0] for scored, _ in answers):
        return None
    found = _grouped(sorted(answers, key=_worth([scored for scored, _ in answers], question.asked)))
    if corrected := next((version for version in found if _is_corrected(version.first.candidate)), None):
        sure = replace(corrected.first, span_score=max(corrected.first.span_score, CERTAIN))
        return Versions((Version(corrected.value, (sure,)),), corrected=True)
    lasting, changing = is_lasting(question.text), may_change(question.text, kind)
    told = [version for version in found if is_one_event(question.text, ranked[0], version.first, lasting=lasting)]
    if not told:
        return None
    if changing and all(version.day for version in told):
        told.sort(key=lambda version: abs(question.asked - (version.day or dt.date.min)))
    if changing and all(_is_older(version, told[0]) for version in told[1:]):
        return Versions(tuple(told[:MOST]), replaced=len(told) > 1)
    if _are_of_same_days(told):
        told.sort(key=lambda version: -len(version.reports))
    return Versions(tuple(told[:MOST]))


def confidence_in(found: Versions | None, scores: Scores) -> float:
    """Returns the probability that what is told is right: that one of the versions is.

    Contradicting ones make nothing surer: it stays that of the best alone.
    """
    if found is None or found.differ or not 0 < scores.confidence < 1:
        return scores.confidence
    votes = {report.answer: report.votes for version in found.told for report in version.reports}
    more = max(0.0, sum(votes.values()) - scores.ranked[0].votes)
    log_odds = math.log(scores.confidence / (1 - scores.confidence)) + scores.vote_weight * more
    return 1 / (1 + math.exp(-log_odds))


def led_by(found: Versions | None, ranked: Sequence[ScoredCandidate]) -> Sequence[ScoredCandidate]:
    """Returns scored sentences with the first report of the only version before the others; a correction alone."""
    if found is None:
        return ranked
    first = found.told[0].first
    if found.corrected:
        return [first]
    return [first, *(scored for scored in ranked if scored is not first)]


def _worth(reports: Sequence[ScoredCandidate], asked: dt.date) -> Callable[[tuple[ScoredCandidate, Value]], float]:
    """Returns what orders answers: the points, less for the days between a report and the one nearest the day asked.

    One without a date counts as the farthest of all.
    """
    days = [abs((asked - day).days) for report in reports if (day := report.candidate.hit.article.published_on)]
    nearest, farthest = min(days, default=0), max(days, default=0)

    def order(answer: tuple[ScoredCandidate, Value]) -> float:
        day = answer[0].candidate.hit.article.published_on
        distance = abs((asked - day).days) if day else farthest
        return FADING * math.log1p(distance - nearest) - answer[0].points

    return order


def _in_time(
    answers: Sequence[tuple[ScoredCandidate, Value]], asked: dt.date
) -> Sequence[tuple[ScoredCandidate, Value]]:
    """Returns the answers without those that were reported after the day asked, unless there are no others."""
    latest = asked + dt.timedelta(LATER)
    days = (scored.candidate.hit.article.published_on for scored, _ in answers)
    return [answer for answer, day in zip(answers, days, strict=True) if day is None or day <= latest] or answers


def _is_corrected(candidate: Candidate) -> bool:
    """Tells whether a sentence puts right what a report had wrong, itself or behind the sentence that says so."""
    return is_correction(candidate.text) or is_correction(candidate.before)


def _is_older(one: Version, other: Version) -> bool:
    return one.newest is not None and other.day is not None and one.newest < other.day


def _are_of_same_days(told: Sequence[Version]) -> bool:
    """Tells whether no version is newer than another, so that only how many give it tells them apart."""
    days = [version.newest for version in told if version.newest]
    return not days or (len(days) == len(told) and (max(days) - min(days)).days <= LATER)


def _grouped(answers: Sequence[tuple[ScoredCandidate, Value]]) -> list[Version]:
    """Returns the answers by what they say, in order; one that cannot be compared with the others is left out."""
    found: list[Version] = []
    for scored, value in answers:
        agreed = [version.value.agrees_with(value) for version in found]
        if True in agreed:
            at = agreed.index(True)
            found[at] = Version(found[at].value, (*found[at].reports, scored))
        elif None not in agreed:
            found.append(Version(value, (scored,)))
    return found


def _answers(
    question: str, kind: AnswerKind, ranked: Sequence[ScoredCandidate]
) -> Iterator[tuple[ScoredCandidate, Value]]:
    """Yields the best sentence of each article with the answer that it gives, where it is of the kind asked for."""
    seen: set[tuple[str, str]] = set()
    articles = {(scored.candidate.hit.library, scored.candidate.hit.article.id) for scored in ranked}
    least = max(scored.points for scored in ranked) - (MARGIN if len(articles) <= FEW else NARROW)
    for scored in ranked:
        candidate, article = scored.candidate, scored.candidate.hit.article
        is_likely = kind == "yes_no" or scored.span_score >= PLAUSIBLE
        if not is_likely or scored.points < least:
            continue
        key = candidate.hit.library, article.id
        if key not in seen and (value := _value(question, kind, scored)):
            seen.add(key)
            yield scored, value


def _value(question: str, kind: AnswerKind, scored: ScoredCandidate) -> Value | None:
    """Returns what a sentence answers: yes or no, or its span; None where that is not of the kind asked for."""
    candidate, span = scored.candidate, scored.span
    published = candidate.hit.article.published_on
    if kind == "yes_no":
        decided = decision(question, candidate.text)
        return Value(decided, kind, published) if decided else None
    if span is None:
        return None
    short = candidate.field_text[span.start : span.end]
    before = candidate.field_text[candidate.start : span.start]
    if short == candidate.text or not is_informative(question, short) or not kind_fit(kind, short, before):
        return None
    return Value("none" if kind == "number" and is_last_of(before) else short, kind, published)


def _as_of(first: Version, before: Version) -> str | None:
    if first.day is None or before.day is None:
        return None
    earlier = f"{spelled_days((first.day - before.day).days)} earlier"
    return f"As of {written_day(first.day)}; {earlier}: “{_short(before)}”."


def _attested(version: Version) -> str:
    """Returns what a version says with its outlets and days: "“two” (Ellby Post, 7 May 2024)"."""
    articles = [report.candidate.hit.article for report in version.reports]
    days = [article.published_on for article in articles if article.published_on]
    outlets = list(dict.fromkeys(name for article in articles if (name := article.publisher)))
    told_by = outlets or [f"{len(articles)} {'report' if len(articles) == 1 else 'reports'}"]
    when = written_day(max(days)) if days else "undated"
    return f"“{_short(version)}” ({', '.join([*told_by[:_OUTLETS], when])})"


def _short(version: Version) -> str:
    words = " ".join(version.value.text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rsplit(maxsplit=1)[0]} …"
