"""`byline story`: what happened, in order of time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bot.command import NOT_SAID, command, filtered, json_option, over_libraries

if TYPE_CHECKING:
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


COMMANDS = (story,)
