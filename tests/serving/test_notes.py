"""How old a library is is said where its feeds were not read for long; and what came in since somebody asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot.cli import remembering
from retrieval.serving.parts import out_of_date
from retrieval.store.articles import Articles, open_engine
from retrieval.store.feeds import Feeds
from retrieval.types import Article, Question, Refusal
from tests.feeds.sites import NOON, Site, follow
from tests.parts import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.types import Answer
    from retrieval.watching import Watch

ASKED = "What's new?"


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    opened = Articles(open_engine(tmp_path))
    yield opened
    opened.close()


def test_a_library_without_feeds_is_not_said_to_be_old(articles: Articles) -> None:
    publish(articles, Article("a", "A", "Text.", published="2001-01-01"))
    assert out_of_date(articles, ["public"], NOON) is None


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, None),
        (1, "No feed was read for 1 day; the newest article is of 2 May 2031."),
        (3, "No feed was read for 3 days; the newest article is of 2 May 2031."),
    ],
)
def test_a_library_whose_feeds_were_not_read_for_long_says_so(articles: Articles, days: int, told: str | None) -> None:
    publish(articles, Article("a", "A", "Text.", published="2031-05-02"), Article("b", "B", "Text."))
    feed = follow(articles.engine, Site())
    Feeds(articles.engine).update(feed, last_success=NOON)
    later = NOON + dt.timedelta(days=days)
    assert out_of_date(articles, ["public"], later) == told
    assert out_of_date(articles, ["another"], later) is None


def test_who_asks_what_is_new_is_told_what_came_in_since_they_last_asked(articles: Articles) -> None:
    asked: list[Question] = []

    def answer(question: Question, watch: Watch | None) -> Answer:
        del watch
        asked.append(question)
        return Refusal(question.text, question.text)

    ask = remembering(articles, answer)
    question = Question(text=ASKED, libraries=("public",))
    ask(question)
    assert asked[-1].last_told is None
    publish(articles, Article("a", "A", "Text."))
    articles.stage("public", [Article("b", "B", "Text.")])
    ask(question)
    since = asked[-1].last_told
    assert since is not None
    assert [article.id for _, article in articles.arrived(["public"], since, 5)[0]] == ["a"]
    articles.publish(articles.pending(5))
    ask(question)
    since = asked[-1].last_told
    assert since is not None
    assert "b" in [article.id for _, article in articles.arrived(["public"], since, 5)[0]], "it was waiting then"
    ask(Question(text="Who is Ann?", libraries=("public",)))
    assert asked[-1].last_told is None
