"""Which servers the bot speaks to: Discord's own, or for tests one on this machine, and no other ever."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

import aiohttp
import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from retrieval.errors import SettingsError

if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientTimeout
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace
    from discord.types.gateway import SessionStartLimit

_VERSION = "/api/v10"  # where an address names no path
_CDN = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    read_message_history=True,
)


def point(api: str | None, gateway: str | None) -> None:
    """Puts servers on this machine in the place of Discord's; to be called before a client is made.

    Raises:
        SettingsError: an address is not of this machine, or the gateway stands alone.
    """
    if gateway and not api:
        raise SettingsError("BYLINE_DISCORD_GATEWAY counts only beside BYLINE_DISCORD_API; set that too, or neither.")
    if api:
        url = URL(_checked("BYLINE_DISCORD_API", api, "http"))
        Route.BASE = str(url if url.path.strip("/") else url.with_path(_VERSION)).rstrip("/")
    if gateway:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(_checked("BYLINE_DISCORD_GATEWAY", gateway, "ws"))


def guard(client: discord.Client) -> None:
    """Sees to it that nothing reaches another machine, where the API is redirected.

    To be called in the event loop, before the client logs in.

    A gateway that the API tells has to be on this machine, and takes the place of Discord's where discord.py would
    fall back to that. One told later, to resume at, that is elsewhere is ignored for the one that is known.
    """
    if not _redirected():
        return
    http = client.http
    http.connector = _LoopbackConnector(limit=0)
    ask, connect = http.get_bot_gateway, http.ws_connect

    async def get_bot_gateway() -> tuple[int, str, SessionStartLimit]:
        shards, url, limits = await ask()
        DiscordWebSocket.DEFAULT_GATEWAY = _gateway(url)
        return shards, str(DiscordWebSocket.DEFAULT_GATEWAY), limits

    async def ws_connect(url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        return await connect(str(_gateway(url)), compress=compress)

    http.get_bot_gateway = get_bot_gateway  # type: ignore[method-assign]  # discord.py makes this object itself
    http.ws_connect = ws_connect  # type: ignore[method-assign]  # the same


def attachment_allowed(url: str) -> bool:
    """Tells whether an attachment may be fetched from there."""
    parsed = _parsed(url)
    if _redirected():
        return parsed.scheme in {"http", "https"} and _is_local(parsed)
    plain = parsed.user is None and parsed.password is None and parsed.is_default_port()
    return parsed.scheme == "https" and parsed.host in _CDN and plain


def invite(application_id: int) -> str:
    """Returns the link that adds the bot to a server, with the least permissions it works with."""
    return discord.utils.oauth_url(application_id, permissions=_NEEDED, scopes=("bot", "applications.commands"))


class _LoopbackConnector(aiohttp.TCPConnector):
    """Refuses whatever leads elsewhere, a redirection included."""

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:  # noqa: ASYNC109  (aiohttp's signature)
        if not _is_local(req.url):
            raise SettingsError(f"BYLINE_DISCORD_API leads to {req.url.host}, and is followed on this machine only.")
        return await super().connect(req, traces, timeout)


def _parsed(text: str) -> URL:
    """Returns an address as aiohttp would read it; an empty one where it is none."""
    try:
        return URL(text)
    except ValueError:
        return URL()


def _redirected() -> bool:
    return _is_local(URL(Route.BASE))


def _is_local(url: URL) -> bool:
    """Tells whether it is an address of this machine; one with user information never is."""
    if url.user is not None or url.password is not None:
        return False
    try:
        return url.host == "localhost" or ip_address(url.host or "").is_loopback
    except ValueError:
        return False


def _checked(variable: str, value: str, scheme: str) -> str:
    url = _parsed(value)
    if not _is_local(url) or url.scheme != scheme or url.query_string or url.fragment:
        raise SettingsError(
            f"{variable} has to be on this machine, such as {scheme}://127.0.0.1:8080, for it is given the bot's token."
        )
    return str(url)


def _gateway(address: str) -> URL:
    """Returns the gateway of which the API told; the known one where that is elsewhere."""
    url = _parsed(address)
    for candidate in (url, DiscordWebSocket.DEFAULT_GATEWAY.with_query(url.query)):
        if _is_local(candidate):
            return candidate
    raise SettingsError(
        f"BYLINE_DISCORD_API tells of a gateway at {url.host}; name one on this machine with BYLINE_DISCORD_GATEWAY."
    )
