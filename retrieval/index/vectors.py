"""Passage vectors in Chroma, a collection for each library.

Only ids and vectors are kept there: the text stands in the article table, from which every hit is sliced again.

What works around Chroma 1.5.9 was seen with that version; a newer one may need less:

- At every start it re-adds up to 1,000 vectors of its write-ahead log to the graph, at random levels. A search that
  looks at as many neighbours as it is asked for (`ef_search`, 100 by default) misses some, and others after the next
  start; docs/search.md has what looking at more brings and costs.
- A collection that is opened with another measure of distance keeps its own without a word.
- It warns of every collection that has no embedding function of a kind it knows, when its settings are changed.
"""

from __future__ import annotations

import contextlib
import re
import threading
import warnings
from typing import TYPE_CHECKING, Protocol, Self

from retrieval.errors import LibraryError
from retrieval.types import PassageRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    import numpy as np
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

_LIBRARY_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,100}[A-Za-z0-9])?")
MOST_A_CALL = 5_000  # passages; Chroma refuses more than 5,461
_LISTED_AT_ONCE = 1_000  # collections
EF_SEARCH = 1_000  # neighbours that a search looks at


class Chroma(Protocol):
    """Where the vectors of one index are kept, and what is peculiar to reaching them there."""

    @property
    def folder(self) -> Path:
        """The folder of the index."""

    @property
    def prefix(self) -> str:
        """What the names of the index's collections begin with."""

    @property
    def most_open(self) -> int:
        """How many collections may be open at once."""

    @property
    def told(self) -> str:
        """What the fingerprint of the index says of the place."""

    @property
    def is_shared(self) -> bool:
        """Whether other data directories may keep theirs there too, so that each index needs a name of its own."""

    def at(self, folder: Path) -> Self:
        """Returns the same for the index of another folder."""

    def check(self) -> None:
        """Looks whether the vectors can be read at all, where that could end the process."""

    def open(self) -> Client:
        """Opens a client."""

    def close(self, client: Client) -> None:
        """Closes it."""

    def translated_errors(self) -> AbstractContextManager[None]:
        """Raises what goes wrong there as a `BylineError` with the remedy."""

    def tidy(self) -> None:
        """Removes what deleted collections have left."""

    def keep(self) -> None:
        """Copies what a process that dies while it writes would damage; to be called before anything is written."""


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
    hnsw = collection.configuration_json["hnsw"]  # Chroma Cloud has SPANN instead
    if (space := (hnsw or collection.configuration_json["spann"])["space"]) != "cosine":
        raise LibraryError(f"The vector index measures {space}, not cosine; run `byline reindex` to rebuild it.")
    if hnsw and hnsw["ef_search"] < EF_SEARCH:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            collection.modify(configuration={"hnsw": {"ef_search": EF_SEARCH}})  # counts from its first search on
    return collection


def create_collection(client: Client, name: str) -> Collection:
    """Makes an empty collection."""
    return client.create_collection(
        name, configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}}, embedding_function=None
    )


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
    """The collections of one index, safe to use from several threads. They are opened when they are first needed.

    Each method raises LibraryError where its files are damaged, or cannot be written.
    """

    def __init__(self, chroma: Chroma) -> None:
        self._chroma = chroma
        self._client: Client | None = None
        self._lock = threading.RLock()
        self._open: dict[str, Collection] = {}
        self._whole: set[str] = set()

    @property
    def told(self) -> str:
        """What the fingerprint of the index says of where they are."""
        return self._chroma.told

    def close(self) -> None:
        """Closes what is open; it is opened again when it is needed."""
        with self._lock:
            self._open.clear()
            if self._client is not None:
                self._chroma.close(self._client)
                self._client = None

    def move(self, folder: Path) -> None:
        """Goes over to the vectors of the index in another folder."""
        with self._lock:
            self.close()
            self._whole.clear()
            self._chroma = self._chroma.at(folder)

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
            self._chroma.keep()
            collection = opened or create_collection(self._opened(), self._name_of(library))
            self._open[library] = collection
            for first in range(0, len(refs), MOST_A_CALL):
                some = slice(first, first + MOST_A_CALL)
                collection.add(ids=[_to_id(ref) for ref in refs[some]], embeddings=vectors[some])

    def delete(self, library: str, refs: Sequence[PassageRef]) -> None:
        """Deletes passages; those that are not there are no error."""
        with self._collection(library) as collection:
            if collection:
                self._chroma.keep()
                for first in range(0, len(refs), MOST_A_CALL):
                    collection.delete(ids=[_to_id(ref) for ref in refs[first : first + MOST_A_CALL]])

    def search(
        self, library: str, vector: NDArray[np.float32], limit: int, among: Sequence[PassageRef] | None = None
    ) -> list[tuple[PassageRef, float]]:
        """Returns the nearest passages with their cosine similarity, best first. Ties are ordered by passage.

        With `among`, only of those; some may be of other libraries.
        """
        with self._collection(library) as collection:
            if not collection:
                return []
            own = None
            if among is not None:  # Chroma fails at ids that it does not have, and at none
                own = collection.get(ids=[_to_id(ref) for ref in among], include=[])["ids"] if among else []
                if not own:
                    return []
            result = collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"], ids=own)
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
                self._opened().delete_collection(collection.name)
                del self._open[library]
                self._chroma.tidy()

    def clear(self) -> None:
        """Deletes all collections and their files."""
        with self._lock, self._chroma.translated_errors():
            self._open.clear()
            self._delete(self._chroma.prefix)
            self._chroma.tidy()

    def forget(self, folder: Path) -> None:
        """Deletes the collections of the index that another folder has, where they do not go with it."""
        with self._lock, self._chroma.translated_errors():
            if (prefix := self._chroma.at(folder).prefix) != self._chroma.prefix:
                self._delete(prefix)

    def _delete(self, prefix: str) -> None:
        """Deletes the collections whose names begin so."""
        client, names = self._opened(), list[str]()
        while some := client.list_collections(limit=_LISTED_AT_ONCE, offset=len(names)):
            names += [collection.name for collection in some]
        for name in names:
            if name.startswith(prefix):
                client.delete_collection(name)

    @contextlib.contextmanager
    def _collection(self, library: str) -> Iterator[Collection | None]:
        """Gives the collection of a library, if it has one, to one thread at a time."""
        with self._lock, self._chroma.translated_errors():
            if library not in self._open:
                name = self._name_of(library)
                if len(self._open) >= self._chroma.most_open:
                    self.close()
                if collection := open_collection(self._opened(), name):
                    self._open[library] = collection
            yield self._open.get(library)

    def _opened(self) -> Client:
        if self._client is None:
            self._client = self._chroma.open()
        return self._client

    def _name_of(self, library: str) -> str:
        return f"{self._chroma.prefix}{check_library_name(library)}"


def _to_id(ref: PassageRef) -> str:
    return f"{ref.key}:{ref.start}-{ref.end}"


def _from_id(id_: str) -> PassageRef:
    key, _, span = id_.partition(":")
    start, _, end = span.partition("-")
    return PassageRef(int(key), int(start), int(end))
