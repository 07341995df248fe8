"""When a feed is read again: soon after a success, later and later after failures, never sooner than it asks. Pure."""

from __future__ import annotations

import datetime as dt

USUAL = dt.timedelta(minutes=10)  # between two readings of a feed that does not say otherwise
FIRST_AFTER_FAILURE = dt.timedelta(minutes=5)
LONGEST = dt.timedelta(days=1)
LONGEST_ASKED = dt.timedelta(days=7)  # that a server's Retry-After is heeded
FAILURES_TOLD = 3  # after which a feed's failing is told
_SPREAD = 0.2  # of a pause, added at most, so that feeds are not all read at once


def after_success(wished: dt.timedelta | None, chance: float) -> dt.timedelta:
    """Returns how long to leave a feed alone that was read.

    Args:
        wished: what the feed asks for (<ttl>, sy:updatePeriod), which is heeded up to a day.
        chance: in 0..1, where in the spread it falls.
    """
    return _spread(min(max(wished or USUAL, USUAL), LONGEST), chance)


def after_failure(failures: int, retry_after: dt.timedelta | None, chance: float) -> dt.timedelta:
    """Returns how long to leave a feed alone that could not be read: minutes at first, doubled up to a day.

    Args:
        failures: how many there were in a row, this one included.
        retry_after: what the server asks for; the pause is no shorter.
        chance: in 0..1, where in the spread it falls.
    """
    doubled = FIRST_AFTER_FAILURE * 2 ** min(failures - 1, 10)
    asked = min(retry_after or dt.timedelta(), LONGEST_ASKED)
    return _spread(max(min(doubled, LONGEST), asked), chance)


def _spread(pause: dt.timedelta, chance: float) -> dt.timedelta:
    return pause * (1 + _SPREAD * chance)
