"""Prints answers and what is stored: articles, quotations, speakers, unanswered questions, votes."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from dataclasses import asdict
from difflib import unified_diff
from typing import TYPE_CHECKING

import click

from bot.command import CommandFailed
from bot.progress import counted
from bot.render import explain, folded, plain, plain_quotes, printable, rich_answer, rich_quotes, to_json, verdict_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.discord_bot.store import Feedback
    from bot.quoting import FoundQuotes
    from retrieval.errors import BylineError
    from retrieval.quotes.verification import Verification
    from retrieval.store.articles import Listing
    from retrieval.store.quotes import QuoteQuery, Speaker
    from retrieval.store.revisions import Revision
    from retrieval.store.unanswered import Unanswered
    from retrieval.types import Answer, Article

_ALIASES = 3  # of a speaker
_TOLD = 100  # errors of a file
# C1 and bidi controls, and halves of surrogate pairs, which no stream takes.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def json_line(record: object) -> str:
    """Returns a record as one line of JSON, in which nothing steers a terminal or turns the direction of a text.

    It is of characters that the output can take.
    """
    takes_all = "utf" in (getattr(sys.stdout, "encoding", None) or "utf").lower()
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(record, ensure_ascii=not takes_all))


class Failures:
    """Prints the errors of inputs as they come, of each file a hundred at most, and counts them."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self._of_files: Counter[str] = Counter()

    def tell(self, error: BylineError) -> None:
        file = re.split(r", line |: ", str(error), maxsplit=1)[0]
        self.messages.append(str(error))
        self._of_files[file] += 1
        if self._of_files[file] <= _TOLD:
            click.echo(f"byline: {error}", err=True)

    def end(self) -> None:
        """Raises a `CommandFailed` where there were some."""
        for file, number in self._of_files.items():
            if number > _TOLD:
                click.echo(f"byline: … and {number - _TOLD:,} more of {file}.", err=True)
        if total := len(self.messages):
            raise CommandFailed(f"{total:,} input{'' if total == 1 else 's'} could not be added.")


def no_color() -> bool:
    """Tells whether the terminal or the user wants no colours."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def print_answer(answer: Answer, *, as_json: bool, explained: bool) -> None:
    """Prints an answer; where it is `explained`, also what was read and why it was chosen."""
    if as_json:
        click.echo(json_line(to_json(answer)))
    elif sys.stdout.isatty() and not no_color():
        from rich.console import Console

        Console().print(rich_answer(answer))
    else:
        click.echo(plain(answer))
    if explained:
        click.echo(explain(answer), err=as_json)


def print_listing(listings: Iterable[Listing], otherwise: str, *, as_json: bool) -> None:
    """Prints a list of articles; `otherwise`, where there is none."""
    listing = None
    for listing in listings:
        if as_json:
            click.echo(json_line(asdict(listing)))
        else:
            waiting = "" if listing.state == "ready" else f"  ({listing.set_aside or 'waiting to be indexed'})"
            date = (listing.published or "no date")[:10]
            click.echo(printable(f"{date:10}  {listing.title}{waiting}\n            {listing.id}"))
    if listing is None:
        click.echo(otherwise, err=as_json)


def print_article(library: str, article: Article, *, as_json: bool) -> None:
    if as_json:
        click.echo(json_line({"library": library} | asdict(article)))
        return
    updated = f"updated {article.updated}" if article.updated else None
    facts = (article.byline, article.publisher, article.published, updated, article.url or article.source)
    click.echo(printable(article.title))
    click.echo(printable(" · ".join(fact for fact in facts if fact)))
    click.echo(printable(f"\n{article.text}"))


def print_revisions(article: Article, earlier: Sequence[Revision], *, as_json: bool) -> None:
    """Prints each earlier text of an article, newest first, by the lines in which the next one differs."""
    if not earlier and not as_json:
        click.echo("It was never changed.")
    for newer, revision in zip((article, *(one.article for one in earlier)), earlier, strict=False):
        if as_json:
            row = {"revision": revision.number, "replaced": revision.replaced} | asdict(revision.article)
            click.echo(json_line(row))
            continue
        click.echo(f"Replaced {revision.replaced}:")
        before, after = ([one.title, *filter(None, one.text.splitlines())] for one in (revision.article, newer))
        for line in list(unified_diff(before, after, n=0, lineterm=""))[2:]:  # behind the names of two files
            if not line.startswith("@@"):
                click.echo(printable(line))


def print_quotes(query: QuoteQuery, found: FoundQuotes, *, as_json: bool) -> None:
    from bot import quoting

    if as_json:
        click.echo(json_line(quoting.quotes_json(query, found)))
        return
    remedy = " `byline speakers` lists who is quoted." if query.speaker and not found.total else ""
    click.echo(f"{folded(quoting.heading(query, found))}.{remedy}")
    shown = quoting.by_article(found.quotes)
    if shown and sys.stdout.isatty() and not no_color():
        from rich.console import Console

        Console(highlight=False).print("", rich_quotes(shown), sep="\n", end="")
    elif shown:
        click.echo(f"\n{plain_quotes(shown)}")
    if found.left:
        click.echo(f"\n… and {found.left:,} more: --limit {found.total} shows all.")


def print_verdict(verdict: Verification, *, as_json: bool) -> None:
    from bot import quoting

    if as_json:
        click.echo(json_line(quoting.verdict_json(verdict)))
    else:
        click.echo("\n".join(verdict_lines(verdict)))


def print_speakers(speakers: Iterable[Speaker], *, as_json: bool) -> None:
    from bot import quoting

    for speaker in speakers:
        if as_json:
            click.echo(json_line(asdict(speaker)))
        else:
            others = [folded(alias) for alias in speaker.aliases[:_ALIASES]]
            also = f"\n        also {', '.join(others)}" if others else ""
            in_articles = counted(speaker.articles, "article")
            click.echo(f"{speaker.quotes:>6,}  {folded(quoting.introduced(speaker))}  ({in_articles}){also}")


def print_unanswered(questions: Iterable[Unanswered], *, as_json: bool) -> None:
    for refused in questions:
        if as_json:
            click.echo(json_line(asdict(refused) | {"asked": refused.asked.isoformat()}))
        else:
            nearest = f"\n            Nearest: {folded(refused.nearest)}" if refused.nearest else ""
            click.echo(f"{refused.asked}  {refused.times:,} × {folded(refused.question)}{nearest}")


def print_feedback(feedback: Iterable[Feedback], *, as_json: bool) -> None:
    for voted in feedback:
        if as_json:
            row = asdict(voted) | {"asked_at": voted.asked_at.isoformat(timespec="seconds")}
            click.echo(json_line(row))
        else:
            votes = f"{voted.asked_at:%Y-%m-%d}  useful {voted.useful}, not {voted.not_useful}"
            answer = voted.answer or "(The articles of this answer are gone.)"
            click.echo(printable(f"{votes}  {' '.join(voted.question.split())}\n            {answer}"))
