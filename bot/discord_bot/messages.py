"""Questions in messages: a mention, a reply, a direct message, or anything in a thread of the bot's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import discord

from bot.discord_bot.asking import DiscordQuestion
from bot.discord_bot.places import Kind, Place
from bot.discord_bot.rendering import Part
from bot.discord_bot.replies import ChannelReply
from bot.discord_bot.sending import Trouble, persistent, trouble_of
from bot.discord_bot.services import closed
from bot.render import folded
from bot.threads import off_loop
from retrieval.errors import refer

if TYPE_CHECKING:
    from bot.discord_bot.services import Services
    from retrieval.watching import Watch

_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
_THREAD_NAME = 100  # characters
_ARCHIVED_AFTER: Literal[1440] = 1440  # minutes without a message
_GO_ON = "Reply to this, or mention me, to ask on."
_DELETED = "The question was deleted meanwhile."


class Messages:
    """Takes the messages of one client."""

    def __init__(self, services: Services, client: discord.Client) -> None:
        self._services = services
        self._client = client
        self._replies: dict[int, ChannelReply] = {}  # by the message that asks, while it is being answered
        self._watches: dict[int, Watch] = {}  # by the same

    def take(self, message: discord.Message) -> None:
        """Answers a message, if it asks; messages of bots never do."""
        if message.author.bot or message.webhook_id or message.type not in _WRITTEN or not self._asks(message):
            return
        self._services.asking.start(self._answer(message, spoken(message, self._own_id)))

    def deleted(self, message: int) -> None:
        """Notes that a question under way is not there any more; a chat model stops writing for it."""
        if (watch := self._watches.get(message)) is not None:
            watch.stop()
        if (reply := self._replies.get(message)) is not None:
            reply.remarks = (*reply.remarks, _DELETED)

    @property
    def _own_id(self) -> int:
        return self._client.user.id if self._client.user else 0

    def _asks(self, message: discord.Message) -> bool:
        if message.guild is None or any(user.id == self._own_id for user in message.mentions):
            return True
        original = message.reference.resolved if message.reference else None
        to_us = isinstance(original, discord.Message) and original.author.id == self._own_id
        ours = isinstance(message.channel, discord.Thread) and message.channel.owner_id == self._own_id
        return bool(message.content) and (to_us or ours)

    async def _answer(self, message: discord.Message, text: str) -> None:
        try:
            here = place_of(message)
            reply = ChannelReply(self._services.connection, here.channel, message.id, embeds=_may_embed(message))
            self._replies[message.id] = reply
            settings = await self._services.settings_of(here)
            if (refused := closed(settings, here, message.channel)) is not None:
                await reply.answer([Part(refused)])
                return
            opens = settings.auto_thread and here.kind == "channel"
            if opens and (thread := await self._opened_thread(message, text)) is not None:
                here, reply.channel, reply.question = Place("thread", thread, here.server), thread, None
                reply.remarks = () if self._services.settings.discord_message_content else (_GO_ON,)
            replied = message.reference.message_id if message.reference else None
            parent = await off_loop(self._services.store.by_message, replied) if replied else None
            inquiry = DiscordQuestion(text, message.author.id, here, parent, brief=settings.brief)
            self._watches[message.id] = inquiry.watch
            await self._services.asking.ask(inquiry, reply)
        except Exception as error:  # noqa: BLE001  (one message must not end the bot)
            refer(error, "a message could not be answered")
        finally:
            self._replies.pop(message.id, None)
            self._watches.pop(message.id, None)

    async def _opened_thread(self, message: discord.Message, text: str) -> int | None:
        """Opens a thread for the question, and returns its id; None where the bot may not."""
        name = folded(text)[:_THREAD_NAME] or "Byline"

        async def opened() -> int:
            http = (await self._services.connection.client()).http
            thread = await http.start_thread_with_message(
                message.channel.id, message.id, name=name, auto_archive_duration=_ARCHIVED_AFTER
            )
            return int(thread["id"])

        try:
            return await persistent(opened)
        except discord.HTTPException as error:
            if trouble_of(error) is Trouble.THREAD_EXISTS:
                return message.id  # a thread has the id of the message that it was opened from
            refer(error, "a thread could not be opened; the answer goes into the channel")
            return None


def place_of(message: discord.Message) -> Place:
    if message.guild is None:
        return Place("direct", message.channel.id)
    kind: Kind = "thread" if isinstance(message.channel, discord.Thread) else "channel"
    return Place(kind, message.channel.id, message.guild.id)


def spoken(message: discord.Message, own: int) -> str:
    """Returns the text without the mention of the bot, and with people's names where they are mentioned."""
    return " ".join(written(message, own).split())


def written(message: discord.Message, own: int) -> str:
    """Returns the same in its lines."""
    names = {user.id: "" if user.id == own else user.display_name for user in message.mentions}
    return re.sub(r"<@!?(\d+)>", lambda found: names.get(int(found[1]), ""), message.content)


def _may_embed(message: discord.Message) -> bool:
    if message.guild is None or message.guild.me is None:
        return True
    try:
        return message.channel.permissions_for(message.guild.me).embed_links
    except discord.ClientException:  # a thread whose channel is not known
        return True
