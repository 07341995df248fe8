"""The command line: `byline chat | ask | add | remove | articles | quotes | verify | ...`, as `byline --help` lists.

Exit status: 0 done or answered, 1 a failure, 2 a usage error, 3 the articles do not say.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click

from bot.command import (
    COUNT,
    DAY,
    FAILED,
    NOT_SAID,
    Program,
    bring_up_to_date,
    command,
    data_dir_option,
    filtered,
    in_library,
    json_lines_option,
    json_option,
    over_libraries,
    own_or_wait,
)
from bot.feed_commands import COMMANDS as FEED_COMMANDS
from bot.library_commands import COMMANDS as LIBRARY_COMMANDS
from bot.story_commands import COMMANDS as STORY_COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.exports import Format
    from bot.settings import Settings
    from retrieval.store.articles import Articles
    from retrieval.types import Answer, Filters, Question, QuoteKind
    from retrieval.watching import Watch

_ASKED_WHAT_IS_NEW = "asked what is new: {}"  # the fact that says when, with the libraries
_SHOWN = 20  # quotations
_EPILOG = """\b
Examples:
  byline chat
  byline ask "What did Blinken say?"
  byline add ~/news reports.jsonl.gz
  byline feed add example.org
  byline articles
"""


@click.group(
    cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=_EPILOG
)
@data_dir_option
@click.version_option(package_name="byline", prog_name="byline")
def main(data_dir: Path | None) -> None:
    """Answer questions about the news, every sentence cited to the exact words of an article."""


@main.command()
@command
@in_library
def chat(settings: Settings, *, library: str) -> None:
    """Ask in a conversation. Questions on standard input are answered one a line."""
    from bot.bootstrap import open_session
    from bot.lines import lines
    from bot.printing import no_color
    from bot.progress import counted, progress_bar
    from bot.terminal import chat as converse
    from bot.terminal import piped
    from retrieval.store.quotes import Quotations

    libraries = (library,)
    with open_session(settings, "chat", stays=True) as session:
        with progress_bar() as bar:
            session.own(progress=bar.update, say=bar.say)
        quotations = Quotations(session.articles.engine)
        answer = remembering(session.articles, session.answer)
        if sys.stdin.isatty():
            number = counted(session.articles.count("ready", libraries), "article")
            status = converse(
                answer,
                quotations,
                libraries=libraries,
                asked=dt.date.today,
                history_file=settings.data_dir / "chat_history",
                memory=settings.memory,
                no_color=no_color(),
                banner=f"{number} in the library {library!r}.",
            )
        else:
            if isinstance(sys.stdin, io.TextIOWrapper):
                sys.stdin.reconfigure(errors="replace")
            status = piped(
                answer,
                quotations,
                lines(sys.stdin, "The input"),
                libraries=libraries,
                out=sys.stdout,
                asked=dt.date.today,
                memory=settings.memory,
            )
    sys.exit(status)


def remembering(articles: Articles, answer: Callable[[Question, Watch | None], Answer]) -> Callable[..., Answer]:
    """Returns the same answering, with questions for what is new asked since the last time, library by library."""

    def answered(question: Question, watch: Watch | None = None) -> Answer:
        from retrieval.text.messages import SmallTalk, small_talk

        if small_talk(question.text) is not SmallTalk.NEWS:
            return answer(question, watch)
        name = _ASKED_WHAT_IS_NEW.format(" ".join(question.libraries))
        told, until = articles.fact(name), articles.everything_until()
        given = answer(replace(question, last_told=dt.datetime.fromisoformat(told) if told else None), watch)
        articles.set_fact(name, until.isoformat())
        return given

    return answered


@main.command()
@click.argument("question", nargs=-1)
@json_option
@click.option("--batch", type=click.Path(allow_dash=True), help="Answer the rows of FILE.jsonl[.gz] ('-': stdin).")
@click.option("--asked", type=DAY, help="The day the question is asked on (default: today).")
@click.option("--explain", is_flag=True, help="Show what was read, its scores, and why the answer was chosen.")
@command
@over_libraries
@filtered
def ask(
    settings: Settings,
    *,
    question: tuple[str, ...],
    as_json: bool,
    batch: str | None,
    asked: dt.datetime | None,
    explain: bool,
    libraries: tuple[str, ...],
    filters: Filters,
) -> None:
    """Answer one QUESTION, or a file of them.

    Exit status 0 when answered, 3 when the articles do not say.
    """
    from bot.bootstrap import open_session
    from bot.printing import print_answer
    from retrieval.types import Question

    text = " ".join(question).strip()
    if bool(text) == bool(batch):
        raise click.UsageError("Give a QUESTION, or --batch with a file of them.")
    day = asked.date() if asked else dt.date.today()  # noqa: DTZ011  (the user's own day)
    template = Question(text=text, libraries=libraries, asked=day, filters=filters)
    with open_session(settings, "ask") as session:
        own_or_wait(session)
        if batch:
            from bot.batch import answer_rows

            sys.exit(answer_rows(batch, template, session.answer, sys.stdout, memory=settings.memory))
        answer = remembering(session.articles, session.answer)(template)
        print_answer(answer, as_json=as_json, explained=explain)
        sys.stdout.flush()  # before those have their answers that asked meanwhile
    sys.exit(0 if answer.answered else NOT_SAID)


@main.command()
@click.option("--speaker", help="Only what this person or body said: a name, or a surname that only one has.")
@click.option("--about", metavar="WORDS", help="Only where these words occur, in any form.")
@click.option("--kind", type=click.Choice(["direct", "indirect", "mixed", "attitude"]), help="Only of this kind.")
@click.option("--limit", type=COUNT, help=f"The most to show (default: {_SHOWN}; for programs all).")
@click.option(
    "--format", "form", type=click.Choice(["csv", "md", "bibtex", "csl"]), help="Print it for other programs."
)
@json_option
@command
@over_libraries
@filtered
def quotes(
    settings: Settings,
    *,
    speaker: str | None,
    about: str | None,
    kind: QuoteKind | None,
    limit: int | None,
    form: Format | None,
    as_json: bool,
    libraries: tuple[str, ...],
    filters: Filters,
) -> None:
    """List who said what, word for word, newest article first.

    Exit status 0 when something is quoted, 3 when nothing is.
    """
    from bot.bootstrap import open_session
    from bot.exports import FORMATS
    from bot.printing import print_quotes
    from bot.quoting import find
    from retrieval.store.quotes import Quotations, QuoteQuery

    wanted = QuoteQuery(libraries=libraries, speaker=speaker, about=about, filters=filters, kind=kind)
    with open_session(settings, "quotes") as session:
        bring_up_to_date(session)
        found = find(Quotations(session.articles.engine), wanted, limit or (None if as_json or form else _SHOWN))
    if form:
        click.echo(FORMATS[form](found.quotes), nl=False)
    else:
        print_quotes(wanted, found, as_json=as_json)
    sys.exit(0 if found.total else NOT_SAID)


@main.command()
@click.argument("quotation", nargs=-1, required=True)
@click.option("--speaker", help="Whether this person or body said it (default: whether anybody did).")
@json_option
@command
@over_libraries
@filtered
def verify(
    settings: Settings,
    *,
    quotation: tuple[str, ...],
    speaker: str | None,
    as_json: bool,
    libraries: tuple[str, ...],
    filters: Filters,
) -> None:
    """Check a QUOTATION: found word for word, in other words, of somebody else, or not.

    Exit status 0 when it was said so, word for word, by whom it is asked of; 3 otherwise.
    """
    from bot.bootstrap import open_session
    from bot.printing import print_verdict
    from retrieval.quotes.verification import Outcome
    from retrieval.quotes.verification import verify as check
    from retrieval.store.quotes import Quotations

    with open_session(settings, "verify") as session:
        bring_up_to_date(session)
        verdict = check(Quotations(session.articles.engine), libraries, " ".join(quotation), speaker, filters)
    print_verdict(verdict, as_json=as_json)
    sys.exit(0 if verdict.outcome is Outcome.VERBATIM else NOT_SAID)


@main.command()
@click.option("--starting-with", default="", metavar="LETTERS", help="Only whose name or surname begins so.")
@json_lines_option
@command
@over_libraries
def speakers(settings: Settings, *, starting_with: str, as_json: bool, libraries: tuple[str, ...]) -> None:
    """List who is quoted by name, the most quoted first."""
    from bot.bootstrap import open_session
    from bot.printing import print_speakers
    from retrieval.store.quotes import Quotations

    with open_session(settings, "speakers") as session:
        bring_up_to_date(session)
        people = Quotations(session.articles.engine).speakers(libraries, starting_with)
    print_speakers(people, as_json=as_json)
    if not people:
        click.echo("Nobody is quoted by such a name." if starting_with else "Nobody is quoted yet.", err=as_json)


@main.command()
@click.option("--most-asked", is_flag=True, help="Those that were asked most often first (default: the newest).")
@click.option("--clear", is_flag=True, help="Delete them.")
@json_lines_option
@command
@over_libraries
def unanswered(settings: Settings, *, most_asked: bool, clear: bool, as_json: bool, libraries: tuple[str, ...]) -> None:
    """List the questions that the articles did not answer, never who asked them.

    A question that is answered at last is taken off the list.
    """
    from bot.bootstrap import open_articles
    from bot.printing import print_unanswered
    from bot.progress import counted
    from retrieval.store import unanswered as refused

    database = open_articles(settings).engine
    if clear:
        click.echo(f"{counted(refused.clear(database, libraries), 'question')} deleted.", err=as_json)
        return
    questions = refused.listing(database, libraries, most_asked=most_asked)
    print_unanswered(questions, as_json=as_json)
    if not questions:
        click.echo("No unanswered questions.", err=as_json)


@main.command()
@command
def discord(settings: Settings) -> None:
    """Answer on Discord, until interrupted; docs/discord.md tells how to begin."""
    from bot.discord_bot.app import run

    run(settings)


@main.command()
@json_lines_option
@command
def feedback(settings: Settings, *, as_json: bool) -> None:
    """Show the answers that people on Discord found useful, or not; never who."""
    from bot.bootstrap import open_articles
    from bot.discord_bot.store import open_store
    from bot.printing import print_feedback

    stored = open_articles(settings)
    votes = open_store(stored.engine).feedback(stored)
    print_feedback(votes, as_json=as_json)
    if not votes:
        click.echo("No feedback yet.", err=as_json)


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete commands: eval "$(byline completion bash)" in ~/.bashrc."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  (click has these three)
    click.echo(kind(main, {}, "byline", "_BYLINE_COMPLETE").source())


@main.command()
@click.option("--repair", is_flag=True, help="Make anew what is found damaged and can be made from the articles.")
@json_lines_option
@command
def doctor(settings: Settings, *, repair: bool, as_json: bool) -> None:
    """Check models, data directory, index and settings: a line each, with the remedy beside each failure."""
    from bot.doctor import examine
    from bot.printing import json_line
    from bot.render import printable

    last: dict[str, bool] = {}
    for check in examine(settings, repair=repair):
        last[check.name] = check.passed
        line = f"{'ok  ' if check.passed else 'FAIL'}  {check.name}: {check.finding}"
        click.echo(json_line(asdict(check)) if as_json else printable(line))
    sys.exit(0 if all(last.values()) else FAILED)


for _command in (*LIBRARY_COMMANDS, *FEED_COMMANDS, *STORY_COMMANDS):
    main.add_command(_command)
