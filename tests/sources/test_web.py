"""From a web page's address to its article, over a real connection and through the process that parses."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot import bootstrap
from bot.cli import main
from retrieval.errors import SourceError
from retrieval.sources.files import read_sources
from retrieval.types import Article
from tests.fetching.site import Site, page, redirect, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXT = "The ferry to Strand ran again on Friday after nine weeks, said harbour master Rona Blair, who had it mended."
STORY = f"""<!doctype html><html lang="en"><head><title>Ferry runs again - The Harbour News</title>
<meta property="og:site_name" content="The Harbour News"><meta property="og:type" content="article">
<meta property="article:published_time" content="2026-03-20T10:00:00+01:00">
<meta name="author" content="Ida Lund"></head>
<body><nav><a href="/">Home</a></nav><main><article><h1>Ferry runs again</h1><p>By Ida Lund</p>
<p>{TEXT}</p><p>“We are glad,” she said. “It was a long winter for all of us on the island.”</p></article></main>
<footer>© 2026 The Harbour News</footer></body></html>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serving({"/story": page(STORY, "text/html; charset=utf-8")}) as site:
        yield site


def read(site: Site, path: str) -> Article | SourceError:
    fetcher = site.fetcher()
    [found] = read_sources([site.url(path)], max_bytes=1_000_000, fetch=fetcher.get)
    return found


def test_a_page_becomes_an_article_with_its_facts_and_where_it_came_from(site: Site) -> None:
    site.pages["/story?utm_source=feed"] = site.pages["/story"]
    article = read(site, "/story?utm_source=feed")
    assert isinstance(article, Article), article
    assert (article.title, article.byline, article.publisher) == ("Ferry runs again", "Ida Lund", "The Harbour News")
    assert article.published == "2026-03-20T10:00:00+01:00"
    assert article.text == f"{TEXT}\n\n“We are glad,” she said. “It was a long winter for all of us on the island.”"
    assert article.url == site.url("/story")
    assert article.source == site.url("/story?utm_source=feed")
    assert article.page_hash == hashlib.sha256(STORY.encode()).hexdigest()
    assert article.fetched is not None


def test_a_text_that_lies_at_an_address_is_read_as_a_file(site: Site) -> None:
    site.pages["/notes.txt"] = page("Ferry runs again\n\nBy Ida Lund\n\nIt ran on Friday.", "text/plain")
    article = read(site, "/notes.txt")
    assert isinstance(article, Article), article
    assert (article.title, article.byline) == ("Ferry runs again", "Ida Lund")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (page(status="404 Not Found"), "no such page"),
        (page(status="410 Gone"), "gone for good"),
        (page("<rss version='2.0'><channel></channel></rss>", "application/rss+xml"), "feed"),
        (page("", "text/html"), "empty"),
        (page("<p>Hi.", "text/html"), "no article"),
        (redirect("http://127.0.0.2/"), "public internet"),
    ],
)
def test_an_address_without_an_article_is_one_error_that_names_it(site: Site, answer: bytes, words: str) -> None:
    site.pages["/x"] = answer
    error = read(site, "/x")
    assert isinstance(error, SourceError)
    assert str(error).startswith(f"{site.url('/x')}: ")
    assert words in str(error)


def test_byline_add_takes_an_address(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "open_fetcher", lambda _settings: site.fetcher())
    monkeypatch.setenv("BYLINE_DATA_DIR", str(tmp_path))
    added = CliRunner().invoke(main, ["add", site.url("/story")])
    assert "1 new, 0 changed" in added.output
    again = CliRunner().invoke(main, ["add", site.url("/story")])
    assert "0 new, 0 changed, 1 unchanged" in again.output
    asked = CliRunner().invoke(main, ["ask", "When did the ferry to Strand run again?"])
    assert "Friday" in asked.output


def test_byline_add_tells_programs_what_came_of_it(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "open_fetcher", lambda _settings: site.fetcher())
    monkeypatch.setenv("BYLINE_DATA_DIR", str(tmp_path))
    added = CliRunner().invoke(main, ["add", "--json", site.url("/story"), site.url("/missing")])
    told = json.loads(added.stdout.splitlines()[0])
    assert told["new"] == 1
    [refused] = told["refused"]
    assert refused.startswith(site.url("/missing"))


def test_the_product_does_not_fetch_from_this_machine(site: Site, tmp_path: Path) -> None:
    environment = {"BYLINE_DATA_DIR": str(tmp_path), "BYLINE_FETCH_ALLOW": f"127.0.0.1:{site.port},127.0.0.1"}
    added = CliRunner().invoke(main, ["add", f"http://127.0.0.1:{site.port}/story"], env=environment)
    assert added.exit_code == 1
    assert "not on the public internet" in added.output
    assert not site.requests
