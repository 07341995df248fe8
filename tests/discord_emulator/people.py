"""People: all that a test does is something that a person could do in Discord's app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .channels import FORUM, THREAD, Channel
from .commands import CHAT_INPUT, MESSAGE, Commands
from .components import BUTTON, SELECT, label_of, walk
from .ids import timestamp
from .interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interaction, Interactions, Modal
from .loop import Loop, on_loop
from .mentions import mentions_in
from .messages import REPLY, Message
from .options import Resolved, filled, submitted
from .users import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files import File
    from .interactions import Wait
    from .refusals import Json
    from .world import World


@dataclass(eq=False)
class Person(User):
    """Somebody with an account. What Discord's app would not let them do raises ValueError or NotOffered."""

    world: World = field(kw_only=True)
    commands: Commands = field(kw_only=True)
    interactions: Interactions = field(kw_only=True)

    @property
    def loop(self) -> Loop:
        return self.world.loop

    @property
    @on_loop
    def dm(self) -> Channel:
        """Their direct messages with the bot."""
        return self.world.direct_channel(self.world.bot, self)

    # Messages

    @on_loop
    def says(
        self,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        attachments: Sequence[File] = (),
    ) -> Message:
        """Write a message; `<@bot>` mentions the bot. `ping` is the switch beside a reply."""
        self._check_may_write(channel)
        if channel.archived:
            channel.update(archived=False)
        body = {"content": self._meant(text), "allowed_mentions": _of_person(ping=ping)}
        message = self.world.write(
            channel, self, body, kind=REPLY if reply_to else 0, reply_to=reply_to, files=attachments
        )
        self.world.tell("MESSAGE_CREATE", message)
        return message

    def direct_message(self, text: str, **more: object) -> Message:
        """Write to the bot in private; takes what `says` takes."""
        return self.says(self.dm, text, **more)  # type: ignore[arg-type]  # says() checks them

    @on_loop
    def posts(self, forum: Channel, title: str, text: str) -> Channel:
        """Begin a thread in a forum. Returns the thread; its first message has the same id."""
        if forum.kind != FORUM:
            raise ValueError(f"{forum.name} is no forum")
        thread = forum.thread(title, by=self)
        body = {"content": self._meant(text), "allowed_mentions": _of_person()}
        self.world.tell("MESSAGE_CREATE", self.world.write(thread, self, body, id=thread.id))
        return thread

    @on_loop
    def edits(self, message: Message, text: str) -> None:
        """Edit a message of their own."""
        self._check_own(message)
        message.content, message.edited = self._meant(text).strip(), timestamp()
        message.mentions = mentions_in(message.content, self, message.channel, _of_person(), message.reply_to)
        message.remember()
        self.world.tell("MESSAGE_UPDATE", message)

    @on_loop
    def deletes(self, message: Message) -> None:
        """Delete a message of their own, or as a moderator any."""
        if not message.channel.allows(self, "manage_messages"):
            self._check_own(message)
        self.world.delete(message)

    def _check_own(self, message: Message) -> None:
        if message.author is not self or message.deleted:
            raise ValueError(f"{self} cannot change that message")

    def _check_may_write(self, channel: Channel) -> None:
        right = "send_messages_in_threads" if channel.kind == THREAD else "send_messages"
        if channel.deleted or not channel.allows(self, right):
            raise ValueError(f"{self} cannot write in {channel.name or 'that channel'}")
        if channel.locked and not channel.allows(self, "manage_threads"):
            raise ValueError(f"{channel.name} is locked")

    def _meant(self, text: str) -> str:
        return text.replace("<@bot>", self.world.bot.mention)

    # Commands

    @on_loop
    def offered(self, channel: Channel) -> list[str]:
        """The names of the commands that Discord shows them there."""
        return self.commands.offered(self, channel)

    def slash(
        self, channel: Channel, command: str, *, wait: Wait = "answered", timeout: float = 10.0, **options: object
    ) -> Interaction:
        """Use a slash command ("settings channels" names a subcommand); options by name.

        Options may be texts, numbers, people, channels, roles and files.

        Raises:
            NotOffered: Discord does not show them this command there.
            AssertionError: the application did not respond, or not in time.
        """
        return self._command(channel, command, options).wait(wait, timeout)

    def autocomplete(
        self, channel: Channel, command: str, *, focused: str, value: str, timeout: float = 10.0, **others: object
    ) -> list[Json]:
        """The choices for an option that is being typed."""
        found = self._command(channel, command, {**others, focused: value}, focused)
        return found.wait("answered", timeout).choices

    @on_loop
    def _command(self, channel: Channel, command: str, options: Json, focused: str = "") -> Interaction:
        name, *path = command.split()
        found = self.commands.find(name, CHAT_INPUT, self, channel)
        resolved = Resolved(self.world, channel)
        data: Json = {"id": found["id"], "name": name, "type": CHAT_INPUT}
        data["options"] = filled(found, path, options, resolved, focused)
        if resolved.found:
            data["resolved"] = resolved.found
        if "guild_id" in found:
            data["guild_id"] = found["guild_id"]
        return self.interactions.begin(AUTOCOMPLETE if focused else COMMAND, self, channel, data)

    def context_menu(
        self, name: str, message: Message, *, wait: Wait = "answered", timeout: float = 10.0
    ) -> Interaction:
        """Use a command in the menu of a message."""
        return self._context_menu(name, message).wait(wait, timeout)

    @on_loop
    def _context_menu(self, name: str, message: Message) -> Interaction:
        self._check_sees(message)
        found = self.commands.find(name, MESSAGE, self, message.channel)
        data = {
            "id": found["id"],
            "name": name,
            "type": MESSAGE,
            "target_id": message.id,
            "resolved": {"messages": {message.id: message.payload()}},
        }
        return self.interactions.begin(COMMAND, self, message.channel, data)

    # Components

    def presses(self, message: Message, button: str, *, wait: Wait = "answered", timeout: float = 10.0) -> Interaction:
        """Press the button with a label or custom id."""
        return self._uses(message, BUTTON, button).wait(wait, timeout)

    def selects(
        self, message: Message, menu: str, *values: str, wait: Wait = "answered", timeout: float = 10.0
    ) -> Interaction:
        """Choose values in the menu with a placeholder or custom id."""
        return self._uses(message, SELECT, menu, {"values": list(values)}).wait(wait, timeout)

    @on_loop
    def _uses(self, message: Message, kind: int, name: str, more: Json | None = None) -> Interaction:
        self._check_sees(message)
        named = [part for part in walk(message.components) if part["type"] == kind and name in _names(part)]
        if not named or named[0].get("disabled") or "custom_id" not in named[0]:
            raise ValueError(f"{self} finds nothing to press named {name!r} in: {message.text[:200]}")
        data = {"component_type": kind, "custom_id": named[0]["custom_id"], "id": named[0]["id"], **(more or {})}
        return self.interactions.begin(COMPONENT, self, message.channel, data, message=message)

    def submits(
        self, modal: Modal | Interaction, *, wait: Wait = "answered", timeout: float = 10.0, **fields: str
    ) -> Interaction:
        """Fill in and submit a modal (or the one that an interaction opened); fields by custom id or label."""
        form = modal.modal if isinstance(modal, Interaction) else modal
        assert form is not None, f"{modal} opened no modal"
        return self._submits(form, fields).wait(wait, timeout)

    @on_loop
    def _submits(self, modal: Modal, fields: dict[str, str]) -> Interaction:
        opened_by = modal.opened_by
        if opened_by.person is not self:
            raise ValueError(f"{self} does not see the modal of {opened_by.person}")
        data: Json = {"custom_id": modal.custom_id, "components": submitted(modal, fields)}
        return self.interactions.begin(
            MODAL_SUBMIT, self, opened_by.channel, data, message=opened_by.message, opened_by=opened_by
        )

    def _check_sees(self, message: Message) -> None:
        seen = message.ephemeral_for in {None, self} and message.channel.allows(self, "view_channel")
        if message.deleted or not seen:
            raise ValueError(f"{self} does not see that message")


def _of_person(*, ping: bool = True) -> Json:
    return {"parse": ["users", "roles", "everyone"], "replied_user": ping}


def _names(part: Json) -> set[str | None]:
    return {part.get("custom_id"), label_of(part), part.get("placeholder")}
