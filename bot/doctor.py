"""`byline doctor`: is everything in place?"""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bootstrap import open_articles, open_session, options_of
from bot.feeds import span
from bot.logs import LOG_FILE
from bot.progress import counted
from retrieval.errors import LibraryError, ModelError, explained
from retrieval.feeds.refreshing import FAILURES_TOLD
from retrieval.serving.owner import held_by, is_heard, is_owned, owner_of
from retrieval.store.database import broken, check_tables
from retrieval.store.feeds import Feeds
from retrieval.store.tables import SEALED_OF_FEEDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.settings import Settings

    Examine = Callable[[Settings], str]

_FEW = 5  # libraries or articles that are named
_LONG = dt.timedelta(days=1)  # that no feed was read
_SAMPLE = 20  # articles whose quotations are found once more
_CHOSEN = {  # by table, what of a row is sealed
    "feeds": SEALED_OF_FEEDS,
    "discord_settings": ("server", "settings"),
    "discord_announcements": ("server", "wanted"),
    "discord_digests": ("reader", "wanted"),
}
CHECKS: dict[str, Examine] = {}
REPAIRS: dict[str, Examine] = {}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; a finding that failed names the remedy."""

    name: str
    finding: str
    passed: bool = True


def examine(settings: Settings, *, repair: bool = False) -> Iterator[Check]:
    """Makes the checks, each when it is asked for; `repair`: makes anew what one finds wrong, where it is derived."""
    for name, check in CHECKS.items():
        found = _made(name, check, settings)
        yield found
        if repair and not found.passed and name in REPAIRS:
            repaired = _made(f"{name}, repaired", REPAIRS[name], settings)
            yield repaired
            if repaired.passed:
                yield _made(name, check, settings)


def _made(name: str, check: Examine, settings: Settings) -> Check:
    try:
        return Check(name, check(settings))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001  (a check that fails is a finding, also by a panic in Rust)
        return Check(name, str(explained(error, f"the check of {name} failed")), passed=False)


def checks(name: str, among: dict[str, Examine] = CHECKS) -> Callable[[Examine], Examine]:
    """Makes a function a check, which returns what it found or raises what is wrong; or a repair among `REPAIRS`."""

    def register(check: Examine) -> Examine:
        among[name] = check
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
    """Reads all of them, and holds each against its digest."""
    with closing(open_articles(settings)) as articles:
        check_tables(articles.engine)
        articles.set_aside_damaged()
        damaged = articles.let_go_of_damaged_revisions()
        ready, pending = articles.count_everywhere("ready"), articles.count_everywhere("pending")
        libraries, set_aside = articles.libraries(), articles.set_aside()
    if set_aside:
        names = ", ".join(f"{one.id} ({one.set_aside})" for one in set_aside[:_FEW])
        raise LibraryError(f"{len(set_aside):,} set aside, which `byline articles --failed` lists: {names}")
    if damaged:
        raise LibraryError(f"{len(damaged):,} earlier texts were damaged, and are gone: {', '.join(damaged[:_FEW])}")
    more = f" and {len(libraries) - _FEW:,} more libraries" if len(libraries) > _FEW else ""
    waiting = f", {pending:,} waiting: `byline add` without a path indexes them" if pending else ""
    return f"{ready:,} ready in {', '.join(libraries[:_FEW]) or 'no library'}{more}{waiting}"


@checks("feeds")
def check_feeds(settings: Settings) -> str:
    """Tells whether those that are followed are read, and which fail."""
    with closing(open_articles(settings)) as articles:
        feeds = Feeds(articles.engine).of()
    if not feeds:
        return "none is followed: nothing opens a connection"
    failing = [feed for feed in feeds if feed.ended or feed.failures >= FAILURES_TOLD]
    if failing:
        named = "; ".join(f"{feed.address}: {feed.failure}" for feed in failing[:_FEW])
        raise LibraryError(f"{len(failing):,} of {len(feeds):,} fail, which `byline feed list` shows: {named}")
    ago = dt.datetime.now(dt.UTC) - max(feed.last_success or feed.added for feed in feeds)
    if ago >= _LONG:
        raise LibraryError(f"{len(feeds):,} followed, none read for {span(ago)}; `byline watch` or the bot reads them")
    return f"{len(feeds):,} followed, the last read {span(ago)} ago"


@checks("choices")
def check_choices(settings: Settings) -> str:
    """Holds what was chosen of feeds, and by servers and people on Discord, against its seals."""
    with closing(open_articles(settings)) as articles:
        found = {table: broken(articles.engine, table, columns) for table, columns in _CHOSEN.items()}
    if damaged := [f"{table} {', '.join(rows[:_FEW])}" for table, rows in found.items() if rows]:
        raise LibraryError(
            f"Changed by something else than Byline: {'; '.join(damaged)}. Choose anew (`byline feed remove` and "
            "`add`, /settings, /feeds announce, /digest), or take the last backup: `byline restore`."
        )
    return "feeds and settings of servers are as they were chosen"


@checks("embedding model")
def check_embedding_model(settings: Settings) -> str:
    """Reads its files through; a prepared copy that is damaged is prepared anew, and told."""
    told: list[str] = []
    options = options_of(settings)
    options.forget_digests()
    return "; ".join([options.load_encoder(told.append).describe, *told])


@checks("reader model")
def check_reader_model(settings: Settings) -> str:
    """The same."""
    told: list[str] = []
    options = options_of(settings)
    options.forget_digests()
    return "; ".join([options.load_span_model(told.append).describe, *told])


@checks("chat model")
def check_chat_model(settings: Settings) -> str:
    """Asks it a question that it has to answer with a citation, and one that it has to refuse."""
    from retrieval.gate import Gate
    from retrieval.writer.trial import trials

    options = options_of(settings)
    options.use_prompts()
    chat = options.load_chat_model(open_articles(settings))
    if chat is None:
        return "none, so answers are in the articles' own words (docs/models.md)"
    known, unknown = trials(chat, Gate())
    if known.is_silent and unknown.is_silent:
        raise ModelError(f"{chat.name} answered nothing; models that think need more BYLINE_CHAT_ANSWER_TOKENS.")
    form = "fields" if chat.structured else "[n] markers"
    return (
        f"{chat.name}: what it can answer was {known.told}, what it cannot was {unknown.told}; "
        f"cites by {form}, {chat.budget.spent.total:,} tokens spent today"
    )


@checks("index")
def check_index(settings: Settings) -> str:
    """Reads all of its files, lets another process try the vectors, and looks for each passage."""
    from retrieval.index.manifest import take_note

    with open_session(settings, "doctor") as session:
        if is_owned(settings.data_dir):
            return "in use by its owner, who has looked at it"
        if session.articles.copied_from is None:
            take_note(settings.data_dir / session.articles.index_name(), session.articles.index_mark(), thorough=True)
        parts = session.own()
        if parts is None:
            return "in use by its owner, who has looked at it"
        return f"{len(session.articles.ready_passages()):,} passages, {parts.library.fingerprint}"


@checks("index", REPAIRS)
def repair_index(settings: Settings) -> str:
    with open_session(settings, "doctor") as session:
        return f"made anew from {session.rebuild():,} articles"


@checks("quotations")
def check_quotations(settings: Settings) -> str:
    """Holds all against their digests, and finds those of the newest articles once more."""
    from retrieval.quotes.indexing import count_unquoted, differing
    from retrieval.store.quotes import damaged_quotes

    with closing(open_articles(settings)) as articles:
        newest = articles.newest(_SAMPLE)
        if keys := damaged_quotes(articles.engine):
            raise LibraryError(f"Those of {len(keys):,} articles are damaged; `byline doctor --repair` finds all anew.")
        if differ := differing(articles.engine, newest):
            raise LibraryError(
                f"What is stored of {differ[0].article.id!r} is not what it says; `byline doctor --repair` finds all."
            )
        waiting = count_unquoted(articles.engine)
    checked = f"as {counted(len(newest), 'article')} say{'s' * (len(newest) == 1)}"
    return checked + (f", those of {waiting:,} articles are still to be found" if waiting else "")


@checks("quotations", REPAIRS)
def repair_quotations(settings: Settings) -> str:
    from retrieval.store.quotes import forget_quotes

    with open_session(settings, "doctor") as session:
        forget_quotes(session.articles.engine)
        session.read_again()
    return "found anew"


@checks("discord")
def check_discord(settings: Settings) -> str:
    token = "is set" if settings.discord_token else "is not set, and `byline discord` needs it (docs/discord.md)"
    return f"BYLINE_DISCORD_TOKEN {token}"
