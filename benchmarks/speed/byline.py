"""Byline at the same steps as the peers: `python -m benchmarks.speed.byline index|warm WORK`; cold is `byline ask`.

It indexes the articles themselves: cuts passages, embeds them and indexes their words, finds quotations and repeats.
BYLINE_DATA_DIR is its data directory. A question is searched for, then answered; the turns of conversations follow.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.quality.cases import news_articles
from benchmarks.speed.peers import HITS, Clock, timed
from bot.bootstrap import open_session, quiet_dependencies
from bot.render import abridged
from bot.settings import load_settings
from retrieval.serving.session import open_articles
from retrieval.types import Question, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.errors import BylineError
    from retrieval.serving.session import Session

NAME = "Byline"
LIBRARY = "public"


def index(session: Session, work: Path) -> dict[str, float]:
    articles = news_articles(work / "articles.jsonl")
    session.own()

    def fail(error: BylineError) -> None:
        raise error

    def add() -> None:
        session.stage(LIBRARY, articles, fail)
        session.index()

    clock = Clock()
    clock.time(add)
    return clock.measures("index")


def warm(session: Session, work: Path) -> dict[str, float]:
    parts = session.own()
    if parts is None:
        sys.exit("The index is in use.")
    questions = json.loads((work / "questions.json").read_bytes())
    conversations = json.loads((work / "conversations.json").read_bytes())
    return (
        timed(questions, lambda text: parts.search.search(asked(text), HITS), "search")
        | timed(questions, lambda text: session.answer(asked(text)), "answer")
        | follow_ups(session, conversations)
    )


def asked(text: str, history: Sequence[Turn] = ()) -> Question:
    return Question(text=text, libraries=(LIBRARY,), history=tuple(history))


def follow_ups(session: Session, conversations: Sequence[Sequence[str]]) -> dict[str, float]:
    """Returns what all turns but the first of each conversation take."""
    clock = Clock()
    for turns in conversations:
        history: list[Turn] = []
        for text in turns:
            question = asked(text, history)
            answer = clock.time(partial(session.answer, question)) if history else session.answer(question)
            history.append(Turn(text, abridged(answer)))
    return clock.measures("follow-up")


def main(step: str, work: str) -> None:
    settings = load_settings()
    quiet_dependencies(settings)
    articles = open_articles(settings.data_dir, seeds=False)
    articles.set_fact("seeded", "no")
    with open_session(settings, "benchmark", on_screen=True, articles=articles) as session:
        measures = {"index": index, "warm": warm}[step](session, Path(work))
    print(json.dumps(measures))


if __name__ == "__main__":
    main(*sys.argv[1:])
