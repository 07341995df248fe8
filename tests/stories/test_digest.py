from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.stories import digest_json, digest_lines
from bot.story_commands import past_day
from retrieval.store.articles import Articles, open_engine
from retrieval.stories.digest import STORIES, Digest, Wanted, digest
from retrieval.types import Article
from tests.parts import publish
from tests.stories.agency import CUT, ELSEWHERE, OTHER_WORDS, WIRE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIBRARIES = ("public",)
NOW = dt.datetime.now(dt.UTC)
BEFORE, AFTER = NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=1)


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    opened = Articles(open_engine(tmp_path))
    publish(opened, ELSEWHERE, WIRE, CUT, OTHER_WORDS)
    yield opened
    opened.close()


def collected(articles: Articles, wanted: Wanted | None = None, since: dt.datetime = BEFORE) -> Digest:
    return digest(articles.engine, LIBRARIES, since, wanted)


def test_what_came_in_is_told_by_story_the_one_of_most_reports_first(articles: Articles) -> None:
    found = collected(articles)
    assert (found.articles, found.total) == (4, 2)
    crane, ferry = found.stories
    assert (crane.texts, len(crane.articles)) == (2, 3)
    assert crane.sources == ("The Strand Mirror", "Ellby Post", "Coast Wire")
    assert crane.said.text == "A crane that came down in a storm has shut the port of Strand."
    assert ferry.sources == ("Ellby Post",)


def test_what_was_there_before_is_not_new(articles: Articles) -> None:
    assert collected(articles, since=AFTER).stories == ()
    assert digest(articles.engine, LIBRARIES, BEFORE, until=BEFORE).stories == ()
    assert digest_lines(collected(articles, since=AFTER))[0].startswith("Nothing new since ")


def test_another_library_is_not_told(articles: Articles) -> None:
    assert digest(articles.engine, ("server-1",), BEFORE).stories == ()


def test_words_and_a_speaker_choose_what_is_told(articles: Articles) -> None:
    assert [story.title for story in collected(articles, Wanted(about="ferries late")).stories] == [ELSEWHERE.title]
    (crane,) = collected(articles, Wanted(speaker="Ida Krog")).stories
    assert "Krog" in crane.said.text
    assert collected(articles, Wanted(about="volcano")).stories == ()
    assert collected(articles, Wanted(speaker="Nobody")).stories == ()


def test_quoted_words_choose_what_is_told_by_the_sentence_that_quotes_them(articles: Articles) -> None:
    (crane,) = collected(articles, Wanted(quoting="new brakes")).stories
    assert crane.said.text.startswith("“We had asked for a new brake in March,”")
    assert collected(articles, Wanted(quoting="hurt")).stories == ()  # the article says so itself
    assert collected(articles, Wanted(quoting="brake", speaker="Nobody")).stories == ()


def test_each_sentence_is_an_exact_slice(articles: Articles) -> None:
    told = json.loads(json.dumps(digest_json(collected(articles))))
    for story in told["stories"]:
        stored = articles.get("public", story["article_id"])
        assert story["quote"] == stored.text[story["start"] : story["end"]]


def test_ten_stories_are_shown_and_the_others_counted(articles: Articles) -> None:
    things = [
        "ferry",
        "bridge",
        "mill",
        "zoo",
        "theatre",
        "library",
        "bakery",
        "forest",
        "school",
        "choir",
        "tower",
        "museum",
    ]
    publish(articles, *(Article(one, f"The {one}", f"A {one} opens {n} doors.") for n, one in enumerate(things)))
    found = collected(articles)
    assert len(found.stories) == STORIES
    assert digest_lines(found)[-1].startswith(f"… and {found.total - STORIES:,} more")


def test_a_headline_that_opens_the_text_is_not_what_it_says(tmp_path: Path) -> None:
    articles = Articles(open_engine(tmp_path))
    publish(
        articles, Article("a", "Mill burns", "Mill burns\nThe mill of Orva burned down on Monday.\nNobody was hurt.")
    )
    assert collected(articles).stories[0].said.text == "The mill of Orva burned down on Monday."
    articles.close()


def test_a_command_prints_it(articles: Articles, tmp_path: Path) -> None:
    articles.set_fact("seeded", "yes")
    articles.close()
    shown = CliRunner().invoke(main, ["--data-dir", str(tmp_path), "digest", "--about", "crane"])
    assert shown.exit_code == 0
    assert "1. Strand port shut by crane collapse" in shown.output
    none = CliRunner().invoke(main, ["--data-dir", str(tmp_path), "digest", "--about", "volcano"])
    assert none.exit_code == 3


@pytest.mark.parametrize("said", ["today", "yesterday", "Monday", "2024-05-07"])
def test_a_day_is_the_last_that_is_meant(said: str) -> None:
    option = click.Option(["--since"])
    day = past_day(click.Context(main), option, said)
    assert day <= dt.date.today()  # noqa: DTZ011  (the user's own day)
    assert said != "Monday" or day.weekday() == 0


@pytest.mark.parametrize("said", ["tomorrow", "soon", "2999-01-01"])
def test_what_is_no_past_day_is_refused(said: str) -> None:
    with pytest.raises(click.BadParameter):
        past_day(click.Context(main), click.Option(["--since"]), said)
