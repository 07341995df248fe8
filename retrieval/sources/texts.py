"""A .txt or .md file to one article: its first line is the title, a line "By ..." after it the byline."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.front_matter import parted
from retrieval.sources.markup import plain_markdown
from retrieval.sources.validation import decode
from retrieval.text.furniture import byline_of, is_heading, without_marks
from retrieval.types import Article

if TYPE_CHECKING:
    from typing import BinaryIO

    from retrieval.sources.validation import Limit

_MAX_TITLE = 300  # characters; a longer first line is a paragraph


def read_text(file: BinaryIO, name: str, source: str, limit: Limit) -> Article:
    """Reads the article of one file of that name: the whole file, title and byline included.

    Its date is unknown, unless it is Markdown and begins with front matter, which then is no part of the text.

    Raises:
        SourceError: not text, empty or too large.
        OSError: the file cannot be read.
    """
    data, path = file.read(limit.bytes + 1), PurePath(name)
    if len(data) > limit.bytes:
        raise SourceError(f"it is larger than {limit.bytes:,} bytes; {limit.remedy('shorten it')}")
    text = decode(data)
    is_markdown = path.suffix.lower() == ".md"
    told: dict[str, str] = {}
    if is_markdown:
        told, body = parted(text)
        text = plain_markdown(body)
    first, second = islice(chain(filter(None, map(str.strip, text.splitlines())), ("", "")), 2)
    if not first:
        raise SourceError("it is empty; write a title and a text")
    title = without_marks(first) if is_markdown and is_heading(first) else first
    byline = byline_of(second)
    if "title" in told or len(title) > _MAX_TITLE or not any(map(str.isalnum, title)):  # the first paragraph
        byline = byline_of(first) or (byline if title == told.get("title") else None)
        title = path.stem
    return replace(Article(id=source, title=title, text=text, byline=byline, source=source), **told)
