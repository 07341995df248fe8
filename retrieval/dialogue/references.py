"""What points back to a source of the last answer ("open 2", "what else does that article say?"), and its answer.

A source is told further from its article alone: in the article's own words, or as passages that a writer is given.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, state, whole_field
from retrieval.index.passages import body
from retrieval.text.document import sentences
from retrieval.text.follow_ups import Form, follow_up, is_ranked
from retrieval.text.messages import Action, SourceRequest, picked, source_request
from retrieval.types import Answer, Citation, Extract, Hit, QuotationList, Refusal, Span, Trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Question, Turn

_SHOWN = 3  # sentences
_PASSAGE = 800  # characters
_MOST = 40_000  # characters of an article that a writer is given
_QUESTIONS = {
    Action.OPEN: "What stands in the article “{title}”?",
    Action.MORE: "What else does the article “{title}” say?",
    Action.SUMMARY: "What does the article “{title}” say?",
}


@dataclass(frozen=True, slots=True)
class SourceReference:
    """A source of an earlier answer and what is asked of it.

    Attributes:
        citation: the one that is meant.
        citations: all of the conversation that cite the same article.
    """

    action: Action
    citation: Citation
    citations: tuple[Citation, ...]

    @property
    def standalone_question(self) -> str:
        """The request as a question that can be understood without the conversation."""
        article = self.citation.article
        return _QUESTIONS[self.action].format(title=" ".join((article.title or article.id).split()))

    def passages(self) -> tuple[Hit, ...]:
        """Returns the article's sentences in passages, in order; for more of it, without those that were cited."""
        library, article = self.citation.library, self.citation.article
        groups: list[Span] = []
        for span in self._sentences():
            last = groups[-1] if groups else None
            if last and span.end - last.start <= _PASSAGE and not article.text[last.end : span.start].strip():
                groups[-1] = Span(last.start, span.end)
            elif span.end <= _MOST:
                groups.append(span)
        return tuple(Hit(library, article, span.start, span.end, 1.0) for span in groups)

    def in_its_words(self, question: Question) -> Answer:
        """Answers with sentences of the article: those around the cited one, the first ones, or the next not shown."""
        library, article = self.citation.library, self.citation.article
        spans, first = self._sentences(), 0
        title = whole_field(library, article, "title") if self.action is Action.OPEN else None
        heading = [title] if title else []
        if self.action is Action.OPEN:
            first = max(0, bisect_right(spans, self.citation.start, key=lambda span: span.end) - 1)
        elif self.action is Action.MORE and self.citation.field == "text":  # it is read on, then from its beginning
            first = bisect_left(spans, self.citation.end, key=lambda span: span.start) % max(1, len(spans))
        shown = [Excerpt(library, article, span.start, span.end) for span in spans[first : first + _SHOWN]]
        statements, citations = state([*heading, *shown])
        trace = Trace(replace(self, citations=()).passages())
        if not statements:
            return Refusal(question.text, question.text, trace=trace)
        total = len(spans) + len(heading)
        return Extract(question.text, question.text, statements, citations, confidence=1.0, total=total, trace=trace)

    def _sentences(self) -> list[Span]:
        text = self.citation.article.text
        spans = sentences(text, body(self.citation.article)) or sentences(text)
        cited = [c for c in self.citations if c.field == "text" and c.article.text == text]
        if self.action is not Action.MORE:
            return spans
        return [span for span in spans if not any(c.start < span.end and span.start < c.end for c in cited)]


def source_reference(text: str, history: Sequence[Turn], libraries: Sequence[str]) -> SourceReference | None:
    """Returns what a message asks of a source of the last answer that has any; None where it asks nothing of the kind.

    Only sources of `libraries` can be meant.
    """
    last = last_with_sources(history)
    request = _request(text, last) if last else None
    if last is None or request is None:
        return None
    shown = [citation for turn in history for citation in turn.answer.citations]
    for citation in last.citations:
        if citation.library in libraries and request.number in (None, citation.number):
            source = SourceReference(request.action, citation, _of_same_article(citation, shown))
            if source.passages():
                return source
    return None


def last_with_sources(history: Sequence[Turn]) -> Answer | None:
    """Returns the last answer of a conversation that cites anything."""
    return next((turn.answer for turn in reversed(history) if turn.answer.citations), None)


def _request(text: str, last: Answer) -> SourceRequest | None:
    """Returns what a message asks of a source; “tell me more” asks for more of it, but of quotations for more words.

    “The second one” asks for the second of several, unless it was asked what is first.
    """
    number = picked(text)
    if number and len(last.statements) > 1 and not is_ranked(last.standalone_question):
        return SourceRequest(Action.OPEN, number)
    left = follow_up(text)
    wants_more = left is not None and left.form is Form.MORE and not isinstance(last, QuotationList)
    return source_request(text) or (SourceRequest(Action.MORE, None) if wants_more else None)


def _of_same_article(citation: Citation, others: Sequence[Citation]) -> tuple[Citation, ...]:
    """Returns those of some citations that are of one's article."""
    return tuple(c for c in others if (c.library, c.article.id) == (citation.library, citation.article.id))
