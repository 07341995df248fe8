from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.render import to_json
from retrieval.citations import Excerpt, state
from retrieval.types import Answer, Article, Extract, Filters, Hit, Question, Refusal, Statement, Trace, Turn

words = st.text(st.characters(codec="utf-8"), max_size=60)
some_words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
days = st.dates().map(dt.date.isoformat)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    optional = st.none() | some_words
    return Article(
        draw(some_words),
        draw(some_words),
        draw(some_words),
        byline=draw(optional),
        publisher=draw(optional),
        published=draw(st.none() | days),
        url=draw(optional),
        source=draw(optional),
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    excerpts = []
    for article in draw(st.lists(articles(), max_size=3)):
        start = draw(st.integers(0, len(article.text) - 1))
        excerpts.append(Excerpt("public", article, start, draw(st.integers(start + 1, len(article.text)))))
    statements, citations = state(excerpts)
    hits = tuple(
        Hit(e.library, e.article, e.start, e.end, draw(st.floats(0, 1)), lexical=draw(st.none() | st.floats(0, 40)))
        for e in excerpts
    )
    return Extract(
        draw(words),
        draw(words),
        statements,
        citations,
        short=draw(st.none() | words),
        total=len(statements),
        confidence=draw(st.floats(0, 1)),
        trace=Trace(
            hits=hits, why=tuple(draw(st.lists(words, max_size=2))), timings_ms={"total": draw(st.floats(0, 1e6))}
        ),
    )


@given(answers())
def test_an_answer_comes_back_from_json_as_it_was(answer: Answer) -> None:
    adapter = TypeAdapter(Answer)
    assert adapter.validate_json(adapter.dump_json(answer)) == answer


@given(words, answers(), st.dates(), st.none() | st.dates(), st.none() | words)
def test_a_question_comes_back_from_json_as_it_was(
    text: str, answer: Answer, asked: dt.date, since: dt.date | None, source: str | None
) -> None:
    question = Question(
        text=text,
        libraries=("public", "mine"),
        asked=asked,
        history=(Turn(text, answer),),
        filters=Filters(since=since, source=source),
    )
    adapter = TypeAdapter(Question)
    assert adapter.validate_json(adapter.dump_json(question)) == question


@given(answers())
def test_every_quote_that_is_printed_is_a_slice_of_its_article(answer: Answer) -> None:
    printed = json.loads(json.dumps(to_json(answer)))
    for cited, citation in zip(printed["citations"], answer.citations, strict=True):
        assert cited["quote"] == getattr(citation.article, cited["field"])[cited["start"] : cited["end"]] != ""
    for statement in printed["statements"]:
        assert statement["text"] == "".join(printed["citations"][n - 1]["quote"] for n in statement["citations"])


@given(st.text())
def test_any_text_is_a_question_that_can_be_encoded(text: str) -> None:
    Question(text=text, libraries=()).text.encode()


def test_an_answer_reads_with_its_markers_and_a_refusal_says_so() -> None:
    answer = Extract("q", "q", (Statement("One.", (1, 2)), Statement("Hello!")))
    assert answer.text == "One. [1][2] Hello!"
    assert Refusal("q", "q").text == "The articles do not say."


def test_a_time_of_publication_has_a_day() -> None:
    assert Article("a", "t", "x", published="2023-03-20T10:00:00Z").published_on == dt.date(2023, 3, 20)
    assert Article("a", "t", "x").published_on is None


def test_a_day_at_an_end_of_the_calendar_is_none() -> None:
    article = Article("port", "A port", "The harbour is open.")
    assert [replace(article, published=day).published_on for day in ("0001-01-01T00:00:00Z", "9999-12-31")] == [
        None
    ] * 2
    assert replace(article, published="1851-09-18").published_on == dt.date(1851, 9, 18)
    asked = [Question(text="Who?", libraries=("public",), asked=day).asked for day in (dt.date.min, dt.date.max)]
    assert dt.date.min < asked[0] < asked[1] < dt.date.max
