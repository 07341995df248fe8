"""Slow work in threads that do not keep the process from ending."""

from __future__ import annotations

import asyncio
import contextvars
from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Returns what `work` will return or raise.

    A daemon thread, and none of a pool of concurrent.futures: those are joined at exit, however long they take.
    """
    context = contextvars.copy_context()
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()  # from here on nobody can cancel it, so that the thread can hand over

    def run() -> None:
        try:
            future.set_result(context.run(work, *args, **kwargs))
        except BaseException as error:  # noqa: BLE001  (handed on to who waits)
            future.set_exception(error)

    try:
        Thread(target=run, name="work", daemon=True).start()
    except RuntimeError as error:  # the system has no thread left
        future.set_exception(error)
    return future


async def off_loop(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Returns what `work` does, from a thread. Cancelled, the thread goes on and its result is dropped."""
    return await asyncio.wrap_future(in_thread(work, *args, **kwargs))
