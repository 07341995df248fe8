"""The questions that the articles did not answer, for whoever chooses what to add: what was asked, never by whom.

One that is asked again is counted up, one that is answered at last is taken out. Any process may read and clear them.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from retrieval.store.database import checkpoint, encodable, writing
from retrieval.store.tables import READY, STANDS, articles, unanswered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Answer, Hit, Question

MOST = 1_000  # that are kept of a library, the newest
_LONGEST = 2_000  # characters of a question that are kept


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question, made standalone, as it was asked last.

    `nearest` is the title of the article that came nearest, None where none did or it is not there any more.
    """

    library: str
    question: str
    asked: dt.date
    times: int
    nearest: str | None


def note(engine: sa.Engine, question: Question, answer: Answer) -> None:
    """Count a question that was refused; take out one that is answered now.

    It belongs to the first library it was asked of, which on Discord is the server's own. Where it was narrowed to some
    articles a refusal is not counted, for the others may well say.
    """
    asked = encodable(answer.standalone_question)[:_LONGEST]
    for library in question.libraries[:1]:
        same = sa.and_(unanswered.c.library == library, unanswered.c.words == _words(asked))
        if answer.answered:
            _take_out(engine, same)
        elif not question.filters:
            nearest = _key(answer.trace.hits[0]) if answer.trace.hits else None
            row = {"library": library, "words": _words(asked), "question": asked, "asked": question.asked.isoformat()}
            _count(engine, same, row | {"nearest": nearest})


def listing(engine: sa.Engine, libraries: Sequence[str], *, most_asked: bool = False) -> list[Unanswered]:
    """Those of the libraries, newest first, or those that were asked most often."""
    nearest = sa.select(articles.c.title).where(articles.c.key == unanswered.c.nearest, STANDS).scalar_subquery()
    columns = (*(unanswered.c[name] for name in ("library", "question", "asked", "times")), nearest)
    order = [*([unanswered.c.times.desc()] if most_asked else []), unanswered.c.key.desc()]
    query = sa.select(*columns).where(unanswered.c.library.in_(libraries)).order_by(*order)
    with engine.connect() as connection:
        return [
            Unanswered(library, question, dt.date.fromisoformat(asked), times, title)
            for library, question, asked, times, title in connection.execute(query)
        ]


def clear(engine: sa.Engine, libraries: Sequence[str]) -> int:
    """Delete those of the libraries, also from the write-ahead log; returns how many there were."""
    with writing(engine).begin() as connection:
        count = connection.execute(unanswered.delete().where(unanswered.c.library.in_(libraries))).rowcount
    checkpoint(engine)
    return count


def _words(question: str) -> str:
    """What two questions share that differ in case, blanks and punctuation alone."""
    return " ".join(re.findall(r"\w+", question.casefold()))


def _take_out(engine: sa.Engine, same: sa.ColumnElement[bool]) -> None:
    with engine.connect() as connection:  # most were never refused, and need no write
        known = connection.execute(sa.select(sa.exists().where(same))).scalar_one()
    if known:
        with writing(engine).begin() as connection:
            connection.execute(unanswered.delete().where(same))


def _count(engine: sa.Engine, same: sa.ColumnElement[bool], row: dict[str, Any]) -> None:
    """Written anew, a row has the highest key, so that keys are in the order of asking."""
    with writing(engine).begin() as connection:
        before = connection.execute(sa.select(unanswered.c.times).where(same)).scalar() or 0
        connection.execute(unanswered.delete().where(same))
        connection.execute(unanswered.insert().values(**row, times=before + 1))
        kept = sa.select(unanswered.c.key).where(unanswered.c.library == row["library"])
        too_many = kept.order_by(unanswered.c.key.desc()).offset(MOST)
        connection.execute(unanswered.delete().where(unanswered.c.key.in_(too_many)))


def _key(hit: Hit) -> sa.ScalarSelect[int | None]:
    """The revision that was found: with its row goes what is told of it."""
    found = sa.and_(articles.c.library == hit.library, articles.c.id == hit.article.id, READY)
    return sa.select(articles.c.key).where(found).scalar_subquery()
