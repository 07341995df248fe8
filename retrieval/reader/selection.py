"""From scored sentences to what is shown: which ones, in which order, and the short answer within them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from retrieval.citations import Excerpt, joined
from retrieval.text.furniture import is_instruction
from retrieval.text.pronouns import needs_antecedent
from retrieval.text.questions import asks_yes_or_no
from retrieval.text.words import plain
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.scoring import ScoredCandidate

MAX_SENTENCES = 3
MAX_CHARACTERS = 600
NEAR = 4.5  # in points (log-odds): how close to the best a further sentence must come to be shown
MAX_SHORT = 160  # characters
MAX_PART = 400  # of a sentence that is longer than all that is shown
_CLAUSE_END = re.compile(r"(?<=[,;:)—–])\s+")
_WORD_END = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is shown of scored sentences, best first, neighbours in one paragraph joined.

    `short` is the span that answers, where a few words are enough.
    """

    excerpts: tuple[Excerpt, ...]
    short: str | None


def select(ranked: Sequence[ScoredCandidate], question: str) -> Selection:
    """Returns the best sentence and those nearly as likely, each after the one that it needs to be understood."""
    enough = max((scored.points for scored in ranked), default=0.0) - NEAR
    first = islice(_showable(ranked), MAX_SENTENCES)
    chosen = [scored for i, scored in enumerate(first) if i == 0 or scored.points >= enough]
    short = short_answer(question, chosen[0]) if chosen else None
    return Selection(tuple(joined(_within_limits(chosen))), short)


def near_best(points: NDArray[np.float64], order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Returns the rows that `select` would show of all in their order, by their points alone."""
    first = order[:MAX_SENTENCES]
    near = points[first] >= points.max() - NEAR
    near[0] = True
    return np.asarray(first[near])


def short_answer(question: str, scored: ScoredCandidate) -> str | None:
    """Returns the span that answers, where the question does not ask for yes or no and a few words are enough."""
    if scored.span is None or asks_yes_or_no(question):
        return None
    text = scored.candidate.hit.article.text[scored.span.start : scored.span.end]
    return text if len(text) <= MAX_SHORT and text != scored.candidate.text else None


def _showable(ranked: Sequence[ScoredCandidate]) -> Iterator[ScoredCandidate]:
    """Yields each text once, however many articles carry it, but for what is meant for a machine that reads it."""
    texts: set[str] = set()
    for scored in map(_cut, ranked):
        if scored.candidate.text not in texts and not is_instruction(plain(scored.candidate.text)):
            texts.add(scored.candidate.text)
            yield scored


def _cut(scored: ScoredCandidate) -> ScoredCandidate:
    """Returns a sentence too long to be shown cut to the clauses around its span; others as they are."""
    whole, text = scored.candidate, scored.candidate.hit.article.text
    if len(whole.text) <= MAX_CHARACTERS:
        return scored
    span = scored.span
    if span is None or span.end - span.start > MAX_PART:
        span = Span(whole.start, whole.start)
    low = max(whole.start, min((span.start + span.end - MAX_PART) // 2, whole.end - MAX_PART))
    high = low + MAX_PART
    start = low if low == whole.start else _border(text, low, span.start, last=False) or span.start
    end = high if high == whole.end else _border(text, span.end, high, last=True) or high
    return replace(scored, candidate=replace(whole, start=start, end=end, before=""))


def _border(text: str, start: int, end: int, *, last: bool) -> int | None:
    """Returns the first border of clauses in a stretch, or the last; of words where no clause ends there."""
    for pattern in (_CLAUSE_END, _WORD_END):
        if borders := list(pattern.finditer(text, start, end)):
            return borders[-1].start() if last else borders[0].end()
    return None


def _within_limits(chosen: Sequence[ScoredCandidate]) -> list[Excerpt]:
    """Returns the sentences, each after the one that it needs to be understood, as far as there is room."""
    shown: list[Excerpt] = []
    for scored in chosen:
        own, needed = scored.candidate.excerpt, antecedent(scored.candidate)
        for more in ([needed, own] if needed else [own], [own]):
            both = [*shown, *(excerpt for excerpt in more if excerpt not in shown)]
            characters = sum(excerpt.end - excerpt.start + 1 for excerpt in both) - 1  # one between them
            if len(both) <= MAX_SENTENCES and characters <= MAX_CHARACTERS:
                shown = both
                break
    return shown


def antecedent(candidate: Candidate) -> Excerpt | None:
    """Returns the sentence before one that opens with "He" or "The move", and so names what is meant."""
    needed = candidate.before and needs_antecedent(candidate.text) and not is_instruction(plain(candidate.before))
    if not needed:
        return None
    article = candidate.hit.article
    start = article.text.rfind(candidate.before, 0, candidate.start)
    return Excerpt(candidate.hit.library, article, start, start + len(candidate.before))
