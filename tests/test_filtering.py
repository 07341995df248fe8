"""What is said where a question was narrowed to articles that are not there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from retrieval.pipeline import Pipeline
from retrieval.types import Article, Filters, Question
from tests.fakes import word_reader

if TYPE_CHECKING:
    from tests.parts import Parts

UNDATED = (
    "No article here is of 2020-01-01 or earlier. "
    "4 have no date, and so cannot count: “Undated 0”, “Undated 1”, “Undated 2” and 1 more."
)
SINCE, UNTIL = dt.date(2031, 1, 1), dt.date(2020, 1, 1)


def ask(parts: Parts, **filters: object) -> str:
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
        ({"source": "Gazette", "since": SINCE}, "No article here is from “Gazette” and of 2031-01-01 or later."),
        ({"until": UNTIL}, UNDATED),
    ],
)
def test_filters_that_no_article_passes_are_told_with_those_that_lack_a_date(
    stocked: Parts, filters: dict[str, object], said: str
) -> None:
    assert ask(stocked, **filters) == f"The articles do not say. {said}"


def test_filters_that_an_article_passes_are_not_blamed(stocked: Parts) -> None:
    assert "No article here" not in ask(stocked, source="Gazette")
