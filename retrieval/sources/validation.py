"""What every input is held to: an encoding, a size, a name, an address; and errors that say where.

Only decoding, its repair where it had gone wrong before, the byte order mark and CRLF line ends alter what a source
wrote.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from retrieval.errors import SourceError
from retrieval.sources.mojibake import repaired

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from typing_extensions import Buffer

MAX_NAME = 1_000  # characters
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_DEFAULT_PORTS = {"http": "80", "https": "443"}

# Parameters that tell whence a reader came, never which page is shown; so do those that begin with "utm_".
_TRACKING = frozenset({
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid",
    "li_fat_id", "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi",
})  # fmt: skip


def decode(data: bytes) -> str:
    """Returns the text of a file's bytes: Unicode by its mark or as UTF-8, else in the encoding that is detected.

    Windows-1252 wherever the detector finds it plausible, else its best guess: the detector alone takes one in six
    English Windows-1252 texts for an encoding that differs only in quotation marks; this reads all of them right, at
    the cost of short Central European texts in Windows-1250. Of the encodings of a Mac, Mac Roman in the same way.

    Raises:
        SourceError: the bytes are not text, or too unlike any encoding to tell which.
    """
    try:
        text = data.decode(marked_encoding(data) or "utf-8")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes  # 30 ms, and most files are UTF-8

        matches = [] if b"\0" in data else list(from_bytes(data))
        if not matches:
            raise SourceError("it is not text, or in an encoding that cannot be told; save it as UTF-8 text") from None
        likely = "mac_roman" if matches[0].encoding.startswith("mac_") else "cp1252"
        is_likely = any(likely in match.could_be_from_charset for match in matches)
        text = data.decode(likely) if is_likely else str(matches[0])
    if len(_CONTROL.findall(text)) * 100 > len(text):
        raise SourceError("it is not text but a program's data; save its words as UTF-8 text")
    return normalize(text)


def normalize(text: str) -> str:
    """Returns the text without a leading byte order mark, with CRLF as LF and its mojibake undone.

    Raises:
        SourceError: it holds what no text does and no store keeps, NUL or half a surrogate pair.
    """
    if "\0" in text:
        raise SourceError("it holds NUL characters, as no text does; save it as UTF-8 text")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise SourceError(
            "it holds half a surrogate pair, which is no character; write both halves or neither"
        ) from None
    return repaired(text.removeprefix("\ufeff").replace("\r\n", "\n"))


def marked_encoding(data: bytes) -> str | None:
    """Returns the UTF-16 or UTF-32 that a byte order mark at the front tells of."""
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), None)


@dataclass(frozen=True, slots=True)
class Limit:
    """The longest text file or row, in bytes, and the setting that says so, for those who can change it."""

    bytes: int
    setting: str | None = None

    def remedy(self, other: str) -> str:
        return f"{other}, or raise {self.setting}" if self.setting else other


class Bounded(io.RawIOBase):
    """A stream whose reading ends with a SourceError once it has given more than `most` bytes."""

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


def checked_name(what: str, name: str) -> str:
    """Returns the name, an id or a path as `what` says, if any store can keep it.

    Raises:
        SourceError: too long, or with control characters or halves of surrogate pairs.
    """
    if len(name) > MAX_NAME:
        raise SourceError(f"its {what} is longer than {MAX_NAME:,} characters; give it a shorter one")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        raise SourceError(f"its {what} holds control characters or undecodable bytes; give it another")
    return name


def located(place: str, error: SourceError) -> SourceError:
    """Returns the error as a user reads it: where, then what is wrong and the remedy.

    What of the place cannot be shown (control characters, undecodable bytes of a path) is escaped.
    """
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in place)
    return SourceError(f"{shown}: {error}.")


@contextlib.contextmanager
def failures_told() -> Iterator[None]:
    """Raises a SourceError in the place of whatever a library fails with on what a stranger wrote."""
    try:
        yield
    except SourceError:
        raise
    except MemoryError:
        raise SourceError("it takes too much memory to read; save its text to a file") from None
    except Exception as error:
        raise SourceError(f"it cannot be read ({type(error).__name__}); save its text to a file") from error


def canonical_url(url: str) -> str:
    """Returns one spelling for the addresses of one page.

    Scheme and host in lower case; no default port, fragment or tracking parameter; "/" for an empty path. The rest
    keeps its order and spelling, since a server may heed it.

    Raises:
        SourceError: not an http or https address with a host.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname if parts.scheme in _DEFAULT_PORTS else None, parts.port
    except ValueError:
        host = port = None
    if not host:
        raise SourceError("its url is not an http or https address; correct it or leave it out")
    user, at, _ = parts.netloc.rpartition("@")
    host = f"[{host}]" if ":" in host else host
    shown_port = "" if port is None or str(port) == _DEFAULT_PORTS[parts.scheme] else f":{port}"
    query = "&".join(parameter for parameter in parts.query.split("&") if not _only_tracks(parameter))
    return urlunsplit((parts.scheme, f"{user}{at}{host}{shown_port}", parts.path or "/", query, ""))


def _only_tracks(parameter: str) -> bool:
    name = unquote_plus(parameter.partition("=")[0]).lower()
    return name.startswith("utm_") or name in _TRACKING
