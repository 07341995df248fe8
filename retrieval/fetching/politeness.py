"""What a polite visitor keeps to: the site's robots.txt, a pause between requests, few requests at once."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections import OrderedDict
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from retrieval.errors import FetchRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from protego import Protego

AT_ONCE = 2  # requests, whatever their hosts
DELAY = 1.0  # seconds between the requests to one host
_LONGEST_DELAY = 30.0  # that a site may ask for
_LONGEST_WAIT = 30 * 86_400.0  # seconds that a server may ask for
_ROBOTS_KEPT = 6 * 3600.0  # seconds
_MOST_HOSTS = 1_000  # that are remembered


class Pace:
    """Lets the requests to a host begin a pause apart, and no more than a few go on at the same time."""

    def __init__(
        self,
        *,
        delay: float = DELAY,
        at_once: int = AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._delay = delay
        self._slots = threading.BoundedSemaphore(at_once)
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next: OrderedDict[str, float] = OrderedDict()

    @contextlib.contextmanager
    def turn(self, host: str, delay: float = 0.0) -> Iterator[None]:
        """Waits for the host's turn and holds it; `delay` is the pause that the site asks for, in seconds."""
        with self._lock:
            now = self._clock()
            start = max(now, self._next.pop(host, now))
            self._next[host] = start + max(self._delay, min(delay, _LONGEST_DELAY))
            if len(self._next) > _MOST_HOSTS:
                self._next.popitem(last=False)
        if start > now:
            self._sleep(start - now)
        with self._slots:
            yield


class Robots:
    """The rules that sites have for visitors such as this one, each read once in a while."""

    def __init__(self, read: Callable[[str], str], *, agent: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Takes what reads a robots.txt, given its address: "" where a site has none."""
        self._read = read
        self._agent = agent
        self._clock = clock
        self._rules: OrderedDict[str, tuple[float, Protego]] = OrderedDict()
        self._reading: dict[str, threading.Lock] = {}

    def are_known(self, origin: str) -> bool:
        """Tells whether a site's rules were read, and not too long ago."""
        return origin in self._rules and self._clock() - self._rules[origin][0] < _ROBOTS_KEPT

    def check(self, origin: str, url: str) -> float:
        """Returns the seconds that the site asks to let pass between requests.

        Raises:
            FetchRefused: the site does not want that page to be fetched.
            FetchFailed: its rules cannot be read now.
        """
        from protego import Protego

        with self._reading.setdefault(origin, threading.Lock()):  # by one thread, while others wait for it
            if not self.are_known(origin):
                self._rules[origin] = (self._clock(), Protego.parse(self._read(f"{origin}/robots.txt")))
            rules = self._rules[origin][1]
        if len(self._rules) > _MOST_HOSTS:
            self._reading.pop(self._rules.popitem(last=False)[0], None)
        if not rules.can_fetch(url, self._agent):
            raise FetchRefused("the site's robots.txt asks programs not to fetch this page; save it as a file instead")
        return float(rules.crawl_delay(self._agent) or 0)


def seconds_to_wait(retry_after: str) -> float | None:
    """Returns what a Retry-After header asks for, seconds or a date; None where it cannot be read."""
    try:
        if retry_after.isdecimal():
            return min(float(retry_after), _LONGEST_WAIT)
        wait = (parsedate_to_datetime(retry_after) - dt.datetime.now(dt.UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, 0.0), _LONGEST_WAIT)
