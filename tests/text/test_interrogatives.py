"""A question in parts, and the same asked otherwise."""

from __future__ import annotations

import pytest

from retrieval.text.interrogatives import asked_by_adverb, event_of, interrogative
from retrieval.text.words import base_of

PARTS = [
    ("How much more did eggs cost in May?", ("How much more", "did", "eggs", "cost in May")),
    ("Who won the cup?", ("Who", "did", "", "win the cup")),
    ("Which news outlets won prizes?", ("Which news outlets", "did", "", "win prizes")),
    ("How many died in the flood?", ("How many", "did", "", "die in the flood")),
    ("Who can't vote?", ("Who", "can't", "", "vote")),
    ("How many nurses are going on strike?", ("How many nurses", "are", "", "going on strike")),
    ("Did Xi and Putin meet in Moscow?", ("", "did", "Xi and Putin", "meet in Moscow")),
    ("What's the limit at Heathrow?", ("What", "'s", "the limit at Heathrow", "")),
    ("Did the abortion bill pass the senate?", ("", "did", "the abortion bill", "pass the senate")),
]


@pytest.mark.parametrize(("question", "expected"), PARTS)
def test_a_question_is_read_in_parts(question: str, expected: tuple[str, str, str, str]) -> None:
    parts = interrogative(question)
    assert parts is not None
    assert (parts.asked, parts.auxiliary, parts.subject, parts.predicate) == expected
    assert question[parts.at : parts.at + len(parts.subject)] == parts.subject


@pytest.mark.parametrize("question", ["Minimum wage?", "and the mayor", "", "When did football on Sunday start?"])
def test_what_has_no_plain_parts_is_not_read(question: str) -> None:
    assert interrogative(question) is None


TURNED = [
    ("when", "Who quit the board?", "Ann Lee", "when did Ann Lee quit the board?"),
    ("why", "Who wants to ban boats?", None, "why do they want to ban boats?"),
    ("why", "Who wants to ban boats?", "US lawmakers", "why do US lawmakers want to ban boats?"),
    ("where", "What happened to Bo Lind?", None, "where did that happen to Bo Lind?"),
    ("why", "How many cars did Rivian build?", "900", "why did Rivian build that many cars?"),
    ("when", "Which boat won the cup?", None, "when did the boat win the cup?"),
    ("why not", "Will Lee run?", None, "why won't Lee run?"),
    ("why", "What's the rate now?", None, None),
]


@pytest.mark.parametrize(("adverb", "question", "answer", "expected"), TURNED)
def test_an_adverb_turns_a_question(adverb: str, question: str, answer: str | None, expected: str | None) -> None:
    assert asked_by_adverb(adverb, question, answer) == expected


@pytest.mark.parametrize(
    ("question", "answer", "event"),
    [
        ("Why did Lind sell the ferry?", None, "Lind selling the ferry"),
        ("When could Putin officially declare war?", None, "Putin officially declaring war"),
        ("Who voted against the bill?", "Joe Lee", "Joe Lee voting against the bill"),
        ("How old is Lind?", None, None),
        ("What did Lind sell?", None, None),
    ],
)
def test_what_was_done_is_told_as_a_noun(question: str, answer: str | None, event: str | None) -> None:
    assert event_of(question, answer) == event


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("stopped", ("stop", "past")),
        ("moved", ("move", "past")),
        ("visited", ("visit", "past")),
        ("changed", ("change", "past")),
        ("reached", ("reach", "past")),
        ("tried", ("try", "past")),
        ("agreed", ("agree", "past")),
        ("quit", ("quit", "past")),
        ("goes", ("go", "present")),
        ("misses", ("miss", "present")),
        ("need", None),
        ("red", None),
        ("ed", None),
        ("ued", ("ue", "past")),
        ("class", None),
    ],
)
def test_the_base_of_a_form(form: str, base: tuple[str, str] | None) -> None:
    assert base_of(form) == base
