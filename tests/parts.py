"""The real parts of a library over a directory of a test's own."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.index.embedded import EmbeddedChroma
from retrieval.index.lexical import Lexical
from retrieval.index.vectors import Vectors
from retrieval.library import Library
from retrieval.quotes.indexing import index_quotes
from retrieval.search import Search
from retrieval.store.articles import Articles, open_engine
from retrieval.stories.copies import index_clusters
from tests.fakes import WordEncoder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.types import Article, Encoder


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
    """Opens the parts over a directory, with a quick encoder unless another is given, and closes them."""
    encoder = encoder or WordEncoder()
    articles = Articles(open_engine(directory))
    folder = directory / articles.index_name()
    vectors = Vectors(EmbeddedChroma(folder))
    lexical = Lexical(folder / "lexical")
    try:
        library = Library(articles, vectors, lexical, encoder)
        yield Parts(articles, vectors, lexical, library, Search(articles, vectors, lexical, encoder))
    finally:
        lexical.close()
        vectors.close()
        articles.close()


def publish(articles: Articles, *new: Article, library: str = "public") -> None:
    """Adds articles as the owner of the indexes does, but for the indexes."""
    articles.stage(library, new)
    pending = articles.pending(100)
    index_quotes(articles.engine, pending)
    index_clusters(articles.engine, pending)
    articles.publish(pending)
