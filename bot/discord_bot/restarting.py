"""Questions that a process which was killed had begun: each is apologised for as soon as the bot is back."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

from bot.discord_bot.rendering import Part
from bot.discord_bot.replies import ChannelReply, InteractionReply, edit
from bot.threads import off_loop
from retrieval.errors import refer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot.services import Services
    from bot.discord_bot.store import Unfinished

RESTARTED = Part("I was restarted before I could answer; please ask again.")
_TOKEN_LIFE = dt.timedelta(minutes=14)
_RECENT = dt.timedelta(hours=1)  # later nobody waits any more, and only a note that still stands is replaced


async def apologise(services: Services, left: Sequence[Unfinished]) -> None:
    """Replaces the notes of questions that were never answered, replies to those without one, and drops them all."""
    client = await services.connection.client()
    await asyncio.gather(*(_apologise(services, question, client.application_id or 0) for question in left))


async def _apologise(services: Services, question: Unfinished, application: int) -> None:
    age = dt.datetime.now(dt.UTC) - question.asked_at
    channel, token, message = question.place.channel, question.address.token, question.address.message
    try:
        if token is not None and age < _TOKEN_LIFE:
            reply = InteractionReply(services.connection, application, token, question.asked_at, channel, posts=False)
            await reply.answer([RESTARTED])
        elif question.note is not None:
            await edit(services.connection, channel, question.note, RESTARTED, None)
        elif message is not None and age < _RECENT:
            await ChannelReply(services.connection, channel, message).answer([RESTARTED])
    except Exception as error:  # noqa: BLE001  (it is one of several, and there is nobody left to tell)
        refer(error, "a question from before the restart could not be apologised for")
    await off_loop(services.store.drop, question.id)
