"""Makes the indexes anew, beside those in use, and swaps them in one transaction.

Meanwhile questions are answered from the old ones, by whichever process owns them, and articles come and go. Whoever
is killed while it rebuilds leaves the old ones in use.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError
from retrieval.index.embedded import EmbeddedChroma
from retrieval.index.manifest import LEXICAL, REBUILDING, fresh_name, write_note
from retrieval.library import IndexingProgress, fingerprint, write_passages
from retrieval.store.database import batched
from retrieval.types import PassageRef
from retrieval.watching import ignore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from retrieval.index.vectors import Chroma
    from retrieval.store.articles import Articles
    from retrieval.types import Encoder, Passage

_AT_ONCE = 8  # articles
_PATIENCE = 2.0  # seconds for an owner that tidies up

Written = dict[int, tuple[str, list["Passage"]]]  # by the key of a revision: its library and its passages


def rebuild(
    articles: Articles,
    encoder: Encoder,
    progress: Callable[[IndexingProgress], None] = ignore,
    *,
    chroma_of: Callable[[Path], Chroma] = EmbeddedChroma,
) -> int:
    """Makes indexes of all ready articles with an encoder, puts them into use, and returns how many articles.

    Args:
        articles: whose.
        encoder: what makes the vectors.
        progress: told how far it is.
        chroma_of: returns where the vectors of the index in a folder are kept.

    Raises:
        LibraryError: another process does so already.
    """
    from filelock import FileLock, Timeout

    if articles.copied_from is not None:
        raise LibraryError(f"{articles.copied_from} cannot be written, so that its index stays as it is.")
    lock = FileLock(articles.directory / REBUILDING)
    try:
        lock.acquire(timeout=_PATIENCE)
    except Timeout as error:
        raise LibraryError("Another process rebuilds the index already: wait until it has ended.") from error
    with lock:
        name, mark = fresh_name(), secrets.token_hex(8)
        chroma, written = chroma_of(articles.directory / name), Written()
        while True:
            _bring_up_to_date(articles, encoder, chroma, written, progress)
            write_note(articles.directory / name, mark)
            passages = {key: some for key, (_library, some) in written.items()}
            if articles.swap_index(name, mark, fingerprint(encoder, chroma.told), passages):
                return len(written)


def _bring_up_to_date(
    articles: Articles,
    encoder: Encoder,
    chroma: Chroma,
    written: Written,
    progress: Callable[[IndexingProgress], None],
) -> None:
    """Writes into a folder of indexes what became ready, and erases what is ready no more."""
    from retrieval.index.lexical import Lexical
    from retrieval.index.vectors import Vectors

    vectors, lexical = Vectors(chroma), Lexical(chroma.folder / LEXICAL)
    try:
        ready = articles.ready_keys()
        for key in written.keys() - ready:
            library, some = written.pop(key)
            vectors.delete(library, [PassageRef(key, one.start, one.end) for one in some])
            lexical.delete([key])
        lexical.commit()
        for keys in batched(sorted(ready - written.keys()), _AT_ONCE):
            parts = sum(len(some) for _library, some in written.values())
            progress(IndexingProgress(len(written), len(ready), parts))
            batch = articles.of_keys(keys)
            made = write_passages(batch, encoder, vectors, lexical)
            lexical.commit()
            written.update({row.key: (row.library, made[row.key]) for row in batch})
        progress(IndexingProgress(len(written), len(ready), sum(len(some) for _library, some in written.values())))
    finally:
        lexical.close()
        vectors.close()
