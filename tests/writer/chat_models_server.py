"""A server on a loopback port that speaks the protocols of OpenAI and of Ollama, streaming included, from a script.

with ChatModels(Says("The harbour was shut [1].")) as server:
    ...                        # openai:any at server.openai, ollama:any at server.ollama
    assert server.requests[0].given
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OPENAI, OLLAMA = "/v1/chat/completions", "/api/chat"


@dataclass(frozen=True, slots=True)
class Says:
    """One scripted reply.

    Attributes:
        text: of the reply, sent `size` characters at a time, `pause` seconds apart.
        wait: seconds of silence before the first of them.
        ending: what the protocol calls the reason of its end; "length" for a reply that was cut short.
        status: another than 200 is sent alone, with `text` as its message and `retry_after`.
        breaks: after how many pieces the connection is lost; 0 for at once.
        malformed: instead of each piece something is sent that is no JSON.
        usage: the tokens that are told, (read, written).
    """

    text: str = ""
    size: int = 4
    pause: float = 0.0
    wait: float = 0.0
    ending: str = "stop"
    status: int = 200
    retry_after: float | None = None
    breaks: int | None = None
    malformed: bool = False
    usage: tuple[int, int] | None = (100, 20)

    @property
    def pieces(self) -> list[str]:
        return [self.text[at : at + self.size] for at in range(0, len(self.text), self.size)]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def told(self) -> str:
        return "".join(each["content"] for each in self.body["messages"] if each["role"] == "system")

    @property
    def given(self) -> str:
        return "".join(each["content"] for each in self.body["messages"] if each["role"] == "user")

    @property
    def schema(self) -> Any:  # noqa: ANN401  (as the protocol has it)
        """Of the reply, where one was asked for."""
        return self.body.get("response_format") or self.body.get("format")


class ChatModels:
    """The server. Replies are given in the order of the script, the last one again and again.

    Attributes:
        requests: what was asked, in order.
        left: those of them whose client went before the reply had ended.
    """

    def __init__(self, *script: Says | Callable[[Request], Says]) -> None:
        self.script = list(script)
        self.requests: list[Request] = []
        self.left: list[Request] = []
        self._most_at_once = self._now = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.models = self

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def openai(self) -> str:
        return f"{self.address}/v1"

    @property
    def ollama(self) -> str:
        return self.address

    @property
    def most_at_once(self) -> int:
        """Replies that were under way at the same time."""
        return self._most_at_once

    def wait_left(self, seconds: float = 10.0) -> bool:
        """Whether a client went before its reply had ended, soon."""
        end = time.monotonic() + seconds
        while not self.left and time.monotonic() < end:
            time.sleep(0.01)
        return bool(self.left)

    def next(self, request: Request) -> Says:
        with self._lock:
            self.requests.append(request)
            step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return step(request) if callable(step) else step

    def begin(self) -> None:
        with self._lock:
            self._now += 1
            self._most_at_once = max(self._most_at_once, self._now)

    def end(self) -> None:
        with self._lock:
            self._now -= 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:  # it would write to standard error
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        request = Request(self.path, body, dict(self.headers))
        models = self.server.models
        says = models.next(request)
        models.begin()
        try:
            self._reply(request, says)
        except OSError:
            models.left.append(request)
        finally:
            self.close_connection = True
            models.end()

    def _reply(self, request: Request, says: Says) -> None:
        self._silent(says.wait)
        make = _openai if request.path == OPENAI else _ollama
        if says.status != HTTPStatus.OK:
            self._whole(says.status, json.dumps({"error": {"message": says.text}}), says.retry_after)
        elif request.body.get("stream", request.path == OLLAMA):
            self._stream(says, make(says, streams=True))
        else:
            self._whole(HTTPStatus.OK, "".join(make(says, streams=False)))

    def _stream(self, says: Says, lines: Iterator[str]) -> None:
        self._head(HTTPStatus.OK, "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number, line in enumerate(lines):
            if says.breaks == number:
                return
            self._silent(says.pause)
            self.wfile.write(f"{len(line.encode()):x}\r\n{line}\r\n".encode())
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def _silent(self, seconds: float) -> None:
        """Wait, unless the client goes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.connection.settimeout(min(0.02, seconds))
            with suppress(TimeoutError):
                if not self.connection.recv(1):
                    raise ConnectionResetError
            self.connection.settimeout(None)

    def _whole(self, status: int, text: str, retry_after: float | None = None) -> None:
        self._head(status, "application/json")
        self.send_header("content-length", str(len(text.encode())))
        if retry_after is not None:
            self.send_header("retry-after", str(retry_after))
        self.end_headers()
        self.wfile.write(text.encode())

    def _head(self, status: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("connection", "close")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    models: ChatModels


def _openai(says: Says, *, streams: bool) -> Iterator[str]:
    usage = dict(zip(("prompt_tokens", "completion_tokens"), says.usage, strict=True)) if says.usage else None
    told = usage and usage | {"total_tokens": sum(says.usage or ())}
    common = {"id": "chatcmpl-1", "created": 1, "model": "scripted"}
    if not streams:
        message = {"role": "assistant", "content": says.text}
        choice = {"index": 0, "message": message, "finish_reason": says.ending}
        yield json.dumps(common | {"object": "chat.completion", "choices": [choice], "usage": told})
        return
    for piece in says.pieces:
        delta = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
        shown = {"object": "chat.completion.chunk", "choices": [delta]}
        yield "data: {not JSON\n\n" if says.malformed else f"data: {json.dumps(common | shown)}\n\n"
    last = {"index": 0, "delta": {}, "finish_reason": says.ending}
    yield f"data: {json.dumps(common | {'object': 'chat.completion.chunk', 'choices': [last], 'usage': told})}\n\n"
    yield "data: [DONE]\n\n"


def _ollama(says: Says, *, streams: bool) -> Iterator[str]:
    common = {"model": "scripted", "created_at": "2026-01-01T00:00:00Z"}
    usage = dict(zip(("prompt_eval_count", "eval_count"), says.usage, strict=True)) if says.usage else {}
    pieces = says.pieces if streams else [says.text]
    for piece in pieces:
        message = {"role": "assistant", "content": piece}
        yield "{not JSON\n" if says.malformed else json.dumps(common | {"message": message, "done": False}) + "\n"
    ended = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": says.ending}
    yield json.dumps(common | ended | usage) + "\n"
