"""The replies to small talk: prompts about Byline itself, or the titles of articles."""

from __future__ import annotations

import datetime as dt
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
        kind: what `small_talk` tells.
        question: what was asked.
        articles: (library, article), of which up to five are listed; for the news, newest first, undated ones last.
        count: how many articles there are in all.
    """
    is_list = kind in (SmallTalk.ABOUT, SmallTalk.NEWS)
    if is_list and articles:
        if kind is SmallTalk.NEWS:
            articles = sorted(
                articles, key=lambda a: (a[1].published_on or dt.date.min, a[1].published or ""), reverse=True
            )
        titles = []
        for library, article in articles[:LISTED]:
            if article.title.strip():
                titles.append(Excerpt(library, article, 0, len(article.title), "title"))
            else:  # the first line of the text
                start = len(article.text) - len(article.text.lstrip())
                titles.append(Excerpt(library, article, start, (article.text + "\n").index("\n", start)))
        statements, citations = state(titles)
        total = max(count, len(statements))
    else:
        lines = load("empty" if is_list else kind.value).splitlines()
        statements, citations, total = tuple(map(Statement, lines)), (), len(lines)
    return SmallTalkReply(question.text, question.text, statements, citations, confidence=1.0, total=total)
