"""Where a question is asked, and which articles may be searched there. Pure.

A server's own library is searched in that server alone: not in direct messages, and not where Byline is there only
because the person who asks has installed it for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SERVER_PREFIX = "server-"  # of the names of servers' own libraries
Kind = Literal["channel", "thread", "direct"]


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, thread or direct message. `server` is None outside the servers that have Byline installed."""

    kind: Kind
    channel: int
    server: int | None = None

    @property
    def shared(self) -> bool:
        """Whether unrelated conversations go on there side by side."""
        return self.kind == "channel"

    def leads_back_to(self, before: Place) -> bool:
        """Tells whether a conversation may go back to another place: the same, or the channel of its thread."""
        if self.server != before.server:
            return False
        opened = self.kind == "thread" and before.kind == "channel" and self.server is not None
        return self.channel == before.channel or opened


def server_library(server: int) -> str:
    """Returns the name of a server's own library."""
    return f"{SERVER_PREFIX}{server}"


def libraries(place: Place, public: str) -> tuple[str, ...]:
    """Returns all that may be searched there."""
    return (public,) if place.server is None else (server_library(place.server), public)
