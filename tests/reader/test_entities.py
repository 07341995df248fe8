"""Whom a question is about, and whether the articles name them."""

from __future__ import annotations

import pytest

from retrieval.reader.entities import is_mentioned, respelling_note, unknown_entity
from retrieval.types import Article, Hit

ARTICLE = Article(
    "harbour",
    "Ferry strike ends in Marstad",
    "Mayor Jonas Berg praised Captain Ida Holm in Marstad.",
    byline="By Lena Vik",
)
HITS = [Hit("public", ARTICLE, 0, len(ARTICLE.text), 0.03)]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Where was Petra Lund born?", "Petra Lund"),
        ("How old is Petra Lund’s boat?", "Petra Lund"),
        ("Where was Jonas Berg born?", None),
        ("Did Mayor Berge praise Petra Lund?", None),  # she is no subject
        ("What does Lena Vik write?", None),
        ("What happened in Oslo?", None),
    ],
)
def test_a_subject_or_owner_whom_no_article_names_is_unknown(question: str, name: str | None) -> None:
    assert unknown_entity(question, HITS) == name


def test_a_description_is_mentioned_by_its_last_word() -> None:
    assert is_mentioned("the old captain", HITS)
    assert not is_mentioned("the pilot", HITS)


@pytest.mark.parametrize(
    ("question", "typed"), [("What happened in Mrastad?", "Mrastad"), ("Did Marstda win?", "Marstda")]
)
def test_which_name_is_taken_for_a_misspelt_one_is_told(question: str, typed: str) -> None:
    assert respelling_note(question, HITS) == f"No article names “{typed}”; taken for “Marstad”."


@pytest.mark.parametrize(
    "question", ["What happened in Marstad?", "What happened in Paris?", "Is it a Marstader ferry?"]
)
def test_of_a_name_that_is_known_or_like_no_other_nothing_is_told(question: str) -> None:
    assert respelling_note(question, HITS) is None
