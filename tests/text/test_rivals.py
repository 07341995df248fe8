"""Sentences that tell of another medal, place or contest than is asked about."""

from __future__ import annotations

import pytest

from retrieval.text.rivals import is_of_rival


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
