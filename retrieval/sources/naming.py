"""How articles and files are named: ids that any store can keep, and paths that any terminal can show."""

from __future__ import annotations

import unicodedata

from retrieval.errors import SourceError

MAX_NAME = 1_000


def checked(what: str, name: str) -> str:
    """The name itself: an id or a path, which `what` says.

    Raises:
        SourceError: too long, or with control characters or halves of surrogate pairs.
    """
    if len(name) > MAX_NAME:
        raise SourceError(f"its {what} is longer than {MAX_NAME:,} characters; give it a shorter one")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        raise SourceError(f"its {what} holds control characters or undecodable bytes; give it another")
    return name


def shown(name: str) -> str:
    """The name with what cannot be shown (control characters, undecodable bytes of a path) escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def located(place: str, error: SourceError) -> SourceError:
    """The error as a user reads it: where, then what is wrong and the remedy."""
    return SourceError(f"{shown(place)}: {error}.")
