"""What every input is held to: a kind that is read, a size, a name; and errors that say where."""

from __future__ import annotations

import contextlib
import io
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from typing_extensions import Buffer

MAX_NAME = 1_000  # characters
# The endings of the names of files that are read.
TEXTS = (".txt", ".md")  # one article each
ROWS = (".jsonl", ".jsonl.gz")  # one a line
PAGES = (".html", ".htm", ".xhtml")
DOCUMENTS = (".pdf", ".docx", ".odt", ".epub", ".eml")  # one article each
ARCHIVES = (".mbox", ".zip", ".tar", ".tar.gz", ".tgz", ".warc", ".warc.gz")  # of several
PARSED = PAGES + DOCUMENTS + ARCHIVES  # in a process of their own
KINDS = ", ".join(TEXTS + ROWS + PAGES + DOCUMENTS + ARCHIVES)


def is_readable(name: str) -> bool:
    """Tells whether a file of that name is one of those that are read."""
    return name.lower().endswith(TEXTS + ROWS + PARSED)


def is_wanted(name: str) -> bool:
    """Tells whether a file found in a folder or archive is for articles: readable, not hidden, and no README."""
    return is_readable(name) and not name.lower().startswith((".", "readme", "__"))


@dataclass(frozen=True, slots=True)
class Limit:
    """The most bytes that a text file or a row may have, and the setting that says so, for those who can change it."""

    most: int
    setting: str | None = None

    def read(self, file: BinaryIO, times: int = 1) -> bytes:
        """Returns the whole of a file, of which `times` as much as the limit is allowed.

        Raises:
            SourceError: it is larger.
        """
        most = self.most * times
        data = file.read(most + 1)
        if len(data) > most:
            raise SourceError(f"it is larger than {most:,} bytes; {self.remedy('shorten it')}")
        return data

    def remedy(self, other: str) -> str:
        return f"{other}, or raise {self.setting}" if self.setting else other


class Bounded(io.RawIOBase):
    """A stream whose reading ends with a SourceError once it has given more than `most` bytes."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file = file
        self._most = self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        data = self._file.read(len(memoryview(buffer)))
        self._left -= len(data)
        if self._left < 0:
            raise SourceError(f"it holds more than {self._most:,} bytes when unpacked; add it in parts")
        memoryview(buffer)[: len(data)] = data
        return len(data)


def checked_name(what: str, name: str) -> str:
    """Returns the name, an id or a path as `what` says, if any store can keep it.

    Raises:
        SourceError: too long, or with control characters or halves of surrogate pairs.
    """
    if len(name) > MAX_NAME:
        raise SourceError(f"its {what} is longer than {MAX_NAME:,} characters; give it a shorter one")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        raise SourceError(f"its {what} holds control characters or undecodable bytes; give it another")
    return name


def located(place: str, error: SourceError) -> SourceError:
    """Returns the error as a user reads it: where, then what is wrong and the remedy.

    What of the place cannot be shown (control characters, undecodable bytes of a path) is escaped.
    """
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in place)
    return SourceError(f"{shown}: {error}.")


@contextlib.contextmanager
def failures_told() -> Iterator[None]:
    """Raises a SourceError in the place of whatever a library fails with on what a stranger wrote."""
    try:
        yield
    except SourceError:
        raise
    except MemoryError:
        raise SourceError("it takes too much memory to read; save its text to a file") from None
    except RecursionError:
        raise SourceError("its parts lie too deep in each other to be read; save its text to a file") from None
    except Exception as error:
        raise SourceError(f"it cannot be read ({type(error).__name__}); save its text to a file") from error
