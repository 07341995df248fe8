"""The feeds that are due are read, several at a time, by one process of a data directory at a time."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from retrieval.errors import explained
from retrieval.feeds.refreshing import Refreshed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from retrieval.feeds.refreshing import Refresher
    from retrieval.store.feeds import Feed

_LOCK = "feeds.lock"
_PARALLEL = 8  # feeds; most wait for their site's turn
_LOOK = 0.2  # seconds between looks at whether to stop
_log = logging.getLogger("byline")


@contextlib.contextmanager
def the_only_reader(directory: Path) -> Iterator[bool]:
    """Tells whether this process may read the feeds of a data directory; none other may meanwhile.

    The system drops the lock of a process that dies.
    """
    lock = FileLock(directory / _LOCK, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def refresh_all(refresher: Refresher, feeds: Sequence[Feed]) -> Iterator[Refreshed]:
    """Reads feeds, and yields how it went with each as it ends; ends itself as soon as it is told to stop.

    A feed that fails in whatever way stops no other.
    """
    waiting: queue.SimpleQueue[Feed] = queue.SimpleQueue()
    done: queue.SimpleQueue[Refreshed] = queue.SimpleQueue()
    for feed in feeds:
        waiting.put(feed)

    def work() -> None:
        with contextlib.suppress(queue.Empty):
            while not refresher.stop():
                done.put(_refreshed(refresher, waiting.get_nowait()))

    for _ in range(min(_PARALLEL, len(feeds))):  # daemons: one that waits for a slow site keeps no process from ending
        threading.Thread(target=work, name="feeds", daemon=True).start()
    left = len(feeds)
    while left and not refresher.stop():
        with contextlib.suppress(queue.Empty):
            yield done.get(timeout=_LOOK)
            left -= 1


def _refreshed(refresher: Refresher, feed: Feed) -> Refreshed:
    try:
        return refresher.refresh(feed)
    except Exception as error:  # noqa: BLE001  (a full disk, a mistake in a parser: the others are read)
        if refresher.stop():  # the process ends, and the database is closed
            return Refreshed(feed)
        told = str(explained(error, "a feed could not be read"))
        with contextlib.suppress(Exception):
            return refresher.failed(feed, told)
        return Refreshed(feed, failure=told)
