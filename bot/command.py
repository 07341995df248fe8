"""What the commands of the command line share: settings, options, how errors are told, and an index up to date."""

from __future__ import annotations

import functools
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from retrieval.errors import BylineError, explained
from retrieval.types import encodable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from bot.settings import Settings
    from retrieval.serving.session import Session
    from retrieval.store.articles import Articles

R = TypeVar("R")

FAILED, NOT_SAID = 1, 3
_NAMED = 5  # libraries
_CANNOT_BE_WRITTEN = "The output cannot be written ({}); send it elsewhere."


class Folder(click.Path):
    """A folder that is named: "" would be the working directory, where a variable of the shell is not set."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        if value == "":
            self.fail("it is empty; name a folder.", param, ctx)
        return super().convert(value, param, ctx)


data_dir_option = click.option(
    "--data-dir", type=Folder(path_type=Path), help="Where the library lives (BYLINE_DATA_DIR)."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
json_lines_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line.")
DAY = click.DateTime(["%Y-%m-%d"])
COUNT = click.IntRange(min=1, max=1_000_000_000)


class CommandFailed(click.ClickException):
    """An error for the user: one sentence on standard error, exit status 1."""

    exit_code = FAILED

    def show(self, file: Any = None) -> None:  # noqa: ANN401  (click's signature)
        from bot.render import printable

        click.echo(f"byline: {printable(self.message)}", file=file, err=True)


class Program(click.Group):
    """The commands, over streams that may be closed, full, or unable to write a character."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  (click's signature)
        """Runs the command that the arguments name."""
        _open_closed_streams()
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            if not output_fails():
                raise
            click.echo(f"byline: {_CANNOT_BE_WRITTEN.format(error.strerror)}", err=True)
            sys.exit(FAILED)


def _open_closed_streams() -> None:
    """Opens something in the place of each standard stream that whoever started this has closed.

    The next file that is opened would have its number, and whatever is written to the stream. To write to an output
    that was closed fails, so that it is told.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nothing = os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
            if nothing != number:
                os.dup2(nothing, number)
                os.close(nothing)
            os.set_inheritable(number, True)
            setattr(sys, name, open(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False))  # noqa: SIM115  (for as long as the process runs)


def command(function: Callable[..., R]) -> Callable[..., R]:
    """Gives a command --data-dir, hands it the settings, and turns Byline's errors into its own."""

    @data_dir_option
    @functools.wraps(function)
    def run(*args: Any, data_dir: Path | None, **kwargs: Any) -> R:  # noqa: ANN401  (passed through)
        from bot.bootstrap import quiet_dependencies
        from bot.logs import LOG_FILE, logging_to
        from bot.settings import load_settings

        context = click.get_current_context()
        general = context.find_root().params  # `byline --data-dir DIR ask`
        texts = {each.name for each in context.command.params if each.type is click.STRING}
        kwargs = {name: _writable(value) if name in texts else value for name, value in kwargs.items()}
        try:
            settings = load_settings(data_dir=data_dir or general.get("data_dir"))
        except BylineError as error:
            raise CommandFailed(str(error)) from error
        os.umask(0o077)  # what is made is for this user alone
        try:
            quiet_dependencies(settings)
            return function(settings, *args, **kwargs)
        except BylineError as error:
            raise CommandFailed(str(error)) from error
        except KeyboardInterrupt:
            click.echo("byline: interrupted; what was finished is kept.", err=True)
            sys.exit(130)
        except BrokenPipeError:  # nobody reads any more: click ends the command without a word
            raise
        except (click.ClickException, click.Abort, click.exceptions.Exit, SystemExit):
            raise
        except BaseException as error:  # also a panic of what is written in Rust, which is no Exception
            if isinstance(error, OSError) and output_fails():
                raise CommandFailed(_CANNOT_BE_WRITTEN.format(error.strerror)) from error
            with logging_to(settings.data_dir / LOG_FILE):
                told = explained(error, f"byline {context.info_name} failed")
            raise CommandFailed(str(told)) from error

    return run


def _writable(value: Any) -> Any:  # noqa: ANN401  (of an option or argument: a text, several, or none)
    """Returns what was given for a text without bytes that are no UTF-8, which only names of files may hold."""
    if isinstance(value, tuple):
        return tuple(map(encodable, value))
    return encodable(value) if isinstance(value, str) else value


def output_fails() -> bool:
    """Tells whether nothing can be written to the output; what waits for it is then dropped.

    Python would complain about that when it ends.
    """
    try:
        output = sys.stdout.fileno()
    except OSError:  # it is in memory
        return False
    try:
        os.write(output, b"")
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)
        return True
    return False


def in_library(function: Callable[..., R]) -> Callable[..., R]:
    """Gives a command --library, and hands it the `library` to use."""

    @click.option("--library", help="The library to use (default: the setting BYLINE_LIBRARY, public).")
    @functools.wraps(function)
    def run(settings: Settings, *args: Any, library: str | None, **kwargs: Any) -> R:  # noqa: ANN401  (passed through)
        return function(settings, *args, library=library or settings.library, **kwargs)

    return run


def over_libraries(function: Callable[..., R]) -> Callable[..., R]:
    """Gives a command --library, which may be repeated, and hands it the `libraries` to search."""

    @click.option(
        "--library",
        "libraries",
        multiple=True,
        help="A library to search; may be given again (default: BYLINE_LIBRARY).",
    )
    @functools.wraps(function)
    def run(settings: Settings, *args: Any, libraries: tuple[str, ...], **kwargs: Any) -> R:  # noqa: ANN401  (passed through)
        return function(settings, *args, libraries=libraries or (settings.library,), **kwargs)

    return run


def filtered(function: Callable[..., R]) -> Callable[..., R]:
    """Gives a command --since, --until and --source, and hands it the `filters` that they make."""

    @click.option("--since", type=DAY, help="Only articles published on this day or later.")
    @click.option("--until", type=DAY, help="Only articles published on this day or earlier.")
    @click.option("--source", help="Only articles of this publisher, host or path.")
    @functools.wraps(function)
    def run(*args: Any, since: dt.datetime | None, until: dt.datetime | None, source: str | None, **kwargs: Any) -> R:  # noqa: ANN401  (passed through)
        from retrieval.types import Filters

        filters = Filters(since.date() if since else None, until.date() if until else None, source)
        return function(*args, filters=filters, **kwargs)

    return run


# What they do alike with the library


def tell_of_unknown(articles: Articles, libraries: Sequence[str]) -> None:
    """Says which of the libraries to list is none, where there are others."""
    known = articles.libraries()
    for name in libraries if known else ():
        if name not in known:
            click.echo(f"byline: there is no library {name!r}; there is {', '.join(known[:_NAMED])}.", err=True)


def own_or_wait(session: Session) -> None:
    """Becomes the owner if nobody is, indexing a little if need be; says what still waits."""
    from bot.progress import progress_bar

    with progress_bar() as bar:
        parts = session.own(progress=bar.update, say=bar.say)
    if parts is not None and (waiting := session.articles.count_everywhere("pending")):
        click.echo(
            f"byline: {waiting:,} articles wait to be indexed; `byline add` without a path finishes that.", err=True
        )


def index_pending(session: Session) -> None:
    """Indexes what is pending, or says which owner does so."""
    from bot.progress import progress_bar

    with progress_bar() as bar:
        owner = session.index(progress=bar.update, say=bar.say)
    if owner is None:
        _read_again(session)
    else:
        does = "does the indexing" if session.waiting else "has done the indexing"
        click.echo(f"The running `byline {owner.command}` (process {owner.pid}) {does}.", err=True)


def _read_again(session: Session) -> None:
    from bot.progress import progress_bar

    with progress_bar() as bar:
        session.read_again(bar.update)


def bring_up_to_date(session: Session) -> None:
    """Indexes a little that is pending, as before an answer, and finds the quotations that are still to be found."""
    if session.articles.count_everywhere("pending"):
        own_or_wait(session)
    _read_again(session)
