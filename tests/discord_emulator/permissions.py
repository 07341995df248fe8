"""Permissions: their bits, and the ones that matter to a question-answering bot by default."""

from __future__ import annotations

BIT = {
    "administrator": 3,
    "manage_channels": 4,
    "manage_guild": 5,
    "add_reactions": 6,
    "view_channel": 10,
    "send_messages": 11,
    "manage_messages": 13,
    "embed_links": 14,
    "attach_files": 15,
    "read_message_history": 16,
    "mention_everyone": 17,
    "use_application_commands": 31,
    "manage_threads": 34,
    "create_public_threads": 35,
    "send_messages_in_threads": 38,
    "use_external_apps": 50,
}

ALL = (1 << 51) - 1


def bits(*names: str) -> int:
    return sum(1 << BIT[name] for name in set(names))


def names(value: int) -> list[str]:
    return [name for name, bit in BIT.items() if value >> bit & 1]


EVERYONE = bits(
    "add_reactions",
    "view_channel",
    "send_messages",
    "embed_links",
    "attach_files",
    "read_message_history",
    "mention_everyone",
    "use_application_commands",
    "create_public_threads",
    "send_messages_in_threads",
    "use_external_apps",
)
"""What everyone may do in a new server, mentioning everyone included: a bot that does not guard itself does ping."""

DIRECT = EVERYONE
"""What both sides may do in a direct message."""

INSTALLED_BY_USER = bits("embed_links", "attach_files", "mention_everyone")
"""What an interaction says the app may do where only the person who asks has installed it."""
