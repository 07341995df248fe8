"""A file of JSON rows to articles, a line at a time: memory is bounded by the longest row that is allowed."""

from __future__ import annotations

import codecs
import datetime as dt
import gzip
import hashlib
import json
import re
import zlib
from contextlib import suppress
from dataclasses import asdict
from itertools import count
from typing import TYPE_CHECKING, NoReturn

from retrieval.errors import SourceError
from retrieval.sources.dates import iso_date
from retrieval.sources.decoding import marked_encoding, normalize
from retrieval.sources.markup import plain_text
from retrieval.sources.validation import canonical_url, checked_name, located
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from retrieval.sources.validation import Limit

_BLOCK = 1 << 20
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile)
_BLANK = codecs.BOM_UTF8 + b" \t\r\n"
_WITH_MARKUP = ("title", "text", "byline", "publisher")
# What rows of others call the same, as newspaper4k, trafilatura and the hubs of data sets write them; in small letters
# without "_".
_ALSO = {
    "title": ("headline", "webtitle"),
    "text": ("body", "content", "maintext", "fulltext", "articlebody", "articletext", "bodytext", "article"),
    "byline": ("author", "authors", "creator"),
    "publisher": ("publication", "outlet", "sitename", "sourcename"),
    "published": (
        *("date", "publishdate", "datepublish", "datepublished", "publishedat", "publishedtime", "pubdate"),
        *("publicationdate", "webpublicationdate"),
    ),
    "url": ("link", "weburl"),
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].+)?")  # what begins otherwise has no date to slice


def read_rows(file: BinaryIO, source: str, limit: Limit) -> Iterator[Article | SourceError]:
    """Reads the articles of the rows; yields for each bad row an error that names its line. Blank lines are skipped.

    Damage to a compressed file ends the reading with one error, after the rows before it, and so does the bound of a
    bounded one.

    Raises:
        OSError: the file cannot be read.
    """
    number, empty = 0, True
    try:
        for number, line in _lines(file, limit.most):
            empty = False
            try:
                yield _article(_known(_parsed(line, limit)), source)
            except SourceError as error:
                yield located(f"{source}, line {number}", error)
    except SourceError as error:
        yield located(f"{source}, after line {number}" if number else source, error)
    except _DAMAGE:
        yield located(source, SourceError(f"it is no whole gzip file after line {number}; fetch or compress it again"))
    else:
        if empty:
            yield located(source, SourceError("it holds no rows; give it one JSON object a line"))


def _lines(file: BinaryIO, max_bytes: int) -> Iterator[tuple[int, bytes | None]]:
    """Reads the lines that are not blank, with their numbers; None in place of one longer than `max_bytes`.

    Such a line is never held as a whole.
    """
    for number in count(1):
        line = file.readline(max_bytes + 1)
        if not line:
            return
        if number == 1 and (encoding := marked_encoding(line)):
            raise SourceError(f"it is in {encoding.upper()}; save it as UTF-8")
        if len(line) <= max_bytes or line.endswith(b"\n"):
            if line.strip(_BLANK):
                yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(_BLOCK)
        yield number, None


def _parsed(line: bytes | None, limit: Limit) -> dict[str, object]:
    """Returns the row of a line, as it is written."""
    if line is None:
        raise SourceError(f"the row is longer than {limit.most:,} bytes; {limit.remedy('leave it out')}")
    try:
        row = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise SourceError("the row is not in UTF-8; save the file in that encoding") from None
    except json.JSONDecodeError as error:
        raise SourceError(f"the row is not JSON from column {error.colno} on ({error.msg}); correct it") from None
    except RecursionError:
        raise SourceError("the row is not JSON that can be read (it is nested too deep); correct it") from None
    except ValueError as error:  # behind a semicolon Python tells how a program reads longer numbers
        raise SourceError(f"the row is not JSON that can be read ({str(error).split(';')[0]}); correct it") from None
    if not isinstance(row, dict):
        raise SourceError("the row is not a JSON object; write one with title and text")
    return row


def _known(row: dict[str, object]) -> dict[str, object]:
    """Returns a row with what it tells under other names, the markup of its words made text."""
    parsed: dict[str, object] = {**row}
    plainly = {re.sub(r"[_ -]", "", key).lower(): value for key, value in reversed(row.items())}
    missing = (key for key in _ALSO if not row.get(key) or (isinstance(row[key], list) and key != "title"))
    parsed |= {key: _named_otherwise(plainly, key) for key in missing}
    return parsed | {key: plain_text(value) for key in _WITH_MARKUP if isinstance(value := parsed.get(key), str)}


def _named_otherwise(row: dict[str, object], key: str) -> str | None:
    """Returns what a row gives under another name of a key, the first that can be used: several authors as one line."""
    for name in (key, *_ALSO[key]):
        given = row.get(name)
        if isinstance(given, list):
            given = ("\n\n" if key == "text" else ", ").join(filter(None, map(_words_of, given)))
        if isinstance(given, str):
            with suppress(SourceError):
                if found := iso_date(given, "") if key == "published" else _short({key: given}, key):
                    return canonical_url(found) if key == "url" else found
    return None


def _words_of(given: object) -> str:
    """Returns one of several authors or paragraphs, which may be a record with a name; "" for none."""
    named = given.get("name") if isinstance(given, dict) else given
    return named if isinstance(named, str) else ""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def checked_article(article: Article) -> Article:
    """Returns an article that a program made, held to what the rows of a file are held to.

    Raises:
        SourceError: it cannot be stored, indexed or shown as it is; the message names it.
    """
    try:
        return _article(asdict(article), article.source)
    except SourceError as error:
        raise located(article.id or article.title, error) from None


def checked(item: Article | SourceError) -> Article | SourceError:
    """Returns an article that is held to that, an error in the place of one that fails, and an error as it is."""
    try:
        return checked_article(item) if isinstance(item, Article) else item
    except SourceError as error:
        return error


def _article(row: dict[str, object], source: str | None) -> Article:
    """Returns the article of a row, whose source is the file, without the line.

    A line's number holds only until the file is next written, and would make an unchanged article look changed; who
    reads a citation finds the row by the article's id.
    """
    text = _string(row, "text")
    title, url = _short(row, "title"), _short(row, "url")
    if not title or not text.strip():
        raise SourceError(f"the row has no {'text' if title else 'title'}; give it one")
    canonical, number = canonical_url(url) if url else None, row.get("id")
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    given = str(number) if is_number else _short(row, "id")
    return Article(
        id=checked_name("id", given or canonical or f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"),
        title=title,
        text=text,
        byline=_short(row, "byline"),
        publisher=_short(row, "publisher"),
        published=_day(row, "published"),
        url=url,
        source=source,
        updated=_day(row, "updated"),
        **{key: _short(row, key) for key in ("dated_by", "fetched", "page_hash")},
    )


def _string(row: dict[str, object], key: str) -> str:
    """Returns the value of a key as text; "" where it is missing or null."""
    value = row.get(key)
    if not isinstance(value, str | None):
        raise SourceError(f"its {key} is not a string; put it in quotation marks or leave it out")
    try:
        return normalize(value or "")
    except SourceError as error:
        raise SourceError(f"its {key} cannot be read, since {error}") from None


def _short(row: dict[str, object], key: str) -> str | None:
    return _string(row, key).strip() or None


def _day(row: dict[str, object], key: str) -> str | None:
    value = _string(row, key)
    if not value.strip():
        return None
    with suppress(ValueError):
        dt.datetime.fromisoformat(value)
        if _DATE.fullmatch(value):
            return value
    raise SourceError(
        f"its {key} is {value[:40]!r}; write an ISO 8601 date or time, as 2023-03-20 or 2023-03-20T14:05:00Z"
    )
