"""From scored sentences to what is shown: which ones, in which order, and the short answer within them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.citations import Excerpt, Finding, joined
from retrieval.reader.answer_type import SHORT_KINDS, fitting_spans, kind_asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from retrieval.reader.evidence import Candidate
    from retrieval.reader.scoring import Scored, Scores

MAX_SENTENCES = 3
MAX_CHARACTERS = 600
NEAR = 2.0  # in points (log-odds): how close to the best a further sentence must come to be shown
_EXPLAINED = 8


def select(scores: Scores, question: str) -> Finding:
    """The best sentence and those nearly as likely, best first, neighbours in one paragraph joined."""
    chosen = _within_limits(_distinct(scores.ranked))
    excerpts = joined([excerpt(scored.candidate) for scored in chosen])
    why = tuple(f"{s.probability:.2f} {s.candidate.text!r}: {s.reasons}" for s in scores.ranked[:_EXPLAINED])
    short = next(filter(None, (short_answer(question, scored.candidate.text) for scored in chosen)), None)
    return Finding(tuple(excerpts), scores.confidence if chosen else 0.0, short, len(excerpts), why)


def excerpt(candidate: Candidate) -> Excerpt:
    return Excerpt(candidate.hit.library, candidate.hit.article, candidate.start, candidate.end)


def short_answer(question: str, sentence: str) -> str | None:
    """The span of the kind asked for, where the sentence holds just one such; None where several could be meant.

    Of single ones 65 to 84 % are the answer, by kind; of the nearest among several, half or less.
    """
    kind = kind_asked(question)
    spans = fitting_spans(kind, sentence, question) if kind in SHORT_KINDS else []
    found = {sentence[span.start : span.end] for span in spans}
    return found.pop() if len(found) == 1 else None


def _distinct(ranked: Iterable[Scored]) -> list[Scored]:
    """Each text once, however many articles carry it; none that is longer than an answer."""
    texts: dict[str, Scored] = {}
    for scored in ranked:
        if len(scored.candidate.text) <= MAX_CHARACTERS:
            texts.setdefault(scored.candidate.text, scored)
    return list(texts.values())


def _within_limits(ranked: Sequence[Scored]) -> list[Scored]:
    chosen: list[Scored] = []
    room = MAX_CHARACTERS
    for scored in ranked[:MAX_SENTENCES]:
        length = len(scored.candidate.text) + bool(chosen)
        if scored.points < ranked[0].points - NEAR or length > room:
            break
        chosen.append(scored)
        room -= length
    return chosen


def near_best(points: NDArray[np.float64]) -> NDArray[np.intp]:
    """The rows that would be shown, best first, by their points alone."""
    order = np.argsort(-points, kind="stable")[:MAX_SENTENCES]
    return np.asarray(order[points[order] >= points[order[0]] - NEAR])
