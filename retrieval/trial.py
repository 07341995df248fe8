"""Articles are read in bounds: long ones by a process of its own first, `python -m retrieval.trial`.

What is read of an article takes time in proportion to its length. Were that wrong for one, whoever indexed it would
stand still with all that it does beside; so the other process tries, and what breaks its bounds of time and memory is
not read at all. For short articles that would cost more than it is worth: who reads them has the same bounds itself,
dies of what breaks those of time, which the next one knows by its note, and sets aside what breaks those of memory.
"""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONG = 30_000  # characters; of a shorter article even what grows with the square of its length takes seconds
SECONDS, SECONDS_A_MILLION = 20, 60  # of the processor, five times what is needed
MEMORY, MEMORY_A_CHARACTER = 1 << 30, 500  # bytes
_MEMORY_TAKEN = Path("/proc/self/statm")
_ADDRESSES, _DATA = 0, 5  # of its fields
_PATIENCE = 5  # times those seconds, on a busy machine, and where others are served beside
_WINDOW = 254  # tokens of a passage
_OUT_OF_MEMORY = 9  # exit status
_OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGKILL)


class TooMuchMemory(LibraryError):
    """Reading some articles takes more memory than they may have."""


def hindrance(article: Article) -> str | None:
    """Returns why an article is not to be indexed: another process could not read it in its bounds; else None.

    What else goes wrong there will do so again where it is reported.
    """
    seconds, memory = int(_seconds([article])), _memory([article])
    try:
        status = subprocess.run(  # noqa: S603  (our own module)
            [sys.executable, "-m", "retrieval.trial", str(seconds), str(memory)],
            cwd=Path(__file__).parents[1],
            input=json.dumps(asdict(article)).encode(),
            capture_output=True,
            check=False,
            timeout=seconds * _PATIENCE,
        ).returncode
    except subprocess.TimeoutExpired:
        status = -signal.SIGKILL
    if status in _OUT_OF_TIME:
        return f"reading it takes more than {seconds} seconds: look at its text, and add it in parts"
    return _told(memory) if status == _OUT_OF_MEMORY else None


@contextmanager
def within_bounds(articles: Sequence[Article]) -> Iterator[None]:
    """Ends this process where what is read of some articles within takes minutes of the processor, whatever it does.

    Nothing less stops a regular expression. Time and memory are those of all threads.

    Raises:
        TooMuchMemory: it takes more than they may have.
    """
    signal.setitimer(signal.ITIMER_VIRTUAL, _PATIENCE * _seconds(articles))
    own, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bound = _taken(_DATA) + _memory(articles)
    bounded = own == resource.RLIM_INFINITY or bound < own
    if bounded:
        resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
    try:
        yield
    except MemoryError as error:
        if not bounded:
            raise
        raise TooMuchMemory(_told(_memory(articles))) from error
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        resource.setrlimit(resource.RLIMIT_DATA, (own, hard))


def _seconds(articles: Sequence[Article]) -> float:
    return SECONDS + SECONDS_A_MILLION * sum(len(article.text) for article in articles) / 1_000_000


def _memory(articles: Sequence[Article]) -> int:
    return MEMORY + MEMORY_A_CHARACTER * sum(len(article.text) for article in articles)


def _told(memory: int) -> str:
    return f"reading it takes more than {memory / 1e9:.1f} GB of memory: look at its text, and add it in parts"


def _taken(field: int) -> int:
    """Returns how many bytes this process has of one kind; 0 where the system does not tell, nor would hold a bound."""
    if not _MEMORY_TAKEN.exists():
        return 0
    return int(_MEMORY_TAKEN.read_text(encoding="ascii").split()[field]) * resource.getpagesize()


def read(article: Article) -> None:
    """Reads an article as whoever indexes it will, and keeps nothing of it."""
    from retrieval.index.passages import passages
    from retrieval.quotes.indexing import said_in
    from retrieval.store.tables import StoredArticle
    from retrieval.stories.copies import sketch

    passages(article, lambda texts: [len(text) // 4 for text in texts], _WINDOW)  # about as many tokens
    said_in(StoredArticle(0, "", article))
    sketch(article.text)


def main(seconds: str, memory: str) -> None:
    """Reads the article on standard input within bounds; the exit status tells which it broke."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    bound = _taken(_ADDRESSES) + int(memory)
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    try:
        read(Article(**json.load(sys.stdin.buffer)))
    except MemoryError:
        sys.exit(_OUT_OF_MEMORY)


if __name__ == "__main__":
    main(*sys.argv[1:])
