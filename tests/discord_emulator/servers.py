"""Servers (guilds): members, roles and channels, and whether the bot is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .channels import FORUM, GUILDS, TEXT, Channel
from .ids import timestamp
from .loop import Loop, on_loop
from .permissions import ALL, EVERYONE, bits
from .users import Member, User

if TYPE_CHECKING:
    from .refusals import Json
    from .world import World


@dataclass(frozen=True)
class Role:
    """A set of permissions that members may have."""

    id: str
    name: str
    permissions: int

    def payload(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "permissions": str(self.permissions),
            "position": 0 if self.name == "@everyone" else 1,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }


@dataclass(eq=False)
class Server:
    """A guild. Its owner may do everything there; members may do what `permissions.EVERYONE` says, and their roles."""

    world: World
    id: str
    name: str
    owner: User
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    available: bool = True
    created: str = field(default_factory=timestamp)

    @property
    def loop(self) -> Loop:
        return self.world.loop

    @property
    def has_bot(self) -> bool:
        return self.world.bot.id in self.members

    # Channels

    @on_loop
    def channel(self, name: str, *, deny: list[str] | None = None) -> Channel:
        """A text channel, where the bot lacks the permissions named by `deny`."""
        return self._make(TEXT, name, deny or [])

    @on_loop
    def forum(self, name: str, *, deny: list[str] | None = None) -> Channel:
        """A forum, in which `person.posts(forum, title, text)` begins a thread."""
        return self._make(FORUM, name, deny or [])

    def _make(self, kind: int, name: str, deny: list[str]) -> Channel:
        made = self.world.make_channel(kind, name, server=self)
        self.channels[made.id] = made
        made.publish("CHANNEL_CREATE")
        if deny:
            made.deny(*deny)
        return made

    # Members

    @on_loop
    def join(self, user: User) -> None:
        self.members.setdefault(user.id, Member(user))

    @on_loop
    def leave(self, user: User) -> None:
        self.members.pop(user.id, None)

    @on_loop
    def grant(self, user: User, *names: str) -> Role:
        """Give a member (or the bot) permissions in the whole server, by a role of their own."""
        role = Role(self.world.ids.take(), f"{user.name}'s", bits(*names))
        self.roles[role.id] = role
        self.members[user.id].roles.append(role.id)
        self.publish("GUILD_ROLE_CREATE", {"guild_id": self.id, "role": role.payload()})
        if user is self.world.bot:
            self.publish("GUILD_MEMBER_UPDATE", {"guild_id": self.id, **self.members[user.id].payload()})
        return role

    def permissions(self, user: User) -> int:
        """The bits of what a member may do where no channel says otherwise."""
        if user is self.owner:
            return ALL
        value = self.roles[self.id].permissions
        for role in self.members[user.id].roles:
            value |= self.roles[role].permissions
        return ALL if value & bits("administrator") else value

    # The bot

    @on_loop
    def add_bot(self) -> None:
        """Install the bot; its client hears of a server that it joined."""
        self.join(self.world.bot)
        self.publish("GUILD_CREATE", self.payload())

    @on_loop
    def remove_bot(self) -> None:
        """Kick the bot; what it knew of the server it must forget."""
        self.publish("GUILD_DELETE", {"id": self.id})
        self.leave(self.world.bot)

    @on_loop
    def outage(self) -> None:
        """The server is unavailable for a while: the bot has not been removed."""
        self.available = False
        self.publish("GUILD_DELETE", {"id": self.id, "unavailable": True})

    @on_loop
    def recovers(self) -> None:
        self.available = True
        self.publish("GUILD_CREATE", self.payload())

    # What Discord tells of it

    def publish(self, event: str, data: Json) -> None:
        self.world.publish(event, data, intent=GUILDS, server=self)

    def add_everyone(self) -> None:
        self.roles[self.id] = Role(self.id, "@everyone", EVERYONE)

    def payload(self) -> Json:
        """GUILD_CREATE as a client without the members intent gets it: the bot is the only member told."""
        bot = self.members.get(self.world.bot.id)
        threads = [thread for channel in self.channels.values() for thread in channel.threads if not thread.archived]
        return {
            "id": self.id,
            "name": self.name,
            "owner_id": self.owner.id,
            "joined_at": bot.joined if bot else self.created,
            "unavailable": False,
            "large": False,
            "member_count": len(self.members),
            "members": [bot.payload()] if bot else [],
            "roles": [role.payload() for role in self.roles.values()],
            "channels": [channel.payload() for channel in self.channels.values() if not channel.deleted],
            "threads": [thread.payload() for thread in threads],
            **DULL,
        }

    def partial(self) -> Json:
        """The guild in an interaction."""
        return {"id": self.id, "locale": "en-US", "features": []}


NONE = """
    icon splash discovery_splash banner description vanity_url_code application_id
    afk_channel_id system_channel_id rules_channel_id public_updates_channel_id safety_alerts_channel_id
"""
EMPTY = """
    emojis stickers features presences voice_states stage_instances guild_scheduled_events soundboard_sounds
"""
ZERO = """
    verification_level default_message_notifications explicit_content_filter mfa_level premium_tier nsfw_level
    system_channel_flags
"""
DULL: Json = {
    **dict.fromkeys(NONE.split()),
    **{name: [] for name in EMPTY.split()},
    **dict.fromkeys(ZERO.split(), 0),
    "afk_timeout": 300,
    "preferred_locale": "en-US",
    "premium_progress_bar_enabled": False,
}
"""What a guild has besides, all at rest."""
