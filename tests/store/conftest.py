"""The databases that the store's contract is kept by: SQLite, and PostgreSQL where it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.store import articles
from retrieval.store.articles import open_engine
from tests import parts
from tests.store.postgres import PostgresRun, postgres_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresRun]:
    with postgres_run() as run:
        yield run


@pytest.fixture(params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets every data directory of a test have its tables in either."""
    if request.param == "sqlite":
        return
    run: PostgresRun = request.getfixturevalue("postgres")

    def opened(directory: Path, url: str | None = None) -> sa.Engine:
        return open_engine(directory, url or run.database_of(directory))

    for module in (articles, parts, request.module):
        monkeypatch.setattr(module, "open_engine", opened, raising=False)
