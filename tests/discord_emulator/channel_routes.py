"""Routes about channels and threads, which the bot calls with its own token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .access import channel_of, check_writable, message_of, need
from .channels import FORUM, THREAD
from .limits import check_message, check_thread_name
from .message_routes import uploads
from .refusals import ARCHIVED, HAS_THREAD, NOT_A_TEXT_CHANNEL, Refusal, invalid
from .routing import NOTHING, Answer, Call, route

if TYPE_CHECKING:
    from .channels import Channel
    from .refusals import Json


@route("GET", "/channels/{channel_id}")
def get_channel(call: Call, channel_id: str) -> Json:
    return channel_of(call, channel_id).payload()


@route("PATCH", "/channels/{channel_id}")
def edit_thread(call: Call, channel_id: str) -> Json:
    """Rename, archive or lock a thread: a moderator's right, and in part its owner's.

    Who may write in a thread may open it again, unless it is locked.
    """
    thread = channel_of(call, channel_id)
    changes = {name: call.body[name] for name in ("name", "archived", "locked") if name in call.body}
    own = thread.owner is call.world.bot and not thread.locked and "locked" not in changes
    reopens = thread.is_thread and not thread.locked and changes == {"archived": False}
    if reopens:
        need(call, thread, "send_messages_in_threads")
    elif not own:
        need(call, thread, "manage_threads" if thread.is_thread else "manage_channels")
    if thread.archived and changes.get("archived") is not False:
        raise Refusal(ARCHIVED)
    if "name" in changes:
        check_thread_name(changes["name"])
    thread.update(**changes)
    return thread.payload()


@route("DELETE", "/channels/{channel_id}")
def delete_channel(call: Call, channel_id: str) -> Json:
    channel = channel_of(call, channel_id)
    need(call, channel, "manage_threads" if channel.is_thread else "manage_channels")
    channel.delete()
    return channel.payload()


@route("POST", "/channels/{channel_id}/typing")
def type_(call: Call, channel_id: str) -> Answer:
    channel = channel_of(call, channel_id)
    need(call, channel, "send_messages_in_threads" if channel.is_thread else "send_messages")
    channel.typing.append(call.world.bot)
    return NOTHING


@route("POST", "/users/@me/channels")
def open_direct_channel(call: Call) -> Json:
    person = call.world.users.get(str(call.body["recipient_id"]))
    if person is None or person.bot:
        raise invalid("recipient_id", "INVALID_RECIPIENT", "Invalid recipient")
    return call.world.direct_channel(call.world.bot, person).payload()


# Threads


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def thread_from_message(call: Call, channel_id: str, message_id: str) -> Answer:
    message = message_of(call, channel_id, message_id)
    need(call, message.channel, "create_public_threads")
    check_thread_name(call.body["name"])
    if message.thread:
        raise Refusal(HAS_THREAD)
    if message.channel.is_thread or message.channel.server is None:
        raise Refusal(NOT_A_TEXT_CHANNEL)
    made = message.channel.thread(call.body["name"].strip(), by=call.world.bot, message=message)
    call.world.tell("MESSAGE_UPDATE", message)
    return Answer(201, made.payload())


@route("POST", "/channels/{channel_id}/threads")
def thread(call: Call, channel_id: str) -> Answer:
    """A public thread without a message; Discord's default, a private one, is not modelled."""
    channel = channel_of(call, channel_id)
    check_thread_name(call.body["name"])
    if channel.kind == FORUM:
        return _post(call, channel)
    need(call, channel, "create_public_threads")
    if call.body.get("type") != THREAD:
        raise invalid("type", "BASE_TYPE_CHOICES", f"The emulator makes public threads only ({THREAD}).")
    return Answer(201, channel.thread(call.body["name"].strip(), by=call.world.bot).payload())


def _post(call: Call, forum: Channel) -> Answer:
    need(call, forum, "send_messages")
    body = call.body["message"]
    check_message(body, call.files)
    made = forum.thread(call.body["name"].strip(), by=call.world.bot)
    message = call.world.write(made, call.world.bot, body, files=uploads(call.files), id=made.id)
    call.world.tell("MESSAGE_CREATE", message)
    return Answer(201, made.payload() | {"message": message.payload()})


@route("PUT", "/channels/{channel_id}/thread-members/@me")
def join_thread(call: Call, channel_id: str) -> Answer:
    check_writable(call, channel_of(call, channel_id))
    return NOTHING
