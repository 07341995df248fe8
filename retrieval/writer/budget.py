"""What a chat model may cost in a day: tokens, and dollars where the prices are known."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from retrieval.errors import BudgetSpent

if TYPE_CHECKING:
    from collections.abc import Callable

_FACT = "chat model spending"
_A_MILLION = 1_000_000
_log = logging.getLogger("byline")


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be spent a day, None: no limit; prices in dollars for a million tokens."""

    tokens: int | None = None
    dollars: float | None = None
    input_price: float = 0.0
    output_price: float = 0.0

    def allow(self, spent: Usage) -> bool:
        in_tokens = self.tokens is None or spent.total <= self.tokens
        return in_tokens and (self.dollars is None or self.cost(spent) <= self.dollars)

    def cost(self, spent: Usage) -> float:
        return (spent.input * self.input_price + spent.output * self.output_price) / _A_MILLION


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a model read and wrote."""

    input: int = 0
    output: int = 0

    @property
    def total(self) -> int:
        return self.input + self.output

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.input + other.input, self.output + other.output)

    def __sub__(self, other: Usage) -> Usage:
        return Usage(self.input - other.input, self.output - other.output)


class Facts(Protocol):
    """Where the spending of the day is kept over a restart."""

    def fact(self, name: str) -> str | None: ...

    def set_fact(self, name: str, value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Spent:
    day: str
    input: int = 0
    output: int = 0


@dataclass(slots=True)
class Budget:
    """Of one process. A request's most is set aside before it is made, so that requests at once cannot exceed it."""

    limits: Limits
    facts: Facts
    today: Callable[[], dt.date] = lambda: dt.datetime.now(dt.UTC).date()
    _aside: Usage = Usage()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set_aside(self, most: Usage) -> None:
        """Count what a request may take at most.

        Raises:
            BudgetSpent: it is more than is left today.
        """
        with self._lock:
            if not self.limits.allow(self._spent() + self._aside + most):
                raise BudgetSpent
            self._aside += most

    def settle(self, most: Usage, used: Usage) -> None:
        """What was set aside for a request is over; it took `used`."""
        with self._lock:
            self._aside -= most
            spent = self._spent() + used
            kept = replace(_Spent(self.today().isoformat()), **asdict(spent))
            try:
                self.facts.set_fact(_FACT, json.dumps(asdict(kept)))
            except Exception as error:  # noqa: BLE001  (a full disk, say: it stays counted until the process ends)
                self._aside += used
                _log.warning("The spending of the chat model could not be kept (%s)", getattr(error, "orig", error))

    @property
    def spent(self) -> Usage:
        """Today's."""
        with self._lock:
            return self._spent()

    def _spent(self) -> Usage:
        kept = _Spent(**json.loads(self.facts.fact(_FACT) or '{"day": ""}'))
        return Usage(kept.input, kept.output) if kept.day == self.today().isoformat() else Usage()
