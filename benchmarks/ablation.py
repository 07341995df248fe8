"""Switches rules off one at a time, so that a benchmark can tell what each is worth.

A rule is a function or method of a module, or a set of words that it holds: nothing in the product knows of the
switch. What stands in the place of a rule is what its return annotation says "nothing" is: False, None, an empty
collection; where a rule returns what it is given in another form (a token in, a token out), what it was given.
"""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

_EMPTY: dict[str, Callable[[], Any]] = {
    "bool": bool,
    "list": list,
    "dict": dict,
    "set": set,
    "frozenset": frozenset,
    "Iterator": lambda: iter(()),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it can be switched off.

    Attributes:
        name: module and name, as in "clauses.Sentence._apposed".
        owner: the module or class that holds it.
        attribute: its name there.
        nothing: what stands in its place.
    """

    name: str
    owner: Any
    attribute: str
    nothing: object


def rules(*modules: ModuleType) -> list[Rule]:
    """Returns every private function, method and word list of some modules that has a "nothing", by module and name."""
    return [rule for module in modules for rule in _of(module, module, module.__name__.rsplit(".", 1)[-1])]


def _of(owner: Any, module: ModuleType, name: str) -> Iterator[Rule]:  # noqa: ANN401 - a module or a class
    for attribute, value in list(vars(owner).items()):
        if inspect.isclass(value) and value.__module__ == module.__name__:
            yield from _of(value, module, f"{name}.{attribute}")
        elif attribute.startswith("_") and not attribute.startswith("__"):
            nothing = _nothing(value, module)
            if nothing is not None:
                yield Rule(f"{name}.{attribute}", owner, attribute, nothing)


def _nothing(value: object, module: ModuleType) -> object:
    """What stands for a rule that is switched off; None for what is no rule."""
    if isinstance(value, frozenset) and all(isinstance(word, str) for word in value):
        return frozenset()
    function = value.func if isinstance(value, cached_property) else value
    if not inspect.isfunction(function) or function.__module__ != module.__name__:
        return None
    returned = str(function.__annotations__.get("return", "None"))
    if returned.endswith("| None"):
        empty: Callable[[], Any] | None = lambda: None  # noqa: E731 - one of several
    else:
        empty = _EMPTY.get(returned.split("[", maxsplit=1)[0])
    if isinstance(value, cached_property):
        return property(lambda _: empty()) if empty else None
    if empty:
        return lambda *_, **__: empty()
    given = [
        at for at, kind in enumerate(inspect.signature(function).parameters.values()) if kind.annotation == returned
    ]
    return (lambda *arguments, **_: arguments[given[0]]) if given else None


@contextmanager
def without(rule: Rule) -> Iterator[None]:
    """Switches a rule off, and on again at the end."""
    own = vars(rule.owner)[rule.attribute]
    setattr(rule.owner, rule.attribute, rule.nothing)
    try:
        yield
    finally:
        setattr(rule.owner, rule.attribute, own)
