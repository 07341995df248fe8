"""What may answer: the sentences of the hits. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.document import sentences
from retrieval.text.furniture import byline_of
from retrieval.text.sentences import is_run
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Hit


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit, `hit.article.text[start:end]`, with its neighbours in the article ("" at its ends)."""

    hit: Hit
    rank: int
    start: int
    end: int
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        return self.hit.article.text[self.start : self.end]

    @property
    def context(self) -> str:
        return f"{self.before} {self.text} {self.after}"


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Returns every sentence of the hits once, at the rank of the first hit that holds it.

    Who wrote an article is none, nor is a run of repeats.
    """
    found: dict[tuple[str, str, int], Candidate] = {}
    for rank, hit in enumerate(hits, start=1):
        text = hit.article.text
        spans = sentences(text, Span(hit.start, hit.end))
        around = ["", *(text[span.start : span.end] for span in spans), ""]
        for i, span in enumerate(spans):
            if byline_of(text[span.start : span.end]) or is_run(text[span.start : span.end]):
                continue
            candidate = Candidate(hit, rank, span.start, span.end, around[i], around[i + 2])
            found.setdefault((hit.library, hit.article.id, span.start), candidate)
    return list(found.values())
