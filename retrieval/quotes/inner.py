"""Quotations inside quotations: who is quoting whom. Pure, by rules."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.quotes.attributions import attributions
from retrieval.quotes.clauses import Sentence
from retrieval.quotes.composing import composed
from retrieval.text.document import Document
from retrieval.types import Quote, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.quotes.people import People
    from retrieval.quotes.said import Said

_OUTER_MARK = re.compile(r"“|''|``|\"|‘|'")
_INNER_MARK = re.compile(r"[“\"‘'`]")


def quoted_within(text: str, outer: Quote, people: People) -> Iterator[Quote]:
    """What a speaker quotes others, or their own earlier words, as saying: only what stands between inner marks."""
    if outer.kind == "direct":
        for part in outer.content:
            yield from _quoted_in_part(text, part, outer, people)


def _quoted_in_part(text: str, part: Span, outer: Quote, people: People) -> list[Quote]:
    opening = _OUTER_MARK.match(text, part.start)
    start = opening.end() if opening else part.start
    inside = text[start : part.end - 1]
    if not _INNER_MARK.search(inside):
        return []
    marked = Document(inside)
    sentences = (Sentence(marked.narrative, span) for span in marked.sentences) if marked.quotations else ()
    found = [said for sentence in sentences for said in attributions(sentence) if _has_quotation(said, marked)]

    def naming(speaker: Span, _: list[Quote]) -> str:
        return people.named_within(_moved(speaker, start), outer.name)

    return [_placed(quote, start) for quote in composed(found, marked, naming)]


def _has_quotation(said: Said, marked: Document) -> bool:
    return any(marked.quotations_in(part) for part in said.content)


def _placed(quote: Quote, by: int) -> Quote:
    """A quote of a piece of text as one of the whole, in which the piece begins at `by`."""
    return replace(
        quote,
        speaker=_moved(quote.speaker, by),
        cue=quote.cue and _moved(quote.cue, by),
        content=tuple(_moved(part, by) for part in quote.content),
    )


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
