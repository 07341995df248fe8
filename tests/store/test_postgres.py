"""What the store relies on, kept by PostgreSQL: one writer, one moment, Unicode; and a server that goes away."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.cli import main
from retrieval.errors import LibraryError, ServerAway, SettingsError
from retrieval.serving.parts import Options
from retrieval.serving.session import Session, open_articles
from retrieval.store.articles import Articles, open_engine
from retrieval.store.database import writing
from retrieval.types import Article, Question
from tests.fakes import WordEncoder, WordSpans
from tests.index.served import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.store.postgres import PostgresRun

QUESTION = Question(text="What did Rona Blair open?", libraries=("public",))
PORT = Article("port", "A port", "Rona Blair opened the harbour of Zell.")


@pytest.fixture
def url(postgres: PostgresRun, tmp_path: Path) -> str:
    return postgres.database_of(tmp_path)


@pytest.fixture
def articles(url: str, tmp_path: Path) -> Iterator[Articles]:
    with closing(Articles(open_engine(tmp_path, url))) as opened:
        yield opened


def test_what_fails_in_the_middle_is_taken_back_whole(articles: Articles) -> None:
    def interrupted() -> None:
        with writing(articles.engine).begin() as connection:
            connection.exec_driver_sql("INSERT INTO facts VALUES ('half', 'done')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert articles.fact("half") is None


def test_who_writes_waits_for_who_writes_and_a_reader_sees_one_moment(articles: Articles) -> None:
    articles.set_fact("count", "0")

    def count() -> None:
        for _ in range(20):
            with writing(articles.engine).begin() as connection:
                now = int(connection.exec_driver_sql("SELECT value FROM facts WHERE name = 'count'").scalar_one())
                connection.exec_driver_sql("UPDATE facts SET value = %s WHERE name = 'count'", (str(now + 1),))

    threads = [threading.Thread(target=count) for _ in range(4)]
    with articles.engine.connect() as reader:
        seen = "SELECT value FROM facts WHERE name = 'count'"
        before = reader.exec_driver_sql(seen).scalar_one()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert reader.exec_driver_sql(seen).scalar_one() == before
    assert articles.fact("count") == "80"


def test_a_database_that_orders_texts_otherwise_is_refused_with_how_to_make_one(
    postgres: PostgresRun, tmp_path: Path
) -> None:
    postgres.execute("CREATE DATABASE plain LC_CTYPE 'C' TEMPLATE template0")
    with pytest.raises(LibraryError, match="CREATE DATABASE byline ENCODING 'UTF8' LC_COLLATE 'C'"):
        open_engine(tmp_path, postgres.database("plain"))


@pytest.mark.parametrize("url", ["no address", "postgresql://h:port/x"])
def test_an_address_that_is_none_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="BYLINE_DATABASE_URL has to be"):
        open_engine(tmp_path, url)


def test_nobody_at_the_address_is_told_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    url = f"postgresql://byline:hunter2@127.0.0.1:{free_port()}/news"
    with pytest.raises(ServerAway, match=r"at 127.0.0.1:\d+/news cannot be used .*: start it, or") as caught:
        open_engine(tmp_path, url)
    assert "hunter2" not in str(caught.value) + repr(Options(database_url=url))


def test_a_library_in_postgresql_answers_and_goes_on_after_its_server_was_killed(
    postgres: PostgresRun, url: str, tmp_path: Path
) -> None:
    options = Options(database_url=url, encoder=WordEncoder(), span_model=WordSpans())
    articles = open_articles(tmp_path, seeds=False, database_url=url)
    with Session(tmp_path, "test", options, articles=articles) as session:
        session.stage("public", [PORT], lambda _: None)
        session.index()
        assert session.answer(QUESTION).citations[0].article == PORT
        postgres.stop()
        try:
            with pytest.raises(ServerAway, match="start it"):
                session.answer(QUESTION)
        finally:
            postgres.start()
        assert session.answer(QUESTION).citations[0].article == PORT
        assert not (tmp_path / "articles.sqlite3").exists()


def test_a_database_belongs_to_one_data_directory(url: str, tmp_path: Path) -> None:
    open_articles(tmp_path / "one", seeds=False, database_url=url).close()
    open_articles(tmp_path / "one", seeds=False, database_url=url).close()
    with pytest.raises(LibraryError, match=r"belongs to another data directory: .* write \w{16} into"):
        open_articles(tmp_path / "two", seeds=False, database_url=url)


def test_the_setting_leads_there_and_backups_are_left_to_postgresql(url: str, tmp_path: Path) -> None:
    env = {"BYLINE_DATA_DIR": str(tmp_path / "data"), "BYLINE_DATABASE_URL": url}
    for arguments in (["backup", str(tmp_path / "file")], ["restore", str(tmp_path / "file")]):
        said = CliRunner().invoke(main, arguments, env=env)
        assert said.exit_code == 1
        assert "pg_dump" in said.output
