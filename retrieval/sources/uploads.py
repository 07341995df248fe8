"""A file that somebody sent, to articles: the same kinds as from a disk, held in memory, and from strangers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.bounds import Limit, bounded
from retrieval.sources.kinds import KINDS, is_readable, is_text
from retrieval.sources.naming import located
from retrieval.sources.rows import plain_rows, read_rows
from retrieval.sources.texts import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.types import Article

_UNPACKED = 20  # times `max_bytes` that the rows of one file may come to; news text packs to a third or a quarter
_LONGEST_NAME = 200


def read_upload(name: str, data: bytes, *, max_bytes: int) -> Iterator[Article | SourceError]:
    """The articles of the file, and an error in the place of each that cannot be read.

    `max_bytes` bounds a text file and a row, decompressed. A text file is known as "upload/" and its name.
    """
    name = _own_name(name)
    try:
        yield from _read(io.BytesIO(data), name, f"upload/{name}", Limit(max_bytes))
    except SourceError as error:
        yield error


def _read(file: io.BytesIO, name: str, source: str, limit: Limit) -> Iterator[Article | SourceError]:
    if not is_readable(name):
        raise located(source, SourceError(f"only {KINDS} files can be added; convert it to one"))
    if is_text(name):
        yield read_text(file, name, source, limit)
    else:
        yield from read_rows(bounded(plain_rows(file, name), _UNPACKED * limit.bytes), source, limit)


def _own_name(name: str) -> str:
    """The last part of a name that may be a path of any system, without what cannot be shown; of a long one the end."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable()).strip()[-_LONGEST_NAME:]
