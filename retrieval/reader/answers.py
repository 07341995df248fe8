"""Answers in the exact words of the articles, and refusals. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.citations import as_excerpt, joined, state
from retrieval.reader.selection import select, select_versions
from retrieval.reader.versions import confidence_in, led_by
from retrieval.text.answer_kinds import expected_answer
from retrieval.text.periods import with_date
from retrieval.text.yes_no import decision
from retrieval.types import Extract, Refusal, Trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.citations import Excerpt
    from retrieval.reader.scoring import Scores
    from retrieval.reader.selection import Selection
    from retrieval.reader.versions import Versions
    from retrieval.types import Hit, Question

_EXPLAINED = 8  # sentences


def extract(
    question: Question,
    excerpts: Sequence[Excerpt],
    confidence: float,
    *,
    threshold: float,
    short: str | None = None,
    total: int | None = None,
    note: str | None = None,
    refusal: str | None = None,
    why: Sequence[str] = (),
    hits: Sequence[Hit] = (),
) -> Extract | Refusal:
    """Returns an answer that states the excerpts; a refusal where there are none or the confidence is too low.

    Args:
        question: standalone.
        excerpts: each becomes a statement that cites itself.
        confidence: in 0..1, that they answer.
        threshold: the confidence below which they are not shown.
        short: an exact part of the first excerpt that holds it.
        total: how many there are, where only some are given.
        note: goes before the statements.
        refusal: the note of the refusal, if it becomes one.
        why: one line each on how the excerpts were chosen.
        hits: those that were weighed against one another, best first.
    """
    if not excerpts:
        return refused(question, refusal, why=why, hits=hits)
    if confidence < threshold:
        return refused(question, refusal, confidence=confidence, why=why, hits=hits)
    return Extract(
        question.text,
        question.text,
        *state(excerpts),
        note,
        confidence,
        total=len(excerpts) if total is None else total,
        short=short,
        trace=Trace(tuple(hits), tuple(why)),
    )


def refused(
    question: Question,
    note: str | None = None,
    *,
    confidence: float = 0.0,
    why: Sequence[str] = (),
    hits: Sequence[Hit] = (),
) -> Refusal:
    """Returns a refusal, with a note that says more than "The articles do not say."; without `why` the note is it."""
    trace = Trace(tuple(hits), tuple(why or filter(None, [note])))
    return Refusal(question.text, question.text, note=note, confidence=confidence, trace=trace)


def best_extract(
    question: Question,
    scores: Scores,
    *,
    threshold: float,
    note: str | None = None,
    refusal: str | None = None,
    found: Versions | None = None,
) -> Extract | Refusal:
    """Returns an answer that states the best of scored sentences, or each version that was found of what they tell.

    "Yes." or "No." goes before a sentence that says so.
    """
    if found and len(found.told) > 1:
        selection, note = select_versions(found, question.text), note or found.note
    else:
        selection = select(led_by(found, scores.ranked), question.text)
    if selection.excerpts and (decided := decision(question.text, selection.excerpts[0].text)):
        note = " ".join(filter(None, (f"{decided.capitalize()}.", note)))
    note = " ".join(filter(None, (_date(question, selection), note))) or None
    return extract(
        question,
        selection.excerpts,
        scores.confidence_in(selection.items) if selection.items else confidence_in(found, scores),
        threshold=threshold,
        short=selection.short,
        total=selection.total,
        note=note,
        refusal=refusal,
        why=[f"{s.probability:.2f} {s.candidate.text!r}: {s.reasons}" for s in scores.ranked[:_EXPLAINED]],
        hits=scores.hits,
    )


def _date(question: Question, selection: Selection) -> str | None:
    """Returns the words that answer "When?" with the date that they mean, where they leave it open."""
    words, told = selection.short, selection.excerpts[:1]
    if not words or not told or expected_answer(question.text) != "time":
        return None
    published = told[0].article.published_on
    dated = with_date(words, told[0].text, published) if published else None
    return f"{dated}." if dated else None


def together(question: Question, answers: Sequence[Extract | Refusal]) -> Extract | Refusal:
    """Returns one answer to a question of several parts: what answers any of them, as sure as the least sure of these.

    Where nothing answers, the refusal that was nearest to an answer.
    """
    answered = [answer for answer in answers if isinstance(answer, Extract)]
    if not answered:
        nearest = max(answers, key=lambda answer: answer.confidence)
        return replace(nearest, question=question.text, standalone_question=question.text)
    cited = dict.fromkeys(as_excerpt(cited) for answer in answered for cited in answer.citations)
    statements, citations = state(joined(list(cited)))
    return replace(
        answered[0],
        question=question.text,
        standalone_question=question.text,
        statements=statements,
        citations=citations,
        total=len(statements),
        confidence=min(answer.confidence for answer in answered),
        trace=replace(answered[0].trace, why=tuple(why for answer in answers for why in answer.trace.why)),
    )
