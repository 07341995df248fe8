"""One sentence at a time, so that a stream can be gated; it fails closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.citations import Excerpt
from retrieval.gate.records import Draft, Dropped, Gated, Kept
from retrieval.language.words import content_stems, stem_set
from retrieval.passages import sentences
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.reader.spans import SpanModel
    from retrieval.types import Hit

LEAST_COVERED = 0.7
LEAST_KEPT = 0.5  # of the sentences; below, the answer is no longer what was written


class Gate:
    """Holds sentences to passages."""

    def __init__(self, model: SpanModel) -> None:
        self._model = model

    def check(self, draft: Draft, passages: Sequence[Hit]) -> Kept | Dropped:
        """The sentence with what supports it, in a cited passage or else in another one; or why it falls."""
        try:
            return self._checked(draft, passages)
        except Exception:  # noqa: BLE001  (whatever goes wrong, what was not checked is not shown)
            return Dropped(draft.text, "it could not be checked")

    def check_all(self, drafts: Sequence[Draft], passages: Sequence[Hit]) -> Gated:
        checked = [self.check(draft, passages) for draft in drafts]
        kept = tuple(each for each in checked if isinstance(each, Kept))
        return Gated(kept, tuple(each for each in checked if isinstance(each, Dropped)))

    def _checked(self, draft: Draft, passages: Sequence[Hit]) -> Kept | Dropped:
        cited = [n - 1 for n in dict.fromkeys(draft.cited) if 1 <= n <= len(passages)]
        others = [n for n in range(len(passages)) if n not in cited]
        for n in (*cited, *others):
            if excerpt := _support(draft.text, passages[n]):
                return Kept(draft.text, (excerpt,), recited=n not in cited)
        return Dropped(draft.text, "no passage supports it" if passages else "there is no passage")


def too_little(gated: Gated) -> bool:
    """Whether so much fell that the reader's answer is to be given instead."""
    total = len(gated.kept) + len(gated.dropped)
    return not gated.kept or len(gated.kept) < LEAST_KEPT * total


def _support(text: str, hit: Hit) -> Excerpt | None:
    wanted = content_stems(text)
    for span in sentences(hit.article.text, Span(hit.start, hit.end)):
        known = stem_set(hit.article.text[span.start : span.end])
        if wanted and sum(term in known for term in wanted) >= LEAST_COVERED * len(wanted):
            return Excerpt(hit.library, hit.article, span.start, span.end)
    return None
