"""One article that was cited before, told further: as passages for a writer, and in its own words. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, state, whole_field
from retrieval.index.passages import body
from retrieval.text.document import sentences
from retrieval.text.source_requests import Action
from retrieval.types import Answer, Extract, Hit, Refusal, Span, Trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.dialogue.references import Referred
    from retrieval.types import Article, Question

_SHOWN = 3  # sentences
_PASSAGE = 800  # characters
_MOST = 40_000  # characters of an article that a model is given
_ASKED = {
    Action.OPEN: "What stands in the article “{title}”?",
    Action.MORE: "What else does the article “{title}” say?",
    Action.SUMMARY: "What does the article “{title}” say?",
}


def asked(referred: Referred) -> str:
    """The message as a question that can be understood without the conversation."""
    article = referred.citation.article
    return _ASKED[referred.action].format(title=" ".join((article.title or article.id).split()))


def article_hits(referred: Referred) -> tuple[Hit, ...]:
    """The article's sentences in passages, in order; for more of it, without those that were told."""
    library, article = referred.citation.library, referred.citation.article
    groups: list[Span] = []
    for span in _sentences(referred):
        last = groups[-1] if groups else None
        if last and span.end - last.start <= _PASSAGE and not article.text[last.end : span.start].strip():
            groups[-1] = Span(last.start, span.end)
        elif span.end <= _MOST:
            groups.append(span)
    return tuple(Hit(library, article, span.start, span.end, 1.0) for span in groups)


def in_its_words(question: Question, referred: Referred) -> Answer:
    """The sentence that was cited with those around it; the first ones; or the first that were not told."""
    article, library = referred.citation.article, referred.citation.library
    found = _sentences(referred)
    first = _at(found, referred.citation.start) if referred.action is Action.OPEN else 0
    title = whole_field(library, article, "title") if referred.action is Action.OPEN else None
    shown = [Excerpt(library, article, span.start, span.end) for span in found[first : first + _SHOWN]]
    statements, citations = state([*([title] if title else []), *shown])
    trace = Trace(article_hits(replace(referred, told=())))
    if not statements:
        return Refusal(question.text, question.text, trace=trace)
    total = len(found) + bool(title)
    return Extract(question.text, question.text, statements, citations, confidence=1.0, total=total, trace=trace)


def _sentences(referred: Referred) -> list[Span]:
    article = referred.citation.article
    found = sentences(article.text, body(article)) or sentences(article.text)
    return [span for span in found if not _is_told(span, article, referred)]


def _is_told(span: Span, article: Article, referred: Referred) -> bool:
    told = [c for c in referred.told if c.field == "text"] if referred.action is Action.MORE else []
    return any(c.start < span.end and span.start < c.end and c.article.text == article.text for c in told)


def _at(found: Sequence[Span], start: int) -> int:
    """Where to begin, so that a cited sentence is read after the one before it."""
    at = next((number for number, span in enumerate(found) if span.end > start), 0)
    return max(0, at - 1)
