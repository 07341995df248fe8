"""Questions in messages: a mention, a reply, a direct message, anything in a thread of the bot's own.

In channels that are set so, questions without a mention too, unless people are talking: once a person has answered
somebody, the bot leaves the two alone, in a thread for good. What it heard is in memory alone, and bounded.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Literal, TypeVar

import discord

from bot.discord_bot.asking import DiscordQuestion
from bot.discord_bot.markdown import plain_text, with_words
from bot.discord_bot.places import Kind, Place
from bot.discord_bot.rendering import Part, shortened
from bot.discord_bot.replies import ChannelReply
from bot.discord_bot.sending import Trouble, persistent, trouble_of
from bot.discord_bot.services import closed, ignores
from bot.threads import off_loop
from retrieval.dialogue.rewriting import asked_about
from retrieval.errors import refer
from retrieval.text.messages import looks_like_question, without_chatter

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.discord_bot.services import Services
    from bot.discord_bot.store import ServerSettings
    from retrieval.types import Turn
    from retrieval.watching import Watch

K = TypeVar("K")
V = TypeVar("V")

ASK_ABOUT = "Ask Byline about this"  # the name of a message's menu
_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
_THREAD_NAME = 100  # characters
_ARCHIVED_AFTER: Literal[1440] = 1440  # minutes without a message
_GO_ON = "Reply to this, or mention me, to ask on."
_DELETED = "The question was deleted meanwhile."
_UNREADABLE = (
    "I cannot read the message that you reply to. Open its menu, choose Apps, “{}”; or write your question here."
)
_AMONG_PEOPLE = 600.0  # seconds after which somebody who asks again is answered
_MOST = 1_000  # channels and people that are remembered


class Messages:
    """Takes the messages of one client."""

    def __init__(self, services: Services, client: discord.Client) -> None:
        self._services = services
        self._client = client
        self._replies: dict[int, ChannelReply] = {}  # by the message that asks, while it is being answered
        self._watches: dict[int, Watch] = {}  # by the same
        self._listening = Listening()

    def take(self, message: discord.Message) -> None:
        """Answers a message, if it asks; messages of bots never do."""
        if message.author.bot or message.webhook_id or message.type not in _WRITTEN:
            return
        text = spoken(message, self._own_id)
        if self._is_addressed(message):
            self._services.asking.start(self._answer(message, text))
        elif text and self._is_for_bot(message, text):
            self._services.asking.start(self._answer(message, text, overheard=True))

    def deleted(self, message: int) -> None:
        """Notes that a question under way is not there any more; a chat model stops writing for it."""
        if (watch := self._watches.get(message)) is not None:
            watch.stop()
        if (reply := self._replies.get(message)) is not None:
            reply.remarks = (*reply.remarks, _DELETED)

    @property
    def _own_id(self) -> int:
        return self._client.user.id if self._client.user else 0

    def _is_addressed(self, message: discord.Message) -> bool:
        roles = {role.tags.bot_id for role in message.role_mentions if role.tags}  # the bot's own has its name
        if message.guild is None or self._own_id in {user.id for user in message.mentions} | roles:
            return True
        original = _replied_to(message)
        to_us = original is not None and original.author.id == self._own_id
        ours = isinstance(message.channel, discord.Thread) and message.channel.owner_id == self._own_id
        return bool(message.content) and (to_us or ours)

    def _is_for_bot(self, message: discord.Message, text: str) -> bool:
        """Tells whether an unaddressed message is a question that no person has taken up."""
        original, channel = _replied_to(message), message.channel
        person = original.author.id if original and not original.author.bot else None
        opener = channel.owner_id if isinstance(channel, discord.Thread) else None
        return self._listening.is_for_bot(
            channel.id,
            message.author.id,
            asks=looks_like_question(text),
            replies_to=None if person == message.author.id else person,
            opener=opener,
        )

    async def _answer(self, message: discord.Message, text: str, *, overheard: bool = False) -> None:
        try:
            here = place_of(message)
            settings = await self._services.settings_of(here)
            rooms = {here.channel, getattr(message.channel, "parent_id", None)}
            if overheard and rooms.isdisjoint(settings.listens):
                return
            if ignores(settings, message.author, here, message.channel):
                return
            reply = ChannelReply(self._services.connection, here.channel, message.id, embeds=_may_embed(message))
            self._replies[message.id] = reply
            if (refused := closed(settings, here, message.channel)) is not None:
                await reply.answer([Part(refused)])
                return
            await self._ask(message, text, reply, settings)
        except Exception as error:  # noqa: BLE001  (one message must not end the bot)
            refer(error, "a message could not be answered")
        finally:
            self._replies.pop(message.id, None)
            self._watches.pop(message.id, None)

    async def _ask(self, message: discord.Message, text: str, reply: ChannelReply, settings: ServerSettings) -> None:
        parent = None
        if message.reference and message.reference.message_id:
            parent = await off_loop(self._services.store.by_message, message.reference.message_id)
        subject = "" if parent else self._subject(message)
        if not text and subject is None:
            await reply.answer([Part(_UNREADABLE.format(ASK_ABOUT))])
            return
        turns: tuple[Turn, ...] = ()
        if subject:
            text, turns = asked_about(text, subject)
        here = place_of(message)
        if settings.auto_thread and here.kind == "channel":
            here = await self._moved(message, text, reply)
        inquiry = DiscordQuestion(text, message.author.id, here, parent, brief=settings.brief, follows=turns)
        self._watches[message.id] = inquiry.watch
        await self._services.asking.ask(inquiry, reply)

    def _subject(self, message: discord.Message) -> str | None:
        """Returns what a message is about beside its own words: another's message, the title of a forum's post.

        "" where that is nothing; None where it is a message that Discord does not let the bot read.
        """
        original, channel = _replied_to(message), message.channel
        if original is not None and original.author.id != self._own_id:
            return spoken(original, self._own_id) or None
        if not isinstance(channel, discord.Thread) or not isinstance(channel.parent, discord.ForumChannel):
            return ""
        return plain_text(channel.name) if message.id == channel.id else ""

    async def _moved(self, message: discord.Message, text: str, reply: ChannelReply) -> Place:
        """Lets the reply go into a thread that is opened for the question, if the bot may; returns where it goes."""
        here = place_of(message)
        if (thread := await self._opened_thread(message, text)) is None:
            return here
        reply.channel, reply.question = thread, None
        reply.remarks = () if self._services.settings.discord_message_content else (_GO_ON,)
        return Place("thread", thread, here.server)

    async def _opened_thread(self, message: discord.Message, text: str) -> int | None:
        """Opens a thread for the question, and returns its id; None where the bot may not."""
        name = shortened(without_chatter(text), _THREAD_NAME) or "Byline"

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
    """Returns the text without the mention of the bot and markdown, with the names of who and what is mentioned."""
    return plain_text(written(message, own))


def written(message: discord.Message, own: int) -> str:
    """Returns the same in its lines, with its markdown."""
    people = {user.id: "" if user.id == own else user.display_name for user in message.mentions}
    channels = {channel.id: f"#{channel.name}" for channel in message.channel_mentions}
    return with_words(message.content, channels | people)


def _replied_to(message: discord.Message) -> discord.Message | None:
    original = message.reference.resolved if message.reference else None
    return original if isinstance(original, discord.Message) else None


def _may_embed(message: discord.Message) -> bool:
    if message.guild is None or message.guild.me is None:
        return True
    try:
        return message.channel.permissions_for(message.guild.me).embed_links
    except discord.ClientException:  # a thread whose channel is not known
        return True


class Listening:
    """What people say to each other, channel by channel. To be told of each message in the order they come."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: OrderedDict[int, tuple[int, float]] = OrderedDict()  # by channel, who asked last, and when
        self._among_people: OrderedDict[tuple[int, int], float] = OrderedDict()  # by channel and who asked, since when
        self._taken: OrderedDict[int, None] = OrderedDict()  # threads in which a person has answered

    def is_for_bot(
        self, channel: int, person: int, *, asks: bool, replies_to: int | None = None, opener: int | None = None
    ) -> bool:
        """Notes a message that does not mention the bot, and tells whether the bot is to answer it.

        Args:
            channel: where it stands.
            person: who wrote it.
            asks: whether it looks like a question.
            replies_to: the person whose message it replies to, if it is another's.
            opener: the person who opened the thread or post; None in a channel.
        """
        now = self._clock()
        if opener not in (None, person):
            _remember(self._taken, channel, None)
        asked, when = self._asked.get(channel, (person, now))
        answered = asked if replies_to is None and not asks and now - when < _AMONG_PEOPLE else replies_to
        if answered is not None and answered != person:
            _remember(self._among_people, (channel, answered), now)
            return False
        if channel in self._taken or not asks:
            return False
        if now - self._among_people.get((channel, person), -_AMONG_PEOPLE) < _AMONG_PEOPLE:
            _remember(self._among_people, (channel, person), now)
            return False
        _remember(self._asked, channel, (person, now))
        return True


def _remember(held: OrderedDict[K, V], key: K, value: V) -> None:
    held[key] = value
    held.move_to_end(key)
    while len(held) > _MOST:
        held.popitem(last=False)
