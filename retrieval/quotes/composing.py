"""From attributions to quotes: which spans are kept, of which kind they are, who speaks, and who reports it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.text.lexicon import words
from retrieval.text.words import stem, stem_set
from retrieval.types import Quote, QuotedField, QuoteKind, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from retrieval.text.document import Document
    from retrieval.types import StoredQuote

    Naming = Callable[[Span, list[Quote]], str]

# What gives a source and no speaker: "..., Lee said, according to the newspaper".
_REPORTING_CUES = frozenset(map(stem, ["according", "report", "cite", "quote"]))
_SOURCE_CUES = _REPORTING_CUES | frozenset(map(stem, ["write", "publish"]))
_OUTLETS = words("news_outlets")


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a text attributes, before it is known who is meant; a content that the cue parts has a span for each part.

    `denied` where the cue is negated: the speaker did not say it. `verbatim` where these are the very words without
    quotation marks, as in a transcript; not `spoken` where it is what the speaker holds, wants or does.
    """

    speaker: Span
    cue: Span | None
    content: tuple[Span, ...]
    denied: bool = False
    verbatim: bool = False
    spoken: bool = True

    @property
    def start(self) -> int:
        return self.content[0].start

    @property
    def end(self) -> int:
        return self.content[-1].end

    def holds_quotation(self, read: Document) -> bool:
        return any(map(read.quotations_in, self.content))

    def kind(self, read: Document) -> QuoteKind:
        """Returns "direct" where each part is one whole quotation, "mixed" where one is in it; else how it is told."""
        if self.verbatim:
            return "direct"
        if not self.holds_quotation(read):
            return "indirect" if self.spoken else "attitude"
        inside = ((part, read.quotations_in(part)) for part in self.content)
        whole = all(len(q) == 1 and q[0].start == part.start and q[0].end >= part.end for part, q in inside)
        return "direct" if whole else "mixed"


def composed(found: list[Attribution], read: Document, naming: Naming, field: QuotedField = "text") -> list[Quote]:
    """Returns the quotes of a text, in the order of their contents, whose spans nest or are disjoint.

    Args:
        found: what the text's sentences attribute.
        read: the text.
        naming: who a mention means, given the quotes around it, the outermost first.
        field: of which the text is.
    """
    quotes: list[Quote] = []
    around: list[Quote] = []
    for said in _laminar(found):
        around = [quote for quote in around if quote.end > said.start]
        holding = [quote for quote in around if is_within(said.content[0], quote.content)]
        name, kind = naming(said.speaker, holding), said.kind(read)
        if kind == "direct" or all(quote.name != name for quote in holding):
            quotes.append(Quote(said.speaker, name, said.cue, said.content, kind, denied=said.denied, field=field))
            around.append(quotes[-1])
    return quotes


def holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def is_within(inner: Span, wholes: Iterable[Span]) -> bool:
    return any(holds(whole, inner) for whole in wholes)


def _laminar(found: list[Attribution]) -> list[Attribution]:
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


def only_reports(quote: Quote, quotes: Iterable[Quote], text: str) -> bool:
    """Tells whether a speaker is the source of another's words and says none: "..., Lee said, according to CNN"."""
    others = (other for other in quotes if other.field == quote.field and other.name != quote.name)
    holds_others = any(is_within(part, quote.content) for other in others for part in other.content)
    return holds_others and not _cue_stems(quote, text).isdisjoint(_REPORTING_CUES)


def _cue_stems(quote: Quote, text: str) -> frozenset[str]:
    return stem_set(text[quote.cue.start : quote.cue.end]) if quote.cue else frozenset()


def reports_of_others(said: StoredQuote) -> bool:
    """Tells whether an outlet only reports what happened or what others say: "Reuters reported that it rained"."""
    is_outlet = not _OUTLETS.isdisjoint(said.quote.name.lower().split())
    return is_outlet and not _cue_stems(said.quote, said.field_text).isdisjoint(_SOURCE_CUES)


def reporter(said: StoredQuote) -> Quote | None:
    """Returns the smallest quotation of another speaker, who is no mere source, in whose words this one stands."""
    own = said.quote
    others = (other for other in said.around if other.field == own.field and other.name != own.name)
    holding = [
        other
        for other in others
        if other.content != own.content
        and all(is_within(part, other.content) for part in own.content)
        and _cue_stems(other, said.field_text).isdisjoint(_SOURCE_CUES)
    ]
    return min(holding, key=lambda other: other.end - other.start, default=None)
