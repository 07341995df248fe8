"""Failures that nobody foresaw: logged with their traceback under a reference, and told to people in one sentence."""

from __future__ import annotations

import logging
import secrets
import sqlite3

from retrieval.errors import BylineError, LibraryError, Unforeseen

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another
_log = logging.getLogger("byline")


def explained(error: Exception, what: str) -> BylineError:
    """Returns what people are told of an error: itself, the remedy for a failing machine, or a reference into the log.

    Args:
        error: with its traceback.
        what: what failed, in words that nobody wrote who asked.
    """
    if isinstance(error, BylineError):
        return error
    if remedy := remedy_of_the_machine(error):
        return LibraryError(remedy)
    reference = refer(error, what)
    places = (handler.baseFilename for handler in _log.handlers if isinstance(handler, logging.FileHandler))
    return Unforeseen(reference, next(places, "the log"))


def remedy_of_the_machine(error: Exception) -> str | None:
    """Returns what to say of a full disk or a forbidden file; None for what is a mistake in the program."""
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
    if isinstance(error, Unforeseen):
        return error.reference
    reference = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    _log.error("%s: %s", reference, what, exc_info=error)
    return reference
