"""Answers as values: what is the same however it is put, and what a correction takes back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from retrieval.text.numbers import whole_figure
from retrieval.text.values import (
    Value,
    asks_of_now,
    counted_to,
    has_left,
    is_foretold,
    is_other_time,
    is_retracted,
    tells_of_none,
)
from retrieval.types import Span

if TYPE_CHECKING:
    from retrieval.text.answer_kinds import AnswerKind

TUESDAY = dt.date(2031, 5, 13)


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("money", "14 million kroner", "14m", True),
        ("number", "five", "5 people", True),
        ("number", "nobody", "none", True),
        ("number", "none", "two", False),
        ("amount", "60 %", "60 miles", None),
        ("number", "several", "12", None),
        ("person", "Pia Lund", "Mayor Lund", True),
        ("person", "Pia Lund", "Ove Lund", False),
        ("person", "Iga Świątek", "Iga Swiatek", True),
        ("place", "the US", "United States", True),
        ("place", "Lewiston, Maine", "Bath, Maine", None),
        ("thing", "Lake Como", "Lake Geneva", False),
        ("person", "NHS", "National Health Service", True),
        ("time", "Monday", "12 May", True),
        ("time", "Monday", "2 May", False),
        ("other", "4-1", "5-4", False),
        ("other", "they will appeal", "it was wrong", None),
        ("yes_no", "yes", "no", False),
    ],
)
def test_answers_are_compared_as_what_they_say(kind: AnswerKind, one: str, other: str, *, same: bool | None) -> None:
    first, second = Value(one, kind, TUESDAY), Value(other, kind, TUESDAY)
    assert first.agrees_with(second) is same
    assert second.agrees_with(first) is same


def test_a_day_of_the_week_of_an_undated_report_is_compared_with_no_date() -> None:
    friday, date, other = (Value(text, "time") for text in ("Friday", "4 May", "5 May"))
    assert (friday.agrees_with(date), date.agrees_with(friday), date.agrees_with(other)) == (None, None, False)


@pytest.mark.parametrize(
    ("sentence", "retracted"),
    [
        ("Correction: An earlier version of this story said that ten had died.", True),
        ("The report previously said that ten had died.", True),
        ("An earlier version of this story misstated the toll; it is 14, not 40.", False),
        ("An earlier version of the bill failed.", False),
        ("Clarification: A report on 14 March said that senders had until Monday to mend them.", True),
        ("A report on 14 March said that senders had until Monday to mend them.", False),
        ("Ten people died.", False),
    ],
)
def test_a_sentence_that_only_repeats_what_was_wrong_is_told(sentence: str, *, retracted: bool) -> None:
    assert is_retracted(sentence) is retracted


@pytest.mark.parametrize(
    "sentence",
    [
        "An article on Monday (New footbridge opens, page 7) said the bridge was designed by Ruth Ansel.",
        "In a report on the takeover of the ferry line we said that Norse had bought it from Link.",
        "A caption on Tuesday named the woman shown with the marrow as Nell Harcourt.",
    ],
)
def test_what_a_column_of_corrections_begins_with_was_wrong(sentence: str) -> None:
    assert is_retracted(sentence, "Corrections and clarifications")
    assert is_retracted(sentence, "Footbridge: correction")
    assert not is_retracted(sentence, "Footbridge opens")
    assert not is_retracted("It was designed by Peter Ansel.", "Corrections and clarifications")


@pytest.mark.parametrize(
    ("question", "sentence", "none"),
    [
        ("How many are missing?", "Nobody is missing any more.", True),
        ("How many miners are missing?", "None of the twelve miners is still missing.", True),
        ("How many homes are without power?", "No homes are now without power.", True),
        ("How many are missing?", "The last two, the sisters Ada and Bo Lund, were found on Sunday.", True),
        ("How many people are left on the isle?", "The last of them were evacuated.", True),
        ("How many people are missing?", "No injuries were reported, and 30 remained missing.", False),
        ("How many are missing?", "No one knows how many are missing.", False),
        ("How many are missing?", "There was no sign of the missing men.", False),
        ("How many homes are without power?", "No schools opened and 400 homes were without power.", False),
        ("How many hikers are missing?", "Last week two hikers were found.", False),
        ("How many hikers are missing?", "In the last 24 hours two hikers were found.", False),
        ("How many are missing?", "The last two have not been found.", False),
        ("How many are missing?", "The last body was found in May, and 12 are still missing.", False),
        ("How many people left the isle?", "The last 40 were evacuated on Tuesday.", False),
    ],
)
def test_a_sentence_tells_of_none_only_where_it_says_so_of_what_is_asked_about(
    question: str, sentence: str, *, none: bool
) -> None:
    assert tells_of_none(question, sentence) is none


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("A sixth person has died.", "6"),
        ("A sixth victim died of burns on Monday.", "6"),
        ("Police denied that a sixth person had died.", None),
        ("Doctors fear a sixth person may have died.", None),
        ("Twelve were killed before a second suspect fled.", None),
        ("The second victim who died was named as Ove Holt.", None),
        ("A second man was injured.", None),
    ],
)
def test_the_last_of_those_that_died_tells_how_many_there_are(sentence: str, count: str | None) -> None:
    assert counted_to("How many people have died in the fire?", sentence) == count


def test_the_last_of_others_than_asked_about_tells_nothing() -> None:
    assert counted_to("How many years did Holt get for the death?", "A sixth person has died.") is None
    assert counted_to("How many children died?", "A sixth person has died.") is None


@pytest.mark.parametrize(
    ("question", "sentence", "foretold"),
    [
        ("When did the pool reopen?", "The pool is to reopen on 3 May.", True),
        ("When did the pool reopen?", "Pool to reopen in May", True),
        ("When did the pool reopen?", "The pool reopened on 3 May.", False),
        ("When does the pool reopen?", "The pool is to reopen on 3 May.", False),
        ("When did the council plan to reopen the pool?", "The council planned to reopen it in May.", False),
        ("Did the council agree to close the school?", "The council agreed to close the school.", False),
    ],
)
def test_what_is_only_to_come_is_foretold_to_who_asks_of_it_as_over(
    question: str, sentence: str, *, foretold: bool
) -> None:
    assert is_foretold(question, sentence) is foretold


@pytest.mark.parametrize(
    ("question", "before", "after", "is_other"),
    [
        ("When was the fire?", "A cat was found on ", ", four days after the fire.", True),
        ("When was the fire?", "The mill burned on ", ", police said.", False),
        ("When will the mill open?", "The mill will not open ", ".", True),
        ("When will the mill not open?", "The mill will not open ", ".", False),
        ("When will the mill open?", "It will not be Friday: it opens ", ".", False),
    ],
)
def test_a_time_that_is_denied_or_counted_from_what_is_asked_about_is_another(
    question: str, before: str, after: str, *, is_other: bool
) -> None:
    assert is_other_time(question, before, after) is is_other


@pytest.mark.parametrize(("text", "part"), [("Thirty-one people", "Thirty"), ("some 1,402 homes", "402")])
def test_a_part_of_a_figure_is_given_whole(text: str, part: str) -> None:
    at = text.index(part)
    whole = whole_figure(text, Span(at, at + len(part)))
    assert part in (shown := text[whole.start : whole.end])
    assert len(shown) > len(part)
    assert shown in text


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        ("The former mayor, ", " spoke.", True),
        ("", " was the town clerk of Ellby.", True),
        ("", " announced she was stepping down as head.", True),
        ("", " resigned on Monday.", True),
        ("", " has not resigned.", False),
        ("", " was elected mayor.", False),
        ("Mayor ", " spoke after Holt resigned.", False),
    ],
)
def test_who_held_an_office_is_told_from_who_holds_it(before: str, after: str, left: bool) -> None:
    assert has_left(before, after) is left


@pytest.mark.parametrize(
    ("question", "of_now"),
    [
        ("Is the strike in Holm still going on?", True),
        ("How many people are missing now?", True),
        ("Nobody is now sure what the still is for, who built it and why it stands there?", False),
        ("How many people were missing?", False),
    ],
)
def test_what_is_asked_of_now(question: str, of_now: bool) -> None:
    assert asks_of_now(question) is of_now
