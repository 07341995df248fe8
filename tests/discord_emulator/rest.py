"""The REST API, version 10, at the wire: bodies, files, faults, authorization, answers and their headers."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import application_routes, channel_routes, interaction_routes, message_routes  # noqa: F401  (they fill the table)
from .exchanges import Exchange, Upload
from .faults import TOO_MANY, Fault
from .refusals import NOT_JSON, UNAUTHORIZED, Refusal
from .routing import Answer, Call, find

if TYPE_CHECKING:
    from collections.abc import Callable

    from .routing import Route
    from .world import World

PREFIX = "/api/v10"
OK = 200
VIA = {"Via": "1.1 google"}
"""Without it a client takes a 429 for a ban by Cloudflare."""


class Rest:
    """Serves requests one after the other, as they come; keeps each as an `Exchange`."""

    def __init__(self, world: World, token: str, call: Callable[..., Call]) -> None:
        self.world = world
        self.token = token
        self.call = call
        self.exchanges: list[Exchange] = []
        self.faults: list[Fault] = []

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One request to the API."""
        path = "/" + request.match_info["path"]
        data, files = await _read(request)
        authorization = request.headers.get("Authorization")
        exchange = Exchange(request.method, path, dict(request.query), data, files, authorization)
        self.exchanges.append(exchange)
        fault = await self._fault(request.method, path)
        exchange.fault = str(fault or "")
        answer = self._fulfil(exchange) if fault is None or fault.fulfils else Answer(0)
        exchange.took = time.monotonic() - exchange.at
        if fault and fault.cuts:
            return _cut(request)
        return _faulty(exchange, answer, fault) if fault else _told(exchange, answer)

    async def _fault(self, method: str, path: str) -> Fault | None:
        fault = next((one for one in self.faults if one.meets(method, path)), None)
        if fault:
            fault.times -= 1
            await asyncio.sleep(fault.delay)
        return fault

    def _fulfil(self, exchange: Exchange) -> Answer:
        try:
            found, names = find(exchange.method, exchange.path)
            self._check(exchange, found)
            said = found.handler(self.call(exchange.query, exchange.body, exchange.files), **names)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body())
        except Exception as error:
            self.world.bugs.append(error)
            raise
        return said if isinstance(said, Answer) else Answer(OK, said)

    def _check(self, exchange: Exchange, found: Route) -> None:
        if not found.open and exchange.authorization != f"Bot {self.token}":
            raise Refusal(UNAUTHORIZED)
        if exchange.body is UNREADABLE:
            raise Refusal(NOT_JSON)

    async def serve_file(self, request: web.Request) -> web.StreamResponse:
        """One download of an attachment."""
        fault = await self._fault(request.method, request.path)
        if fault and fault.cuts:
            return _cut(request)
        if fault and isinstance(fault.status, int):
            return web.Response(status=fault.status)
        kept = self.world.files.get(request.match_info["id"])
        if kept is None:
            return web.Response(status=404)
        return web.Response(body=kept.file.data, headers={"Content-Type": kept.file.kind})


UNREADABLE = object()
"""In the place of a body that is not JSON."""


async def _read(request: web.Request) -> tuple[Any, list[Upload]]:
    """The JSON of a request (None if it has no body) and its files."""
    if request.content_type.startswith("multipart/"):
        return await _read_form(request)
    text = await request.text()
    return (_parsed(text) if text else None), []


async def _read_form(request: web.Request) -> tuple[Any, list[Upload]]:
    data, files = None, []
    form = await request.post()
    for name, part in form.items():
        if isinstance(part, web.FileField):
            with part.file as opened:
                files.append(Upload(name, part.filename, opened.read()))
        elif name == "payload_json":
            data = _parsed(str(part))
    return data, files


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return UNREADABLE


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response()


def _faulty(exchange: Exchange, answer: Answer, fault: Fault) -> web.Response:
    if fault.status == "malformed":
        exchange.status = OK
        return web.Response(body=b'{"id": "1", "conte', headers=_headers())
    if not isinstance(fault.status, int):
        return _told(exchange, answer)
    exchange.status, exchange.response = fault.status, fault.body()
    headers = {**_headers(), **fault.headers()}
    if fault.status == TOO_MANY and not fault.via:
        del headers["Via"]
    return web.Response(status=fault.status, body=json.dumps(exchange.response).encode(), headers=headers)


def _told(exchange: Exchange, answer: Answer) -> web.Response:
    exchange.status, exchange.response = answer.status, answer.body
    if answer.body is None:
        return web.Response(status=answer.status, headers=VIA)
    text = json.dumps(answer.body)
    exchange.response = json.loads(text)
    return web.Response(status=answer.status, body=text.encode(), headers=_headers())


def _headers() -> dict[str, str]:
    """Exactly this content type: a client takes one with a charset for text. The rate limit is a generous one."""
    return {
        **VIA,
        "Content-Type": "application/json",
        "X-RateLimit-Limit": "50",
        "X-RateLimit-Remaining": "49",
        "X-RateLimit-Reset": f"{time.time() + 1:.3f}",
        "X-RateLimit-Reset-After": "1.000",
    }
