"""Articles that carry one text count once in what is read and answered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from retrieval.reader.candidates import SpanPrediction, candidates
from retrieval.reader.features import agreement
from retrieval.search import without_repeats
from retrieval.types import Hit, Question, Span
from tests.parts import opened
from tests.stories.agency import CUT, ELSEWHERE, LONGER, OTHER_WORDS, PUT_IN, WIRE

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.types import Article


def found(article: Article, cluster: int | None, words: str | None = None) -> Hit:
    start = article.text.index(words) if words else 0
    return Hit("public", article, start, start + len(words) if words else len(article.text), 1.0, cluster=cluster)


def test_a_passage_of_a_repeat_is_left_out_and_what_only_the_repeat_has_stays() -> None:
    wire, put_in, own = found(WIRE, 1), found(LONGER, 1, PUT_IN), found(OTHER_WORDS, 2)
    assert without_repeats([wire, found(CUT, 1), put_in, own]) == [wire, put_in, own]


def test_passages_of_one_article_are_no_repeats_of_one_another() -> None:
    both = [found(WIRE, 1), found(WIRE, 1, "Nobody was hurt.")]
    assert without_repeats(both) == both


def test_where_no_cluster_is_known_nothing_is_left_out() -> None:
    both = [found(WIRE, None), found(CUT, None)]
    assert without_repeats(both) == both


@pytest.mark.parametrize(("clusters", "others"), [((1, 1, 1), 0), ((1, 1, 2), 1), ((1, 2, 3), 2)])
def test_only_other_texts_agree(clusters: tuple[int, int, int], others: int) -> None:
    hits = [found(article, cluster) for article, cluster in zip((WIRE, CUT, LONGER), clusters, strict=True)]
    pool = [one for one in candidates(hits) if "31 metres" in one.text]
    starts = [one.start + one.text.index("31 metres") for one in pool]
    read = [SpanPrediction(one, 20.0, Span(at, at + 9), 1.0) for one, at in zip(pool, starts, strict=True)]
    assert max(agreement(read)) == pytest.approx(others)


def test_a_search_finds_a_text_once_and_more_of_others(tmp_path: Path) -> None:
    with opened(tmp_path) as parts:
        parts.articles.stage("public", [WIRE, CUT, OTHER_WORDS, ELSEWHERE])
        parts.library.index()
        question = Question(text="What closed the harbour of Strand?", libraries=("public",), asked=dt.date(2024, 5, 9))
        hits = parts.search.search(question, 10)
        assert {hit.article.id for hit in hits} in ({"wire", "own", "ferry"}, {"wire", "cut", "own", "ferry"})
        assert len({hit.cluster for hit in hits}) == 3
