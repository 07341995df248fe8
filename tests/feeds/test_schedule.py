"""When a feed is read again."""

from __future__ import annotations

import datetime as dt

import pytest

from retrieval.feeds.schedule import LONGEST, USUAL, after_failure, after_success

MINUTE = dt.timedelta(minutes=1)


def test_a_feed_is_read_again_after_some_minutes_not_at_the_same_moment_as_others() -> None:
    assert after_success(None, 0.0) == USUAL
    assert USUAL < after_success(None, 0.5) < after_success(None, 1.0) <= USUAL * 1.2


@pytest.mark.parametrize(("wished", "pause"), [(1, USUAL), (60, 60 * MINUTE), (9_999, LONGEST)])
def test_what_a_feed_wishes_is_heeded_between_the_usual_and_a_day(wished: int, pause: dt.timedelta) -> None:
    assert after_success(wished * MINUTE, 0.0) == pause


def test_failures_are_followed_by_longer_and_longer_pauses_up_to_a_day() -> None:
    pauses = [after_failure(failures, None, 0.0) for failures in range(1, 40)]
    assert pauses[:3] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST


def test_a_server_is_never_asked_again_sooner_than_it_says() -> None:
    for chance in (0.0, 1.0):
        assert after_failure(1, 120 * MINUTE, chance) >= 120 * MINUTE
    assert after_failure(1, dt.timedelta(days=900), 0.0) == dt.timedelta(days=7)
