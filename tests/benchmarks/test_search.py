"""The benchmark of search, over the small sample of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.quality.cases import NEWS_LIBRARY, Part, read_part
from benchmarks.quality.measures import contains, count_relevant
from benchmarks.search import RANKINGS, Judge, asked_of, reciprocal_ranks, rows, sized, table
from retrieval.types import PassageRef
from tests import ROOT

if TYPE_CHECKING:
    from benchmarks.quality.cases import Case
    from tests.parts import Parts


@pytest.fixture
def part() -> Part:
    found = read_part("news", ROOT / "tests" / "data" / "quality")
    assert found is not None
    return found


@pytest.fixture
def judge(part: Part) -> Judge:
    cases = [case for case in part.cases if case.answerable]
    texts = [f"{article.title}\n{article.text}" for article in part.libraries[NEWS_LIBRARY]]
    return Judge(cases, count_relevant(texts, [case.wanted for case in cases], 10))


def test_every_ranking_is_measured_and_the_shipped_one_is_what_a_search_returns(
    parts: Parts, part: Part, judge: Judge
) -> None:
    parts.articles.stage(NEWS_LIBRARY, part.libraries[NEWS_LIBRARY])
    parts.library.index()
    measured = {row.name: row for row in rows(parts.search, judge)}
    assert list(measured) == list(RANKINGS)
    shipped = next(row for name, row in measured.items() if "as shipped)" in name)
    right = [_first_is_right(parts, case) for case in judge.cases]
    assert shipped.hits_at_1 == pytest.approx(sum(right) / len(right))
    assert all(row.hits_at_1 <= row.mrr <= row.hits_at_10 for row in measured.values())


def _first_is_right(parts: Parts, case: Case) -> bool:
    [hit] = parts.search.search(asked_of(case), 1)
    return contains(f"{hit.article.title}\n{hit.text}", case.wanted)


def test_smaller_passages_are_more_passages(part: Part, judge: Judge) -> None:
    articles = part.libraries[NEWS_LIBRARY]
    small, large = (int(sized(articles, judge, words).name.split()[1]) for words in (20, 200))
    assert small > large >= len(articles)


def test_a_question_counts_at_the_place_of_its_first_relevant_passage(judge: Judge) -> None:
    right = [" ".join(case.wanted[0]) for case in judge.cases]
    row = judge.row("second", [["nothing", text] for text in right])
    assert (row.hits_at_1, row.hits_at_3, row.mrr) == (0, 1, 0.5)
    assert row.later_at_1 is None
    assert table([row], len(right)).splitlines()[-1].startswith("| second | 0.0 | 100.0 | 100.0 | 50.0 |")


def test_a_first_place_of_both_rankings_counts_two() -> None:
    one, other = PassageRef(1, 0, 1), PassageRef(2, 0, 1)
    fused = reciprocal_ranks([[(one, 5.0), (other, 4.0)], [(one, 0.5)]])
    assert fused == [(one, 2.0), (other, pytest.approx(61 / 62))]
