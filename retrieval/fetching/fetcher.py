"""The only way out: fetches one web address, politely, and safe from what a stranger's address or server may try.

What a server sends is bounded while it is unpacked, and held to what it says it is.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import zlib
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from retrieval.errors import FetchFailed, FetchRefused
from retrieval.fetching.addresses import Address, AddressPolicy
from retrieval.fetching.connections import CheckedBackend, Deadline, requested, resolved
from retrieval.fetching.politeness import Pace, Robots, seconds_to_wait

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator, Sequence

    from httpcore import Response

    from retrieval.fetching.connections import Resolve

_OK = range(200, 300)
_REDIRECTS, _PERMANENT = {301, 302, 303, 307, 308}, {301, 308}
_WITHOUT_BODY = {304, 410}
_CLIENT_ERRORS = range(400, 500)
_TOO_MANY_REQUESTS = 429
_MOST_ROBOTS = 512_000  # bytes of a robots.txt
# What is said of an answer that holds nothing, by its status or the first digit of that.
_REASONS = {
    401: "it wants a user name and password ({}), which are never sent; save the page as a file and add that",
    402: "it is for subscribers ({}); save the page as a file and add that",
    403: "the server does not give it to programs ({}); save the page as a file and add that",
    404: "the server has no such page ({}); check the address",
    429: "the server asks for fewer requests ({}); try again later",
    451: "the server may not show it here, for legal reasons ({})",
    1: "the server answers with status {}, which is none of a page; check the address",
    2: "the server answers with status {}, which is none of a page; check the address",
    3: "the server redirects without saying where to ({}); check the address",
    4: "the server does not take the request ({}); check the address",
    5: "the server has a failure of its own ({}); try again later",
}
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
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


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one address gave.

    Attributes:
        url: the last address, after redirects.
        status: the server's: 2xx, or 304 (as it was) and 410 (gone for good), both without a body.
        content_type: the header, as sent.
        body: without compression.
        etag: what to hand in with the next request, as is `last_modified`.
        retry_after: seconds after which the server wants to be asked again, where it told them.
        moved_permanently_to: the last address, where every redirect to it was permanent.
        fetched: when, in UTC.
    """

    url: str
    status: int
    content_type: str
    body: bytes
    etag: str | None
    last_modified: str | None
    retry_after: float | None
    moved_permanently_to: str | None
    fetched: dt.datetime


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """The most that one fetch may take: seconds to connect, between two reads, and in all; bytes; redirects."""

    connect: float = 8.0
    read: float = 15.0
    total: float = 45.0
    bytes: int = 10_000_000
    redirects: int = 5


class Fetcher:
    """Fetches addresses. Its `get` blocks, and may be called from several threads."""

    def __init__(
        self,
        *,
        contact: str | None = None,
        allow: Sequence[str] = (),
        limits: FetchLimits | None = None,
        networks: Sequence[str] = (),
        resolve: Resolve = resolved,
        pace: Pace | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Opens nothing yet.

        Args:
            contact: an address or page that servers are told of, where whoever runs Byline can be reached.
            allow: hosts of a company's own network that may be fetched from: "intranet.example" or "wiki:8080".
            limits: of each fetch.
            networks: networks that may be reached though they are not public; for tests, which have loopback alone.
            resolve: in the place of the system's look-up of names.
            pace: in the place of the usual pauses.
            tls: in the place of the usual certificates.
        """
        agent = f"Byline/{version('byline')} (news reader{f'; {contact}' if contact else ''})"
        self._headers = {"User-Agent": agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip"}
        self._policy = AddressPolicy([name.lower() for name in allow], [ipaddress.ip_network(net) for net in networks])
        self._limits = limits = limits or FetchLimits()
        self._timeouts = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": limits.connect}
        self._resolve = resolve
        self._pace = pace or Pace()
        self._tls = tls
        self._robots = Robots(self._robots_txt, agent="Byline")

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Fetches an address; with the `etag` or `last_modified` of an earlier answer only if it has changed since.

        Raises:
            FetchRefused: Byline's own rules are against it, or the site's robots.txt; the message says which.
            FetchFailed: the server cannot be reached, or answers that there is nothing, with its status.
        """
        address = self._policy.address(url)
        given = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in given.items() if value and value.isascii() and value.isprintable()}
        if not self._robots.are_known(address.origin):
            with self._pace.turn(address.host):  # to read them is a request like others
                self._robots.check(address.origin, str(address))
        delay = self._robots.check(address.origin, str(address))
        with self._pace.turn(address.host, delay):
            return self._follow(address, headers, Deadline(self._limits.total), self._limits.bytes)

    def _robots_txt(self, url: str) -> str:
        """Reads a site's rules; there are none where the server says that there is no such file, or not for us."""
        try:
            fetched = self._follow(
                self._policy.address(url), {}, Deadline(self._limits.read), _MOST_ROBOTS, obeys=False
            )
        except FetchFailed as error:
            if error.status in _CLIENT_ERRORS and error.status != _TOO_MANY_REQUESTS:
                return ""
            raise
        return fetched.body.decode(errors="replace")

    def _follow(
        self, address: Address, headers: dict[str, str], deadline: Deadline, most: int, *, obeys: bool = True
    ) -> Fetched:
        """Asks an address and what it redirects to, each checked like the first; `obeys` robots.txt on the way."""
        backend = CheckedBackend(self._policy, self._resolve, deadline)
        is_permanent, first = True, address
        for _ in range(self._limits.redirects + 1):
            with requested(address, self._headers | headers, backend, self._timeouts, self._tls) as response:
                location = _header(response, b"location")
                if response.status not in _REDIRECTS or not location:
                    moved = str(address) if is_permanent and address != first else None
                    return _read(response, address, most, moved)
            is_permanent = is_permanent and response.status in _PERMANENT
            address = self._policy.address(location, str(address))
            if obeys:
                self._robots.check(address.origin, str(address))
        raise FetchRefused(f"it redirects more than {self._limits.redirects} times; give the last of its addresses")


def _read(response: Response, address: Address, most: int, moved: str | None) -> Fetched:
    """Reads an answer that is no redirect.

    Raises:
        FetchRefused: what it holds is not taken.
        FetchFailed: it holds nothing.
    """
    status, retry_after = response.status, seconds_to_wait(_header(response, b"retry-after"))
    content_type, body = _header(response, b"content-type"), b""
    if status in _OK:
        check_type(content_type)
        length = _header(response, b"content-length")
        if length.isdecimal() and float(length) > most:
            raise too_large(most)
        body = unpacked(response.iter_stream(), _header(response, b"content-encoding"), most)
        check_body(content_type, body)
    elif status not in _WITHOUT_BODY:
        raise FetchFailed(_REASONS.get(status, _REASONS[status // 100]).format(status), status, retry_after)
    return Fetched(
        url=str(address),
        status=status,
        content_type=content_type,
        body=body,
        etag=_header(response, b"etag") or None,
        last_modified=_header(response, b"last-modified") or None,
        retry_after=retry_after,
        moved_permanently_to=moved,
        fetched=dt.datetime.now(dt.UTC),
    )


def _header(response: Response, name: bytes) -> str:
    value = next((value for key, value in response.headers if key.lower() == name), b"")
    return value.decode("latin-1").strip()


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
