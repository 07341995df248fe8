"""Channels: text channels, forums, threads, direct messages; who may do what there, and what stands there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .ids import timestamp
from .loop import Loop, on_loop
from .messages import HAS_THREAD
from .permissions import ALL, DIRECT, bits

if TYPE_CHECKING:
    from .messages import Message
    from .refusals import Json
    from .servers import Server
    from .users import User
    from .world import World

TEXT, DIRECT_MESSAGE, GROUP, THREAD, FORUM = 0, 1, 3, 11, 15
GUILDS = 1 << 0
"""The gateway intent for events about channels and threads."""


@dataclass
class Overwrite:
    """Permissions that differ in one channel for one role (`kind` 0) or one member (1)."""

    kind: int
    allow: int = 0
    deny: int = 0


@dataclass(eq=False)
class Channel:
    """A place where messages stand. Threads have a `parent`; direct messages have no `server`."""

    world: World
    id: str
    kind: int
    name: str = ""
    server: Server | None = None
    parent: Channel | None = None
    recipients: list[User] = field(default_factory=list)
    owner: User | None = None
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    deleted: bool = False
    created: str = field(default_factory=timestamp)
    typing: list[User] = field(default_factory=list)
    kept: dict[str, Message] = field(default_factory=dict)
    inner: list[Channel] = field(default_factory=list)

    @property
    def loop(self) -> Loop:
        return self.world.loop

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def is_thread(self) -> bool:
        return self.kind == THREAD

    @property
    @on_loop
    def messages(self) -> list[Message]:
        """What everyone who may look into the channel sees, newest last."""
        return [message for message in self.kept.values() if not (message.deleted or message.ephemeral_for)]

    @on_loop
    def messages_for(self, person: User) -> list[Message]:
        """What one person sees there: also what only they see."""
        return [
            message for message in self.kept.values() if not message.deleted and message.ephemeral_for in {None, person}
        ]

    @property
    @on_loop
    def threads(self) -> list[Channel]:
        return [thread for thread in self.inner if not thread.deleted]

    # Permissions

    def permissions(self, user: User) -> int:
        """The bits of what a user may do there; 0 for strangers."""
        if self.server is None:
            return DIRECT if user in self.recipients else 0
        if user.id not in self.server.members:
            return 0
        base = self.server.permissions(user)
        return ALL if base == ALL else self._overwritten(base, user)

    def _overwritten(self, base: int, user: User) -> int:
        holder = self.parent or self
        assert self.server is not None
        everyone, own = holder.overwrites.get(self.server.id), holder.overwrites.get(user.id)
        roles = [holder.overwrites[role] for role in self.server.members[user.id].roles if role in holder.overwrites]
        layers = [[everyone] if everyone else [], roles, [own] if own else []]
        for layer in layers:
            for overwrite in layer:
                base &= ~overwrite.deny
            for overwrite in layer:
                base |= overwrite.allow
        return base if base & bits("view_channel") else 0

    def allows(self, user: User, *names: str) -> bool:
        needed = bits(*names)
        return self.permissions(user) & needed == needed

    @on_loop
    def deny(self, *names: str, user: User | None = None) -> None:
        """Take permissions from the bot (or another user) in this channel."""
        self._overwrite(user or self.world.bot, deny=bits(*names))

    @on_loop
    def allow(self, *names: str, user: User | None = None) -> None:
        """Give the bot (or another user) permissions in this channel, also ones that were denied."""
        self._overwrite(user or self.world.bot, allow=bits(*names))

    def _overwrite(self, user: User, *, allow: int = 0, deny: int = 0) -> None:
        if self.is_thread:
            raise ValueError("a thread has the permissions of its parent")
        own = self.overwrites.setdefault(user.id, Overwrite(1))
        own.allow = own.allow & ~deny | allow
        own.deny = own.deny & ~allow | deny
        self.publish("CHANNEL_UPDATE")

    # Threads

    @on_loop
    def thread(
        self,
        name: str,
        *,
        by: User | None = None,
        message: Message | None = None,
        archived: bool = False,
        locked: bool = False,
    ) -> Channel:
        """A public thread (in a forum: a post without its text), begun by a person, at a message if one is given."""
        made = self.world.make_channel(
            THREAD,
            name,
            server=self.server,
            parent=self,
            owner=by or self.world.owner,
            id=message.id if message else None,
        )
        if message:
            message.thread = made
            message.flags |= HAS_THREAD
        made.archived, made.locked = archived, locked
        made.publish("THREAD_CREATE", newly_created=True)
        return made

    @on_loop
    def update(self, *, archived: bool | None = None, locked: bool | None = None, name: str | None = None) -> None:
        """Change a thread as a moderator does."""
        self.archived = self.archived if archived is None else archived
        self.locked = self.locked if locked is None else locked
        self.name = name or self.name
        self.publish("THREAD_UPDATE" if self.is_thread else "CHANNEL_UPDATE")

    @on_loop
    def delete(self) -> None:
        """Delete the channel with all that stands there."""
        for inner in [*self.threads, self]:
            inner.deleted = True
            inner.publish("THREAD_DELETE" if inner.is_thread else "CHANNEL_DELETE")

    # What Discord tells of it

    def publish(self, event: str, **more: object) -> None:
        self.world.publish(event, {**self.payload(), **more}, intent=GUILDS, server=self.server)

    def payload(self) -> Json:
        told: Json = {"id": self.id, "type": self.kind, "flags": 0, "last_message_id": next(reversed(self.kept), None)}
        if self.server is None:
            return told | {"recipients": [user.payload() for user in self.recipients]}
        told |= {"guild_id": self.server.id, "name": self.name, "rate_limit_per_user": 0}
        return told | (self._thread_fields() if self.is_thread else self._channel_fields(self.server))

    def _channel_fields(self, server: Server) -> Json:
        told: Json = {
            "position": list(server.channels).index(self.id),
            "permission_overwrites": [
                {"id": subject, "type": one.kind, "allow": str(one.allow), "deny": str(one.deny)}
                for subject, one in self.overwrites.items()
            ],
            "topic": None,
            "nsfw": False,
            "parent_id": None,
        }
        return told | ({"available_tags": [], "default_reaction_emoji": None} if self.kind == FORUM else {})

    def _thread_fields(self) -> Json:
        assert self.parent is not None
        assert self.owner is not None
        count = len(self.kept)
        return {
            "parent_id": self.parent.id,
            "owner_id": self.owner.id,
            "message_count": min(count, 50),
            "member_count": 1,
            "total_message_sent": count,
            "thread_metadata": {
                "archived": self.archived,
                "locked": self.locked,
                "auto_archive_duration": 1440,
                "archive_timestamp": self.created,
                "create_timestamp": self.created,
            },
        }

    def seen_by(self, user: User) -> Json:
        """The partial channel in an interaction, with the permissions of who acts."""
        return {**self.payload(), "permissions": str(self.permissions(user))}
