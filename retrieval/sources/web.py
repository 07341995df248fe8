"""Web addresses to articles: a page, or a document or archive that lies there."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from retrieval.errors import SourceError
from retrieval.fetching.bodies import kind_of, media_type
from retrieval.sources.parsing import worker
from retrieval.sources.rows import checked
from retrieval.sources.validation import located
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.fetching.fetcher import Fetched
    from retrieval.sources.parsing import ParsingWorker

MAX_BYTES = 10_000_000
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
    fetched: Fetched, *, max_bytes: int = MAX_BYTES, parser: ParsingWorker | None = None
) -> Iterator[Article | SourceError]:
    """Yields the articles of what was fetched, with its address, hash and time, and an error for each that is none.

    Raises:
        SourceError: the whole cannot be read.
    """
    if fetched.status == _GONE:
        raise SourceError("the server says that the page is gone for good (410)")
    if any(mark in fetched.body[:1_000] for mark in _FEEDS):
        raise SourceError("it is a feed, not a page; `byline feed add` takes it")
    name = _name(fetched)
    at = fetched.fetched.isoformat(timespec="seconds")
    page_hash = hashlib.sha256(fetched.body).hexdigest()
    read = (parser or worker()).read(
        name, fetched.body, fetched.url, max_bytes=max_bytes, url=fetched.url, content_type=fetched.content_type
    )
    for item in read:
        yield checked(replace(item, fetched=at, page_hash=page_hash)) if isinstance(item, Article) else item


def read_page(fetched: Fetched, *, max_bytes: int = MAX_BYTES, parser: ParsingWorker | None = None) -> Article:
    """Returns the first article of what was fetched; of a web page there is one.

    Raises:
        SourceError: there is none; the message says what there is instead.
    """
    item = next(read_fetched(fetched, max_bytes=max_bytes, parser=parser), None)
    if isinstance(item, Article):
        return item
    raise item or SourceError("it holds no article; give another address")


def _name(fetched: Fetched) -> str:
    """Returns a name for what was fetched, whose ending says how it is read."""
    last = unquote(urlsplit(fetched.url).path).rpartition("/")[2]
    ending = _ENDINGS.get(media_type(fetched.content_type))
    if ending is None:
        ending = {"pdf": ".pdf", "zip": ".zip", "gzip": ".tar.gz"}.get(kind_of(fetched.body), ".html")
        if "." in last and ending != ".html":
            return last
    return f"page{ending}" if not last.lower().endswith(ending) else last
