"""Whom a question is about, and whether the articles name them."""

from __future__ import annotations

import pytest

from retrieval.reader.entities import is_mentioned, is_of_namesake, respelling_note, unknown_entity
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


def test_what_is_somebodys_is_mentioned_where_that_one_is() -> None:
    text = "“No,” the minister said. Ann Lee left for Venezuela."
    hits = [Hit("public", Article("a", "News", text), 0, len(text), 0.03)]
    assert is_mentioned("Ann Lee's camp", hits)
    assert not is_mentioned("Tom Bauer's camp", hits)


def test_a_capital_is_mentioned_where_its_country_is() -> None:
    text = "Venezuela’s government called it theft."
    hits = [Hit("public", Article("a", "News", text), 0, len(text), 0.03)]
    assert is_mentioned("Caracas", hits)
    assert not is_mentioned("Havana", hits)


def test_a_word_with_a_hyphen_is_mentioned_where_its_parts_are() -> None:
    assert unknown_entity("When will the Marstad-Holm strike end?", HITS) is None
    assert unknown_entity("When will the Marstad-Oslo strike end?", HITS) == "Marstad-Oslo"


@pytest.mark.parametrize(
    ("question", "is_known"),
    [
        ("What does the MHB plan?", True),
        ("Why did the HB wait?", True),
        ("Why did the BOR wait?", True),
        ("Why did the MXB wait?", False),
        ("Was BW Jr. there?", True),
    ],
)
def test_an_abbreviation_is_held_where_it_is_written_out(question: str, *, is_known: bool) -> None:
    text = "The Marstad Harbour Board waited for Bo Wu and the Bureau of Roads."
    hits = [Hit("public", Article("a", "Roads", text), 0, len(text), 0.03)]
    assert (unknown_entity(question, hits) is None) == is_known


@pytest.mark.parametrize(
    ("question", "is_of_another"),
    [
        ("How old is Petra Holm?", True),  # Ida Holm
        ("How old is Ida Holm?", False),
        ("How old is Captain Holm?", False),
        ("Where does Jo Berg live?", False),  # too short to be known
        ("Where does Jounas Berg live?", False),  # a slip
        ("Where does Petra Lund live?", False),  # nobody's namesake
        ("Is there a Marstader Ferry?", False),  # of Marstad
    ],
)
def test_an_article_on_somebody_else_of_that_surname_is_told(question: str, *, is_of_another: bool) -> None:
    assert is_of_namesake(question, HITS[0]) == is_of_another


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
