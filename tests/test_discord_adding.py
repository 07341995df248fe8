"""Articles for a server that removes the bot while they are added: none stays behind."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from bot.discord_bot.adding import NotAdded, _stage_here
from bot.discord_bot.places import server_library
from bot.discord_bot.store import Store, open_store
from bot.settings import Settings
from retrieval.articles import Articles, open_engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bot.discord_bot.services import Services
    from retrieval.articles import Staged
    from retrieval.types import Article

APPLICATION, SERVER = 1, 10**17
LIBRARY = server_library(SERVER)


class ArticlesOfALeaver(Articles):
    """A server's articles; it removes the bot when the first is about to be stored."""

    store: Store

    def stage(self, library: str, articles: Iterable[Article]) -> list[Staged]:
        self.store.forget_server(SERVER)
        self.withdraw_library(library)
        return super().stage(library, articles)


def services(directory: Path, kind: type[Articles]) -> Services:
    articles = kind(open_engine(directory))
    store = open_store(articles.engine)
    if isinstance(articles, ArticlesOfALeaver):
        articles.store = store
    return cast("Services", SimpleNamespace(settings=Settings(), articles=articles, store=store))


@pytest.fixture(params=[Articles, ArticlesOfALeaver])
def here(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Services]:
    made = services(tmp_path, request.param)
    yield made
    made.articles.close()


@pytest.mark.parametrize("here", [Articles], indirect=True)
def test_an_article_is_added_where_the_bot_is(here: Services) -> None:
    here.store.joined(APPLICATION, SERVER)
    assert "1 new" in _stage_here(here, SERVER, "a.txt", b"Title\n\nWords.")
    assert here.articles.count("pending", [LIBRARY]) == 1


def test_where_it_is_not_or_not_any_more_nothing_is_added(here: Services) -> None:
    if isinstance(here.articles, ArticlesOfALeaver):
        here.store.joined(APPLICATION, SERVER)
    with pytest.raises(NotAdded, match="not in this server"):
        _stage_here(here, SERVER, "a.txt", b"Title\n\nWords.")
    assert here.articles.listing([LIBRARY]) == []
