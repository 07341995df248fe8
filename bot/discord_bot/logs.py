"""What is logged: one record a line on standard error, without tokens and without what people wrote."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sqlite3
import sys
import traceback
from typing import TYPE_CHECKING

import aiohttp
import discord
from discord.app_commands import AppCommandError

from retrieval.errors import BylineError, current_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEVELS = {"byline": logging.INFO, "discord": logging.INFO}  # discord.py's DEBUG would show messages and tokens
_TIME = "%Y-%m-%dT%H:%M:%S%z"
_LONGEST = 4_000  # characters of a line, for some errors carry a whole web page
_SECRET = 8  # characters that a token, or the secret part of one, has at least
_DEEPEST = 20  # frames of a traceback, the innermost

# Interactions and webhooks are addressed by their token, interaction tokens begin alike, and so are bot tokens shaped.
_TOKENS = (
    r"(?<=/interactions/)(\d+)/[^/\s?#'\")>]+",
    r"(?<=/webhooks/)(\d+)/[^/\s?#'\")>]+",
    r"aW50ZXJhY3Rpb246[\w=-]+",
    r"\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

# Errors whose message holds no words of a person, and those among them that repeat the message of any other.
_TOLD = (
    BylineError,
    discord.DiscordException,
    aiohttp.ClientError,
    OSError,
    sqlite3.Error,
    RuntimeError,
    AttributeError,
    TypeError,
    NameError,
    ImportError,
    MemoryError,
)
_WITHHELD = (AppCommandError,)
_LOST = (OSError, aiohttp.ClientError, discord.ConnectionClosed, discord.HTTPException)


def set_up(token: str | None, *, as_json: bool = False) -> None:
    """Logs to standard error: Byline and discord.py from INFO, all else from WARNING. `token` is the bot's."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(token) if as_json else RedactingFormatter(token))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)
    logging.raiseExceptions = False  # a record that cannot be formatted would be printed as it is
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # Byline has no voice


def went_wrong(reference: str) -> str:
    """Returns what to tell people of an error that was logged."""
    return f"Something went wrong here. Its reference in the log is {reference}."


class RedactingFormatter(logging.Formatter):
    """A record on one line, then a line for each frame and error that led to it."""

    def __init__(self, token: str | None) -> None:
        super().__init__(datefmt=_TIME)
        whole, spellings = (token or "").strip(), []
        for part in (whole, whole.rpartition(".")[2]):  # and its secret part alone, as it is or percent-encoded
            if len(part) >= _SECRET:
                coded = ("".join(f"%(?:25)*(?i:{byte:02x})" for byte in c.encode()) for c in part)
                spellings.append("".join(f"(?:{re.escape(c)}|{code})" for c, code in zip(part, coded, strict=True)))
        self._tokens = re.compile("|".join([*spellings, *_TOKENS]))

    def format(self, record: logging.LogRecord) -> str:
        message, *story = self._told(record)
        first = f"{self.formatTime(record, self.datefmt)} {record.levelname} {record.name}: {message}"
        return "\n".join(line[:_LONGEST] for line in (first, *(f"    {line}" for line in story)))

    def _told(self, record: logging.LogRecord) -> list[str]:
        """Returns the message and the lines of its error, without secrets and control characters."""
        message = record.getMessage()
        if record.name == "asyncio":  # goes on with the repr of tasks, callbacks and errors
            message = re.split(r"[\n(]", message)[0]
        error = record.exc_info[1] if record.exc_info else None
        # That discord.py connects anew after a lost connection is no news that takes a page.
        brief = record.name == "discord.shard" and isinstance(error, _LOST)
        lines = [message, *_story(error, brief=brief)]
        for at, line in enumerate(lines):
            # Of an address the id stays, which tells one interaction from another.
            clean = self._tokens.sub(lambda found: "/".join([*filter(None, found.groups()), "<token>"]), line)
            lines[at] = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), clean)[:_LONGEST]
        return lines


class JsonFormatter(RedactingFormatter):
    """The same as one JSON object a line, with the reference of the question that it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        message, *story = self._told(record)
        fields = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "reference": current_reference(),
            "message": message,
            "error": story or None,
            **getattr(record, "fields", {}),
        }
        return json.dumps({name: value for name, value in fields.items() if value is not None}, ensure_ascii=False)


def _story(error: BaseException | None, *, brief: bool) -> Iterator[str]:
    """Yields how an error came about, what caused it first: frames without values, and what may be told of each."""
    for link in [error] if brief else _chain(error):
        if link is not None:
            frames = () if brief else traceback.extract_tb(link.__traceback__, limit=-_DEEPEST)
            yield from (f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
            kind = type(link)
            name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
            is_told = isinstance(link, _TOLD) and not isinstance(link, _WITHHELD)
            withheld = f"{name} (its message may repeat what somebody wrote, and is not logged)"
            yield f"{name}: {link}" if is_told else withheld


def _chain(error: BaseException | None, seen: frozenset[int] = frozenset()) -> Iterator[BaseException]:
    """Yields the error, after what caused it and after those that it groups."""
    if error is None or id(error) in seen:
        return
    context = None if error.__suppress_context__ else error.__context__
    grouped = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for before in (error.__cause__ or context, *grouped):
        yield from _chain(before, seen | {id(error)})
    yield error
