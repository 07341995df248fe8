"""From quotations to the whole sentences that hold them. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, whole_field
from retrieval.reader.candidates import Candidate
from retrieval.text.document import sentences, sentences_holding
from retrieval.types import Hit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.types import StoredQuote

Place = tuple[str, str, str, int]  # library, article, field, start


def utterances(said: Iterable[StoredQuote]) -> list[Excerpt]:
    """The sentences that hold the quotations, each once: article by article as they come, in the order of the text."""
    return [
        excerpt
        for _, same in groupby(said, key=lambda one: (one.library, one.key))
        for excerpt in _of_article(list(same))
    ]


def _of_article(said: Sequence[StoredQuote]) -> Iterator[Excerpt]:
    library, article = said[0].library, said[0].article
    title = whole_field(library, article, "title")
    if title and any(one.quote.field == "title" for one in said):
        yield title
    parts = [part for one in said if one.quote.field == "text" for part in one.quote.content]
    for sentence in sentences_holding(article.text, parts) if parts else ():
        yield Excerpt(library, article, sentence.start, sentence.end)


def place(excerpt: Excerpt) -> Place:
    return excerpt.library, excerpt.article.id, excerpt.field, excerpt.start


def as_candidates(found: Sequence[Excerpt], hits: Sequence[Hit]) -> list[Candidate]:
    """The sentences of texts as the scorer takes them, with their neighbours and the hit they are of, if they are."""
    by_article: dict[tuple[str, str], list[tuple[int, Hit]]] = {}
    for rank, hit in enumerate(hits, start=1):
        by_article.setdefault((hit.library, hit.article.id), []).append((rank, hit))
    split: dict[tuple[str, str], list[Span]] = {}
    pool = []
    for one in (one for one in found if one.field == "text"):
        key = one.library, one.article.id
        spans = split.get(key) or split.setdefault(key, sentences(one.article.text))
        unfound = Hit(one.library, one.article, one.start, one.end, 0.0)
        ranked = by_article.get(key) or [(len(hits) + len(split), unfound)]
        pool.append(_candidate(one, spans, ranked))
    return pool


def _candidate(one: Excerpt, spans: Sequence[Span], ranked: Sequence[tuple[int, Hit]]) -> Candidate:
    """With the hit that holds the sentence, or else the first of its article."""
    holding = ((rank, hit) for rank, hit in ranked if hit.start <= one.start and one.end <= hit.end)
    rank, hit = next(holding, ranked[0])
    text = one.article.text
    around = ["", *(text[span.start : span.end] for span in spans), ""]
    at = next((i for i, span in enumerate(spans) if span.start == one.start), None)
    before, after = ("", "") if at is None else (around[at], around[at + 2])
    return Candidate(hit, rank, one.start, one.end, before, after)
