from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.pipeline import Pipeline
from retrieval.search import fuse, normalised, recency
from retrieval.types import Article, Filters, PassageRef, Question
from tests.fakes import word_reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.search import Scored
    from tests.parts import Parts

A, B, C = (PassageRef(key, 0, 1) for key in (1, 2, 3))


def test_fusion_prefers_what_both_rankings_hold() -> None:
    assert [ref for ref, _ in fuse([[(A, 9.0), (B, 8.0)], [(C, 0.9), (B, 0.8)]], 10)] == [B, A, C]


def test_fusion_keeps_how_far_ahead_the_first_is_and_orders_ties_by_passage() -> None:
    far, near = [(A, 90.0), (B, 10.0), (C, 5.0)], [(B, 0.9), (A, 0.8), (C, 0.1)]
    assert [ref for ref, _ in fuse([far, near], 3)] == [A, B, C]
    assert fuse([[(B, 100.0)], [(A, 0.1)]], 10) == [(A, 1.0), (B, 1.0)]


def test_the_last_of_a_full_list_counts_as_what_it_lacks_and_of_an_ended_list_by_its_score() -> None:
    ranking = [(A, 8.0), (B, 6.0), (C, 4.0)]
    assert [score for _, score in normalised(ranking, 3)] == [1.0, 0.5, 0.0]
    assert [score for _, score in normalised(ranking, 4)] == [1.0, 0.75, 0.5]


RANKINGS = st.lists(st.floats(-1, 50), max_size=8).map(
    lambda scores: [(PassageRef(n, 0, 1), s) for n, s in enumerate(sorted(scores, reverse=True))]
)


@given(RANKINGS, st.integers(8, 9))
def test_normalised_scores_are_in_0_to_1_in_the_same_order_with_the_best_at_1(
    ranking: list[Scored], depth: int
) -> None:
    scores = [score for _, score in normalised(ranking, depth)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert scores[:1] in ([], [1.0])


def test_recency_fades_both_ways_and_adds_nothing_without_a_date() -> None:
    day = dt.date(2023, 3, 20)
    near, far, after = (recency(day + dt.timedelta(days=days), day) for days in (-2, -40, 2))
    assert near == after > far > 0
    assert recency(day, day) == 1
    assert recency(None, day) == 0


def test_an_old_report_that_is_the_best_by_its_words_comes_before_new_ones_that_are_not(
    parts: Parts, article: Callable[..., Article]
) -> None:
    old = "The council sold the harbour to a Norwegian shipping company for nine crowns."
    new = "The harbour was busy. Ferries came and went all day, and the gulls kept to the cranes above the quay."
    parts.articles.stage("public", [article("old", old, published="2015-06-01")])
    parts.articles.stage("public", [article("undated", old.replace("nine", "ten"))])
    parts.articles.stage("public", [article(f"new {n}", new, published="2023-03-20") for n in range(3)])
    parts.library.index()
    text = "For how many crowns was the harbour sold to the Norwegian shipping company?"
    question = Question(text=text, libraries=("public",), asked=dt.date(2023, 3, 20))
    assert {hit.article.id for hit in parts.search.search(question, 2)} == {"old", "undated"}


def test_of_two_equal_reports_the_one_nearer_to_the_question_comes_first(
    parts: Parts, article: Callable[..., Article]
) -> None:
    for name, day in (("old", "2022-09-08"), ("new", "2023-03-20")):
        parts.articles.stage("public", [article(name, "The harbour closed.", title="Harbour", published=day)])
    parts.library.index()
    for asked, first in ((dt.date(2023, 3, 21), "new"), (dt.date(2022, 9, 9), "old")):
        question = Question(text="harbour", libraries=("public",), asked=asked)
        assert parts.search.search(question, 2)[0].article.id == first


@pytest.fixture
def many(parts: Parts, article: Callable[..., Article]) -> Parts:
    for n in range(120):
        day = f"2023-03-{n % 28 + 1:02}"
        outlet = "Evening Post" if n == 77 else "Daily News"
        parts.articles.stage("public", [article(f"{n:03}", "The harbour closed.", published=day, publisher=outlet)])
    parts.library.index()
    return parts


def asking(text: str = "harbour", **filters: object) -> Question:
    return Question(text=text, libraries=("public",), filters=Filters(**filters))  # type: ignore[arg-type]  # as named


def test_a_filter_that_few_articles_pass_still_finds_them(many: Parts) -> None:
    assert [hit.article.id for hit in many.search.search(asking(source="evening post"), 10)] == ["077"]


def test_only_articles_of_the_days_asked_for_are_found(many: Parts) -> None:
    day = dt.date(2023, 3, 5)
    hits = many.search.search(asking(since=day, until=day), 10)
    assert {hit.article.published for hit in hits} == {"2023-03-05"}
    assert len(hits) == 5


def test_the_order_is_the_same_each_time(many: Parts) -> None:
    first = many.search.search(asking(), 10)
    assert first == many.search.search(asking(), 10)
    assert len(first) == 10
    assert first == sorted(first, key=lambda hit: -hit.score)


def test_a_hit_tells_where_it_was_found_and_is_a_slice_of_its_article(many: Parts) -> None:
    hit = many.search.search(asking(), 1)[0]
    assert hit.text == "The harbour closed."
    assert hit.dense_rank is not None
    assert hit.lexical_rank is not None
    assert hit.lexical is not None
    assert -1 <= (hit.dense or 0) <= 1.000001


def test_hits_of_an_index_that_is_ahead_of_the_table_are_dropped(many: Parts) -> None:
    many.lexical.add("public", [PassageRef(999_999, 0, 5)], ["harbour harbour harbour"])
    many.lexical.commit()
    assert all(hit.article.text == "The harbour closed." for hit in many.search.search(asking(), 10))


def test_a_passage_of_another_library_is_dropped_wherever_an_index_holds_it(
    parts: Parts, article: Callable[..., Article]
) -> None:
    parts.articles.stage("one", [article("mine", "The harbour was closed.")])
    parts.articles.stage("two", [article("theirs", "The harbour was sold in secret.")])
    parts.library.index()
    [theirs] = [
        ref
        for row in parts.articles.every_ready()
        if row.library == "two"
        for ref in parts.articles.passages([row.key])
    ]
    parts.vectors.add("one", [theirs], parts.search._encoder.encode_passages(["The harbour was sold in secret."]))
    parts.lexical.add("one", [theirs], ["The harbour was sold in secret."])
    parts.lexical.commit()
    assert theirs in parts.vectors.refs("one")
    assert theirs in [ref for ref, _ in parts.lexical.search(["one"], "secret", 10)]
    for text in ("The harbour was sold in secret.", "harbour", "secret"):
        hits = parts.search.search(Question(text=text, libraries=("one",)), 10)
        assert [hit.article.id for hit in hits] == ["mine"]


def test_collections_of_other_libraries_are_not_opened(parts: Parts, article: Callable[..., Article]) -> None:
    for name in ("one", "two", "three"):
        parts.articles.stage(name, [article("a", "The harbour was closed.")])
    parts.library.index()
    parts.vectors._open.clear()
    assert len(parts.search.search(Question(text="harbour", libraries=("one", "three")), 10)) == 2
    assert parts.vectors._open.keys() == {"one", "three"}


UNDATED = (
    "No article here is of 2020-01-01 or earlier. "
    "4 have no date, and so cannot count: “Undated 0”, “Undated 1”, “Undated 2” and 1 more."
)
FUTURE, PAST = dt.date(2031, 1, 1), dt.date(2020, 1, 1)


def ask_narrowed(parts: Parts, **filters: object) -> str:
    pipeline = Pipeline(parts.search, word_reader(0.0), parts.articles, limit=5)
    question = Question(text="Where is the bridge?", libraries=("public",), filters=Filters(**filters))  # type: ignore[arg-type]  # each test gives what fits
    return pipeline.answer(question).text


@pytest.fixture
def stocked(parts: Parts) -> Parts:
    named = [Article(f"u{n}", f"Undated {n}", "The bridge is here.", publisher="Post") for n in range(4)]
    dated = Article("d", "Dated", "The bridge is there.", publisher="Gazette", published="2024-05-01")
    parts.articles.stage("public", [*named, dated])
    parts.library.index()
    return parts


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"source": "Herald"}, "No article here is from “Herald”."),
        ({"source": "Gazette", "since": FUTURE}, "No article here is from “Gazette” and of 2031-01-01 or later."),
        ({"until": PAST}, UNDATED),
    ],
)
def test_filters_that_no_article_passes_are_told_with_those_that_lack_a_date(
    stocked: Parts, filters: dict[str, object], said: str
) -> None:
    assert ask_narrowed(stocked, **filters) == f"The articles do not say. {said}"


def test_filters_that_an_article_passes_are_not_blamed(stocked: Parts) -> None:
    assert "No article here" not in ask_narrowed(stocked, source="Gazette")
