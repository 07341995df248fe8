"""What the wording of questions and sentences tells."""

from __future__ import annotations

import pytest

from retrieval.text.pronouns import needs_antecedent
from retrieval.text.questions import LONGEST, article_field, asks_yes_or_no, subjects, without_by


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Did Mayor Ann Lee sell Bo Wu's boat?", ["Ann Lee", "Bo Wu"]),
        ("Who met Ann Lee?", []),
        ("Has the Kremlin answered Ann Lee?", ["Kremlin"]),
    ],
)
def test_subjects_and_owners_are_read_from_a_question(question: str, names: list[str]) -> None:
    assert subjects(question) == names


@pytest.mark.parametrize(
    ("question", "wants"),
    [("Is it hot?", True), ("Is it hot or cold?", False), ("Who is it?", False), ("island?", False)],
)
def test_a_question_that_yes_or_no_would_answer(question: str, wants: bool) -> None:
    assert asks_yes_or_no(question) == wants


def test_a_message_that_is_too_long_asks_for_no_field() -> None:
    assert article_field("Who wrote this?") == "byline"
    assert article_field("Who wrote this article" + " of old" * LONGEST + "?") is None


def test_a_byline_without_by_is_names() -> None:
    assert without_by("By Ann Lee") == without_by("BY  Ann Lee") == "Ann Lee"


@pytest.mark.parametrize("sentence", ["He agreed.", "“They sang.", "The move was praised.", "This move was praised."])
def test_a_sentence_that_points_back_needs_the_one_before(sentence: str) -> None:
    assert needs_antecedent(sentence, "Who knew?")


@pytest.mark.parametrize("sentence", ["Ann agreed.", "The move by Lee was praised.", "This is Oslo.", "Theft rose."])
def test_a_sentence_that_names_what_it_is_about_stands_alone(sentence: str) -> None:
    assert not needs_antecedent(sentence, "Who knew?")


def test_what_the_question_names_needs_nothing_before_it() -> None:
    assert not needs_antecedent("The move was praised.", "Who praised the move?")
    assert not needs_antecedent("The strike ended.", "When did the strikes end?")
    assert needs_antecedent("They praised the move.", "Who praised the move?")
    assert needs_antecedent("The move was praised.", "Who was removed?")
