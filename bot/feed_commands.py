"""`byline feed ...` and `byline watch`: news that comes in by itself."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, BinaryIO

import click

from bot.command import (
    COUNT,
    CommandFailed,
    command,
    in_library,
    index_pending,
    json_lines_option,
    json_option,
    over_libraries,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.settings import Settings
    from retrieval.feeds.refreshing import Refreshed
    from retrieval.store.feeds import Feed, Feeds

_LOGGED = 50


def _print_row(row: dict[str, object]) -> None:
    from bot.printing import json_line

    click.echo(json_line(row))


@click.group()
def feed() -> None:
    """Follow feeds: RSS, Atom, JSON Feed, news sitemaps; `byline watch` reads them."""


@feed.command("add")
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@click.option("--must", multiple=True, metavar="WORDS", help="Take only what holds one of these.")
@click.option("--must-not", multiple=True, metavar="WORDS", help="Take nothing that holds one of these.")
@click.option("--preview", "only_preview", is_flag=True, help="Show what it would bring, and add nothing.")
@json_lines_option
@command
@in_library
def add(
    settings: Settings,
    addresses: tuple[str, ...],
    *,
    must: tuple[str, ...],
    must_not: tuple[str, ...],
    only_preview: bool,
    as_json: bool,
    library: str,
) -> None:
    """Follow a feed, by its address or that of a page that names it."""
    from bot.bootstrap import open_articles, open_fetcher
    from bot.feeds import preview_json, preview_lines, split_words
    from bot.render import folded
    from retrieval.errors import SourceError
    from retrieval.feeds.subscribing import find_feed, preview
    from retrieval.index.vectors import check_library_name
    from retrieval.sources.validation import located
    from retrieval.store.feeds import Feeds

    check_library_name(library)
    feeds, get, words = Feeds(open_articles(settings).engine), open_fetcher(settings).get, split_words(must, must_not)
    failed, there = 0, {one.address for one in feeds.of([library])}
    for address in addresses:
        try:
            found = find_feed(get, address)
        except SourceError as error:
            click.echo(f"byline: {located(address, error)}", err=True)
            failed += 1
            continue
        entries = list(preview(found, words))
        if as_json:
            _print_row(preview_json(found, entries, added=not only_preview and found.address not in there))
        else:
            click.echo("\n".join(preview_lines(found, entries)))
            for other in found.others:
                click.echo(f"The page also names {folded(other)}")
        if not only_preview:
            feeds.add(
                library,
                found.address,
                title=found.feed.title,
                site=found.feed.site,
                words=words,
                now=dt.datetime.now(dt.UTC),
            )
            told = "Its words were changed" if found.address in there else "Added"
            next_step = "`byline feed refresh` reads it now, `byline watch` from now on"
            click.echo(f"{told}: {found.address}; {next_step}.", err=as_json)
    if failed:
        raise CommandFailed(f"{failed} of {len(addresses)} could not be added.")


@feed.command("list")
@json_lines_option
@command
@over_libraries
def list_(settings: Settings, *, as_json: bool, libraries: tuple[str, ...]) -> None:
    """List the feeds: last success, next try, new today, the newest article's age, the last failure."""
    from bot.bootstrap import open_articles
    from bot.feeds import status_json, status_lines
    from retrieval.store.feeds import Feeds

    now = dt.datetime.now(dt.UTC)
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    statuses = Feeds(open_articles(settings).engine).status(libraries, midnight)
    for status in statuses:
        if as_json:
            _print_row(status_json(status))
        else:
            click.echo("\n    ".join(status_lines(status, now)))
    if not statuses:
        click.echo("No feeds yet; `byline feed add ADDRESS` adds one.", err=as_json)


@feed.command("remove")
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@command
@in_library
def remove(settings: Settings, addresses: tuple[str, ...], *, library: str) -> None:
    """Follow feeds no more; the articles that they brought stay."""
    from bot.bootstrap import open_articles
    from retrieval.store.feeds import Feeds

    feeds = Feeds(open_articles(settings).engine)
    for found in _named(feeds, library, addresses):
        feeds.remove(found)
        click.echo(f"Removed {found.address}; its articles stay.")


def _named(feeds: Feeds, library: str, addresses: Sequence[str]) -> list[Feed]:
    """Returns the feeds of a library at these addresses, or that were there before they moved for good.

    Raises:
        CommandFailed: there is none at one of them.
    """
    from retrieval.feeds.subscribing import with_scheme
    from retrieval.sources.validation import canonical_url

    every = feeds.of([library])
    there = {canonical_url(former): found for found in every for former in found.former}
    there |= {canonical_url(found.address): found for found in every}
    wanted = [canonical_url(with_scheme(address)) for address in addresses]
    if unknown := [address for address in wanted if address not in there]:
        raise CommandFailed(f"There is no feed {', '.join(unknown)}; `byline feed list` lists them.")
    return list({there[address].key: there[address] for address in wanted}.values())


@feed.command("refresh")
@click.argument("addresses", metavar="[ADDRESS]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Also those that are not due yet.")
@json_lines_option
@command
@in_library
def refresh(settings: Settings, addresses: tuple[str, ...], *, every: bool, as_json: bool, library: str) -> None:
    """Read the feeds that are due, or those of the ADDRESSes, and index what is new."""
    from bot.bootstrap import open_refresher, open_session
    from bot.feeds import feed_name, outcome_json, summary
    from bot.render import folded
    from retrieval.feeds.refreshing import refresh_all, the_only_reader
    from retrieval.store.feeds import Feeds

    with open_session(settings, "feed refresh") as session:
        feeds = Feeds(session.articles.engine)
        due = _due(feeds, library, addresses, every=every)
        done: list[Refreshed] = []
        with the_only_reader(settings.data_dir) as may_read:
            if not may_read:
                raise CommandFailed("Another process reads the feeds just now; `byline feed list` shows what came in.")
            for refreshed in refresh_all(open_refresher(settings, feeds), due):
                done.append(refreshed)
                click.echo(f"{len(done)} of {len(due)}  {feed_name(refreshed.feed)}", err=True)
                if as_json:
                    _print_row(outcome_json(refreshed))
                elif refreshed.failure:
                    failure = folded(f"{refreshed.feed.address}: {refreshed.failure.rstrip('.')}.")
                    click.echo(f"byline: {failure}", err=True)
        click.echo(summary(done) if due else "No feed is due yet; --all reads them all the same.", err=as_json)
        index_pending(session)
    if due and all(refreshed.failure for refreshed in done):
        sys.exit(1)


def _due(feeds: Feeds, library: str, addresses: Sequence[str], *, every: bool) -> list[Feed]:
    """Returns the feeds to be read: those of the addresses, or those of the library that are due, or all.

    Raises:
        CommandFailed: there are none.
    """
    chosen = _named(feeds, library, addresses) if addresses else feeds.of([library])
    if not chosen:
        raise CommandFailed("No feeds yet; `byline feed add ADDRESS` adds one.")
    now = dt.datetime.now(dt.UTC)
    return [one for one in chosen if not one.ended and (addresses or every or one.next_try <= now)]


@feed.command("import")
@click.argument("file", type=click.File("rb"))
@json_option
@command
@in_library
def import_(settings: Settings, file: BinaryIO, *, as_json: bool, library: str) -> None:
    """Follow the feeds of an OPML FILE, as feed readers export them ('-': stdin)."""
    from bot.bootstrap import open_articles
    from bot.progress import counted
    from retrieval.errors import SourceError
    from retrieval.index.vectors import check_library_name
    from retrieval.sources.feeds import read_opml
    from retrieval.sources.validation import Limit, located
    from retrieval.store.feeds import Feeds, WordFilter

    check_library_name(library)
    try:
        outlines = read_opml(Limit(settings.max_file_bytes, "BYLINE_MAX_FILE_BYTES").read(file))
    except SourceError as error:
        raise located(str(file.name), error) from None
    feeds, now = Feeds(open_articles(settings).engine), dt.datetime.now(dt.UTC)
    before = len(feeds.of([library]))
    for outline in outlines:
        words = WordFilter(outline.must, outline.must_not)
        feeds.add(library, outline.url, title=outline.title, site=outline.site, words=words, now=now)
    new = len(feeds.of([library])) - before
    if as_json:
        _print_row({"added": new, "there": len(outlines) - new})
    else:
        click.echo(f"{counted(new, 'feed')} added, {len(outlines) - new:,} there already; `byline watch` reads them.")


@feed.command("export")
@click.argument("file", type=click.File("wb"))
@command
@in_library
def export(settings: Settings, file: BinaryIO, *, library: str) -> None:
    """Write the feeds to an OPML FILE ('-': stdout)."""
    from bot.bootstrap import open_articles
    from retrieval.sources.feeds import Outline, write_opml
    from retrieval.store.feeds import Feeds

    feeds = Feeds(open_articles(settings).engine).of([library])
    outlines = (Outline(one.address, one.title, one.site, one.words.must, one.words.must_not) for one in feeds)
    file.write(write_opml(outlines))


@feed.command("log")
@click.argument("address", required=False)
@click.option("--limit", type=COUNT, default=_LOGGED, show_default=True, help="The most to show.")
@json_lines_option
@command
@in_library
def log(settings: Settings, address: str | None, *, limit: int, as_json: bool, library: str) -> None:
    """Show what became of the entries of feeds, the last first: new, changed, filtered, refused and why."""
    from dataclasses import asdict

    from bot.bootstrap import open_articles
    from bot.feeds import log_line
    from retrieval.store.feeds import Feeds

    feeds = Feeds(open_articles(settings).engine)
    one = _named(feeds, library, [address])[0] if address else None
    for line in feeds.log([library], limit, one):
        if as_json:
            _print_row(asdict(line) | {"at": line.at.isoformat(timespec="seconds")})
        else:
            click.echo(log_line(line))


@click.command()
@json_lines_option
@command
def watch(settings: Settings, *, as_json: bool) -> None:
    """Read the feeds of all libraries every few minutes, and index what is new, until interrupted."""
    import signal
    import threading

    from bot.bootstrap import open_refresher, open_session
    from bot.feeds import Watching, failing_line, outcome_json, summary
    from bot.progress import counted
    from retrieval.store.feeds import Feeds

    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    with open_session(settings, "watch", stays=True) as session:
        feeds = Feeds(session.articles.engine)
        watching = Watching(
            settings.data_dir,
            feeds,
            lambda strangers: open_refresher(settings, feeds, stopping.is_set, strangers=strangers),
            stopping.is_set,
        )
        count = len(feeds.of())
        told = f"Watching {counted(count, 'feed')}." if count else "No feeds yet; `byline feed add ADDRESS` adds one."
        click.echo(told, err=as_json)
        sys.stdout.flush()
        while not stopping.is_set():
            session.own()
            if round_ := watching.round():
                click.echo(f"{dt.datetime.now().astimezone():%Y-%m-%d %H:%M}  {summary(round_)}", err=as_json)
            for refreshed in round_ if as_json else ():
                _print_row(outcome_json(refreshed))
            for failing in watching.newly_failing(of_servers=False):
                click.echo(failing_line(failing), err=as_json)
            sys.stdout.flush()
            stopping.wait(watching.pause())
    click.echo("Stopped.", err=as_json)


COMMANDS: tuple[click.Command, ...] = (feed, watch)
