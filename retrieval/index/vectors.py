"""Passage vectors in Chroma, a collection for each library.

Only ids and vectors are kept there: the text stands in the article table, from which every hit is sliced again.
`python -m retrieval.index.vectors FOLDER` opens those of a folder and searches each collection.

What works around Chroma 1.5.9, embedded, was seen with that version; a newer one may need less:

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
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError, one_line
from retrieval.index.manifest import REBUILD, told_errors
from retrieval.types import PassageRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

_LIBRARY_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,100}[A-Za-z0-9])?")
MOST_A_CALL = 5_000  # passages; Chroma refuses more than 5,461
EF_SEARCH = 1_000  # neighbours that a search looks at
_MOST_OPEN = 128  # collections: each takes 2.7 MB and four open files, however little it holds
_PERSISTED = "*/index_metadata.pickle"  # a graph that was written to its files; the others are made of the database
_LONGEST_TRIAL = 120  # seconds
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


def translated_errors(directory: Path | None = None) -> contextlib.AbstractContextManager[None]:
    """Raises Chroma's errors as a `LibraryError` with the remedy."""
    from chromadb.errors import ChromaError

    return told_errors("vector", ChromaError, directory)


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


def try_vectors(folder: Path) -> None:
    """Lets another process read the vectors of a folder, where there are files that could be damaged.

    Reading a damaged graph ends the process that does.

    Raises:
        LibraryError: it failed, or died of it.
    """
    if not any(folder.glob(_PERSISTED)):
        return
    try:
        done = subprocess.run(  # noqa: S603  (our own module, with a path of our own)
            [sys.executable, "-m", "retrieval.index.vectors", str(folder.absolute())],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_LONGEST_TRIAL,
        )
    except subprocess.TimeoutExpired as error:
        raise LibraryError(f"The vector index cannot be read (it takes too long); {REBUILD}.") from error
    if done.returncode < 0:
        raise LibraryError(f"The vector index is damaged (who reads it dies of signal {-done.returncode}); {REBUILD}.")
    if done.returncode:
        reason = "".join(done.stderr.strip().splitlines()[-1:]) or f"exit status {done.returncode}"
        raise LibraryError(f"The vector index is damaged ({reason}); {REBUILD}.")


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
    """The collections of one client (`open_client`), safe to use from several threads.

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

    def move(self, directory: Path) -> None:
        """Closes its files and opens those of another directory."""
        with self._lock:
            self.close()
            self._whole.clear()
            self._directory = directory
            self._client = open_client(directory)

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
            collection = opened or create_collection(self._client, _collection_name(library))
            self._open[library] = collection
            for first in range(0, len(refs), MOST_A_CALL):
                some = slice(first, first + MOST_A_CALL)
                collection.add(ids=[_to_id(ref) for ref in refs[some]], embeddings=vectors[some])

    def delete(self, library: str, refs: Sequence[PassageRef]) -> None:
        """Deletes passages; those that are not there are no error."""
        with self._collection(library) as collection:
            if collection:
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
            if among is not None:  # Chroma fails at ids that it does not have
                own = collection.get(ids=[_to_id(ref) for ref in among], include=[])["ids"] if among else []
            limit = min(limit, collection.count() if own is None else len(own))
            if not limit:
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
                self._client.delete_collection(collection.name)
                del self._open[library]
                remove_leftovers(self._directory)

    def clear(self) -> None:
        """Deletes all collections and their files."""
        with self._lock, translated_errors(self._directory):
            self._open.clear()
            for collection in self._client.list_collections():
                self._client.delete_collection(collection.name)
            remove_leftovers(self._directory)

    @contextlib.contextmanager
    def _collection(self, library: str) -> Iterator[Collection | None]:
        """Gives the collection of a library, if it has one, to one thread at a time."""
        with self._lock, translated_errors(self._directory):
            if library not in self._open:
                name = _collection_name(library)
                if len(self._open) >= most_open():
                    self.close()
                    return_memory()
                    self._client = open_client(self._directory)
                if collection := open_collection(self._client, name):
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


def main(folder: str) -> None:
    """Searches each collection once; exits with the reason where that fails."""
    import numpy as np

    try:
        client = open_client(Path(folder))
        for name in client.list_collections():
            collection = client.get_collection(name.name, embedding_function=None)
            some = collection.get(limit=1, include=["embeddings"])["embeddings"]
            if some is not None and len(some):
                collection.query(query_embeddings=np.asarray(some[:1], np.float32), n_results=1, include=["distances"])
    except BaseException as error:  # noqa: BLE001  (also a panic of Rust; the last line is the reason that is told)
        sys.exit(one_line(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
