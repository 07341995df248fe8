"""A thousand servers have libraries of their own, full of the same words; each holds a secret that no other may see."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from bot.discord_bot.places import Place, libraries, server_library
from bot.discord_bot.store import Store, open_store
from retrieval.errors import UnknownArticle
from retrieval.pipeline import Pipeline
from retrieval.store.quotes import Quotations
from retrieval.types import Article, Filters, Question
from tests.fakes import word_reader
from tests.parts import Parts, opened
from tests.secret_reports import report, secret, secrets_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from retrieval.types import Answer

SERVERS = range(1, 1_001)
SOME = (1, 7, 499, 500, 1_000)
PUBLIC = "public"
QUESTIONS = (
    "What is the secret of the harbour?",
    "Where was the harbour master when the town closed the harbour?",
    "secret7 secret499 secret500 secret1000",
    "server-7 library:server-500",
)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    with opened(tmp_path_factory.mktemp("servers")) as made:
        for server in SERVERS:
            made.articles.stage(server_library(server), [report(server)])
        made.articles.stage(PUBLIC, [Article("report", "Harbour report", "The harbour was closed, told the town.")])
        made.library.index()
        yield made


def here(server: int) -> Place:
    return Place("channel", channel=server * 10, server=server)


def searched(server: int) -> tuple[str, ...]:
    return libraries(here(server), PUBLIC)


def asked(parts: Parts, text: str, names: tuple[str, ...], source: str | None = None) -> set[str]:
    question = Question(text=text, libraries=names, filters=Filters(source=source))
    hits = parts.search.search(question, 50)
    assert {hit.library for hit in hits} <= set(names)
    return secrets_in(hits)


def test_a_search_finds_the_secret_of_its_own_server_alone(parts: Parts) -> None:
    for server in SERVERS[::10]:
        assert asked(parts, QUESTIONS[0], searched(server)) == {secret(server)}


@pytest.mark.parametrize("text", QUESTIONS)
def test_no_question_finds_the_secret_of_another_server(parts: Parts, text: str) -> None:
    for server in SOME:
        assert asked(parts, text, searched(server)) <= {secret(server)}
        assert asked(parts, text, searched(server), source=secret(server % 1_000 + 1)) == set()


@pytest.mark.parametrize("names", [(PUBLIC,), (), ("server-",), ("server-0",), ("server-%",), ("SERVER-7",)])
def test_no_secret_is_found_outside_the_servers(parts: Parts, names: tuple[str, ...]) -> None:
    valid = tuple(name for name in names if re.fullmatch(r"[\w-]*\w", name))
    assert asked(parts, QUESTIONS[0], valid) == set()
    assert read_without_indexes(parts, names) == set()


def test_in_direct_messages_and_where_byline_is_not_installed_only_the_public_library_is_searched() -> None:
    for place in (Place("direct", 1), Place("channel", 2), Place("thread", 3)):
        assert libraries(place, PUBLIC) == (PUBLIC,)


def read_without_indexes(parts: Parts, names: tuple[str, ...]) -> set[str]:
    """All that the table shows of some libraries, by every method that lists or looks up."""
    table = parts.articles
    keys = [row.key for row in table.every_ready()]
    shown: Iterable[object] = (
        table.latest(names, 2_000),
        table.listing(names),
        *(table.browse(names, words, limit=2_000) for words in ("", "harbour", "secret", secret(7), "%", "_")),
        *(table.publishers(names, prefix, limit=2_000) for prefix in ("", "harbour", "Harbour News secret", "%")),
        *(table.by_key(names, key) for key in keys),
        table.ready(keys, names, Filters()),
        table.ready(keys, names, Filters(source="secret")),
    )
    return secrets_in(tuple(shown))


@pytest.mark.parametrize("server", SOME)
def test_the_table_shows_the_secret_of_its_own_server_alone(parts: Parts, server: int) -> None:
    assert read_without_indexes(parts, searched(server)) == {secret(server)}
    assert parts.articles.count("ready", searched(server)) == 2
    assert parts.articles.get(server_library(server), "report") == report(server)
    assert secrets_in(parts.articles.get(PUBLIC, "report")) == set()
    with pytest.raises(UnknownArticle):
        parts.articles.get(f"server-{server}0000", "report")


def test_lexical_search_looks_into_the_libraries_asked_for_alone(parts: Parts) -> None:
    own = {row.key: row.library for row in parts.articles.every_ready()}
    for server in SOME:
        found = parts.lexical.search(searched(server), "secret harbour", 2_000)
        assert {own[ref.key] for ref, _ in found} == set(searched(server))
        assert parts.lexical.search(searched(server), secret(server % 1_000 + 1), 10) == []


@pytest.fixture(scope="module")
def pipeline(parts: Parts) -> Pipeline:
    return Pipeline(parts.search, word_reader(0.0, Quotations(parts.articles.engine)), parts.articles, limit=10)


@pytest.mark.parametrize("text", [*QUESTIONS, "What's the news?", "What do you know?", "Who wrote the harbour report?"])
def test_an_answer_tells_the_secret_of_no_other_server(pipeline: Pipeline, text: str) -> None:
    for server in SOME:
        assert secrets_in(pipeline.answer(Question(text=text, libraries=searched(server)))) <= {secret(server)}


@pytest.fixture(scope="module")
def kept(parts: Parts, pipeline: Pipeline) -> tuple[Store, dict[int, str]]:
    """A question asked in every server by one and the same person, and answered with the server's secret."""
    store = open_store(parts.articles.engine)
    ids = {}
    for server in SERVERS[::5]:
        ids[server] = _ask(store, server, pipeline.answer(Question(text=QUESTIONS[0], libraries=searched(server))))
    return store, ids


def _ask(store: Store, server: int, answer: Answer) -> str:
    known = store.begin(1, here(server), f"{QUESTIONS[0]} {secret(server)}", None)
    store.finish(known, answer, [server * 100])
    return known


def test_a_conversation_goes_on_in_its_own_server_alone(parts: Parts, kept: tuple[Store, dict[int, str]]) -> None:
    store, ids = kept
    since = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    for server, known in ids.items():
        for parent in (None, known):
            turns = store.history(here(server), 1, parent, limit=20, since=since, articles=parts.articles)
            assert secrets_in(turns) == {secret(server)}
        for place in (here(server % 1_000 + 5), Place("thread", 5, server + 5), Place("direct", server * 10)):
            assert store.history(place, 1, known, limit=20, since=since, articles=parts.articles) == ()


def test_a_kept_answer_comes_back_with_the_articles_of_its_own_server(
    parts: Parts, kept: tuple[Store, dict[int, str]]
) -> None:
    store, ids = kept
    for server, known in ids.items():
        found = store.kept(known, parts.articles)
        assert found is not None
        assert found.place.server == server
        assert secrets_in(found) == {secret(server)}
        assert store.by_message(server * 100) == known


def test_a_server_that_leaves_takes_its_secret_along(parts: Parts) -> None:
    leaving, staying = 3, 4
    parts.articles.withdraw_library(server_library(leaving))
    assert asked(parts, QUESTIONS[0], searched(leaving)) == set()
    parts.library.erase()
    assert asked(parts, QUESTIONS[0], searched(leaving)) == set()
    assert read_without_indexes(parts, searched(leaving)) == set()
    assert asked(parts, QUESTIONS[0], searched(staying)) == {secret(staying)}
    assert parts.vectors.count(server_library(leaving)) == 0
