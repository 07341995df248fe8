from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from retrieval.search import fuse, recency
from retrieval.types import Filters, PassageRef, Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Parts

    from retrieval.types import Article

A, B, C = (PassageRef(key, 0, 1) for key in (1, 2, 3))


def test_fusion_prefers_what_both_rankings_hold() -> None:
    assert [ref for ref, _ in fuse([[(A, 9.0), (B, 8.0)], [(C, 0.9), (B, 0.8)]])] == [B, A, C]


def test_fusion_goes_by_rank_and_orders_ties_by_passage() -> None:
    fused = fuse([[(B, 100.0)], [(A, 0.1)]])
    assert [ref for ref, _ in fused] == [A, B]
    assert [score for _, score in fused] == pytest.approx([1 / 61, 1 / 61])


def test_recency_fades_both_ways_and_adds_nothing_without_a_date() -> None:
    day = dt.date(2023, 3, 20)
    near, far, after = (recency(day + dt.timedelta(days=days), day) for days in (-2, -40, 2))
    assert near == after > far > 0
    assert recency(day, day) == pytest.approx(0.5 / 61)
    assert recency(None, day) == 0


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
