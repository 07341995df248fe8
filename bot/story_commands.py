"""What happened, story by story: `byline story` tells one, `byline digest` what came in."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from typing import TYPE_CHECKING

import click

from bot.command import NOT_SAID, bring_up_to_date, command, filtered, json_option, over_libraries

if TYPE_CHECKING:
    from bot.exports import Format
    from bot.settings import Settings
    from retrieval.types import Filters


@click.command()
@click.argument("query", nargs=-1, required=True)
@json_option
@command
@over_libraries
@filtered
def story(
    settings: Settings, *, query: tuple[str, ...], as_json: bool, libraries: tuple[str, ...], filters: Filters
) -> None:
    """Tell the story that QUERY names: its reports by days, each step in an article's words.

    Exit status 0 when there is one, 3 when there is none.
    """
    from bot.bootstrap import open_session
    from bot.printing import print_answer
    from retrieval.types import Question

    asked = Question(text=" ".join(query), libraries=libraries, filters=filters, wanted="story")
    with open_session(settings, "story") as session:
        told = session.answer(asked)
    print_answer(told, as_json=as_json, explained=False)
    sys.exit(0 if told.answered else NOT_SAID)


def past_day(_context: click.Context, _option: click.Parameter, value: str) -> dt.date:
    """Returns the last day up to today that is meant: 2026-11-28, "yesterday", "Monday".

    Raises:
        click.BadParameter: there is none.
    """
    from retrieval.text.dates import moments
    from retrieval.types import EARLIEST

    today = dt.date.today()  # noqa: DTZ011  (the user's own day)
    days = [day for moment in moments(value, today) for day in moment.days]
    with contextlib.suppress(ValueError):
        days.append(dt.date.fromisoformat(value))
    past = [day for day in days if EARLIEST <= day <= today]
    if not past:
        raise click.BadParameter(f"{value!r} is no day until today, as 2026-11-28, yesterday or Monday are.")
    return max(past)


@click.command()
@click.option(
    "--since", metavar="DAY", default="yesterday", callback=past_day, help="2026-11-28, yesterday (default), Monday."
)
@click.option("--about", metavar="WORDS", help="Only articles that hold these words, in any form.")
@click.option("--speaker", metavar="NAME", help="Only articles that quote this person or body.")
@click.option("--quoting", metavar="WORDS", help="Only articles in which somebody is quoted with these words.")
@json_option
@command
@over_libraries
def digest(
    settings: Settings,
    *,
    since: dt.date,
    about: str | None,
    speaker: str | None,
    quoting: str | None,
    as_json: bool,
    libraries: tuple[str, ...],
) -> None:
    """List what came in, by story: the ten of most reports, each with a sentence and its sources.

    Exit status 0 when something came in, 3 when nothing did.
    """
    from bot.bootstrap import open_session
    from bot.printing import json_line
    from bot.stories import digest_json, digest_lines
    from retrieval.stories.digest import Wanted
    from retrieval.stories.digest import digest as collect

    from_then = dt.datetime.combine(since, dt.time()).astimezone()
    with open_session(settings, "digest") as session:
        bring_up_to_date(session)
        found = collect(session.articles.engine, libraries, from_then, Wanted(about, speaker, quoting))
    click.echo(json_line(digest_json(found)) if as_json else "\n".join(digest_lines(found)))
    sys.exit(0 if found.stories else NOT_SAID)


@click.command()
@click.argument("name", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["csv", "md"]), help="Print what they said for other programs.")
@json_option
@command
@over_libraries
@filtered
def speaker(
    settings: Settings,
    *,
    name: tuple[str, ...],
    form: Format | None,
    as_json: bool,
    libraries: tuple[str, ...],
    filters: Filters,
) -> None:
    """Tell who NAME is and what they said over time, by topic, and who speaks otherwise.

    Exit status 0 when somebody is quoted by that name, 3 when nobody is.
    """
    from bot.bootstrap import open_session
    from bot.exports import FORMATS
    from bot.printing import json_line
    from bot.render import folded
    from bot.stories import profile_json, profile_lines
    from retrieval.store.quotes import Quotations
    from retrieval.stories.speakers import profile

    asked = " ".join(name)
    with open_session(settings, "speaker") as session:
        bring_up_to_date(session)
        known = profile(Quotations(session.articles.engine), libraries, asked, filters)
    if known is None:
        click.echo(f"Nobody is quoted as {folded(asked)}; `byline speakers` lists who is.", err=True)
        sys.exit(NOT_SAID)
    if form:
        click.echo(FORMATS[form](known.quotes), nl=False)
    else:
        click.echo(json_line(profile_json(known)) if as_json else "\n".join(profile_lines(known)))


COMMANDS = (story, digest, speaker)
