"""The libraries of a few short articles: that what is marked stands in them, and how their questions count."""

from __future__ import annotations

from itertools import combinations

import pytest

from benchmarks.outcomes import judge, read_cases
from benchmarks.small import PARTS, read_small, with_texts


@pytest.mark.parametrize("part", PARTS)
def test_what_is_marked_stands_whole_in_an_article_of_its_library(part: str) -> None:
    rows, libraries = read_small(part)
    for row in rows:
        articles = {article.id: article for article in libraries[row["library"]]}
        marked = [*row["support"], *filter(None, (row["answer"], row["near"]))]
        fields = [getattr(articles[span["article_id"]], span["field"]) for span in marked]
        assert all(0 <= span["start"] < span["end"] <= len(field) for span, field in zip(marked, fields, strict=True))
        assert row["answerable"] == bool(row["support"])
        assert row["answerable"] != bool(row["near"])


def test_no_library_is_in_two_parts_and_none_is_large() -> None:
    libraries = [read_small(part)[1] for part in PARTS]
    assert all(one.keys().isdisjoint(other) for one, other in combinations(libraries, 2))
    assert all(2 <= len(articles) <= 9 for part in libraries for articles in part.values())


def test_a_sentence_that_helps_is_right_and_any_other_is_not() -> None:
    rows, libraries = read_small("dev")
    articles = {article.id: article for library in libraries.values() for article in library}
    answerable = next(row for row in rows if row["answerable"])
    row = with_texts(answerable, articles)
    (case,) = read_cases([row])
    assert case.turn == "single"
    assert judge(case, [row["support"][0]["sentence"]]).right
    assert not judge(case, ["Nothing of the kind was ever told."]).right
