"""A backup holds what is true, of one moment; restored, it gives the same articles and the same answers."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from click.testing import CliRunner

from bot.cli import main
from bot.discord_bot.store import ServerSettings, open_store
from retrieval.errors import LibraryError
from retrieval.library import rebuild
from retrieval.store import backup
from retrieval.store.articles import Articles, open_engine
from retrieval.store.backup import LAST_BACKUP, make_backup, read_manifest, remove_old_backups, restore_backup
from retrieval.store.database import open_database, writing
from retrieval.types import Article, Question
from tests.fakes import WordEncoder
from tests.parts import opened
from tests.processes import run_byline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PORT = Article("port", "Harbour closed", "The harbour was closed.", published="2026-11-02", url="https://a.example/1")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A data directory with an article, and one that is removed and still to be erased."""
    directory = tmp_path / "news"
    directory.mkdir()
    with opened(directory) as parts:
        parts.articles.stage("public", [PORT, Article("gone", "Gone", "A zyzzyva.")])
        parts.library.index()
        open_store(parts.articles.engine).set_settings(7, ServerSettings(brief=True))
        parts.articles.withdraw("public", ["gone"])
    return directory


def test_what_is_restored_is_what_was_there_and_its_index_is_made_anew(news: Path, tmp_path: Path) -> None:
    made = make_backup(news, tmp_path / "a.tar.gz")
    assert made.articles == 1
    assert restore_backup(tmp_path / "a.tar.gz", tmp_path / "new") == made
    articles = Articles(open_engine(tmp_path / "new"))
    with pytest.raises(LibraryError, match=r"no index yet.*byline reindex"), opened(tmp_path / "new"):
        pass
    rebuild(articles, WordEncoder())
    assert articles.get("public", "port") == PORT
    assert open_store(articles.engine).settings(7) == ServerSettings(brief=True)
    articles.close()
    with opened(tmp_path / "new") as parts:
        assert [hit.article for hit in parts.search.search(Question(text="harbour", libraries=("public",)), 5)] == [
            PORT
        ]
        parts.library.check()
        assert parts.articles.stage("public", [PORT]) == ["unchanged"]


def test_a_backup_holds_no_trace_of_what_was_removed_and_only_its_owner_reads_it(news: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.tar.gz"
    make_backup(news, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as archive:
        assert archive.getnames() == ["manifest.json", "articles.sqlite3"]
        stored = archive.extractfile("articles.sqlite3")
        assert stored is not None
        assert b"zyzzyva" not in stored.read()
    articles = Articles(open_engine(news))
    assert articles.fact(LAST_BACKUP) == read_manifest(file)["made"]
    articles.close()


def test_a_backup_is_of_one_moment_while_others_write(news: Path, tmp_path: Path) -> None:
    articles, stop = Articles(open_engine(news)), threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            articles.stage("public", [Article(f"{n} {part}", "Pair", "Words. " * 200) for part in "ab"])
            n += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            make_backup(news, tmp_path / "a.tar.gz")
            restore_backup(tmp_path / "a.tar.gz", tmp_path / str(n))
            restored = Articles(open_engine(tmp_path / str(n)))
            assert restored.count_everywhere("pending") % 2 == 0, "what was stored together is there together"
            restored.close()
    finally:
        stop.set()
        writer.join()
        articles.close()


def test_a_backup_replaces_an_older_one_and_nothing_else(news: Path, tmp_path: Path) -> None:
    for _ in range(2):
        make_backup(news, tmp_path / "a.tar.gz")
    (tmp_path / "letter.txt").write_text("Dear Ann")
    with pytest.raises(LibraryError, match="no backup of Byline"):
        make_backup(news, tmp_path / "letter.txt")
    assert (tmp_path / "letter.txt").read_text() == "Dear Ann"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.tar.gz", "letter.txt", "news"]


def test_what_a_killed_backup_left_is_removed_by_a_later_one(news: Path, tmp_path: Path) -> None:
    killed, under_way = (tmp_path / f".byline-backup-{name}" for name in ("killed", "running"))
    for folder in (killed, under_way):
        folder.mkdir()
        (folder / "articles.sqlite3").write_bytes(b"words")
    os.utime(killed, (0, 0))
    make_backup(news, tmp_path / "a.tar.gz")
    assert not killed.exists()
    assert under_way.exists()


def test_nothing_is_restored_over_something(news: Path, tmp_path: Path) -> None:
    make_backup(news, tmp_path / "a.tar.gz")
    with pytest.raises(LibraryError, match="not empty"):
        restore_backup(tmp_path / "a.tar.gz", news)
    with pytest.raises(LibraryError, match="no library"):
        make_backup(tmp_path / "nowhere", tmp_path / "b.tar.gz")
    with pytest.raises(LibraryError, match="There is no folder"):
        make_backup(news, tmp_path / "nowhere" / "b.tar.gz")


def test_what_another_process_makes_of_the_directory_meanwhile_is_not_replaced_under_it(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, holds_tables = tmp_path / "new", backup._holds_tables_alone

    def used_meanwhile(restoring: Path) -> bool:
        Articles(open_engine(new)).close()
        return holds_tables(restoring)

    make_backup(news, tmp_path / "a.tar.gz")
    monkeypatch.setattr(backup, "_holds_tables_alone", used_meanwhile)
    with pytest.raises(LibraryError, match="Another process has begun to use"):
        restore_backup(tmp_path / "a.tar.gz", new)
    articles = Articles(open_engine(new))
    assert articles.count_everywhere("ready") == 0
    articles.close()
    assert not list(new.glob("*.restoring"))


@pytest.mark.parametrize("left", [0.0, 0.3, 0.6, 0.99])
def test_half_a_backup_is_told_and_leaves_nothing(news: Path, tmp_path: Path, left: float) -> None:
    file = tmp_path / "a.tar.gz"
    make_backup(news, file)
    os.truncate(file, int(file.stat().st_size * left))
    with pytest.raises(LibraryError, match=r"no whole backup|no backup of Byline|is damaged"):
        restore_backup(file, tmp_path / "new")
    assert not (tmp_path / "new" / "articles.sqlite3").exists()
    assert not list(tmp_path.glob("new/*"))


def repacked(file: Path, change: Callable[[str, bytes], bytes]) -> None:
    """Writes the members of a backup anew, each as a function changes it."""
    with tarfile.open(file) as archive:
        members = [(member.name, archive.extractfile(member)) for member in archive]
        contents = [(name, change(name, stream.read())) for name, stream in members if stream]
    with tarfile.open(file, "w:gz") as archive:
        for name, content in contents:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def byline(*arguments: str) -> tuple[int, str]:
    ended = CliRunner().invoke(main, arguments)
    return ended.exit_code, ended.output


def test_what_is_no_file_or_cannot_be_written_is_told_and_never_waited_for(news: Path, tmp_path: Path) -> None:
    pipe, new = tmp_path / "pipe", str(tmp_path / "new")
    os.mkfifo(pipe)
    for action, directory, file, told in (
        ("backup", str(news), str(pipe), "is there already and no backup of Byline: name another file."),
        ("backup", str(news), "/proc/a.tar.gz", "cannot be written (No such file or directory); free some room there"),
        ("restore", new, str(pipe), "is no backup of Byline"),
        ("restore", new, str(tmp_path / "missing"), "cannot be read (No such file or directory)"),
        ("restore", str(news / "articles.sqlite3"), str(pipe), "cannot be read (Not a directory); name another"),
    ):
        status, output = byline(action, file, "--data-dir", directory)
        assert (status, told in output) == (1, True), output
    status, output = byline("backup", "~nobody-by-this-name/a.tar.gz", "--data-dir", str(news))
    assert (status, "begins with the folder of a user who is not there" in output) == (2, True)


def test_a_disk_that_fills_up_while_a_backup_is_made_is_told(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")  # also that is what SQLite says of a full disk

    monkeypatch.setattr("retrieval.store.backup._copy", fail)
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(LibraryError, match="The disk is full"):
        make_backup(news, tmp_path / "full.tar.gz")
    assert not [left for left in tmp_path.iterdir() if "backup" in left.name or "full" in left.name]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda name, content: content.replace(b"harbour", b"airport") if "sqlite" in name else content, "damaged"),
        (lambda name, content: content + b"more" if "sqlite" in name else content, "damaged"),
        (lambda name, content: content.replace(b'"format": 1', b'"format": 9') if "json" in name else content, "newer"),
        (lambda name, content: b"[" * 100_000 if "json" in name else content, "no backup of Byline"),
        (lambda name, content: b"[]" if "json" in name else content, "no backup of Byline"),
        (lambda name, content: content.replace(b'"articles"', b'"many"') if "json" in name else content, "no backup"),
    ],
    ids=["other words", "longer", "of a newer Byline", "deep", "a list", "no number"],
)
def test_a_backup_that_somebody_changed_is_told(
    news: Path, tmp_path: Path, change: Callable[[str, bytes], bytes], told: str
) -> None:
    file = tmp_path / "a.tar.gz"
    make_backup(news, file)
    repacked(file, change)
    with pytest.raises(LibraryError, match=told):
        restore_backup(file, tmp_path / "new")
    assert not (tmp_path / "new" / "articles.sqlite3").exists()


@pytest.mark.parametrize(
    "harm", ["CREATE TRIGGER t AFTER UPDATE ON facts BEGIN DELETE FROM articles; END", "DROP TABLE articles"]
)
def test_a_backup_whose_database_acts_by_itself_or_is_no_library_is_refused(
    news: Path, tmp_path: Path, harm: str
) -> None:
    file, database = tmp_path / "a.tar.gz", tmp_path / "harmed.sqlite3"
    make_backup(news, file)

    def harmed(name: str, content: bytes) -> bytes:
        if "sqlite" in name:
            database.write_bytes(content)
            with contextlib.closing(sqlite3.connect(database)) as connection:
                connection.execute("PRAGMA foreign_keys = off")
                connection.executescript(harm)
            return database.read_bytes()
        return content

    repacked(file, harmed)
    facts = {"sha256": hashlib.sha256(database.read_bytes()).hexdigest(), "bytes": database.stat().st_size}

    def told_so(name: str, content: bytes) -> bytes:
        if "json" not in name:
            return content
        manifest = json.loads(content)
        manifest["files"]["articles.sqlite3"] |= facts
        return json.dumps(manifest).encode()

    repacked(file, told_so)
    with pytest.raises(LibraryError, match="no library"):
        restore_backup(file, tmp_path / "new")
    assert not (tmp_path / "new" / "articles.sqlite3").exists()


SCRIPTS = "retrieval:store/migrations"


def schemas() -> list[str]:
    """All schemas of the article tables, the newest last."""
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return sorted(one.revision for one in ScriptDirectory.from_config(config).walk_revisions())


def of_schema(directory: Path, schema: str) -> None:
    """Makes a library as a Byline of an earlier schema did."""
    directory.mkdir()
    engine = open_database(directory)
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    with writing(engine).begin() as connection:
        config.attributes.update(connection=connection, version_table="alembic_version")
        command.upgrade(config, schema)
        connection.exec_driver_sql(
            "INSERT INTO articles (library, id, revision, state, digest, title, text, added) VALUES "
            "('public', 'port', 1, 'ready', 'x', 'Harbour closed', 'The harbour was closed.', '2025-01-01')"
        )
        connection.exec_driver_sql("INSERT INTO facts VALUES ('fingerprint', 'words; window 60')")
    engine.dispose()


@pytest.mark.parametrize("schema", schemas())
def test_a_backup_of_each_earlier_schema_is_restored(tmp_path: Path, schema: str) -> None:
    of_schema(tmp_path / "old", schema)
    make_backup(tmp_path / "old", tmp_path / "a.tar.gz")
    assert read_manifest(tmp_path / "a.tar.gz")["schemas"] == {"alembic_version": schema}
    restore_backup(tmp_path / "a.tar.gz", tmp_path / "new")
    articles = Articles(open_engine(tmp_path / "new"))
    assert rebuild(articles, WordEncoder()) == 1
    assert articles.get("public", "port").text == "The harbour was closed."
    articles.close()


def test_an_upgrade_makes_a_backup_first_with_which_it_can_be_taken_back(tmp_path: Path) -> None:
    of_schema(tmp_path / "old", "0004")
    open_engine(tmp_path / "old").dispose()
    (kept,) = (tmp_path / "old").glob("before-upgrade-*")
    restore_backup(kept, tmp_path / "back")
    with closing(sqlite3.connect(tmp_path / "back" / "articles.sqlite3")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0004",)
        assert connection.execute("SELECT text FROM articles").fetchone() == ("The harbour was closed.",)
    remove_old_backups(tmp_path / "old")
    assert kept.exists()
    os.utime(kept, (0, 0))
    remove_old_backups(tmp_path / "old")
    assert not kept.exists()


def test_the_commands_take_a_library_away_and_bring_it_back(used_once: Callable[[Path], Path], tmp_path: Path) -> None:
    directory, new = used_once(tmp_path / "news"), tmp_path / "new"
    rows = run_byline(directory, "export", "--jsonl").stdout
    assert "1 article in" in run_byline(directory, "backup", str(tmp_path / "a.tar.gz")).stdout
    (directory / "rows.jsonl").write_text(rows, encoding="utf-8")
    assert "0 new, 0 changed, 1 unchanged." in run_byline(directory, "add", "rows.jsonl").stdout
    new.mkdir()
    assert "1 article as of" in run_byline(new, "restore", str(tmp_path / "a.tar.gz")).stdout
    assert "diplomatic cover" in run_byline(new, "ask", "What did Blinken say?").stdout
    assert [json.loads(row)["id"] for row in rows.splitlines()] == ["seeds/000_dbaac4714505962b.txt"]
