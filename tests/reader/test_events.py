"""What happened, when, and what is new about something: events with their days."""

from __future__ import annotations

import datetime as dt

from retrieval.reader.events import of_days_asked, read_events, reported_within
from retrieval.types import Article, Extract, Hit, Question, Refusal

REPORTS = {
    "2031-05-06": ("Flood in Ellby", "Three people are missing after the Rava flooded Ellby on Monday, police said."),
    "2031-05-09": ("Two found in Ellby", "The last missing people of the Ellby flood were found on Wednesday."),
    "2031-06-03": ("Ellby wants a dam", "The council of Ellby voted for a dam on the Rava."),
    "2031-06-04": ("Herring is back", "Fishermen of Strand landed herring again."),
}
HITS = [
    Hit("public", Article(day, title, text, published=day), 0, len(text), 1.0) for day, (title, text) in REPORTS.items()
]


def ask(text: str, asked: str) -> Extract | Refusal | None:
    question = Question(text=text, libraries=("public",), asked=dt.date.fromisoformat(asked))
    return read_events(question, HITS, threshold=0.3)


def told(answer: Extract | Refusal | None) -> list[str]:
    assert answer is not None
    return [said.text for said in answer.statements]


def test_what_happened_somewhere_is_told_newest_first_each_with_its_day() -> None:
    assert told(ask("What happened in Ellby?", "2031-07-01")) == [
        f"{REPORTS['2031-06-03'][1]} (3 June 2031)",
        f"{REPORTS['2031-05-09'][1]} (7 May 2031)",
        f"{REPORTS['2031-05-06'][1]} (5 May 2031)",
    ]


def test_what_happened_on_a_day_is_what_happened_then_and_not_what_was_reported_then() -> None:
    assert told(ask("What happened in Ellby on Monday?", "2031-05-08")) == [f"{REPORTS['2031-05-06'][1]} (5 May 2031)"]
    assert told(ask("What happened on 7 May 2031?", "2031-07-01")) == [f"{REPORTS['2031-05-09'][1]} (7 May 2031)"]


def test_an_event_is_told_by_the_sentence_that_names_what_is_asked_about() -> None:
    text = "It rained all over the county on Sunday. In Strand the pier was washed away."
    article = Article("storm", "Storm leaves a trail", text, published="2031-08-05")
    question = Question(text="What happened in Strand?", libraries=("public",), asked=dt.date(2031, 8, 6))
    answer = read_events(question, [Hit("public", article, 0, len(text), 1.0)], threshold=0.3)
    assert told(answer) == ["In Strand the pier was washed away. (3 August 2031)"]


def test_what_happened_to_a_person_is_no_list_of_events() -> None:
    assert ask("What happened to Ann Lund?", "2031-07-01") is None
    assert ask("What happened to Ellby?", "2031-07-01") is not None


def test_where_nothing_is_of_the_days_asked_about_the_newest_is_named() -> None:
    answer = ask("What happened in Ellby yesterday?", "2031-07-01")
    assert isinstance(answer, Refusal)
    assert answer.note == (
        "Nothing here about Ellby is of 30 June 2031. The newest is of 3 June 2031: “Ellby wants a dam”."
    )


def test_the_latest_is_the_newest_report_and_what_is_as_new() -> None:
    assert told(ask("What's the latest on the Rava?", "2031-07-01")) == [f"{REPORTS['2031-06-03'][1]} (3 June 2031)"]


def test_the_latest_on_a_topic_may_be_a_report_that_goes_on_without_its_name() -> None:
    dam = {
        "2031-03-03": (
            "Holm dam shows cracks",
            "Engineers found cracks in the Holm dam. The water is lowered by four metres.",
        ),
        "2031-03-05": (
            "Two villages emptied",
            "The people of Ruse and Tarbet had to leave, since the wall may not hold.",
        ),
        "2031-03-09": (
            "Villagers go home",
            "The people of Ruse may return. The water is six metres lower, and the cracks are filled.",
        ),
        "2031-03-10": ("Herring is back", "Fishermen of Strand landed herring again."),
    }
    hits = [
        Hit("public", Article(day, title, text, published=day), 0, len(text), 1.0) for day, (title, text) in dam.items()
    ]
    question = Question(text="What's the latest on the Holm dam?", libraries=("public",), asked=dt.date(2031, 3, 12))
    first = told(read_events(question, hits, threshold=0.3))[0]
    assert first == "The people of Ruse may return. (9 March 2031)"


def test_what_was_reported_after_the_day_asked_was_not_known_then() -> None:
    assert told(ask("What's the latest on the Rava?", "2031-05-08")) == [f"{REPORTS['2031-05-06'][1]} (5 May 2031)"]


def test_a_topic_that_no_article_reports_is_left_to_the_reader() -> None:
    assert ask("Latest on the war in Gorm", "2031-07-01") is None
    assert ask("Who voted for a dam?", "2031-07-01") is None


def test_a_question_on_few_days_looks_first_at_what_was_reported_of_them() -> None:
    asked = Question(text="How many were missing on 6 May?", libraries=("public",), asked=dt.date(2031, 5, 20))
    narrowed = reported_within(asked)
    assert narrowed is not None
    assert (narrowed.filters.since, narrowed.filters.until) == (dt.date(2031, 5, 6), dt.date(2031, 5, 9))
    assert [hit.article.id for hit in of_days_asked(asked, HITS)] == ["2031-05-06", "2031-05-09"]
    assert reported_within(Question(text="Who won in 2019?", libraries=("public",), asked=asked.asked)) is None


def test_what_happened_before_another_event_or_after_it_is_told_in_its_order_and_without_that() -> None:
    assert told(ask("What happened in Ellby after the Rava flooded it?", "2031-07-01")) == [
        f"{REPORTS['2031-05-09'][1]} (7 May 2031)",
        f"{REPORTS['2031-06-03'][1]} (3 June 2031)",
    ]
    assert told(ask("What happened in Ellby before the council voted for a dam?", "2031-07-01")) == [
        f"{REPORTS['2031-05-06'][1]} (5 May 2031)",
        f"{REPORTS['2031-05-09'][1]} (7 May 2031)",
    ]


def test_what_nobody_reports_bounds_nothing() -> None:
    assert ask("What happened before the circus came to Gorm?", "2031-07-01") is None


def test_after_an_event_without_a_story_comes_what_its_headline_names() -> None:
    answer = ask("What happened before the council voted for a dam?", "2031-07-01")
    assert told(answer)[0] == f"{REPORTS['2031-05-06'][1]} (5 May 2031)"
