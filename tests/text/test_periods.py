"""Expressions of time against the day of publication, and the questions on what happened then."""

from __future__ import annotations

import datetime as dt

import pytest

from retrieval.text.periods import Period, as_of, is_of_other_year, timed, with_date, year_told
from retrieval.text.questions import event_question

SAID = dt.date(2024, 5, 9)  # a Thursday
NO_DAY_THERE = (
    *("the past 5000 years", "the next 9000 years", "last 99999999999999999 years", "the past 999999999 hours"),
    *("the next 900 decades", "before 0001-01-01", "since 9999-12-31"),
)


def days(start: str | None, end: str | None = None) -> Period:
    first, last = (dt.date.fromisoformat(day) if day else None for day in (start, end or start))
    return Period(first, last)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("They met on Monday.", days("2024-05-06")),
        ("They met on Thursday.", days("2024-05-09")),
        ("They met last Thursday.", days("2024-05-02")),
        ("They will meet on Monday.", days("2024-05-13")),
        ("The last game is played on 21 June.", days("2024-06-21")),
        ("They play Orne on Monday.", days("2024-05-13")),
        ("The tram starts on Monday.", days("2024-05-13")),
        ("The vote takes place on Sunday.", days("2024-05-12")),
        ("The club lost the play on Monday.", days("2024-05-06")),
        ("The last game was played on 21 June.", days("2023-06-21")),
        ("It rained yesterday evening.", days("2024-05-08")),
        ("It rained the day before yesterday.", days("2024-05-07")),
        ("It rained last night.", days("2024-05-08")),
        ("Prices rose last month.", days("2024-04-01", "2024-04-30")),
        ("Prices rose earlier this year.", days("2024-01-01", "2024-05-09")),
        ("It opened last summer.", days("2023-06-01", "2023-08-31")),
        ("It opened in early March.", days("2024-03-01", "2024-03-10")),
        ("It opens by the end of this year.", Period(None, dt.date(2024, 12, 31))),
        ("He has led it since 2019.", days("2019-01-01", "2024-05-09")),
        ("It closed a fortnight ago.", days("2024-04-25")),
        ("It closed two years ago.", days("2022-01-01", "2022-12-31")),
        ("It rained for the past three weeks.", days("2024-04-18", "2024-05-09")),
        ("Songs of the 1990s", days("1990-01-01", "1999-12-31")),
        ("What has happened since 7 June?", days("2023-06-07", "2024-05-09")),
    ],
)
def test_an_expression_of_time_is_told_in_days(text: str, meant: Period) -> None:
    assert [found.period for found in timed(text, SAID)] == [meant]


def test_a_date_before_its_weekday_is_the_day_that_it_says() -> None:
    assert timed("They met on 4 March, Monday.", SAID)[0].period == days("2024-03-04")


def test_an_event_that_nobody_dates_is_no_day() -> None:
    assert timed("They left three days after the vote.", SAID) == []


@pytest.mark.parametrize(
    ("question", "sentence", "is_other"),
    [
        ("Who won this year?", "Last year Lund won.", True),
        ("Who won this year?", "This year Lund won.", False),
        ("Who won in 2022?", "Lund won this year.", True),
        ("Who won in 2022?", "In 2022 Lund won, this year Dahl.", False),
        ("Who won this year?", "Lund, who had won last year's race, won.", False),
        ("Who won this year?", "More came than last year.", False),
        ("Who won this year?", "Lund won the 2022 cup.", False),
        ("How many came in 2021?", "In 2023 92 came, down from 104 the year before.", True),
        ("How many came in 2022?", "In 2023 92 came, down from 104 the year before.", False),
        ("How many came in 2023?", "In 2023 92 came, down from 104 a year earlier.", False),
        ("How many came in 2023?", "Some 2000 came, up from 1900 a year earlier.", False),
        ("How many came in 2022?", "Last year 92 came, compared with 104 a year earlier.", False),
        ("How many came in 2021?", "Last year 92 came, compared with 104 a year earlier.", True),
        ("Who won?", "Last year Lund won.", False),
        ("Who had won before this year?", "Last year Lund won.", False),
    ],
)
def test_a_sentence_on_another_year_is_told_apart(question: str, sentence: str, *, is_other: bool) -> None:
    assert is_of_other_year(question, SAID, sentence, SAID) == is_other


@pytest.mark.parametrize(
    ("words", "sentence", "shown"),
    [
        ("Friday", "They won on Friday.", "Friday, 3 May 2024"),
        ("last month", "They won last month.", "Last month, April 2024"),
        ("17 March", "They won on 17 March.", "17 March 2024"),
        ("17 March 2023", "They won on 17 March 2023.", None),
        ("April", "They won in April.", "April 2024"),
        ("after the vote", "They won after the vote.", None),
    ],
)
def test_the_words_that_tell_when_are_shown_with_their_date(words: str, sentence: str, shown: str | None) -> None:
    assert with_date(words, sentence, SAID) == shown


@pytest.mark.parametrize(
    ("question", "about", "when"),
    [
        ("What happened on Monday in Ellby?", "Ellby", days("2024-05-06")),
        ("What happened in Ellby on Monday 6 May?", "Ellby", days("2024-05-06")),
        ("What happened in Mississippi?", "Mississippi", None),
        ("Latest on the Bruins", "Bruins", None),
        ("the dam latest", "dam", None),
        ("What's going on with the strike?", "strike", None),
        ("What happened yesterday?", "", days("2024-05-08")),
        ("What has changed in Ellby since then?", "Ellby", None),
    ],
)
def test_a_question_on_events_has_a_topic_and_days(question: str, about: str, when: Period | None) -> None:
    found = event_question(question, SAID)
    assert found is not None
    assert (found.about, found.when) == (about, when)


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest update?",
        "Who won on Monday?",
        "How did it happen?",
        "What happens when the lead melts?",
        "What change is planned?",
    ],
)
def test_another_question_is_none_on_events(question: str) -> None:
    assert event_question(question, SAID) is None


@pytest.mark.parametrize("written", NO_DAY_THERE)
def test_what_no_calendar_has_is_no_time_and_does_no_harm(written: str) -> None:
    assert timed(f"Over {written} it rained, and on Monday.", SAID)[-1].period == days("2024-05-06")
    assert not is_of_other_year(f"How much did it rain in {written}?", SAID, "It rained last year.", SAID)


def test_many_times_in_a_row_are_each_told() -> None:
    found = timed("Monday, March 4 " * 2_000, SAID)
    assert {each.period for each in found} == {days("2024-03-04")}
    assert len(timed("2019 " * 2_000, SAID)) == 2_000


@pytest.mark.parametrize(
    ("question", "last"),
    [
        ("How many had died as of 2 March 2031?", dt.date(2031, 3, 2)),
        ("How many had died by the end of 2030?", dt.date(2030, 12, 31)),
        ("How many died on 2 March 2031?", dt.date(2031, 4, 1)),
        ("How many will come by 2040?", dt.date(2031, 4, 1)),
    ],
)
def test_what_is_asked_about_as_of_a_day_ends_with_that_day(question: str, last: dt.date) -> None:
    assert as_of(question, dt.date(2031, 4, 1)) == last


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Ann Lee was the 2022 champion.", 2022),
        ("Ann Lee, who won in 2019 and in 2021", 2021),
        ("Ann Lee has been mayor since 2019.", None),
        ("Last year Ann Lee won.", 2030),
        ("Ann Lee won.", None),
    ],
)
def test_the_year_of_what_a_sentence_tells(text: str, year: int | None) -> None:
    assert year_told(text, dt.date(2031, 5, 9)) == year
