"""What is said of another year's event is no answer to a question on this one's."""

from __future__ import annotations

import datetime as dt

import pytest

from retrieval.text.dates import is_of_other_edition

ASKED = dt.date(2031, 3, 20)


@pytest.mark.parametrize(
    ("question", "sentence", "is_other"),
    [
        ("Who won the Holm Marathon this year?", "Lund won the 2030 Holm Marathon.", True),
        ("who won the holm marathon", "Lund won the 2030 Holm Marathon.", False),
        ("who won the holm marathon", "Lund won the 2030 Holm Marathon last year.", True),
        ("who won the holm marathon", "Lund won the 2019 Holm Marathon.", True),
        ("When is the Holm Marathon?", "The 2032 Holm Marathon is in May.", False),
        ("Who won the 2019 Holm Marathon?", "Lund won the 2019 Holm Marathon.", False),
        ("Who won the 2018 Holm Marathon?", "Lund won the 2019 Holm Marathon.", True),
        ("Who has ever won the Holm Marathon twice?", "Lund won the 2019 Holm Marathon.", False),
        ("Who won the Holm Marathon?", "Lund, who won the 2019 Ellby Cup, ran last.", False),
        ("Who won the Holm Marathon?", "Lund won it in 2019.", False),
        ("Who won the Holm Marathon?", "Last year's winner, Ann Lund, withdrew.", True),
        ("Who won the Holm Marathon?", "Last year's winner, Ann Lund, won again.", False),
        ("Who won the Holm Marathon last year?", "Last year's winner, Ann Lund, withdrew.", False),
    ],
)
def test_an_edition_of_another_year_is_told_apart(question: str, sentence: str, *, is_other: bool) -> None:
    assert is_of_other_edition(question, sentence, ASKED) == is_other
