"""Routes that answer interactions: the callback, and the webhook of the interaction's token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .commands import check_choices
from .components import check_modal
from .interactions import (
    ALLOWED,
    CHOICES,
    COMMAND,
    DEFERRED,
    DEFERRED_UPDATE,
    MESSAGE,
    MODAL,
    UPDATE,
    Interaction,
    Modal,
)
from .limits import check_message, check_not_empty
from .message_routes import change, uploads
from .messages import COMMAND as COMMAND_MESSAGE
from .messages import CONTEXT_COMMAND, DEFAULT, EPHEMERAL, LOADING, REPLY
from .refusals import ARCHIVED, UNKNOWN_INTERACTION, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, Refusal, invalid
from .routing import NOTHING, Answer, Call, route

if TYPE_CHECKING:
    from .messages import Message
    from .refusals import Json


# The callback


@route("POST", "/interactions/{interaction_id}/{token}/callback", open=True)
def respond(call: Call, interaction_id: str, token: str) -> Answer | Json:
    """The one response, within the deadline. 204 unless the caller asks for the outcome by `with_response`."""
    found = call.interactions.by_token.get(token)
    if found is None or found.id != interaction_id:
        raise Refusal(UNKNOWN_INTERACTION)
    response, data = call.body["type"], call.body.get("data") or {}
    if response not in ALLOWED[found.kind] or (response in {DEFERRED_UPDATE, UPDATE} and not found.message):
        raise invalid("type", "INTERACTION_TYPE_INVALID", f"Response {response} does not answer {found.kind}.")
    _check_response(call, found, response, data)
    found.acknowledge(response)
    PERFORM[response](call, found, data)
    return _outcome(found) if call.query.get("with_response") in {"1", "true", "True"} else NOTHING


def _check_response(call: Call, found: Interaction, response: int, data: Json) -> None:
    if response == CHOICES:
        check_choices("data.choices", data.get("choices") or [])
    elif response == MODAL:
        check_modal(data)
    elif response == MESSAGE:
        check_message(data, call.files)
        check_not_empty(*_substance(call, data))
        _check_thread(found, ephemeral=bool((data.get("flags") or 0) & EPHEMERAL))


def _substance(call: Call, data: Json) -> list[object]:
    return [(data.get("content") or "").strip(), data.get("embeds"), data.get("components"), call.files]


def _check_thread(found: Interaction, *, ephemeral: bool) -> None:
    """What everyone would see cannot be written into an archived thread: it does not wake it."""
    if found.channel.archived and not ephemeral:
        raise Refusal(ARCHIVED)


def _write(call: Call, found: Interaction, data: Json, kind: int, reply_to: Message | None = None) -> Message:
    flags = data.get("flags") or 0
    message = call.world.write(
        found.channel, call.world.bot, data, kind=kind, reply_to=reply_to, files=uploads(call.files)
    )
    message.metadata = found.metadata()
    if flags & EPHEMERAL or found.only_for_person:
        message.flags |= EPHEMERAL
        message.ephemeral_for = found.person
    return message


def _first(call: Call, found: Interaction, data: Json) -> Message:
    kind = {COMMAND: CONTEXT_COMMAND if "target_id" in found.data else COMMAND_MESSAGE}.get(found.kind, DEFAULT)
    found.original = _write(call, found, data, kind)
    return found.original


def _answer(call: Call, found: Interaction, data: Json) -> None:
    call.world.tell("MESSAGE_CREATE", _first(call, found, data))


def _defer(call: Call, found: Interaction, data: Json) -> None:
    message = _first(call, found, {"flags": data.get("flags")})
    message.flags |= LOADING
    call.world.tell("MESSAGE_CREATE", message)


def _update(call: Call, found: Interaction, data: Json) -> None:
    assert found.message is not None
    change(call, found.message, data)


def _choose(_call: Call, found: Interaction, data: Json) -> None:
    found.choices = data.get("choices") or []


def _open(_call: Call, found: Interaction, data: Json) -> None:
    found.modal = Modal(data["custom_id"], data["title"], data["components"], found)


def _wait(_call: Call, _found: Interaction, _data: Json) -> None:
    """A deferred update changes nothing yet."""


PERFORM = {MESSAGE: _answer, DEFERRED: _defer, DEFERRED_UPDATE: _wait, UPDATE: _update, CHOICES: _choose, MODAL: _open}


def _outcome(found: Interaction) -> Json:
    told: Json = {"id": found.id, "type": found.kind, "channel_id": found.channel.id}
    if found.channel.server:
        told["guild_id"] = found.channel.server.id
    if found.original and found.response in {MESSAGE, DEFERRED, UPDATE, DEFERRED_UPDATE}:
        told |= {
            "response_message_id": found.original.id,
            "response_message_loading": found.original.loading,
            "response_message_ephemeral": bool(found.original.flags & EPHEMERAL),
        }
    if found.original and found.response in {MESSAGE, UPDATE}:
        return {
            "interaction": told,
            "resource": {"type": found.response, "message": found.original.payload()},
        }
    return {"interaction": told}


# The webhook of the token


def _live(call: Call, application_id: str, token: str) -> Interaction:
    if application_id != call.world.bot.id:
        raise Refusal(UNKNOWN_WEBHOOK)
    return call.interactions.live(token)


def _named(found: Interaction, message_id: str) -> Message:
    """`@original`, or a message that was written by this token."""
    known = {message.id: message for message in found.messages}
    message = found.original if message_id == "@original" else known.get(message_id)
    if message is None or message.deleted:
        raise Refusal(UNKNOWN_MESSAGE)
    return message


@route("POST", "/webhooks/{application_id}/{token}", open=True)
def follow_up(call: Call, application_id: str, token: str) -> Json:
    """A further message; but right after a deferral it edits the original, whatever it says of being ephemeral."""
    found = _live(call, application_id, token)
    check_message(call.body, call.files)
    if found.response == DEFERRED and found.original and found.original.loading and not found.original.deleted:
        _edit(call, found, found.original, {name: value for name, value in call.body.items() if name != "flags"})
        return found.original.payload()
    found.check_follow_ups()
    check_not_empty(*_substance(call, call.body))
    _check_thread(found, ephemeral=bool((call.body.get("flags") or 0) & EPHEMERAL))
    message = _write(call, found, call.body, REPLY, reply_to=found.original)
    if found.original and message.metadata:
        message.metadata["original_response_message_id"] = found.original.id
    found.followups.append(message)
    call.world.tell("MESSAGE_CREATE", message)
    return message.payload()


def _edit(call: Call, found: Interaction, message: Message, body: Json) -> None:
    _check_thread(found, ephemeral=message.ephemeral_for is not None)
    change(call, message, body)


@route("GET", "/webhooks/{application_id}/{token}/messages/{message_id}", open=True)
def get(call: Call, application_id: str, token: str, message_id: str) -> Json:
    return _named(_live(call, application_id, token), message_id).payload()


@route("PATCH", "/webhooks/{application_id}/{token}/messages/{message_id}", open=True)
def edit(call: Call, application_id: str, token: str, message_id: str) -> Json:
    found = _live(call, application_id, token)
    message = _named(found, message_id)
    _edit(call, found, message, call.body)
    return message.payload()


@route("DELETE", "/webhooks/{application_id}/{token}/messages/{message_id}", open=True)
def delete(call: Call, application_id: str, token: str, message_id: str) -> Answer:
    found = _live(call, application_id, token)
    call.world.delete(_named(found, message_id))
    return NOTHING
