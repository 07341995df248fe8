"""Who is pinged by a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .permissions import bits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .channels import Channel
    from .messages import Message
    from .users import User

EVERYONE = re.compile("@(everyone|here)")


@dataclass(frozen=True)
class Mentions:
    """Who is pinged. A name in a message that pings nobody is not a mention here."""

    users: tuple[User, ...] = ()
    roles: tuple[str, ...] = ()
    everyone: str = ""

    @property
    def names(self) -> frozenset[str]:
        found = [user.name for user in self.users] + [f"&{role}" for role in self.roles]
        return frozenset([*found, self.everyone] if self.everyone else found)


def mentions_in(
    content: str, author: User, channel: Channel, allowed: Mapping[str, Any] | None, reply_to: Message | None
) -> Mentions:
    """Who is pinged by a text, as `allowed_mentions` says; None allows everything that the author may do.

    A mention in a code span counts here, as does one after a backslash, though not on Discord: so a bot that escapes
    mentions without allowing none is still caught.
    """
    may_all = channel.permissions(author) & bits("mention_everyone")
    world = channel.world
    users = [user for user in map(world.users.get, _allowed(content, r"<@!?(\d+)>", "users", allowed)) if user]
    pings_author = allowed is None or allowed.get("replied_user")
    if reply_to and pings_author and reply_to.author not in {author, *users}:
        users.append(reply_to.author)
    roles = _allowed(content, r"<@&(\d+)>", "roles", allowed) if may_all else []
    everyone = EVERYONE.search(content) if may_all and _parsed("everyone", allowed) else None
    return Mentions(tuple(users), tuple(roles), everyone[0] if everyone else "")


def _allowed(content: str, pattern: str, kind: str, allowed: Mapping[str, Any] | None) -> list[str]:
    found = list(dict.fromkeys(re.findall(pattern, content)))
    if _parsed(kind, allowed):
        return found
    named = {str(name) for name in (allowed or {}).get(kind) or []}
    return [name for name in found if name in named]


def _parsed(kind: str, allowed: Mapping[str, Any] | None) -> bool:
    return allowed is None or kind in (allowed.get("parse") or [])
