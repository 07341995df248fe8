"""Routes about messages, which the bot calls with its own token."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from .access import channel_of, check_writable, message_of, need, wake
from .channels import DIRECT_MESSAGE, FORUM
from .components import LAYOUT
from .files import File
from .limits import check_message, check_not_empty
from .mentions import mentions_in
from .messages import DEFAULT, REPLY
from .refusals import (
    ARCHIVED,
    DIRECT_CHANNEL,
    MISSING_PERMISSIONS,
    NO_DIRECT_MESSAGES,
    NOT_A_TEXT_CHANNEL,
    NOT_THE_AUTHOR,
    REPLY_NEEDS_HISTORY,
    Refusal,
    invalid,
)
from .routing import NOTHING, Answer, Call, route

if TYPE_CHECKING:
    from .channels import Channel
    from .exchanges import Upload
    from .messages import Message
    from .refusals import Json

MOST_HISTORY = 100


@route("GET", "/channels/{channel_id}/messages")
def history(call: Call, channel_id: str) -> list[Json]:
    """Newest first; nothing without the right to read history."""
    channel = channel_of(call, channel_id)
    if not channel.allows(call.world.bot, "read_message_history"):
        return []
    limit = min(int(call.query.get("limit", 50)), MOST_HISTORY)
    before, after = int(call.query.get("before", 1 << 64)), int(call.query.get("after", 0))
    found = [message for message in channel.messages if after < int(message.id) < before]
    found = found[:limit] if after else found[-limit:]
    return [message.payload(content=call.deployment.content_granted) for message in reversed(found)]


@route("GET", "/channels/{channel_id}/messages/{message_id}")
def get_message(call: Call, channel_id: str, message_id: str) -> Json:
    message = message_of(call, channel_id, message_id)
    need(call, message.channel, "read_message_history")
    return message.payload(content=call.deployment.content_granted)


@route("POST", "/channels/{channel_id}/messages")
def send(call: Call, channel_id: str) -> Json:
    channel = channel_of(call, channel_id)
    _check_may_send(call, channel)
    check_message(call.body, call.files)
    again = _sent_before(call, channel)
    if again:
        return again.payload()
    reply_to = _replied(call, channel)
    body = _without_forbidden_embeds(call, channel)
    wake(call, channel)
    message = call.world.write(
        channel,
        call.world.bot,
        body,
        kind=REPLY if reply_to else DEFAULT,
        reply_to=reply_to,
        files=uploads(call.files),
    )
    call.world.tell("MESSAGE_CREATE", message)
    return message.payload()


def _check_may_send(call: Call, channel: Channel) -> None:
    if channel.kind == FORUM:
        raise Refusal(NOT_A_TEXT_CHANNEL)
    need(call, channel, "send_messages_in_threads" if channel.is_thread else "send_messages")
    if call.files:
        need(call, channel, "attach_files")
    if channel.kind == DIRECT_MESSAGE and call.world.shuts_out_bot(channel):
        raise Refusal(NO_DIRECT_MESSAGES)


def _sent_before(call: Call, channel: Channel) -> Message | None:
    """With `enforce_nonce` a repeated send is the first one again."""
    nonce = call.body.get("nonce")
    if nonce is None or not call.body.get("enforce_nonce"):
        return None
    mine = (one for one in channel.kept.values() if one.author is call.world.bot)
    return next((one for one in mine if str(one.nonce) == str(nonce)), None)


def _replied(call: Call, channel: Channel) -> Message | None:
    reference = call.body.get("message_reference")
    if not reference:
        return None
    if not channel.allows(call.world.bot, "read_message_history"):
        raise Refusal(REPLY_NEEDS_HISTORY)
    message = call.world.message(channel, str(reference["message_id"]))
    if message is None and reference.get("fail_if_not_exists", True):
        raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return message


def _without_forbidden_embeds(call: Call, channel: Channel) -> Json:
    """Embeds vanish silently without the right to embed links; a message of nothing else is refused."""
    rest = [(call.body.get("content") or "").strip(), call.files]
    rest += [call.body.get(name) for name in ("components", "sticker_ids", "poll")]
    check_not_empty(*rest, call.body.get("embeds"))
    if channel.allows(call.world.bot, "embed_links"):
        return call.body
    if not any(rest):
        raise Refusal(MISSING_PERMISSIONS)
    return {**call.body, "embeds": []}


@route("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit(call: Call, channel_id: str, message_id: str) -> Json:
    message = message_of(call, channel_id, message_id)
    if message.author is not call.world.bot:
        raise Refusal(NOT_THE_AUTHOR)
    check_writable(call, message.channel)
    allowed = message.channel.allows(call.world.bot, "embed_links")
    body = call.body if allowed or "embeds" not in call.body else {**call.body, "embeds": []}
    change(call, message, body)
    return message.payload()


def change(call: Call, message: Message, body: Json) -> None:
    """Edit a message, by whatever route.

    Raises:
        Refusal: 50035 for a limit, 50006 if nothing would be left of it.
    """
    check_message({**body, "flags": (body.get("flags") or 0) | message.flags & LAYOUT}, call.files)
    left = {name: body.get(name, getattr(message, name)) for name in ("content", "embeds", "components", "attachments")}
    left["content"] = (left["content"] or "").strip()
    check_not_empty(*left.values(), call.files)
    first = message.loading
    message.update(body)
    if first:  # the only edit that notifies
        message.mentions = mentions_in(
            message.content, message.author, message.channel, body.get("allowed_mentions"), message.reply_to
        )
    message.attachments += [call.world.keep(message.channel, file) for file in uploads(call.files)]
    call.world.tell("MESSAGE_UPDATE", message)


@route("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete(call: Call, channel_id: str, message_id: str) -> Answer:
    message = message_of(call, channel_id, message_id)
    if message.author is not call.world.bot:
        if message.channel.server is None:
            raise Refusal(DIRECT_CHANNEL)
        need(call, message.channel, "manage_messages")
    if message.channel.archived and message.channel.locked:
        raise Refusal(ARCHIVED)
    call.world.delete(message)
    return NOTHING


@route("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me")
def react(call: Call, channel_id: str, message_id: str, emoji: str) -> Answer:
    message = message_of(call, channel_id, message_id)
    need(call, message.channel, "read_message_history", "add_reactions")
    check_writable(call, message.channel)
    message.reactions.add(unquote(emoji))
    return NOTHING


@route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me")
def unreact(call: Call, channel_id: str, message_id: str, emoji: str) -> Answer:
    message = message_of(call, channel_id, message_id)
    check_writable(call, message.channel)
    message.reactions.discard(unquote(emoji))
    return NOTHING


def uploads(files: list[Upload]) -> list[File]:
    return [File(file.filename, file.data) for file in files]
