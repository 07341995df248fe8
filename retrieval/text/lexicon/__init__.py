"""The word lists of English, one file each: lines of "#" that say what it is, then an entry a line, sorted."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FOLDER = Path(__file__).parent


@cache
def words(*names: str) -> frozenset[str]:
    """Returns the entries of one or several lists, in lower case.

    Example:
        `"july" in words("months", "weekdays")`
    """
    return frozenset(entry for name in names for entry in table(name))


@cache
def table(name: str) -> dict[str, tuple[str, ...]]:
    """Returns each entry of a list with the words that follow its colon (none where there is no colon), in order.

    Example:
        The line "forty: 40" of numerals.txt makes `table("numerals")["forty"] == ("40",)`.
    """
    lines = (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    parted = (line.partition(":") for line in lines if not line.startswith("#"))
    return {entry.strip(): tuple(values.split()) for entry, _, values in parted}


@cache
def alternatives(*names: str) -> str:
    """Returns the entries of one or several lists as a pattern, "longer|long", for use within a group.

    A blank within an entry stands for any one blank. The flags of the pattern say whether case counts.
    """
    return any_of(words(*names))


def any_of(entries: Iterable[str]) -> str:
    """Returns the same pattern for entries that no list has as they are, as the forms of its verbs."""
    by_length = sorted(entries, key=lambda entry: (-len(entry), entry))
    return "|".join(re.escape(entry).replace(r"\ ", r"\s") for entry in by_length)
