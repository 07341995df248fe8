"""What the bot may see and change: the questions that routes ask first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .refusals import (
    ARCHIVED,
    LOCKED,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    Refusal,
)

if TYPE_CHECKING:
    from .channels import Channel
    from .messages import Message
    from .routing import Call


def channel_of(call: Call, channel_id: str) -> Channel:
    """A channel that the bot can see.

    Raises:
        Refusal: 10003, or 50001 where it may not look.
    """
    channel = call.world.channels.get(channel_id)
    if channel is None or channel.deleted:
        raise Refusal(UNKNOWN_CHANNEL)
    if not channel.allows(call.world.bot, "view_channel"):
        raise Refusal(MISSING_ACCESS)
    return channel


def message_of(call: Call, channel_id: str, message_id: str) -> Message:
    """A message that all may see.

    Raises:
        Refusal: 10008, or as `channel_of`.
    """
    message = call.world.message(channel_of(call, channel_id), message_id)
    if message is None or message.ephemeral_for:
        raise Refusal(UNKNOWN_MESSAGE)
    return message


def need(call: Call, channel: Channel, *permissions: str) -> None:
    if not channel.allows(call.world.bot, *permissions):
        raise Refusal(MISSING_PERMISSIONS)


def check_writable(call: Call, channel: Channel) -> None:
    """Refuse to change what stands in an archived thread, or in a locked one for who is no moderator."""
    if channel.archived:
        raise Refusal(ARCHIVED)
    if channel.locked and not channel.allows(call.world.bot, "manage_threads"):
        raise Refusal(LOCKED)


def wake(call: Call, channel: Channel) -> None:
    """A message into an archived thread un-archives it, unless it is locked."""
    if not channel.archived:
        return check_writable(call, channel)
    if channel.locked and not channel.allows(call.world.bot, "manage_threads"):
        raise Refusal(ARCHIVED)
    return channel.update(archived=False)
