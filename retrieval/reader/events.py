"""What happened, and what is new about something: events by their day, each with the sentence that reports it.

An article reports the event that its first sentences tell. It happened on the day that they name, else on that of the
report.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, joined
from retrieval.reader.answers import extract, refused
from retrieval.stories.events import going_on_with
from retrieval.text.boilerplate import not_reported
from retrieval.text.dates import written_day
from retrieval.text.document import document
from retrieval.text.name_matching import holds_name
from retrieval.text.periods import Period, timed
from retrieval.text.questions import event_question
from retrieval.text.values import is_retracted
from retrieval.text.words import content_stems, name_stems, stem_set

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from retrieval.text.questions import EventQuestion
    from retrieval.types import Article, Extract, Hit, Question, Refusal

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


def reported_within(question: Question) -> Question | None:
    """Returns a question narrowed to the reports of the few days, over by now, that it alone asks about; else None."""
    periods = [found.period for found in timed(question.text, question.asked)]
    start, end = (periods[0].start, periods[0].end) if len(periods) == 1 else (None, None)
    if question.filters or start is None or end is None or start > question.asked:
        return None
    if (end - start).days >= LONGEST_PERIOD:
        return None
    until = end + dt.timedelta(REPORTED)
    return replace(question, filters=replace(question.filters, since=start, until=until), asked=end)


def of_days_asked(question: Question, hits: Sequence[Hit]) -> list[Hit]:
    """Returns the hits that were reported of the days that a question asks about; none where it restricts nothing."""
    narrowed = reported_within(question)
    if narrowed is None:
        return []
    wanted = Period(narrowed.filters.since, narrowed.filters.until)
    return [hit for hit in hits if _published(hit.article).lies_in(wanted)]


def read_events(question: Question, hits: Sequence[Hit], *, threshold: float) -> Extract | Refusal | None:
    """Returns the events that a question asks for, newest first or in their order, each with its day.

    None for another question, and where no article is about what is asked. Where nothing is of the days asked about,
    the refusal says so, and of when the newest is.
    """
    asked = event_question(question.text, question.asked, question.focus.names)
    if asked is None:
        return None
    latest = question.asked + dt.timedelta(0 if asked.is_of_now else REPORTED)
    known = _known(hits, latest)
    reported = _reported_beside(asked, asked.bound, known) if asked.bound else _reported(asked, known)
    if not reported:
        return None
    events = _distinct(_of_days(reported, asked.when))
    if not events:
        return refused(question, _nothing_of(asked, reported[0]), why=["no event is of the days asked about"])
    if asked.is_of_now:
        events = [event for event in events if (events[0].day - event.day).days <= FRESH][:MOST_NEW]
    shown = events[:MOST]
    return _stated(question, shown[::-1] if asked.in_order else shown, len(events), threshold)


def _stated(question: Question, events: Sequence[Event], total: int, threshold: float) -> Extract | Refusal:
    """Returns an answer that states some events of all, each with its day behind it."""
    answer = extract(
        question,
        [event.report for event in events],
        max(event.sure for event in events),
        threshold=threshold,
        total=total,
        why=[f"{event.day}: {event.report.text!r}" for event in events],
    )
    stated = zip(answer.statements, events, strict=False)
    return replace(
        answer, statements=tuple(replace(said, text=f"{said.text} ({_when(event)})") for said, event in stated)
    )


def _known(hits: Sequence[Hit], latest: dt.date) -> list[Hit]:
    """Returns the first hit of each article that was known on a day; of all, where none was."""
    known = [hit for hit in hits if (hit.article.published_on or latest) <= latest]
    return list({(hit.library, hit.article.id): hit for hit in reversed(known or hits)}.values())[::-1]


def _reported(asked: EventQuestion, hits: Sequence[Hit]) -> list[Event]:
    """Returns the events that articles about what is asked report, the newest first."""
    found = []
    for lead, sure in _about(asked, hits):
        said, days = _happened(lead, asked)
        found.append(Event(_told(lead, said), days, sure))
    return sorted(found, key=lambda event: event.day, reverse=True)


def _reported_beside(asked: EventQuestion, bound: str, hits: Sequence[Hit]) -> list[Event]:
    """Returns the events before another one, or after, that are about what is asked or of one story with that.

    Where its story has none, those that tell of what its headline names.
    """
    leads = list(filter(None, map(_lead, hits)))
    happened = [_happened(lead, asked) for lead in leads]
    told = [Event(_told(lead, said), days, LIKELY) for lead, (said, days) in zip(leads, happened, strict=True)]
    at = _on(bound, leads)
    if not at:
        return []
    day = min(told[place].day for place in at)
    first = [place for place in at if told[place].day == day]
    articles = [lead[0].article for lead in leads]
    of_story = going_on_with(articles, first, back=asked.is_before) | (
        _on(asked.about, leads) if asked.about else set()
    )
    beside = {place for place, event in enumerate(told) if _is_beside(event.day, day, before=asked.is_before)} - at
    places = of_story & beside or _of_what_is_headed(leads, at) & beside
    return sorted((told[place] for place in sorted(places)), key=lambda event: event.day, reverse=True)


def _is_beside(day: dt.date, bound: dt.date, *, before: bool) -> bool:
    return day < bound if before else day > bound


def _on(about: str, leads: Sequence[Sequence[Excerpt]]) -> set[int]:
    """Returns the places of the beginnings of articles that are about a topic."""
    return {place for place, lead in enumerate(leads) if _sureness(about, lead[0].article.title, lead)}


def _of_what_is_headed(leads: Sequence[Sequence[Excerpt]], at: Collection[int]) -> set[int]:
    """Returns the places of the beginnings of articles that hold a name in the headlines of some of them."""
    around = [_beginning(lead[0].article.title, lead) for lead in leads]
    named = {name for place in at for name in name_stems(around[place])}
    headlines = {stem for place in at for stem in content_stems(leads[place][0].article.title)}
    return {place for place, text in enumerate(around) if not stem_set(text).isdisjoint(named & headlines)}


def _about(asked: EventQuestion, hits: Sequence[Hit]) -> list[tuple[list[Excerpt], float]]:
    """Returns the beginnings of the articles about what is asked, each with how sure it is about that.

    So are later reports that go on with one: "Villagers go home" with that of a dam that it does not name.
    """
    told = [(hit, lead) for hit in hits if (lead := _lead(hit))]
    sure = [_sureness(asked.about, hit.article.title, lead) for hit, lead in told]
    named = [place for place, surely in enumerate(sure) if surely]
    for place in going_on_with([hit.article for hit, _ in told], named):
        sure[place] = sure[place] or LIKELY
    return [(lead, surely) for (_, lead), surely in zip(told, sure, strict=True) if surely]


def _lead(hit: Hit) -> list[Excerpt]:
    """Returns the first sentences that an article reports."""
    apart = not_reported(hit.article.text)
    spans = [span for span in document(hit.article.text).excerpts[: 4 * _LEAD] if span.start not in apart]
    return [Excerpt(hit.library, hit.article, span.start, span.end) for span in spans[:_LEAD]]


def _sureness(about: str, title: str, lead: Sequence[Excerpt]) -> float:
    """Returns how sure an article is about a topic, as all its words stand in the title, or there and below it."""
    if _holds_all(about, title):
        return SURE
    return LIKELY if _holds_all(about, _beginning(title, lead)) else 0.0


def _beginning(title: str, lead: Sequence[Excerpt]) -> str:
    return "\n".join([title, *(said.text for said in lead)])


def _holds_all(about: str, text: str) -> bool:
    known = stem_set(text)
    return all(holds_name(term, known) for term in content_stems(about))


def _happened(lead: Sequence[Excerpt], asked: EventQuestion) -> tuple[Excerpt, Period]:
    """Returns the sentence that tells what happened in the days wanted, with its day; else the first, with the first.

    Below a title that does not name what is asked about, the first is the one that does. An event is of a day before
    the report, or of the report's where none is told.
    """
    wanted, published = asked.when, _published(lead[0].article)
    if not _holds_all(asked.about, lead[0].article.title):
        lead = [*(said for said in lead if _holds_all(asked.about, said.text)), *lead]
    days = [(said, period) for said in lead for period in _days_before(said.text, published.end)]
    if fitting := [each for each in days if wanted and each[1].lies_in(wanted)]:
        return fitting[0]
    return lead[0], days[0][1] if days else published


def _days_before(text: str, published: dt.date | None) -> list[Period]:
    """Returns the single days that a text names, up to that of its publication; none where this is unknown."""
    past = Period(None, published)
    named = [found.period for found in timed(text, published)] if published else []
    return [period for period in named if period.is_exact and period.lies_in(past)]


def _told(lead: Sequence[Excerpt], said: Excerpt) -> Excerpt:
    """Returns the sentence that tells of an event, with the next where it only says what a report had wrong."""
    after = lead[lead.index(said) + 1 :][:1] if is_retracted(said.text, said.article.title) else []
    return joined([said, *after])[0]


def _of_days(events: Sequence[Event], wanted: Period | None) -> Sequence[Event]:
    """Returns the events of some days, all for None; where none happened then, those that were reported then."""
    if wanted is None:
        return events
    happened = [event for event in events if event.days.lies_in(wanted)]
    return happened or [event for event in events if _published(event.report.article).lies_in(wanted)]


def _published(article: Article) -> Period:
    return Period(article.published_on, article.published_on)


def _distinct(events: Iterable[Event]) -> list[Event]:
    """Returns the events, each once, however many articles report it in the same words."""
    kept: list[Event] = []
    for event in events:
        words = frozenset(content_stems(event.report.text))
        known = [frozenset(content_stems(other.report.text)) for other in kept]
        if all(len(words & other) < _SAME * min(len(words), len(other)) for other in known):
            kept.append(event)
    return kept


def _when(event: Event) -> str:
    return written_day(event.day) if event.days.end else "no date"


def _nothing_of(asked: EventQuestion, newest: Event) -> str:
    days = dict.fromkeys((asked.when.start, asked.when.end)) if asked.when else {}
    of = " to ".join(written_day(day) for day in days if day)
    topic = f" about {asked.about}" if asked.about else ""
    title = " ".join(newest.report.article.title.split())
    return f"Nothing here{topic} is of {of}. The newest is of {_when(newest)}: “{title}”."
