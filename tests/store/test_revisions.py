"""Earlier texts of articles: kept when a newer one is answered from, shown, and erased with their article."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.cli import main
from retrieval.store.articles import Articles, digest, open_engine
from retrieval.store.revisions import MOST_KEPT, corrections, earlier, told_otherwise
from retrieval.types import Article, Citation

if TYPE_CHECKING:
    from pathlib import Path

FIRST = Article(
    "https://example.org/a", "Pier closed", "Nine people were hurt.\nThe pier is closed.", updated="2026-03-20"
)


def published(articles: Articles, article: Article) -> None:
    articles.stage("a", [article])
    articles.publish(articles.pending(9))


def test_a_replaced_text_is_kept_and_an_unchanged_one_is_not_kept_twice(tmp_path: Path) -> None:
    articles = Articles(open_engine(tmp_path))
    published(articles, FIRST)
    published(articles, FIRST)
    assert not earlier(articles.engine, "a", FIRST.id)
    published(articles, replace(FIRST, text="Eight people were hurt.\nThe pier is closed."))
    articles.purge([row.key for row in articles.gone()])
    [revision] = earlier(articles.engine, "a", FIRST.id)
    assert (revision.number, revision.article) == (1, FIRST)
    assert not earlier(articles.engine, "b", FIRST.id)
    articles.close()


def test_only_the_newest_revisions_are_kept(tmp_path: Path) -> None:
    articles = Articles(open_engine(tmp_path))
    for number in range(MOST_KEPT + 5):
        published(articles, replace(FIRST, text=f"Report {number}."))
    kept = earlier(articles.engine, "a", FIRST.id)
    assert len(kept) == MOST_KEPT
    assert kept[0].article.text == f"Report {MOST_KEPT + 3}."
    articles.close()


def test_earlier_texts_go_with_their_article(tmp_path: Path) -> None:
    articles = Articles(open_engine(tmp_path))
    for article in (
        FIRST,
        replace(FIRST, text="Other."),
        replace(FIRST, id="b"),
        replace(FIRST, id="b", text="Other."),
    ):
        published(articles, article)
    articles.withdraw("a", ["b"])
    assert not earlier(articles.engine, "a", "b")
    assert earlier(articles.engine, "a", FIRST.id)
    articles.withdraw_library("a")
    assert not earlier(articles.engine, "a", FIRST.id)
    articles.close()


def test_what_is_stored_is_what_the_digest_is_of(tmp_path: Path) -> None:
    whole = replace(FIRST, byline="Ida Lund", dated_by="address", fetched="2026-03-21T00:00:00+00:00", page_hash="0")
    articles = Articles(open_engine(tmp_path))
    published(articles, whole)
    assert articles.get("a", whole.id) == whole
    assert digest(articles.get("a", whole.id)) == digest(whole)
    assert articles.set_aside_damaged() == []
    published(articles, replace(whole, fetched="2026-03-22T00:00:00+00:00", page_hash="1"))
    assert not earlier(articles.engine, "a", whole.id)
    articles.close()


def test_articles_shows_what_earlier_texts_said_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "pier.txt"
    environment = {"BYLINE_DATA_DIR": str(tmp_path / "data")}
    run = CliRunner().invoke
    for number in ("Nine", "Eight"):
        file.write_text(f"Pier closed\n\n{number} people were hurt.\n\nThe pier is closed.")
        assert run(main, ["add", str(file)], env=environment).exit_code == 0
    shown = run(main, ["articles", str(file.resolve()), "--revisions"], env=environment).output
    assert "-Nine people were hurt." in shown
    assert "+Eight people were hurt." in shown
    assert "The pier is closed" not in shown
    as_json = run(main, ["articles", str(file.resolve()), "--revisions", "--json"], env=environment).output
    assert '"revision": 1' in as_json


def test_an_answer_says_what_an_earlier_text_said_in_its_place(tmp_path: Path) -> None:
    articles = Articles(open_engine(tmp_path))
    published(articles, FIRST)
    newer = replace(FIRST, text="Eight people were hurt.\nThe pier is closed.\nIt opens in May.", updated="2026-03-21")
    published(articles, newer)

    def cited(words: str) -> Citation:
        start = newer.text.index(words)
        return Citation(1, "a", newer, "text", start, start + len(words))

    [told] = corrections(articles.engine, [cited("Eight people were hurt."), cited("Eight people were hurt.")])
    assert told == "Corrected on 21 March 2026: an earlier text of “Pier closed” said: “Nine people were hurt.”"
    assert corrections(articles.engine, [cited("The pier is closed."), cited("It opens in May.")]) == []
    articles.close()


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("Seven people were hurt, police said.", True),
        ("Three people were hurt.", False),  # it says no more now than that
        ("Three boats were lost, the harbour office said.", False),
        ("The fire began in a shed.", False),
    ],
)
def test_what_was_told_otherwise_is_known_by_its_words(before: str, told: bool) -> None:
    now = "Three people were hurt, the police said on Wednesday, correcting an earlier figure."
    lost = ["The quay of Sund is closed.", before]
    assert told_otherwise(now, lost) == (before if told else None)
