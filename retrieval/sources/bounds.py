"""How much is read: of one article, and of a stream that may never end."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.errors import SourceError

if TYPE_CHECKING:
    from typing import BinaryIO

    from typing_extensions import Buffer


@dataclass(frozen=True, slots=True)
class Limit:
    """The longest text file or row, in bytes, and the setting that says so, for those who can change it."""

    bytes: int
    setting: str | None = None

    def remedy(self, other: str) -> str:
        return f"{other}, or raise {self.setting}" if self.setting else other


def bounded(file: BinaryIO, most: int) -> io.BufferedReader:
    """The same stream, whose reading ends with a SourceError once it has given more than `most` bytes."""
    return io.BufferedReader(_Bounded(file, most))


class _Bounded(io.RawIOBase):
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
