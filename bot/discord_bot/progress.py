"""What a person sees while an answer takes its time: where the question stands, then the sentences as they are written.

Only what the articles support is told here: what is on Discord cannot be taken back from those who have read it.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.discord_bot.rendering import unfinished_text
from retrieval.errors import refer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import discord

    from bot.discord_bot.replies import Destination
    from retrieval.watching import Unfinished

_TYPING_AFTER = 0.3  # seconds: an answer is often quicker than the sign
_NOTE_AFTER = 2.0
_APART = 1.0  # seconds between two edits of a message


@dataclass(slots=True)
class ProgressNote:
    """Of one question. A note is never cut short: an edit under way could arrive after the answer and replace it."""

    reply: Destination
    buttons: Callable[[], discord.ui.View | None] = lambda: None
    noted: Callable[[int], Awaitable[None]] | None = None  # is told of the note's message
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _ahead: int = 0
    _written: Unfinished | None = None

    def moved_up(self, ahead: int) -> None:
        self._ahead = ahead

    def wrote(self, unfinished: Unfinished) -> None:
        """Takes what is written so far, from any thread."""
        self._written = unfinished

    async def tell(self) -> None:
        """Shows that it types, posts a note once the answer takes a while, and again when there is more to read.

        Returns when the answer may be posted: not sooner after the last of several edits than those are apart.
        """
        if await self._is_over_in(_TYPING_AFTER):
            return
        typing = asyncio.create_task(self._type())
        is_over = await self._is_over_in(_NOTE_AFTER - _TYPING_AFTER)
        typing.cancel()
        if is_over:
            return
        shown = self._text()
        last = await self._note(shown)
        while not await self._is_over_in(_APART):
            text = self._text()
            if self._sentences and text != shown:
                shown = text
                last = await self._note(shown)
        if self._sentences:
            await asyncio.sleep(max(0.0, last + _APART - asyncio.get_running_loop().time()))

    async def _type(self) -> None:
        with contextlib.suppress(Exception):  # it is only a sign
            await self.reply.typing()

    async def _is_over_in(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.over.wait(), seconds)
        return self.over.is_set()

    async def _note(self, text: str) -> float:
        """Posts a note, and returns when it was posted, by the clock of the event loop."""
        try:
            message = await self.reply.note(text, self.buttons())
            if self.noted is not None:
                await self.noted(message)
                self.noted = None  # the next note is the same message
        except Exception as error:  # noqa: BLE001  (the answer is what counts, and reports its own trouble)
            refer(error, "a progress note could not be posted")
        return asyncio.get_running_loop().time()

    @property
    def _sentences(self) -> int:
        return len(self._written.statements) if self._written else 0

    def _text(self) -> str:
        if self._written and self._sentences:
            return unfinished_text(self._written)
        if not self._ahead:
            return "Reading the articles …"
        before = "1 question is" if self._ahead == 1 else f"{self._ahead:,} questions are"
        return f"{before} before yours …"
