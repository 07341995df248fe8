"""Chroma on a server: one that `chroma run` starts, or Chroma Cloud. Several data directories may share a database.

Seen with Chroma 1.5.9:

- Its client waits without end for a server that takes a request and does not answer, from its own making on. So the
  server is asked for the database first, and the client is given a limit.
- Closing its client leaves the connections open, as does a client that finds no tenant or database.
- What a proxy in front of the server answers is raised as a bare `Exception` with the whole page.
"""

from __future__ import annotations

import contextlib
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlsplit

from retrieval.errors import AWAY, BylineError, LibraryError, ServerAway, SettingsError, chain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    from chromadb.api.client import Client

DEFAULT_TENANT, DEFAULT_DATABASE = "default_tenant", "default_database"  # as Chroma has them
_SECONDS = 5.0  # to connect, and for the first answer
LONGEST_CALL = 60.0  # seconds
_HEADER = re.compile(r"([A-Za-z0-9-]+): *([!-~](?:[ -~]*[!-~])?)")
_SHOWN = 200  # characters of what a server says


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """How a server is reached.

    Attributes:
        url: http:// or https://, with the port where it is another one, and a path where a proxy has one.
        header: "Name: value", which goes with every request; it holds the key, so it is never shown.
        tenant: whose database it is.
        database: the one with the collections. Both are there already.
    """

    url: str
    header: str | None = field(default=None, repr=False)
    tenant: str = DEFAULT_TENANT
    database: str = DEFAULT_DATABASE

    def __post_init__(self) -> None:
        """Checks what can be checked without the server.

        Raises:
            SettingsError: it is no address, or no header.
        """
        try:
            parts = urlsplit(self.url)
            usable = (
                parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and "@" not in parts.netloc
            )
        except ValueError:
            usable = False
        if not usable:
            raise SettingsError(
                "BYLINE_CHROMA_URL has to be an address such as http://127.0.0.1:8000 or https://api.trychroma.com, "
                "without a name or password in it (BYLINE_CHROMA_HEADER takes the key)."
            )
        if self.header is not None and not _HEADER.fullmatch(self.header):
            raise SettingsError(
                "BYLINE_CHROMA_HEADER has to be one header, such as `Authorization: Bearer KEY` or "
                "`X-Chroma-Token: KEY`, in plain characters."
            )

    @property
    def headers(self) -> dict[str, str]:
        found = self.header and _HEADER.fullmatch(self.header)
        return {found[1]: found[2]} if found else {}


@dataclass(frozen=True, slots=True)
class ServedChroma:
    """Keeps the vectors of the index in a folder on a server, under names that begin with the folder's."""

    server: ChromaServer
    folder: Path
    told: ClassVar[str] = "; vectors: on a Chroma server"
    is_shared: ClassVar[bool] = True
    most_open: ClassVar[int] = sys.maxsize

    @property
    def prefix(self) -> str:
        return f"{self.folder.name}-"

    def at(self, folder: Path) -> ServedChroma:
        """Returns the same for the index of another folder."""
        return ServedChroma(self.server, folder)

    def check(self) -> None:
        """Does nothing: what is damaged there harms the server alone."""

    def keep(self) -> None:
        """Does nothing: the server sees to that."""

    def tidy(self) -> None:
        """Does nothing: the server does."""

    def open(self) -> Client:
        """Connects, and makes sure that it is Chroma which answers.

        Raises:
            ServerAway: nobody does.
            LibraryError: it refuses.
        """
        import httpx
        from chromadb.api.client import Client
        from chromadb.config import Settings

        server = self.server
        settings = Settings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=server.url.rstrip("/"),
            chroma_server_http_port=0,  # it stands in the address
            chroma_server_headers=server.headers,
            anonymized_telemetry=False,
        )
        with self.translated_errors():
            place = f"/api/v2/tenants/{quote(server.tenant, safe='')}/databases/{quote(server.database, safe='')}"
            answer = httpx.get(server.url.rstrip("/") + place, headers=server.headers, timeout=_SECONDS)
            answer.raise_for_status()
            if '"tenant"' not in answer.text:
                raise LibraryError(f"What answers at {server.url} is no Chroma server: correct BYLINE_CHROMA_URL.")
            client = Client(tenant=server.tenant, database=server.database, settings=settings)
        for connections in _connections(client):
            connections.timeout = httpx.Timeout(LONGEST_CALL, connect=_SECONDS)
        return client

    def close(self, client: Client) -> None:
        """Closes its connections."""
        for connections in _connections(client):
            connections.close()
        client.close()

    @contextlib.contextmanager
    def translated_errors(self) -> Iterator[None]:
        """Raises what the server says, or that it says nothing, as a `BylineError` with the remedy."""
        import httpx
        from chromadb.errors import ChromaError

        try:
            yield
        except BylineError:
            raise
        except Exception as error:
            raised = next((one for one in chain(error) if isinstance(one, httpx.HTTPError | ChromaError)), None)
            if raised is None:
                raise
            if isinstance(raised, httpx.HTTPStatusError):
                status = raised.response.status_code
                raise (self._away if status in AWAY else self._refused)(f"status {status}") from error
            tell = self._away if isinstance(raised, httpx.RequestError) else self._refused
            raise tell(str(raised) or type(raised).__name__) from error

    def _away(self, reason: str) -> ServerAway:
        return ServerAway(
            f"The Chroma server at {self.server.url} cannot be reached ({_cut(reason)}): start it, or correct "
            "BYLINE_CHROMA_URL; nothing is lost meanwhile."
        )

    def _refused(self, reason: str) -> LibraryError:
        return LibraryError(
            f"The Chroma server at {self.server.url} says “{_cut(reason)}”: check BYLINE_CHROMA_HEADER, "
            "BYLINE_CHROMA_TENANT and BYLINE_CHROMA_DATABASE; `byline reindex` makes vectors anew that it lost."
        )


def _connections(client: Client) -> list[httpx.Client]:
    """Returns what a client asks with, and the one inside it that looked for tenant and database."""
    clients: tuple[Any, ...] = (client, client._admin_client)  # noqa: SLF001  (shown nowhere)
    return [one._server._session for one in clients]  # noqa: SLF001


def _cut(reason: str) -> str:
    line = " ".join(reason.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
