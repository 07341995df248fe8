"""Holds a model's sentences to passages, one at a time, so that a stream can be gated; it fails closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, joined
from retrieval.gate.claims import Claim, analysed, evidence
from retrieval.gate.support import CHECKS, judge, shared, shipped_model
from retrieval.text.boilerplate import is_addressed, is_fragment, unfit
from retrieval.text.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from retrieval.gate.support import Check, Judgement, SupportModel
    from retrieval.types import Hit


@dataclass(frozen=True, slots=True)
class Draft:
    """One sentence that a model wrote, its markers removed, with the numbers of the passages it cited.

    Numbers count from 1 and may be out of range.
    """

    text: str
    cited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence that passed, with the shortest runs of whole sentences that support it.

    Attributes:
        recited: whether the support was found in another passage than the cited ones.
    """

    text: str
    excerpts: tuple[Excerpt, ...]
    recited: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that fell, and why, in one short phrase.

    Attributes:
        passage: the number of the passage that the reason tells of, cited or else the nearest; 0 where none is.
    """

    text: str
    reason: str
    passage: int = 0


class Gate:
    """Holds sentences to passages."""

    def __init__(self, model: SupportModel | None = None, checks: Mapping[str, Check] = CHECKS) -> None:
        self._model = model or shipped_model()
        self._checks = checks

    def check(self, draft: Draft, passages: Sequence[Hit], question: str = "") -> Kept | Dropped:
        """Returns the sentence with what supports it, in a cited passage or else in another one; or why it falls.

        A sentence that says little by itself ("12 people.") is judged with the question that it answers.

        Example:
            `Gate().check(Draft("Fares rise by 12%.", cited=(1,)), hits)`
        """
        try:
            lower_case = frozenset[str]().union(*(analysed(hit.article).lower_case for hit in passages))
            claim = Claim.of(draft.text, lower_case, question)
            if reason := unfit(draft.text) or ("" if passages else "no passage") or _ill_formed(claim, passages):
                return Dropped(draft.text, reason)
            return self._supported(draft, claim, passages)
        except Exception:  # noqa: BLE001  (whatever goes wrong, what was not checked is not shown)
            return Dropped(draft.text, "it could not be checked")

    def _supported(self, draft: Draft, claim: Claim, passages: Sequence[Hit]) -> Kept | Dropped:
        tried: list[tuple[bool, float, Judgement]] = []
        for group, is_cited in _groups(draft, passages):
            sentences = [sentence for hit in group for sentence in evidence(hit)]
            judgement = judge(claim, sentences, self._model, self._checks)
            if judgement and judgement.reason is None:
                own = [Excerpt(each.hit.library, each.hit.article, each.start, each.end) for each in judgement.evidence]
                return Kept(draft.text, tuple(joined(own)), recited=not is_cited)
            if judgement:
                tried.append((is_cited, shared(claim, judgement.evidence), judgement))
        nearest = max(tried, key=lambda each: each[:2], default=None)
        if nearest is None:
            return Dropped(draft.text, "no passage is near")
        _, _, judgement = nearest
        return Dropped(draft.text, judgement.reason or "", 1 + passages.index(judgement.evidence[0].hit))


def _ill_formed(claim: Claim, passages: Sequence[Hit]) -> str | None:
    """Returns why a sentence tells no news, unless it stands so in a passage."""
    if claim.is_empty:
        return "it says nothing by itself"
    if is_fragment(claim.text) and not claim.question:
        return "it is no sentence"
    own = [word.text for word in claim.words]
    is_verbatim = (own == [w.text for w in words(sentence.text)] for hit in passages for sentence in evidence(hit))
    if is_addressed(claim.text) and not any(is_verbatim):
        return "it speaks of itself or to the reader"
    return None


def _groups(draft: Draft, passages: Sequence[Hit]) -> Iterator[tuple[list[Hit], bool]]:
    """Yields what is asked for support, and whether it was cited: each cited passage, those together, each other."""
    cited = [n - 1 for n in dict.fromkeys(draft.cited) if 1 <= n <= len(passages)]
    yield from (([passages[n]], True) for n in cited)
    if len(cited) > 1:
        yield [passages[n] for n in cited], True
    yield from (([hit], False) for n, hit in enumerate(passages) if n not in cited)
