"""Excerpts become numbered citations that are exact slices."""

from __future__ import annotations

import pytest

from retrieval.citations import Excerpt, joined, state, whole_field
from retrieval.types import Article, Statement

ARTICLE = Article("a", "Title", "One here. Two here.\n\nThree here.")
ONE, TWO, THREE = (Excerpt("public", ARTICLE, start, end) for start, end in ((0, 9), (10, 19), (21, 32)))


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
