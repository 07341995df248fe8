"""`python -m retrieval.index.trial FOLDER` opens the vectors of a folder and searches each collection.

A damaged file of a graph ends the process that reads it, so that another one does it first.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from retrieval.errors import LibraryError, one_line
from retrieval.index.manifest import REBUILD

_PERSISTED = "*/index_metadata.pickle"  # a graph that was written to its files; the others are made of the database
_LONGEST = 120  # seconds


def try_vectors(folder: Path) -> None:
    """Lets another process read the vectors of a folder, where there are files that could be damaged.

    Raises:
        LibraryError: it failed, or died of it.
    """
    if not any(folder.glob(_PERSISTED)):
        return
    try:
        done = subprocess.run(  # noqa: S603  (our own module, with a path of our own)
            [sys.executable, "-m", __name__, str(folder.absolute())],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        raise LibraryError(f"The vector index cannot be read (it takes too long); {REBUILD}.") from error
    if done.returncode < 0:
        raise LibraryError(f"The vector index is damaged (who reads it dies of signal {-done.returncode}); {REBUILD}.")
    if done.returncode:
        reason = "".join(done.stderr.strip().splitlines()[-1:]) or f"exit status {done.returncode}"
        raise LibraryError(f"The vector index is damaged ({reason}); {REBUILD}.")


def main(folder: str) -> None:
    """Searches each collection once; exits with the reason where that fails."""
    import numpy as np

    from retrieval.index.vectors import open_client

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
