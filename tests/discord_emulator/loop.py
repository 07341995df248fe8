"""One event loop on a thread of its own: a server under test lives there, while tests stay plain functions."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

P = ParamSpec("P")
R = TypeVar("R")


class Loop:
    """Runs coroutines, and functions that change what they use, on one thread."""

    def __init__(self, name: str) -> None:
        self.asyncio = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.asyncio)
        self.asyncio.run_forever()

    def call(self, function: Callable[[], R]) -> R:
        """What the function returns or raises; at once if this is the loop's own thread."""
        if threading.current_thread() is self._thread:
            return function()
        result: Future[R] = Future()

        def step() -> None:
            try:
                result.set_result(function())
            except BaseException as error:  # noqa: BLE001  (whatever it is, the caller gets it)
                result.set_exception(error)

        self.asyncio.call_soon_threadsafe(step)
        return result.result()

    def spawn(self, coroutine: Coroutine[Any, Any, R]) -> Future[R]:
        return asyncio.run_coroutine_threadsafe(coroutine, self.asyncio)

    def stop(self) -> None:
        """Cancel what still runs, and end the thread."""
        self.spawn(_cancel_all()).result(timeout=10)
        self.asyncio.call_soon_threadsafe(self.asyncio.stop)
        self._thread.join(timeout=10)
        self.asyncio.close()


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class OnLoop(Protocol):
    """Whatever has its state on a loop."""

    @property
    def loop(self) -> Loop: ...


S = TypeVar("S", bound=OnLoop)


def on_loop(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Let a method be called from any thread: it runs on the thread that owns the state."""

    def anywhere(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.loop.call(lambda: method(self, *args, **kwargs))

    update_wrapper(anywhere, method)
    return anywhere
