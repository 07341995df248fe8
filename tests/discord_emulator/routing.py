"""The table of REST routes, which the modules of routes fill, and what their functions are given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from .refusals import INVALID_FORM, NO_ROUTE, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from .commands import Commands
    from .exchanges import Upload
    from .interactions import Interactions
    from .refusals import Json
    from .world import World


@dataclass(frozen=True)
class Deployment:
    """How Discord runs the application: what no person sees of it."""

    gateway_url: str
    shards: int
    content_granted: bool


@dataclass(frozen=True)
class Call:
    """A request that passed the door."""

    world: World
    commands: Commands
    interactions: Interactions
    deployment: Deployment
    query: dict[str, str]
    data: Any
    files: list[Upload]

    @property
    def body(self) -> Json:
        """The JSON object of the request.

        Raises:
            Refusal: 50035, if it is none.
        """
        if not isinstance(self.data, dict):
            raise Refusal(INVALID_FORM)
        return self.data


@dataclass(frozen=True)
class Answer:
    """What a route says, if its status is not 200."""

    status: int
    body: Any = None


NOTHING = Answer(204)

F = TypeVar("F", bound="Callable[..., Answer | Json | list[Json]]")


@dataclass(frozen=True)
class Route:
    """`open` routes carry a token in their path and need no other."""

    method: str
    pattern: re.Pattern[str]
    handler: Callable[..., Answer | Json | list[Json]]
    open: bool


ROUTES: list[Route] = []


def route(method: str, path: str, *, open: bool = False) -> Callable[[F], F]:  # noqa: A002  (reads as what it means)
    """Serve a path, in which `{name}` stands for one part and is handed on by that name."""
    pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))

    def take(handler: F) -> F:
        ROUTES.append(Route(method, pattern, handler, open))
        return handler

    return take


def find(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route of a request and the named parts of its path.

    Raises:
        Refusal: 404, for what the emulator (or Discord) does not serve.
    """
    for one in ROUTES:
        match = one.pattern.fullmatch(path)
        if match and one.method == method:
            return one, match.groupdict()
    raise Refusal(NO_ROUTE)
