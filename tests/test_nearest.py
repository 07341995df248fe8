"""What is shown of a passage that only comes near: one of its own sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.citations import nearest_sentence
from retrieval.types import Article, Hit

TEXT = (
    "The ferry was late.\n\n"
    "The ferry of Kilmory burned on Monday. Nobody on the ferry was hurt. Its owner is Zora Quill."
)


def nearest(question: str, text: str = TEXT, start: int = 0) -> str:
    span = nearest_sentence(question, Hit("public", Article("a", "Ferry", text), start, len(text), 1.0))
    return text[span.start : span.end]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who is the owner of the ferry?", "Its owner is Zora Quill."),
        ("Was anybody hurt on the ferries?", "Nobody on the ferry was hurt."),
        ("When did the ferry sink?", "The ferry was late."),
        ("Why?", "The ferry was late."),
    ],
)
def test_it_is_the_sentence_that_shares_the_rarest_words_or_else_the_first(question: str, sentence: str) -> None:
    assert nearest(question) == sentence


def test_it_is_a_sentence_of_the_passage() -> None:
    assert nearest("Was the ferry late?", start=TEXT.index("The ferry of")) == "The ferry of Kilmory burned on Monday."


@given(st.text(), st.text())
def test_any_passage_has_one(question: str, text: str) -> None:
    assert nearest(question, text) in text
