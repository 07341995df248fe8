"""Forms that were refused, for a while as they were filled in: nobody has to type an article again."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

_MOST = 100


@dataclass(slots=True)
class Forms:
    """The newest, in memory alone."""

    _kept: OrderedDict[str, tuple[int, dict[str, str]]] = field(default_factory=OrderedDict)

    def keep(self, person: int, typed: dict[str, str]) -> str:
        """Keeps what a person typed, and returns its id, which nobody can guess."""
        form = secrets.token_urlsafe(12)
        self._kept[form] = (person, typed)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return form

    def take(self, form: str, person: int) -> dict[str, str] | None:
        """Returns what the same person typed; None where it is not kept."""
        whose, typed = self._kept.get(form, (0, {}))
        return typed if whose == person else None
