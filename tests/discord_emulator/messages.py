"""Messages: what stands in a channel, and how much of it a bot may read."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import components as parts
from .ids import timestamp
from .mentions import Mentions

if TYPE_CHECKING:
    from .channels import Channel
    from .files import Attachment
    from .refusals import Json
    from .users import User
    from .world import World

EPHEMERAL, LOADING, HAS_THREAD, SUPPRESS_EMBEDS, SILENT = 1 << 6, 1 << 7, 1 << 5, 1 << 2, 1 << 12
DEFAULT, REPLY, COMMAND, CONTEXT_COMMAND = 0, 19, 20, 23


@dataclass(frozen=True)
class Button:
    """A button as a person sees it; its label is the emoji where it has no text."""

    label: str
    custom_id: str | None
    url: str | None
    disabled: bool


@dataclass(eq=False)
class Message:
    """A message, as it stands now.

    `ephemeral_for` is the only person who sees it, else None. `versions` holds what it said, each with the time
    (`time.monotonic`) from which it said so.
    """

    world: World
    id: str
    channel: Channel
    author: User
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    kind: int = DEFAULT
    reply_to: Message | None = None
    mentions: Mentions = field(default_factory=Mentions)
    nonce: str | None = None
    metadata: Json | None = None
    sent: str = field(default_factory=timestamp)
    edited: str | None = None
    deleted: bool = False
    ephemeral_for: User | None = None
    thread: Channel | None = None
    reactions: set[str] = field(default_factory=set)
    versions: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.remember()

    def remember(self) -> None:
        self.versions.append((time.monotonic(), self.text))

    @property
    def text(self) -> str:
        """All that a person can read in it: the content, then the embeds, then text components."""
        texts = [self.content, *map(_text_of_embed, self.embeds)]
        texts += [part["content"] for part in parts.walk(self.components) if part["type"] == parts.TEXT]
        return "\n".join(text for text in texts if text)

    @property
    def pinged(self) -> frozenset[str]:
        """The names of those who got a notification, such as `alice`, `@everyone`, `&role id`."""
        return self.mentions.names

    @property
    def loading(self) -> bool:
        """Whether a person sees "... is thinking"."""
        return bool(self.flags & LOADING)

    @property
    def buttons(self) -> list[Button]:
        return [
            Button(parts.label_of(part), part.get("custom_id"), part.get("url"), bool(part.get("disabled")))
            for part in parts.walk(self.components)
            if part["type"] == parts.BUTTON
        ]

    @property
    def readable(self) -> bool:
        """Whether a bot without the privileged intent gets the content: its own, mentions of it, direct messages."""
        bot = self.world.bot
        return self.author is bot or self.channel.server is None or bot in self.mentions.users

    def update(self, body: Json) -> None:
        """Take over the fields of an edit; null empties a field."""
        if "content" in body:
            self.content = (body["content"] or "").strip()
        if "embeds" in body:
            self.embeds = [stored_embed(embed) for embed in body["embeds"] or []]
        if "components" in body:
            self.components = parts.given_back(body["components"] or [])
        if "flags" in body:
            kept = SUPPRESS_EMBEDS | parts.LAYOUT
            self.flags = self.flags & ~SUPPRESS_EMBEDS | (body["flags"] or 0) & kept
        if "attachments" in body:
            kept_ids = {str(attachment["id"]) for attachment in body["attachments"] or []}
            self.attachments = [attachment for attachment in self.attachments if attachment.id in kept_ids]
        self.flags &= ~LOADING
        self.edited = timestamp()
        self.remember()

    def payload(self, *, content: bool = True, event: bool = False) -> Json:
        """The message object.

        Args:
            content: False for a receiver that may not read what it is not mentioned in.
            event: with the fields that only gateway events have.
        """
        shown = content or self.readable
        told: Json = {
            "id": self.id,
            "channel_id": self.channel.id,
            "type": self.kind,
            "author": self.author.payload(),
            "content": self.content if shown else "",
            "embeds": self.embeds if shown else [],
            "components": self.components if shown else [],
            "attachments": [attachment.payload() for attachment in self.attachments] if shown else [],
            "mentions": [user.payload() for user in self.mentions.users],
            "mention_roles": list(self.mentions.roles),
            "mention_everyone": bool(self.mentions.everyone),
            "timestamp": self.sent,
            "edited_timestamp": self.edited,
            "flags": self.flags,
            "pinned": False,
            "tts": False,
        }
        return told | self._bot_fields() | self._reply_fields(content) | (self._event_fields() if event else {})

    def _bot_fields(self) -> Json:
        told: Json = {"nonce": self.nonce} if self.nonce is not None else {}
        if self.metadata is not None:
            told |= {
                "interaction_metadata": self.metadata,
                "application_id": self.world.bot.id,
                "webhook_id": self.world.bot.id,
            }
        return told | ({"thread": self.thread.payload()} if self.thread else {})

    def _reply_fields(self, content: bool) -> Json:
        if self.reply_to is None:
            return {}
        reference = {"type": 0, "message_id": self.reply_to.id, "channel_id": self.channel.id}
        if self.channel.server:
            reference["guild_id"] = self.channel.server.id
        original = self.reply_to
        if original.deleted:
            return {"message_reference": reference, "referenced_message": None}
        nested = original.payload(content=content)
        nested.pop("referenced_message", None)
        return {"message_reference": reference, "referenced_message": nested}

    def _event_fields(self) -> Json:
        server = self.channel.server
        if server is None:
            return {}
        member = server.members.get(self.author.id)
        return {"guild_id": server.id} | ({"member": member.payload(with_user=False)} if member else {})


def stored_embed(embed: Json) -> Json:
    """An embed as Discord gives it back."""
    stored = {"type": "rich"} | {name: value for name, value in embed.items() if value is not None}
    if "fields" in stored:
        stored["fields"] = [{"inline": False, **one} for one in stored["fields"]]
    return stored


def _text_of_embed(embed: Json) -> str:
    texts = [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
    texts += [one[name] for one in embed.get("fields", []) for name in ("name", "value")]
    texts.append((embed.get("footer") or {}).get("text"))
    return "\n".join(text for text in texts if text)
