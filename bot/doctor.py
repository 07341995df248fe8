"""`byline doctor`: is everything in place?"""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bootstrap import open_articles, open_session, options_of
from bot.logs import LOG_FILE
from retrieval.errors import BylineError, ModelError
from retrieval.serving.owner import owner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.settings import Settings

_FEW = 5  # libraries that are named


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; a finding that failed names the remedy."""

    name: str
    finding: str
    passed: bool = True


def examine(settings: Settings) -> Iterator[Check]:
    """The checks, each made when it is asked for."""
    checks: list[tuple[str, Callable[[Settings], str]]] = [
        ("program", _program),
        ("settings", _settings),
        ("data directory", _data_directory),
        ("articles", _articles),
        ("embedding model", _model),
        ("reader model", _reader),
        ("chat model", _chat_model),
        ("index", _index),
        ("discord", _discord),
    ]
    for name, check in checks:
        try:
            yield Check(name, check(settings))
        except (BylineError, OSError) as error:
            yield Check(name, str(error), passed=False)


def _program(_settings: Settings) -> str:
    from importlib.metadata import version

    return f"byline {version('byline')}, Python {platform.python_version()}, {os.cpu_count()} cores"


def _settings(settings: Settings) -> str:
    given = sorted(f"{name}={getattr(settings, name)}" for name in settings.model_fields_set)
    where = ".env" if Path(".env").is_file() else "no .env here"
    return f"{where}; {', '.join(given) if given else 'all defaults'}"


def _data_directory(settings: Settings) -> str:
    free = _free_bytes(settings.data_dir)
    owner = owner_of(settings.data_dir)
    held = f"; `byline {owner.command}` (process {owner.pid}) holds it" if owner and _alive(owner.pid) else ""
    log = f"; what went wrong is in {LOG_FILE} there" if (settings.data_dir / LOG_FILE).exists() else ""
    return f"{settings.data_dir}, {free / 1e9:.1f} GB free{held}{log}"


def _free_bytes(path: Path) -> int:
    import shutil

    existing = next(parent for parent in (path, *path.absolute().parents) if parent.exists())
    return shutil.disk_usage(existing).free


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _articles(settings: Settings) -> str:
    articles = open_articles(settings)
    ready, pending = articles.count_everywhere("ready"), articles.count_everywhere("pending")
    waiting = f", {pending:,} waiting: `byline add` without a path indexes them" if pending else ""
    return f"{ready:,} ready in {_named(articles.libraries())}{waiting}"


def _named(libraries: Sequence[str]) -> str:
    more = f" and {len(libraries) - _FEW:,} more libraries" if len(libraries) > _FEW else ""
    return f"{', '.join(libraries[:_FEW]) or 'no library'}{more}"


def _model(settings: Settings) -> str:
    return options_of(settings).load_encoder().describe


def _reader(settings: Settings) -> str:
    return options_of(settings).load_span_model().describe


def _chat_model(settings: Settings) -> str:
    """Ask it one question."""
    from retrieval.watching import Watch
    from retrieval.writer.prompting import Prompt

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


def _index(settings: Settings) -> str:
    with open_session(settings, "doctor") as session:
        parts = session.own()
        if parts is None:
            return "in use by its owner, which checks each library before it is first used"
        parts.library.check()
        return parts.library.fingerprint


def _discord(settings: Settings) -> str:
    token = "is set" if settings.discord_token else "is not set, and `byline discord` needs it (docs/discord.md)"
    return f"BYLINE_DISCORD_TOKEN {token}"
