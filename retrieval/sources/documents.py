"""Pages, documents and archives of each kind to articles. Meant for the process of `parsing`: strangers wrote them."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from retrieval.errors import SourceError
from retrieval.sources.archives import members
from retrieval.sources.mail import read_mail
from retrieval.sources.office import read_docx, read_epub, read_odt
from retrieval.sources.pages import read_html
from retrieval.sources.pdf import read_pdf
from retrieval.sources.rows import read_rows
from retrieval.sources.texts import read_text
from retrieval.sources.validation import ARCHIVES, ROWS, TEXTS, Bounded, Limit, failures_told, located

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from retrieval.types import Article

_DEEPEST = 2  # an archive in an archive
_UNPACKED = 20  # times `max_bytes` that an archive, or a document that is one, may come to
_OFFICE = {".docx": read_docx, ".odt": read_odt, ".epub": read_epub}


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
