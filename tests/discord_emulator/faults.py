"""Faults on demand: what goes wrong between a bot and Discord, for chosen requests and a chosen number of times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .refusals import Json

Break = Literal["reset", "reset_after", "malformed"]
"""reset: the connection is cut before the request is looked at. reset_after: the request is fulfilled, and the
connection cut before the answer. malformed: the request is fulfilled, and the answer says it is JSON but is not."""


@dataclass
class Fault:
    """What goes wrong with requests of a method whose path the pattern is found in. `times` counts down."""

    method: str
    pattern: str
    status: int | Break | None = None
    retry_after: float = 1.0
    everywhere: bool = False
    via: bool = True
    processed: bool = False
    delay: float = 0.0
    times: int = 1

    def meets(self, method: str, path: str) -> bool:
        return self.times > 0 and self.method == method and re.search(self.pattern, path) is not None

    def lift(self) -> None:
        """No more of it."""
        self.times = 0

    @property
    def fulfils(self) -> bool:
        """Whether Discord does what was asked all the same."""
        return self.status is None or self.processed or self.status in {"reset_after", "malformed"}

    @property
    def cuts(self) -> bool:
        return self.status in {"reset", "reset_after"}

    def __str__(self) -> str:
        return f"fault: {self.status or 'none'}" + (f" after {self.delay:g} s" if self.delay else "")

    def body(self) -> Json:
        """What Discord says with an error status."""
        if self.status == TOO_MANY:
            told = {"message": "You are being rate limited.", "retry_after": self.retry_after}
            return told | {"global": self.everywhere}
        return {"message": f"{self.status}: a fault on demand", "code": 0}

    def headers(self) -> dict[str, str]:
        if self.status != TOO_MANY:
            return {}
        scope = "global" if self.everywhere else "user"
        told = {"Retry-After": f"{self.retry_after:g}", "X-RateLimit-Scope": scope}
        return told | ({"X-RateLimit-Global": "true"} if self.everywhere else {})


TOO_MANY = 429
