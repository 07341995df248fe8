"""Files on this disk, or sent by somebody, and web addresses to articles.

Errors are values: one bad file does not end a long reading.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

from retrieval.errors import SourceError
from retrieval.sources.parsing import worker
from retrieval.sources.rows import checked, read_rows
from retrieval.sources.texts import read_text
from retrieval.sources.validation import (
    ARCHIVES,
    KINDS,
    PARSED,
    TEXTS,
    Bounded,
    Limit,
    checked_name,
    is_readable,
    is_wanted,
    located,
)
from retrieval.types import Article
from retrieval.watching import ignore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from retrieval.fetching.fetcher import Fetched
    from retrieval.sources.parsing import ParsingWorker

_UNPACKED = 20  # times `max_bytes` that the rows of a sent file may come to; news text packs to a third or a quarter
_ARCHIVE = 10  # times `max_bytes` that an archive may have; what it holds is bounded by itself
_LONGEST_SENT_NAME = 200
_DEEPEST = 200  # folders in folders
MOST_FETCHED = 10_000_000
# Names' endings by media type, where the type decides how a body is read.
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/epub+zip": ".epub",
    "application/zip": ".zip",
    "message/rfc822": ".eml",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
}
_FEEDS = (b"<rss", b"<feed", b"<rdf:RDF", b"<urlset", b"<sitemapindex")
_GONE = 410


def read_sources(
    targets: Iterable[str],
    *,
    max_bytes: int,
    fetch: Callable[[str], Fetched] | None = None,
    note: Callable[[str], None] = ignore,
) -> Iterator[Article | SourceError]:
    """Reads the articles of files, folders and addresses in order; yields an error in the place of each that has none.

    `max_bytes` bounds a text file and a row, decompressed. A file is known by its real path, so that one file has one
    identity under whatever name it was given. Without `fetch` no address is read. `note` is told a sentence of each
    text that is no Unicode, with the encoding that it was read in.
    """
    limit = Limit(max_bytes, "BYLINE_MAX_FILE_BYTES")
    for target in targets:
        if target.lower().startswith(("http://", "https://")):
            yield from read_address(target, max_bytes=max_bytes, fetch=fetch)
            continue
        for path in _files(target):
            if isinstance(path, SourceError):
                yield path
                continue
            try:
                source = checked_name("path", source_of(str(path)))
                with path.open("rb") as file:
                    yield from _read(file, path.name, source, limit, guessed=partial(_note_encoding, note, path))
            except SourceError as error:
                yield located(str(path), error)
            except OSError as error:
                yield _unreadable(path, error)


def read_upload(name: str, data: bytes, *, max_bytes: int) -> Iterator[Article | SourceError]:
    """Reads the articles of a file that somebody sent; yields an error in the place of each that cannot be read.

    `max_bytes` bounds a text file and a row, decompressed. A text file is known as "upload/" and its name: the last
    part of what may be a path of any system, without what cannot be shown; of a long one the end.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(character for character in last if character.isprintable()).strip()[-_LONGEST_SENT_NAME:]
    source = f"upload/{name}"
    if not is_readable(name):
        yield located(source, SourceError(f"only {KINDS} files can be added; convert it to one"))
        return
    yield from _read(io.BytesIO(data), name, source, Limit(max_bytes), most=_UNPACKED * max_bytes)


def source_of(target: str) -> str:
    """Returns what a file is known by: its absolute path without symbolic links; a text file's id and source."""
    return Path(os.path.realpath(target)).as_posix()


def _read(
    file: BinaryIO,
    name: str,
    source: str,
    limit: Limit,
    *,
    most: int | None = None,
    guessed: Callable[[str], None] = ignore,
) -> Iterator[Article | SourceError]:
    """Reads an open file as its name says; of rows, no more than `most` bytes.

    Pages, documents and archives are read by the process that parses those of strangers.
    """
    kind = name.lower()
    try:
        if kind.endswith(TEXTS):
            yield read_text(file, name, source, limit, guessed)
        elif kind.endswith(PARSED):
            data = limit.read(file, times=_ARCHIVE if kind.endswith(ARCHIVES) else 1)
            yield from map(checked, worker().read(name, data, source, max_bytes=limit.most))
        else:
            rows = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if kind.endswith(".gz") else file
            yield from read_rows(io.BufferedReader(Bounded(rows, most)) if most else rows, source, limit)
    except SourceError as error:
        yield located(source, error)


def _files(target: str) -> Iterator[Path | SourceError]:
    """Finds the files of a target; yields an error where there are none that can be read."""
    path = Path(target)
    try:
        if target and path.is_dir():
            yield from _files_in(path)
        elif not target or not path.exists():
            yield located(target or '""', SourceError("there is no such file or folder; check its spelling"))
        elif not path.is_file() or not is_readable(path.name):
            reason = f"only {KINDS} files and folders of them can be added; convert it to one"
            yield located(target, SourceError(reason))
        else:
            yield path
    except (OSError, ValueError) as error:  # ValueError: NUL in a path
        yield _unreadable(path, error)


def _files_in(folder: Path) -> Iterator[Path | SourceError]:
    """Finds the readable files of a folder and the folders in it, sorted; links are not followed.

    They may loop, and in what somebody else has packed they may lead to what is nobody's business.
    """
    found, too_deep = 0, False
    errors: list[OSError] = []
    for name, folders, files in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(inner for inner in folders if not inner.startswith("."))
        if folders and len(Path(name).parts) - len(folder.parts) >= _DEEPEST:
            folders.clear()
            too_deep = True
        wanted = list(filter(_is_to_be_read, sorted(map(Path(name).joinpath, files))))
        found += len(wanted)
        yield from wanted
    for error in errors:
        yield _unreadable(Path(os.fsdecode(error.filename)), error)
    if too_deep:
        reason = f"it holds folders that lie more than {_DEEPEST} deep; add the inner ones by themselves"
        yield located(str(folder), SourceError(reason))
    elif not found and not errors:
        yield located(str(folder), SourceError(f"the folder holds no {KINDS} files; add another"))


def _is_to_be_read(path: Path) -> bool:
    """Tells whether a file of a folder is for articles.

    Hidden files are not, nor README files, which tell of the articles beside them, nor symbolic links, nor pipes and
    devices, which might never end. Where it cannot be told, reading will tell why. Each can be given by its own name.
    """
    if not is_wanted(path.name):
        return False
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return True


def _note_encoding(note: Callable[[str], None], path: Path, encoding: str) -> None:
    note(f"{path} is not UTF-8 and was read as {encoding}; save it as UTF-8 where its marks or accents are wrong.")


def _unreadable(path: Path, error: OSError | ValueError) -> SourceError:
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    return located(str(path), SourceError(f"it cannot be read ({reason}); check that it exists and may be read"))


def read_address(
    url: str, *, max_bytes: int, fetch: Callable[[str], Fetched] | None
) -> Iterator[Article | SourceError]:
    """Reads the articles that an address gives; yields an error where it gives none. `max_bytes` bounds each."""
    if fetch is None:
        yield located(url, SourceError("web pages are not fetched here; save the page as a file and add that"))
        return
    try:
        yield from read_fetched(fetch(url), max_bytes=max_bytes)
    except SourceError as error:
        yield located(url, error)


def read_fetched(
    fetched: Fetched, *, max_bytes: int = MOST_FETCHED, parser: ParsingWorker | None = None
) -> Iterator[Article | SourceError]:
    """Yields the articles of what was fetched, with its address, hash and time, and an error for each that is none.

    Raises:
        SourceError: the whole cannot be read.
    """
    if fetched.status == _GONE:
        raise SourceError("the server says that the page is gone for good (410)")
    if any(mark in fetched.body[:1_000] for mark in _FEEDS):
        raise SourceError("it is a feed, not a page; `byline feed add` takes it")
    name = _name_of(fetched)
    at = fetched.fetched.isoformat(timespec="seconds")
    page_hash = hashlib.sha256(fetched.body).hexdigest()
    read = (parser or worker()).read(
        name, fetched.body, fetched.url, max_bytes=max_bytes, url=fetched.url, content_type=fetched.content_type
    )
    for item in read:
        yield checked(replace(item, fetched=at, page_hash=page_hash)) if isinstance(item, Article) else item


def read_page(fetched: Fetched, *, max_bytes: int = MOST_FETCHED, parser: ParsingWorker | None = None) -> Article:
    """Returns the first article of what was fetched; of a web page there is one.

    Raises:
        SourceError: there is none; the message says what there is instead.
    """
    item = next(read_fetched(fetched, max_bytes=max_bytes, parser=parser), None)
    if isinstance(item, Article):
        return item
    raise item or SourceError("it holds no article; give another address")


def _name_of(fetched: Fetched) -> str:
    """Returns a name for what was fetched, whose ending says how it is read."""
    from retrieval.fetching.fetcher import kind_of, media_type

    last = unquote(urlsplit(fetched.url).path).rpartition("/")[2]
    ending = _ENDINGS.get(media_type(fetched.content_type))
    if ending is None:
        ending = {"pdf": ".pdf", "zip": ".zip", "gzip": ".tar.gz"}.get(kind_of(fetched.body), ".html")
        if "." in last and ending != ".html":
            return last
    return f"page{ending}" if not last.lower().endswith(ending) else last
