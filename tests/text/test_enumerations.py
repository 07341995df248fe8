"""Sentences that go on with a list, and how many things are asked for."""

from __future__ import annotations

import pytest

from retrieval.text.enumerations import count_asked, count_items, count_named, goes_on, is_of_rival, number_compared


@pytest.mark.parametrize(
    "sentence",
    [
        "Bridge Street also closes at noon.",
        "Barbecues will be banned too, and so will loudspeakers.",
        "The third prize went to Ann Lee.",
        "Old Kestrel took the second gold.",
        "Then the court heard Petra Wynn.",
        "Two more came in on the readers' vote.",
        "The branch in Quay Street follows in April.",
        "Nor may tents be pitched.",
    ],
)
def test_a_sentence_that_adds_to_one_before_it_goes_on_with_a_list(sentence: str) -> None:
    assert goes_on(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["It was too late.", "More than two came.", "The library gets two more evenings.", "She came first.", ""],
)
def test_other_sentences_begin_none_and_go_on_with_none(sentence: str) -> None:
    assert not goes_on(sentence)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Name the three winners.", 3),
        ("Who are the 12 jurors?", 12),
        ("Which two streets are closed?", 2),
        ("What three reasons does the builder give?", 3),
        ("Which streets are closed?", None),
        ("Which two hours are lost?", None),
        ("How many came?", None),
    ],
)
def test_a_question_may_tell_how_many_things_it_asks_for(question: str, count: int | None) -> None:
    assert count_asked(question) == count


def test_what_is_named_side_by_side_is_counted() -> None:
    assert [count_items(words) for words in ("Ann Lee", "Ann Lee and Bo Wu", "Ann Lee, Bo Wu, and Cy Dahl")] == [
        1,
        2,
        3,
    ]


@pytest.mark.parametrize(
    ("question", "sentence", "rival"),
    [
        ("Who won bronze?", "Ann Lee won gold.", True),
        ("Who won bronze?", "Ann Lee won gold, Bo Wu bronze.", False),
        ("Who won bronze?", "Bo Wu came third.", False),
        ("Who won gold or silver?", "Ann Lee won bronze.", False),
        ("Who won the women's race?", "The men’s race was won by Bo Wu.", True),
        ("Who won the women's race?", "The race was won by Ann Lee.", False),
        ("Who came fifth?", "Crew: Ida, came second.", True),
        ("Who came second?", "Crew: Ida, came second.", False),
        ("Who got the second prize?", "The third prize went to Ann Lee.", True),
        ("When did the second boat sink?", "The first boat sank on Monday.", True),
        ("When did the second boat sink?", "The first boat sank on Monday, the second boat on Friday.", False),
        ("Which town is the fastest?", "Holm is the slowest town.", True),
        ("Which town is the biggest?", "Holm is the largest town, Orva the smallest.", False),
        ("How old is the oldest resident?", "The mayor is 40.", False),
        ("Who was the second to swim it?", "Ann Lee did at her third attempt.", False),
    ],
)
def test_a_sentence_on_a_rival_is_told_apart(question: str, sentence: str, *, rival: bool) -> None:
    assert is_of_rival(question, sentence) is rival


@pytest.mark.parametrize(
    ("question", "sentence", "count"),
    [
        ("how many seats did the greens get", "Reform 61 seats, National Union 48, Greens 19, Farmers 12.", "19"),
        ("How many did the Farmers win?", "Reform won 61 seats, National Union 48 and the Farmers 12.", "12"),
        ("How many seats has Reform?", "Of 140 seats Reform has 61, National Union 48, Greens 19.", "61"),
        ("How many seats are there?", "Reform 61 seats, National Union 48, Greens 19, Farmers 12.", None),
        ("How many seats did the Greens get?", "The Greens won 19 seats on Sunday.", None),
        ("What does the night bus cost?", "The pool costs 11 million, the night bus 300,000 a year.", "300,000 a year"),
        ("how many buses burned", "A fire destroyed nine of Norby's 24 buses in the night.", "nine"),
        ("How many buses has Norby?", "A fire destroyed nine of Norby's 24 buses in the night.", None),
        ("How many workers are offered jobs?", "Of 86 workers 30 are offered jobs in Norby.", "30"),
        ("How many plans were rejected?", "Council votes down five of nine plans", "five"),
        ("What does the pool cost?", "The pool costs 11 million, the night bus 300,000 a year.", None),
    ],
)
def test_of_names_with_a_number_each_the_one_asked_about_tells_it(
    question: str, sentence: str, count: str | None
) -> None:
    span = count_named(question, sentence)
    assert (sentence[span.start : span.end] if span else None) == count


ATE = "Ida ate 63 cakes and buns, but 13 fewer than the 76 that she had eaten the year before."


@pytest.mark.parametrize(
    ("question", "told", "number"),
    [
        ("How many cakes did Ida eat?", "13 fewer than", "63"),
        ("How many did she eat?", "13 fewer than", "63"),
        ("How many fewer did Ida eat?", "13 fewer than", None),  # that is it
        ("How many cakes did Ida eat?", "76 that she", None),  # no difference
        ("How many boats sank?", "13 fewer than", None),  # none is counted
    ],
)
def test_how_many_more_or_fewer_is_not_how_many(question: str, told: str, number: str | None) -> None:
    span = number_compared(question, ATE, ATE[ATE.index(told) :])
    assert (span and ATE[span.start : span.end]) == number
