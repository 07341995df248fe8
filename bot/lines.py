"""What is read a line at a time: a question each, or a row of a batch."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from retrieval.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

LONGEST = 1_000_000  # characters; a question may have 2,000


def lines(file: TextIO, name: str) -> Iterator[str]:
    """Yields the lines of a file or stream as they come, of which none is held that has no end.

    Raises:
        SourceError: one is longer than any question.
    """
    for number in count(1):
        line = file.readline(LONGEST + 1)
        if not line:
            return
        if len(line) > LONGEST:
            raise SourceError(f"{name}, line {number} is longer than {LONGEST:,} characters; give a question a line.")
        yield line
