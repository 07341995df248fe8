"""A file of JSON rows to articles, a line at a time: memory is bounded by the longest row that is allowed."""

from __future__ import annotations

import codecs
import datetime as dt
import gzip
import hashlib
import json
import re
import zlib
from typing import TYPE_CHECKING, NoReturn, cast

from retrieval.errors import SourceError
from retrieval.sources.decoding import marked_encoding, normalize
from retrieval.sources.naming import checked, located
from retrieval.sources.urls import canonical_url
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from retrieval.sources.bounds import Limit

_BLOCK = 1 << 20
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile)
_BLANK = codecs.BOM_UTF8 + b" \t\r\n"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].+)?")  # what begins otherwise has no date to slice


def plain_rows(file: BinaryIO, name: str) -> BinaryIO:
    """The rows as they are, or decompressed as they are read, as the file's name says."""
    return cast("BinaryIO", gzip.GzipFile(fileobj=file)) if name.lower().endswith(".gz") else file


def read_rows(file: BinaryIO, source: str, limit: Limit) -> Iterator[Article | SourceError]:
    """The articles of the rows, and for each bad row an error that names its line; blank lines are passed over.

    Damage to a compressed file ends the reading with one error, after the rows before it, and so does the bound of a
    bounded one.

    Raises:
        OSError: the file cannot be read.
    """
    number, found = 0, False
    try:
        for number, line in enumerate(_lines(file, limit.bytes), start=1):
            if number == 1 and line and (encoding := marked_encoding(line)):
                yield located(source, SourceError(f"it is in {encoding.upper()}; save it as UTF-8"))
                return
            if line is None or line.strip(_BLANK):
                found = True
                try:
                    yield _read_row(line, source, limit)
                except SourceError as error:
                    yield located(f"{source}, line {number}", error)
    except SourceError as error:
        yield located(f"{source}, after line {number}", error)
        return
    except _DAMAGE:
        yield located(source, SourceError(f"it is no whole gzip file after line {number}; fetch or compress it again"))
        return
    if not found:
        yield located(source, SourceError("it holds no rows; give it one JSON object a line"))


def _lines(file: BinaryIO, max_bytes: int) -> Iterator[bytes | None]:
    """The lines of a file; None in place of one longer than `max_bytes`, which is never held as a whole."""
    while line := file.readline(max_bytes + 1):
        if len(line) <= max_bytes or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(_BLOCK)
        yield None


def _read_row(line: bytes | None, source: str, limit: Limit) -> Article:
    if line is None:
        raise SourceError(f"the row is longer than {limit.bytes:,} bytes; {limit.remedy('leave it out')}")
    return _article(_parsed(line), source)


def _parsed(line: bytes) -> dict[str, object]:
    try:
        row = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise SourceError("the row is not in UTF-8; save the file in that encoding") from None
    except json.JSONDecodeError as error:
        raise SourceError(f"the row is not JSON from column {error.colno} on ({error.msg}); correct it") from None
    except (ValueError, RecursionError) as error:
        raise SourceError(f"the row is not JSON that can be read ({error}); correct it") from None
    if not isinstance(row, dict):
        raise SourceError("the row is not a JSON object; write one with title and text")
    return row


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _article(row: dict[str, object], source: str) -> Article:
    """The article of a row, whose source is the file, without the line.

    A line's number holds only until the file is next written, and would make an unchanged article look changed; who
    reads a citation finds the row by the article's id.
    """
    text = _string(row, "text")
    title, url = _short(row, "title"), _short(row, "url")
    if not title or not text.strip():
        raise SourceError(f"the row has no {'text' if title else 'title'}; give it one")
    canonical = canonical_url(url) if url else None
    return Article(
        id=checked("id", _given_id(row) or canonical or f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"),
        title=title,
        text=text,
        byline=_short(row, "byline"),
        publisher=_short(row, "publisher"),
        published=_published(row),
        url=url,
        source=source,
    )


def _string(row: dict[str, object], key: str) -> str:
    """The value of a key as text; "" where it is missing or null."""
    value = row.get(key)
    if not isinstance(value, str | None):
        raise SourceError(f"its {key} is not a string; put it in quotation marks or leave it out")
    try:
        return normalize(value or "")
    except SourceError as error:
        raise SourceError(f"its {key} cannot be read, since {error}") from None


def _short(row: dict[str, object], key: str) -> str | None:
    return _string(row, key).strip() or None


def _given_id(row: dict[str, object]) -> str | None:
    value = row.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _short(row, "id")


def _published(row: dict[str, object]) -> str | None:
    value = _string(row, "published")
    if value.strip() and not _is_date(value):
        raise SourceError(
            f"its published is {value[:40]!r}; write an ISO 8601 date or time, as 2023-03-20 or 2023-03-20T14:05:00Z"
        )
    return value if value.strip() else None


def _is_date(value: str) -> bool:
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        return False
    return _DATE.fullmatch(value) is not None
