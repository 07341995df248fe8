"""The replies to small talk: prompts about Byline itself, or the titles of articles."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from prompts import load
from retrieval.citations import Excerpt, state
from retrieval.text.messages import SmallTalk
from retrieval.types import SmallTalkReply, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Article, Question

LISTED = 5


def reply(kind: SmallTalk, question: Question, articles: Sequence[tuple[str, Article]], count: int) -> SmallTalkReply:
    """Returns what is replied to small talk: a prompt's lines, which need no citation, or titles of articles.

    Args:
        kind: what `small_talk` tells; for the news `news` replies where there are articles.
        question: what was asked.
        articles: (library, article), of which up to five are listed.
        count: how many articles there are in all.
    """
    is_list = kind in (SmallTalk.ABOUT, SmallTalk.NEWS)
    if is_list and articles:
        statements, citations = state([_title(*listed) for listed in articles[:LISTED]])
        total = max(count, len(statements))
    else:
        lines = load("empty" if is_list else kind.value).splitlines()
        statements, citations, total = tuple(map(Statement, lines)), (), len(lines)
    return SmallTalkReply(question.text, question.text, statements, citations, confidence=1.0, total=total)


def news(
    question: Question,
    newest: Sequence[tuple[str, Article]],
    count: int,
    arrived: Sequence[tuple[str, Article]] = (),
    arrivals: int = 0,
) -> SmallTalkReply:
    """Returns what is new: what came in since one last asked, each title with its day, the newest first.

    To who never asked, or where nothing came in, the newest articles are told all the same, and of which day the
    newest is where that is not the day of asking.

    Args:
        question: what was asked, and when who asks was last told.
        newest: (library, article) of the newest articles, of which up to five are listed.
        count: how many articles there are in all.
        arrived: those that came in since, of which up to five are listed.
        arrivals: how many came in since.
    """
    listed = sorted(arrived or newest, key=lambda row: (row[1].published_on or dt.date.min, row[1].published or ""))
    rows = listed[: -LISTED - 1 : -1]
    statements, citations = state([_title(*row) for row in rows])
    dated = tuple(
        replace(said, text=f"{said.text.strip()} ({_day(article.published_on)})")
        for said, (_, article) in zip(statements, rows, strict=True)
    )
    if arrived:
        note = f"{arrivals:,} article{' has' if arrivals == 1 else 's have'} come in since you last asked."
    else:
        note = _nothing_new(newest, question)
    total = max(arrivals or count, len(dated))
    return SmallTalkReply(
        question.text, question.text, dated, citations, note=note or None, confidence=1.0, total=total
    )


def _nothing_new(newest: Sequence[tuple[str, Article]], question: Question) -> str:
    """Returns that nothing came in since one last asked, and of which day the newest article is, if not of today."""
    days = [article.published_on for _, article in newest if article.published_on]
    is_of_today = bool(days) and max(days) >= question.asked
    if question.last_told:
        dated = "" if not days or is_of_today else f", of {_day(max(days))} and before"
        return f"Nothing has come in since you last asked. The newest there is{dated}:"
    if not days:
        return "No article has a date."
    return "" if is_of_today else f"The newest article is of {_day(max(days))}."


def _day(day: dt.date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "no date"


def _title(library: str, article: Article) -> Excerpt:
    """Returns the title of an article, or the first line of its text."""
    if article.title.strip():
        return Excerpt(library, article, 0, len(article.title), "title")
    start = len(article.text) - len(article.text.lstrip())
    return Excerpt(library, article, start, (article.text + "\n").index("\n", start))
