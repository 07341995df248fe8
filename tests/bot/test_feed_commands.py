"""`byline feed` and `byline watch`, against a site on loopback."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot import bootstrap
from bot.cli import main
from retrieval.store.articles import Articles, open_engine
from retrieval.store.feeds import Feeds, WordFilter
from tests import ROOT
from tests.feeds.pages import STARTED, feed, story
from tests.fetching.site import Site, page, redirect, serving
from tests.processes import environment

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

FORBID = ROOT / "tests" / "forbid_network"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        site.pages["/"] = page('<link rel="alternate" type="application/rss+xml" href="/rss"><p>Front page</p>')
        site.pages["/rss"] = feed(site, "pier", "mill")
        site.pages |= {f"/{name}": story(name) for name in ("pier", "mill", "lock")}
        yield site


@pytest.fixture
def byline(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setattr(bootstrap, "open_fetcher", lambda _: site.fetcher())

    def run(*arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(main, ["--data-dir", str(tmp_path), *arguments])
        assert result.exit_code == status, result.output
        return result.stdout

    return run


def test_a_page_leads_to_its_feed_whose_articles_come_in_and_stay(site: Site, byline: Callable[..., str]) -> None:
    shown = byline("feed", "add", site.url("/"), "--preview")
    assert "Strand News: 2 entries" in shown
    assert "no date     The pier" in shown
    assert byline("feed", "list") == "No feeds yet; `byline feed add ADDRESS` adds one.\n"
    row = json.loads(byline("feed", "add", site.url("/"), "--preview", "--json"))
    assert (row["title"], row["added"], len(row["entries"])) == ("Strand News", False, 2)
    assert json.loads(byline("feed", "add", site.url("/"), "--json"))["added"] is True
    assert "1 feed read: 2 new, 0 unchanged." in byline("feed", "refresh")
    assert "No feed is due yet" in byline("feed", "refresh")
    rows = [json.loads(line) for line in byline("feed", "refresh", "--all", "--json").splitlines()]
    assert [(row["new"], row["failure"]) for row in rows] == [(0, None)]
    assert "The pier opens" in byline("articles")
    listed = byline("feed", "list")
    assert all(told in listed for told in ("last read a moment ago", "next in", "2 new today", "days old"))
    assert byline("feed", "log").count("new        The ") == 2
    byline("feed", "remove", site.url("/rss"))
    assert "The pier opens" in byline("articles")
    assert "There is no feed" in CliRunner().invoke(main, ["feed", "remove", site.url("/rss")]).output


def test_an_address_without_a_feed_is_refused_with_the_remedy(
    site: Site, tmp_path: Path, byline: Callable[..., str]
) -> None:
    del byline, site.pages["/rss"]
    site.pages["/"] = page("<p>No feed here</p>")
    result = CliRunner().invoke(main, ["--data-dir", str(tmp_path), "feed", "add", site.url("/")])
    assert result.exit_code == 1
    assert "no feed is found at that page; give the feed's own address" in result.stderr


def test_a_feed_that_fails_is_told_with_its_reason_and_stops_no_other(site: Site, byline: Callable[..., str]) -> None:
    site.pages["/other"] = feed(site, "lock")
    byline("feed", "add", site.url("/rss"), site.url("/other"))
    site.pages["/rss"] = page(status="500 Broken")
    assert "1 feed read: 1 new, 0 unchanged; 1 failed." in byline("feed", "refresh")
    assert "fails: the server has a failure of its own (500)" in byline("feed", "list")


def test_a_feed_that_moved_for_good_is_found_by_its_old_address(site: Site, byline: Callable[..., str]) -> None:
    old, new = site.url("/rss"), site.url("/news.xml")
    byline("feed", "add", old)
    site.pages |= {"/news.xml": site.pages["/rss"], "/rss": redirect("/news.xml", "301 Moved Permanently")}
    byline("feed", "refresh", old)
    assert json.loads(byline("feed", "list", "--json"))["address"] == new
    assert "1 feed read" in byline("feed", "refresh", old)
    byline("feed", "add", old)
    assert byline("feed", "list").count("news.xml") == 1
    assert byline("feed", "remove", old) == f"Removed {new}; its articles stay.\n"


def test_feeds_are_exported_and_imported_with_their_words(
    site: Site, byline: Callable[..., str], tmp_path: Path
) -> None:
    byline("feed", "add", site.url("/rss"), "--must", "pier, lock", "--must-not", "golf")
    byline("feed", "export", str(tmp_path / "feeds.opml"))
    assert json.loads(byline("feed", "import", str(tmp_path / "feeds.opml"), "--json")) == {"added": 0, "there": 1}
    assert "0 feeds added, 1 there already" in byline("feed", "import", str(tmp_path / "feeds.opml"))
    assert "1 feed added" in byline("feed", "import", str(tmp_path / "feeds.opml"), "--library", "other")
    assert "must hold one of: pier, lock · must not hold: golf" in byline("feed", "list", "--library", "other")
    assert "1 new, 0 unchanged, 1 filtered" in byline("feed", "refresh")


def started(site: Site, data_dir: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", STARTED, str(site.port), *arguments],
        env=environment(data_dir),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def following(site: Site, data_dir: Path) -> Articles:
    """The articles of a library that follows the site, whose feed is due."""
    articles = Articles(open_engine(data_dir))
    long_ago = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    Feeds(articles.engine).add("public", site.url("/rss"), title="", site=None, words=WordFilter(), now=long_ago)
    return articles


def line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(process.stderr.read() if process.stderr else "")


def test_watching_tells_programs_a_line_for_each_feed(site: Site, tmp_path: Path) -> None:
    following(site, tmp_path).close()
    watching = started(site, tmp_path, "watch", "--json")
    try:
        assert json.loads(line_with(watching, "{"))["new"] == 2
    finally:
        watching.send_signal(signal.SIGTERM)
        out, errors = watching.communicate(timeout=30)
    assert (watching.returncode, out) == (0, ""), errors


def test_what_is_published_while_it_watches_comes_in_and_it_ends_when_told(site: Site, tmp_path: Path) -> None:
    articles = following(site, tmp_path)
    watching = started(site, tmp_path, "watch")
    try:
        assert "1 feed read: 2 new" in line_with(watching, "read:")
    finally:
        watching.send_signal(signal.SIGTERM)
        out, errors = watching.communicate(timeout=30)
    assert watching.returncode == 0, errors
    assert out.endswith("Stopped.\n")
    assert articles.count_everywhere("ready") + articles.count_everywhere("pending") == 3  # with that of seeds/


def test_a_refresh_that_is_killed_loses_and_doubles_nothing(site: Site, tmp_path: Path) -> None:
    asked = threading.Event()

    def hang(connection: socket.socket) -> None:
        asked.set()
        connection.recv(1)  # until the process is gone

    site.pages["/rss"] = feed(site, "pier", "mill", "lock", ETag='"1"')
    site.pages["/mill"] = hang
    articles = following(site, tmp_path)
    process = started(site, tmp_path, "feed", "refresh", "--all")
    assert asked.wait(60)
    process.kill()
    process.communicate()
    assert articles.count("pending", ["public"]) == 2, "that of seeds/, and the one before the kill"
    site.pages["/mill"] = story("mill")
    again = started(site, tmp_path, "feed", "refresh", "--all", "--json")
    out, errors = again.communicate(timeout=120)
    assert again.returncode == 0, errors
    row = json.loads(out)
    assert (row["new"], row["unchanged"]) == (2, 1)
    titles = [listing.title for listing in articles.listing(["public"])]
    assert sorted(title for title in titles if title.endswith("opens")) == [
        "The lock opens",
        "The mill opens",
        "The pier opens",
    ]


def test_without_a_feed_nothing_opens_a_connection(tmp_path: Path) -> None:
    tried = tmp_path / "forbidden.log"
    watching = subprocess.Popen(
        [sys.executable, "-m", "bot", "watch"],
        env=environment(tmp_path)
        | {"PYTHONPATH": os.pathsep.join([str(FORBID), str(ROOT)]), "FORBIDDEN_LOG": str(tried)},
        stdout=subprocess.PIPE,
        text=True,
    )
    line_with(watching, "No feeds yet")
    watching.send_signal(signal.SIGTERM)
    watching.communicate(timeout=30)
    assert watching.returncode == 0
    assert not tried.exists(), tried.read_text()
