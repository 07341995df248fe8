"""What works around Chroma 1.5.9, embedded. Each was seen with that version; a newer one may need less.

- At every start it re-adds up to 1,000 vectors of its write-ahead log to the graph, at random levels. A search that
  looks at as many neighbours as it is asked for (`ef_search`, 100 by default) misses some, and others after the next
  start; docs/search.md has what looking at more brings and costs.
- Once more collections are open than the files that a process may open let it, it drops the oldest, but then cannot
  read one again that never held a thousand vectors ("Nothing found on disk") until the next start. So all are closed
  in time, by opening the client anew.
- It keeps some ten files open as long as the process lives, unless its client is closed.
- It leaves the folders of deleted collections behind.
- A collection that is opened with another measure of distance keeps its own without a word.
- It warns of every collection that has no embedding function of a kind it knows, when its settings are changed.
"""

from __future__ import annotations

import contextlib
import ctypes
import re
import resource
import shutil
import sqlite3
import warnings
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

MOST_A_CALL = 5_000  # passages; Chroma refuses more than 5,461
EF_SEARCH = 1_000  # neighbours that a search looks at
_MOST_OPEN = 128  # collections: each takes 2.7 MB and four open files, however little it holds
_SEGMENT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def open_client(directory: Path) -> Client:
    """Opens an embedded Chroma. One process at a time: a second one quietly ruins the index, even by reading.

    Raises:
        LibraryError: its files are damaged, or cannot be written.
    """
    from chromadb.api.client import Client
    from chromadb.config import Settings

    settings = Settings(is_persistent=True, persist_directory=str(directory), anonymized_telemetry=False)
    with translated_errors():
        return Client(settings=settings)


@contextlib.contextmanager
def translated_errors() -> Iterator[None]:
    """Raises Chroma's errors as a `LibraryError` with the remedy."""
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        raise LibraryError(
            f"The vector index cannot be used ({error}); if its files are damaged, `byline reindex` makes it anew."
        ) from error


def open_collection(client: Client, name: str) -> Collection | None:
    """Returns the collection of that name, None where there is none.

    Raises:
        LibraryError: it does not measure the cosine.
    """
    from chromadb.errors import NotFoundError

    try:
        collection = client.get_collection(name, embedding_function=None)
    except NotFoundError:
        return None
    hnsw = collection.configuration_json["hnsw"]
    if (space := hnsw["space"]) != "cosine":
        raise LibraryError(f"The vector index measures {space}, not cosine; run `byline reindex` to rebuild it.")
    if hnsw["ef_search"] < EF_SEARCH:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            collection.modify(configuration={"hnsw": {"ef_search": EF_SEARCH}})  # counts from its first search on
    return collection


def create_collection(client: Client, name: str) -> Collection:
    """Makes an empty collection."""
    return client.create_collection(
        name, configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}}, embedding_function=None
    )


def remove_leftovers(directory: Path) -> None:
    """Removes the folders of deleted collections: those of no segment."""
    database = f"{(directory / 'chroma.sqlite3').absolute().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(database, uri=True, timeout=30)) as connection:
        segments = {name for (name,) in connection.execute("SELECT id FROM segments")}
    for folder in directory.iterdir():
        if _SEGMENT.fullmatch(folder.name) and folder.name not in segments:
            shutil.rmtree(folder, ignore_errors=True)


def most_open() -> int:
    """Returns how many collections may be open at once; half of the files that a process may open are left to others.

    There is one at least.
    """
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _MOST_OPEN if files == resource.RLIM_INFINITY else min(_MOST_OPEN, max(1, files // 8))


def return_memory() -> None:
    """Gives what was freed back to the system; glibc else keeps it in pieces, half a gigabyte after some closings."""
    with contextlib.suppress(AttributeError, OSError):  # another libc
        ctypes.CDLL(None).malloc_trim(0)
