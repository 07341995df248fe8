"""The command line: `byline chat | ask | add | remove | articles | quotes | verify | ...`, as `byline --help` lists.

Exit status: 0 done or answered, 1 a failure, 2 a usage error, 3 the articles do not say.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from retrieval.errors import BylineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.settings import Settings
    from bot.wiring import Desk
    from retrieval.store.articles import Articles, Staged
    from retrieval.types import Answer, Article, Filters, QuoteKind

R = TypeVar("R")

FAILED, NOT_SAID = 1, 3
_STAGE_AT_ONCE = 100
_SHOWN = 20  # quotations
_EPILOG = """\b
Examples:
  byline chat
  byline ask "What did Blinken say?"
  byline add ~/news reports.jsonl.gz
  byline articles
"""


class Refusal(click.ClickException):
    """An error for the user: one sentence on standard error, exit status 1."""

    exit_code = FAILED

    def show(self, file: Any = None) -> None:  # noqa: ANN401  (click's signature)
        click.echo(f"byline: {self.message}", file=file, err=True)


def _settings_of(data_dir: Path | None) -> Settings:
    from bot.settings import load_settings
    from bot.wiring import quiet_dependencies

    context = click.get_current_context()
    settings = load_settings(data_dir=data_dir or context.find_root().params.get("data_dir"))
    quiet_dependencies(settings)
    return settings


def command(function: Callable[..., R]) -> Callable[..., R]:
    """Give a command --data-dir, hand it the settings, and turn Byline's errors into its own."""

    @click.option("--data-dir", type=click.Path(path_type=Path), help="Where the library lives (BYLINE_DATA_DIR).")
    @functools.wraps(function)
    def run(*args: Any, data_dir: Path | None, **kwargs: Any) -> R:  # noqa: ANN401  (passed through)
        try:
            return function(_settings_of(data_dir), *args, **kwargs)
        except BylineError as error:
            raise Refusal(str(error)) from error
        except Exception as error:
            if (told := _failure_of_the_machine(error)) is None:
                raise
            raise Refusal(told) from error
        except KeyboardInterrupt:
            click.echo("byline: interrupted; what was finished is kept.", err=True)
            sys.exit(130)

    return run


def _failure_of_the_machine(error: Exception) -> str | None:
    """What to say of a full disk or a forbidden file; None for what is a mistake in the program."""
    reason = getattr(error, "orig", error)  # of SQLAlchemy's errors
    if not isinstance(reason, OSError | sqlite3.OperationalError):
        return None
    return f"{reason}; check that the data directory can be written and that the disk is not full."


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=_EPILOG)
@click.option("--data-dir", type=click.Path(path_type=Path), help="Where the library lives (BYLINE_DATA_DIR).")
@click.version_option(package_name="byline", prog_name="byline")
def main(data_dir: Path | None) -> None:
    """Answer questions about the news, every sentence cited to the exact words of an article."""


library_option = click.option("--library", help="The library to use (default: the setting BYLINE_LIBRARY, public).")
libraries_option = click.option(
    "--library", "libraries", multiple=True, help="A library to search; may be given again (default: BYLINE_LIBRARY)."
)
_day = click.DateTime(["%Y-%m-%d"])
since_option = click.option("--since", type=_day, help="Only articles published on this day or later.")
until_option = click.option("--until", type=_day, help="Only articles published on this day or earlier.")
source_option = click.option("--source", help="Only articles of this publisher, host or path.")


@main.command()
@library_option
@command
def chat(settings: Settings, library: str | None) -> None:
    """Ask in a conversation. Questions on standard input are answered one a line."""
    from bot.progress import counted, progress_bar
    from bot.terminal import chat as converse
    from bot.terminal import piped
    from bot.wiring import Desk
    from retrieval.store.quotes import Quotations

    libraries = (library or settings.library,)
    with Desk(settings, "chat", stays=True) as desk:
        with progress_bar() as bar:
            desk.own(progress=bar.update, say=bar.say)
        if sys.stdin.isatty():
            known = counted(desk.articles.count("ready", libraries), "article")
            status = converse(
                desk.answer,
                Quotations(desk.articles.engine),
                libraries=libraries,
                asked=dt.date.today,
                history_file=settings.data_dir / "chat_history",
                memory=settings.memory,
                no_color=_no_color(),
                banner=f"{known} in the library {libraries[0]!r}.",
            )
        else:
            status = piped(
                desk.answer,
                sys.stdin,
                libraries=libraries,
                out=sys.stdout,
                asked=dt.date.today,
                memory=settings.memory,
            )
    sys.exit(status)


@main.command()
@click.argument("question", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
@click.option("--batch", type=click.Path(allow_dash=True), help="Answer the rows of FILE.jsonl[.gz] ('-': stdin).")
@libraries_option
@click.option("--asked", type=click.DateTime(["%Y-%m-%d"]), help="The day the question is asked on (default: today).")
@since_option
@until_option
@source_option
@click.option("--explain", is_flag=True, help="Show what was read, its scores, and why the answer was chosen.")
@command
def ask(
    settings: Settings,
    *,
    question: tuple[str, ...],
    as_json: bool,
    batch: str | None,
    libraries: tuple[str, ...],
    asked: dt.datetime | None,
    since: dt.datetime | None,
    until: dt.datetime | None,
    source: str | None,
    explain: bool,
) -> None:
    """Answer one QUESTION, or a file of them.

    Exit status 0 when answered, 3 when the articles do not say.
    """
    from bot.wiring import Desk
    from retrieval.types import Question

    text = " ".join(question).strip()
    if bool(text) == bool(batch):
        raise click.UsageError("Give a QUESTION, or --batch with a file of them.")
    template = Question(
        text=text,
        libraries=libraries or (settings.library,),
        asked=asked.date() if asked else dt.date.today(),  # noqa: DTZ011  (the user's own day)
        filters=_filters(since, until, source),
    )
    with Desk(settings, "ask", stays=False) as desk:
        _open(desk)
        if batch:
            from bot.batch import answer_rows

            sys.exit(answer_rows(batch, template, desk.answer, sys.stdout, memory=settings.memory))
        answer = desk.answer(template)
    _print_answer(answer, as_json=as_json, explained=explain)
    sys.exit(0 if answer.answered else NOT_SAID)


def _filters(since: dt.datetime | None, until: dt.datetime | None, source: str | None) -> Filters:
    from retrieval.types import Filters

    return Filters(since.date() if since else None, until.date() if until else None, source)


def _open(desk: Desk) -> None:
    """Become the owner if nobody is, indexing a little if need be; say what still waits."""
    from bot.progress import progress_bar

    with progress_bar() as bar:
        engine = desk.own(progress=bar.update, say=bar.say)
    if engine is not None and (waiting := desk.articles.count_everywhere("pending")):
        click.echo(
            f"byline: {waiting:,} articles wait to be indexed; `byline add` without a path finishes that.", err=True
        )


def _print_answer(answer: Answer, *, as_json: bool, explained: bool) -> None:
    from bot import render

    if as_json:
        click.echo(json.dumps(render.to_json(answer), ensure_ascii=False))
    elif sys.stdout.isatty() and not _no_color():
        from rich.console import Console

        Console().print(render.rich_answer(answer))
    else:
        click.echo(render.plain(answer))
    if explained:
        click.echo(render.explain(answer), err=as_json)


def _no_color() -> bool:
    import os

    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


@main.command()
@click.argument("targets", metavar="PATH...", nargs=-1)
@library_option
@command
def add(settings: Settings, targets: tuple[str, ...], library: str | None) -> None:
    """Add articles: .txt, .md, .jsonl, .jsonl.gz files, or folders of them.

    Adding the same again changes nothing; changed text replaces the old. Without a PATH, finishes an interrupted add.
    """
    from bot.wiring import Desk
    from retrieval.index.vectors import check_library_name
    from retrieval.sources import read_sources

    into = check_library_name(library or settings.library)
    with Desk(settings, "add", stays=False) as desk:
        counts, errors = _stage(desk.articles, into, read_sources(targets, max_bytes=settings.max_file_bytes))
        if targets:
            click.echo(f"{counts['new']:,} new, {counts['changed']:,} changed, {counts['unchanged']:,} unchanged.")
        _index(desk)
    if errors:
        raise Refusal(f"{errors} input{'' if errors == 1 else 's'} could not be added.")


def _stage(articles: Articles, library: str, sources: Iterable[Article | BylineError]) -> tuple[dict[Staged, int], int]:
    from retrieval.batches import batched

    counts: dict[Staged, int] = {"new": 0, "changed": 0, "unchanged": 0}
    errors = 0
    for some in batched(sources, _STAGE_AT_ONCE):
        good = []
        for item in some:
            if isinstance(item, BylineError):
                click.echo(f"byline: {item}", err=True)
                errors += 1
            else:
                good.append(item)
        for outcome in articles.stage(library, good):
            counts[outcome] += 1
    return counts, errors


def _index(desk: Desk, *, afresh: bool = False) -> None:
    """Index what is pending, or leave it to the owner that does so."""
    from bot.progress import progress_bar
    from retrieval.serving.owner import held_by, owner_of

    with progress_bar() as bar:
        while (engine := desk.own(timeout=0.5, afresh=afresh, progress=bar.update, say=bar.say)) is None:
            if afresh:
                raise held_by(desk.settings.data_dir)
            waiting = desk.articles.count_everywhere("pending") + desk.articles.count_everywhere("gone")
            owner = owner_of(desk.settings.data_dir)
            if owner and (owner.keeps_up or not waiting):
                doing = "does the indexing" if waiting else "has done the indexing"
                click.echo(f"The running `byline {owner.command}` (process {owner.pid}) {doing}.", err=True)
                return
        engine.serve()
        engine.library.index(bar.update)
    _find_quotations(desk.articles)


def _find_quotations(articles: Articles) -> None:
    """Find those that an older Byline has not found."""
    from bot.progress import progress_bar
    from retrieval.library import index_quotations

    with progress_bar() as bar:
        index_quotations(articles, bar.update)


@main.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@library_option
@command
def remove(settings: Settings, ids: tuple[str, ...], library: str | None) -> None:
    """Remove articles and every trace of them. ID as `byline articles` shows it, or the path it was added from."""
    from bot.wiring import Desk

    with Desk(settings, "remove", stays=False) as desk:
        unknown = [name for name in ids if not _withdraw(desk.articles, library or settings.library, name)]
        _index(desk)
    if unknown:
        raise Refusal(f"There is no article {', '.join(map(repr, unknown))}; `byline articles` lists them.")


def _withdraw(articles: Articles, library: str, name: str) -> bool:
    from retrieval.sources import source_of

    removed = articles.withdraw(library, [name]) or articles.withdraw(library, [source_of(name)])
    if removed:
        click.echo(f"Removed {name}.")
    return bool(removed)


@main.command()
@click.argument("article_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line; with an ID its stored text too.")
@libraries_option
@command
def articles(settings: Settings, article_id: str | None, *, as_json: bool, libraries: tuple[str, ...]) -> None:
    """List the articles, newest first, or show one."""
    from bot.listing import print_article, print_listing
    from bot.wiring import open_articles

    stored = open_articles(settings)
    names = libraries or (settings.library,)
    if article_id is None:
        print_listing(stored.listing(names), as_json=as_json)
    else:
        print_article(names[0], stored.get(names[0], article_id), as_json=as_json)


@main.command()
@click.option("--speaker", help="Only what this person or body said: a name, or a surname that only one has.")
@click.option("--about", metavar="WORDS", help="Only where these words occur, in any form.")
@since_option
@until_option
@source_option
@click.option("--kind", type=click.Choice(["direct", "indirect", "mixed"]), help="Only of this kind.")
@click.option("--limit", type=click.IntRange(min=1), help=f"The most to show (default: {_SHOWN}; with --json all).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@libraries_option
@command
def quotes(
    settings: Settings,
    *,
    speaker: str | None,
    about: str | None,
    since: dt.datetime | None,
    until: dt.datetime | None,
    source: str | None,
    kind: QuoteKind | None,
    limit: int | None,
    as_json: bool,
    libraries: tuple[str, ...],
) -> None:
    """List who said what, word for word, newest article first.

    Exit status 0 when something is quoted, 3 when nothing is.
    """
    from bot.listing import print_quotes
    from bot.quoting import find
    from bot.wiring import Desk
    from retrieval.store.quotes import Quotations, QuoteQuery

    wanted = QuoteQuery(
        libraries=libraries or (settings.library,),
        speaker=speaker,
        about=about,
        filters=_filters(since, until, source),
        kind=kind,
    )
    with Desk(settings, "quotes", stays=False) as desk:
        _bring_up_to_date(desk)
        found = find(Quotations(desk.articles.engine), wanted, limit or (None if as_json else _SHOWN))
    print_quotes(wanted, found, as_json=as_json, colored=sys.stdout.isatty() and not _no_color())
    sys.exit(0 if found.total else NOT_SAID)


def _bring_up_to_date(desk: Desk) -> None:
    """Index a little that is pending, as before an answer, and find the quotations that are still to be found."""
    if desk.articles.count_everywhere("pending"):
        _open(desk)
    _find_quotations(desk.articles)


@main.command()
@click.argument("quotation", nargs=-1, required=True)
@click.option("--speaker", help="Whether this person or body said it (default: whether anybody did).")
@since_option
@until_option
@source_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@libraries_option
@command
def verify(
    settings: Settings,
    *,
    quotation: tuple[str, ...],
    speaker: str | None,
    since: dt.datetime | None,
    until: dt.datetime | None,
    source: str | None,
    as_json: bool,
    libraries: tuple[str, ...],
) -> None:
    """Check a QUOTATION: found word for word, in other words, of somebody else, or not.

    Exit status 0 when it was said so, word for word, by whom it is asked of; 3 otherwise.
    """
    from bot.listing import print_verdict
    from bot.wiring import Desk
    from retrieval.quotes.verification import Outcome
    from retrieval.quotes.verification import verify as held_against
    from retrieval.store.quotes import Quotations

    with Desk(settings, "verify", stays=False) as desk:
        _bring_up_to_date(desk)
        verdict = held_against(
            Quotations(desk.articles.engine),
            libraries or (settings.library,),
            " ".join(quotation),
            speaker,
            _filters(since, until, source),
        )
    print_verdict(verdict, as_json=as_json)
    sys.exit(0 if verdict.outcome is Outcome.VERBATIM else NOT_SAID)


@main.command()
@click.option("--starting-with", default="", metavar="LETTERS", help="Only whose name or surname begins so.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line.")
@libraries_option
@command
def speakers(settings: Settings, *, starting_with: str, as_json: bool, libraries: tuple[str, ...]) -> None:
    """List who is quoted by name, the most quoted first."""
    from bot.listing import print_speakers
    from bot.wiring import Desk
    from retrieval.store.quotes import Quotations

    with Desk(settings, "speakers", stays=False) as desk:
        _bring_up_to_date(desk)
        found = Quotations(desk.articles.engine).speakers(libraries or (settings.library,), starting_with)
    print_speakers(found, as_json=as_json)
    if not found:
        click.echo("Nobody is quoted by such a name." if starting_with else "Nobody is quoted yet.", err=as_json)


@main.command()
@click.option("--most-asked", is_flag=True, help="Those that were asked most often first (default: the newest).")
@click.option("--clear", is_flag=True, help="Delete them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line.")
@libraries_option
@command
def unanswered(settings: Settings, *, most_asked: bool, clear: bool, as_json: bool, libraries: tuple[str, ...]) -> None:
    """List the questions that the articles did not answer, never who asked them.

    A question that is answered at last is taken off the list.
    """
    from bot.listing import print_unanswered
    from bot.progress import counted
    from bot.wiring import open_articles
    from retrieval.store import unanswered as refused

    engine, names = open_articles(settings).engine, libraries or (settings.library,)
    if clear:
        click.echo(f"{counted(refused.clear(engine, names), 'question')} deleted.", err=as_json)
        return
    found = refused.listing(engine, names, most_asked=most_asked)
    print_unanswered(found, as_json=as_json)
    if not found:
        click.echo("No unanswered questions.", err=as_json)


@main.command()
@command
def discord(settings: Settings) -> None:
    """Answer on Discord, until interrupted; docs/discord.md tells how to begin."""
    from bot.discord_bot.app import run

    run(settings)


@main.command()
@command
def reindex(settings: Settings) -> None:
    """Rebuild the indexes from the stored articles, with the embedding model that the settings name."""
    from bot.progress import counted
    from bot.wiring import Desk

    with Desk(settings, "reindex", stays=False) as desk:
        _index(desk, afresh=True)
        click.echo(f"{counted(desk.articles.count_everywhere('ready'), 'article')} indexed.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line.")
@command
def feedback(settings: Settings, *, as_json: bool) -> None:
    """Show the answers that people on Discord found useful, or not; never who."""
    from bot.discord_bot.store import open_store
    from bot.listing import print_feedback
    from bot.wiring import open_articles

    stored = open_articles(settings)
    found = open_store(stored.engine).feedback(stored)
    print_feedback(found, as_json=as_json)
    if not found:
        click.echo("No feedback yet.", err=as_json)


@main.command()
@command
def doctor(settings: Settings) -> None:
    """Check models, data directory, index and settings: a line each, with the remedy beside each failure."""
    from bot.doctor import examine

    healthy = True
    for check in examine(settings):
        healthy = healthy and check.passed
        click.echo(f"{'ok  ' if check.passed else 'FAIL'}  {check.name}: {check.finding}")
    sys.exit(0 if healthy else FAILED)
