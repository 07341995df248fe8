"""From attributions to quotes: which spans are kept, of which kind they are, and who speaks. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.types import Quote, QuotedField, QuoteKind, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from retrieval.quotes.said import Said
    from retrieval.text.document import Document

    Naming = Callable[[Span, list[Quote]], str]


def composed(found: list[Said], marked: Document, naming: Naming, field: QuotedField = "text") -> list[Quote]:
    """The quotes of a text, in the order of their contents, whose spans nest or are disjoint.

    Args:
        found: what the text's sentences attribute.
        marked: the text.
        naming: who a mention means, given the quotes around it, the outermost first.
        field: of which the text is.
    """
    quotes: list[Quote] = []
    around: list[Quote] = []
    for said in _laminar(found):
        around = [quote for quote in around if quote.end > said.start]
        holding = [quote for quote in around if any(holds(part, said.content[0]) for part in quote.content)]
        name = naming(said.speaker, holding)
        kind = kind_of(said.content, marked)
        if kind == "direct" or all(quote.name != name for quote in holding):
            quotes.append(Quote(said.speaker, name, said.cue, said.content, kind, denied=said.denied, field=field))
            around.append(quotes[-1])
    return quotes


def kind_of(content: Iterable[Span], marked: Document) -> QuoteKind:
    """Direct where each part is one whole quotation, indirect where none holds a quotation."""
    inside = [(part, marked.quotations_in(part)) for part in content]
    if not any(quotations for _, quotations in inside):
        return "indirect"
    whole = all(len(q) == 1 and q[0].start == part.start and q[0].end >= part.end for part, q in inside)
    return "direct" if whole else "mixed"


def holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _laminar(found: list[Said]) -> list[Said]:
    """Attributions with their spans uncrossed, in order; a span that two claim is the first one's."""
    owner: dict[Span, int] = {}
    for at, said in enumerate(found):
        for part in said.content:
            owner.setdefault(part, at)
    uncrossed = _uncrossed(owner)
    kept = (
        replace(said, content=parts)
        for at, said in enumerate(found)
        if (parts := tuple(uncrossed[part] for part in said.content if owner[part] == at))
    )
    return sorted(kept, key=lambda said: (said.start, -said.content[0].end))


def _uncrossed(spans: Iterable[Span]) -> dict[Span, Span]:
    """Each span as it is kept: of two that cross, the first ends where the second begins."""
    kept: dict[Span, Span] = {}
    around: list[Span] = []  # those that have not ended
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        around = [outer for outer in around if kept[outer].end > span.start]
        for outer in around:
            if outer.start < span.start and kept[outer].end < span.end:
                kept[outer] = Span(outer.start, span.start)
        kept[span] = span
        around.append(span)
    return kept
