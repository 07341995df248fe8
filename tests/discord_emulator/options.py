"""What a person fills in: the options of a command and the fields of a modal, as an interaction carries them.

Discord's own app keeps people from wrong input, so wrong input here is a mistake of the test: ValueError.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .channels import Channel
from .commands import ATTACHMENT, GROUP, STRING, SUBCOMMAND
from .components import LABEL, SELECT, TEXT_INPUT, walk
from .files import File
from .servers import Role
from .users import User

if TYPE_CHECKING:
    from .interactions import Modal
    from .refusals import Json
    from .world import World

TEXT = 6000


@dataclass
class Resolved:
    """What options name by id, spelt out."""

    world: World
    channel: Channel
    found: dict[str, Json] = field(default_factory=dict)

    def id_of(self, value: object) -> object:
        """The value as an option has it: an id for whatever has one."""
        if isinstance(value, File):
            kept = self.world.keep(self.channel, value)
            self._add("attachments", kept.id, kept.payload() | {"ephemeral": True})
            return kept.id
        if isinstance(value, User):
            return self._add_user(value)
        if isinstance(value, Channel):
            return self._add("channels", value.id, value.payload() | {"permissions": "0"})
        if isinstance(value, Role):
            return self._add("roles", value.id, value.payload())
        return value

    def _add_user(self, user: User) -> str:
        server = self.channel.server
        if server and user.id in server.members:
            member = server.members[user.id].payload(with_user=False, permissions=self.channel.permissions(user))
            self._add("members", user.id, member)
        return self._add("users", user.id, user.payload())

    def _add(self, kind: str, name: str, told: Json) -> str:
        self.found.setdefault(kind, {})[name] = told
        return name


def filled(command: Json, path: list[str], values: Json, resolved: Resolved, focused: str = "") -> list[Json]:
    """The options of a command, or of the subcommand at a path, with a person's values.

    `focused` is the option that is being typed, for autocomplete: then required ones may be missing.

    Raises:
        ValueError: a person could not enter this.
    """
    if path:
        inner = _named(command, path[0])
        if inner["type"] not in {SUBCOMMAND, GROUP}:
            raise ValueError(f"{path[0]!r} is no subcommand")
        options = filled(inner, path[1:], values, resolved, focused)
        return [{"name": inner["name"], "type": inner["type"], "options": options}]
    missing = [one["name"] for one in command.get("options") or [] if one.get("required") and one["name"] not in values]
    if missing and not focused:
        raise ValueError(f"{command['name']} needs {missing}")
    return [_filled_one(_named(command, name), value, resolved, focused) for name, value in values.items()]


def _named(command: Json, name: str) -> Json:
    for option in command.get("options") or []:
        if option["name"] == name:
            found: Json = option
            return found
    raise ValueError(f"{command['name']} has no option {name!r}")


def _filled_one(option: Json, value: object, resolved: Resolved, focused: str) -> Json:
    if option["type"] == STRING and not focused:
        _check_text(option, value)
    if option["type"] == ATTACHMENT and not isinstance(value, File):
        raise ValueError(f"{option['name']} takes a File")
    told = {"name": option["name"], "type": option["type"], "value": resolved.id_of(value)}
    return told | ({"focused": True} if option["name"] == focused else {})


def _check_text(option: Json, value: object) -> None:
    if not isinstance(value, str):
        raise ValueError(f"{option['name']} takes a text")  # noqa: TRY004  (a test's mistake like the others)
    if not option.get("min_length", 0) <= len(value) <= option.get("max_length", TEXT):
        raise ValueError(f"{option['name']} cannot be {len(value)} characters long")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise ValueError(f"{option['name']} is one of {choices}")


def submitted(modal: Modal, values: dict[str, str]) -> list[Json]:
    """The components of a submitted modal; fields are named by custom id or label.

    Raises:
        ValueError: a person could not submit this.
    """
    unknown = set(values)
    told = [_submitted_one(component, values, unknown) for component in modal.components]
    if unknown:
        raise ValueError(f"{modal.title!r} has no field {sorted(unknown)}")
    return [dict(one, id=number) for number, one in enumerate(told, start=1)]


def _submitted_one(component: Json, values: dict[str, str], unknown: set[str]) -> Json:
    inputs = [part for part in walk([component]) if part["type"] in {TEXT_INPUT, SELECT}]
    fields = [_field(part, component.get("label") or part.get("label"), values, unknown) for part in inputs]
    if component["type"] == LABEL:
        return {"type": LABEL, "component": fields[0]}
    return {"type": component["type"], "components": fields}


def _field(part: Json, label: str | None, values: dict[str, str], unknown: set[str]) -> Json:
    name = next((one for one in (part["custom_id"], label) if one in values), None)
    value = values[name] if name else part.get("value") or ""
    unknown.discard(name or "")
    told = {"type": part["type"], "custom_id": part["custom_id"], "id": 1}
    if part["type"] == SELECT:
        return told | {"values": [value]}
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    if (part.get("required", True) and not value) or not (least <= len(value) <= most or not value):
        raise ValueError(f"{part['custom_id']} cannot be {len(value)} characters long")
    return told | {"value": value}
