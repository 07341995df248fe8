"""JSON Feed. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from retrieval.errors import SourceError
from retrieval.sources.feed_entries import FeedEntry, ParsedFeed, iso_date, made_entry, web_address, words

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_json_feed(data: bytes, address: str) -> ParsedFeed:
    """Reads a JSON Feed (https://www.jsonfeed.org/version/1.1/).

    Raises:
        SourceError: it is none.
    """
    try:
        feed = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise SourceError("it is no JSON that can be read, and no feed; give the address of one") from None
    if not isinstance(feed, dict) or "jsonfeed.org/version" not in str(feed.get("version")):
        raise SourceError("it is JSON, but no JSON Feed; give the address of one")
    items = feed.get("items")
    entries = tuple(
        entry
        for item in (items if isinstance(items, list) else ())
        if isinstance(item, dict) and (entry := _json_entry(item, address))
    )
    return ParsedFeed(words(feed.get("title")), web_address(feed.get("home_page_url"), address), entries)


def _json_entry(item: Mapping[str, Any], address: str) -> FeedEntry | None:
    authors = item.get("authors") or [item.get("author")]
    names = [words(author.get("name")) for author in authors if isinstance(author, dict)]
    texts = (item.get(name) for name in ("content_html", "content_text", "summary"))
    moment = words(item.get("date_published")) or words(item.get("date_modified"))
    number = item.get("id")
    return made_entry(
        str(number) if isinstance(number, int | float) else number,
        web_address(item.get("url") or item.get("external_url"), address),
        title=item.get("title"),
        published=iso_date(moment),
        names=names,
        publisher="",
        markup=next((text for text in map(words, texts) if text), ""),
    )
