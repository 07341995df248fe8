"""What reading a feed costs that one knows: processor seconds for 1,000 entries of which 990 are known.

    python -m benchmarks.feeds [--entries 1000] [--new 10]

The feed is RSS with a summary an entry; pages and feed are handed over without a network, a page with its text as it
is parsed. Printed are the seconds of the first reading, of the one with some new entries, and of one with none: of this
process, and with the start of the one that parses feeds and pages.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.feeds.refreshing import Refresher
from retrieval.fetching.fetcher import Fetched
from retrieval.sources.files import read_page
from retrieval.sources.parsing import worker
from retrieval.store.articles import Articles, open_engine
from retrieval.store.feeds import Feeds, WordFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

_ADDRESS = "https://herald.example/rss"
_SENTENCE = "The harbour master of Strand said on Friday that the pier would open again after nine weeks of work. "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000)
    parser.add_argument("--new", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        articles = Articles(open_engine(Path(folder)))
        feeds = Feeds(articles.engine)
        now = dt.datetime.now(dt.UTC)
        feeds.add("public", _ADDRESS, title="", site=None, words=WordFilter(), now=now)
        known = range(given.entries - given.new)
        while _measured(feeds, known, "first reading, by parts"):
            pass
        _measured(feeds, range(given.entries), f"{given.entries:,} entries, {given.new} new")
        _measured(feeds, range(given.entries), f"{given.entries:,} entries, none new")
        articles.close()


def _measured(feeds: Feeds, numbers: Sequence[int], what: str) -> int:
    """Reads the feed with these entries and prints what that cost; returns how many entries are left."""
    body = _feed(numbers)

    def get(url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        del etag, last_modified
        data = body if url == _ADDRESS else _page(url)
        kind = "application/rss+xml" if url == _ADDRESS else "text/html"
        return Fetched(url, 200, kind, data, None, None, None, None, dt.datetime.now(dt.UTC))

    refresher = Refresher(feeds=feeds, get=get, page=lambda url: read_page(get(url)))
    (feed,) = feeds.of()
    worker().close()
    own, before, wall = time.process_time(), _of_all(), time.perf_counter()
    refreshed = refresher.refresh(feed)
    own, wall = time.process_time() - own, time.perf_counter() - wall
    worker().close()  # so that its time is told
    counts = ", ".join(f"{count} {name}" for name, count in refreshed.counts.items())
    print(f"{own:6.2f} s processor, {_of_all() - before:.2f} s with parsing  {wall:6.2f} s  {what}: {counts}")
    return refreshed.left


def _of_all() -> float:
    """Returns seconds of the processor of this process and those that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _feed(numbers: Sequence[int]) -> bytes:
    items = "".join(
        f"<item><title>Report {number}</title><link>https://herald.example/{number}</link><guid>{number}</guid>"
        "<pubDate>Fri, 20 Mar 2026 10:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{_SENTENCE}&lt;/p&gt;</description></item>"
        for number in reversed(numbers)
    )
    items += f"<!-- {time.time_ns()} -->"  # so that it is never as it was
    return f'<rss version="2.0"><channel><title>Herald</title>{items}</channel></rss>'.encode()


def _page(url: str) -> bytes:
    paragraphs = f"<p>{_SENTENCE * 4}</p>" * 12
    name = url.rpartition("/")[2]
    return f"<!doctype html><html lang=en><title>Report {name}</title><article>{paragraphs}</article></html>".encode()


if __name__ == "__main__":
    main()
