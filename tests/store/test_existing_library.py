"""A library that an earlier Byline made (November 2026, before its modules were moved into wings) is used on.

tests/data/library_2026_11.tar.gz is a whole data directory. In the library "fyn" three invented articles stand; one of
them replaced an earlier text, and a fourth was removed. Beside them: a question that was not answered, and on Discord a
question with an answer that somebody found useful.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from bot.bootstrap import open_session
from bot.discord_bot.store import ServerSettings, open_store
from bot.settings import load_settings
from retrieval.errors import UnknownArticle
from retrieval.quotes.indexing import count_unquoted
from retrieval.store import unanswered
from retrieval.store.articles import FINGERPRINT, Articles, open_engine
from retrieval.store.quotes import Quotations, QuoteQuery
from retrieval.types import Question
from tests import ROOT
from tests.processes import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEES, FERRY, THEATRE = "bees", "/srv/news/ferry.txt", "/srv/news/theatre.txt"
LIBRARY = ("fyn",)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """The data directory, used once by today's Byline, and what it answered."""
    directory = tmp_path_factory.mktemp("existing")
    unpack(directory)
    questions = ("What did Karen Vestergaard say?", "When will the roof be mended?", "Who won the match in Odense?")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--batch", "-", "--library", "fyn"],
        input="".join(json.dumps({"question": question}) + "\n" for question in questions),
        env=environment(directory),
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return directory, [json.loads(line) for line in done.stdout.splitlines()]


def unpack(directory: Path) -> None:
    with tarfile.open(ROOT / "tests" / "data" / "library_2026_11.tar.gz") as archive:
        archive.extractall(directory, filter="data")


@pytest.fixture
def articles(answers: tuple[Path, list[dict[str, Any]]]) -> Iterator[Articles]:
    opened = Articles(open_engine(answers[0]))
    yield opened
    opened.close()


def test_questions_are_answered_from_its_indexes(answers: tuple[Path, list[dict[str, Any]]]) -> None:
    said, roof, match = answers[1]
    assert "the town would pay for a second icebreaker" in said["answer"]
    assert "“We cannot be cut off every winter,” Vestergaard said." in said["answer"]
    assert "by autumn" in roof["answer"]
    assert {citation["article_id"] for citation in roof["citations"]} == {THEATRE}
    assert not match["answered"]
    assert {hit["article_id"] for hit in match["nearest"]} <= {BEES, FERRY, THEATRE}


def test_its_vectors_keep_their_precision_until_they_are_made_anew_while_nobody_has_them_open(
    tmp_path: Path, models_cache: Path
) -> None:
    unpack(tmp_path)
    settings = load_settings(data_dir=tmp_path, cache_dir=models_cache)

    def rebuild() -> str | None:
        with open_session(settings, "test") as session:
            session.rebuild()
            return session.articles.fact(FINGERPRINT)

    with open_session(settings, "test") as session:
        parts = session.own()
        assert parts
        before = parts.library.fingerprint
        assert " fp32;" in before
        assert rebuild() == before
        assert parts.library.follow()
    assert rebuild() == before.replace("fp32", "int8")
    with open_session(settings, "test") as session:
        parts = session.own()
        assert parts
        question = Question(text="When will the roof be mended?", libraries=LIBRARY)
        assert parts.search.search(question, 1)[0].article.id == THEATRE


def test_its_articles_stand_as_they_did(articles: Articles) -> None:
    listing = articles.listing(LIBRARY)
    assert {row.id: row.state for row in listing} == {BEES: "ready", FERRY: "ready", THEATRE: "ready"}
    assert articles.get("fyn", THEATRE).title == "Old theatre to be kept"
    assert articles.get("fyn", BEES).published == "2025-05-12"
    with pytest.raises(UnknownArticle):
        articles.get("fyn", "rumour")
    assert articles.count("gone", LIBRARY) == 0
    assert articles.count("ready", ["public"]) == 1


def test_its_quotations_are_there_as_today_s_rules_find_them(articles: Articles) -> None:
    quotations = Quotations(articles.engine)
    assert count_unquoted(articles.engine) == 0
    (juhl,) = quotations.said(QuoteQuery(libraries=LIBRARY, speaker="Hanne Juhl"))
    assert juhl.text == "“The lime trees flowered in the rain,”"
    (denied,) = quotations.said(QuoteQuery(libraries=LIBRARY, speaker="Juhl", denied=True))
    assert "hives had been lost" in denied.text
    assert [quote.article.id for quote in quotations.said(QuoteQuery(libraries=LIBRARY, speaker="Mette Sand"))] == [
        THEATRE
    ]


def test_its_unanswered_question_and_what_discord_remembered_are_there(articles: Articles) -> None:
    questions = {row.question: row.nearest for row in unanswered.listing(articles.engine, LIBRARY)}
    assert questions["Who won the football match in Odense?"] == "Ferry to Marstad late again"
    store = open_store(articles.engine)
    assert store.settings(21) == ServerSettings(brief=True)
    (feedback,) = store.feedback(articles)
    assert (feedback.useful, feedback.not_useful) == (1, 0)
    assert feedback.answer == "Beekeepers on Funen expect half as much honey as last year. [1]"
