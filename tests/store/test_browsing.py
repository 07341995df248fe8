from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.store.articles import Articles, ListedArticle, digest, open_engine
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("each_database")
FERRY = Article("ferry", "The ferry runs again", "Text.", "Ana Rossi", "Harbour News", "2023-03-20")
ZURICH = Article("zurich", "Zürich closes its CAFÉS", "Text.", "Tom de Vries", "Évening Post", "2023-03-21")
TAX = Article("tax", "A tax of 100% on_ferries", "Text.", None, "harbour times")


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    table = Articles(open_engine(tmp_path))
    table.stage("public", [FERRY, ZURICH, TAX])
    table.stage("mine", [FERRY])
    table.publish(table.pending(100))
    yield table
    table.close()


def found(articles: Articles, words: str, *libraries: str) -> list[str]:
    return [row.id for row in articles.browse(libraries or ("public",), words).rows]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("", ["zurich", "ferry", "tax"]),
        ("  ", ["zurich", "ferry", "tax"]),
        ("FERR", ["ferry", "tax"]),
        ("ferry rossi harbour", ["ferry"]),
        ("rossi vries", []),
        ("zürich cafés", ["zurich"]),
        ("ÉVENING", ["zurich"]),
        ("100%", ["tax"]),
        ("n_f", ["tax"]),
        ("%", ["tax"]),
        ("text", []),
        ("\ud800", []),
        ("'; DROP TABLE articles; --", []),
        ("ferr " * 500, ["ferry", "tax"]),
        (" ".join(f"w{n}" for n in range(5_000)), []),
    ],
)
def test_articles_are_found_by_each_word_of_title_byline_or_publisher(
    articles: Articles, words: str, ids: list[str]
) -> None:
    assert found(articles, words) == ids


def test_pages_go_on_where_the_one_before_ended_and_know_how_many_there_are(articles: Articles) -> None:
    pages = [articles.browse(["public"], offset=offset, limit=2) for offset in (0, 2, 4)]
    assert [[row.id for row in page.rows] for page in pages] == [["zurich", "ferry"], ["tax"], []]
    assert {page.total for page in pages} == {3}


def test_a_row_is_a_listing_with_a_key_that_gives_the_article(articles: Articles) -> None:
    [row] = articles.browse(["public"], "ferry runs").rows
    assert (row.library, row.title, row.characters, row.state) == ("public", FERRY.title, 5, "ready")
    stored = articles.by_key(["public"], row.key)
    assert stored is not None
    assert stored.article == FERRY


def test_a_key_is_good_only_in_the_libraries_of_who_asks_and_while_its_revision_stands(articles: Articles) -> None:
    [row] = articles.browse(["mine"]).rows
    assert articles.by_key(["public"], row.key) is None
    assert articles.by_key([], row.key) is None
    assert articles.by_key(["mine"], 10**9) is None
    articles.withdraw("mine", ["ferry"])
    assert articles.by_key(["mine"], row.key) is None


def test_an_article_that_waits_with_a_new_text_is_there_once_as_it_stands(articles: Articles) -> None:
    articles.stage("mine", [Article("ferry", "The ferry sank", "Text."), Article("new", "A new one", "Text.")])
    page = articles.browse(["mine"])
    assert {(row.title, row.state) for row in page.rows} == {
        ("The ferry runs again", "ready"),
        ("A new one", "pending"),
    }
    assert page.total == 2
    assert all(articles.by_key(["mine"], row.key) for row in page.rows)


def test_a_revision_is_known_by_its_content_as_long_as_it_stands(articles: Articles) -> None:
    stored = articles.revision("mine", "ferry", digest(FERRY))
    assert stored is not None
    assert (stored.library, stored.article) == ("mine", FERRY)
    assert articles.revision("mine", "zurich", digest(ZURICH)) is None
    assert articles.revision("public", "ferry", digest(TAX)) is None
    articles.stage("mine", [Article("ferry", "The ferry sank", "Text.")])
    assert articles.revision("mine", "ferry", digest(FERRY)) == stored, "the new text is not indexed yet"
    articles.publish(articles.pending(10))
    assert articles.revision("mine", "ferry", digest(FERRY)) is None


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("", ["Harbour News", "harbour times", "Évening Post"]),
        ("HARB", ["Harbour News", "harbour times"]),
        ("éve", ["Évening Post"]),
        ("news", []),
        ("%", []),
        ("\ud800", []),
    ],
)
def test_publishers_are_completed_from_their_beginning(articles: Articles, prefix: str, names: list[str]) -> None:
    assert sorted(articles.publishers(["public"], prefix)) == names


def test_publishers_are_distinct_few_and_of_the_libraries_asked_for(articles: Articles) -> None:
    assert articles.publishers(["mine", "public"], "harbour n") == ["Harbour News"]
    assert len(articles.publishers(["public"], limit=2)) == 2
    assert articles.publishers(["mine"]) == ["Harbour News"]
    assert articles.publishers([]) == []


@given(words=st.text(st.characters(), max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_any_words_can_be_looked_for(articles: Articles, words: str) -> None:
    page = articles.browse(["public"], words)
    assert page.total == len(page.rows) <= 3
    assert all(isinstance(row, ListedArticle) for row in page.rows)
    assert set(articles.publishers(["public"], words)) <= {"Harbour News", "harbour times", "Évening Post"}
