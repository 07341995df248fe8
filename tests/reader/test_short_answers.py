from __future__ import annotations

import pytest

from retrieval.text.answer_kinds import asks_who_won, is_informative
from retrieval.text.boilerplate import headline_end
from retrieval.text.tables import bullet_end, told_line
from retrieval.types import Span


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Who freed the dog?", "Dog", False),
        ("When did the siren sound?", "until", False),
        ("Which ideas did the board drop?", "two", False),
        ("How many plans did the board drop?", "two", True),
        ("Who won, Aster or Bold?", "Aster", True),
        ("Who freed the dog?", "Ina Moss", True),
    ],
)
def test_the_words_of_the_question_answer_nothing(question: str, answer: str, expected: bool) -> None:
    assert is_informative(question, answer) == expected


def test_a_score_tells_who_won_and_a_draw_does_not() -> None:
    text = "Aster 2-4 Bold Rovers\nCalm 1-1 Dove"
    won, drawn = told_line(text, 0), told_line(text, 22)
    assert won is not None
    assert won.winner == Span(10, 21)
    assert drawn is not None
    assert drawn.winner is None


def test_who_won_is_asked_with_several_verbs() -> None:
    assert asks_who_won("Which team beat Aster?")
    assert not asks_who_won("Who lost?")


def test_the_number_of_an_item_and_the_site_behind_a_title_are_told_apart() -> None:
    assert bullet_end("6. Its oldest cat is 21.", 0) == 3
    assert bullet_end("Six cats live here.", 0) == 0
    assert headline_end("Fog on the Rava | Holm Post") == 15
    assert headline_end("Fog on the Rava") == 15
