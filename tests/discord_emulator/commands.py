"""Application commands: their limits, and to whom and where Discord offers them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .channels import DIRECT_MESSAGE
from .permissions import bits
from .refusals import check_count, check_length, invalid

if TYPE_CHECKING:
    from .channels import Channel
    from .refusals import Json
    from .users import User
    from .world import World

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, A_USER, A_CHANNEL, A_ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
IN_SERVER, IN_BOT_DM, IN_PRIVATE = 0, 1, 2
TO_SERVER, TO_USER = 0, 1
"""Where the application is installed."""

NAME = re.compile(r"[-_'\w]{1,32}")
MOST = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
OPTIONS = 25
CHOICES = 25
ALL_TEXT = 8000
"""Characters in all names, descriptions and values of one command."""


class NotOffered(Exception):
    """A person looked for a command that Discord does not show them there."""


class Commands:
    """The registered commands, global ones and those of single servers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._kept: dict[str | None, list[Json]] = {}

    def all(self, server_id: str | None = None) -> list[Json]:
        return self._kept.get(server_id, [])

    def replace(self, commands: list[Json], server_id: str | None = None) -> list[Json]:
        """All commands at once; one that was there before keeps its id.

        Raises:
            Refusal: 50035.
        """
        check_commands(commands)
        before = {(old["type"], old["name"]): old["id"] for old in self.all(server_id)}
        kept = [self._stored(command, before, server_id) for command in commands]
        self._kept[server_id] = kept
        return kept

    def _stored(self, command: Json, before: dict[tuple[int, str], str], server_id: str | None) -> Json:
        given = {name: value for name, value in command.items() if value is not None}
        kind = given.get("type", CHAT_INPUT)
        allowed = given.get("default_member_permissions")
        stored: Json = {"description": "", "contexts": None, "integration_types": [TO_SERVER], **given}
        stored |= {
            "id": before.get((kind, given["name"])) or self.world.ids.take(),
            "application_id": self.world.bot.id,
            "version": self.world.ids.take(),
            "type": kind,
            "default_member_permissions": None if allowed is None else str(allowed),
            "nsfw": False,
        }
        return stored | ({"guild_id": server_id} if server_id else {})

    def find(self, name: str, kind: int, person: User, channel: Channel) -> Json:
        """The command as a person may use it there.

        Raises:
            NotOffered: there is none, or it is not for this place or this person.
        """
        server_id = channel.server.id if channel.server else None
        every = [*self.all(server_id), *self.all()] if server_id else self.all()
        command = next((one for one in every if one["name"] == name and one["type"] == kind), None)
        why = "no such command is registered" if command is None else self._why_not(command, person, channel)
        if command is None or why:
            raise NotOffered(f"{person} is not offered {name!r}: {why}")
        return command

    def offered(self, person: User, channel: Channel) -> list[str]:
        """The names of all commands that Discord shows a person there."""
        return [one["name"] for one in self.all() if not self._why_not(one, person, channel)]

    def _why_not(self, command: Json, person: User, channel: Channel) -> str:
        context = context_of(self.world, channel)
        contexts = command["contexts"]
        if contexts is not None and context not in contexts:
            return f"it is not for context {context}"
        if not set(command["integration_types"]) & installs(self.world, person, channel):
            return "the application is not installed for that there"
        return self._why_not_allowed(command, person, channel)

    def _why_not_allowed(self, command: Json, person: User, channel: Channel) -> str:
        if channel.server is None:
            return ""
        if not channel.allows(person, "use_application_commands"):
            return "they may use no commands there"
        needed = command["default_member_permissions"]
        may = channel.permissions(person)
        if needed is None or may & bits("administrator"):
            return ""
        return "" if int(needed) and may & int(needed) == int(needed) else "it needs permissions that they lack"


def context_of(world: World, channel: Channel) -> int:
    if channel.server:
        return IN_SERVER
    with_bot = channel.kind == DIRECT_MESSAGE and world.bot in channel.recipients
    return IN_BOT_DM if with_bot else IN_PRIVATE


def installs(world: World, person: User, channel: Channel) -> set[int]:
    """The installations by which a person can reach the application there."""
    found = {TO_USER} if person.installed else set()
    there = channel.server.has_bot if channel.server else world.bot in channel.recipients
    return found | ({TO_SERVER} if there else set())


def check_commands(commands: list[Json]) -> None:
    """Refuse what Discord refuses in commands.

    Raises:
        Refusal: 50035.
    """
    names = [(command.get("type") or CHAT_INPUT, command["name"]) for command in commands]
    if len(set(names)) < len(names):
        raise invalid("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    for kind, most in MOST.items():
        check_count("commands", sum(one == kind for one, _ in names), most)
    for index, command in enumerate(commands):
        _check_command(str(index), command)


def _check_command(where: str, command: Json) -> None:
    if (command.get("type") or CHAT_INPUT) == CHAT_INPUT:
        _check_named(where, command)
        _check_options(where, command.get("options") or [])
    else:
        check_length(f"{where}.name", command["name"], 32, least=1)
        if command.get("description"):
            raise invalid(f"{where}.description", "APPLICATION_COMMAND_INVALID_DESCRIPTION", "Must be empty")
    if _text(command) > ALL_TEXT:
        raise invalid(where, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({ALL_TEXT})")


def _check_named(where: str, named: Json) -> None:
    if not NAME.fullmatch(named["name"]) or named["name"] != named["name"].lower():
        raise invalid(f"{where}.name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    check_length(f"{where}.description", named.get("description", ""), 100, least=1)


def _check_options(where: str, options: list[Json]) -> None:
    check_count(f"{where}.options", len(options), OPTIONS)
    names = [option["name"] for option in options]
    if len(set(names)) < len(names):
        raise invalid(f"{where}.options", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        raise invalid(f"{where}.options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options come first")
    for index, option in enumerate(options):
        _check_option(f"{where}.options.{index}", option)


def _check_option(where: str, option: Json) -> None:
    _check_named(where, option)
    _check_options(where, option.get("options") or [])
    check_choices(f"{where}.choices", option.get("choices") or [])
    if option.get("choices") and option.get("autocomplete"):
        raise invalid(where, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "Choices exclude autocomplete")


def check_choices(where: str, choices: list[Json]) -> None:
    """Refuse too many, or too long, choices of an option or of autocomplete."""
    check_count(where, len(choices), CHOICES)
    for choice in choices:
        check_length(f"{where}.name", choice["name"], 100, least=1)
        if isinstance(choice["value"], str):
            check_length(f"{where}.value", choice["value"], 100, least=1)


def _text(named: Json) -> int:
    own = len(named.get("name", "")) + len(named.get("description") or "")
    choices = sum(len(choice["name"]) + len(str(choice["value"])) for choice in named.get("choices") or [])
    return own + choices + sum(map(_text, named.get("options") or []))


def ephemeral_only(world: World, person: User, channel: Channel) -> bool:
    """Whether an app that only the person has installed may answer there for them alone."""
    return TO_SERVER not in installs(world, person, channel) and not channel.allows(person, "use_external_apps")
