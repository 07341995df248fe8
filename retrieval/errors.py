"""What can go wrong, drawn once. Every message is one sentence that names the remedy.

Failures that nobody foresaw are logged with their traceback under a reference, which is what people are told.

BylineError
├── SourceError        an input that cannot be read as an article
│   ├── FetchRefused          an address that Byline does not fetch
│   └── FetchFailed           an address that gave nothing
├── LibraryError       the stored articles or their indexes cannot be used
│   ├── FingerprintMismatch   the index was made with another model or window
│   ├── DirectoryHeld         another process owns the indexes
│   └── UnknownArticle        no such article
├── ServerAway         a server that the settings name gives no answer
├── ModelError         a model cannot be found, loaded or exported
│   └── ChatModelFailed       a chat model gave no answer
│       ├── RequestRefused    its server does not take the request as it is
│       └── BudgetSpent       it may not be asked again today
├── QuestionTooLong    a message is no question any more
├── SettingsError      a setting has an unusable value
└── Unforeseen         a mistake in the program, whose traceback is in the log
"""

from __future__ import annotations

import contextlib
import errno
import re
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO_INODES, _DAMAGED, _BUSY = -1, -2, -3  # in the place of an errno
_FULL = "The disk is full: free some room and try again; what was stored before is kept."
_CLOSED = "The data directory cannot be written: it can be asked and listed, and changed once its files may be written."
_REMEDIES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    NO_INODES: "The disk has no room for one more file (`df -i` tells): delete some and try again; all else is kept.",
    errno.EROFS: _CLOSED,
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EMFILE: "Too many files are open here: allow more (`ulimit -n`) and start again.",
    errno.ENFILE: "Too many files are open on this machine: end some programs and try again.",
    errno.ENOMEM: "The memory is used up: end some programs, or give Byline more, and try again.",
    errno.EIO: "The disk failed to read or to write: check it, then let `byline doctor` look at what is stored.",
    _DAMAGED: "A database of the data directory is damaged: `byline doctor` tells which, and the last backup brings "
    "back the articles (`byline restore FILE --data-dir` an empty directory).",
    _BUSY: "Another process writes to the data directory just now: try again in a moment.",
}
_OF_SQLITE = {3: errno.EACCES, 5: _BUSY, 6: _BUSY, 7: errno.ENOMEM, 8: errno.EROFS, 10: errno.EIO, 13: errno.ENOSPC}
_OF_SQLITE_FILES = _OF_SQLITE | {11: _DAMAGED, 26: _DAMAGED}  # of our own; those of Chroma can be made anew
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another
_LOG = "byline"  # logging is imported with the first failure, since every start imports this module


class BylineError(Exception):
    """Base of all errors a user can meet; `str(error)` is fit to be shown."""


class SourceError(BylineError):
    """An input that cannot be read as an article; the message names the file and, in a .jsonl, the line."""


class FetchRefused(SourceError):
    """An address that Byline does not fetch, or whose answer it does not take, by its own rules."""


class FetchFailed(SourceError):
    """An address that gave nothing: no host, no answer in time, or one that says so.

    `status` is the server's, and `retry_after` the seconds that it asks to wait, where it told them.
    """

    def __init__(self, message: str, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class LibraryError(BylineError):
    """The stored articles or their indexes cannot be used as asked."""


class FingerprintMismatch(LibraryError):
    """The index was made with another model, precision or window."""


class DirectoryHeld(LibraryError):
    """Another process owns the indexes of the data directory and did not let go in time."""


class UnknownArticle(LibraryError):
    """No article of that id in that library."""


AWAY = (502, 503, 504)  # statuses by which a proxy says that nobody is behind it


class ServerAway(BylineError):
    """A server that the settings name cannot be reached; once it can, all goes on."""


class QuestionTooLong(BylineError):
    """A message that is too long to be a question."""

    def __init__(self, length: int, longest: int) -> None:
        super().__init__(f"A question may have {longest:,} characters, and this one has {length:,}: ask it shorter.")


class ModelError(BylineError):
    """A model cannot be found, loaded or exported."""


class ChatModelFailed(ModelError):
    """A chat model gave no answer. `told` says so to who asked, the message also to who runs Byline."""

    def __init__(self, told: str, remedy: str) -> None:
        super().__init__(f"{told.removesuffix('.')}; {remedy}.")
        self.told = told


class RequestRefused(ChatModelFailed):
    """The model's server does not take the request as it is; another may do."""


class BudgetSpent(ChatModelFailed):
    """What the settings allow a chat model in a day is spent."""

    def __init__(self) -> None:
        super().__init__(
            "The chat model's budget for today is spent.",
            "it is set by BYLINE_CHAT_TOKENS_A_DAY and BYLINE_CHAT_COST_A_DAY",
        )


class SettingsError(BylineError):
    """A setting has an unusable value."""


class Unforeseen(BylineError):
    """A mistake in the program stopped what was asked; `reference` finds its traceback in `log`."""

    def __init__(self, reference: str, log: str = "the log") -> None:
        super().__init__(f"Something went wrong here. Its reference in {log} is {reference}.")
        self.reference = reference


def one_line(error: BaseException) -> str:
    """Returns an error in one line: the message of a `BylineError`, else its type and its message."""
    message = " ".join(str(error).split())
    return message if isinstance(error, BylineError) else f"{type(error).__name__}: {message}"


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yields an error and what it was raised for, outermost first: clients wrap what their connections raise."""
    raised: BaseException | None = error
    while raised is not None:
        yield raised
        raised = raised.__cause__ or raised.__context__


def explained(error: BaseException, what: str) -> BylineError:
    """Returns what people are told of an error: itself, the remedy for a failing machine, or a reference into the log.

    Args:
        error: with its traceback.
        what: what failed, in words that nobody wrote who asked.
    """
    import logging

    if isinstance(error, BylineError):
        return error
    if remedy := remedy_of_the_machine(error):
        return LibraryError(remedy)
    reference = refer(error, what)
    places = (
        handler.baseFilename for handler in logging.getLogger(_LOG).handlers if isinstance(handler, logging.FileHandler)
    )
    return Unforeseen(reference, next(places, "the log"))


def remedy_of_the_machine(error: BaseException, *directories: Path) -> str | None:
    """Returns what to say of a full disk, a forbidden or a damaged file; None for what is a mistake in the program.

    The system and SQLite tell by their codes; Chroma and tantivy write those into their messages.

    Args:
        error: of Python, SQLAlchemy, Chroma or tantivy.
        directories: where files were written: SQLite has one code for several reasons, which a try there tells apart.
    """
    import sqlite3

    reason = getattr(error, "orig", None) or error  # of SQLAlchemy's errors
    number = _number(reason)
    if number not in (_DAMAGED, _BUSY):
        number = next(filter(None, map(_errno_of_writing, directories)), number)
    if number in _REMEDIES:
        return _REMEDIES[number]
    if number or isinstance(reason, OSError | sqlite3.OperationalError):
        said, place = f"“{reason}”", None
        if isinstance(reason, OSError) and reason.strerror:
            said, place = f"“{reason.strerror}”", reason.filename2 or reason.filename
        return f"The system says {said}{f' of {place}' if place else ''}: `byline doctor` checks the data directory."
    return None


def _number(error: BaseException) -> int | None:
    """Returns the errno of an error, or what stands in the place of one."""
    import sqlite3

    if isinstance(error, MemoryError):
        return errno.ENOMEM
    if isinstance(error, OSError):
        return error.errno
    if isinstance(error, sqlite3.Error):
        return _OF_SQLITE_FILES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if found := re.search(r"\(code: (\d+)\)", str(error)):  # of SQLite, as Chroma tells it
        return _OF_SQLITE.get(int(found[1]) & 0xFF)
    found = re.search(r"os error (\d+)|Os \{ code: (\d+)", str(error))  # both of Rust
    return int(found[1] or found[2]) if found else None


def _errno_of_writing(directory: Path) -> int | None:
    """Returns why no file can be made in a directory, if so: `NO_INODES` where it is for want of inodes."""
    import os
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(bytes(100_000))
            file.flush()
    except OSError as error:
        if error.errno == errno.ENOSPC:
            with contextlib.suppress(OSError):
                room = os.statvfs(directory)
                if room.f_files and not room.f_favail:
                    return NO_INODES
        return error.errno
    return None


_REFERENCE: ContextVar[str | None] = ContextVar("reference", default=None)


@contextlib.contextmanager
def referring() -> Iterator[str]:
    """Gives all that is logged within the block one reference, in whichever part: the six characters that it yields."""
    reference = _fresh_reference()
    token = _REFERENCE.set(reference)
    try:
        yield reference
    finally:
        _REFERENCE.reset(token)


def current_reference() -> str | None:
    """Returns the reference of what is being done; None outside of `referring`."""
    return _REFERENCE.get()


def refer(error: BaseException, what: str) -> str:
    """Logs an error, unless that was done, and returns the six characters under which the log has it.

    They are those of `referring`, where that is in effect.

    Args:
        error: with its traceback.
        what: what failed, in words that nobody wrote who asked.
    """
    import logging

    if isinstance(error, Unforeseen):
        return error.reference
    reference = current_reference() or _fresh_reference()
    logging.getLogger(_LOG).error("%s: %s", reference, what, exc_info=error)
    return reference


def _fresh_reference() -> str:
    import secrets  # takes longer than what most commands do

    return "".join(secrets.choice(_ALPHABET) for _ in range(6))
