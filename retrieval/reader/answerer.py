"""The Answerer by extraction: the sentences of the hits that answer, in their exact words, or a refusal.

A question about the article's own fields, then one on what somebody said, then the premise, then sentences at large:
the first that has something to say decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.citations import Finding, state
from retrieval.reader.candidates import candidates
from retrieval.reader.field_questions import read_field
from retrieval.reader.premise import unknown_subject
from retrieval.reader.scoring import shipped_weights
from retrieval.reader.selection import select
from retrieval.reader.speech import read_speech
from retrieval.types import Answer, Extract, QuotationList, Refusal, Trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.reader.scoring import Scorer
    from retrieval.store.quotes import Quotations
    from retrieval.types import Hit, Question


class Reader:
    """Answers from hits and, where it is asked what somebody said, from the quotations of the libraries asked.

    Args:
        scorer: how well a sentence answers.
        threshold: the confidence below which it refuses (None: the shipped one).
        quotations: those that are stored (None: a question on what somebody said is one like any other).
    """

    def __init__(self, scorer: Scorer, *, threshold: float | None = None, quotations: Quotations | None = None) -> None:
        self._scorer = scorer
        self._quotations = quotations
        self._threshold = shipped_weights().threshold if threshold is None else threshold

    def answer(self, question: Question, hits: Sequence[Hit]) -> Answer:
        found = self._find(question, hits)
        shown = found.excerpts if found.confidence >= self._threshold else ()
        statements, citations = state(shown)
        verdict = (
            f"confidence {found.confidence:.2f}, threshold {self._threshold:.2f}: {'shown' if shown else 'refused'}"
        )
        trace = Trace(tuple(dict.fromkeys((*found.hits, *hits))), (verdict, *found.why))
        text, confidence = question.text, found.confidence
        if not shown:
            return Refusal(text, text, note=found.refusal, confidence=confidence, trace=trace)
        said = (text, text, statements, citations, found.note, confidence, found.total)
        if found.speaker or found.about:
            return QuotationList(*said, found.speaker, found.about, trace=trace)
        return Extract(*said, found.short, trace=trace)

    def _find(self, question: Question, hits: Sequence[Hit]) -> Finding:
        text = question.text
        found = read_field(text, hits)
        if found is None and self._quotations is not None:
            found = read_speech(question, hits, self._scorer, self._quotations)
        if found is not None:
            return found
        if name := unknown_subject(text, hits):
            return Finding(why=(f"no article found names “{name}”",))
        return select(self._scorer.score(text, candidates(hits)), text)
