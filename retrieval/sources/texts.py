"""A .txt or .md file to an article: its first line is the title, a line "By ..." after it the byline."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.validation import decode
from retrieval.text.furniture import byline_of, is_heading, without_marks
from retrieval.types import Article

if TYPE_CHECKING:
    from typing import BinaryIO

    from retrieval.sources.validation import Limit

MAX_TITLE = 300


def read_text(file: BinaryIO, name: str, source: str, limit: Limit) -> Article:
    """Reads the article of one file of that name: the whole file, title and byline included; its date is unknown.

    Raises:
        SourceError: not text, empty or too large.
        OSError: the file cannot be read.
    """
    data, path = file.read(limit.bytes + 1), PurePath(name)
    if len(data) > limit.bytes:
        raise SourceError(f"it is larger than {limit.bytes:,} bytes; {limit.remedy('shorten it')}")
    text = decode(data)
    title, byline = _header(text, markdown=path.suffix.lower() == ".md")
    return Article(id=source, title=title or path.stem, text=text, byline=byline, source=source)


def _header(text: str, *, markdown: bool) -> tuple[str | None, str | None]:
    """Returns title and byline; neither where the first line is too long for a title: the first paragraph."""
    first, second = islice(chain(filter(None, map(str.strip, text.splitlines())), ("", "")), 2)
    if not first:
        raise SourceError("it is empty; write a title and a text")
    if markdown and first == "---":
        raise SourceError(
            "it begins with YAML front matter; put the title on the first line, or add it as a .jsonl row"
        )
    title = without_marks(first) if markdown and is_heading(first) else first
    if len(title) > MAX_TITLE or not any(map(str.isalnum, title)):
        return None, None
    return title, byline_of(second)
