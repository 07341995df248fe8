"""Which articles report one event, in whatever words, and what happened in it, in order of time. Pure.

An article is the bag of what its headline and its beginning say, since that is where news says what happened; a word
counts the more, the fewer of the articles have it (TF-IDF). Articles of a few weeks are put together as long as they
are alike on average (hierarchical clustering with average linkage, as in topic detection: Yang, Pierce and Carbonell,
"A study on retrospective and on-line event detection", 1998). Told by days, each of them gives a sentence.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.citations import Excerpt, state
from retrieval.text.boilerplate import headline_end, is_roundup, not_reported, without_marks
from retrieval.text.dates import written_day
from retrieval.text.document import sentences
from retrieval.text.name_matching import holds_name
from retrieval.text.words import content_stems, has_verb, name_stems, stem_set
from retrieval.types import Chronology, Refusal, Span, Statement, Trace

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.types import Article, Hit, Question

ALIKE = 0.15  # cosine, on average, from which on articles report one event
NEXT_ALIKE = 0.12  # cosine, from which on a later article goes on with another
WINDOW = 21  # days between two reports of one event
_BEGINNING = 700  # characters
_READ = 3_000  # characters, in which what an article reports has begun
_FEWEST = 50  # articles, as if of so many: two alone would not tell which words are rare
_HEADLINE = 2  # times that a word of a headline counts
STORY_HITS = 60  # passages that are looked at
STEPS = 10
_SAME = 0.5  # of the words of the shorter sentence, from which on two reports of a day say the same
_DASHES = "—–-"  # open what a page says of itself
_TOLD = 2 / 3  # of what is asked, that a story tells of


def events(articles: Sequence[Article]) -> list[list[int]]:
    """Returns the places of articles by the event that they report, the largest first, each in their order."""
    groups = [[at] for at in range(len(articles))]
    alike = _similarities(articles)
    sizes = np.ones(len(articles))
    while len(groups) > 1:
        np.fill_diagonal(alike, -1.0)
        one, other = sorted(map(int, divmod(int(alike.argmax()), len(groups))))
        if alike[one, other] < ALIKE:
            break
        joint = (alike[one] * sizes[one] + alike[other] * sizes[other]) / (sizes[one] + sizes[other])
        alike[one], alike[:, one] = joint, joint
        alike = np.delete(np.delete(alike, other, 0), other, 1)
        sizes[one] += sizes[other]
        sizes = np.delete(sizes, other)
        groups[one] += groups.pop(other)
    return sorted(map(sorted, groups), key=len, reverse=True)


def going_on_with(articles: Sequence[Article], first: Collection[int], *, back: bool = False) -> set[int]:
    """Returns the places of articles that go on with those at some places, or with one that does: later and alike.

    With `back` they are those that these go on with: earlier.
    """
    alike, found = _similarities(articles), set(first)
    days = [article.published_on for article in articles]
    ahead = list(found)
    while ahead:
        one = ahead.pop()
        for at, day in enumerate(days):
            before = days[one]
            is_on = day is not None and before is not None and (day <= before if back else before <= day)
            if at not in found and is_on and alike[one, at] >= NEXT_ALIKE:
                found.add(at)
                ahead.append(at)
    return found


def beginning(article: Article) -> list[Span]:
    """Returns the first sentences of what an article reports, without what belongs to its page, and its headline."""
    text = article.text[:_READ]
    apart = not_reported(text)
    is_cut = len(text) < len(article.text)
    said = [
        s for s in sentences(text) if s.start not in apart and without_marks(text[s.start : s.end]) != article.title
    ]
    reported = [span for span in said if not (is_cut and span.end == len(text))]
    return [span for span in reported if span.end <= reported[0].start + _BEGINNING] or reported[:1]


def _similarities(articles: Sequence[Article]) -> NDArray[np.float64]:
    """Returns the cosine of each two articles: (articles, articles); 0 where they are too far apart in time."""
    bags = [_bag(article) for article in articles]
    held = Counter(word for bag in bags for word in bag)
    place = {word: at for at, word in enumerate(held)}
    number = max(len(bags), _FEWEST)
    weights = np.zeros((len(bags), len(place)))
    for row, bag in zip(weights, bags, strict=True):
        for word, times in bag.items():
            row[place[word]] = (1 + math.log(times)) * math.log((number + 1) / held[word])
    weights /= np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-9)
    days = np.array([float(day.toordinal()) if (day := a.published_on) else np.nan for a in articles])
    is_far = np.abs(days[:, None] - days) > WINDOW  # of an undated one nothing is
    return np.where(is_far, 0.0, weights @ weights.T)


def _bag(article: Article) -> Counter[str]:
    """Returns how often an article's beginning and headline have each word; none of one that tells of many events."""
    headline = article.title[: headline_end(article.title)]
    if is_roundup(headline):
        return Counter()
    told = " ".join(article.text[span.start : span.end] for span in beginning(article))
    return Counter([*(content_stems(headline) * _HEADLINE), *content_stems(told)])


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
    story = _story_asked(reports, asked, name_stems(question.text))
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


def _story_asked(reports: Sequence[Hit], asked: set[str], named: Collection[str]) -> dict[int, Hit]:
    """Returns the reports, by their ranks, of the first story of a search that tells enough; none where none does.

    It has to tell most of what is asked, and all that is named there (stems).
    """
    stories = events([hit.article for hit in reports])
    for ranks in sorted(stories, key=lambda places: -sum(1 / (1 + at) for at in places)):
        told = stem_set(" ".join(f"{reports[at].article.title} {reports[at].text}" for at in ranks))
        if len(asked & told) >= _TOLD * len(asked) and all(holds_name(name, told) for name in named):
            return {at: reports[at] for at in ranks}
    return {}


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
    """Returns the sentence of an article's beginning that has most of what is asked, the first of equals.

    Of one that only mentions what is asked, it is the sentence that does.
    """
    text = hit.article.text
    found = [span for span in sentences(text, Span(hit.start, hit.end)) if span.end <= hit.end]
    own, beside = (_most_held(text, spans, asked) for spans in (beginning(hit.article), found))
    told = own if own and (not beside or 2 * own[0] >= len(asked) or own[0] >= beside[0]) else beside
    span = told[1] if told else Span(hit.start, hit.end)
    return Excerpt(hit.library, hit.article, span.start, span.end)


def _most_held(text: str, spans: Sequence[Span], stems: set[str]) -> tuple[int, Span] | None:
    """Returns how many of some stems the stretch of a text holds that holds most, and that, the first of equals."""
    held = [len(stems & stem_set(text[span.start : span.end])) for span in spans]
    return (max(held), spans[held.index(max(held))]) if held else None


def headline_told(article: Article) -> Span | None:
    """Returns the sentence of an article's beginning that tells most of its headline, the first of equals.

    What only asks, or has no verb, is left out where there is another.
    """
    spans = beginning(article)
    told = [span for span in spans if _is_statement(article.text[span.start : span.end])]
    most = _most_held(article.text, told or spans, set(content_stems(article.title[: headline_end(article.title)])))
    return most[1] if most else None


def _is_statement(sentence: str) -> bool:
    return has_verb(sentence) and not sentence.rstrip("”’\"'").endswith("?") and sentence[0] not in _DASHES
