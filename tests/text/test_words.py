"""Stems, names and numbers of questions and sentences."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snowballstemmer.english_stemmer import EnglishStemmer  # type: ignore[import-untyped]  # it ships no types

from retrieval.text import words as words_module
from retrieval.text.name_matching import holds_name, same_name
from retrieval.text.words import content_stems, has_verb, name_stems, numbers, stem, stems


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("russia", "russian", True),
        ("china", "chines", True),
        ("zelenski", "zelenskyi", True),
        ("biden", "bidon", True),
        ("iran", "iraq", False),
        ("xi", "li", False),
        ("austria", "australia", False),
        ("israel", "isra", True),
        ("covid", "covid-19", True),
        ("night", "nightmar", False),
        ("trent", "trenton", False),
    ],
)
def test_forms_and_slips_are_one_name_and_neighbours_are_not(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same


NAMES = st.text(st.sampled_from("aábeéoöÉﬁfnrst"), min_size=1, max_size=8)


@given(NAMES, NAMES)
def test_a_name_is_held_as_it_or_another_spelling(name: str, other: str) -> None:
    assert holds_name(name, frozenset({other})) is (name == other or same_name(name, other))


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz'"), min_size=1, max_size=12))
def test_stems_are_those_of_the_stemmer_in_python(word: str) -> None:
    assert words_module._STEMMER.stemWord(word) == EnglishStemmer().stemWord(word)


def test_possessives_and_curly_marks_do_not_part_words() -> None:
    assert stem("Kremlin’s") == stem("kremlin")
    assert "leader" in stems("China's leaders")


def test_function_words_carry_no_content() -> None:
    assert content_stems("When did the two of them meet?") == ["two", "meet"]


def test_an_abbreviation_is_the_same_with_dots_and_no_function_word() -> None:
    assert stems("the U.K. and its NGO") == stems("the UK and its N.G.O.")
    assert content_stems("What did the US and the WHO give us?") == ["us", "who"]
    assert content_stems("WHO GAVE US IT?") == content_stems("who gave us it?")


def test_a_capital_that_opens_the_question_is_no_name() -> None:
    assert name_stems("Where did Stone go?") == ["stone"]


def test_numbers_lose_the_full_stop() -> None:
    assert numbers("From 3 to 1,200 in 2031.") == ["3", "1,200", "2031"]


@given(st.text())
def test_any_text_has_stems(text: str) -> None:
    assert all(stems(text))


def test_the_words_of_a_long_text_are_not_kept() -> None:
    before = words_module._words_of_sentence.cache_info().currsize
    assert len(words_module.words("word " * 1_000)) == 1_000
    assert words_module._words_of_sentence.cache_info().currsize == before


def test_stems_are_right_whoever_else_stems_at_the_time() -> None:
    words = [
        f"{start}{end}" for start in ("walk", "govern", "report", "declar") for end in ("ing", "ment", "ations", "ed")
    ]
    words = [f"{word}{n}{word}" for word in words for n in "abcdefgh"]
    stemmed = words_module.stem.__wrapped__
    alone = [stemmed(word) for word in words]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda _: [stemmed(word) for word in words], range(12)))
    finally:
        sys.setswitchinterval(before)
    assert together == [alone] * 12


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Ann Lee, “Everything Everywhere All at Once”", False),
        ("Ann Lee on the strike: no end in sight", False),
        ("The mayor unveiled it.", True),
        ("She wins.", True),
        ("“We stay,” he said.", True),
    ],
)
def test_an_entry_of_a_list_holds_no_verb(text: str, *, holds: bool) -> None:
    assert has_verb(text) is holds
