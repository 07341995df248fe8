"""The plan of the house: what may import what, and where English is known."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from benchmarks.house import english
from tests import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
_DRAWING = _CONTRIBUTING.partition("    retrieval/\n")[2].partition("    prompts/")[0]
# The rooms of retrieval/ as they are drawn, each above all that it may import.
ROOMS = ["__init__", *re.findall(r"(?:^ {6}| {3})(\w+)(?:/|\.py) ", _DRAWING, re.MULTILINE)]
# What each package may import of the others.
PACKAGES = {
    "seeds": set[str](),
    "prompts": set[str](),
    "retrieval": {"prompts", "seeds"},
    "bot": {"retrieval", "prompts", "seeds"},
    "benchmarks": {"retrieval", "prompts", "bot"},
    "training": {"retrieval", "prompts", "bot", "benchmarks"},  # weights are fitted to the cases that these read
}
# Where outside text/ `benchmarks.house` finds English all the same, and what it is.
ENGLISH = {
    "sources/validation.py": "the beginnings of mobile sites' hosts",
    "sources/markup.py": "the tags of HTML",
    "sources/dates.py": "the names of time zones",
    "sources/class_names.py": "names of classes of HTML",
    "sources/decoding.py": "names of attributes of HTML",
    "sources/texts.py": "the keys of front matter",
    "sources/pdf.py": "the endings of names of files",
    "sources/structured_data.py": "the types of schema.org and the beginnings of addresses",
    "writer/parsing.py": "the tag <think>, in which models put what is not for the reader",
    "writer/planning.py": "the beginnings of addresses",
    "writer/chat_model.py": "the names of a prompt's variables",
}


def modules(package: str) -> list[Path]:
    return sorted(file for file in (ROOT / package).rglob("*.py") if "migrations" not in file.parts)


def imported(file: Path) -> Iterator[str]:
    """The modules that a module imports, wherever in it and be it for its types alone."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(file: Path) -> str:
    return file.relative_to(ROOT / "retrieval").with_suffix("").parts[0]


def test_the_rooms_that_are_drawn_are_those_that_stand_in_the_folder() -> None:
    assert set(ROOMS) == {room(file) for file in modules("retrieval")}


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_imports_only_rooms_below_it(name: str) -> None:
    above = set(ROOMS[: ROOMS.index(name)])
    climbs = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in modules("retrieval")
        if room(file) == name
        for module in imported(file)
        if module.startswith("retrieval.") and module.split(".")[1] in above
    ]
    assert not climbs


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_those_that_it_may(package: str) -> None:
    others = PACKAGES.keys() - PACKAGES[package] - {package} | {"tests"}
    wrong = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in modules(package)
        for module in imported(file)
        if module.split(".")[0] in others
    ]
    assert not wrong


def test_english_is_known_in_the_text_package_alone() -> None:
    knows = {
        str(file.relative_to(ROOT / "retrieval")): [f"line {place.line}: {place.words}" for place in english(file)]
        for file in modules("retrieval")
        if room(file) != "text"
    }
    assert not {file: places for file, places in knows.items() if places and file not in ENGLISH}
    assert all(knows[file] for file in ENGLISH), "the list has more than there is"
