"""Pages, documents and archives of each kind to articles. Meant for the process of `parsing`: strangers wrote them."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from retrieval.errors import SourceError
from retrieval.sources.archives import members
from retrieval.sources.mail import read_mail, read_mailbox
from retrieval.sources.office import read_docx, read_epub, read_odt
from retrieval.sources.pages import read_html
from retrieval.sources.pdf import read_pdf
from retrieval.sources.rows import read_rows
from retrieval.sources.texts import read_text
from retrieval.sources.validation import ROWS, TEXTS, Bounded, Limit, failures_told, located

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from retrieval.sources.parsing import Request
    from retrieval.types import Article

_DEEPEST = 2  # an archive in an archive
_UNPACKED = 20  # times `max_bytes` that an archive, or a document that is one, may come to
_OFFICE = {".docx": read_docx, ".odt": read_odt, ".epub": read_epub}
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".warc", ".warc.gz")


def read_document(request: Request, data: bytes, *, depth: int = 0) -> Iterator[Article | SourceError]:
    """Reads the articles of a page, document or archive; yields an error in the place of each part that has none.

    Raises:
        SourceError: the whole cannot be read.
    """
    name, source = request.name.lower(), request.source
    path = PurePosixPath(request.name)
    if name.endswith(_ARCHIVES):
        yield from archived(request, data, depth)
    elif name.endswith(".mbox"):
        yield from read_mailbox(data, source=source)
    elif name.endswith(ROWS):
        yield from packed_rows(request, data)
    elif name.endswith(TEXTS):
        yield read_text(io.BytesIO(data), request.name, source, Limit(request.max_bytes))
    elif path.suffix.lower() in _OFFICE:
        yield _OFFICE[path.suffix.lower()](data, source=source, stem=path.stem, most=_UNPACKED * request.max_bytes)
    elif name.endswith(".pdf"):
        yield read_pdf(data, source=source, stem=path.stem)
    elif name.endswith(".eml"):
        yield read_mail(data, source=source)
    else:
        yield read_html(data, source=source, url=request.url, content_type=request.content_type)


def packed_rows(request: Request, data: bytes) -> Iterator[Article | SourceError]:
    file: BinaryIO = io.BytesIO(data)
    if request.name.lower().endswith(".gz"):
        file = cast("BinaryIO", gzip.GzipFile(fileobj=file))
    bounded = io.BufferedReader(Bounded(file, _UNPACKED * request.max_bytes))
    yield from read_rows(bounded, request.source, Limit(request.max_bytes))


def archived(request: Request, data: bytes, depth: int) -> Iterator[Article | SourceError]:
    """Reads the files of an archive, and those of an archive in it.

    Raises:
        SourceError: it cannot be opened, holds too much, or nothing that can be read.
    """
    if depth >= _DEEPEST:
        raise SourceError("it is an archive in an archive in an archive; unpack it first")
    empty = True
    most = request.max_bytes
    for member in members(request.name.lower(), data, most=_UNPACKED * most, most_each=most):
        empty = False
        if isinstance(member, SourceError):
            yield located(request.source, member)
            continue
        place = member.url or f"{request.source}/{member.name}"
        inner = replace(request, name=member.name, source=place, url=member.url, content_type=member.content_type)
        try:
            with failures_told():
                for item in read_document(inner, member.data, depth=depth + 1):
                    if not isinstance(item, SourceError) and item.fetched is None:
                        yield replace(item, fetched=member.fetched)
                    else:
                        yield item
        except SourceError as error:
            yield located(place, error)
    if empty:
        raise SourceError("it holds no files that can be read; add others")
