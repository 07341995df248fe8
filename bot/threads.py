"""Slow work in threads that do not keep the process from ending."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")
_NAME = "work"


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
        threading.Thread(target=run, name=_NAME, daemon=True).start()
    except RuntimeError as error:  # the system has no thread left
        future.set_exception(error)
    return future


def wait_for_work(seconds: float) -> None:
    """Waits until the work under way is done, so many seconds at most.

    A process that ends while a thread loads a model is aborted by what it loads, whatever status it ends with.
    """
    until = time.monotonic() + seconds
    for thread in threading.enumerate():
        if thread.name == _NAME:
            thread.join(max(0.0, until - time.monotonic()))


async def off_loop(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Returns what `work` does, from a thread. Cancelled, the thread goes on and its result is dropped."""
    return await asyncio.wrap_future(in_thread(work, *args, **kwargs))
