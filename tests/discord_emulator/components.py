"""The limits of message components and modals, and the shape in which Discord gives components back."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from .refusals import check_count, check_length, invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .refusals import Json

LAYOUT = 1 << 15
"""The message flag of Components V2, where text is a component too."""

ROW, BUTTON, SELECT, TEXT_INPUT, TEXT, LABEL = 1, 2, 3, 4, 10, 18
OTHER_SELECTS = range(5, 9)
LINK = 5
"""The style of a button that opens a link."""

ROWS = 5
BUTTONS_IN_ROW = 5
OPTIONS = 25
COMPONENTS_IN_LAYOUT = 40
TEXT_IN_LAYOUT = 4000
COMPONENTS_IN_MODAL = 5

TEXTS = {
    BUTTON: {"label": 80, "url": 512},
    SELECT: {"placeholder": 150},
    TEXT_INPUT: {"label": 45, "placeholder": 100, "value": 4000},
    LABEL: {"label": 45, "description": 100},
}
OPTION_TEXTS = {"label": (1, 100), "value": (1, 100), "description": (0, 100)}

DEFAULTS: dict[int, Json] = {
    SELECT: {"min_values": 1, "max_values": 1},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}
"""What Discord adds to a component (14: separator, 17: container) when it gives it back."""


def label_of(button: Json) -> str:
    """What stands on a button: its text, else its emoji."""
    label: str = button.get("label") or (button.get("emoji") or {}).get("name") or ""
    return label


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, however deep."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        yield from walk([component[name] for name in ("accessory", "component") if component.get(name)])


def check_components(components: list[Json], *, layout: bool = False) -> None:
    """Refuse what Discord refuses in the components of a message.

    Raises:
        Refusal: 50035.
    """
    every = list(walk(components))
    if layout:
        check_count("components", len(every), COMPONENTS_IN_LAYOUT)
        check_length("components", "".join(part["content"] for part in every if part["type"] == TEXT), TEXT_IN_LAYOUT)
    else:
        check_count("components", len(components), ROWS)
        if any(component["type"] != ROW for component in components):
            raise invalid("components", "UNION_TYPE_CHOICES", "Value of field 'type' must be one of (1,).")
    _check_each(every)


def check_modal(modal: Json) -> None:
    """Refuse what Discord refuses in a modal.

    Raises:
        Refusal: 50035.
    """
    check_length("data.title", modal.get("title", ""), 45, least=1)
    check_length("data.custom_id", modal.get("custom_id", ""), 100, least=1)
    check_count("data.components", len(modal["components"]), COMPONENTS_IN_MODAL, least=1)
    for component in modal["components"]:
        bare = component["type"] == ROW
        if bare and any(not part.get("label") for part in component["components"]):
            raise invalid("data.components", "BASE_TYPE_REQUIRED", "A text input outside a label needs a label.")
    _check_each(list(walk(modal["components"])))


def _check_each(every: list[Json]) -> None:
    seen: set[str] = set()
    for part in every:
        where = f"components.{part['type']}"
        for name, most in TEXTS.get(part["type"], {}).items():
            check_length(f"{where}.{name}", part.get(name), most)
        _check_custom_id(where, part, seen)
        if part["type"] in CHECKS:
            CHECKS[part["type"]](where, part)


def _check_custom_id(where: str, part: Json, seen: set[str]) -> None:
    name = part.get("custom_id")
    check_length(f"{where}.custom_id", name, 100, least=1)
    if name in seen:
        raise invalid(f"{where}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Custom ids must differ")
    if name is not None:
        seen.add(name)


def _check_row(where: str, row: Json) -> None:
    check_count(where, len(row["components"]), BUTTONS_IN_ROW, least=1)
    kinds = [part["type"] for part in row["components"]]
    if len(kinds) > 1 and set(kinds) != {BUTTON}:
        raise invalid(where, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")


def _check_button(where: str, button: Json) -> None:
    if (button["style"] == LINK) != ("url" in button) or ("url" in button) == ("custom_id" in button):
        raise invalid(where, "BUTTON_COMPONENT_INVALID", "A link button has a url, any other a custom id.")
    if not (button.get("label") or button.get("emoji")):
        raise invalid(where, "BUTTON_COMPONENT_INVALID", "A button must have a label or emoji.")
    if "url" in button and not button["url"].startswith(("http://", "https://", "discord://")):
        raise invalid(f"{where}.url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('discord', 'https', 'http').")


def _check_select(where: str, select: Json) -> None:
    check_count(f"{where}.options", len(select["options"]), OPTIONS, least=1)
    for option in select["options"]:
        for name, (least, most) in OPTION_TEXTS.items():
            check_length(f"{where}.options.{name}", option.get(name), most, least)
    values = [option["value"] for option in select["options"]]
    if len(values) != len(set(values)):
        raise invalid(f"{where}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "Values must be unique")


CHECKS = {ROW: _check_row, BUTTON: _check_button, SELECT: _check_select}


def given_back(components: list[Json]) -> list[Json]:
    """Components as Discord stores them: each with a number, without nulls, with the defaults spelt out."""
    numbers = count(1)

    def numbered(component: Json) -> Json:
        stored = {**DEFAULTS.get(component["type"], {}), "id": next(numbers)}
        stored |= {name: value for name, value in component.items() if value is not None and name != "id"}
        if "emoji" in stored:
            stored["emoji"] = {name: value for name, value in stored["emoji"].items() if value is not None}
        if "components" in stored:
            stored["components"] = [numbered(part) for part in stored["components"]]
        if "accessory" in stored:
            stored["accessory"] = numbered(stored["accessory"])
        return stored

    return [numbered(component) for component in components]
