"""Best spans of readings."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.models.span_model import MAX_ANSWER_TOKENS, Reading, best_span
from retrieval.types import Span


def reading(starts: list[float], ends: list[float]) -> Reading:
    offsets = np.array([(3 * i, 3 * i + 2) for i in range(len(starts))]).reshape(-1, 2)
    return Reading(offsets, np.array(starts, dtype=np.float32), np.array(ends, dtype=np.float32))


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
