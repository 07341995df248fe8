"""All that exists: users, servers, channels, messages. It tells what happens to whoever publishes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .channels import DIRECT_MESSAGE, Channel
from .components import LAYOUT, given_back
from .files import Attachment, File
from .ids import Snowflakes
from .mentions import mentions_in
from .messages import DEFAULT, SILENT, SUPPRESS_EMBEDS, Message, stored_embed
from .users import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .loop import Loop
    from .refusals import Json
    from .servers import Server

GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 9, 1 << 12
"""The gateway intents for events about messages."""


class Publish(Protocol):
    """Tells the clients of an event: those whose shard has the server, and that asked for the intent.

    `hidden` is the event for those who may not read messages; None if it is the same.
    """

    def __call__(
        self, event: str, data: Json, *, intent: int = 0, server: Server | None = None, hidden: Json | None = None
    ) -> None: ...


@dataclass(frozen=True)
class Clocks:
    """Discord's deadlines, in seconds."""

    ack_deadline: float = 3.0
    token_life: float = 900.0
    heartbeat_interval: float = 41.25


class World:
    """Users, servers, channels and messages by id. Only touched on the loop's thread.

    `bugs` are errors of the emulator itself, which must not pass for Discord's.
    """

    def __init__(self, loop: Loop, clocks: Clocks) -> None:
        self.loop = loop
        self.clocks = clocks
        self.ids = Snowflakes()
        self.users: dict[str, User] = {}
        self.servers: dict[str, Server] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, Attachment] = {}
        self._direct: dict[frozenset[str], Channel] = {}
        self.bot = self.add(User(self.ids.take(), "Byline", bot=True))
        self.owner: User = self.bot
        self.address = ""
        self.bugs: list[Exception] = []
        self.publish: Publish = _to_nobody

    def add(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def make_channel(  # noqa: D417  (the rest is Channel's)
        self,
        kind: int,
        name: str = "",
        *,
        server: Server | None = None,
        parent: Channel | None = None,
        owner: User | None = None,
        recipients: Sequence[User] = (),
        id: str | None = None,  # noqa: A002  (it is one)
    ) -> Channel:
        """A channel that exists, but that nobody was told of yet.

        Args:
            id: of a thread that starts from a message, which has the message's id.
        """
        made = Channel(
            self, id or self.ids.take(), kind, name, server, parent=parent, owner=owner, recipients=list(recipients)
        )
        self.channels[made.id] = made
        if parent:
            parent.inner.append(made)
        return made

    def direct_channel(self, *people: User) -> Channel:
        """The direct message channel between two people, or the bot and a person; the same each time."""
        pair = frozenset(user.id for user in people)
        if pair not in self._direct:
            self._direct[pair] = self.make_channel(DIRECT_MESSAGE, recipients=people)
        return self._direct[pair]

    def shuts_out_bot(self, channel: Channel) -> bool:
        """Whether the person of a direct message channel cannot be written to: unwilling, or a stranger."""
        person = next(user for user in channel.recipients if user is not self.bot)
        known = person.installed or any(
            server.has_bot and person.id in server.members for server in self.servers.values()
        )
        return not (known and person.takes_direct_messages)

    def message(self, channel: Channel, message_id: str) -> Message | None:
        found = channel.kept.get(message_id)
        return None if found is None or found.deleted else found

    def keep(self, channel: Channel, file: File) -> Attachment:
        """Put a file where the emulator serves it."""
        made = self.ids.take()
        kept = Attachment(made, file, f"{self.address}/attachments/{channel.id}/{made}/{file.name}")
        self.files[made] = kept
        return kept

    def write(  # noqa: D417  (the rest is Message's)
        self,
        channel: Channel,
        author: User,
        body: Json,
        *,
        kind: int = DEFAULT,
        reply_to: Message | None = None,
        files: Sequence[File] = (),
        id: str | None = None,  # noqa: A002  (it is one)
    ) -> Message:
        """A message in a channel, with its mentions; not published yet.

        Args:
            body: the message as a request has it, its limits already checked.
            id: of a forum post's text, which has the id of its thread.
        """
        content = (body.get("content") or "").strip()
        made = Message(
            self,
            id or self.ids.take(),
            channel,
            author,
            content,
            embeds=[stored_embed(embed) for embed in body.get("embeds") or []],
            components=given_back(body.get("components") or []),
            attachments=[self.keep(channel, file) for file in files],
            flags=(body.get("flags") or 0) & (SUPPRESS_EMBEDS | SILENT | LAYOUT),
            kind=kind,
            reply_to=reply_to,
            mentions=mentions_in(content, author, channel, body.get("allowed_mentions"), reply_to),
            nonce=body.get("nonce"),
        )
        channel.kept[made.id] = made
        return made

    def tell(self, event: str, message: Message) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE, to clients that may look into the channel."""
        if message.ephemeral_for or not message.channel.allows(self.bot, "view_channel"):
            return
        self.publish(
            event,
            message.payload(event=True),
            intent=GUILD_MESSAGES if message.channel.server else DIRECT_MESSAGES,
            server=message.channel.server,
            hidden=message.payload(event=True, content=False),
        )

    def delete(self, message: Message) -> None:
        message.deleted = True
        server = message.channel.server
        gone = {"id": message.id, "channel_id": message.channel.id}
        if not message.ephemeral_for:
            self.publish(
                "MESSAGE_DELETE",
                gone | ({"guild_id": server.id} if server else {}),
                intent=GUILD_MESSAGES if server else DIRECT_MESSAGES,
                server=server,
            )


def _to_nobody(
    event: str, data: Json, *, intent: int = 0, server: Server | None = None, hidden: Json | None = None
) -> None:
    """Before there is a gateway."""
