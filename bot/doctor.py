"""`byline doctor`: is everything in place?"""

from __future__ import annotations

import os
import platform
import shutil
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bootstrap import open_articles, open_session, options_of
from bot.logs import LOG_FILE
from retrieval.errors import BylineError, LibraryError, ModelError
from retrieval.serving.owner import held_by, is_heard, is_owned, owner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.settings import Settings

    Examine = Callable[[Settings], str]

_FEW = 5  # libraries that are named
CHECKS: dict[str, Examine] = {}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; a finding that failed names the remedy."""

    name: str
    finding: str
    passed: bool = True


def examine(settings: Settings) -> Iterator[Check]:
    """Makes the checks, each when it is asked for."""
    for name, check in CHECKS.items():
        try:
            yield Check(name, check(settings))
        except (BylineError, OSError) as error:
            yield Check(name, str(error), passed=False)


def checks(name: str) -> Callable[[Examine], Examine]:
    """Makes a function a check, which returns what it found or raises what is wrong."""

    def register(check: Examine) -> Examine:
        CHECKS[name] = check
        return check

    return register


@checks("program")
def check_program(_: Settings) -> str:
    from importlib.metadata import version

    return f"byline {version('byline')}, Python {platform.python_version()}, {os.cpu_count()} cores"


@checks("settings")
def check_settings(settings: Settings) -> str:
    given = sorted(f"{name}={getattr(settings, name)}" for name in settings.model_fields_set)
    where = ".env" if Path(".env").is_file() else "no .env here"
    return f"{where}; {', '.join(given) if given else 'all defaults'}"


@checks("data directory")
def check_data_directory(settings: Settings) -> str:
    directory = settings.data_dir
    existing = next(parent for parent in (directory, *directory.absolute().parents) if parent.exists())
    parts = [f"{directory}, {shutil.disk_usage(existing).free / 1e9:.1f} GB free"]
    if is_owned(directory):
        if not is_heard(directory):
            raise held_by(directory)
        owner = owner_of(directory)
        parts.append(f"`byline {owner.command}` (process {owner.pid}) holds it, and answers" if owner else "in use")
    if (directory / LOG_FILE).exists():
        parts.append(f"what went wrong is in {LOG_FILE} there")
    return "; ".join(parts)


@checks("articles")
def check_articles(settings: Settings) -> str:
    with closing(open_articles(settings)) as articles:
        ready, pending = articles.count_everywhere("ready"), articles.count_everywhere("pending")
        libraries, set_aside = articles.libraries(), articles.set_aside()
    if set_aside:
        names = ", ".join(f"{one.id} ({one.set_aside})" for one in set_aside[:_FEW])
        raise LibraryError(f"{len(set_aside):,} set aside, which `byline articles --failed` lists: {names}")
    more = f" and {len(libraries) - _FEW:,} more libraries" if len(libraries) > _FEW else ""
    waiting = f", {pending:,} waiting: `byline add` without a path indexes them" if pending else ""
    return f"{ready:,} ready in {', '.join(libraries[:_FEW]) or 'no library'}{more}{waiting}"


@checks("embedding model")
def check_embedding_model(settings: Settings) -> str:
    return options_of(settings).load_encoder().describe


@checks("reader model")
def check_reader_model(settings: Settings) -> str:
    return options_of(settings).load_span_model().describe


@checks("chat model")
def check_chat_model(settings: Settings) -> str:
    """Asks it one question."""
    from retrieval.watching import Watch
    from retrieval.writer.chat_model import Prompt

    options = options_of(settings)
    options.use_prompts()
    chat = options.load_chat_model(open_articles(settings))
    if chat is None:
        return "none, so answers are in the articles' own words (docs/models.md)"
    started = time.perf_counter()
    said = "".join(chat.complete(Prompt("Reply with one word: ready", "Are you ready?"), Watch())).strip()
    if not said:
        raise ModelError(f"{chat.name} answered nothing; models that think need more BYLINE_CHAT_ANSWER_TOKENS.")
    form = "fields" if chat.structured else "[n] markers"
    seconds = time.perf_counter() - started
    return f"{chat.name} replied in {seconds:.1f} s, cites by {form}, {chat.budget.spent.total:,} tokens spent today"


@checks("index")
def check_index(settings: Settings) -> str:
    with open_session(settings, "doctor") as session:
        parts = session.own()
        if parts is None:
            return "in use by its owner, which checks each library before it is first used"
        parts.library.check()
        return parts.library.fingerprint


@checks("discord")
def check_discord(settings: Settings) -> str:
    token = "is set" if settings.discord_token else "is not set, and `byline discord` needs it (docs/discord.md)"
    return f"BYLINE_DISCORD_TOKEN {token}"
