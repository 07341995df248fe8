"""Keeps up with what other processes stage and withdraw, in a thread beside the one that answers."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from retrieval.library import index_quotations

if TYPE_CHECKING:
    from retrieval.library import Library

_LOOK_AGAIN = 0.5  # seconds between looks at what is pending
_AFTER_FAILURE = 30.0
_log = logging.getLogger("byline")


class Keeper:
    """Indexes, erases and finds quotations from `start` until `stop`; holds `working` while it does."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.working = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begins; what is pending now comes first."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the articles that are being indexed."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        articles, pause = self._library.articles, _LOOK_AGAIN

        def has_more_urgent_work() -> bool:
            return self._stopping.is_set() or articles.count_everywhere("pending") > 0

        while not self._stopping.wait(pause):
            try:
                with self.working:
                    self._library.erase()
                    self._library.index(stop=self._stopping.is_set)
                    index_quotations(articles, stop=has_more_urgent_work)
                pause = _LOOK_AGAIN
            except Exception:  # noqa: BLE001  (a full disk, say: what is pending stays so, and questions are answered)
                _log.exception("Indexing failed; trying again in %d s", _AFTER_FAILURE)
                pause = _AFTER_FAILURE
