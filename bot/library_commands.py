"""The commands on the library itself: articles put in, listed, taken out, taken away and brought back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.command import (
    CommandFailed,
    command,
    in_library,
    index_pending,
    json_option,
    over_libraries,
    tell_of_unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.settings import Settings
    from retrieval.errors import BylineError
    from retrieval.types import Article

_MOST_NOTES = 20  # on encodings that were guessed


def _expanded(_context: click.Context, _argument: click.Parameter, file: Path) -> Path:
    """Returns a file with the home directory written out.

    Raises:
        click.BadParameter: it is in that of a user who is not there.
    """
    try:
        return file.expanduser()
    except RuntimeError as error:
        raise click.BadParameter("it begins with the folder of a user who is not there.") from error


_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path), callback=_expanded)


@click.command()
@click.argument("targets", metavar="PATH_OR_URL...", nargs=-1, type=click.Path())
@json_option
@command
@in_library
def add(settings: Settings, targets: tuple[str, ...], *, as_json: bool, library: str) -> None:
    """Add articles: web pages by their addresses, files, or folders of them; docs/sources.md lists the kinds.

    Adding the same again changes nothing; changed text replaces the old. Without a PATH, finishes an interrupted add.
    """
    from bot.bootstrap import fetching, open_session
    from bot.printing import Failures, json_line
    from retrieval.index.vectors import check_library_name
    from retrieval.sources.files import read_sources
    from retrieval.text.languages import foreign_language, unread_note
    from retrieval.types import Article

    failures = Failures()
    languages: Counter[str] = Counter()
    notes: list[str] = []

    def counting(sources: Iterator[Article | BylineError]) -> Iterator[Article | BylineError]:
        for source in sources:
            if isinstance(source, Article) and (language := foreign_language(source.text)):
                languages[language] += 1
            yield source

    check_library_name(library)
    read = read_sources(
        targets,
        max_bytes=settings.max_file_bytes,
        fetch=fetching(settings),
        note=notes.append,
    )
    with open_session(settings, "add") as session:
        counts = session.stage(library, counting(read), failures.tell)
        if as_json:
            click.echo(json_line(counts | {"refused": failures.messages}))
        elif targets:
            refused = f", {len(failures.messages):,} refused" if failures.messages else ""
            done = f"{counts['new']:,} new, {counts['changed']:,} changed, {counts['unchanged']:,} unchanged"
            click.echo(f"{done}{refused}.")
        for note in filter(None, [*notes[:_MOST_NOTES], unread_note(languages)]):
            click.echo(note, err=as_json)
        index_pending(session)
    failures.end()


@click.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@command
@in_library
def remove(settings: Settings, ids: tuple[str, ...], *, library: str) -> None:
    """Remove articles and every trace of them.

    ID as `byline articles` shows it, or the path or address it was added from.
    """
    from bot.bootstrap import open_session
    from retrieval.sources.files import source_of

    unknown: list[str] = []
    with open_session(settings, "remove") as session:
        withdraw = session.articles.withdraw
        for name in ids:
            if withdraw(library, [session.articles.id_of(library, name)]) or withdraw(library, [source_of(name)]):
                click.echo(f"Removed {name}.")
            else:
                unknown.append(name)
        index_pending(session)
    if unknown:
        raise CommandFailed(f"There is no article {', '.join(map(repr, unknown))}; `byline articles` lists them.")


@click.command()
@click.argument("article_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line; with an ID its stored text too.")
@click.option("--failed", is_flag=True, help="Those of all libraries that were set aside, with the reason.")
@click.option("--revisions", "earlier", is_flag=True, help="With an ID: what its earlier texts said otherwise.")
@command
@over_libraries
def articles(
    settings: Settings,
    article_id: str | None,
    *,
    as_json: bool,
    failed: bool,
    earlier: bool,
    libraries: tuple[str, ...],
) -> None:
    """List the articles, newest first, or show one."""
    from bot.bootstrap import open_articles
    from bot.printing import print_article, print_listing, print_revisions
    from retrieval.store import revisions

    if earlier and article_id is None:
        raise click.UsageError("Give the ID of the article whose --revisions are to be shown.")
    stored = open_articles(settings)
    article_id = stored.id_of(libraries[0], article_id) if article_id else None
    if article_id and earlier:
        article = stored.get(libraries[0], article_id)
        print_revisions(article, revisions.earlier(stored.engine, libraries[0], article_id), as_json=as_json)
    elif article_id is None:
        if failed:
            print_listing(stored.set_aside(), "No article is set aside.", as_json=as_json)
        else:
            tell_of_unknown(stored, libraries)
            print_listing(stored.listing(libraries), "No articles; `byline add PATH` adds some.", as_json=as_json)
    else:
        print_article(libraries[0], stored.get(libraries[0], article_id), as_json=as_json)


@click.command()
@command
def reindex(settings: Settings) -> None:
    """Rebuild the indexes from the stored articles, with the embedding model that the settings name.

    Questions are answered from the old ones meanwhile.
    """
    from bot.bootstrap import open_session
    from bot.progress import counted, progress_bar

    with open_session(settings, "reindex") as session:
        with progress_bar() as bar:
            session.rebuild(progress=bar.update, say=bar.say)
        index_pending(session)
        click.echo(f"{counted(session.articles.count_everywhere('ready'), 'article')} indexed.")


def _check_that_tables_are_here(settings: Settings) -> None:
    """Refuses what is done with the file of the tables where there is none."""
    from retrieval.errors import LibraryError

    if settings.database_url is not None:
        raise LibraryError(
            "The tables are in PostgreSQL (BYLINE_DATABASE_URL), whose own pg_dump and pg_restore back them up and "
            "bring them back; then `byline reindex` makes the rest."
        )


@click.command()
@_FILE
@command
def backup(settings: Settings, file: Path) -> None:
    """Write the articles, feeds and settings of servers into FILE, also while Byline runs.

    An older backup of that name is replaced once the new one is whole.
    """
    from bot.progress import counted
    from retrieval.store.backup import make_backup

    _check_that_tables_are_here(settings)
    try:
        made = make_backup(settings.data_dir, file)
        size = file.stat().st_size
    except OSError as error:
        raise CommandFailed(
            f"{file} cannot be written ({error.strerror}); free some room there, or name another."
        ) from error
    click.echo(f"{counted(made.articles, 'article')} in {file}, {size / 1e6:,.1f} MB.")


@click.command()
@_FILE
@command
def restore(settings: Settings, file: Path) -> None:
    """Bring back what FILE holds, into an empty data directory, and make the rest anew."""
    from bot.bootstrap import open_session
    from bot.progress import counted, progress_bar
    from retrieval.store.backup import restore_backup

    _check_that_tables_are_here(settings)
    restored = restore_backup(file, settings.data_dir)
    click.echo(f"{counted(restored.articles, 'article')} as of {restored.made} restored to {settings.data_dir}.")
    with open_session(settings, "restore") as session, progress_bar() as bar:
        session.rebuild(progress=bar.update, say=bar.say)
        session.index(progress=bar.update, say=bar.say)
        session.read_again(bar.update)


@click.command()
@click.option("--jsonl", is_flag=True, help="As JSON, an article a line (there is no other form).")
@command
@over_libraries
def export(settings: Settings, *, jsonl: bool, libraries: tuple[str, ...]) -> None:  # noqa: ARG001  (said for clearness)
    """Print the articles as rows that `byline add` reads."""
    from contextlib import closing
    from dataclasses import asdict

    from bot.bootstrap import open_articles
    from bot.printing import json_line

    with closing(open_articles(settings)) as articles:
        tell_of_unknown(articles, libraries)
        for stored in articles.every_ready():
            if stored.library in libraries:
                row = {name: value for name, value in asdict(stored.article).items() if value is not None}
                click.echo(
                    json_line({name: row[name] for name in row if name not in {"source", "fetched", "page_hash"}})
                )


COMMANDS = (add, remove, articles, reindex, backup, restore, export)
