"""Our own questions on speech and conversations: that their labels hold, and how they are counted."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from benchmarks.asking import LIBRARY, public_library
from benchmarks.outcomes import Case, judge, read_cases
from benchmarks.speech import HALVES, library, markdown, read_labels, shown_for, standing_alone, with_texts
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ROWS = read_labels()
SPEECH = [row for row in ROWS if row["conversation"] == row["id"]]
TURNS = [row for row in ROWS if row["conversation"] != row["id"]]
SPANS = ("support", "near")


@pytest.fixture(scope="module")
def articles(public_data: Path) -> Mapping[str, Article]:
    return {article.id: article for article in public_library(public_data, library())[LIBRARY]}


def test_there_are_enough_questions_of_every_sort() -> None:
    assert len(SPEECH) >= 150
    conversations = Counter(row["conversation"] for row in TURNS)
    assert len(conversations) >= 60
    assert min(conversations.values()) >= 3
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    answerable = Counter(row["answerable"] for row in ROWS if row["kind"] != "chat")
    assert 0.2 < answerable[False] / answerable.total() < 0.35


def test_the_halves_share_no_article() -> None:
    train, dev = (
        {span["article_id"] for row in read_labels((half,)) for name in SPANS for span in row[name]} for half in HALVES
    )
    assert not train & dev
    assert len(train | dev) >= 60
    assert train | dev <= set(library())


def test_a_conversation_stays_together_in_one_half() -> None:
    assert all(
        one["half"] == next_["half"] for one, next_ in pairwise(TURNS) if one["conversation"] == next_["conversation"]
    )


def test_every_row_has_what_is_needed_to_judge_it() -> None:
    for row in ROWS:
        assert row["standalone"]
        if row["answerable"]:
            assert row["support"], row["id"]
            assert 1 <= row["need"] <= len(row["answers"]), row["id"]
        else:
            assert not row["support"], row["id"]
            assert not row["answers"], row["id"]
            assert row["why"] or row["kind"] == "chat", row["id"]


# What ends a sentence, whatever closes after it; a headline, a name or a credit line ends with its paragraph.
ENDED = re.compile(r"[.!?…—:](?:[”\"’')\]]|\s)*$")


def test_every_span_is_a_whole_sentence_of_its_article(articles: Mapping[str, Article]) -> None:
    for row in ROWS:
        for span in (span for name in SPANS for span in row[name]):
            text, start, end = getattr(articles[span["article_id"]], span["field"]), span["start"], span["end"]
            sentence, before, after = text[start:end], text[:start].rstrip(" "), text[end:].lstrip(" ")
            assert sentence == sentence.strip() != ""
            assert not before or before.endswith("\n") or ENDED.search(before), (row["id"], before[-30:], sentence)
            assert not after or after.startswith("\n") or ENDED.search(sentence), (row["id"], sentence, after[:30])


def test_every_answer_stands_in_a_sentence_that_helps(articles: Mapping[str, Article]) -> None:
    for row in ROWS:
        helpful = [(span["article_id"], span["field"], span["start"], span["end"]) for span in row["support"]]
        for answer in (answer for alternatives in row["answers"] for answer in alternatives):
            assert any(
                (article, field) == (answer["article_id"], answer["field"])
                and start <= answer["start"] < answer["end"] <= end
                for article, field, start, end in helpful
            ), row["id"]
        if row["answerable"]:
            marked = with_texts(row, articles)
            (case,) = read_cases([marked | {"support": []}])
            assert judge(case, [helps["sentence"] for helps in marked["support"]]).right, row["id"]


ROW = {
    "id": "a",
    "conversation": "a",
    "question": "and Lee?",
    "standalone": "What did Lee say?",
    "kind": "said",
    "style": "terse",
    "answerable": True,
    "answers": [[{"article_id": "x", "field": "text", "start": 1, "end": 5}]],
    "need": 1,
    "support": [{"article_id": "x", "field": "text", "start": 0, "end": 12}],
}


def test_spans_become_the_strings_that_they_mark() -> None:
    row = with_texts(ROW, {"x": Article("x", "Talk", "“Fine,” Lee. He left.")})
    assert row["must"] == [["Fine"]]
    assert row["support"] == [{"sentence": "“Fine,” Lee."}]
    (case,) = read_cases([row])
    assert judge(case, ["“Fine,” Lee."]).right
    assert standing_alone(row)["question"] == "What did Lee say?"


def test_small_talk_is_counted_apart() -> None:
    said, thanks = (
        Case(name, kind, "plain", "single", answerable=False) for name, kind in (("a", "said"), ("b", "chat"))
    )
    table = markdown([judge(said, []), judge(thanks, ["A ferry sank."])], {"a": "dev", "b": "dev"})
    assert "| by half | dev, single |  | 1 of 1 |" in table
    assert table.endswith("Small talk that shows nothing of an article: 0 of 1.")
    assert "| chat |" not in table


@pytest.mark.parametrize(("answerable", "counted"), [(True, ["You’re welcome.", "It sank."]), (False, ["It sank."])])
def test_what_cites_nothing_is_no_false_answer(*, answerable: bool, counted: list[str]) -> None:
    statements = [{"text": "You’re welcome.", "citations": []}, {"text": "It sank.", "citations": [1]}]
    assert shown_for({"answerable": answerable}, {"statements": statements}) == counted
    assert shown_for({"answerable": answerable}, {"error": "the index is gone"}) == []
