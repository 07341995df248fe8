"""Questions that the articles did not answer: counted, taken out, bounded, and printed without a word on who asked."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from retrieval.library import fingerprint
from retrieval.serving.parts import Options, Parts
from retrieval.store.articles import FINGERPRINT, Articles, open_engine
from retrieval.store.unanswered import Unanswered, clear, listing, note
from retrieval.types import Answer, Article, Extract, Filters, Hit, Question, Refusal, Statement, Trace
from tests.fakes import WordEncoder, WordSpans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import sqlalchemy as sa

    from retrieval.watching import Watch

MONDAY, TUESDAY = dt.date(2031, 5, 5), dt.date(2031, 5, 6)
BRIDGE = Article("a1", "Bridge opens", "The bridge opened on Monday.")
COST, COLOUR = "How much did the bridge cost?", "Which colour is it?"


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    stored = Articles(open_engine(tmp_path))
    stored.stage("public", [BRIDGE])
    stored.publish(stored.pending(1))
    yield stored
    stored.close()


def ask(articles: Articles, text: str, *libraries: str, answered: bool = False, asked: dt.date = MONDAY) -> None:
    question = Question(text=text, libraries=libraries or ("public",), asked=asked)
    statements = (Statement("It did.", (1,)),) if answered else ()
    note(
        articles.engine,
        question,
        Extract(text, text, statements, trace=Trace(hits=(Hit("public", BRIDGE, 0, 10, 0.1),))),
    )


def questions(articles: Articles, *libraries: str, most_asked: bool = False) -> list[str]:
    return [row.question for row in listing(articles.engine, libraries or ("public",), most_asked=most_asked)]


def test_a_refused_question_is_listed_with_its_day_and_the_article_that_came_nearest(articles: Articles) -> None:
    ask(articles, COST)
    assert listing(articles.engine, ["public"]) == [Unanswered("public", COST, MONDAY, 1, "Bridge opens")]


def test_asked_again_in_other_writing_it_is_counted_and_shown_as_asked_last(articles: Articles) -> None:
    ask(articles, COST)
    ask(articles, COLOUR)
    ask(articles, "how much did  the bridge COST", asked=TUESDAY)
    assert listing(articles.engine, ["public"]) == [
        Unanswered("public", "how much did  the bridge COST", TUESDAY, 2, "Bridge opens"),
        Unanswered("public", COLOUR, MONDAY, 1, "Bridge opens"),
    ]


def test_the_newest_come_first_or_those_that_were_asked_most_often(articles: Articles) -> None:
    for text in ("One?", "Two?", "Two?", "Three?"):
        ask(articles, text)
    assert questions(articles) == ["Three?", "Two?", "One?"]
    assert questions(articles, most_asked=True) == ["Two?", "Three?", "One?"]


def test_a_question_that_is_answered_at_last_is_taken_out_and_no_other(articles: Articles) -> None:
    for library in ("public", "mine"):
        ask(articles, COST, library)
    ask(articles, COLOUR)
    ask(articles, COST, answered=True)
    assert questions(articles) == [COLOUR]
    assert questions(articles, "mine") == [COST]


def test_a_follow_up_is_kept_as_it_was_understood(articles: Articles) -> None:
    question = Question(text="And when?", libraries=("public",), asked=MONDAY)
    note(articles.engine, question, Refusal("And when?", "When did the bridge close?"))
    assert listing(articles.engine, ["public"]) == [Unanswered("public", "When did the bridge close?", MONDAY, 1, None)]


def test_a_refusal_of_some_articles_says_nothing_of_the_others(articles: Articles) -> None:
    question = Question(text=COST, libraries=("public",), filters=Filters(source="Harbour News"))
    note(articles.engine, question, Refusal(COST, COST))
    assert questions(articles) == []


def test_a_question_belongs_to_the_first_library_it_was_asked_of_and_is_seen_in_no_other(articles: Articles) -> None:
    ask(articles, COST, "server-1", "public")
    assert questions(articles) == questions(articles, "server-2") == []
    assert questions(articles, "server-2", "server-1") == [COST]


def test_of_each_library_the_newest_are_kept(articles: Articles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.store.unanswered.MOST", 3)
    ask(articles, COST, "mine")
    for number in (0, 1, 2, 3, 0, 4):
        ask(articles, f"Question {number}?")
    assert questions(articles) == ["Question 4?", "Question 0?", "Question 3?"]
    assert questions(articles, "mine") == [COST]


def test_an_article_that_is_removed_leaves_no_trace_in_the_list(articles: Articles, tmp_path: Path) -> None:
    ask(articles, COST)
    articles.withdraw("public", ["a1"])
    assert [row.nearest for row in listing(articles.engine, ["public"])] == [None]
    articles.purge([row.key for row in articles.gone()])
    assert [row.nearest for row in listing(articles.engine, ["public"])] == [None]
    assert not any(b"Bridge opens" in file.read_bytes() for file in tmp_path.iterdir())


def test_with_a_library_go_its_questions_also_from_the_disk(articles: Articles, tmp_path: Path) -> None:
    ask(articles, "Where is the zyzzyva?", "server-1", "public")
    ask(articles, COST)
    articles.withdraw_library("server-1")
    assert questions(articles, "server-1", "public") == [COST]
    assert not any(b"zyzzyva" in file.read_bytes() for file in tmp_path.iterdir())


def test_clearing_deletes_those_of_the_libraries_also_from_the_disk(articles: Articles, tmp_path: Path) -> None:
    ask(articles, "Where is the zyzzyva?")
    ask(articles, COST, "mine")
    assert clear(articles.engine, ["public"]) == 1
    assert clear(articles.engine, ["public"]) == 0
    assert questions(articles, "public", "mine") == [COST]
    assert not any(b"zyzzyva" in file.read_bytes() for file in tmp_path.iterdir())


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """One for many examples, each of which leaves it empty."""
    engine = open_engine(tmp_path_factory.mktemp("database"))
    yield engine
    engine.dispose()


@given(text=st.text())
def test_any_question_is_counted_and_taken_out_again(database: sa.Engine, text: str) -> None:
    question = Question(text="?", libraries=("public",), asked=MONDAY)
    for _ in range(2):
        note(database, question, Refusal("?", text))
    [row] = listing(database, ["public"])
    assert (row.times, len(row.question)) == (2, min(len(text), 2_000))
    note(database, question, Extract("?", text, (Statement("Yes."),)))
    assert listing(database, ["public"]) == []


class Refusing:
    """In the place of a pipeline: refuses, but for small talk."""

    def answer(self, question: Question, watch: Watch | None = None) -> Answer:  # noqa: ARG002  (the pipeline's)
        statements = (Statement("Hello!"),) if question.text == "Hi" else ()
        return Extract(question.text, question.text, statements)


@pytest.fixture
def owner(articles: Articles, tmp_path: Path) -> Iterator[Callable[..., Parts]]:
    """The parts of an owner that refuses all but small talk."""

    def made(**options: bool) -> Parts:
        quick = Options(encoder=WordEncoder(), span_model=WordSpans(), **options)  # type: ignore[arg-type]  # of one type here
        articles.set_fact(FINGERPRINT, fingerprint(WordEncoder()))  # as if they were indexed
        parts = Parts(tmp_path, articles, quick)
        parts.__dict__["pipeline"] = Refusing()
        opened.append(parts)
        return parts

    opened: list[Parts] = []
    yield made
    for parts in opened:
        parts.close()


def test_an_owner_keeps_what_it_refuses_and_no_small_talk(articles: Articles, owner: Callable[..., Parts]) -> None:
    parts = owner()
    for text in ("Hi", COST):
        parts.answer(Question(text=text, libraries=("public",)))
    assert questions(articles) == [COST]


def test_nothing_is_kept_where_that_is_switched_off(articles: Articles, owner: Callable[..., Parts]) -> None:
    owner(keep_unanswered=False).answer(Question(text=COST, libraries=("public",)))
    assert questions(articles) == []


def test_a_question_that_cannot_be_kept_is_answered_all_the_same(
    articles: Articles, owner: Callable[..., Parts], caplog: pytest.LogCaptureFixture
) -> None:
    with articles.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE unanswered")
    assert not owner().answer(Question(text=COST, libraries=("public",))).answered
    assert "could not be kept" in caplog.text
    assert COST not in caplog.text


def printed(directory: Path, *options: str) -> str:
    ended = CliRunner().invoke(main, ["--data-dir", str(directory), "unanswered", *options], catch_exceptions=False)
    assert ended.exit_code == 0
    return ended.output


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_empty_list_is_said_to_be(tmp_path: Path, options: tuple[str, ...]) -> None:
    assert printed(tmp_path, *options) == "No unanswered questions.\n"


def test_the_list_is_printed_in_short_lines_without_control_characters(articles: Articles, tmp_path: Path) -> None:
    ask(articles, "Where is\nthe \x1b[31mferry?")
    for _ in range(2):
        ask(articles, COST, "mine")
    assert printed(tmp_path) == f"{MONDAY}  1 × Where is the [31mferry?\n            Nearest: Bridge opens\n"
    both = printed(tmp_path, "--library", "public", "--library", "mine", "--most-asked")
    assert both.startswith(f"{MONDAY}  2 × {COST}\n")


def test_as_json_it_is_an_object_a_line_that_tells_not_who(articles: Articles, tmp_path: Path) -> None:
    ask(articles, COST)
    assert json.loads(printed(tmp_path, "--json")) == {
        "library": "public",
        "question": COST,
        "asked": "2031-05-05",
        "times": 1,
        "nearest": "Bridge opens",
    }


def test_the_list_is_cleared_library_by_library(articles: Articles, tmp_path: Path) -> None:
    ask(articles, COST)
    ask(articles, COLOUR, "mine")
    assert printed(tmp_path, "--clear") == "1 question deleted.\n"
    assert printed(tmp_path) == "No unanswered questions.\n"
    assert COLOUR in printed(tmp_path, "--library", "mine")
