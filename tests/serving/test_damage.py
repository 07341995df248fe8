"""Each file of a data directory, flipped, halved, emptied, deleted or of an older time: told or mended."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.discord_bot.announcements import Announcements, AnnouncementStore
from bot.discord_bot.digests import DigestStore, WantedDigest
from bot.discord_bot.store import ServerSettings, open_store
from bot.doctor import REPAIRS, check_articles, check_choices, check_index, check_quotations
from bot.settings import Settings, load_settings
from retrieval.errors import LibraryError
from retrieval.index.embedded import EmbeddedChroma
from retrieval.index.manifest import NOTE, take_note, write_note
from retrieval.index.vectors import Vectors
from retrieval.serving.parts import Options
from retrieval.serving.session import Session
from retrieval.store.articles import Articles, open_engine
from retrieval.store.feeds import Feeds, WordFilter
from retrieval.types import Article, PassageRef, Question
from tests.fakes import WordEncoder, WordSpans

if TYPE_CHECKING:
    from collections.abc import Callable

QUESTION = Question(text="What did Rona Blair open?", libraries=("public",))
ANSWER = "Rona Blair opened the harbour of Zell."
ARTICLES = [
    Article("port", "A port", ANSWER),
    *(Article(f"fair {n}", "A fair", f"Town {n} held a fair. “It was loud,” said Mayor Ann Lee.") for n in range(5)),
]


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets every session do with quick parts."""
    monkeypatch.setattr(Options, "load_encoder", lambda *_: WordEncoder())
    monkeypatch.setattr(Options, "load_span_model", lambda *_: WordSpans())


def answer(directory: Path) -> str:
    with Session(directory, "test", articles=Articles(open_engine(directory))) as session:
        session.answer(QUESTION)
        parts = session.own()
        assert parts is not None
        return parts.search.search(QUESTION, 5)[0].article.text


def add(directory: Path, articles: list[Article]) -> None:
    with Session(directory, "test", articles=Articles(open_engine(directory))) as session:
        session.stage("public", articles, lambda _: None)
        session.index()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that was closed in order."""
    directory = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Options, "load_encoder", lambda *_: WordEncoder())
        add(directory, ARTICLES)
    return directory


@pytest.fixture
def directory(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "data"))


@pytest.fixture
def settings(directory: Path) -> Settings:
    return load_settings(data_dir=directory)


def flip(file: Path) -> None:
    stored = bytearray(file.read_bytes())
    stored[len(stored) // 2] ^= 0x55
    file.write_bytes(stored)


def halve(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def empty(file: Path) -> None:
    os.truncate(file, 0)


DERIVED = [
    "chroma.sqlite3",
    "*.bin",
    "meta.json",
    ".managed.json",
    "*.term",
    "*.idx",
    "*.store",
    "*.pos",
    "*.fast",
    "*.fieldnorm",
]


@pytest.mark.parametrize("damage", [flip, halve, empty, Path.unlink], ids=["flipped", "halved", "emptied", "deleted"])
@pytest.mark.parametrize("name", DERIVED)
def test_a_damaged_file_of_the_index_is_told_at_the_start_and_mended(
    directory: Path, settings: Settings, name: str, damage: Callable[[Path], object]
) -> None:
    file = next(found for found in sorted(directory.rglob(name)) if found.stat().st_size)
    damage(file)
    for _ in range(2):
        with pytest.raises(LibraryError, match="byline doctor --repair"):
            answer(directory)
    with pytest.raises(LibraryError, match="byline doctor --repair"):
        check_index(settings)
    REPAIRS["index"](settings)
    assert answer(directory) == ANSWER
    check_index(settings)
    assert not (directory / "vectors").exists(), "what is damaged is removed"


def test_a_file_that_was_changed_without_a_new_time_is_found_by_the_doctor(directory: Path, settings: Settings) -> None:
    file = next(directory.rglob("*.term"))
    before = file.stat()
    flip(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(LibraryError, match=r"\.term was changed by something else"):
        check_index(settings)


@pytest.mark.parametrize("damage", [halve, empty, Path.unlink], ids=["halved", "emptied", "deleted"])
def test_damaged_articles_are_told_with_the_remedy_and_nothing_is_thrown_away(
    directory: Path, damage: Callable[[Path], object]
) -> None:
    damage(directory / "articles.sqlite3")
    index = sorted((directory / "vectors").rglob("*"))
    for _ in range(2):
        with pytest.raises(LibraryError, match="byline restore"):
            answer(directory)
    assert sorted((directory / "vectors").rglob("*")) == index


def test_a_small_table_that_contradicts_itself_is_told_at_the_start(directory: Path) -> None:
    with closing(sqlite3.connect(directory / "articles.sqlite3")) as connection, connection:
        connection.execute("INSERT INTO passages VALUES (99, 0, 9)")
    for _ in range(2):
        with pytest.raises(LibraryError, match=r"is damaged \(1 rows belong to none\): .*byline restore"):
            answer(directory)


def test_a_changed_word_of_an_article_is_found_by_the_doctor(directory: Path, settings: Settings) -> None:
    file = directory / "articles.sqlite3"
    stored = file.read_bytes()
    file.write_bytes(stored.replace(b"held a fair", b"held a fare", 1))
    with pytest.raises(LibraryError, match=r"1 set aside.*fair \d"):
        check_articles(settings)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE quotes SET name = 'Bob Lee' WHERE key = 3",
        "UPDATE quotes SET words = 'fair' WHERE key = 3",
        "UPDATE quotes SET content = '[[0, 5]]' WHERE key = 3",
        "UPDATE quotes SET content = '[[0' WHERE key = 3",
    ],
)
def test_a_changed_quotation_is_found_by_the_doctor_and_found_anew(
    directory: Path, settings: Settings, change: str
) -> None:
    with closing(sqlite3.connect(directory / "articles.sqlite3")) as connection, connection:
        connection.execute(change)
    with pytest.raises(LibraryError, match="1 articles are damaged"):
        check_quotations(settings)
    REPAIRS["quotations"](settings)
    assert check_quotations(settings)


def test_a_changed_word_of_an_earlier_text_is_found_by_the_doctor_and_shown_no_more(
    directory: Path, settings: Settings
) -> None:
    add(directory, [Article("port", "A port", "Rona Blair opened the new harbour of Zell.")])
    file = directory / "articles.sqlite3"
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute("UPDATE revisions SET text = replace(text, 'harbour', 'harbor')").rowcount == 1
    with pytest.raises(LibraryError, match="1 earlier texts were damaged, and are gone: port"):
        check_articles(settings)
    assert check_articles(settings)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE feeds SET address = replace(address, 'zell', 'tell')",
        "UPDATE feeds SET library = 'pablic'",
        "UPDATE feeds SET must = replace(must, 'pier', 'pies')",
        "UPDATE discord_settings SET settings = replace(settings, '77', '78')",
        "UPDATE discord_announcements SET wanted = replace(wanted, '7', '8')",
        "UPDATE discord_digests SET reader = reader + 1",
    ],
)
def test_a_changed_letter_of_what_was_chosen_is_found_by_the_doctor(
    directory: Path, settings: Settings, change: str
) -> None:
    now = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
    with closing(Articles(open_engine(directory))) as articles:
        feeds = Feeds(articles.engine)
        feed = feeds.add(
            "public", "https://zell.example/a", title="Zell", site=None, words=WordFilter(("pier",)), now=now
        )
        assert feeds.move(feed, "https://zell.example/b")
        open_store(articles.engine).set_settings(5, ServerSettings(listens=(77,)))
        AnnouncementStore(articles.engine).want(5, Announcements(channel=7))
        DigestStore(articles.engine).want(5, WantedDigest(hour=7), now)
    assert check_choices(settings)
    with closing(sqlite3.connect(directory / "articles.sqlite3")) as connection, connection:
        assert connection.execute(change).rowcount == 1
    with pytest.raises(LibraryError, match=f"{change.split()[1]} .*byline restore"):
        check_choices(settings)


def test_what_was_chosen_before_there_were_seals_is_no_damage(directory: Path, settings: Settings) -> None:
    with closing(Articles(open_engine(directory))) as articles:
        open_store(articles.engine).set_settings(5, ServerSettings(listens=(77,)))
    with closing(sqlite3.connect(directory / "articles.sqlite3")) as connection, connection:
        connection.execute("ALTER TABLE discord_settings DROP COLUMN seal")
    assert check_choices(settings)


def test_an_index_of_a_table_that_contradicts_it_is_made_anew(directory: Path, settings: Settings) -> None:
    named = "FROM sqlite_master WHERE name = 'articles_cluster'"
    for statement in (f"CREATE TABLE kept AS SELECT * {named}", f"DELETE {named}", "UPDATE articles SET cluster = 77"):
        change_schema(directory, statement)
    change_schema(directory, "INSERT INTO sqlite_master SELECT * FROM kept")
    change_schema(directory, "DROP TABLE kept")
    assert check_articles(settings)
    with closing(sqlite3.connect(directory / "articles.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def change_schema(directory: Path, statement: str) -> None:
    with closing(sqlite3.connect(directory / "articles.sqlite3")) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(statement)


def test_articles_of_an_older_time_than_their_index_are_told(directory: Path, whole: Path, settings: Settings) -> None:
    add(directory, [Article("late", "Late", "A late report on Zell.")])
    shutil.copy(whole / "articles.sqlite3", directory)
    with pytest.raises(LibraryError, match="not of the same time"):
        answer(directory)
    REPAIRS["index"](settings)
    assert answer(directory) == ANSWER


def test_an_index_of_an_older_time_than_its_articles_is_told(directory: Path, whole: Path) -> None:
    add(directory, [Article("late", "Late", "A late report on Zell.")])
    for part in ("vectors", "lexical"):
        shutil.rmtree(directory / part)
        shutil.copytree(whole / part, directory / part)
    shutil.copy(whole / NOTE, directory)
    with pytest.raises(LibraryError, match="not of the same time"):
        answer(directory)


@pytest.mark.parametrize("part", ["vectors", "lexical"])
def test_a_lost_index_that_nobody_closed_is_told(directory: Path, part: str) -> None:
    (directory / NOTE).unlink()
    assert answer(directory) == ANSWER
    (directory / NOTE).unlink()
    shutil.rmtree(directory / part)
    with pytest.raises(LibraryError, match="index lacks 6 of 6 passages"):
        answer(directory)


def test_articles_of_an_older_time_than_an_index_that_nobody_closed_are_told(directory: Path, whole: Path) -> None:
    add(directory, [Article("late", "Late", "A late report on Zell.")])
    (directory / NOTE).unlink()
    shutil.copy(whole / "articles.sqlite3", directory)
    with pytest.raises(LibraryError, match="of a later time than the articles"):
        answer(directory)


@pytest.mark.parametrize("name", [NOTE, "owner.json", "owner.lock", "schema.lock", "byline.log", "owner.sock"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe{[", b"[]", b'{"mark": 1}'])
def test_what_only_notes_and_locks_may_hold_anything(directory: Path, name: str, content: bytes) -> None:
    (directory / name).write_bytes(content)
    assert answer(directory) == ANSWER


@pytest.mark.parametrize("name", [NOTE, "owner.json", "owner.lock", "schema.lock", "byline.log"])
def test_none_of_them_is_waited_for_where_it_is_a_pipe(directory: Path, name: str) -> None:
    (directory / name).unlink(missing_ok=True)
    os.mkfifo(directory / name)
    assert answer(directory) == ANSWER


def test_a_copied_data_directory_is_whole(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "copy", copy_function=shutil.copyfile)  # with other times
    assert answer(tmp_path / "copy") == ANSWER


def test_lost_quotations_are_found_by_the_doctor_and_found_anew(directory: Path, settings: Settings) -> None:
    assert check_quotations(settings)
    stored = Articles(open_engine(directory))
    with stored.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM quotes WHERE key = 3")
    with pytest.raises(LibraryError, match="byline doctor --repair"):
        check_quotations(settings)
    REPAIRS["quotations"](settings)
    assert check_quotations(settings)
    stored.close()


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Vectors enough for a graph in files of its own."""
    folder = tmp_path_factory.mktemp("graph")
    vectors = Vectors(EmbeddedChroma(folder))
    refs = [PassageRef(n, 0, 9) for n in range(1_500)]
    vectors.add("public", refs, np.random.default_rng(0).normal(size=(1_500, 8)).astype(np.float32))
    vectors.close()
    return folder


def test_a_whole_graph_is_read_by_another_process(graph: Path) -> None:
    EmbeddedChroma(graph).check()


@pytest.mark.parametrize("name", ["data_level0.bin", "header.bin", "index_metadata.pickle"])
def test_a_damaged_graph_harms_who_tries_it_and_nobody_else(graph: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(graph, tmp_path / "index"))
    file = next(folder.rglob(name))
    file.write_bytes(b"\xee" * file.stat().st_size)
    with pytest.raises(LibraryError, match="byline doctor --repair"):
        EmbeddedChroma(folder).check()


def test_a_graph_that_a_process_died_of_writing_is_put_back_and_lacks_nothing(tmp_path: Path) -> None:
    vectors = Vectors(EmbeddedChroma(tmp_path))
    refs = [
        PassageRef(n, 0, 9) for n in range(1_900)
    ]  # the first thousand are in the graph's files, the others in a log
    for first in range(0, len(refs), 100):
        some = np.random.default_rng(first).normal(size=(100, 8)).astype(np.float32)
        vectors.add("public", refs[first : first + 100], some)
    vectors.close()
    for name in ("data_level0.bin", "header.bin", "index_metadata.pickle"):
        halve(next(file for file in tmp_path.rglob(name) if file.parent.name != "kept"))
    EmbeddedChroma(tmp_path).check()
    vectors = Vectors(EmbeddedChroma(tmp_path))
    assert sorted(vectors.refs("public")) == refs
    assert len(vectors.search("public", np.ones(8, np.float32), 50)) == 50
    vectors.close()
    write_note(tmp_path, "mark")
    assert not list(tmp_path.rglob("kept")), "a closed index needs no copy"


def test_a_note_is_there_only_while_an_index_is_closed(tmp_path: Path) -> None:
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors" / "a").write_bytes(b"words")
    write_note(tmp_path, "mark")
    assert take_note(tmp_path, "mark")
    assert not take_note(tmp_path, "mark")


def test_the_doctor_of_the_command_line_repairs_what_it_finds(
    used_once: Callable[[Path], Path], tmp_path: Path
) -> None:
    used_once(tmp_path)
    flip(next(tmp_path.rglob("*.term")))

    command = [sys.executable, "-m", "bot", "--data-dir", str(tmp_path), "doctor", "--repair"]
    repaired = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert repaired.returncode == 0, repaired.stdout
    assert "FAIL  index: The index is damaged" in repaired.stdout
    assert "ok    index, repaired: made anew from 1 articles" in repaired.stdout
    assert "ok    index: 4 passages" in repaired.stdout
