from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from retrieval.errors import UnknownArticle
from retrieval.store.articles import Articles, digest, open_engine
from retrieval.types import Article, Filters, Passage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    table = Articles(open_engine(tmp_path))
    yield table
    table.close()


def an_article(name: str = "a", text: str = "Words.", **given: str | None) -> Article:
    return Article(id=name, title="Title", text=text, **given)


def publish_all(articles: Articles) -> None:
    articles.publish(articles.pending(100))


def test_a_staged_article_is_pending_until_it_is_published(articles: Articles) -> None:
    assert articles.stage("public", [an_article()]) == ["new"]
    assert articles.latest(["public"], 5) == []
    publish_all(articles)
    assert articles.latest(["public"], 5) == [("public", an_article())]


@pytest.mark.parametrize(
    "name",
    [
        "https://herald.example/pier",
        "http://www.herald.example/pier?utm_source=mail",
        "http://m.herald.example/pier/amp",
    ],
)
def test_an_article_of_the_web_is_named_by_any_address_of_its_page(articles: Articles, name: str) -> None:
    articles.stage("public", [an_article("https://herald.example/pier"), an_article("notes.txt")])
    assert articles.id_of("public", name) == "https://herald.example/pier"
    assert articles.id_of("other", name) == name
    assert articles.id_of("public", "notes.txt") == "notes.txt"


def test_staging_the_same_again_changes_nothing(articles: Articles) -> None:
    articles.stage("public", [an_article()])
    assert articles.stage("public", [an_article()]) == ["unchanged"]
    publish_all(articles)
    assert articles.stage("public", [an_article()]) == ["unchanged"]
    assert articles.count_everywhere("pending") == 0


def test_where_an_article_was_read_from_does_not_make_it_another() -> None:
    assert digest(an_article()) == digest(Article(id="a", title="Title", text="Words.", source="/elsewhere"))
    assert digest(an_article()) != digest(an_article(published="2023-03-20"))


def test_the_old_text_answers_until_the_new_one_is_published(articles: Articles) -> None:
    articles.stage("public", [an_article()])
    publish_all(articles)
    assert articles.stage("public", [an_article(text="Other words.")]) == ["changed"]
    assert articles.latest(["public"], 5)[0][1].text == "Words."
    publish_all(articles)
    assert [article.text for _, article in articles.latest(["public"], 5)] == ["Other words."]
    assert [row.replaced for row in articles.gone()] == [True]


def test_changing_a_text_back_before_it_was_indexed_leaves_the_ready_one(articles: Articles) -> None:
    articles.stage("public", [an_article()])
    publish_all(articles)
    articles.stage("public", [an_article(text="Other words.")])
    assert articles.stage("public", [an_article()]) == ["unchanged"]
    assert articles.count_everywhere("pending") == 0


def test_an_article_withdrawn_while_it_is_indexed_stays_out(articles: Articles) -> None:
    articles.stage("public", [an_article()])
    under_way = articles.pending(10)
    assert articles.withdraw("public", ["a"]) == 1
    articles.publish(under_way)
    assert articles.count_everywhere("ready") == 0
    assert [row.replaced for row in articles.gone()] == [False]


def test_the_same_id_in_two_libraries_is_two_articles(articles: Articles) -> None:
    articles.stage("one", [an_article()])
    articles.stage("two", [an_article()])
    publish_all(articles)
    articles.withdraw("one", ["a"])
    assert articles.libraries() == ["one", "two"]
    assert articles.latest(["one"], 5) == []
    assert len(articles.latest(["two"], 5)) == 1


def test_a_whole_library_is_withdrawn_at_once_and_no_other(articles: Articles) -> None:
    articles.stage("one", [an_article("a"), an_article("b"), an_article("c")])
    articles.stage("two", [an_article("a")])
    publish_all(articles)
    articles.stage("one", [an_article("a", text="Other words."), an_article("d")])
    assert articles.withdraw_library("one") == 4
    assert articles.listing(["one"]) == []
    assert articles.count_everywhere("pending") == 0
    assert not any(row.replaced for row in articles.gone())
    assert len(articles.latest(["two"], 5)) == 1
    assert articles.withdraw_library("one") == 0
    assert articles.stage("one", [an_article("a")]) == ["new"]


def test_get_gives_the_article_as_it_stands(articles: Articles) -> None:
    articles.stage("public", [an_article()])
    assert articles.get("public", "a").text == "Words."
    with pytest.raises(UnknownArticle, match="byline articles"):
        articles.get("public", "b")
    with pytest.raises(UnknownArticle):
        articles.get("other", "a")


def test_the_listing_is_newest_first_with_the_undated_last(articles: Articles) -> None:
    dates = {"undated": None, "old": "2020-01-01", "new": "2023-03-20T10:00:00Z"}
    articles.stage("public", [an_article(name, published=date) for name, date in dates.items()])
    assert [row.id for row in articles.listing(["public"])] == ["new", "old", "undated"]
    assert {row.state for row in articles.listing(["public"])} == {"pending"}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), {"a", "b", "c"}),
        (Filters(since=dt.date(2023, 3, 20)), {"b"}),
        (Filters(until=dt.date(2023, 3, 19)), {"a"}),
        (Filters(since=dt.date(2023, 3, 19), until=dt.date(2023, 3, 20)), {"a", "b"}),
        (Filters(source="CNN.com"), {"a"}),
        (Filters(source="100%_"), set()),
        (Filters(source="ZÜRICH"), {"b"}),
        (Filters(source="half\ud800"), set()),
    ],
)
def test_filters_go_by_day_and_source(articles: Articles, filters: Filters, found: set[str]) -> None:
    articles.stage(
        "public",
        [
            an_article("a", published="2023-03-19", url="https://www.cnn.com/a"),
            an_article("b", published="2023-03-20T23:59:00Z", publisher="Neue Zürcher aus Zürich"),
            an_article("c"),
        ],
    )
    keys = [row.key for row in articles.pending(10)]
    publish_all(articles)
    assert {row.article.id for row in articles.ready(keys, ["public"], filters).values()} == found
    assert articles.ready(keys, ["other"], filters) == {}


def test_more_keys_than_a_statement_takes_are_looked_up(articles: Articles) -> None:
    articles.stage("public", [an_article()])
    publish_all(articles)
    assert len(articles.ready(range(50_000), ["public"], Filters())) == 1


def test_purging_erases_the_text_from_the_disk(articles: Articles, tmp_path: Path) -> None:
    articles.stage("public", [an_article(text="A most peculiar zyzzyva.")])
    key = articles.pending(1)[0].key
    articles.note_passages({key: [Passage(0, 24, "A most peculiar zyzzyva.")]})
    articles.withdraw("public", ["a"])
    articles.purge([key])
    assert articles.passages([key]) == []
    assert not any(b"zyzzyva" in file.read_bytes() for file in tmp_path.iterdir())


def test_the_migrated_tables_have_the_columns_that_the_code_uses(tmp_path: Path) -> None:
    from retrieval.store.articles import metadata

    engine = open_engine(tmp_path)
    inspector = sa.inspect(engine)
    for table in metadata.tables.values():
        assert {column["name"] for column in inspector.get_columns(table.name)} == set(table.columns.keys())
    engine.dispose()
