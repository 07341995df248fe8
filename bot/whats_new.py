"""Remembers, for the person at the terminal, when they were last told what is new."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.store.articles import Articles
    from retrieval.types import Answer, Question
    from retrieval.watching import Watch

_FACT = "asked what is new: {}"


def remembering(articles: Articles, answer: Callable[[Question, Watch | None], Answer]) -> Callable[..., Answer]:
    """Returns the same answering, with questions for what is new asked since the last time, library by library."""

    def answered(question: Question, watch: Watch | None = None) -> Answer:
        from retrieval.text.messages import SmallTalk, small_talk

        if small_talk(question.text) is not SmallTalk.NEWS:
            return answer(question, watch)
        name = _FACT.format(" ".join(question.libraries))
        told, until = articles.fact(name), articles.everything_until()
        given = answer(replace(question, last_told=dt.datetime.fromisoformat(told) if told else None), watch)
        articles.set_fact(name, until.isoformat())
        return given

    return answered
