"""What Byline says and what it tells a chat model: a prose file each, with `$variables`. Depends on nothing.

A file of the same name in the user's folder, if one was named with `override`, goes before the one that is shipped.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable
    from pathlib import Path

_SUFFIXES = (".md", ".txt")
_PART = re.compile(r"^---$", re.MULTILINE)
_overriding: dict[str, Template] = {}


class PromptError(Exception):
    """A prompt is missing, malformed, or was not given exactly its variables; the message says which."""


def load(name: str, /, **variables: str) -> str:
    """The prose of a prompt, each `$variable` replaced once: values are inserted as they are, whatever they hold.

    Raises:
        PromptError: there is no such prompt, or the variables are not exactly those that it has.
    """
    template = _template(name)
    wanted = set(template.get_identifiers())
    if missing := wanted - variables.keys():
        raise PromptError(f"The prompt “{name}” was not given {_listed(missing)}: pass it to load().")
    if extra := variables.keys() - wanted:
        raise PromptError(f"The prompt “{name}” does not have {_listed(extra)}: use it there, or do not pass it.")
    return template.substitute(variables)


def load_parts(name: str, /, **variables: str) -> tuple[str, ...]:
    """The parts of a prompt that a line of three hyphens separates: what the model is told, and what it is given.

    The file is parted before the variables are inserted, so that no value can begin a part.

    Raises:
        PromptError: as `load`.
    """
    load(name, **variables)
    return tuple(Template(part.strip()).substitute(variables) for part in _PART.split(_template(name).template))


def override(folder: Path | None) -> None:
    """From now on take the prompts that the folder has from there; None: only those that are shipped.

    Raises:
        PromptError: a file there is none of Byline's prompts, or has not the same variables and parts.
        OSError: the folder cannot be read.
    """
    found = _read(folder.iterdir()) if folder else {}
    for name, template in found.items():
        _check(name, template)
    _overriding.clear()
    _overriding.update(found)


def _check(name: str, given: Template) -> None:
    if (shipped := _prompts().get(name)) is None:
        raise PromptError(f"There is no prompt “{name}” to replace; there are: {', '.join(names())}.")
    _valid(name, given)
    if missing := set(shipped.get_identifiers()) - set(given.get_identifiers()):
        raise PromptError(f"The prompt “{name}” has to have {_listed(missing)}: write “${min(missing)}” where it goes.")
    if extra := set(given.get_identifiers()) - set(shipped.get_identifiers()):
        raise PromptError(f"The prompt “{name}” cannot have {_listed(extra)}: nothing is known by that name.")
    if len(_PART.findall(given.template)) != len(_PART.findall(shipped.template)):
        raise PromptError(f"The prompt “{name}” has to be parted by lines of “---” as the one that is shipped is.")


def _template(name: str) -> Template:
    template = _overriding.get(name) or _prompts().get(name)
    if template is None:
        raise PromptError(f"There is no prompt “{name}”; there are: {', '.join(names())}.")
    return _valid(name, template)


def _valid(name: str, template: Template) -> Template:
    if not template.is_valid():
        raise PromptError(f"The prompt “{name}” has a “$” that starts no variable: write “$$” for the sign itself.")
    return template


def names() -> tuple[str, ...]:
    return tuple(sorted(_prompts()))


@cache
def _prompts() -> dict[str, Template]:
    return _read(files(__name__).iterdir())


def _read(folder: Iterable[Traversable]) -> dict[str, Template]:
    found = (file for file in folder if file.name.endswith(_SUFFIXES))
    return {file.name.rpartition(".")[0]: Template(file.read_text(encoding="utf-8").strip()) for file in found}


def _listed(variables: set[str]) -> str:
    return (
        "the " + ("variable " if len(variables) == 1 else "variables ") + ", ".join(f"“{v}”" for v in sorted(variables))
    )
