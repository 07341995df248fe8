"""What is said with an answer of the library it comes from: that it is out of date, that an article was corrected."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from retrieval.store.feeds import Feeds
from retrieval.store.revisions import corrections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.store.articles import Articles
    from retrieval.types import Answer, Question

LONG = dt.timedelta(days=1)  # that no feed of a library was read: its articles may be out of date


def notes(articles: Articles, question: Question, answer: Answer) -> list[str]:
    """Returns a sentence for each; none with a reply that needs no articles."""
    found = corrections(articles.engine, answer.citations)
    if answer.citations or not answer.answered:
        told = out_of_date(articles, question.libraries, dt.datetime.now(dt.UTC))
        found += [told] if told else []
    return found


def out_of_date(articles: Articles, libraries: Sequence[str], now: dt.datetime) -> str | None:
    """Returns what is said with an answer where no feed of the libraries was read for long.

    That is for how long, and of which day the newest article is; None where one was read, or where there are no feeds.
    """
    feeds = Feeds(articles.engine).of(libraries)
    read = max((feed.last_success or feed.added for feed in feeds), default=now)
    if now - read < LONG:
        return None
    days = (now - read).days
    since = f"No feed was read for {days} day{'' if days == 1 else 's'}"
    newest = next((article.published_on for _, article in articles.latest(libraries, 1)), None)
    return f"{since}; the newest article is of {newest.day} {newest:%B %Y}." if newest else f"{since}."
