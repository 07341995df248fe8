"""A .txt or .md file to an article: its first line is the title, a line "By ..." after it the byline."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.decoding import decode
from retrieval.sources.naming import located
from retrieval.text.bylines import byline_of
from retrieval.types import Article

if TYPE_CHECKING:
    from typing import BinaryIO

    from retrieval.sources.bounds import Limit

MAX_TITLE = 300
_HEADING = re.compile(r"#{1,6}\s+(?P<title>.*?)(?:\s+#+)?")


def read_text(file: BinaryIO, name: str, source: str, limit: Limit) -> Article:
    """The article of one file of that name. Its text is the whole file, title and byline included; its date is unknown.

    Raises:
        SourceError: not text, empty or too large; the message names the source.
        OSError: the file cannot be read.
    """
    data = file.read(limit.bytes + 1)
    try:
        return _article(data, PurePath(name), source, limit)
    except SourceError as error:
        raise located(source, error) from None


def _article(data: bytes, name: PurePath, source: str, limit: Limit) -> Article:
    if len(data) > limit.bytes:
        raise SourceError(f"it is larger than {limit.bytes:,} bytes; {limit.remedy('shorten it')}")
    text = decode(data)
    title, byline = _header(text, markdown=name.suffix.lower() == ".md")
    return Article(id=source, title=title or name.stem, text=text, byline=byline, source=source)


def _header(text: str, *, markdown: bool) -> tuple[str | None, str | None]:
    """Title and byline; neither where the first line is too long for a title, and so the article's first paragraph."""
    lines = [line for line in (line.strip() for line in text.splitlines()) if line]
    if not lines:
        raise SourceError("it is empty; write a title and a text")
    if markdown and lines[0] == "---":
        raise SourceError(
            "it begins with YAML front matter; put the title on the first line, or add it as a .jsonl row"
        )
    heading = _HEADING.fullmatch(lines[0]) if markdown else None
    title = heading["title"] if heading else lines[0]
    if len(title) > MAX_TITLE or not any(map(str.isalnum, title)):
        return None, None
    return title, byline_of(lines[1]) if len(lines) > 1 else None
