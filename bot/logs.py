"""Where Byline's warnings and errors go while a person sits at the screen: into a file beside the articles."""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper

LOG_FILE = "byline.log"  # in the data directory
_LARGE = 1_000_000  # bytes; what is larger is put aside as byline.log.1 when a process begins to write
_FORMAT = "%(asctime)s %(levelname)s %(message)s"


class LogFile(logging.FileHandler):
    """A file that only its owner can read, made with the first record; where it cannot be written, the screen."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", delay=True, errors="backslashreplace")
        self.setFormatter(logging.Formatter(_FORMAT))

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        if path.exists() and path.stat().st_size > _LARGE:
            path.replace(f"{path}.1")
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        return super()._open()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging calls it so)
        """Shows the record alone, without a traceback of the full disk that it could not be written to."""
        logging.lastResort.handle(record)  # type: ignore[union-attr]  # it is there unless somebody takes it away

    def close(self) -> None:
        with contextlib.suppress(OSError):  # what could not be written then cannot be now
            super().close()


@contextlib.contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Lets what Byline logs go to the file alone."""
    log, handler = logging.getLogger("byline"), LogFile(path)
    propagated = log.propagate
    log.addHandler(handler)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.propagate = propagated
        handler.close()
