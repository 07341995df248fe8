"""What a server sent: bounded while it is unpacked, and held to what it says it is."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from retrieval.errors import FetchFailed, FetchRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NEVER = ("image/", "video/", "audio/", "font/", "model/", "application/x-msdownload", "application/x-executable")
_AS_IT_COMES = {"", "identity"}
_GZIP = {"gzip", "x-gzip", "deflate"}
_STEP = 1 << 16
# How kinds of files begin that are no text, and what their media types have in them.
_BEGINNINGS = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    *((mark, "image") for mark in (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"BM", b"RIFF", b"II*\0", b"MM\0*")),
    *((mark, "program") for mark in (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")),
    *((mark, "sound") for mark in (b"ID3", b"OggS", b"fLaC", b"\xff\xfb", b"\x1aE\xdf\xa3")),
    *((mark, "archive") for mark in (b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")),
)
_MARKED = (b"\xff\xfe", b"\xfe\xff")  # UTF-16 and UTF-32, whose text holds NUL bytes
_LOOKED_AT = 1024


def check_type(content_type: str) -> None:
    """Checks what a server says that it is about to send.

    Raises:
        FetchRefused: it is no text, document or archive.
    """
    media = media_type(content_type)
    if media.startswith(_NEVER):
        raise FetchRefused(f"it is {media}, which holds no article; give the address of a page or a document")


def media_type(content_type: str) -> str:
    """Returns the media type of a Content-Type header, in lower case, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def kind_of(data: bytes) -> str:
    """Returns what the bytes are by how they begin: "text", "pdf", "zip", "gzip", or another kind of program's data."""
    kind = next((kind for mark, kind in _BEGINNINGS if data.startswith(mark)), "text")
    if kind == "text" and b"\0" in data[:_LOOKED_AT] and not data.startswith(_MARKED):
        return "data"
    return kind


def check_body(content_type: str, body: bytes) -> None:
    """Checks that what came is what the server said it is, where that decides how it is read.

    Raises:
        FetchRefused: it is not.
    """
    media, kind = media_type(content_type), kind_of(body)
    if kind not in {"text", "pdf", "zip", "gzip"}:
        raise FetchRefused(f"what came is {kind}, which holds no article; give the address of a page or a document")
    is_text = media.startswith("text/") or media.endswith(("html", "xml", "json"))
    if is_text and kind != "text":
        raise FetchRefused(f"it is called {media} and is {kind}; save it as a file and add that")
    if media.endswith("/pdf") and kind != "pdf":
        raise FetchRefused(f"it is called {media} and is none; save it as a file and add that")


def unpacked(chunks: Iterable[bytes], encoding: str, most: int) -> bytes:
    """Returns the whole body, its compression undone, with no more than `most` bytes before or after.

    Raises:
        FetchRefused: it is larger, or packed in a way that was not asked for.
        FetchFailed: it is damaged.
    """
    encoding = encoding.strip().lower()
    if encoding not in _AS_IT_COMES | _GZIP:
        raise FetchRefused(f"the server packs its answer in {encoding[:40]!r}, which was not asked for")
    body, size = bytearray(), 0
    inflate = Inflate() if encoding in _GZIP else None
    try:
        for chunk in chunks:
            size += len(chunk)
            for part in inflate(chunk) if inflate else (chunk,):
                body += part
                if max(size, len(body)) > most:
                    raise too_large(most)
        if inflate:
            inflate.end()
    except zlib.error:
        raise FetchFailed("the server's answer is damaged; try again later") from None
    return bytes(body)


def too_large(most: int) -> FetchRefused:
    """Returns the error for what is larger than `most` bytes."""
    return FetchRefused(f"it is larger than {most:,} bytes; save the part that matters as a file and add that")


class Inflate:
    """Undoes gzip, zlib or bare deflate, in small parts, however much a few bytes stand for."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None

    def __call__(self, chunk: bytes) -> Iterator[bytes]:
        """Yields what the next bytes stand for.

        Raises:
            zlib.error: they are damaged.
        """
        if self._stream is None:  # servers mean either by "deflate"
            is_marked = chunk[:2] == b"\x1f\x8b" or (
                chunk[:1] == b"\x78" and int.from_bytes(chunk[:2], "big") % 31 == 0
            )
            self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32 if is_marked else -zlib.MAX_WBITS)
        while chunk and not self._stream.eof:
            yield self._stream.decompress(chunk, _STEP)
            chunk = self._stream.unconsumed_tail

    def end(self) -> None:
        """Checks that nothing is missing.

        Raises:
            zlib.error: something is.
        """
        if self._stream is not None and not self._stream.eof:
            raise zlib.error
