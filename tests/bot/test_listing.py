"""What `byline feedback` and `byline doctor` tell of the Discord bot."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from bot.bootstrap import open_articles
from bot.cli import main
from bot.discord_bot.places import Place
from bot.discord_bot.store import open_store
from bot.doctor import check_articles, check_discord, check_feeds
from bot.settings import Settings
from retrieval.errors import LibraryError
from retrieval.store.articles import Articles, open_engine
from retrieval.store.feeds import Feeds, WordFilter
from retrieval.types import Article, Extract, Statement
from tests import ROOT

ASKER, VOTER = 10**18 + 1, 10**18 + 2


def feedback(directory: Path, *options: str) -> str:
    ended = CliRunner().invoke(main, ["--data-dir", str(directory), "feedback", *options], catch_exceptions=False)
    assert ended.exit_code == 0
    return ended.output


@pytest.fixture
def voted(tmp_path: Path) -> Path:
    articles = Articles(open_engine(tmp_path))
    store = open_store(articles.engine)
    for question, useful in (("Where is\nthe \x1b[31mferry?", True), ("Who?", False)):
        known = store.begin(ASKER, Place("direct", 5), question, None)
        store.finish(known, Extract(question, question, (Statement("At sea."),), total=1), [7 + useful])
        store.vote(known, VOTER, useful)
    articles.close()
    return tmp_path


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_without_any_vote_that_is_said(tmp_path: Path, options: tuple[str, ...]) -> None:
    assert feedback(tmp_path, *options) == "No feedback yet.\n"


def test_feedback_is_printed_in_short_lines_without_control_characters(voted: Path) -> None:
    first, answer, second, _ = feedback(voted).splitlines()
    assert "useful 1, not 0  Where is the" in first
    assert answer.strip() == "At sea."
    assert "useful 0, not 1  Who?" in second
    assert "\x1b" not in first


def test_feedback_as_json_is_an_object_a_line_and_never_tells_who(voted: Path) -> None:
    printed = feedback(voted, "--json")
    first, second = map(json.loads, printed.splitlines())
    assert first.keys() == {"question", "answer", "useful", "not_useful", "asked_at", "libraries"}
    assert (first["question"], first["answer"], first["useful"]) == ("Where is\nthe \x1b[31mferry?", "At sea.", 1)
    assert (second["useful"], second["not_useful"]) == (0, 1)
    assert str(ASKER) not in printed
    assert str(VOTER) not in printed


def test_the_doctor_tells_whether_there_is_a_token_and_never_which() -> None:
    assert "not set" in check_discord(Settings(discord_token=None))
    told = check_discord(Settings(discord_token=SecretStr("a.secret.token")))
    assert "not set" not in told
    assert "secret.token" not in told


def test_the_doctor_names_a_few_libraries_and_counts_the_others(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert "ready in public, 1 waiting" in check_articles(settings)
    stored = open_articles(settings)
    for number in range(9):
        stored.stage(f"server-{number}", [Article("a", "A", "It rained.")])
    assert "public, server-0, server-1, server-2, server-3 and 5 more libraries" in check_articles(settings)
    stored.close()


def test_the_doctor_tells_how_the_feeds_do(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert "none is followed" in check_feeds(settings)
    stored = open_articles(settings)
    feeds = Feeds(stored.engine)
    now = dt.datetime.now(dt.UTC)
    words = WordFilter()
    feed = feeds.add("public", "https://herald.example/rss", title="Herald", site=None, words=words, now=now)
    assert "1 followed, the last read" in check_feeds(settings)
    feeds.update(feed, last_success=now - dt.timedelta(hours=30))
    with pytest.raises(LibraryError, match="none read for"):
        check_feeds(settings)
    feeds.update(feed, failures=3, failure="the server does not answer")
    with pytest.raises(LibraryError, match=r"1 of 1 fail.*herald\.example/rss: the server does not answer"):
        check_feeds(settings)
    stored.close()


@pytest.mark.parametrize("command", ["feedback", "articles"])
def test_an_output_that_takes_nothing_is_named_and_a_closed_one_is_no_error(voted: Path, command: str) -> None:
    Articles(open_engine(voted)).stage("public", [Article(f"a{n}", "Fog " * 30, "Fog.") for n in range(900)])

    def told(**streams: Any) -> tuple[int, str]:  # noqa: ANN401  (Popen's own)
        process = [sys.executable, "-m", "bot", "--data-dir", str(voted), command]
        with subprocess.Popen(process, cwd=ROOT, stderr=subprocess.PIPE, text=True, **streams) as running:
            if running.stdout:
                running.stdout.readline()
                running.stdout.close()
            assert running.stderr is not None
            return running.wait(60), running.stderr.read()

    with Path("/dev/full").open("w", encoding="utf-8") as full:
        assert told(stdout=full) == (
            1,
            "byline: The output cannot be written (No space left on device); send it elsewhere.\n",
        )
    assert told(stdout=subprocess.PIPE)[1] == ""
