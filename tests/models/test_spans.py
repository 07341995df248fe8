"""Best spans of readings, and what candidates are read in."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.models.span_model import MAX_ANSWER_TOKENS, Reading, best_span
from retrieval.reader.candidates import Candidate, candidates
from retrieval.reader.reading import NONE, Spotted, agreement, spot
from retrieval.types import Article, Hit, Span
from tests.fakes import WordSpans

LIGHT = Article(
    "light",
    "Lamp oil runs short",
    "Keeper Anna Rask lit the old lamp on Monday.\n\nThe zinc store burned down. It held forty barrels of wax.",
    published="2024-02-03",
)


def reading(starts: list[float], ends: list[float]) -> Reading:
    offsets = np.array([(3 * i, 3 * i + 2) for i in range(len(starts))]).reshape(-1, 2)
    return Reading(offsets, np.array(starts, dtype=np.float32), np.array(ends, dtype=np.float32))


def hit_of(article: Article, start: int = 0, end: int | None = None) -> Hit:
    return Hit("public", article, start, len(article.text) if end is None else end, 0.1)


logits = st.integers(-5, 5).map(float)


@given(st.lists(st.tuples(logits, logits), min_size=1, max_size=40), st.integers(0, 60), st.integers(0, 60))
def test_the_best_span_is_the_best_of_all_that_are_allowed(
    pairs: list[tuple[float, float]], low: int, high: int
) -> None:
    read = reading([a for a, _ in pairs], [b for _, b in pairs])
    inside = [i for i in range(len(pairs)) if 3 * i >= low and 3 * i + 2 <= high]
    allowed = [(i, j) for i, j in product(inside, inside) if 0 <= j - i < MAX_ANSWER_TOKENS]
    found = read.best(low, high)
    if not allowed:
        assert found is None
        return
    assert found is not None
    assert found.score == max(pairs[i][0] + pairs[j][1] for i, j in allowed)
    i, j = found.span.start // 3, (found.span.end - 2) // 3
    assert (i, j) in allowed
    assert pairs[i][0] + pairs[j][1] == found.score


def test_a_window_read_in_parts_gives_the_best_of_them() -> None:
    best = best_span((reading([0, 1], [0, 0]), reading([0, 0], [3, 0]), reading([], [])))
    assert best is not None
    assert (best.score, best.span) == (3.0, Span(0, 2))
    assert best_span(()) is None


def test_of_readings_that_score_alike_the_first_span_is_the_best() -> None:
    first, second = reading([1, 0], [1, 0]), reading([1, 0], [1, 0])
    second.offsets[:] += 6
    for readings in ((first, second), (second, first)):
        best = best_span(readings)
        assert best is not None
        assert (best.score, best.span) == (2.0, Span(0, 2))


def test_a_sentence_is_read_in_its_passage_below_title_and_date_and_each_passage_once() -> None:
    model = WordSpans()
    pool = candidates([hit_of(LIGHT)])
    spotted = spot("What burned down?", pool, model)
    assert model.read_windows == [f"Lamp oil runs short (2024-02-03)\n{LIGHT.text}"]
    assert [s.text(LIGHT) for s in spotted] == ["the", "zinc", "wax"]
    assert all(c.start <= s.span.start < s.span.end <= c.end for c, s in zip(pool, spotted, strict=True))


def test_a_sentence_outside_its_passage_is_read_with_its_neighbours() -> None:
    model = WordSpans()
    first, second, third = candidates([hit_of(LIGHT)])
    elsewhere = Candidate(hit_of(LIGHT, first.start, first.end), 1, third.start, third.end, second.text, "")
    (spotted,) = spot("What burned down?", [elsewhere], model)
    assert model.read_windows == [f"Lamp oil runs short (2024-02-03)\n{second.text} {third.text}"]
    assert spotted.text(LIGHT) == "wax"


def test_a_sentence_without_a_token_has_no_chance() -> None:
    article = Article("a", "T", "?! ... One.")
    (spotted,) = spot("What?", [Candidate(hit_of(article), 1, 0, 2)], WordSpans())
    assert spotted.score == NONE


def test_the_same_answer_in_other_articles_is_agreement() -> None:
    texts = ["Anna Rask lit it.", "It was the Rask lamp.", "Rask lit it.", "Per Dahl did."]
    answers = ["Anna Rask", "the Rask", "Rask", "Per Dahl"]
    articles = ["one", "two", "two", "three"]
    pool = [Candidate(hit_of(Article(a, "T", t)), 1, 0, len(t)) for a, t in zip(articles, texts, strict=True)]
    spotted = [Spotted(0.0, Span(t.index(a), t.index(a) + len(a))) for a, t in zip(answers, texts, strict=True)]
    assert agreement(pool, spotted) == pytest.approx([0.5, 0.5, 0.5, 0.0])
