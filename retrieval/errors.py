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
├── ModelError         a model cannot be found, loaded or exported
│   └── ChatModelFailed       a chat model gave no answer
│       ├── RequestRefused    its server does not take the request as it is
│       └── BudgetSpent       it may not be asked again today
├── SettingsError      a setting has an unusable value
└── Unforeseen         a mistake in the program, whose traceback is in the log
"""

from __future__ import annotations

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


def explained(error: Exception, what: str) -> BylineError:
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


def remedy_of_the_machine(error: Exception) -> str | None:
    """Returns what to say of a full disk or a forbidden file; None for what is a mistake in the program."""
    import sqlite3

    reason = getattr(error, "orig", error)  # of SQLAlchemy's errors
    if not isinstance(reason, OSError | sqlite3.OperationalError):
        return None
    return f"{reason}; check that the data directory can be written and that the disk is not full."


def refer(error: BaseException, what: str) -> str:
    """Logs an error, unless that was done, and returns the six characters under which the log has it.

    Args:
        error: with its traceback.
        what: what failed, in words that nobody wrote who asked.
    """
    import logging
    import secrets

    if isinstance(error, Unforeseen):
        return error.reference
    reference = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    logging.getLogger(_LOG).error("%s: %s", reference, what, exc_info=error)
    return reference
