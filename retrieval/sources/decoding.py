"""Bytes to text: in the encoding that they are told or found to be in, and right again where they were decoded wrongly.

Nothing else alters what a source wrote, but that its byte order mark goes and its line ends are LF. ftfy knows when
text was decoded wrongly ("donâ€™t"); nothing else of it is used, so that what was written right stays as it is.
"""

from __future__ import annotations

import codecs
import logging
import re
from functools import cache
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.watching import ignore

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger("byline")
# A letter that the first byte of UTF-8 gives in a Western encoding, and one that a further byte gives.
_SUSPECT = re.compile("[ÂÃâÅÄÐÑÎÏØÙãäåæçèéìð][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\u00a0 ]")
_FOREIGN = re.compile(r"[^\x00-\x7f]{2,}")
_LOST_BYTE = re.compile(r"â€(?=[\s.,;:!?)'\"]|$)")  # of a closing mark, whose last byte no Western encoding has
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_HEAD = 4_096  # bytes in which a page names its encoding


def decode(data: bytes, guessed: Callable[[str], None] = ignore) -> str:
    """Returns the text of a file's bytes: Unicode by its mark or as UTF-8, else in the encoding that is detected.

    Windows-1252 wherever the detector finds it plausible, else its best guess: the detector alone takes one in six
    English Windows-1252 texts for an encoding that differs only in quotation marks; this reads all of them right, at
    the cost of short Central European texts in Windows-1250. Of the encodings of a Mac, Mac Roman in the same way.
    `guessed` is told of the one that was detected.

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
        guessed(likely if is_likely else matches[0].encoding)
    if len(_CONTROL.findall(text)) * 100 > len(text):
        raise SourceError("it is not text but a program's data; save its words as UTF-8 text")
    return normalize(text)


def page_text(data: bytes, content_type: str = "") -> str:
    """Returns a page's characters: in the encoding of its mark, its server, itself, else as a file's are told."""
    declared = re.search(r"charset\s*=\s*[\"']?([\w-]{2,40})", content_type, re.IGNORECASE)
    named = _CHARSET.search(data[:_HEAD])
    charset = declared[1] if declared else named[1].decode() if named else "utf-8"
    if charset.lower() in {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"}:
        charset = "cp1252"  # as browsers read them
    try:
        if not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
            return repaired(data.decode(charset).replace("\0", ""))
    except (LookupError, UnicodeDecodeError):
        pass
    return decode(data.replace(b"\0", b"") if not data.startswith((b"\xff\xfe", b"\xfe\xff")) else data)


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


def repaired(text: str) -> str:
    """Returns a text with its mojibake undone; any other text as it is.

    Example:
        "The cafÃ© isnâ€™t open." becomes "The café isn’t open."
    """
    if not _SUSPECT.search(text):
        return text
    import ftfy  # 50 ms, and hardly any text is suspect
    from ftfy.badness import is_bad

    if not is_bad(text):
        return text
    _say_once()

    def decoded(run: re.Match[str]) -> str:
        """A run of letters beyond ASCII, decoded again where they are UTF-8 that was read as Windows-1252."""
        try:
            return run[0].encode("sloppy-windows-1252").decode()
        except UnicodeError:
            return run[0]

    settings = ftfy.TextFixerConfig(unescape_html=False, replace_lossy_sequences=False, explain=False)
    return _FOREIGN.sub(decoded, ftfy.fix_encoding(_LOST_BYTE.sub("”", text), settings))


@cache
def _say_once() -> None:
    _log.warning("Text that had been decoded wrongly (“donâ€™t”) is repaired as it is added.")
