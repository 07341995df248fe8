"""One WebSocket of a gateway: what is sent over it, and how it ends."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from .compression import compressor

if TYPE_CHECKING:
    from aiohttp import web

    from .compression import Compress
    from .gateway import Session

CLOSE = {
    4001: "Unknown opcode.",
    4002: "Error while decoding payload.",
    4003: "Not authenticated.",
    4004: "Authentication failed.",
    4005: "Already authenticated.",
    4009: "Session timed out.",
    4010: "Invalid shard.",
    4011: "Sharding required.",
    4014: "Disallowed intent(s).",
}


class Closed(Exception):
    """The gateway ends the connection."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(CLOSE.get(code, ""))


class Connection:
    """What is sent waits in a queue, so that nothing that happens has to wait for the network.

    `ended_by_client` is the code with which the client closed it, if it did.
    """

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.request = request
        self.session: Session | None = None
        self.ended_by_client: int | None = None
        self._closing = False
        self._compress: Compress | None = compressor(request.query.get("compress"))
        self._queue: asyncio.Queue[str | int] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(self, op: int, data: object = None) -> None:
        self._queue.put_nowait(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def send_text(self, text: str) -> None:
        self._queue.put_nowait(text)

    def close(self, code: int) -> None:
        """After all that was sent before."""
        self._closing = True
        self._queue.put_nowait(code)

    def abort(self) -> None:
        """As if the network went away: no close frame."""
        if self.request.transport:
            self.request.transport.abort()

    async def stop(self) -> None:
        if not self._closing:
            self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)

    async def _write(self) -> None:
        while True:
            item = await self._queue.get()
            try:
                if isinstance(item, int):
                    await self.socket.close(code=item, message=CLOSE.get(item, "").encode())
                    return
                if self._compress:
                    await self.socket.send_bytes(self._compress(item.encode()))
                else:
                    await self.socket.send_str(item)
            except ConnectionError:
                return
