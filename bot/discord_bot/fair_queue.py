"""How often one person may ask, and whose turn it is: a bounded, fair queue, whose questions run off the event loop."""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from discord.app_commands import Cooldown as TokenBucket

from bot.threads import in_thread
from retrieval.errors import BylineError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")
Row = TypeVar("Row")
_NEWEST = 0.2  # weight of the newest duration in the mean
_BRIEF, _LONG = 10, 90  # seconds: up to the one nobody counts them, from the other on minutes are counted


class Busy(BylineError):
    """Too many questions wait; the message says how many, and roughly how long."""

    def __init__(self, count: int, of_whom: str, seconds: float | None) -> None:
        questions, are = ("1 question", "is") if count == 1 else (f"{count} questions", "are")
        last = "" if seconds is None else f", the last for {roughly(seconds)} more"
        super().__init__(f"{questions}{of_whom} {are} waiting already{last}; please ask again later.")


class Closed(BylineError):
    """No question is taken any more."""

    def __init__(self) -> None:
        super().__init__("Byline is restarting; please ask again in a minute.")


class Cooldown:
    """So many questions a person in so many seconds, counted from the first, by discord.py's own token bucket.

    Holds only those who asked of late.
    """

    def __init__(self, questions: int, *, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Takes a `clock` that tells seconds above 0, for discord.py takes 0 for no time at all."""
        self._questions = questions
        self._seconds = seconds
        self._clock = clock
        self._buckets: dict[int, TokenBucket] = {}  # by person, the one that was begun first in front

    def wait(self, person: int) -> float | None:
        """Returns None, and the question counts; or the seconds until the person may ask again."""
        now = self._clock()
        while self._buckets:  # those full again are as good as none, and all in front, for time alone fills them
            first, bucket = next(iter(self._buckets.items()))
            if bucket.get_tokens(now) < self._questions:
                break
            del self._buckets[first]
        return self._buckets.setdefault(person, TokenBucket(self._questions, self._seconds)).update_rate_limit(now)

    def forget(self, person: int) -> None:
        self._buckets.pop(person, None)

    def __len__(self) -> int:
        """Returns how many people are held."""
        return len(self._buckets)


class FairQueue:
    """Questions, answered turn by turn: each server in its turn, and within a server each person.

    Who asks ten times delays nobody who asks once by more than one turn. In direct messages each person counts as a
    server. To be used from one event loop.
    """

    def __init__(self, *, parallel: int, limit: int, server_limit: int, person_limit: int = 3) -> None:
        """Lets at most `parallel` run at once. The limits bound those that wait: all, of a server, of a person."""
        self._parallel = parallel
        self._limits = (person_limit, server_limit, limit)
        self._waiting = _Rota()
        self._running: set[_Ticket[Any]] = set()
        self._mean: float | None = None  # seconds a question runs
        self._closed = False

    async def run(
        self,
        work: Callable[[], T],
        *,
        person: int,
        server: int | None,
        waiting: Callable[[int], None] = lambda _: None,
    ) -> T:
        """Returns what `work` returns, run in a thread in its turn.

        Cancelled, a waiting question leaves the queue; a running one goes on, keeps its place until it ends, and its
        result is dropped.

        Args:
            work: may be slow, and may raise.
            person: who asks.
            server: where; None in direct messages.
            waiting: if the question has to wait, told on the event loop how many are before it, the running ones
                included, whenever that changes; 0 when its turn has come.

        Raises:
            Busy: at once, if a limit is reached.
            Closed: `drain` was called.
        """
        if self._closed:
            raise Closed
        self._admit(person, server)
        context = contextvars.copy_context()  # what is logged has the reference of who asks, whoever starts it
        ticket: _Ticket[T] = _Ticket(
            lambda: context.run(work), person, server, waiting, asyncio.get_running_loop().create_future()
        )
        self._waiting.add(ticket)
        self._fill()
        try:
            done = await ticket.outcome
        finally:
            if self._waiting.discard(ticket):
                self._fill()
        return done.result()

    async def drain(self, seconds: float) -> None:
        """Takes no more questions, fails the waiting ones with Closed, and waits for the running ones.

        Those that still run after so many seconds are failed with Closed as well.
        """
        self._closed = True
        for ticket in self._waiting.clear():
            ticket.close()
        running = [ticket for ticket in self._running if not ticket.outcome.done()]
        if running:
            await asyncio.wait([ticket.outcome for ticket in running], timeout=seconds)
        for ticket in running:
            ticket.close()

    @property
    def waiting(self) -> int:
        return sum(1 for _ in self._waiting)

    @property
    def running(self) -> int:
        """How many run, those included whose asker has gone."""
        return len(self._running)

    def seconds(self, ahead: int) -> float | None:
        """Returns roughly how long so many questions take, by those that ran of late; None where none has run yet."""
        return None if self._mean is None else self._mean * ahead / self._parallel

    def _admit(self, person: int, server: int | None) -> None:
        if self.running < self._parallel:
            return
        order = list(enumerate(self._waiting, self.running))
        mine = [ahead for ahead, ticket in order if ticket.person == person]
        here = [ahead for ahead, ticket in order if server is not None and ticket.server == server]
        everybody = [ahead for ahead, _ in order]
        whose = (" of yours", " from this server", "")
        for places, limit, of_whom in zip((mine, here, everybody), self._limits, whose, strict=True):
            if len(places) >= limit:
                raise Busy(len(places), of_whom, self.seconds(max(places, default=self.running)))

    def _fill(self) -> None:
        """Starts what may start, and tells those that wait where they stand now."""
        while self.running < self._parallel and (ticket := self._waiting.pop()):
            self._start(ticket)
            ticket.stands(0)
        for ahead, ticket in enumerate(self._waiting, self.running):
            ticket.stands(ahead)

    def _start(self, ticket: _Ticket[Any]) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()

        def end(seconds: float, done: Future[Any]) -> None:
            self._running.discard(ticket)
            self._mean = seconds if self._mean is None else self._mean + _NEWEST * (seconds - self._mean)
            if not ticket.outcome.done():
                ticket.outcome.set_result(done)
            self._fill()

        def hand_over(done: Future[Any]) -> None:
            with suppress(RuntimeError):  # the loop has ended: nobody waits any more
                loop.call_soon_threadsafe(end, loop.time() - began, done)

        self._running.add(ticket)
        in_thread(ticket.work).add_done_callback(hand_over)


def roughly(seconds: float) -> str:
    """Returns a duration in words: "a few seconds", "about 20 seconds", "about 3 minutes"."""
    if seconds < _BRIEF:
        return "a few seconds"
    if seconds < _LONG:
        return f"about {round(seconds, -1):.0f} seconds"
    return f"about {seconds / 60:.0f} minutes"


@dataclass(eq=False, slots=True)
class _Ticket(Generic[T]):
    """One question. `outcome` holds the future of its thread, once that is done, so that nothing raises unheard."""

    work: Callable[[], T]
    person: int
    server: int | None
    waiting: Callable[[int], None]
    outcome: asyncio.Future[Future[T]]
    ahead: int = 0

    def stands(self, ahead: int) -> None:
        if ahead != self.ahead:
            self.ahead = ahead
            # Later, for what the callback raises is no business of the question that made this one move up.
            asyncio.get_running_loop().call_soon(self.waiting, ahead)

    def close(self) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(Closed())


class _Rota:
    """Tickets by server and person, in both the one whose turn is next first."""

    def __init__(self) -> None:
        self._servers: dict[Hashable, dict[int, deque[_Ticket[Any]]]] = {}

    def add(self, ticket: _Ticket[Any]) -> None:
        people = self._servers.setdefault(_home(ticket), {})
        people.setdefault(ticket.person, deque()).append(ticket)

    def pop(self) -> _Ticket[Any] | None:
        """Takes out the next in turn; its person and its server go to the back."""
        for server, people in self._servers.items():
            for person, tickets in people.items():
                ticket = tickets.popleft()
                _to_the_back(people, person)
                _to_the_back(self._servers, server)
                return ticket
        return None

    def discard(self, ticket: _Ticket[Any]) -> bool:
        """Takes a ticket out, and tells whether it was there."""
        people = self._servers.get(_home(ticket), {})
        tickets = people.get(ticket.person, deque())
        if ticket not in tickets:
            return False
        tickets.remove(ticket)
        if not tickets:
            del people[ticket.person]
        if not people:
            del self._servers[_home(ticket)]
        return True

    def clear(self) -> list[_Ticket[Any]]:
        """Takes all tickets out, and returns them."""
        tickets = list(self)
        self._servers.clear()
        return tickets

    def __iter__(self) -> Iterator[_Ticket[Any]]:
        """Yields the tickets in the order in which `pop` will give them."""
        return _in_turns(_in_turns(people.values()) for people in self._servers.values())


def _home(ticket: _Ticket[Any]) -> Hashable:
    return ("direct", ticket.person) if ticket.server is None else ticket.server


def _to_the_back(rows: dict[Any, Row], key: Hashable) -> None:
    row = rows.pop(key)
    if row:
        rows[key] = row


def _in_turns(rows: Iterable[Iterable[T]]) -> Iterator[T]:
    """Yields the first of each row, the second of each, and so on."""
    left = deque(map(iter, rows))
    while left:
        row = left.popleft()
        for item in islice(row, 1):
            yield item
            left.append(row)
