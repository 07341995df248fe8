"""Chroma in files of the index's own folder, for the one process that owns the data directory.

`python -m retrieval.index.embedded FOLDER` opens the vectors of an index's folder and searches each collection.

What works around Chroma 1.5.9, embedded, was seen with that version; a newer one may need less:

- Once more collections are open than the files that a process may open let it, it drops the oldest, but then cannot
  read one again that never held a thousand vectors ("Nothing found on disk") until the next start. So all are closed
  in time, by opening the client anew.
- It keeps some ten files open as long as the process lives, unless its client is closed.
- It leaves the folders of deleted collections behind.
- It imports what would send its traces, gRPC with it, also where it is told to send none, and checks its own code.
- Once a thousand vectors are new it writes a graph over its own files, which damages it where the process is killed
  meanwhile. What stands in its log only then goes, so that from a copy of the files before nothing is missing.
"""

from __future__ import annotations

import contextlib
import logging
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from abc import ABCMeta
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar

from retrieval.errors import LibraryError, one_line
from retrieval.index.manifest import KEPT, REBUILD, VECTORS, told_errors
from retrieval.memory import give_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from chromadb.api.client import Client

_MOST_OPEN = 128  # collections: each takes 2.7 MB and four open files, however little it holds
_PERSISTED = "*/index_metadata.pickle"  # a graph that was written to its files; the others are made of the database
_EXPORTER = "opentelemetry.exporter.otlp.proto.grpc.trace_exporter"
_log = logging.getLogger("byline")
_LONGEST_TRIAL = 120  # seconds
_SEGMENT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@cache
def _import_chroma() -> None:
    """Imports Chroma without what it does not need to run.

    gRPC, which would send its traces and is never used, is 12 MB; and each method that is marked as overriding another
    has its signature held against that one's. Together they would be half of the import's time.
    """
    exporter, overrides = ModuleType(_EXPORTER), ModuleType("overrides")
    vars(exporter).update(OTLPSpanExporter=None)
    enforced = ABCMeta("EnforceOverrides", (), {})
    vars(overrides).update(override=_as_it_is, overrides=_as_it_is, EnforceOverrides=enforced)
    absent = [module for module in (exporter, overrides) if sys.modules.setdefault(module.__name__, module) is module]
    try:
        import chromadb.api.rust  # noqa: F401  (for what comes with it)
    finally:
        for module in absent:
            del sys.modules[module.__name__]


def _as_it_is(method: Callable[..., object]) -> Callable[..., object]:
    return method


@dataclass(frozen=True, slots=True)
class EmbeddedChroma:
    """Keeps the vectors of the index in a folder. One process at a time: a second one quietly ruins them."""

    folder: Path
    prefix: ClassVar[str] = "passages-"
    told: ClassVar[str] = ""
    is_shared: ClassVar[bool] = False

    @property
    def _directory(self) -> Path:
        return self.folder / VECTORS

    def at(self, folder: Path) -> EmbeddedChroma:
        """Returns the same for the index of another folder."""
        return EmbeddedChroma(folder)

    def open(self) -> Client:
        """Opens the files, which are made where there are none; gives back the memory of those closed before.

        Raises:
            LibraryError: they are damaged, or cannot be written.
        """
        _import_chroma()
        from chromadb.api.client import Client
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        give_back()
        settings = Settings(
            is_persistent=True,
            persist_directory=str(self._directory),
            anonymized_telemetry=False,
            chroma_otel_collection_endpoint="",
        )
        with told_errors("vector", ChromaError):
            return Client(settings=settings)

    def close(self, client: Client) -> None:
        """Closes its files."""
        client.close()

    def translated_errors(self) -> contextlib.AbstractContextManager[None]:
        """Raises Chroma's errors as a `LibraryError` with the remedy."""
        _import_chroma()
        from chromadb.errors import ChromaError

        return told_errors("vector", ChromaError, self._directory)

    @property
    def most_open(self) -> int:
        """How many collections may be open at once, one at least; half of the files are left to others."""
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return _MOST_OPEN if files == resource.RLIM_INFINITY else min(_MOST_OPEN, max(1, files // 8))

    def tidy(self) -> None:
        """Removes the folders of deleted collections: those of no segment."""
        database = f"{(self._directory / 'chroma.sqlite3').absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(database, uri=True, timeout=30)) as connection:
            segments = {name for (name,) in connection.execute("SELECT id FROM segments")}
        for inner in self._directory.iterdir():
            if _SEGMENT.fullmatch(inner.name) and inner.name not in segments:
                shutil.rmtree(inner, ignore_errors=True)

    def keep(self) -> None:
        """Copies the files of each graph that was written since it was copied last."""
        for written in self._directory.glob(_PERSISTED):
            kept, copying = (written.parent / name for name in (KEPT, f"{KEPT}.new"))
            if not _is_same(written, kept / written.name):
                shutil.rmtree(copying, ignore_errors=True)
                shutil.rmtree(kept, ignore_errors=True)
                with contextlib.suppress(OSError):  # a full disk, say: then a kill may damage the graph
                    copying.mkdir()
                    for file in filter(Path.is_file, written.parent.iterdir()):
                        shutil.copy2(file, copying)
                    copying.rename(kept)

    def _put_back(self) -> bool:
        """Puts the graphs that were being written back to what they were; returns whether there were any.

        Of one that was written for the first time all stands in Chroma's log.
        """
        begun = [written for written in self._directory.glob(_PERSISTED) if not _is_kept(written.parent)]
        for written in begun:
            written.unlink()
            if (written.parent / KEPT).is_dir():
                shutil.copytree(written.parent / KEPT, written.parent, dirs_exist_ok=True)
        return bool(begun)

    def check(self) -> None:
        """Lets another process read the vectors, where there are files that could be damaged.

        Reading a damaged graph ends the process that does. Where the process before was killed while it wrote one, what
        it was is put back, and what is new is in Chroma's log.

        Raises:
            LibraryError: it failed, or died of it.
        """
        if not any(self._directory.glob(_PERSISTED)):
            return
        try:
            self._try()
        except LibraryError:
            if not self._put_back():
                raise
            self._try()
            _log.warning("The vector index was being written when a process ended; it was put back to what it was.")

    def _try(self) -> None:
        try:
            done = subprocess.run(  # noqa: S603  (our own module, with a path of our own)
                [sys.executable, "-m", "retrieval.index.embedded", str(self.folder.absolute())],
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
            raise LibraryError(
                f"The vector index is damaged (who reads it dies of signal {-done.returncode}); {REBUILD}."
            )
        if done.returncode:
            reason = "".join(done.stderr.strip().splitlines()[-1:]) or f"exit status {done.returncode}"
            raise LibraryError(f"The vector index is damaged ({reason}); {REBUILD}.")


def _is_kept(graph: Path) -> bool:
    """Tells whether the files of a graph are as they were copied last."""
    return all(_is_same(file, graph / KEPT / file.name) for file in graph.iterdir() if file.is_file())


def _is_same(one: Path, other: Path) -> bool:
    """Tells whether two files are of one length and time."""
    with contextlib.suppress(FileNotFoundError):
        stats = [file.stat() for file in (one, other)]
        return len({(stat.st_size, stat.st_mtime_ns) for stat in stats}) == 1
    return False


def main(folder: str) -> None:
    """Searches each collection once; exits with the reason where that fails."""
    import numpy as np

    try:
        client = EmbeddedChroma(Path(folder)).open()
        for name in client.list_collections():
            collection = client.get_collection(name.name, embedding_function=None)
            some = collection.get(limit=1, include=["embeddings"])["embeddings"]
            if some is not None and len(some):
                collection.query(query_embeddings=np.asarray(some[:1], np.float32), n_results=1, include=["distances"])
    except BaseException as error:  # noqa: BLE001  (also a panic of Rust; the last line is the reason that is told)
        sys.exit(one_line(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
