"""Passage vectors in Chroma, a collection for each library.

Only ids and vectors are kept there: the text stands in the article table, from which every hit is sliced again.
"""

from __future__ import annotations

import contextlib
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError
from retrieval.index import chroma
from retrieval.types import PassageRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

_LIBRARY_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,100}[A-Za-z0-9])?")


def check_library_name(name: str) -> str:
    """Returns the name, if it can name a collection.

    Raises:
        LibraryError: it cannot.
    """
    if not _LIBRARY_NAME.fullmatch(name):
        raise LibraryError(
            f"{name!r} cannot name a library: use up to 102 letters, digits, '.', '_' and '-', "
            "beginning and ending with a letter or digit."
        )
    return name


class Vectors:
    """The collections of one client (`chroma.open_client`), safe to use from several threads.

    Each method raises LibraryError where its files are damaged, or cannot be written.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._directory = Path(client.get_settings().persist_directory)
        self._lock = threading.RLock()
        self._open: dict[str, Collection] = {}
        self._whole: set[str] = set()

    def close(self) -> None:
        """Closes its files."""
        with self._lock:
            self._open.clear()
            self._client.close()

    def check(self, library: str, expected: Callable[[str], int]) -> None:
        """Checks once a library that the vectors are there of all the passages which `expected` counts.

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
        """Adds passages that are not there yet; a known one is silently left as it is."""
        with self._collection(library) as opened:
            collection = opened or chroma.create_collection(self._client, _collection_name(library))
            self._open[library] = collection
            for first in range(0, len(refs), chroma.MOST_A_CALL):
                some = slice(first, first + chroma.MOST_A_CALL)
                collection.add(ids=[_to_id(ref) for ref in refs[some]], embeddings=vectors[some])

    def delete(self, library: str, refs: Sequence[PassageRef]) -> None:
        """Deletes passages; those that are not there are no error."""
        with self._collection(library) as collection:
            if collection:
                for first in range(0, len(refs), chroma.MOST_A_CALL):
                    collection.delete(ids=[_to_id(ref) for ref in refs[first : first + chroma.MOST_A_CALL]])

    def search(self, library: str, vector: NDArray[np.float32], limit: int) -> list[tuple[PassageRef, float]]:
        """Returns the nearest passages with their cosine similarity, best first. Ties are ordered by passage."""
        with self._collection(library) as collection:
            if not collection or not (limit := min(limit, collection.count())):
                return []
            result = collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        distances = (result["distances"] or [[]])[0]
        scored = [(_from_id(id_), 1.0 - distance) for id_, distance in zip(result["ids"][0], distances, strict=True)]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))

    def refs(self, library: str) -> list[PassageRef]:
        """Returns all passages that are there."""
        with self._collection(library) as collection:
            return [_from_id(id_) for id_ in collection.get(include=[])["ids"]] if collection else []

    def count(self, library: str) -> int:
        """Returns how many passages are there."""
        with self._collection(library) as collection:
            return collection.count() if collection else 0

    def drop(self, library: str) -> None:
        """Deletes a library's collection and its files, if it has one."""
        with self._collection(library) as collection:
            if collection:
                self._client.delete_collection(collection.name)
                del self._open[library]
                chroma.remove_leftovers(self._directory)

    def clear(self) -> None:
        """Deletes all collections and their files."""
        with self._lock, chroma.translated_errors():
            self._open.clear()
            for collection in self._client.list_collections():
                self._client.delete_collection(collection.name)
            chroma.remove_leftovers(self._directory)

    @contextlib.contextmanager
    def _collection(self, library: str) -> Iterator[Collection | None]:
        """Gives the collection of a library, if it has one, to one thread at a time."""
        with self._lock, chroma.translated_errors():
            if library not in self._open:
                name = _collection_name(library)
                if len(self._open) >= chroma.most_open():
                    self.close()
                    chroma.return_memory()
                    self._client = chroma.open_client(self._directory)
                if collection := chroma.open_collection(self._client, name):
                    self._open[library] = collection
            yield self._open.get(library)


def _collection_name(library: str) -> str:
    return f"passages-{check_library_name(library)}"


def _to_id(ref: PassageRef) -> str:
    return f"{ref.key}:{ref.start}-{ref.end}"


def _from_id(id_: str) -> PassageRef:
    key, _, span = id_.partition(":")
    start, _, end = span.partition("-")
    return PassageRef(int(key), int(start), int(end))
