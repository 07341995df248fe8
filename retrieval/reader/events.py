"""What happened, and what is new about something: events by their day, each with the sentence that reports it.

An article reports the event that its first sentences tell. It happened on the day that they name, else on that of the
report.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt
from retrieval.reader.answers import extract, refused
from retrieval.text.boilerplate import not_reported
from retrieval.text.dates import written_day
from retrieval.text.document import document
from retrieval.text.event_questions import event_question
from retrieval.text.name_matching import holds_name
from retrieval.text.periods import Period, timed
from retrieval.text.values import is_retracted
from retrieval.text.words import content_stems, stem_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.text.event_questions import EventQuestion
    from retrieval.types import Article, Extract, Hit, Question, Refusal, Span

MOST, MOST_NEW = 5, 3  # events: of what happened, and of what is new
SURE, LIKELY = 0.8, 0.6  # that an article is about what its title says, and its first sentences
FRESH = 7  # days before the newest report, within which another is new as well
LONGEST_PERIOD = 31  # days; what happened within a year is reported at any time
REPORTED = 3  # days within which an event is reported
_LEAD = 3  # sentences that tell what an article reports
_SAME = 0.6  # of the words of the shorter of two sentences, that tell of one event


@dataclass(frozen=True, slots=True)
class Event:
    """An event with the sentence that reports it; `sure` is how sure the article is about what was asked."""

    report: Excerpt
    days: Period
    sure: float

    @property
    def day(self) -> dt.date:
        """The day that it is ordered by; the first of all where none is known."""
        return self.days.end or self.days.start or dt.date.min


def period_asked(question: Question) -> Period | None:
    """Returns the days that a question restricts what is asked for to, where they are few and over."""
    periods = [found.period for found in timed(question.text, question.asked)]
    short = [p for p in periods if p.start and p.end and (p.end - p.start).days < LONGEST_PERIOD]
    return short[0] if len(periods) == 1 and short and (short[0].start or dt.date.max) <= question.asked else None


def reported_within(question: Question) -> Question | None:
    """Returns a question narrowed to the reports of the days that it asks about; None where it restricts nothing."""
    period = period_asked(question)
    if question.filters or period is None or period.end is None:
        return None
    until = period.end + dt.timedelta(REPORTED)
    return replace(question, filters=replace(question.filters, since=period.start, until=until), asked=period.end)


def of_days_asked(question: Question, hits: Sequence[Hit]) -> list[Hit]:
    """Returns the hits that were reported of the days that a question asks about; none where it restricts nothing."""
    filters = narrowed.filters if (narrowed := reported_within(question)) else None
    if filters is None or filters.since is None or filters.until is None:
        return []
    return [hit for hit in hits if (day := hit.article.published_on) and filters.since <= day <= filters.until]


def read_events(question: Question, hits: Sequence[Hit], *, threshold: float) -> Extract | Refusal | None:
    """Returns the events that a question asks for, newest first or in their order, each with its day.

    None for another question, and where no article is about what is asked. Where nothing is of the days asked about,
    the refusal says so, and of when the newest is.
    """
    asked = event_question(question.text, question.asked)
    about = asked.about or " ".join(question.focus.names) if asked else ""
    if asked is None or not (about or asked.when):
        return None
    latest = question.asked + dt.timedelta(REPORTED)  # what came later was not known on the day asked
    known = [hit for hit in hits if hit.article.published_on is None or hit.article.published_on <= latest]
    articles = {(hit.library, hit.article.id): hit for hit in reversed(known or hits)}
    reported = [event for hit in reversed(articles.values()) if (event := _event(hit, about, asked))]
    if not reported:
        return None
    wanted = asked.when.period if asked.when else None
    events = _of_days(reported, wanted)
    if not events:
        newest = _by_day(reported)[0]
        return refused(question, _nothing_of(wanted, about, newest), why=["no event is of the days asked about"])
    if wanted is None and not asked.in_order and "happen" not in question.text.lower():
        events = [event for event in events if (events[0].day - event.day).days <= FRESH][:MOST_NEW]
    total, events = len(events), events[:MOST]
    if asked.in_order:
        events.reverse()
    confidence = max(event.sure for event in events)
    answer = extract(
        question,
        [event.report for event in events],
        confidence,
        threshold=threshold,
        total=total,
        why=[f"{event.day}: {event.report.text!r}" for event in events],
    )
    dated = tuple(
        replace(said, text=f"{said.text} ({_when(event)})")
        for said, event in zip(answer.statements, events, strict=False)
    )
    return replace(answer, statements=dated)


def _of_days(events: Sequence[Event], wanted: Period | None) -> list[Event]:
    """Returns the events of some days, newest first; where none happened then, those that were reported then."""
    if wanted is None:
        return _distinct(_by_day(events))
    happened = [event for event in events if event.days.lies_in(wanted)]
    reported = [event for event in events if event.report.article.published_on and _reported(event).lies_in(wanted)]
    return _distinct(_by_day(happened or reported))


def _reported(event: Event) -> Period:
    day = event.report.article.published_on
    return Period(day, day)


def _event(hit: Hit, about: str, asked: EventQuestion) -> Event | None:
    """Returns the event that a hit's article reports, where it is about what is asked."""
    article = hit.article
    apart = not_reported(article.text)
    lead = [span for span in document(article.text).excerpts[: 4 * _LEAD] if span.start not in apart][:_LEAD]
    if not lead:
        return None
    told = " ".join(article.text[span.start : span.end] for span in lead)
    sure = _share(about, article.title)
    sure = SURE if sure == 1 else LIKELY if _share(about, f"{article.title}\n{told}") == 1 else 0.0
    if not sure:
        return None
    published = article.published_on
    days = [
        (span, found.period)
        for span in lead
        for found in (timed(article.text[span.start : span.end], published) if published else ())
        if found.period.is_exact and found.period.end and published and found.period.end <= published
    ]
    wanted = asked.when.period if asked.when else None
    fitting = [pair for pair in days if wanted and pair[1].lies_in(wanted)]
    span, period = (*fitting, (lead[0], days[0][1] if days else Period(published, published)))[0]
    return Event(_told(hit, lead, span), period, sure)


def _told(hit: Hit, lead: Sequence[Span], span: Span) -> Excerpt:
    """Returns the sentence that tells of an event, with the next where it only says what a report had wrong."""
    text, end = hit.article.text, span.end
    at = lead.index(span)
    if is_retracted(text[span.start : span.end]) and at + 1 < len(lead) and "\n" not in text[end : lead[at + 1].start]:
        end = lead[at + 1].end
    return Excerpt(hit.library, hit.article, span.start, end)


def _share(about: str, text: str) -> float:
    """Returns the share of the words of a topic that a text holds; 1 for no topic."""
    terms, known = content_stems(about), stem_set(text)
    return sum(holds_name(term, known) for term in terms) / len(terms) if terms else 1.0


def _by_day(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.day, reverse=True)


def _distinct(events: Iterable[Event]) -> list[Event]:
    """Returns the events, each once, however many articles report it in the same words."""
    kept: list[Event] = []
    for event in events:
        words = stem_set(event.report.text)
        known = [stem_set(other.report.text) for other in kept]
        if all(len(words & other) < _SAME * min(len(words), len(other)) for other in known):
            kept.append(event)
    return kept


def _when(event: Event) -> str:
    return written_day(event.day) if event.days.end else "no date"


def _nothing_of(wanted: Period | None, about: str, newest: Event) -> str:
    days = dict.fromkeys((wanted.start, wanted.end)) if wanted else {}
    of = " to ".join(written_day(day) for day in days if day)
    topic = f" about {about}" if about else ""
    return f"Nothing here{topic} is of {of}. The newest is of {_when(newest)}: “{_title(newest.report.article)}”."


def _title(article: Article) -> str:
    return " ".join(article.title.split())
