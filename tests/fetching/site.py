"""A web site on loopback that answers as it is told to, for tests of what fetches; and a fetcher that may reach it."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from retrieval.fetching.fetcher import Fetcher, FetchLimits
from retrieval.fetching.politeness import Pace

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Answer = bytes | Callable[[socket.socket], None]

HOST = "news.test"
LIMITS = FetchLimits(connect=10.0, read=10.0, total=20.0, bytes=100_000)  # a busy machine is no failure


@dataclass
class Site:
    """What the site has, by path, and what it was asked."""

    port: int = 0
    pages: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    scheme: str = "http"

    def url(self, path: str = "/", host: str = HOST) -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, without robots.txt."""
        asked = (request.split(" ")[1] for request in self.requests)
        return [path for path in asked if path != "/robots.txt"]

    def fetcher(
        self,
        *,
        names: Mapping[str, Sequence[str]] | None = None,
        limits: FetchLimits = LIMITS,
        tls: ssl.SSLContext | None = None,
        pace: Pace | None = None,
        contact: str | None = None,
    ) -> Fetcher:
        """One that may reach 127.0.0.1 and finds these names, else `HOST` alone, there."""
        found = {HOST: ["127.0.0.1"]} | dict(names or {})

        def resolve(host: str, port: int) -> Sequence[str]:
            assert port
            if host not in found:
                raise OSError
            return found[host]

        return Fetcher(
            contact=contact,
            allow=[f"{host}:{self.port}" for host in found],
            limits=limits,
            networks=["127.0.0.1/32"],
            resolve=resolve,
            pace=pace or Pace(delay=0),
            tls=tls,
        )


def page(body: bytes | str = b"", content_type: str = "text/html", status: str = "200 OK", **headers: str) -> bytes:
    """Returns a whole answer; of a header's name, underscores are hyphens."""
    data = body.encode() if isinstance(body, str) else body
    lines = {"Content-Type": content_type, "Content-Length": str(len(data)), "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    shown = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"HTTP/1.1 {status}\r\n{shown}\r\n".encode() + data


def redirect(to: str, status: str = "302 Found") -> bytes:
    return page(status=status, Location=to)


@contextlib.contextmanager
def serving(pages: Mapping[str, Answer] | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serves pages until the block ends."""
    site = Site(pages=dict(pages or {}), scheme="https" if tls else "http")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                if tls is None:
                    self._answer(self.request)
                    return
                with tls.wrap_socket(self.request, server_side=True) as connection:
                    self._answer(connection)

        def _answer(self, connection: socket.socket) -> None:
            asked = b""
            while b"\r\n\r\n" not in asked:
                part = connection.recv(65_536)
                if not part:
                    return
                asked += part
            site.requests.append(asked.decode("latin-1"))
            answer = site.pages.get(asked.split(b" ")[1].decode(), page("none", status="404 Not Found"))
            if isinstance(answer, bytes):
                connection.sendall(answer)
            else:
                answer(connection)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield site
        server.shutdown()
