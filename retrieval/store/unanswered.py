"""The questions that the articles did not answer, for whoever chooses what to add: what was asked, never by whom.

One that is asked again is counted up, one that is answered at last is taken out. Any process may read and clear them.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.store.database import checkpoint, writing
from retrieval.store.tables import READY, STANDS, articles, unanswered
from retrieval.types import encodable

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
    """Counts a question that was refused; takes out one that is answered now.

    It belongs to the first library it was asked of, which on Discord is the server's own. Where it was narrowed to some
    articles a refusal is not counted, for the others may well say.
    """
    asked = encodable(answer.standalone_question)[:_LONGEST]
    words = " ".join(re.findall(r"\w+", asked.casefold()))  # questions alike but for case, blanks, punctuation are one
    for library in question.libraries[:1]:
        same = sa.and_(unanswered.c.library == library, unanswered.c.words == words)
        if answer.answered:
            with engine.connect() as connection:  # most were never refused, and need no write
                was_refused = connection.execute(sa.select(sa.exists().where(same))).scalar_one()
            if was_refused:
                with writing(engine).begin() as connection:
                    connection.execute(unanswered.delete().where(same))
        elif not question.filters:
            row = {"library": library, "words": words, "question": asked, "asked": question.asked.isoformat()}
            _count(engine, same, row, answer.trace.hits[:1])


def _count(engine: sa.Engine, same: sa.ColumnElement[bool], row: dict[str, str], nearest: Sequence[Hit]) -> None:
    """Writes a row anew, so that it has the highest key and keys are in the order of asking.

    It names the revision that came nearest; with that one's row goes what is told of it.
    """
    keys = [
        sa.select(articles.c.key)
        .where(articles.c.library == hit.library, articles.c.id == hit.article.id, READY)
        .scalar_subquery()
        for hit in nearest
    ]
    with writing(engine).begin() as connection:
        before = connection.execute(sa.select(unanswered.c.times).where(same)).scalar() or 0
        connection.execute(unanswered.delete().where(same))
        connection.execute(unanswered.insert().values(**row, nearest=next(iter(keys), None), times=before + 1))
        kept = sa.select(unanswered.c.key).where(unanswered.c.library == row["library"])
        too_many = kept.order_by(unanswered.c.key.desc()).offset(MOST)
        connection.execute(unanswered.delete().where(unanswered.c.key.in_(too_many)))


def listing(engine: sa.Engine, libraries: Sequence[str], *, most_asked: bool = False) -> list[Unanswered]:
    """Returns those of the libraries, newest first, or those that were asked most often."""
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
    """Deletes those of the libraries, also from the write-ahead log; returns how many there were."""
    with writing(engine).begin() as connection:
        count = connection.execute(unanswered.delete().where(unanswered.c.library.in_(libraries))).rowcount
    checkpoint(engine)
    return count
