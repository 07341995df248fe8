"""Which side is asked for, and which side words speak for."""

from __future__ import annotations

import pytest

from retrieval.text.questions import LONGEST
from retrieval.text.stance import (
    StanceQuestion,
    is_of_group,
    may_speak_for,
    side,
    side_of_group,
    stance_question,
    tells_of_dispute,
    tells_of_silence,
)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Who is for the ferry?", StanceQuestion("for", "the ferry")),
        ("who is in favour of the new quay", StanceQuestion("for", "the new quay")),
        ("Who supports the quay?", StanceQuestion("for", "the quay")),
        ("Who else is against the ferry?", StanceQuestion("against", "the ferry")),
        ("Who disagreed with Lee?", StanceQuestion("against", "Lee")),
        ("Who agreed with Lee?", StanceQuestion("for", "Lee")),
        ("Who in Strand opposes the quay?", StanceQuestion("against", "the quay", where="Strand")),
        ("Why is Bo Wu still against the quay?", StanceQuestion("against", "the quay", who="Bo Wu")),
        ("Why does Lee support the quay?", StanceQuestion("for", "the quay", who="Lee")),
        ("Which senators are for the quay?", StanceQuestion("for", "the quay", "senators")),
        ("Who stands behind the quay?", StanceQuestion("for", "the quay")),
    ],
)
def test_a_question_on_a_side(text: str, asked: StanceQuestion) -> None:
    assert stance_question(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "Who is running for mayor?",
        "Who scored against Strand?",
        "Who is for" + " x" * LONGEST,
        "Who is behind the theft?",
        "What food is for sale?",
    ],
)
def test_other_questions_ask_for_no_side(text: str) -> None:
    assert stance_question(text) is None


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("“The quay is long overdue,” Lee said.", "for"),
        ("Wu said the quay was not needed.", "against"),
        ("“We can’t wait for the ferry.”", "for"),
        ("Wu voted against the quay.", "against"),
        ("Lee voted for the quay.", "for"),
        ("The quay is of stone.", None),
        ("“It is not a mistake.”", "for"),
        ("The plan addresses our concerns, Lee said.", "for"),
        ("“It is a good quay in a bad place.”", None),
        ("Wu said he would uphold their rights.", None),
        ("The neighbours were less pleased.", "against"),
        ("“It works, and it should stay.”", "for"),
    ],
)
def test_the_side_that_words_speak_for(text: str, speaks: str | None) -> None:
    assert side(text) == speaks


def test_the_clause_on_the_topic_tells_the_side_before_the_rest() -> None:
    text = "Union head Lee backed the nurses, saying that no ward can run on goodwill."
    assert may_speak_for(text, {"nurs"}, "for")
    assert may_speak_for("Wu, who opposed the quay, said the ferry was good.", {"ferri"}, "for")
    assert may_speak_for("“It is a good quay.”", {"tunnel"}, "for")


def test_a_dispute_tells_of_both_sides() -> None:
    assert tells_of_dispute("The senators disagreed over the quay.")
    assert not tells_of_dispute("The senators backed the quay.")


def test_to_end_what_is_asked_about_speaks_against_it() -> None:
    assert may_speak_for("Wu promised to fight the quay in court.", {"quay"}, "against")
    assert side("Wu promised to fight fires.", {"quay"}) is None


def test_who_is_against_what_stands_in_the_way_is_for_the_thing() -> None:
    assert side("Wu condemned interference in the deal.") == "for"
    assert side("Wu is against the boycott.", {"boycott"}) == "against"


def test_a_critic_by_trade_may_praise() -> None:
    assert side("Film critic Bo Wu praised the ending.") == "for"
    assert side("Bo Wu is a critic of the ferry.") == "against"


@pytest.mark.parametrize(
    ("group", "called", "is_one"),
    [("leaders", "President Ada Frost", True), ("doctors", "Dr. Wu", True), ("parents", "a baker", False)],
)
def test_who_is_of_a_group_is_told_by_what_they_are_called(group: str, called: str, is_one: bool) -> None:
    assert is_of_group(group, called) == is_one


def test_some_groups_are_on_a_side_by_their_name() -> None:
    assert (side_of_group("critics"), side_of_group("Supporters"), side_of_group("leaders")) == ("against", "for", None)


@pytest.mark.parametrize("text", ["Lee has not commented.", "The mill could not be reached.", "No comment, Lee said."])
def test_silence_is_told_in_some_phrases(text: str) -> None:
    assert tells_of_silence(text)
    assert not tells_of_silence("Lee commented on the mill.")
