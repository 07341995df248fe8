"""Discord's ids (snowflakes) and times."""

from __future__ import annotations

import time
from datetime import UTC, datetime

EPOCH = 1_420_070_400_000
"""The first millisecond of 2015: Discord's time begins there."""

DAY = 86_400_000


def timestamp() -> str:
    return datetime.now(UTC).isoformat()


class Snowflakes:
    """Ids that grow: 42 bits of milliseconds, then 22 bits that tell ids of one millisecond apart."""

    def __init__(self) -> None:
        self._last = 0
        self._server = int(time.time() * 1000) - EPOCH - DAY

    def take(self) -> str:
        now = int(time.time() * 1000) - EPOCH
        self._last = max(self._last + 1, now << 22)
        return str(self._last)

    def take_for_server(self) -> str:
        """A millisecond of its own for each, so that `(id >> 22) % shards` deals servers evenly to shards."""
        self._server += 1
        return str(self._server << 22)
