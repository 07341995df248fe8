"""Articles are read in bounds: long ones by a process of its own first, `python -m retrieval.trial`.

What is read of an article takes time in proportion to its length. Were that wrong for one, whoever indexed it would
stand still with all that it does beside; so the other process tries, and what breaks its bounds of time and memory is
not read at all. For short articles that would cost more than it is worth: whoever reads them has bounds of time itself,
and dies of what breaks them, which the next one knows by its note.
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

from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONG = 30_000  # characters; of a shorter article even what grows with the square of its length takes seconds
SECONDS, SECONDS_A_MILLION = 20, 60  # of the processor, five times what is needed
MEMORY, MEMORY_A_CHARACTER = 1 << 30, 500  # bytes
_PATIENCE = 5  # times those seconds, on a busy machine, and where others are served beside
_WINDOW = 254  # tokens of a passage
_OUT_OF_MEMORY = 9  # exit status
_OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGKILL)


def hindrance(article: Article) -> str | None:
    """Returns why an article is not to be indexed: another process could not read it in its bounds; else None.

    What else goes wrong there will do so again where it is reported.
    """
    seconds = int(_seconds([article]))
    memory = MEMORY + MEMORY_A_CHARACTER * len(article.text)
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
    if status == _OUT_OF_MEMORY:
        return f"reading it takes more than {memory / 1e9:.1f} GB of memory: look at its text, and add it in parts"
    return None


@contextmanager
def dying_of_what_takes_too_long(articles: Iterable[Article]) -> Iterator[None]:
    """Ends this process, whatever it does, where what is read of some articles within takes minutes of the processor.

    Nothing less stops a regular expression. The time is that of all threads.
    """
    signal.setitimer(signal.ITIMER_VIRTUAL, _PATIENCE * _seconds(articles))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _seconds(articles: Iterable[Article]) -> float:
    return SECONDS + SECONDS_A_MILLION * sum(len(article.text) for article in articles) / 1_000_000


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
    taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + int(memory), taken + int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    try:
        read(Article(**json.load(sys.stdin.buffer)))
    except MemoryError:
        sys.exit(_OUT_OF_MEMORY)


if __name__ == "__main__":
    main(*sys.argv[1:])
