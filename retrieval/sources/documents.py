"""Pages, documents and archives of each kind to articles. Meant for the process of `parsing`: strangers wrote them.

Archives of files, of web pages and of mail are opened with bounds; what they hold is read as if it lay in a folder.
"""

from __future__ import annotations

import gzip
import io
import re
import stat
import tarfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from retrieval.errors import SourceError
from retrieval.sources.office import read_docx, read_epub, read_odt
from retrieval.sources.pages import read_html
from retrieval.sources.pdf import read_pdf
from retrieval.sources.rows import read_rows
from retrieval.sources.texts import read_mail, read_text
from retrieval.sources.validation import ARCHIVES, ROWS, TEXTS, Bounded, Limit, failures_told, is_wanted, located

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from retrieval.types import Article

_DEEPEST = 2  # an archive in an archive
_UNPACKED = 20  # times `max_bytes` that an archive, or a document that is one, may come to
_OFFICE = {".docx": read_docx, ".odt": read_odt, ".epub": read_epub}
_MOST_MEMBERS = 20_000
# Of a message in a mailbox: "From ida@example.org Fri Mar 20 09:00:00 2026".
_BEGIN = re.compile(rb"(?:\A|\n)From [^\s]+ +[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{1,2}:\d\d[^\n]*\n")
_DAMAGED = "it is damaged or no archive; pack it again"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is read, on this disk, in an archive, or at an address.

    Attributes:
        name: whose ending says how it is read.
        source: what it is known by.
        data: its bytes.
        max_bytes: that a text or a row of it may have.
        url: the address that it was fetched from, with the `content_type` that was told.
        fetched: when, of a page of a web archive.
        depth: how many archives it lies in.
    """

    name: str
    source: str
    data: bytes
    max_bytes: int
    url: str | None = None
    content_type: str = ""
    fetched: str | None = None
    depth: int = 0


def read_document(document: Document) -> Iterator[Article | SourceError]:
    """Reads the articles of a page, document or archive; yields an error in the place of each part that has none.

    Raises:
        SourceError: the whole cannot be read.
    """
    for part in parts(document):
        yield from (part,) if isinstance(part, SourceError) else read_part(part)


def parts(document: Document) -> Iterator[Document | SourceError]:
    """Yields what can be read by itself: the files of an archive, an error in the place of one that is too large.

    What is no archive is one part.

    Raises:
        SourceError: it cannot be opened, holds too much, or nothing that can be read.
    """
    if not document.name.lower().endswith(ARCHIVES):
        yield document
        return
    if document.depth >= _DEEPEST:
        raise SourceError("it is an archive in an archive in an archive; unpack it first")
    empty = True
    most = document.max_bytes
    for member in members(document.name.lower(), document.data, most=_UNPACKED * most, most_each=most):
        empty = False
        if isinstance(member, SourceError):
            yield located(document.source, member)
            continue
        yield Document(
            name=member.kind or member.name,
            source=member.url or f"{document.source}/{member.name}",
            data=member.data,
            max_bytes=most,
            url=member.url,
            content_type=member.content_type,
            fetched=member.fetched,
            depth=document.depth + 1,
        )
    if empty:
        raise SourceError("it holds no files that can be read; add others")


def read_part(part: Document) -> Iterator[Article | SourceError]:
    """Reads the articles of one part; of what lies in an archive an error, where there are none.

    Raises:
        SourceError: it cannot be read, and is no part of another.
    """
    try:
        with failures_told():
            if part.name.lower().endswith(ARCHIVES):
                yield from read_document(part)
            else:
                yield from articles_of(part)
    except SourceError as error:
        if not part.depth:
            raise
        yield located(part.source, error)


def articles_of(document: Document) -> Iterator[Article | SourceError]:
    """Yields the articles of what is no archive.

    Raises:
        SourceError: it cannot be read.
    """
    name, source, data, most = document.name.lower(), document.source, document.data, document.max_bytes
    stem, ending = PurePosixPath(document.name).stem, PurePosixPath(name).suffix
    if name.endswith(ROWS):
        file = cast("BinaryIO", gzip.GzipFile(fileobj=io.BytesIO(data))) if ending == ".gz" else io.BytesIO(data)
        yield from read_rows(io.BufferedReader(Bounded(file, _UNPACKED * most)), source, Limit(most))
    elif name.endswith(TEXTS):
        yield read_text(io.BytesIO(data), document.name, source, Limit(most))
    elif ending in _OFFICE:
        yield _OFFICE[ending](data, source=source, stem=stem, most=_UNPACKED * most)
    elif ending == ".pdf":
        yield read_pdf(data, source=source, stem=stem)
    elif ending == ".eml":
        yield read_mail(data, source=source)
    else:
        page = read_html(data, source=source, url=document.url, content_type=document.content_type)
        yield replace(page, fetched=document.fetched)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive; of a web archive a page with its address, type and the time it was fetched.

    `kind` is a name whose ending says how it is read, where its own does not.
    """

    name: str
    data: bytes
    kind: str = ""
    url: str | None = None
    content_type: str = ""
    fetched: str | None = None


def members(name: str, data: bytes, *, most: int, most_each: int) -> Iterator[Member | SourceError]:
    """Yields the files of an archive that are for articles, and an error in the place of each that is too large.

    `most` bounds what is unpacked in all, `most_each` of one file, in bytes.

    Raises:
        SourceError: it cannot be opened, is encrypted, or holds more than is allowed.
    """
    opened = next((read for ending, read in _READERS.items() if name.endswith(ending)), tar_members)
    left = most
    try:
        for number, member in enumerate(opened(data, most_each)):
            left -= len(member.data)
            if left < 0 or number >= _MOST_MEMBERS:
                raise SourceError(f"it holds more than {most:,} bytes when unpacked; add it in parts")
            if len(member.data) > most_each:
                yield SourceError(f"{member.name}: it is larger than {most_each:,} bytes; shorten it")
            else:
                yield member
    except RuntimeError:
        raise SourceError("it is encrypted; pack it without a password") from None
    except (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, ValueError, NotImplementedError):
        raise SourceError(_DAMAGED) from None


def _is_wanted(path: str) -> bool:
    parts = PurePosixPath(path.replace("\\", "/")).parts
    hidden = any(part.startswith((".", "__")) for part in parts[:-1])
    return bool(parts) and not hidden and is_wanted(parts[-1])


def zip_members(data: bytes, most_each: int) -> Iterator[Member]:
    """Yields the files of a zip file that are for articles; of a larger one than `most_each` a byte more than that."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            is_file = not info.is_dir() and not stat.S_ISLNK(info.external_attr >> 16)
            if is_file and _is_wanted(info.filename):
                with archive.open(info) as file:
                    yield Member(info.filename, file.read(most_each + 1))


def tar_members(data: bytes, most_each: int) -> Iterator[Member]:
    """Yields those of a tar file, packed or not; links and devices are no files."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r|*") as archive:
        for info in archive:
            if info.isreg() and _is_wanted(info.name) and (file := archive.extractfile(info)) is not None:
                yield Member(info.name, file.read(most_each + 1))


def warc_pages(data: bytes, most_each: int) -> Iterator[Member]:
    """Yields the pages that a web archive holds as they came with status 200."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        for record in ArchiveIterator(io.BytesIO(data)):
            http = record.http_headers
            content_type = (http.get_header("Content-Type") or "") if http else ""
            if record.rec_type == "response" and http and http.get_statuscode() == "200" and "html" in content_type:
                url, at = record.rec_headers.get_header("WARC-Target-URI"), record.rec_headers.get_header("WARC-Date")
                body = record.content_stream().read(most_each + 1)
                yield Member(url or "page", body, "page.html", url, content_type, at)
    except ArchiveLoadFailed:
        raise SourceError(_DAMAGED) from None


def messages(data: bytes, most_each: int) -> Iterator[Member]:
    """Yields the messages of a mailbox, numbered from 1; of one larger than `most_each` a byte more than that."""
    begins = list(_BEGIN.finditer(data))
    if not begins:
        raise SourceError("it holds no messages; save it again")
    ends = [*(begin.start() for begin in begins[1:]), len(data)]
    for number, (begin, end) in enumerate(zip(begins, ends, strict=True), 1):
        message = data[begin.end() : end][: most_each + 1]
        yield Member(str(number), message.replace(b"\n>From ", b"\nFrom "), "message.eml")


_READERS = {".zip": zip_members, ".warc": warc_pages, ".warc.gz": warc_pages, ".mbox": messages}
