"""Texts of articles that were replaced by newer ones. They are shown, and never searched or answered from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.store.tables import FIELDS, READY, articles, revisions
from retrieval.text.dates import written_day
from retrieval.text.document import sentences
from retrieval.text.words import content_stems
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Citation

_MOST_WORDS = 0.6  # of the shorter of two sentences that tell the same thing otherwise
_FEWEST_WORDS = 2
MOST_KEPT = 20  # of an article, the newest


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier text of an article, and when a newer one took its place, in UTC."""

    number: int
    article: Article
    replaced: str


def keep_replaced(connection: sa.Connection, library: str, article_id: str) -> None:
    """Keeps the ready revision of an article, which is about to be replaced, and lets go of the oldest kept."""
    same = sa.and_(articles.c.library == library, articles.c.id == article_id, READY)
    now = sa.literal(dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))
    columns = ["library", "revision", "replaced", "digest", *FIELDS]
    told = (articles.c.library, articles.c.revision, now, articles.c.digest)
    standing = sa.select(*told, *(articles.c[name] for name in FIELDS))
    connection.execute(revisions.insert().from_select(columns, standing.where(same)))
    kept = sa.and_(revisions.c.library == library, revisions.c.id == article_id)
    newest = sa.select(revisions.c.revision).where(kept).order_by(revisions.c.revision.desc()).limit(MOST_KEPT)
    connection.execute(revisions.delete().where(kept, revisions.c.revision.not_in(newest.scalar_subquery())))


def forget(connection: sa.Connection, conditions: Sequence[sa.ColumnElement[bool]]) -> None:
    """Erases the earlier texts of the articles that the conditions name."""
    named = sa.select(articles.c.library, articles.c.id).where(*conditions)
    connection.execute(revisions.delete().where(sa.tuple_(revisions.c.library, revisions.c.id).in_(named)))


def earlier(engine: sa.Engine, library: str, article_id: str) -> list[Revision]:
    """Returns the earlier texts of an article that are kept, newest first."""
    query = (
        sa.select(revisions.c.revision, revisions.c.replaced, *(revisions.c[name] for name in FIELDS))
        .where(revisions.c.library == library, revisions.c.id == article_id)
        .order_by(revisions.c.revision.desc())
    )
    with engine.connect() as connection:
        return [Revision(number, Article(*fields), replaced) for number, replaced, *fields in connection.execute(query)]


def corrections(engine: sa.Engine, citations: Sequence[Citation]) -> list[str]:
    """Returns what earlier texts of the cited articles said in the place of what is cited, a sentence each.

    An earlier sentence is in the place of one with most of its words, and the article has it no more.
    """
    found: dict[tuple[str, str], str] = {}
    for citation in citations:
        article, place = citation.article, (citation.library, citation.article.id)
        if place in found:
            continue
        for revision in earlier(engine, *place):
            before = revision.article.text
            if citation.field != "text" or citation.quote in before:
                continue
            lost = [said for span in sentences(before) if (said := before[span.start : span.end]) not in article.text]
            if replaced := told_otherwise(citation.quote, lost):
                day = written_day(dt.date.fromisoformat((article.updated or revision.replaced)[:10]))
                found[place] = f"Corrected on {day}: an earlier text of “{article.title}” said: “{replaced}”"
                break
    return list(found.values())


def told_otherwise(said: str, lost: Sequence[str]) -> str | None:
    """Returns the sentence, of those that were lost, that told otherwise what is said now; None where none did."""
    from rapidfuzz import fuzz

    now = set(content_stems(said))
    otherwise = []
    for sentence in lost:
        before = set(content_stems(sentence))
        shared = len(now & before)
        if before - now and shared >= max(_FEWEST_WORDS, _MOST_WORDS * min(len(now), len(before))):
            otherwise.append(sentence)
    return max(otherwise, key=lambda sentence: fuzz.ratio(said, sentence), default=None)
