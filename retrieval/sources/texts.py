"""A .txt or .md file to one article: its first line is the title, a line "By ..." after it the byline.

Before a Markdown text may stand front matter: YAML between lines "---", or TOML between lines "+++".
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from itertools import chain, islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.dates import iso_date
from retrieval.sources.decoding import decode
from retrieval.sources.markup import plain_markdown
from retrieval.sources.structured_data import joined, person
from retrieval.text.furniture import byline_of, is_heading, without_marks
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from retrieval.sources.validation import Limit

_MAX_TITLE = 300  # characters; a longer first line is a paragraph
_LONGEST = 50_000  # characters
_BLOCK = re.compile(
    r"\A\s*(?P<fence>---|\+\+\+)[ \t]*\n(?P<told>.*?)^(?P=fence)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_WRONG = "its front matter cannot be read; correct it, or put the title on the first line"
_KEYS = {
    "title": ("title", "headline"),
    "published": ("date", "published", "published_at", "publishdate", "pubdate"),
    "updated": ("updated", "lastmod", "modified", "last_modified_at", "updated_at"),
    "publisher": ("publisher", "publication", "site"),
    "url": ("canonical_url", "canonicalurl", "canonical", "url", "link"),
    "byline": ("author", "authors", "byline", "by"),
}


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


def parted(text: str) -> tuple[dict[str, str], str]:
    """Returns what the front matter tells of an article, by the article's field, and the text after it.

    Raises:
        SourceError: it begins with front matter that cannot be read.
    """
    block = _BLOCK.match(text[: _LONGEST + 10])
    if block is None:
        return {}, text
    told = {key.lower(): value for key, value in _parsed(block["told"], block["fence"]).items()}
    found = {
        field: _shown(field, next((told[key] for key in keys if told.get(key)), None)) for field, keys in _KEYS.items()
    }
    return {field: value for field, value in found.items() if value}, text[block.end() :].lstrip("\n")


def _parsed(told: str, fence: str) -> Mapping[str, object]:
    import tomllib

    import yaml

    class NoAliases(yaml.SafeLoader):
        """Refuses aliases, with which a few lines can stand for gigabytes."""

        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError
            node: yaml.Node | None = super().compose_node(parent, index)
            return node

    try:
        read = tomllib.loads(told) if fence == "+++" else yaml.load(told, NoAliases)  # noqa: S506  (a SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise SourceError(_WRONG) from None
    if not isinstance(read, dict):
        raise SourceError(_WRONG)
    return {str(key): value for key, value in read.items()}


def _shown(field: str, value: object) -> str | None:
    """Returns a value as the article's field holds it; None where it cannot be."""
    if field in {"published", "updated"}:
        return iso_date(value.isoformat() if isinstance(value, dt.date) else str(value or ""))
    if field == "byline":
        people = value if isinstance(value, list) else [value]
        return joined([*filter(None, (person(str(_name(one) or "")) for one in people))])
    words = " ".join(str(value).split()) if isinstance(value, str | int | float) else None
    is_wrong = field == "url" and not (words or "").startswith(("http://", "https://"))
    return None if is_wrong else words


def _name(author: object) -> object:
    return author.get("name") if isinstance(author, dict) else author
