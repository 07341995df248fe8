"""Accounts: the bot's own and people's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .ids import timestamp

if TYPE_CHECKING:
    from .refusals import Json


@dataclass(eq=False)
class User:
    """An account. `installed` tells whether the person has the application for themselves, in all places."""

    id: str
    name: str
    bot: bool = False
    installed: bool = False
    takes_direct_messages: bool = True

    def __str__(self) -> str:
        return self.name

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def payload(self) -> Json:
        return {
            "id": self.id,
            "username": self.name.lower(),
            "global_name": None if self.bot else self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
        }


@dataclass(eq=False)
class Member:
    """An account in a server, with the ids of its roles there."""

    user: User
    roles: list[str] = field(default_factory=list)
    joined: str = field(default_factory=timestamp)

    def payload(self, *, with_user: bool = True, permissions: int | None = None) -> Json:
        told: Json = {
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": list(self.roles),
            "joined_at": self.joined,
            "premium_since": None,
            "communication_disabled_until": None,
            "pending": False,
            "deaf": False,
            "mute": False,
            "flags": 0,
        }
        if with_user:
            told["user"] = self.user.payload()
        return told if permissions is None else {**told, "permissions": str(permissions)}
