"""Bytes to text. Only decoding, the byte order mark and CRLF line ends alter what a source wrote."""

from __future__ import annotations

import codecs
import re

from retrieval.errors import SourceError

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes) -> str:
    """The text of a file's bytes: Unicode by its mark or as UTF-8, else in the encoding that is detected.

    Raises:
        SourceError: the bytes are not text, or too unlike any encoding to tell which.
    """
    try:
        text = data.decode(marked_encoding(data) or "utf-8")
    except UnicodeDecodeError:
        text = _detected(data)
    if len(_CONTROL.findall(text)) * 100 > len(text):
        raise SourceError("it is not text but a program's data; save its words as UTF-8 text")
    return normalize(text)


def normalize(text: str) -> str:
    """Without a leading byte order mark, and with CRLF as LF.

    Raises:
        SourceError: it holds what no text does and no store keeps, NUL or half a surrogate pair.
    """
    if "\0" in text:
        raise SourceError("it holds NUL characters, as no text does; save it as UTF-8 text")
    if not is_encodable(text):
        raise SourceError("it holds half a surrogate pair, which is no character; write both halves or neither")
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def is_encodable(text: str) -> bool:
    """False where a lone surrogate keeps the text from being written anywhere."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def marked_encoding(data: bytes) -> str | None:
    """The UTF-16 or UTF-32 that a byte order mark at the front tells of."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def _detected(data: bytes) -> str:
    """Windows-1252 wherever the detector finds it plausible, else its best guess.

    The detector alone takes one in six English Windows-1252 texts for an encoding that differs only in quotation marks;
    this reads all of them right, at the cost of short Central European texts in Windows-1250.
    """
    from charset_normalizer import from_bytes  # 30 ms, and most files are UTF-8

    matches = [] if b"\0" in data else list(from_bytes(data))
    if not matches:
        raise SourceError("it is not text, or in an encoding that cannot be told; save it as UTF-8 text")
    return str(next((match for match in matches if "cp1252" in match.could_be_from_charset), matches[0]))
