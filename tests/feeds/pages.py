"""Pages and feeds of a site on loopback, and Byline's own process, which may fetch from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fetching.site import page

if TYPE_CHECKING:
    from tests.fetching.site import Site

# Its first argument is the port.
STARTED = """
import sys
from bot import bootstrap
from retrieval.fetching.fetcher import Fetcher
from retrieval.fetching.politeness import Pace
host, port = "news.test", int(sys.argv.pop(1))
bootstrap.open_fetcher = lambda settings: Fetcher(
    allow=[f"{host}:{port}"], networks=["127.0.0.1/32"], resolve=lambda name, at: ["127.0.0.1"], pace=Pace(delay=0)
)
from bot.__main__ import main
main(prog_name="byline")
"""


def story(name: str) -> bytes:
    """A page of the site."""
    said = f"The {name} of Strand was opened on Friday after nine weeks, said harbour master Rona Blair."
    more = "“We are glad,” she said. “It was a long winter for all of us on the island.”"
    head = f'<title>The {name} opens</title><meta property="article:published_time" content="2026-03-20T10:00:00Z">'
    body = f"<article><h1>The {name} opens</h1><p>{said}</p><p>{more}</p></article>"
    return page(f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>", "text/html")


def feed(site: Site, *names: str, **headers: str) -> bytes:
    items = "".join(f"<item><title>The {name}</title><link>{site.url(f'/{name}')}</link></item>" for name in names)
    data = f'<rss version="2.0"><channel><title>Strand News</title>{items}</channel></rss>'
    return page(data, "application/rss+xml", **headers)
