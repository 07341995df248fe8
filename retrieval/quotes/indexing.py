"""Finds the quotations of stored articles and hands them to the store, with what they are to be found by."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from retrieval.quotes.composing import only_reports, reports_of_others
from retrieval.quotes.extraction import quotes
from retrieval.store import quotes as store
from retrieval.text.document import sentences
from retrieval.text.name_matching import is_name, name_key, tidy
from retrieval.text.names import surname
from retrieval.text.words import content_stems, stem_set
from retrieval.types import StoredQuote

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from retrieval.store.tables import StoredArticle
    from retrieval.types import Hit, Quote, Span

EXTRACTION = 26  # raised whenever `quotes` finds others: what an older one found is then replaced


def index_quotes(engine: sa.Engine, revisions: Sequence[StoredArticle]) -> int:
    """Finds the quotations of these revisions and stores them in place of any that are there; returns how many.

    It can be repeated. A revision whose row is gone meanwhile is left out.
    """
    found = {
        revision.key: [_searchable(said, spans) for said in said_in(revision)]
        for revision in revisions
        for spans in [sentences(revision.article.text)]
    }
    return store.write_quotes(engine, found, EXTRACTION)


def said_in(revision: StoredArticle) -> list[StoredQuote]:
    """Returns the quotations of a revision; who is only the source of another's words is no speaker."""
    known = quotes(revision.article)
    parts = sorted((quote.field, part.start, at) for at, quote in enumerate(known) for part in quote.content)

    def beginning_within(quote: Quote) -> list[Quote]:
        ends = (bisect_left(parts, (quote.field, place)) for place in (quote.start, quote.end))
        return [known[at] for _, _, at in parts[slice(*ends)]]

    found = (StoredQuote(revision.library, revision.key, revision.article, quote) for quote in known)
    return [said for said in found if not only_reports(said.quote, beginning_within(said.quote), said.field_text)]


def count_unquoted(engine: sa.Engine) -> int:
    """Counts the ready articles whose quotations are still to be found, or to be found anew."""
    return store.count_unquoted(engine, EXTRACTION)


def unquoted(engine: sa.Engine, limit: int) -> list[StoredArticle]:
    """Returns some of those articles."""
    return store.unquoted(engine, EXTRACTION, limit)


def differing(engine: sa.Engine, revisions: Sequence[StoredArticle]) -> list[StoredArticle]:
    """Returns those of some revisions whose stored quotations are not those that are found in them."""
    stored = store.quotes_of(engine, [revision.key for revision in revisions])
    outdated = {revision.key for revision in unquoted(engine, len(stored) + 1)}
    return [
        revision
        for revision in revisions
        if revision.key not in outdated and stored[revision.key] != [said.quote for said in said_in(revision)]
    ]


def index_quotes_of_hits(engine: sa.Engine, hits: Sequence[Hit]) -> int:
    """Finds the quotations of the articles of some hits before those of others, where they are still to be found."""
    revisions = store.unquoted(engine, EXTRACTION, among=hits)
    return index_quotes(engine, revisions) if revisions else 0


def _searchable(said: StoredQuote, spans: Sequence[Span]) -> store.SearchableQuote:
    quote = said.quote
    mention = tidy(said.mention)
    named = is_name(mention)
    key = name_key(quote.name)
    own = stem_set(f"{quote.name} {mention} {said.cue}")
    beside = [said.slice(span) for span in spans if span.start < quote.end and quote.start < span.end]
    around = said.field_text if quote.field == "title" else " ".join(beside)  # the sentences that it stands in
    stems = {*content_stems(said.text), *(set(content_stems(around)) - own)}
    return store.SearchableQuote(
        quote,
        speaker=key or None,
        surname=surname(key.split()) if is_name(quote.name) and not reports_of_others(said) else None,
        alias=name_key(mention) if named else None,
        mention=mention if named else None,
        words=f" {' '.join(sorted(stems))} ",
    )
