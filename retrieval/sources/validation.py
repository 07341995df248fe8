"""What every input is held to: a kind that is read, a size, a name, one address; and errors that say where.

An article has one address however it is reached: tracked, over AMP, on a mobile host, by http or https.
"""

from __future__ import annotations

import contextlib
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from retrieval.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from typing_extensions import Buffer

MAX_NAME = 1_000  # characters
# The endings of the names of files that are read.
TEXTS = (".txt", ".md")  # one article each
ROWS = (".jsonl", ".jsonl.gz")  # one a line
PAGES = (".html", ".htm", ".xhtml")
DOCUMENTS = (".pdf", ".docx", ".odt", ".epub", ".eml")  # one article each
ARCHIVES = (".mbox", ".zip", ".tar", ".tar.gz", ".tgz", ".warc", ".warc.gz")  # of several
PARSED = PAGES + DOCUMENTS + ARCHIVES  # in a process of their own
KINDS = ", ".join(TEXTS + ROWS + PAGES + DOCUMENTS + ARCHIVES)
_DEFAULT_PORTS = {"http": "80", "https": "443"}
# Parameters that tell whence a reader came, never which page is shown.
_TRACKING = re.compile(
    r"(?:utm_[^=]*|fbclid|gclid|gclsrc|dclid|[gw]braid|msclkid|yclid|twclid|ttclid|igshid|li_fat_id"
    r"|mc_[ce]id|_ga|_gl|_hsenc|_hsmi|igsh|mkt_tok|vero_id|oly_(?:enc|anon)_id|s_cid|spm|xtor|ref_(?:src|url)"
    r"|at_(?:medium|campaign|custom\d|bbc_team|link_\w+|ptr_name|format)|ns_(?:mchannel|source|campaign|linkname|fee)"
    r"|cmpid|cmp|icid|ocid|ncid|smid|smtyp|sr_share|guccounter|guce_referrer(?:_sig)?|__twitter_impression)(?==|\Z)",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"\A(?:m|mobile|amp|touch|wap)\.(?=[^.]+\.[^.])")
_AMP_CACHE = re.compile(r"https?://[\w.-]+\.cdn\.ampproject\.org/(?:c|v|a)/(s/)?(?P<rest>.+)", re.IGNORECASE)
_GOOGLE_AMP = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/amp/(s/)?(?P<rest>.+)", re.IGNORECASE)
_AMP_PATH = re.compile(
    r"(?:/amp(?:/index\.html?)?|\.amp(?:\.html?)?|-amp(?=\.html?\Z))/?\Z|\A/amp(?=/.)", re.IGNORECASE
)
_AMP_PARAMETERS = {"amp", "amp=1", "amp=true", "outputtype=amp", "output=amp", "usqp=mq331aq"}


def is_readable(name: str) -> bool:
    """Tells whether a file of that name is one of those that are read."""
    return name.lower().endswith(TEXTS + ROWS + PARSED)


def is_wanted(name: str) -> bool:
    """Tells whether a file found in a folder or archive is for articles: readable, not hidden, and no README."""
    return is_readable(name) and not name.lower().startswith((".", "readme", "__"))


@dataclass(frozen=True, slots=True)
class Limit:
    """The most bytes that a text file or a row may have, and the setting that says so, for those who can change it."""

    most: int
    setting: str | None = None

    def read(self, file: BinaryIO, times: int = 1) -> bytes:
        """Returns the whole of a file, of which `times` as much as the limit is allowed.

        Raises:
            SourceError: it is larger.
        """
        most = self.most * times
        data = file.read(most + 1)
        if len(data) > most:
            raise SourceError(f"it is larger than {most:,} bytes; {self.remedy('shorten it')}")
        return data

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
    except RecursionError:
        raise SourceError("its parts lie too deep in each other to be read; save its text to a file") from None
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
    query = "&".join(parameter for parameter in parts.query.split("&") if not _TRACKING.match(unquote_plus(parameter)))
    return urlunsplit((parts.scheme, f"{user}{at}{host}{shown_port}", parts.path or "/", query, ""))


def with_or_without_www(address: str) -> str:
    """Returns the other spelling of an article's address, as sites have both: a mobile host does not tell which."""
    host = address.removeprefix("https://")
    return f"https://{host.removeprefix('www.')}" if host.startswith("www.") else f"https://www.{host}"


def article_address(url: str) -> str:
    """Returns the one spelling of the addresses of an article's page, by which it is known.

    Raises:
        SourceError: not an http or https address with a host.

    Example:
        >>> article_address("http://m.example.org/2026/story/amp/?utm_source=x")
        'https://example.org/2026/story'
    """
    cached = _AMP_CACHE.fullmatch(url) or _GOOGLE_AMP.fullmatch(url)
    if cached:
        url = f"http{'s' if cached[1] else ''}://{cached['rest']}"
    parts = urlsplit(canonical_url(url))
    host = _MOBILE.sub("", parts.netloc)
    path = _AMP_PATH.sub("", parts.path).rstrip("/") or "/"
    query = "&".join(one for one in parts.query.split("&") if one.lower() not in _AMP_PARAMETERS)
    return urlunsplit(("https", host.removesuffix(":80"), path, query, ""))
