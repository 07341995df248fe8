"""Sentences that go on with a list, and how many things are asked for."""

from __future__ import annotations

import pytest

from retrieval.text.enumerations import count_asked, count_items, goes_on


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
