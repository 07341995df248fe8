"""The commands that take a library away and bring it back: `byline backup | restore | export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.command import command, over_libraries

if TYPE_CHECKING:
    from bot.settings import Settings

_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command()
@_FILE
@command
def backup(settings: Settings, file: Path) -> None:
    """Write the articles, feeds and settings of servers into FILE, also while Byline runs.

    An older backup of that name is replaced once the new one is whole.
    """
    from bot.progress import counted
    from retrieval.store.backup import make_backup

    made = make_backup(settings.data_dir, file.expanduser())
    click.echo(f"{counted(made.articles, 'article')} in {file}, {file.expanduser().stat().st_size / 1e6:,.1f} MB.")


@click.command()
@_FILE
@command
def restore(settings: Settings, file: Path) -> None:
    """Bring back what FILE holds, into an empty data directory, and make the rest anew."""
    from bot.bootstrap import open_session
    from bot.progress import counted, progress_bar
    from retrieval.store.backup import restore_backup

    restored = restore_backup(file.expanduser(), settings.data_dir)
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
        for stored in articles.every_ready():
            if stored.library in libraries:
                row = {name: value for name, value in asdict(stored.article).items() if value is not None}
                click.echo(
                    json_line({name: row[name] for name in row if name not in {"source", "fetched", "page_hash"}})
                )


COMMANDS = (backup, restore, export)
