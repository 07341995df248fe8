"""What Byline says and what it tells a chat model: a prose file each, with `$variables`. Depends on nothing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template

_SUFFIXES = (".md", ".txt")


class PromptError(Exception):
    """A prompt is missing, malformed, or was not given exactly its variables: a mistake in the code, not in its use."""


def load(name: str, /, **variables: str) -> str:
    """The prose of a prompt, each `$variable` replaced once: values are inserted as they are, whatever they hold.

    Raises:
        PromptError: there is no such prompt, or the variables are not exactly those that it has.
    """
    template = _prompts().get(name)
    if template is None:
        raise PromptError(f"There is no prompt “{name}”; there are: {', '.join(names())}.")
    if not template.is_valid():
        raise PromptError(f"The prompt “{name}” has a “$” that starts no variable: write “$$” for the sign itself.")
    wanted = set(template.get_identifiers())
    if missing := wanted - variables.keys():
        raise PromptError(f"The prompt “{name}” was not given {_listed(missing)}: pass it to load().")
    if extra := variables.keys() - wanted:
        raise PromptError(f"The prompt “{name}” does not have {_listed(extra)}: use it there, or do not pass it.")
    return template.substitute(variables)


def names() -> tuple[str, ...]:
    return tuple(sorted(_prompts()))


@cache
def _prompts() -> dict[str, Template]:
    found = (file for file in files(__name__).iterdir() if file.name.endswith(_SUFFIXES))
    return {file.name.rpartition(".")[0]: Template(file.read_text(encoding="utf-8").strip()) for file in found}


def _listed(variables: set[str]) -> str:
    return (
        "the " + ("variable " if len(variables) == 1 else "variables ") + ", ".join(f"“{v}”" for v in sorted(variables))
    )
