from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from bot.discord_bot.fair_queue import Cooldown


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_questions_a_minute_and_not_one_more() -> None:
    clock = Clock()
    cooldown = Cooldown(3, clock=clock)
    assert [cooldown.wait(1) for _ in range(3)] == [None] * 3
    clock.now += 20
    assert cooldown.wait(1) == 40
    assert cooldown.wait(2) is None
    clock.now += 40.001
    assert cooldown.wait(1) is None


def test_to_be_refused_does_not_make_it_longer() -> None:
    clock = Clock()
    cooldown = Cooldown(1, clock=clock)
    assert cooldown.wait(1) is None
    for _ in range(50):
        clock.now += 1
        assert cooldown.wait(1) is not None
    clock.now += 10.001
    assert cooldown.wait(1) is None


def test_who_is_forgotten_starts_anew() -> None:
    cooldown = Cooldown(1, clock=Clock())
    cooldown.wait(1)
    cooldown.forget(1)
    cooldown.forget(2)
    assert len(cooldown) == 0
    assert cooldown.wait(1) is None


@given(
    limit=st.integers(1, 4),
    asks=st.lists(st.tuples(st.integers(1, 5), st.floats(0, 100)), max_size=60),
)
def test_it_allows_what_a_count_from_the_first_question_allows_and_holds_no_one_else(
    limit: int, asks: list[tuple[int, float]]
) -> None:
    clock = Clock()
    cooldown = Cooldown(limit, clock=clock)
    windows: dict[int, tuple[float, int]] = {}  # person: when the first was asked, how many since
    for person, later in asks:
        clock.now += later
        first, count = windows.get(person, (clock.now, 0))
        if clock.now > first + 60:
            first, count = clock.now, 0
        windows[person] = (first, count + 1)
        wait = cooldown.wait(person)
        assert (wait is None) == (count < limit)
        assert wait is None or wait == 60 - (clock.now - first)
        assert len(cooldown) == sum(clock.now <= first + 60 for first, _ in windows.values())
