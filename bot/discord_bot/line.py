"""The connection to Discord as it is now.

A client that broke for good is replaced by another. Answers that are on their way hold the line, not a client, so they
go out over whichever is up.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import discord


class Line:
    """Where the client is found; waits while there is none."""

    def __init__(self) -> None:
        self._client: discord.Client | None = None
        self._up = asyncio.Event()

    def connect(self, client: discord.Client) -> None:
        """To be called once the client may send requests."""
        self._client = client
        self._up.set()

    def hang_up(self) -> None:
        self._client = None
        self._up.clear()

    async def client(self) -> discord.Client:
        while self._client is None:
            await self._up.wait()
        return self._client
