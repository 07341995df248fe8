from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.stories.copies import SKETCH, is_copy, sketch
from tests.stories.agency import CUT, ELSEWHERE, LEAD, LONGER, OTHER_WORDS, PARAGRAPHS, PUT_IN, WIRE

if TYPE_CHECKING:
    from retrieval.types import Article

FURNITURE = " ".join(
    f"Stocks fell and rose again as traders at desk {n} looked at what number {n} did." for n in range(40)
)


@pytest.mark.parametrize("edited", [CUT, LONGER, replace(WIRE, title="Ida Krog: brake was on order")])
def test_a_text_is_known_again_as_desks_edit_it(edited: Article) -> None:
    assert is_copy(WIRE, edited)
    assert is_copy(edited, WIRE)
    assert len(set(sketch(WIRE.text)) & set(sketch(edited.text))) >= 2


@pytest.mark.parametrize("other", [OTHER_WORDS, ELSEWHERE])
def test_another_text_is_none_however_alike_the_event(other: Article) -> None:
    assert not is_copy(WIRE, other)


def test_line_breaks_and_case_make_no_other_text() -> None:
    assert is_copy(WIRE, replace(WIRE, text=" ".join(PARAGRAPHS).upper()))


def test_pages_that_share_their_furniture_alone_carry_two_texts() -> None:
    one = replace(WIRE, text=f"{LEAD}\n\n{FURNITURE}")
    other = replace(ELSEWHERE, text=f"{ELSEWHERE.text}\n\n{FURNITURE}")
    assert not is_copy(one, other)


def test_a_page_of_which_only_furniture_was_read_is_no_copy_of_another() -> None:
    assert not is_copy(replace(WIRE, text=FURNITURE), replace(ELSEWHERE, text=FURNITURE))


def test_a_report_that_has_one_paragraph_of_another_is_no_copy() -> None:
    assert not is_copy(replace(WIRE, text=f"{ELSEWHERE.text}\n\n{PUT_IN}"), LONGER)


@pytest.mark.parametrize("text", ["", "Words.", "Too few words to tell whose they are."])
def test_a_few_words_are_nobodys_copy(text: str) -> None:
    assert sketch(text) == ()
    assert not is_copy(replace(WIRE, text=text), replace(CUT, text=text))


@given(st.text())
def test_any_text_has_a_sketch_of_its_own(text: str) -> None:
    found = sketch(text)
    assert found == tuple(sorted(set(found)))
    assert len(found) <= SKETCH
