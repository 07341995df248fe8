"""What went over the wire, for assertions, for the check against Discord's description, and for failure messages."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .refusals import Json

SHOWN = 25
WIDTH = 300


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    field: str
    filename: str
    data: bytes


@dataclass
class Exchange:
    """One REST request with its answer. `status` is None while it is being answered, and if the connection was cut."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    files: list[Upload]
    authorization: str | None
    at: float = field(default_factory=time.monotonic)
    took: float | None = None
    status: int | None = None
    response: Any = None
    fault: str = ""

    def matches(self, method: str, pattern: str) -> bool:
        return self.method == method and re.search(pattern, self.path) is not None

    def __str__(self) -> str:
        told = [f"{self.method} {self.path}", _short(self.body), f"-> {self.status}"]
        if self.fault:
            told.append(f"[{self.fault}]")
        if self.status and self.status >= 400:
            told.append(_short(self.response))
        return " ".join(part for part in told if part)


def _short(body: Json | None) -> str:
    text = "" if body is None else json.dumps(body, ensure_ascii=False)
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}..."


def transcript(exchanges: Iterable[Exchange]) -> str:
    """The last exchanges, one a line, with seconds since the first of all."""
    every = list(exchanges)
    if not every:
        return "No request has come in."
    start = every[0].at
    return "\n".join(f"{exchange.at - start:8.3f} {exchange}" for exchange in every[-SHOWN:])


def wait_until(holds: Callable[[], object], timeout: float, what: str, told: Callable[[], str]) -> None:
    """Return as soon as `holds()` is true.

    Raises:
        AssertionError: it never was within `timeout` seconds; the message ends with `told()`.
    """
    end = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"Waited {timeout:g} s for {what}, in vain.\n{told()}")
        time.sleep(0.005)
