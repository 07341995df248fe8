"""Excerpts become numbered citations that are exact slices; of a passage that only comes near, a sentence is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.citations import Excerpt, joined, nearest_sentence, state, whole_field
from retrieval.types import Article, Hit, Statement

ARTICLE = Article("a", "Title", "One here. Two here.\n\nThree here.")
ONE, TWO, THREE = (Excerpt("public", ARTICLE, start, end) for start, end in ((0, 9), (10, 19), (21, 32)))
FERRY = (
    "The ferry was late.\n\n"
    "The ferry of Kilmory burned on Monday. Nobody on the ferry was hurt. Its owner is Zora Quill."
)


def test_statements_are_the_words_of_their_citations_numbered_from_one() -> None:
    statements, citations = state([THREE, ONE])
    assert [(s.text, s.citations) for s in statements] == [("Three here.", (1,)), ("One here.", (2,))]
    assert [c.quote for c in citations] == ["Three here.", "One here."]


@pytest.mark.parametrize(("start", "end"), [(30, 40), (5, 5), (8, 4)])
def test_what_cannot_be_sliced_is_never_cited(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="has no span"):
        state([Excerpt("public", ARTICLE, start, end)])


def test_neighbours_in_a_paragraph_are_joined_in_either_order_and_paragraphs_kept_apart() -> None:
    assert [e.text for e in joined([TWO, THREE, ONE])] == ["One here. Two here.", "Three here."]


def test_a_missing_field_cannot_be_cited() -> None:
    assert whole_field("public", ARTICLE, "byline") is None


def test_markers_show_the_numbers() -> None:
    assert Statement("", (1, 3)).markers == "[1][3]"


def nearest(question: str, text: str = FERRY, start: int = 0) -> str:
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
def test_what_is_near_is_the_sentence_that_shares_the_rarest_words_or_else_the_first(
    question: str, sentence: str
) -> None:
    assert nearest(question) == sentence


def test_what_is_near_is_a_sentence_of_the_passage() -> None:
    assert nearest("Was the ferry late?", start=FERRY.index("The ferry of")) == "The ferry of Kilmory burned on Monday."


@given(st.text(), st.text())
def test_any_passage_has_a_sentence_that_is_near(question: str, text: str) -> None:
    assert nearest(question, text) in text
