"""What happened in a story, in order of time: the reports of one event that a search finds, a sentence each. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, state
from retrieval.stories.events import beginning, events
from retrieval.text.dates import written_day
from retrieval.text.words import content_stems, stem_set
from retrieval.types import Chronology, Refusal, Statement, Trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.types import Article, Hit, Question

HITS = 60  # passages that are looked at
STEPS = 10
_SAME = 0.5  # of the words of the shorter sentence, from which on two reports of a day say the same
_TOLD = 2 / 3  # of what is asked, that a story tells of


@dataclass(frozen=True, slots=True)
class _Step:
    """What one day's reports say, each in its own sentence, the first one's shown; `rank` is the best of theirs."""

    day: dt.date | None
    reports: tuple[Excerpt, ...]
    rank: int

    @property
    def words(self) -> frozenset[str]:
        return frozenset(content_stems(self.reports[0].text))


def chronology(question: Question, hits: Sequence[Hit]) -> Chronology | Refusal:
    """Returns the story that a question names, by days, each step in the words of its reports, undated ones last.

    A text that several articles carry is told once. Of many steps those are kept that fit the question best.
    """
    reports = list({hit.witness: hit for hit in reversed(hits)}.values())[::-1]
    asked = set(content_stems(question.text))
    story = _story_asked(reports, asked)
    if not story:
        return Refusal(question.text, question.text, note="No story is about that.", trace=Trace(tuple(hits)))
    steps = _steps(story, asked)
    kept = sorted(sorted(steps, key=lambda step: step.rank)[:STEPS], key=steps.index)
    _, citations = state([report for step in kept for report in step.reports])
    numbers = iter(citations)
    return Chronology(
        question.text,
        question.text,
        tuple(
            Statement(
                f"{written_day(step.day) if step.day else 'No date'}: {step.reports[0].text}",
                tuple(next(numbers).number for _ in step.reports),
            )
            for step in kept
        ),
        citations,
        confidence=1.0,
        total=len(steps),
        trace=Trace(tuple(story.values())),
    )


def _story_asked(reports: Sequence[Hit], asked: set[str]) -> dict[int, Hit]:
    """Returns the reports of the story that a search finds first, by their ranks; none where it tells too little."""
    stories = events([hit.article for hit in reports])
    ranks = max(stories, key=lambda places: sum(1 / (1 + at) for at in places), default=[])
    told = stem_set(" ".join(f"{reports[at].article.title} {reports[at].text}" for at in ranks))
    return {at: reports[at] for at in ranks} if len(asked & told) >= _TOLD * len(asked) else {}


def _steps(reports: Mapping[int, Hit], asked: set[str]) -> list[_Step]:
    """Returns the steps of a story; what several reports of a day say alike is one."""
    steps: list[_Step] = []
    for rank, hit in sorted(reports.items(), key=lambda report: _when(report[1].article)):
        own = _Step(hit.article.published_on, (_summary(hit, asked),), rank)
        at = next((at for at, step in enumerate(steps) if step.day == own.day and _is_same(step, own)), None)
        if at is None:
            steps.append(own)
        else:
            reported = (*steps[at].reports, *own.reports)
            steps[at] = replace(steps[at], reports=reported, rank=min(steps[at].rank, rank))
    return steps


def _when(article: Article) -> tuple[dt.date, str]:
    return article.published_on or dt.date.max, article.published or ""


def _is_same(one: _Step, other: _Step) -> bool:
    return len(one.words & other.words) >= _SAME * min(len(one.words), len(other.words))


def _summary(hit: Hit, asked: set[str]) -> Excerpt:
    """Returns the sentence of an article's beginning that has most of what is asked, the first of equals."""
    spans = beginning(hit.article)
    if not spans:
        return Excerpt(hit.library, hit.article, hit.start, hit.end)
    shared = [len(asked & stem_set(hit.article.text[span.start : span.end])) for span in spans]
    best = spans[shared.index(max(shared))]
    return Excerpt(hit.library, hit.article, best.start, best.end)
