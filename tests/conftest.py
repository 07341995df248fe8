"""Fixtures: a data directory with its parts, and the public data where it is present."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from discord_bot_process import use_once
from discord_emulator import Discord
from fakes import WordEncoder
from hypothesis import settings

from retrieval.index.lexical import Lexical
from retrieval.index.vectors import Vectors, open_client
from retrieval.library import Library
from retrieval.search import Search
from retrieval.store.articles import Articles, open_engine
from retrieval.store.noting import note
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.types import Encoder

settings.register_profile("byline", deadline=None)  # a busy machine is no failure
settings.load_profile("byline")

ROOT = Path(__file__).resolve().parents[1]
SEED = ROOT / "seeds" / "000_dbaac4714505962b.txt"


@dataclass
class Parts:
    """What an owner of a data directory holds."""

    articles: Articles
    vectors: Vectors
    lexical: Lexical
    library: Library
    search: Search


@contextmanager
def opened(directory: Path, encoder: Encoder | None = None) -> Iterator[Parts]:
    """The real parts over a directory, with a quick encoder."""
    encoder = encoder or WordEncoder()
    articles = Articles(open_engine(directory))
    vectors = Vectors(open_client(directory / "vectors"))
    lexical = Lexical(directory / "lexical")
    try:
        library = Library(articles, vectors, lexical, encoder)
        yield Parts(articles, vectors, lexical, library, Search(articles, vectors, lexical, encoder))
    finally:
        lexical.close()
        vectors.close()
        articles.close()


def publish(articles: Articles, *new: Article, library: str = "public") -> None:
    """Add articles as the owner of the indexes does, but for the indexes."""
    articles.stage(library, new)
    pending = articles.pending(100)
    note(articles.engine, pending)
    articles.publish(pending)


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    with opened(tmp_path) as all_parts:
        yield all_parts


@pytest.fixture
def article() -> Callable[..., Article]:
    def make(name: str, text: str, **given: str) -> Article:
        return Article(id=name, title=given.pop("title", f"About {name}"), text=text, **given)

    return make


@pytest.fixture(scope="module")
def discord() -> Iterator[Discord]:
    """A Discord of a test module's own, for the bot's real process."""
    with Discord() as started:
        yield started


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that was used once, for the bot's real process."""
    folder = tmp_path_factory.mktemp("data")
    use_once(folder)
    return folder


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of public data, or a skip that says how to name it."""
    folder = Path(os.environ.get("BYLINE_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the public data is not here; name its folder with BYLINE_TEST_DATA")
    return folder
