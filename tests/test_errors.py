from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from retrieval.errors import LibraryError, SourceError, Unforeseen, explained, refer

if TYPE_CHECKING:
    from pathlib import Path


def test_an_error_that_says_its_remedy_is_told_as_it_is() -> None:
    error = SourceError("a.txt is empty; give a text.")
    assert explained(error, "reading failed") is error


def sqlite_error(code: int) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("as SQLite puts it")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full: free some room"),
        (OSError(errno.EROFS, "Read-only file system"), "cannot be written"),
        (PermissionError(errno.EACCES, "Permission denied"), "cannot be written"),
        (OSError(errno.EMFILE, "Too many open files"), "`ulimit -n`"),
        (OSError(errno.EIO, "Input/output error"), "failed to read or to write"),
        (MemoryError(), "memory is used up"),
        (OSError(errno.EISDIR, "Is a directory"), "Is a directory”: `byline doctor`"),
        (ValueError("Failed to open file for write: Os { message: (os error 28) }"), "disk is full"),
        (RuntimeError("error returned from database: (code: 13) database or disk is full"), "disk is full"),
        (ValueError("IoError { err: Os { code: 28, kind: StorageFull } }"), "disk is full"),
        (sqlite_error(sqlite3.SQLITE_CORRUPT), "byline restore"),
    ],
)
def test_a_failing_machine_is_told_with_its_remedy_and_not_logged(
    error: Exception, remedy: str, caplog: pytest.LogCaptureFixture
) -> None:
    told = explained(error, "a question failed")
    assert isinstance(told, LibraryError)
    assert remedy in str(told)
    assert caplog.records == []


def test_a_database_that_another_process_writes_to_is_not_told_as_a_full_disk(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a")) as one, closing(sqlite3.connect(tmp_path / "a", timeout=0)) as other:
        one.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            other.execute("CREATE TABLE words (word)")
    assert "Another process writes" in str(explained(caught.value, "a question failed"))


def test_what_the_database_says_is_looked_for_under_its_wrapping(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'missing' / 'no.sqlite3'}")
    with pytest.raises(sa.exc.OperationalError) as caught:
        engine.connect()
    assert "unable to open database file”: `byline doctor`" in str(explained(caught.value, "a question failed"))


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    card, fresh = tmp_path / "owner.json", tmp_path / "owner.json.1"
    card.mkdir()
    fresh.touch()
    for act in (card.read_text, lambda: fresh.replace(card)):
        with pytest.raises(OSError, match="directory") as caught:
            act()
        assert f"The system says “Is a directory” of {card}:" in str(explained(caught.value, "a question failed"))


def test_a_mistake_is_logged_once_however_often_it_is_told_on(caplog: pytest.LogCaptureFixture) -> None:
    mistake = explained(KeyError("what somebody asked"), "a question failed")
    assert isinstance(mistake, Unforeseen)
    assert "what somebody asked" not in str(mistake)
    assert refer(mistake, "an answer failed") == mistake.reference
    assert explained(mistake, "a row failed") is mistake
    assert [record.getMessage() for record in caplog.records] == [f"{mistake.reference}: a question failed"]
