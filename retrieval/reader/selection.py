"""From scored sentences to what is shown: which ones, in which order, and the short answer within them. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from retrieval.citations import Excerpt, Finding, joined
from retrieval.text.instructions import is_instruction
from retrieval.text.words import plain
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.scoring import Scored, Scores

MAX_SENTENCES = 3
MAX_CHARACTERS = 600
NEAR = 4.5  # in points (log-odds): how close to the best a further sentence must come to be shown
MAX_SHORT = 160  # characters
MAX_PART = 400  # of a sentence that is longer than all that is shown
_EXPLAINED = 8
_DEEDS = (
    "move|decision|plan|announcement|ruling|attack|incident|report|visit|deal|agreement|measure|proposal|law|bill|vote"
    "|statement|remarks?|comments?|news|change|law|order|result|case|study|findings?|offer|meeting|strike|claims?"
)
_CLAUSE_END = re.compile(r"(?<=[,;:)—–])\s+")
_WORD_END = re.compile(r"\s+")
_YES_OR_NO = re.compile(
    r"\W*(?:did|do|does|is|are|was|were|has|have|had|can|could|will|would|should)\b(?!.*\bor\b)", re.IGNORECASE
)  # "Is it hot or cold?" asks for one of them
# What opens a sentence that cannot be understood without the one before.
_ANAPHOR = re.compile(
    r"[“\"‘'(]?(?:(?:He|She|They|It|His|Her|Their|Its|These|Those|Such)\b|(?:This|That)(?! is\b| was\b)"
    rf"|The (?:{_DEEDS})\b(?! of\b| by\b| to\b| that\b))"
)


def select(scores: Scores, question: str) -> Finding:
    """The best sentence and those nearly as likely, best first, neighbours in one paragraph joined."""
    ranked = scores.ranked
    chosen = _near(islice(_distinct(ranked), MAX_SENTENCES), ranked)
    excerpts = joined(_within_limits(chosen))
    why = tuple(f"{s.probability:.2f} {s.candidate.text!r}: {s.reasons}" for s in ranked[:_EXPLAINED])
    short = short_answer(question, chosen[0]) if chosen else None
    confidence = scores.confidence if chosen else 0.0
    return Finding(tuple(excerpts), confidence, short, len(excerpts), why, scores.hits)


def excerpt(candidate: Candidate) -> Excerpt:
    return Excerpt(candidate.hit.library, candidate.hit.article, candidate.start, candidate.end)


def short_answer(question: str, scored: Scored) -> str | None:
    """The span that answers, where the question does not ask for yes or no and a few words are enough."""
    if scored.span is None or _YES_OR_NO.match(question):
        return None
    text = scored.candidate.hit.article.text[scored.span.start : scored.span.end]
    return text if len(text) <= MAX_SHORT and text != scored.candidate.text else None


def antecedent(candidate: Candidate) -> Excerpt | None:
    """The sentence before one that opens with "He" or "The move", and so names what is meant."""
    if not candidate.before or not _ANAPHOR.match(candidate.text) or is_instruction(plain(candidate.before)):
        return None
    article = candidate.hit.article
    start = article.text.rfind(candidate.before, 0, candidate.start)
    return Excerpt(candidate.hit.library, article, start, start + len(candidate.before))


def _distinct(ranked: Iterable[Scored]) -> Iterator[Scored]:
    """Each text once, however many articles carry it, but for what is meant for a machine that reads it."""
    texts: set[str] = set()
    for scored in map(_cut, ranked):
        if scored.candidate.text not in texts and not is_instruction(plain(scored.candidate.text)):
            texts.add(scored.candidate.text)
            yield scored


def _cut(scored: Scored) -> Scored:
    """A sentence that is longer than all that is shown, cut to the clauses around the span; others as they are."""
    whole, text = scored.candidate, scored.candidate.hit.article.text
    if len(whole.text) <= MAX_CHARACTERS:
        return scored
    span = scored.span
    if span is None or span.end - span.start > MAX_PART:
        span = Span(whole.start, whole.start)
    low = max(whole.start, min((span.start + span.end - MAX_PART) // 2, whole.end - MAX_PART))
    high = low + MAX_PART
    start = low if low == whole.start else _first_end(text, low, span.start)
    end = high if high == whole.end else _last_end(text, span.end, high)
    return replace(scored, candidate=replace(whole, start=start, end=end, before=""))


def _first_end(text: str, start: int, end: int) -> int:
    """Where the first clause of a stretch ends, or the first word if no clause does."""
    for border in (_CLAUSE_END, _WORD_END):
        if match := border.search(text, start, end):
            return match.end()
    return end


def _last_end(text: str, start: int, end: int) -> int:
    """Where the last whole clause of a stretch ends, or the last whole word if no clause does."""
    for border in (_CLAUSE_END, _WORD_END):
        if found := list(border.finditer(text, start, end)):
            return found[-1].start()
    return end


def _near(first: Iterable[Scored], ranked: Sequence[Scored]) -> list[Scored]:
    """The first, and those of the others that come near the best of all."""
    enough = max((scored.points for scored in ranked), default=0.0) - NEAR
    return [scored for i, scored in enumerate(first) if i == 0 or scored.points >= enough]


def _within_limits(chosen: Sequence[Scored]) -> list[Excerpt]:
    """The sentences, each after the one that it needs to be understood, as far as there is room."""
    shown: list[Excerpt] = []
    for scored in chosen:
        own = excerpt(scored.candidate)
        needed = antecedent(scored.candidate)
        for more in ([needed, own] if needed else [own], [own]):
            new = [e for e in more if e not in shown]
            if len(shown) + len(new) <= MAX_SENTENCES and _length([*shown, *new]) <= MAX_CHARACTERS:
                shown += new
                break
    return shown


def _length(excerpts: Sequence[Excerpt]) -> int:
    """Of all of them, one character apart."""
    return sum(e.end - e.start + 1 for e in excerpts) - 1


def near_best(points: NDArray[np.float64], order: NDArray[np.intp]) -> NDArray[np.intp]:
    """The rows that would be shown, of all in their order, by their points alone."""
    first = order[:MAX_SENTENCES]
    near = points[first] >= points.max() - NEAR
    near[0] = True
    return np.asarray(first[near])
