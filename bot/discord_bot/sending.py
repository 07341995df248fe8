"""Requests to Discord: repeated where discord.py gives up too early, and what a refusal means."""

from __future__ import annotations

import asyncio
import json
import math
import random
import secrets
from enum import StrEnum, auto
from typing import TYPE_CHECKING, TypeVar

import aiohttp
import discord
from tenacity import AsyncRetrying, retry_if_exception, stop_before_delay, wait_random_exponential

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenacity import RetryCallState

T = TypeVar("T")
_TOO_MANY = 429
_back_off = wait_random_exponential(multiplier=0.5, max=8)  # seconds


class Connection:
    """The connection to Discord as it is now: a client that broke for good is replaced by another.

    Answers that are on their way hold it, not a client, so they go out over whichever is up.
    """

    def __init__(self) -> None:
        self._client: discord.Client | None = None
        self._up = asyncio.Event()

    def connect(self, client: discord.Client) -> None:
        """Takes a client; to be called once it may send requests."""
        self._client = client
        self._up.set()

    def hang_up(self) -> None:
        """Lets go of the client."""
        self._client = None
        self._up.clear()

    @property
    def is_ready(self) -> bool:
        """Whether the client hears of what happens on Discord."""
        return self._client is not None and self._client.is_ready() and not self._client.is_closed()

    @property
    def latencies(self) -> dict[int, float]:
        """Seconds to the gateway and back, by shard, as far as they are known."""
        told = self._client.latencies if isinstance(self._client, discord.AutoShardedClient) else ()
        return {shard: latency for shard, latency in told if math.isfinite(latency)}

    async def client(self) -> discord.Client:
        """Returns the client, once there is one."""
        while self._client is None:
            await self._up.wait()
        return self._client


async def persistent(call: Callable[[], Awaitable[T]], *, seconds: float = 60.0) -> T:
    """Returns what `call` does, tried again after what passes: lost connections, failures of Discord's, rate limits.

    A try that gets no answer is given up after half of the time.

    Args:
        call: may be repeated without harm: an edit, a read, a delete, a message with one nonce made before.
        seconds: when no other try is begun, and the last is given up.

    Raises:
        Exception: what `call` raised in the last try.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds

    async def attempt() -> T:
        async with asyncio.timeout_at(min(end, loop.time() + seconds / 2)):
            return await call()

    again = AsyncRetrying(retry=retry_if_exception(passes), wait=_pause, stop=stop_before_delay(seconds), reraise=True)
    return await again(attempt)


def fresh_nonce() -> str:
    """Names one message, however often it is sent; Discord takes at most 25 characters."""
    return secrets.token_hex(12)


def passes(error: BaseException) -> bool:
    """Tells whether the same request may succeed in a moment."""
    if isinstance(error, aiohttp.InvalidURL):
        return False
    if isinstance(error, RuntimeError):
        return str(error) == "Session is closed"  # the next try may find a new client
    # TimeoutError is an OSError; an answer that is no JSON tells nothing of whether the request was heard.
    lost = isinstance(error, aiohttp.ClientError | OSError | json.JSONDecodeError)
    return lost or isinstance(error, discord.DiscordServerError) or _slow_down(error) is not None


def _pause(state: RetryCallState) -> float:
    """Seconds until the next try."""
    error = state.outcome.exception() if state.outcome else None
    seconds = _slow_down(error)
    # A little later than told, and not all at once.
    return seconds + random.uniform(0, 0.5) if seconds else _back_off(state)  # noqa: S311  (no secret)


def _slow_down(error: BaseException | None) -> float | None:
    """Returns the seconds that Discord asks to wait, 0 where it does not tell; None for what is no rate limit.

    discord.py waits out most rate limits itself, and raises those without a Via header, which come from Cloudflare.
    """
    if isinstance(error, discord.RateLimited):
        return error.retry_after
    if isinstance(error, discord.HTTPException) and error.status == _TOO_MANY:
        try:
            seconds = float(error.response.headers.get("Retry-After") or 0)
        except ValueError:  # a date, which neither Discord nor Cloudflare sends
            return 0.0
        return max(0.0, seconds) if math.isfinite(seconds) else 0.0
    return None


class Trouble(StrEnum):
    """What Discord refuses in the ordinary course of things."""

    TOKEN_GONE = auto()
    ACKNOWLEDGED = auto()  # already: a success, where a lost acknowledgement was repeated
    UNKNOWN_MESSAGE = auto()
    UNKNOWN_REFERENCE = auto()
    UNKNOWN_CHANNEL = auto()
    NO_ACCESS = auto()
    NO_PERMISSION = auto()
    NO_HISTORY = auto()
    NO_DIRECT_MESSAGES = auto()
    ARCHIVED = auto()
    LOCKED = auto()
    THREAD_EXISTS = auto()  # a success, where a lost request for one was repeated
    SLOW_DOWN = auto()

    def sentence(self, channel: int) -> str | None:
        """Returns what to tell the person, with the channel in markdown; None where it is no business of theirs."""
        told = _SENTENCES.get(self)
        return told.format(channel=f"<#{channel}>") if told else None


_SENTENCES = {
    Trouble.TOKEN_GONE: "Discord did not wait long enough for me; please ask again.",
    Trouble.UNKNOWN_MESSAGE: "That message is not there any more.",
    Trouble.UNKNOWN_CHANNEL: "That channel is not there any more.",
    Trouble.NO_ACCESS: "I cannot see {channel}: I need the permission View Channel there.",
    Trouble.NO_PERMISSION: (
        "I may not write in {channel}: I need the permissions Send Messages and Embed Links there, in a thread Send"
        " Messages in Threads."
    ),
    Trouble.NO_HISTORY: "I may not reply in {channel}: I need the permission Read Message History there.",
    Trouble.NO_DIRECT_MESSAGES: "I cannot write to you: your privacy settings allow no direct messages from me.",
    Trouble.ARCHIVED: "The thread {channel} is archived: write something in it to open it again.",
    Trouble.LOCKED: "The thread {channel} is locked: a moderator can unlock it.",
    Trouble.SLOW_DOWN: "Discord asks me to slow down; please try again in a few minutes.",
}

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_CODES = {
    10003: Trouble.UNKNOWN_CHANNEL,
    10008: Trouble.UNKNOWN_MESSAGE,
    10015: Trouble.TOKEN_GONE,
    10062: Trouble.TOKEN_GONE,
    40060: Trouble.ACKNOWLEDGED,
    50001: Trouble.NO_ACCESS,
    50007: Trouble.NO_DIRECT_MESSAGES,
    50013: Trouble.NO_PERMISSION,
    50027: Trouble.TOKEN_GONE,
    50083: Trouble.ARCHIVED,
    160002: Trouble.NO_HISTORY,
    160004: Trouble.THREAD_EXISTS,
    160005: Trouble.LOCKED,
}
_INVALID_FORM = 50035


def trouble_of(error: BaseException) -> Trouble | None:
    """Returns which trouble an error is, if any; of a command's error, what the command raised."""
    cause = getattr(error, "original", error)
    if isinstance(cause, discord.InteractionResponded):
        return Trouble.ACKNOWLEDGED
    if _slow_down(cause) is not None:
        return Trouble.SLOW_DOWN
    if not isinstance(cause, discord.HTTPException):
        return None
    if cause.code == _INVALID_FORM and "In message_reference" in cause.text:
        return Trouble.UNKNOWN_REFERENCE
    return _CODES.get(cause.code)
