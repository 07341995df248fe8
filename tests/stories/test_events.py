"""Which articles report one event, and what happened in it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bot.render import abridged, plain
from retrieval.stories.events import STEPS, beginning, chronology, events, headline_told
from retrieval.types import Article, Chronology, Hit, Question, Refusal
from tests.stories.agency import CUT, ELSEWHERE, LONGER, OTHER_WORDS, WIRE

if TYPE_CHECKING:
    from collections.abc import Sequence

AGAIN_OPEN = Article(
    "open",
    "Harbour of Strand open again",
    "The channel of Strand was opened on Friday, three days after a crane had fallen across it. Ida Krog, the harbour "
    "master, thanked the divers and the crew of the floating crane. The first ship with grain left at noon.",
    publisher="Coast Wire",
    published="2024-05-10",
)
SUMMER = Article(
    "summer",
    "Harbour of Strand buys two new cranes",
    "Two cranes with new brakes were set up in the harbour of Strand. The port authority paid 9 million for both.",
    published="2024-08-19",
)
UNDATED = Article("undated", "Strand crane wreck sold", "The wreck of the crane of Strand's harbour was sold as scrap.")


def hits(*articles: Article, clusters: dict[str, int] | None = None) -> list[Hit]:
    known = clusters or {}
    return [Hit("public", one, 0, len(one.text), 1.0, cluster=known.get(one.id)) for one in articles]


def told(text: str, found: Sequence[Hit]) -> Chronology | Refusal:
    return chronology(Question(text=text, libraries=("public",), asked=dt.date(2024, 9, 1), wanted="story"), found)


def test_reports_of_one_event_are_put_together_the_largest_first() -> None:
    assert events([ELSEWHERE, WIRE, OTHER_WORDS, AGAIN_OPEN]) == [[1, 2, 3], [0]]


def test_what_is_far_apart_in_time_is_another_event() -> None:
    assert [0, 1] not in events([WIRE, SUMMER])


def test_no_article_is_no_event() -> None:
    assert events([]) == []


def test_a_story_is_told_by_days_in_the_words_of_its_reports() -> None:
    story = told("the crane of Strand", hits(AGAIN_OPEN, WIRE, ELSEWHERE, OTHER_WORDS))
    assert isinstance(story, Chronology)
    assert [said.text.partition(":")[0] for said in story.statements] == ["7 May 2024", "8 May 2024", "10 May 2024"]
    by_number = {cited.number: cited for cited in story.citations}
    for said in story.statements:
        cited = by_number[said.citations[0]]
        assert said.text.endswith(cited.quote)
        assert cited.quote == cited.article.text[cited.start : cited.end]
    assert "Holm" not in story.text


def test_a_text_that_several_carry_is_one_step() -> None:
    one_text = {"wire": 1, "cut": 1, "longer": 1}
    story = told("the crane of Strand", hits(WIRE, CUT, LONGER, AGAIN_OPEN, clusters=one_text))
    assert [cited.article.id for cited in story.citations] == ["wire", "open"]


def test_what_several_reports_of_a_day_say_alike_is_one_step_that_cites_them_all() -> None:
    other = Article("other", "Crane falls at Strand", WIRE.text.replace("eleven", "11"), published="2024-05-07")
    story = told("the crane of Strand", hits(WIRE, other, AGAIN_OPEN))
    assert [said.citations for said in story.statements] == [(1, 2), (3,)]


def test_an_undated_report_comes_last() -> None:
    story = told("the crane wreck of Strand", hits(UNDATED, WIRE, AGAIN_OPEN))
    assert story.statements[-1].text.startswith("No date: The wreck")


def test_of_many_steps_the_best_are_kept_and_the_rest_counted() -> None:
    daily = [
        Article(f"{n}", f"Strand crane: day {n}", f"Crane of Strand, day {n}: {n} divers.", published=f"2024-05-{n}")
        for n in range(10, 10 + STEPS + 3)
    ]
    story = told("the crane of Strand", hits(*daily))
    assert (len(story.statements), story.total) == (STEPS, STEPS + 3)
    assert abridged(story) is story
    assert "… and 3 more." in plain(story)


def test_a_story_that_nobody_tells_is_refused() -> None:
    assert isinstance(told("the volcano of Hekla", hits(WIRE, AGAIN_OPEN)), Refusal)
    assert isinstance(told("the crane of Strand", []), Refusal)


def report(name: str, title: str, text: str) -> Article:
    return Article(name, title, text, published="2031-05-06")


CRANE = "A crane fell into the harbour of Strand in a storm and shut it. "


def test_reports_of_one_event_in_other_words_are_put_together() -> None:
    found = events(
        [
            report("a", "Crane shuts harbour of Strand", CRANE),
            report("b", "Herring is back", "Fishermen of Ellby landed herring again after five years. "),
            report("c", "Storm brings down crane", "The harbour of Strand is shut, since a crane fell in the storm. "),
        ]
    )
    assert found == [[0, 2], [1]]


def test_what_tells_of_many_events_is_in_no_story() -> None:
    roundups = ["5 things to know for May 6: Crane, Herring ...", "Crane, Herring, New mayor", "News from around Norr"]
    found = events([report(title, title, CRANE) for title in ("Crane shuts Strand", "Crane falls", *roundups)])
    assert found == [[0, 1], [2], [3], [4]]


def test_a_report_begins_behind_its_headline_marked_as_heading_or_not() -> None:
    for headline in ("Crane shuts Strand's port", "# Crane shuts Strand's port"):
        article = report("a", "Crane shuts Strand's port", f"{headline}\n\n{CRANE}")
        first = beginning(article)[0]
        assert article.text[first.start : first.end] == CRANE.strip()


def test_a_story_is_of_what_is_named_in_the_question() -> None:
    assert isinstance(told("crane of Strand in Ravelhaven", hits(WIRE, OTHER_WORDS)), Refusal)


def test_where_the_first_story_tells_too_little_another_is_told() -> None:
    found = hits(WIRE, OTHER_WORDS, AGAIN_OPEN, SUMMER)
    story = told("authority paid 9 million for new brakes", found)
    assert isinstance(story, Chronology)
    assert {cited.article.id for cited in story.citations} == {"summer"}


def test_a_report_that_mentions_what_is_asked_gives_the_sentence_that_does() -> None:
    text = "Is the tram safe? " + "Trams run all day. " * 60 + "In May a crane fell into the harbour of Gorm."
    at = text.index("In May")
    mention = Hit("public", Article("tram", "Trams", text, published="2024-06-01"), at, len(text), 1.0)
    assert told("crane harbour Gorm", [mention]).text.endswith("In May a crane fell into the harbour of Gorm. [1]")


def test_the_sentence_of_a_headline_is_a_statement_and_no_byline() -> None:
    article = report("a", "Crane shuts harbour of Strand", f"Ann Lee\n\nWhat now? {CRANE}")
    span = headline_told(article)
    assert span is not None
    assert article.text[span.start : span.end] == CRANE.strip()
