"""The check of exchanges against Discord's own OpenAPI description, which is not part of this repository.

Requests are checked, and successful answers too: those find faults of the emulator.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonschema.exceptions import ValidationError

    from .exchanges import Exchange
    from .refusals import Json

VARIABLE = "BYLINE_TEST_DISCORD_OPENAPI"
BESIDE = Path(__file__).parents[3] / "shared" / "discord" / "openapi.json"
SPEC = "urn:discord"
JSON_TYPE = "application/json"
TOLERATED = {"tts"}
"""Fields that discord.py sends with every edit, though Discord does not name them there."""
SNOWFLAKE = 10**16
"""Integers from here on are ids: clients may send them as integers, the description has them as strings."""


def described(exchanges: Iterable[Exchange]) -> None:
    """Fail with every exchange that Discord's description does not allow; skip where the description is not at hand."""
    description = find()
    if description is None:
        pytest.skip(f"Discord's OpenAPI description is not here; name its file with {VARIABLE}")
    found = description.violations(exchanges)
    assert not found, "\n".join(found)


@lru_cache
def find() -> Description | None:
    """Discord's description, if it is on this machine; read once."""
    path = Path(os.environ.get(VARIABLE, BESIDE))
    return Description(json.loads(path.read_text())) if path.is_file() else None


@dataclass(frozen=True)
class Operation:
    """A method of a described path, with the names of the query's parameters."""

    pointer: str
    method: str
    told: Json
    query: frozenset[str]


class Description:
    """Discord's description, with the validators that were needed so far."""

    def __init__(self, spec: Json) -> None:
        self.spec = spec
        self._registry = Registry[Any]().with_resource(SPEC, Resource.from_contents(spec, DRAFT202012))
        self._paths = sorted((path.count("{"), _pattern(path), path) for path in spec["paths"])
        self._validator = lru_cache(maxsize=None)(self._make_validator)
        self._errors = lru_cache(maxsize=None)(self._find_errors)

    def violations(self, exchanges: Iterable[Exchange]) -> list[str]:
        """One line for each fault of a request or a successful answer, without repetition."""
        found = [line for exchange in exchanges for line in self._violations(exchange)]
        return list(dict.fromkeys(found))

    def _violations(self, exchange: Exchange) -> list[str]:
        operation = self._operation(exchange.method, exchange.path)
        name = f"{exchange.method} {exchange.path}"
        if operation is None:
            return [f"{name}: no such operation"]
        unknown = set(exchange.query) - operation.query
        found = [f"unknown query parameter {parameter}" for parameter in sorted(unknown)]
        return [
            f"{name}: {fault}"
            for fault in found + self._request(operation, exchange) + self._answer(operation, exchange)
        ]

    def _request(self, operation: Operation, exchange: Exchange) -> list[str]:
        types = operation.told.get("requestBody", {}).get("content", {})
        if exchange.body is None:
            return []
        if not types:
            return ["request has a body"]
        kind = JSON_TYPE if JSON_TYPE in types else next(iter(types))
        pointer = f"{operation.pointer}/requestBody/content/{_escaped(kind)}/schema"
        body = _ids_as_text(exchange.body)
        if isinstance(body, dict):
            body = {name: value for name, value in body.items() if name not in TOLERATED}
        return [f"request: {fault}" for fault in self._errors(pointer, json.dumps(body), closed=True)]

    def _answer(self, operation: Operation, exchange: Exchange) -> list[str]:
        status = exchange.status
        if exchange.fault or status is None or status >= 300:
            return []
        answers = operation.told["responses"]
        name = next((one for one in (str(status), f"{status // 100}XX") if one in answers), None)
        if name is None:
            return [f"status {status} is not among {list(answers)}"]
        if exchange.response is None or JSON_TYPE not in answers[name].get("content", {}):
            return [] if exchange.response is None else [f"answer {status} has a body"]
        pointer = f"{operation.pointer}/responses/{name}/content/{_escaped(JSON_TYPE)}/schema"
        return [f"answer: {fault}" for fault in self._errors(pointer, json.dumps(exchange.response), closed=False)]

    def _operation(self, method: str, path: str) -> Operation | None:
        for _, pattern, described_path in self._paths:
            told = self.spec["paths"][described_path]
            if method.lower() in told and re.fullmatch(pattern, path):
                both = [*told.get("parameters", []), *told[method.lower()].get("parameters", [])]
                query = frozenset(parameter["name"] for parameter in both if parameter.get("in") == "query")
                pointer = f"{SPEC}#/paths/{_escaped(described_path)}/{method.lower()}"
                return Operation(pointer, method, told[method.lower()], query)
        return None

    def _find_errors(self, pointer: str, text: str, *, closed: bool) -> list[str]:
        return [_told(error) for error in self._validator(pointer, closed=closed).iter_errors(json.loads(text))]

    def _make_validator(self, pointer: str, *, closed: bool) -> Draft202012Validator:
        """A closed body may have no field that the description does not name: Discord would ignore it silently."""
        schema = {"$ref": pointer} | ({"unevaluatedProperties": False} if closed else {})
        return Draft202012Validator(schema, registry=self._registry)


def _pattern(path: str) -> str:
    return re.sub(r"{[^}]+}", "[^/]+", path)


def _escaped(part: str) -> str:
    """As one part of a JSON pointer in a URI."""
    return part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _ids_as_text(value: object) -> object:
    if isinstance(value, dict):
        return {name: _ids_as_text(inner) for name, inner in value.items()} | _numbered_attachments(value)
    if isinstance(value, list):
        return [_ids_as_text(inner) for inner in value]
    return str(value) if isinstance(value, int) and value >= SNOWFLAKE else value


def _numbered_attachments(value: Json) -> Json:
    """Files that are being uploaded are numbered from 0, as integers."""
    attachments = value.get("attachments")
    return {"attachments": [{**one, "id": str(one["id"])} for one in attachments]} if attachments else {}


def _told(error: ValidationError) -> str:
    """The innermost cause that goes deepest into the value: the alternative that was meant."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
