"""What systemd is told of a service: that it is ready, that it is alive, that it ends (sd_notify(3)).

A message to the socket that NOTIFY_SOCKET names; elsewhere than under systemd nothing is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket

_MICROSECONDS = 1_000_000


def notify(state: str) -> None:
    """Tells systemd of a state, such as "READY=1"; what cannot be told is left out."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in {"/", "@"}:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as told:
        told.setblocking(False)  # a reader that has stopped must not stop the event loop
        told.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        told.sendall(state.encode())


async def keep_watchdog_quiet() -> None:
    """Tells systemd twice in each of its periods that the event loop runs; waits for ever without a watchdog."""
    period = os.environ.get("WATCHDOG_USEC", "")
    if not period.isdecimal() or os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        await asyncio.Event().wait()
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(int(period) / _MICROSECONDS / 2)
