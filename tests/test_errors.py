from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from retrieval.errors import LibraryError, SourceError, Unforeseen, explained, refer

if TYPE_CHECKING:
    from pathlib import Path


def test_an_error_that_says_its_remedy_is_told_as_it_is() -> None:
    error = SourceError("a.txt is empty; give a text.")
    assert explained(error, "reading failed") is error


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), sqlite3.OperationalError("disk is full, no space left on device")]
)
def test_a_failing_machine_is_told_with_its_remedy_and_not_logged(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    told = explained(error, "a question failed")
    assert isinstance(told, LibraryError)
    assert "o space left on device; check that" in str(told)
    assert caplog.records == []


def test_what_the_database_says_is_looked_for_under_its_wrapping(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'missing' / 'no.sqlite3'}")
    with pytest.raises(sa.exc.OperationalError) as caught:
        engine.connect()
    assert "unable to open database file; check that" in str(explained(caught.value, "a question failed"))


def test_a_mistake_is_logged_once_however_often_it_is_told_on(caplog: pytest.LogCaptureFixture) -> None:
    mistake = explained(KeyError("what somebody asked"), "a question failed")
    assert isinstance(mistake, Unforeseen)
    assert "what somebody asked" not in str(mistake)
    assert refer(mistake, "an answer failed") == mistake.reference
    assert explained(mistake, "a row failed") is mistake
    assert [record.getMessage() for record in caplog.records] == [f"{mistake.reference}: a question failed"]
