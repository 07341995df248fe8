"""The one database file: its two version lines, and what its errors keep to themselves."""

from __future__ import annotations

import errno
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.discord_bot import store
from retrieval.errors import LibraryError
from retrieval.store import articles
from retrieval.store.articles import Articles, open_engine
from retrieval.store.database import check_tables, checkpoint, open_database, writing
from retrieval.store.quotes import Quotations, QuoteQuery
from retrieval.types import Article, Filters
from tests.parts import opened, publish
from tests.store.older import take_back_to_0003

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("migrations", "schema"),
    [("retrieval:store/migrations", articles.SCHEMA), ("bot:discord_bot/migrations", store.SCHEMA)],
)
def test_the_newest_migration_is_the_schema_the_code_expects(migrations: str, schema: str) -> None:
    config = Config()
    config.set_main_option("script_location", migrations)
    assert ScriptDirectory.from_config(config).get_current_head() == schema


def test_both_version_lines_stand_in_one_file_and_opening_again_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        engine = open_engine(tmp_path)
        store.open_store(engine)
        inspector = sa.inspect(engine)
        with engine.connect() as connection:
            versions = connection.exec_driver_sql(
                "SELECT a.version_num, d.version_num FROM alembic_version a, discord_version d"
            ).all()
        assert [tuple(row) for row in versions] == [(articles.SCHEMA, store.SCHEMA)]
        assert {"articles", "discord_questions"} <= set(inspector.get_table_names())
        engine.dispose()


def test_articles_of_the_first_schema_are_kept_when_it_is_brought_up_to_date(tmp_path: Path) -> None:
    stored = Articles(open_engine(tmp_path))
    stored.stage("public", [Article("a", "Title", "Words.")])
    with writing(stored.engine).begin() as connection:
        connection.exec_driver_sql("DROP INDEX articles_listed")
        take_back_to_0003(connection)
        connection.exec_driver_sql("DROP TABLE unanswered")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    stored.close()
    stored = Articles(open_engine(tmp_path))
    assert stored.get("public", "a").text == "Words."
    assert "articles_listed" in {index["name"] for index in sa.inspect(stored.engine).get_indexes("articles")}
    assert sa.inspect(stored.engine).has_table("unanswered")
    assert sa.inspect(stored.engine).has_table("quotes")
    stored.close()


@pytest.mark.parametrize(
    "newer", ["UPDATE alembic_version SET version_num = '9999'", "UPDATE discord_version SET version_num = '9999'"]
)
def test_tables_of_a_newer_byline_are_refused_with_the_remedy(tmp_path: Path, newer: str) -> None:
    engine = open_engine(tmp_path)
    store.open_store(engine)
    with writing(engine).begin() as connection:
        connection.exec_driver_sql(newer)
    engine.dispose()
    with pytest.raises(LibraryError, match="upgrade Byline"):
        store.open_store(open_engine(tmp_path))


def test_of_several_that_begin_a_new_file_at_once_each_waits_for_the_other(tmp_path: Path) -> None:
    with closing(
        sqlite3.connect(tmp_path / "articles.sqlite3", isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("CREATE TABLE words (word TEXT)")
        other.execute("BEGIN IMMEDIATE")
        ending = threading.Timer(0.5, other.execute, ["COMMIT"])
        ending.start()
        engine = open_database(tmp_path)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        ending.join()
        engine.dispose()


def test_a_file_that_is_no_database_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "articles.sqlite3").write_text("no database " * 100)
    with pytest.raises(LibraryError, match=r"articles\.sqlite3 is damaged \(file is not a database\): .*--data-dir"):
        open_engine(tmp_path)


def test_what_is_damaged_in_it_is_told_in_one_line(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    Articles(engine).stage("public", [Article("a", "Title", "Words.")])
    with engine.connect() as connection:
        at = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'articles_listed'").scalar()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar()
    checkpoint(engine)
    engine.dispose()
    assert isinstance(at, int)
    assert isinstance(size, int)
    with (tmp_path / "articles.sqlite3").open("r+b") as file:
        file.seek((at - 1) * size + 8)  # where the page says that its first entry is
        first = int.from_bytes(file.read(2))
        file.seek((at - 1) * size + first)
        file.write(b"\x7f")  # the bytes that it has
    with pytest.raises(LibraryError, match=r"^articles\.sqlite3 is damaged \(.*page.*\): .*byline restore") as caught:
        check_tables(engine)
    assert "\n" not in str(caught.value)
    engine.dispose()


def test_an_error_of_the_database_does_not_tell_what_was_written(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with pytest.raises(sa.exc.OperationalError) as caught, writing(engine).begin() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:words)"), {"words": "a private question"})
    assert "nowhere" in str(caught.value)
    assert "private" not in str(caught.value)
    engine.dispose()


def test_a_name_longer_than_the_database_looks_for_is_told(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    publish(Articles(engine), Article("a", "Port of Zell", "“The port is shut,” said Ann Lee.", publisher="Zell Post"))
    with pytest.raises(LibraryError, match="50,000 characters at most"):
        Quotations(engine).speakers(("public",), "Ann Lee " * 10_000)
    with pytest.raises(LibraryError, match="50,000 characters at most"):
        Quotations(engine).count(QuoteQuery(libraries=("public",), filters=Filters(source="Zell Post " * 10_000)))
    engine.dispose()


def test_a_checkpoint_takes_what_was_deleted_from_the_disk(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with writing(engine).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE words (word TEXT)")
        connection.exec_driver_sql("INSERT INTO words VALUES ('zyzzyva')")
    with writing(engine).begin() as connection:
        connection.exec_driver_sql("DELETE FROM words")
    checkpoint(engine)
    assert not any(b"zyzzyva" in file.read_bytes() for file in tmp_path.iterdir())
    engine.dispose()


@pytest.mark.parametrize("lose", [Path.unlink, lambda file: file.write_bytes(b"")], ids=["missing", "empty"])
def test_lost_articles_beside_their_indexes_are_told_and_the_indexes_kept(
    tmp_path: Path, lose: Callable[[Path], object]
) -> None:
    with opened(tmp_path) as parts:
        parts.articles.stage("public", [Article("a", "Title", "Words.")])
        parts.library.index()
    lose(tmp_path / "articles.sqlite3")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(LibraryError, match="byline restore"):
        open_engine(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_directory_that_cannot_be_written_is_told_so_by_what_a_try_there_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    (tmp_path / "articles.sqlite3").mkdir()  # SQLite has one code for whatever it cannot open
    with pytest.raises(LibraryError, match="disk is full"):
        open_engine(tmp_path)
