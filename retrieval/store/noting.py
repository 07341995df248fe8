"""Writes quotations down, with the revision of an article that they are of.

Beside its spans a row holds what it is found by: `speaker`, the key of its name (see `speakers`; NULL for a pronoun
that stayed one), `surname` where the name is one and not "a voter", `alias` and `mention`, the mention's key and its
words where it is a name, and `words`, the stems of what was said and of the sentences it stands in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from retrieval.quotes import quotes as extract
from retrieval.quotes.speakers import is_name, name_key, surname, tidy
from retrieval.store.database import writing
from retrieval.store.tables import READY, STORED, StoredArticle, articles, quotes, stored_article
from retrieval.text.sentences import sentences
from retrieval.text.words import content_stems, stem_set
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.types import Article, Quote

EXTRACTION = 2  # raised whenever `quotes` finds others: what an older one found is then replaced
_WAITING = (READY, articles.c.quoted < EXTRACTION)


def note(engine: sa.Engine, stored: Sequence[StoredArticle]) -> int:
    """Find the quotations of these revisions and write them in place of any that are there; returns how many.

    One transaction, and it can be repeated. A revision whose row is gone meanwhile is left out.
    """
    rows = {one.key: list(_rows(one)) for one in stored}
    with writing(engine).begin() as connection:
        there = connection.execute(sa.select(articles.c.key).where(articles.c.key.in_(rows))).scalars().all()
        connection.execute(quotes.delete().where(quotes.c.key.in_(there)))
        if found := [row for key in there for row in rows[key]]:
            connection.execute(quotes.insert(), found)
        connection.execute(articles.update().where(articles.c.key.in_(there)).values(quoted=EXTRACTION))
    return len(found)


def count_waiting(engine: sa.Engine) -> int:
    """How many ready articles have no quotations yet, or those that an older version found."""
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(articles).where(*_WAITING)).scalar_one()


def waiting(engine: sa.Engine, limit: int) -> list[StoredArticle]:
    """Some of those articles."""
    query = STORED.where(*_WAITING).limit(limit)
    with engine.connect() as connection:
        return [stored_article(row) for row in connection.execute(query)]


def _rows(stored: StoredArticle) -> Iterator[dict[str, Any]]:
    article = stored.article
    spans = sentences(article.text)
    for ordinal, quote in enumerate(extract(article)):
        cue = quote.cue
        yield {
            "key": stored.key,
            "ordinal": ordinal,
            "field": quote.field,
            "speaker_start": quote.speaker.start,
            "speaker_end": quote.speaker.end,
            "cue_start": cue and cue.start,
            "cue_end": cue and cue.end,
            "content": [(span.start, span.end) for span in quote.content],
            "kind": quote.kind,
            "denied": quote.denied,
            "name": quote.name,
            "description": quote.description,
            **_found_by(article, quote, spans),
        }


def _found_by(article: Article, quote: Quote, spans: Sequence[Span]) -> dict[str, str | None]:
    text: str = getattr(article, quote.field)
    mention = tidy(text[quote.speaker.start : quote.speaker.end])
    named = is_name(mention)
    return {
        "speaker": (key := name_key(quote.name)) or None,
        "surname": surname(key) if is_name(quote.name) else None,
        "alias": name_key(mention) if named else None,
        "mention": mention if named else None,
        "words": _words(text, quote, spans if quote.field == "text" else [Span(0, len(text))], mention),
    }


def _words(text: str, quote: Quote, spans: Sequence[Span], mention: str) -> str:
    """The stems, each between blanks, of what was said and of its sentences, there without speaker and cue."""
    said = " ".join(text[span.start : span.end] for span in quote.content)
    around = " ".join(text[span.start : span.end] for span in spans if _overlap(span, quote))
    cue = text[quote.cue.start : quote.cue.end] if quote.cue else ""
    stems = {*content_stems(said), *(set(content_stems(around)) - stem_set(f"{quote.name} {mention} {cue}"))}
    return f" {' '.join(sorted(stems))} "


def _overlap(span: Span, quote: Quote) -> bool:
    return span.start < quote.end and quote.start < span.end
