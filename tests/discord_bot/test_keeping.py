"""An answer is kept without a word of its articles, and comes back as it was while they stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.discord_bot.keeping import from_json, restore, to_json
from retrieval.citations import Excerpt, state
from retrieval.store.articles import Articles, open_engine
from retrieval.types import Answer, Article, Citation, Extract, Hit, Prose, Refusal, Statement, Trace
from tests.fakes import as_prose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FERRY = Article(
    "ferry", "The ferry runs", "The ferry ran again. It left at noon 🚢.", "Ana Rossi", published="2023-03-20"
)
TAX = Article("tax", "The tax", "The tax was cut. Nobody “complained”.")


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    table = Articles(open_engine(tmp_path))
    table.stage("public", [FERRY])
    table.stage("server-1", [TAX])
    table.publish(table.pending(100))
    yield table
    table.close()


def again(answer: Answer, articles: Articles) -> Answer:
    return restore(from_json(to_json(answer)), answer.question, articles)


EXCERPTS = [
    Excerpt("public", FERRY, 21, 39),
    Excerpt("public", FERRY, 0, 10, "published"),
    Excerpt("server-1", TAX, 17, 37),
]
STATEMENTS, CITATIONS = state(EXCERPTS)
ANSWER = Extract(
    "And when?", "When did the ferry leave?", STATEMENTS, CITATIONS, short="noon 🚢", total=7, confidence=0.75
)


def test_an_answer_comes_back_as_it_was(articles: Articles) -> None:
    assert again(ANSWER, articles) == ANSWER
    assert from_json(to_json(ANSWER)).libraries == ("public", "server-1")


def test_none_of_the_words_of_an_article_are_kept() -> None:
    kept = to_json(replace(ANSWER, trace=Trace((Hit("public", FERRY, 0, 20, 0.5),))))
    for words in ("ferry ran", "noon", "complained", "Nobody", "runs", "2023", "Rossi"):
        assert words not in kept


def test_a_sentence_with_its_day_comes_back_without_being_kept(articles: Articles) -> None:
    dated = tuple(replace(said, text=f"7 May 2024: {said.text}") for said in STATEMENTS)
    told = replace(ANSWER, statements=(replace(dated[0], citations=(1, 2)), *dated[1:]), short=None)
    assert "Nobody" not in to_json(told)
    assert CITATIONS[0].quote not in to_json(told)
    assert again(told, articles).statements == told.statements


def test_what_is_only_read_to_answer_is_not_kept(articles: Articles) -> None:
    heard = replace(ANSWER, trace=Trace((Hit("public", FERRY, 0, 20, 0.5),), ("because",), {"total": 1.0}))
    assert again(heard, articles) == ANSWER


def test_a_refusal_keeps_its_three_nearest_passages(articles: Articles) -> None:
    hits = [Hit("public", FERRY, n, 20, 0.5 - n / 100, dense=0.1, lexical_rank=3) for n in range(5)]
    refusal = Refusal("Who won?", "Who won?", confidence=0.1, trace=Trace(hits=tuple(hits)))
    back = again(refusal, articles)
    assert [(hit.library, hit.article, hit.text, hit.score) for hit in back.trace.hits] == [
        (hit.library, hit.article, hit.text, hit.score) for hit in hits[:3]
    ]
    assert not back.answered


def test_prose_is_kept_with_its_citations(articles: Articles) -> None:
    prose = (
        Statement("It left at noon, and on the 20th.", (1, 2)),
        Statement("Nobody minded.", (3,)),
        Statement("So."),
    )
    answer = as_prose(ANSWER, statements=prose, short="in the middle of the day")
    assert again(answer, articles) == answer


def test_small_talk_is_kept_as_it_is(articles: Articles) -> None:
    hello = Extract(
        "Hello", "Hello", (Statement("Hello."), Statement("Ask me about the news.")), total=2, confidence=1.0
    )
    assert again(hello, articles) == hello


def test_what_cites_an_article_that_is_gone_is_left_out(articles: Articles) -> None:
    articles.withdraw("public", ["ferry"])
    back = again(ANSWER, articles)
    assert back.citations == CITATIONS[2:]
    assert back.statements == STATEMENTS[2:]
    assert back.short is None
    articles.withdraw("server-1", ["tax"])
    back = again(ANSWER, articles)
    assert (back.statements, back.citations, back.total) == ((), (), 7)


def test_what_cites_an_article_that_says_something_else_now_is_left_out(articles: Articles) -> None:
    articles.stage("public", [replace(FERRY, byline="Tom de Vries")])
    assert again(ANSWER, articles) == ANSWER, "the new one is not indexed yet"
    articles.publish(articles.pending(10))
    assert again(ANSWER, articles).citations == CITATIONS[2:]


def test_a_statement_stands_while_one_of_its_citations_does(articles: Articles) -> None:
    answer = replace(ANSWER, statements=(Statement("It left, and nobody complained.", (1, 3)), Statement("Hm.")))
    articles.withdraw("public", ["ferry"])
    assert again(answer, articles).statements == (
        Statement("It left, and nobody complained.", (3,)),
        Statement("Hm."),
    )


def test_the_same_article_in_another_library_does_not_stand_in(articles: Articles) -> None:
    articles.stage("server-2", [FERRY])
    articles.publish(articles.pending(10))
    articles.withdraw("public", ["ferry"])
    assert {citation.library for citation in again(ANSWER, articles).citations} == {"server-1"}


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    spans = st.tuples(st.integers(0, len(FERRY.text)), st.integers(0, len(FERRY.text))).map(sorted)
    cited = [
        Citation(number, "public", FERRY, "text", start, end)
        for number, (start, end) in enumerate(draw(st.lists(spans, max_size=4)), start=1)
    ]
    texts = st.sampled_from([citation.quote for citation in cited] + ["Prose.", ""])
    numbers = st.lists(st.sampled_from([c.number for c in cited]), unique=True) if cited else st.just([])
    said = st.builds(Statement, texts, numbers.map(tuple))
    return Prose(
        draw(st.text(st.characters(codec="utf-8"))),
        draw(st.text(st.characters(codec="utf-8"))),
        tuple(draw(st.lists(said, min_size=1, max_size=4))),
        tuple(cited),
        short=draw(st.sampled_from([None, "ferry", "other"])),
        total=draw(st.integers(0, 99)),
        confidence=draw(st.floats(0, 1)),
    )


@given(answer=answers())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_any_answer_comes_back_as_it_was(articles: Articles, answer: Answer) -> None:
    assert again(answer, articles) == answer
