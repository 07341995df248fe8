from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord_bot.fair_queue import Busy, Closed, FairQueue, roughly
from bot.threads import off_loop

if TYPE_CHECKING:
    from collections.abc import Coroutine


class Desk:
    """A queue whose answers take until `release`; a log of who was asked for and who was started, in order."""

    def __init__(
        self, *, parallel: int = 1, limit: int = 500, server_limit: int = 500, person_limit: int = 500
    ) -> None:
        self.queue = FairQueue(parallel=parallel, limit=limit, server_limit=server_limit, person_limit=person_limit)
        self.log: list[tuple[str, int]] = []
        self.tasks: dict[int, asyncio.Task[int]] = {}
        self.asked: list[tuple[int | None, int]] = []
        self.places: defaultdict[int, list[int]] = defaultdict(list)
        self._gates: dict[int, threading.Event] = {}
        self._ended = 0

    async def ask(self, server: int | None, person: int) -> int:
        """The question's number."""
        number = len(self.asked)
        self.asked.append((server, person))
        self.log.append(("asked", number))
        gate = self._gates[number] = threading.Event()
        loop = asyncio.get_running_loop()

        def work() -> int:
            loop.call_soon_threadsafe(self.log.append, ("started", number))
            gate.wait()
            return number

        self.tasks[number] = asyncio.create_task(
            self.queue.run(work, person=person, server=server, waiting=self.places[number].append)
        )
        await self.settled()
        return number

    @property
    def started(self) -> list[int]:
        return [number for what, number in self.log if what == "started"]

    @property
    def running(self) -> list[int]:
        return [number for number in self.started if not self._gates[number].is_set()]

    async def settled(self) -> None:
        """Until every question that runs has said so."""
        await asyncio.sleep(0)
        while len(self.started) < self._ended + self.queue.running:  # noqa: ASYNC110  (a thread's doing)
            await asyncio.sleep(0)

    async def release(self) -> None:
        """End the question that has run longest."""
        before = self.queue.running + self.queue.waiting
        self._gates[self.running[0]].set()
        while self.queue.running + self.queue.waiting == before:  # noqa: ASYNC110  (the same)
            await asyncio.sleep(0)
        self._ended += 1
        await self.settled()

    async def cancel(self, number: int) -> None:
        self.tasks[number].cancel()
        await self.settled()

    async def release_all(self) -> None:
        while self.queue.running:
            await self.release()


def run(scene: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 60))


def test_who_asks_ten_times_delays_nobody_who_asks_once() -> None:
    async def scene() -> None:
        desk = Desk()
        for _ in range(11):
            await desk.ask(1, 10)
        other = await desk.ask(1, 11)
        elsewhere = await desk.ask(2, 12)
        await desk.release_all()
        assert {desk.started.index(other), desk.started.index(elsewhere)} <= {1, 2, 3}

    run(scene())


def test_in_direct_messages_each_person_has_a_turn_of_their_own() -> None:
    async def scene() -> None:
        desk = Desk()
        for server, person in [(1, 1), (1, 1), (1, 2), (1, 3), (None, 4), (None, 5)]:
            await desk.ask(server, person)
        await desk.release_all()
        assert desk.started == [0, 1, 4, 5, 2, 3]

    run(scene())


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.sampled_from([1, 2, 3, None]), st.integers(1, 3)),
        st.tuples(st.just("release"), st.none(), st.just(0)),
        st.tuples(st.just("cancel"), st.none(), st.integers(0, 30)),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(steps=STEPS)
def test_order_is_fair_whoever_comes_or_goes_meanwhile(steps: list[tuple[str, int | None, int]]) -> None:
    async def scene() -> None:
        desk = Desk()
        await played(desk, steps)
        await desk.release_all()
        for number in desk.started:
            assert_fair(desk, number)

    run(scene())


def assert_fair(desk: Desk, number: int) -> None:
    """While it waits, no other server is served more often than its own, and there no other person more often."""
    began, ended = desk.log.index(("asked", number)), desk.log.index(("started", number))
    meanwhile = [desk.asked[n] for what, n in desk.log[began : ended + 1] if what == "started"]
    server, person = desk.asked[number]
    home = (server, person) if server is None else (server, None)
    homes = Counter((s, p) if s is None else (s, None) for s, p in meanwhile)
    assert max(homes.values()) == homes[home]
    people = Counter(p for s, p in meanwhile if s == server and (s is not None or p == person))
    assert max(people.values()) == people[person]
    earlier = [n for n in desk.started if desk.asked[n] == (server, person)]
    assert earlier == sorted(earlier)


@settings(max_examples=60)
@given(steps=STEPS, parallel=st.integers(1, 3))
def test_cancelling_anywhere_leaks_nothing(steps: list[tuple[str, int | None, int]], parallel: int) -> None:
    async def scene() -> None:
        desk = Desk(parallel=parallel)
        cancelled = await played(desk, steps)
        assert desk.queue.running <= parallel
        await desk.release_all()
        outcomes = await asyncio.gather(*desk.tasks.values(), return_exceptions=True)
        assert (desk.queue.waiting, desk.queue.running) == (0, 0)
        assert not desk.queue._waiting._servers
        for number, outcome in enumerate(outcomes):
            assert outcome == number or (number in cancelled and isinstance(outcome, asyncio.CancelledError))

    run(scene())


async def played(desk: Desk, steps: list[tuple[str, int | None, int]]) -> set[int]:
    """The numbers of the cancelled questions."""
    cancelled = set()
    for what, server, which in steps:
        if what == "ask":
            await desk.ask(server, which)
        elif what == "release" and desk.running:
            await desk.release()
        elif what == "cancel" and which < len(desk.asked):
            await desk.cancel(which)
            cancelled.add(which)
    return cancelled


def test_a_cancelled_question_keeps_its_place_until_its_thread_ends() -> None:
    async def scene() -> None:
        desk = Desk()
        first, second = await desk.ask(1, 1), await desk.ask(1, 2)
        await desk.cancel(first)
        assert desk.tasks[first].cancelled()
        assert (desk.started, desk.queue.running) == ([first], 1)
        await desk.release()
        assert desk.started == [first, second]
        await desk.release_all()
        assert await desk.tasks[second] == second

    run(scene())


@pytest.mark.parametrize("parallel", [1, 2, 5])
def test_at_most_so_many_run_at_once(parallel: int) -> None:
    async def scene() -> None:
        desk = Desk(parallel=parallel)
        for person in range(8):
            await desk.ask(1, person)
        assert (desk.queue.running, desk.queue.waiting) == (parallel, 8 - parallel)
        await desk.release_all()

    run(scene())


@pytest.mark.parametrize(
    ("limits", "askers", "refused", "sentence"),
    [
        ({"person_limit": 2}, [(1, 1), (2, 1)], (3, 1), "2 questions of yours are waiting already"),
        ({"server_limit": 2}, [(1, 1), (1, 2)], (1, 3), "2 questions from this server are waiting already"),
        ({"limit": 2}, [(1, 1), (None, 2)], (3, 3), "2 questions are waiting already"),
        ({"limit": 1}, [(1, 1)], (3, 3), "1 question is waiting already"),
    ],
)
def test_each_limit_holds_at_n_and_n_plus_one(
    limits: dict[str, int], askers: list[tuple[int | None, int]], refused: tuple[int, int], sentence: str
) -> None:
    async def scene() -> None:
        desk = Desk(**limits)
        await desk.ask(9, 9)  # runs, and does not count
        for server, person in askers:
            await desk.ask(server, person)
        assert desk.queue.waiting == len(askers)
        too_many = await desk.ask(*refused)
        with pytest.raises(Busy, match=f"^{sentence}; please ask again later\\.$"):
            await desk.tasks[too_many]
        await desk.release()
        again = await desk.ask(*refused)
        await desk.release_all()
        assert await desk.tasks[again] == again

    run(scene())


def test_a_refusal_tells_how_long_the_others_take_once_that_is_known() -> None:
    async def scene() -> None:
        desk = Desk(limit=1)
        assert desk.queue.seconds(1) is None
        for person in range(2):
            await desk.ask(1, person)
        await desk.release()
        await desk.ask(1, 2)
        refused = await desk.ask(1, 3)
        with pytest.raises(Busy, match="the last for a few seconds more; please"):
            await desk.tasks[refused]
        await desk.release_all()

    run(scene())


def test_the_estimate_grows_with_the_line_and_shrinks_with_the_hands() -> None:
    async def measured(parallel: int) -> float:
        desk = Desk(parallel=parallel)
        await desk.ask(1, 1)
        await desk.release_all()
        assert desk.queue.seconds(parallel) is not None
        return (desk.queue.seconds(6) or 0) / (desk.queue.seconds(2) or 1)

    assert asyncio.run(measured(1)) == pytest.approx(3)
    assert asyncio.run(measured(2)) == pytest.approx(3)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "a few seconds"),
        (9.9, "a few seconds"),
        (10, "about 10 seconds"),
        (47, "about 50 seconds"),
        (89, "about 90 seconds"),
        (91, "about 2 minutes"),
        (600, "about 10 minutes"),
    ],
)
def test_a_duration_is_told_in_words(seconds: float, words: str) -> None:
    assert roughly(seconds) == words


def test_a_waiting_question_is_told_how_many_are_before_it() -> None:
    async def scene() -> None:
        desk = Desk(parallel=2)
        for person in range(5):
            await desk.ask(1, person)
        await desk.cancel(2)
        await desk.release_all()
        assert dict(desk.places) == {0: [], 1: [], 2: [2], 3: [3, 2, 0], 4: [4, 3, 2, 0]}

    run(scene())


def test_what_a_callback_raises_is_no_business_of_the_others() -> None:
    async def scene() -> None:
        loop, heard = asyncio.get_running_loop(), []
        loop.set_exception_handler(lambda _, context: heard.append(context["exception"]))

        def broken(_: int) -> None:
            raise LookupError("gone")

        desk = Desk()
        first = await desk.ask(1, 1)
        second = asyncio.create_task(desk.queue.run(lambda: "done", person=2, server=1, waiting=broken))
        await asyncio.sleep(0)
        await desk.release()
        assert await second == "done"
        assert await desk.tasks[first] == first
        assert {type(error) for error in heard} == {LookupError}

    run(scene())


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), OSError(28, "No space left on device")])
def test_what_an_answer_raises_reaches_who_asked(error: Exception) -> None:
    def work() -> None:
        raise error

    async def scene() -> None:
        queue = FairQueue(parallel=1, limit=1, server_limit=1)
        with pytest.raises(type(error)) as caught:
            await queue.run(work, person=1, server=1)
        assert caught.value is error
        assert queue.running == 0

    run(scene())


def test_the_end_of_an_iterator_reaches_who_asked_too() -> None:
    async def scene() -> None:
        queue = FairQueue(parallel=1, limit=1, server_limit=1)
        with pytest.raises(RuntimeError, match="StopIteration"):  # as from any coroutine
            await queue.run(lambda: next(iter(())), person=1, server=1)

    run(scene())


def test_draining_fails_who_waits_and_waits_for_who_runs() -> None:
    async def scene() -> None:
        desk = Desk()
        first, second = await desk.ask(1, 1), await desk.ask(1, 2)
        draining = asyncio.create_task(desk.queue.drain(60))
        with pytest.raises(Closed, match="ask again in a minute"):
            await desk.tasks[second]
        assert not draining.done()
        third = await desk.ask(1, 3)
        with pytest.raises(Closed):
            await desk.tasks[third]
        await desk.release()
        await draining
        assert await desk.tasks[first] == first

    run(scene())


def test_draining_gives_up_on_who_runs_too_long() -> None:
    async def scene() -> None:
        desk = Desk()
        first = await desk.ask(1, 1)
        await desk.queue.drain(0)
        with pytest.raises(Closed):
            await desk.tasks[first]
        await desk.release_all()
        assert desk.queue.running == 0

    run(scene())


def test_draining_does_not_wait_for_what_nobody_waits_for() -> None:
    async def scene() -> None:
        desk = Desk()
        await desk.cancel(await desk.ask(1, 1))
        await desk.queue.drain(60)
        assert desk.queue.running == 1
        await desk.release_all()

    run(scene())


def test_an_answer_that_never_ends_does_not_keep_the_process() -> None:
    program = """
import asyncio, threading
from bot.discord_bot.fair_queue import FairQueue

async def main():
    queue = FairQueue(parallel=1, limit=1, server_limit=1)
    asked = asyncio.create_task(queue.run(threading.Event().wait, person=1, server=1))
    await asyncio.sleep(0)
    await queue.drain(0)
    await asyncio.gather(asked, return_exceptions=True)

asyncio.run(main())
print("ended")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("ended\n", "")


def test_work_off_the_loop_returns_raises_and_outlives_its_cancelled_asker() -> None:
    async def scene() -> None:
        assert await off_loop(divmod, 7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            await off_loop(divmod, 7, 0)
        gate, ended = threading.Event(), threading.Event()

        def work() -> None:
            gate.wait()
            ended.set()

        task = asyncio.create_task(off_loop(work))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.set()
        assert await off_loop(ended.wait, 30)

    run(scene())
