"""Passage vectors in Chroma, a collection for each library.

Only ids and vectors are kept there: the text stands in the article table, from which every hit is sliced again.
"""

from __future__ import annotations

import contextlib
import ctypes
import re
import resource
import shutil
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.batches import batched
from retrieval.errors import LibraryError
from retrieval.types import PassageRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

_MOST_A_CALL = 5_000  # Chroma refuses more than 5,461
_MOST_OPEN = 128  # collections: each takes 2.7 MB and four open files, however little it holds
_LIBRARY_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,100}[A-Za-z0-9])?")
_SEGMENT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def check_library_name(name: str) -> str:
    """The name, if it can name a collection.

    Raises:
        LibraryError: it cannot.
    """
    if not _LIBRARY_NAME.fullmatch(name):
        raise LibraryError(
            f"{name!r} cannot name a library: use up to 102 letters, digits, '.', '_' and '-', "
            "beginning and ending with a letter or digit."
        )
    return name


def open_client(directory: Path) -> Client:
    """An embedded Chroma. One process at a time: a second one quietly ruins the index, even by reading.

    Raises:
        LibraryError: its files are damaged, or cannot be written.
    """
    from chromadb.api.client import Client
    from chromadb.config import Settings

    settings = Settings(is_persistent=True, persist_directory=str(directory), anonymized_telemetry=False)
    with _damage_told():
        return Client(settings=settings)


@contextlib.contextmanager
def _damage_told() -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        raise LibraryError(
            f"The vector index cannot be used ({error}); if its files are damaged, `byline reindex` makes it anew."
        ) from error


class Vectors:
    """The collections of one client, safe to use from several threads.

    Raises:
        LibraryError: its files are damaged, or cannot be written.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._directory = Path(client.get_settings().persist_directory)
        self._lock = threading.RLock()
        self._open: dict[str, Collection] = {}
        self._whole: set[str] = set()

    def close(self) -> None:
        """Close its files, some ten of which Chroma would keep open as long as the process lives."""
        with self._lock:
            self._open.clear()
            self._client.close()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock, _damage_told():
            yield

    def _found(self, library: str) -> Collection | None:
        """The collection of a library, if it has one."""
        from chromadb.errors import NotFoundError

        name = _named(library)
        if library not in self._open:
            self._make_room()
            with contextlib.suppress(NotFoundError):
                self._open[library] = _checked(self._client.get_collection(name, embedding_function=None))
        return self._open.get(library)

    def _made(self, library: str) -> Collection:
        if (collection := self._found(library)) is None:
            collection = self._client.create_collection(
                _named(library), configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
            )
            self._open[library] = collection
        return collection

    def _make_room(self) -> None:
        """Close all collections, by opening the client anew, before there are too many.

        Chroma itself drops the oldest once more are open than the files a process may open let it, but then cannot read
        a dropped one again that never held a thousand vectors ("Nothing found on disk") until the next start.
        """
        if len(self._open) >= _most_open():
            self.close()
            _return_memory()
            self._client = open_client(self._directory)

    def check(self, library: str, expected: Callable[[str], int]) -> None:
        """Once a library: that the vectors are there of all the passages which `expected` counts.

        Raises:
            LibraryError: some are not.
        """
        while library not in self._whole:
            wanted, held = expected(library), self.count(library)
            if held >= wanted:
                self._whole.add(library)
            elif expected(library) == wanted:  # not what was erased between the two counts
                raise LibraryError(
                    f"The vector index holds {held} of the {wanted} passages of {library!r}; "
                    "run `byline reindex` to rebuild it."
                )

    def add(self, library: str, refs: Sequence[PassageRef], vectors: NDArray[np.float32]) -> None:
        """Add passages that are not there yet; a known one is silently left as it is."""
        with self._alone():
            collection = self._made(library)
            for rows in batched(range(len(refs)), _MOST_A_CALL):
                collection.add(ids=[_to_id(refs[row]) for row in rows], embeddings=vectors[rows])

    def delete(self, library: str, refs: Sequence[PassageRef]) -> None:
        with self._alone():
            if collection := self._found(library):
                for some in batched(refs, _MOST_A_CALL):
                    collection.delete(ids=[_to_id(ref) for ref in some])

    def search(self, library: str, vector: NDArray[np.float32], limit: int) -> list[tuple[PassageRef, float]]:
        """The nearest passages with their cosine similarity, best first. Ties are ordered by passage."""
        with self._alone():
            collection = self._found(library)
            if not collection or not (limit := min(limit, collection.count())):
                return []
            found = collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        scored = [(_from_id(id_), 1.0 - distance) for id_, distance in zip(found["ids"][0], distances, strict=True)]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))

    def refs(self, library: str) -> list[PassageRef]:
        """All passages that are there."""
        with self._alone():
            collection = self._found(library)
            return [_from_id(id_) for id_ in collection.get(include=[])["ids"]] if collection else []

    def count(self, library: str) -> int:
        with self._alone():
            collection = self._found(library)
            return collection.count() if collection else 0

    def drop(self, library: str) -> None:
        """Delete a library's collection and its files, if it has one."""
        with self._alone():
            if self._found(library):
                self._client.delete_collection(_named(library))
                del self._open[library]
                self._sweep()

    def clear(self) -> None:
        with self._alone():
            self._open.clear()
            for collection in self._client.list_collections():
                self._client.delete_collection(collection.name)
            self._sweep()

    def _sweep(self) -> None:
        """Remove the folders of deleted collections, which Chroma leaves behind: those of no segment."""
        database = f"{(self._directory / 'chroma.sqlite3').absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(database, uri=True, timeout=30)) as connection:
            segments = {name for (name,) in connection.execute("SELECT id FROM segments")}
        for folder in self._directory.iterdir():
            if _SEGMENT.fullmatch(folder.name) and folder.name not in segments:
                shutil.rmtree(folder, ignore_errors=True)


def _named(library: str) -> str:
    return f"passages-{check_library_name(library)}"


def _checked(collection: Collection) -> Collection:
    # Reopening with another space is ignored without a word, and its distances would be no cosines.
    if (space := collection.configuration_json["hnsw"]["space"]) != "cosine":
        raise LibraryError(f"The vector index measures {space}, not cosine; run `byline reindex` to rebuild it.")
    return collection


def _most_open() -> int:
    """Collections that may be open at once, with half of the files that a process may open left to others."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _MOST_OPEN if files == resource.RLIM_INFINITY else min(_MOST_OPEN, max(1, files // 8))


def _return_memory() -> None:
    """Give what was freed back to the system, which glibc else keeps in pieces: half a gigabyte after some closings."""
    with contextlib.suppress(AttributeError, OSError):  # another libc
        ctypes.CDLL(None).malloc_trim(0)


def _to_id(ref: PassageRef) -> str:
    return f"{ref.key}:{ref.start}-{ref.end}"


def _from_id(id_: str) -> PassageRef:
    key, _, span = id_.partition(":")
    start, _, end = span.partition("-")
    return PassageRef(int(key), int(start), int(end))
