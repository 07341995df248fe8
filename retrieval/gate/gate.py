"""One sentence at a time, so that a stream can be gated; it fails closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, joined
from retrieval.gate.claims import Claim
from retrieval.gate.records import Draft, Dropped, Kept
from retrieval.gate.sources import known, lines
from retrieval.gate.support import judge, shipped_weights
from retrieval.text.instructions import is_addressed, is_fragment, unfit
from retrieval.text.words import plain, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.gate.support import Verdict, Weights
    from retrieval.types import Hit


class Gate:
    """Holds sentences to passages."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or shipped_weights()

    def check(self, draft: Draft, passages: Sequence[Hit]) -> Kept | Dropped:
        """The sentence with what supports it, in a cited passage or else in another one; or why it falls."""
        try:
            return self._checked(draft, passages)
        except Exception:  # noqa: BLE001  (whatever goes wrong, what was not checked is not shown)
            return Dropped(draft.text, "it could not be checked")

    def _checked(self, draft: Draft, passages: Sequence[Hit]) -> Kept | Dropped:
        if reason := unfit(draft.text):
            return Dropped(draft.text, reason)
        small = frozenset[str]().union(*(known(hit.article).small for hit in passages))
        claim = Claim.of(draft.text, small)
        if is_fragment(claim.text):
            return Dropped(draft.text, "it is no sentence")
        if is_addressed(claim.text) and not any(_is_verbatim(claim, hit) for hit in passages):
            return Dropped(draft.text, "it speaks of itself or to the reader")
        return self._supported(draft, claim, passages)

    def _supported(self, draft: Draft, claim: Claim, passages: Sequence[Hit]) -> Kept | Dropped:
        cited = [n - 1 for n in dict.fromkeys(draft.cited) if 1 <= n <= len(passages)]
        first: Verdict | None = None
        for group in _groups(cited, len(passages)):
            hits = [passages[n] for n in group]
            verdict = judge(claim, [line for hit in hits for line in lines(hit)], hits, self._weights)
            if verdict and verdict.reason is None:
                return Kept(draft.text, _excerpts(verdict), recited=not set(group) <= set(cited))
            first = first or verdict
        return Dropped(draft.text, (first and first.reason) or ("no passage is near" if passages else "no passage"))


def _groups(cited: Sequence[int], passages: int) -> Iterator[tuple[int, ...]]:
    """What is asked for support, in order: each cited passage, those together, then each of the others."""
    yield from ((n,) for n in cited)
    if len(cited) > 1:
        yield tuple(cited)
    yield from ((n,) for n in range(passages) if n not in cited)


def _is_verbatim(claim: Claim, hit: Hit) -> bool:
    own = [word.text for word in claim.words]
    return any(own == [word.text for word in words(plain(line.text))] for line in lines(hit))


def _excerpts(verdict: Verdict) -> tuple[Excerpt, ...]:
    return tuple(joined([Excerpt(line.hit.library, line.hit.article, line.start, line.end) for line in verdict.lines]))
