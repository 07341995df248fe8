"""Passage vectors in Chroma, a collection for each library.

Only ids and vectors are kept there: the text stands in the article table, from which every hit is sliced again.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from retrieval.batches import batched
from retrieval.errors import LibraryError
from retrieval.types import PassageRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

_MOST_A_CALL = 5_000  # Chroma refuses more than 5,461
_LIBRARY_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,100}[A-Za-z0-9])?")


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


def open_client(directory: Path) -> ClientAPI:
    """An embedded Chroma. One process at a time: a second one quietly ruins the index, even by reading.

    Raises:
        LibraryError: its files are damaged, or cannot be written.
    """
    import chromadb
    from chromadb.config import Settings

    with _damage_told():
        return chromadb.PersistentClient(str(directory), settings=Settings(anonymized_telemetry=False))


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
    def __init__(self, client: ClientAPI) -> None:
        self._client = client
        self._collections: dict[str, Collection] = {}

    def _collection(self, library: str) -> Collection:
        if library not in self._collections:
            collection = self._client.get_or_create_collection(
                f"passages-{check_library_name(library)}",
                configuration={"hnsw": {"space": "cosine"}},
                embedding_function=None,
            )
            # Reopening with another space is ignored without a word, and its distances would be no cosines.
            if (space := collection.configuration_json["hnsw"]["space"]) != "cosine":
                raise LibraryError(
                    f"The vector index measures {space}, not cosine; run `byline reindex` to rebuild it."
                )
            self._collections[library] = collection
        return self._collections[library]

    def add(self, library: str, refs: Sequence[PassageRef], vectors: NDArray[np.float32]) -> None:
        """Add passages that are not there yet; a known one is silently left as it is."""
        collection = self._collection(library)
        for rows in batched(range(len(refs)), _MOST_A_CALL):
            collection.add(ids=[_to_id(refs[row]) for row in rows], embeddings=vectors[rows])

    def delete(self, library: str, refs: Sequence[PassageRef]) -> None:
        collection = self._collection(library)
        for some in batched(refs, _MOST_A_CALL):
            collection.delete(ids=[_to_id(ref) for ref in some])

    def search(self, library: str, vector: NDArray[np.float32], limit: int) -> list[tuple[PassageRef, float]]:
        """The nearest passages with their cosine similarity, best first. Ties are ordered by passage.

        Raises:
            LibraryError: its files are damaged, or cannot be written.
        """
        collection = self._collection(library)
        if not (limit := min(limit, collection.count())):
            return []
        with _damage_told():
            found = collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        scored = [(_from_id(id_), 1.0 - distance) for id_, distance in zip(found["ids"][0], distances, strict=True)]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))

    def refs(self, library: str) -> list[PassageRef]:
        """All passages that are there."""
        return [_from_id(id_) for id_ in self._collection(library).get(include=[])["ids"]]

    def count(self, library: str) -> int:
        return self._collection(library).count()

    def clear(self) -> None:
        self._collections.clear()
        for collection in self._client.list_collections():
            self._client.delete_collection(collection.name)


def _to_id(ref: PassageRef) -> str:
    return f"{ref.key}:{ref.start}-{ref.end}"


def _from_id(id_: str) -> PassageRef:
    key, _, span = id_.partition(":")
    start, _, end = span.partition("-")
    return PassageRef(int(key), int(start), int(end))
