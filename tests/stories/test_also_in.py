"""A citation names the other articles that carry its text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.discord_bot.rendering import answer_parts
from bot.render import also_in, plain, to_json
from retrieval.citations import Excerpt, state
from retrieval.store.articles import Articles, open_engine
from retrieval.store.stories import with_repeats
from retrieval.types import Extract, Repeat
from tests.parts import publish
from tests.stories.agency import CUT, ELSEWHERE, LONGER, OTHER_WORDS, WIRE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.types import Article, Citation

LIBRARIES = ("public", "server-1")


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    opened = Articles(open_engine(tmp_path))
    publish(opened, WIRE, CUT, OTHER_WORDS, ELSEWHERE)
    publish(opened, LONGER, library="server-1")
    yield opened
    opened.close()


def citation(article: Article, words: str) -> Citation:
    start = article.text.index(words)
    return Excerpt("public", article, start, start + len(words)).cite(1)


def carriers(articles: Articles, cited: Citation, libraries: tuple[str, ...] = LIBRARIES) -> list[str]:
    (repeated,) = with_repeats(articles.engine, libraries, [cited])
    return [repeat.article_id for repeat in repeated.also_in]


def test_the_other_articles_of_the_text_that_hold_the_words_are_named(articles: Articles) -> None:
    assert carriers(articles, citation(WIRE, "Nobody was hurt.")) == ["cut", "longer"]
    assert carriers(articles, citation(WIRE, "Divers were to look at the wreck")) == ["longer"], "it was cut off there"
    assert carriers(articles, citation(OTHER_WORDS, "Ships with grain queue outside")) == []


def test_a_library_that_is_not_asked_is_not_named(articles: Articles) -> None:
    assert carriers(articles, citation(WIRE, "Nobody was hurt."), ("public",)) == ["cut"]


def test_a_headline_is_cited_with_all_that_carry_the_text(articles: Articles) -> None:
    cited = Excerpt("public", WIRE, 0, len(WIRE.title), "title").cite(1)
    assert carriers(articles, cited) == ["cut", "longer"]


def shown(also: tuple[Repeat, ...]) -> Extract:
    statements, citations = state([Excerpt("public", WIRE, 0, WIRE.text.index("\n"))])
    return Extract("?", "?", statements, tuple(replace(one, also_in=also) for one in citations), confidence=1.0)


def repeat(publisher: str) -> Repeat:
    return Repeat("public", publisher, "A title", publisher, None, None)


def test_who_else_carries_the_text_is_shown_with_the_source() -> None:
    answer = shown((repeat("Ellby Post"), repeat("Gorm *Daily*")))
    assert plain(answer).endswith("2024-05-07; also in: Ellby Post, Gorm *Daily*")
    assert any(part.card and r"also in: Ellby Post, Gorm \*Daily\*" in part.card.text for part in answer_parts(answer))
    assert to_json(answer)["citations"][0]["also_in"][0]["publisher"] == "Ellby Post"  # type: ignore[index]


def test_of_many_carriers_the_first_are_named_each_once() -> None:
    names = ("Coast Wire", "Ellby Post", "Ellby Post", "Gorm Daily", "Holm News", "Orva Times")
    (cited,) = shown(tuple(map(repeat, names))).citations
    assert also_in(cited) == "also in: Ellby Post, Gorm Daily, Holm News and 1 more"
