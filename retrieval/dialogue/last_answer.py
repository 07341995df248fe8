"""The last answer of a conversation taken up again: the words that it cites, or its first sentence alone. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prompts import load
from retrieval.text.messages import Recall, recall
from retrieval.types import Extract, Refusal, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Answer, Citation, Hit, Turn


def last_told(history: Sequence[Turn], libraries: Sequence[str]) -> Turn | None:
    """Returns the last turn that articles of some libraries answered, or that was refused; not one on its sources."""
    told = (turn for turn in reversed(history) if _is_told(turn.answer, libraries))
    return next((turn for turn in told if recall(turn.question) is not Recall.SOURCES), None)


def _is_told(answer: Answer, libraries: Sequence[str]) -> bool:
    if not answer.answered:
        return True
    return bool(answer.citations) and all(cited.library in libraries for cited in answer.citations)


def in_cited_words(answer: Answer) -> Extract:
    """Returns the exact words that an answer cites, below which articles they are of."""
    notes = ("sourced",) if any(cited.article.url for cited in answer.citations) else ("no_address", "sourced")
    statements = tuple(Statement(cited.quote, (cited.number,)) for cited in answer.citations)
    return Extract(
        answer.question,
        answer.standalone_question,
        statements,
        answer.citations,
        note=" ".join(map(load, notes)),
        confidence=1.0,
        total=len(statements),
    )


def shortened(answer: Answer) -> Answer:
    """Returns the sentence of an answer that answers, alone; where it is one, the few words of it that do."""
    short = answer.short or ""
    said = next(
        (said for said in answer.statements if short and short in said.text), next(iter(answer.statements), None)
    )
    if said is None:
        return answer
    citations = tuple(cited for cited in answer.citations if cited.number in said.citations)
    holding = next((cited for cited in citations if short and short in cited.quote), None)
    if holding and len(answer.statements) == 1:
        start = holding.start + holding.quote.index(short)
        citations = (replace(holding, start=start, end=start + len(short)),)
        said = Statement(short, (holding.number,))
    return replace(answer, statements=(said,), citations=citations, total=1)


def not_shown(hits: Sequence[Hit], shown: Sequence[Citation]) -> list[Hit]:
    """Returns what is left of hits without the words that were shown: the stretches before, between and behind them."""
    left = list(hits)
    for cited in shown:
        left = [part for hit in left for part in _without(hit, cited)]
    return left


def _without(hit: Hit, cited: Citation) -> list[Hit]:
    is_apart = cited.end <= hit.start or hit.end <= cited.start
    if is_apart or cited.field != "text" or (hit.library, hit.article.id) != (cited.library, cited.article.id):
        return [hit]
    spans = ((hit.start, cited.start), (cited.end, hit.end))
    return [replace(hit, start=start, end=end) for start, end in spans if hit.article.text[start:end].strip()]


def without(answer: Answer, shown: Sequence[Citation]) -> Answer:
    """Returns what an answer states in other words than were shown, and than their headline; else a refusal."""
    before = {(c.library, c.article.id, c.field, c.start) for c in shown}
    before |= {(c.library, c.article.id, "title", 0) for c in shown}
    citations = tuple(c for c in answer.citations if (c.library, c.article.id, c.field, c.start) not in before)
    numbers = {cited.number for cited in citations}
    statements = tuple(said for said in answer.statements if numbers.issuperset(said.citations))
    if len(statements) == len(answer.statements):
        return answer
    if not statements or (answer.short and not any(answer.short in said.text for said in statements)):
        return Refusal(answer.question, answer.standalone_question, trace=answer.trace)
    return replace(answer, statements=statements, citations=citations, total=len(statements))
