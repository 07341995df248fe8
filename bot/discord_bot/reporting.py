"""What a server's articles did not answer, and how answers were judged: for those who manage it, never who asked.

By command, and by choice once a week in a channel.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

from bot.discord_bot.markdown import escape
from bot.discord_bot.places import server_library
from bot.discord_bot.rendering import CARD, TEAL, Card, Part, page_of, shortened
from bot.discord_bot.replies import Undeliverable, post
from bot.progress import counted
from bot.threads import off_loop
from retrieval.errors import refer
from retrieval.store import unanswered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot.services import Services
    from bot.discord_bot.store import Votes
    from retrieval.store.unanswered import Unanswered

EVERY = dt.timedelta(days=7)
_LOOK_AGAIN = 3_600.0  # seconds
_ON_A_CARD = 15
_LINE = CARD // (2 * _ON_A_CARD + 2)  # characters of a question, or a title, whose escapes can double them
_NOTHING = "Every question was answered, as far as is known."


def report_cards(questions: Sequence[Unanswered], votes: Votes) -> list[Card]:
    """Returns the questions that were asked most often first, and on the last card how answers were judged."""
    pages = [questions[at : at + _ON_A_CARD] for at in range(0, len(questions), _ON_A_CARD)] or [()]
    title = f"{counted(len(questions), 'question')} without an answer"
    cards = [
        Card("\n".join(map(_line, some)) or _NOTHING, TEAL, title, page_of(at, len(pages), "page") or None)
        for at, some in enumerate(pages, 1)
    ]
    judged = votes.useful + len(votes.not_useful)
    if judged:
        lines = [f"{votes.useful:,} × 👍"]
        lines += [f"👎 {escape(shortened(question, _LINE))}" for question in votes.not_useful[:_ON_A_CARD]]
        cards.append(Card("\n".join(lines), TEAL, f"{counted(judged, 'answer')} judged"))
    return cards


def _line(refused: Unanswered) -> str:
    often = f" ({refused.times:,} times)" if refused.times > 1 else ""
    near = f"\n-# Nearest: {escape(shortened(refused.nearest, _LINE))}" if refused.nearest else ""
    return f"{escape(shortened(refused.question, _LINE))}{often}{near}"


def server_report(services: Services, server: int, since: dt.datetime | None = None) -> list[Card] | None:
    """Returns what there is to tell of a server, since then; None where that is nothing."""
    engine = services.articles.engine
    questions = unanswered.listing(engine, (server_library(server),), most_asked=True)
    if since is not None:
        questions = [refused for refused in questions if refused.asked >= since.date()]
    votes = services.store.votes(server, since)
    return report_cards(questions, votes) if questions or votes.useful or votes.not_useful else None


async def report_weekly(services: Services) -> None:
    """Tells the channels that were chosen for it, until it is cancelled."""
    while True:
        now = dt.datetime.now(dt.UTC)
        try:
            for server, channel, told in await off_loop(services.store.due_reports, now - EVERY):
                await off_loop(services.store.reported, server, now)  # first: a channel that fails is not asked hourly
                await _tell(services, server, channel, told)
        except Exception as error:  # noqa: BLE001  (a full disk, say; the next hour is another)
            refer(error, "the weekly reports could not be made")
        await asyncio.sleep(_LOOK_AGAIN)


async def _tell(services: Services, server: int, channel: int, told: dt.datetime | None) -> None:
    for card in await off_loop(server_report, services, server, told or dt.datetime.now(dt.UTC) - EVERY) or ():
        try:
            await post(services.connection, channel, Part(card=card))
        except Undeliverable as error:
            refer(error, f"server {server} could not be told what was not answered")
            return
