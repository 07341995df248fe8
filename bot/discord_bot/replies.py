"""Where an answer goes: under a message, or into the response of an interaction.

Replies hold ids and the connection, never objects of a client, and each request can be repeated: an edit by its
nature, a message by the nonce it was given before the first try.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, cast

import discord

from bot.discord_bot.rendering import Part, plain_parts
from bot.discord_bot.sending import Trouble, fresh_nonce, persistent, trouble_of
from bot.discord_bot.store import ReplyTo
from retrieval.errors import BylineError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.discord_bot.sending import Connection

_TOKEN_LIFE = dt.timedelta(minutes=15)
_MARGIN = dt.timedelta(seconds=45)  # before its end, in which an edit may have to be repeated
_NOBODY = discord.AllowedMentions.none()
_ORIGINAL = cast("int", "@original")  # the address that Discord gives an interaction's own response
_FILE = "byline.txt"
_REST = "The rest of this answer is in the attached file."
# Where a message cannot be edited any more, a new one can do; in an archived thread that opens it.
_REPLACEABLE = (Trouble.TOKEN_GONE, Trouble.UNKNOWN_MESSAGE, Trouble.ARCHIVED)


class Undeliverable(BylineError):
    """Nothing can be posted there; the message says why, in markdown."""

    def __init__(self, trouble: Trouble, channel: int) -> None:
        super().__init__(trouble.sentence(channel) or "")
        self.trouble = trouble


class Destination(Protocol):
    @property
    def patience(self) -> float | None:
        """Seconds until nothing can be said here any more; None if that is always possible."""

    async def typing(self) -> None:
        """Shows for some seconds that something will come, where that is not shown already."""

    async def note(self, text: str, buttons: discord.ui.View | None = None) -> int:
        """Says something that the next note, or the answer, will take the place of; returns the id of its message."""

    async def answer(self, parts: Sequence[Part], buttons: discord.ui.View | None = None) -> tuple[int, ...]:
        """Posts the answer, the buttons under its last message, and returns the ids of its messages.

        Raises:
            Undeliverable: it may not be posted there.
        """

    @property
    def remarks(self) -> tuple[str, ...]:
        """What has to be told beside the answer, as that its question was deleted."""

    @property
    def address(self) -> ReplyTo:
        """Where a later process can answer."""


@dataclass(slots=True)
class ChannelReply:
    """Messages in a channel, thread or direct message, the first of them a reply to the question."""

    connection: Connection
    channel: int
    question: int | None
    embeds: bool = True
    remarks: tuple[str, ...] = ()
    noted: int | None = None

    @property
    def patience(self) -> float | None:
        return None

    async def typing(self) -> None:
        await (await self.connection.client()).http.send_typing(self.channel)

    @property
    def address(self) -> ReplyTo:
        return ReplyTo(message=self.question)

    async def note(self, text: str, buttons: discord.ui.View | None = None) -> int:
        self.noted = await self._first(Part(text), buttons)
        return self.noted

    async def answer(self, parts: Sequence[Part], buttons: discord.ui.View | None = None) -> tuple[int, ...]:
        shown = list(parts if self.embeds else plain_parts(parts))
        first = await self._first(shown[0], None if shown[1:] else buttons)
        return (first, *await post_all(self.connection, self.channel, shown[1:], buttons))

    async def _first(self, part: Part, buttons: discord.ui.View | None) -> int:
        if self.noted is not None:
            try:
                return await edit(self.connection, self.channel, self.noted, part, buttons)
            except Undeliverable as error:
                if error.trouble not in _REPLACEABLE:
                    raise
        return await post(self.connection, self.channel, part, buttons, reply_to=self.question)


@dataclass(slots=True)
class InteractionReply:
    """The response of a deferred interaction; where it is too long, or comes too late, messages in the channel.

    `posts` tells whether the bot can write messages there: it cannot where it is only its user's own app.
    """

    connection: Connection
    application: int
    token: str = field(repr=False)
    created: dt.datetime
    channel: int
    posts: bool
    embeds: bool = True

    @property
    def patience(self) -> float | None:
        return None if self.posts else max(0.0, (self._end - discord.utils.utcnow()).total_seconds())

    @property
    def _end(self) -> dt.datetime:
        return self.created + _TOKEN_LIFE - _MARGIN

    @property
    def remarks(self) -> tuple[str, ...]:
        return ()

    async def typing(self) -> None:
        """Does nothing: Discord shows of a deferred interaction that the bot is thinking."""

    @property
    def address(self) -> ReplyTo:
        return ReplyTo(token=self.token)

    async def note(self, text: str, buttons: discord.ui.View | None = None) -> int:
        return await self._edit(Part(text), buttons, rest=())

    async def answer(self, parts: Sequence[Part], buttons: discord.ui.View | None = None) -> tuple[int, ...]:
        shown = list(parts if self.embeds else plain_parts(parts))
        if not self.posts:
            return (await self._edit(shown[0], buttons, rest=shown[1:]),)
        if discord.utils.utcnow() > self._end:
            return await post_all(self.connection, self.channel, shown, buttons)
        try:
            first = await self._edit(shown[0], None if shown[1:] else buttons, rest=())
        except Undeliverable as error:
            if error.trouble not in _REPLACEABLE:
                raise
            return await post_all(self.connection, self.channel, shown, buttons)
        try:
            return (first, *await post_all(self.connection, self.channel, shown[1:], buttons))
        except Undeliverable:
            return (await self._edit(shown[0], buttons, rest=shown[1:]),)

    async def _edit(self, part: Part, buttons: discord.ui.View | None, *, rest: Sequence[Part]) -> int:
        async def edit() -> int:
            webhook = discord.Webhook.partial(self.application, self.token, client=await self.connection.client())
            text = io.BytesIO(("\n\n".join(one.content for one in plain_parts(rest)) or part.attached).encode())
            content = "\n\n".join(filter(None, (part.content, _REST))) if rest else part.content
            message = await webhook.edit_message(
                _ORIGINAL,
                content=content or None,
                embeds=_embeds(part),
                view=buttons,
                attachments=[discord.File(text, filename=_FILE)] if rest or part.attached else [],
                allowed_mentions=_NOBODY,
            )
            return message.id

        return await _delivered(self.connection, self.channel, edit)


async def post(
    connection: Connection,
    channel: int,
    part: Part,
    buttons: discord.ui.View | None = None,
    *,
    reply_to: int | None = None,
    nonce: str | None = None,
) -> int:
    """Posts one message in a channel, and returns its id.

    `nonce` names the message: of two with the same, within minutes, Discord shows one.

    Raises:
        Undeliverable: it may not be posted there.
    """
    options: dict[str, Any] = {"embeds": _embeds(part), "nonce": nonce or fresh_nonce(), "allowed_mentions": _NOBODY}
    if buttons is not None:
        options["view"] = buttons
    if reply_to is not None:
        options["reference"] = discord.MessageReference(
            message_id=reply_to, channel_id=channel, fail_if_not_exists=False
        )

    async def send() -> int:
        target = (await connection.client()).get_partial_messageable(channel)
        return (await target.send(part.content or None, **options)).id

    return await _delivered(connection, channel, send)


async def post_all(
    connection: Connection, channel: int, parts: Sequence[Part], buttons: discord.ui.View | None
) -> tuple[int, ...]:
    """Messages one after the other, the buttons under the last."""
    return tuple(
        [
            await post(connection, channel, part, buttons if number == len(parts) else None)
            for number, part in enumerate(parts, 1)
        ]
    )


async def write_to(connection: Connection, person: int, text: str) -> None:
    """Writes a direct message.

    Raises:
        Undeliverable: the person takes none.
    """
    await post(connection, await direct_channel(connection, person), Part(text))


async def direct_channel(connection: Connection, person: int) -> int:
    """Returns the channel of the direct messages with a person.

    Raises:
        Undeliverable: the person takes none.
    """

    async def opened() -> int:
        return (await (await connection.client()).create_dm(discord.Object(person))).id

    return await _delivered(connection, 0, opened)


async def edit(connection: Connection, channel: int, message: int, part: Part, buttons: discord.ui.View | None) -> int:
    """Puts something else in the place of one of the bot's messages, and returns its id."""

    async def replace() -> int:
        target = await _message(connection, channel, message)
        edited = await target.edit(
            content=part.content or None, embeds=_embeds(part), view=buttons, allowed_mentions=_NOBODY
        )
        return edited.id

    return await _delivered(connection, channel, replace)


async def delete(connection: Connection, channel: int, message: int) -> None:
    """Deletes a message of the bot's; one that is gone already is as good."""

    async def remove() -> None:
        await (await _message(connection, channel, message)).delete()

    try:
        await persistent(remove)
    except discord.HTTPException as error:
        if trouble_of(error) is not Trouble.UNKNOWN_MESSAGE:
            raise


async def _message(connection: Connection, channel: int, message: int) -> discord.PartialMessage:
    return (await connection.client()).get_partial_messageable(channel).get_partial_message(message)


async def _delivered(connection: Connection, channel: int, request: Callable[[], Awaitable[int]]) -> int:
    """Returns the id of the message that a request makes or edits; opens a thread again that was archived.

    Raises:
        Undeliverable: Discord refuses it for a reason that can be told.
    """
    try:
        return await persistent(request)
    except discord.HTTPException as error:
        trouble = trouble_of(error)
        if trouble is Trouble.ARCHIVED and await _unarchived(connection, channel):
            return await persistent(request)
        if trouble is None or trouble.sentence(channel) is None:
            raise
        raise Undeliverable(trouble, channel) from error


async def _unarchived(connection: Connection, thread: int) -> bool:
    async def reopen() -> None:
        await (await connection.client()).http.edit_channel(thread, archived=False)

    try:
        await persistent(reopen)
    except discord.HTTPException:
        return False
    return True


def _embeds(part: Part) -> list[discord.Embed]:
    if part.card is None:
        return []
    embed = discord.Embed(title=part.card.title, description=part.card.text, colour=part.card.colour)
    if part.card.footer:
        embed.set_footer(text=part.card.footer)
    return [embed]
