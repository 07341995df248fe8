"""What points back to a source of the last answer ("open 2", "what else does that article say?"), and its answer.

A source is told further from its article alone: in the article's own words, or as passages that a writer is given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, state, whole_field
from retrieval.index.passages import body
from retrieval.text.document import sentences
from retrieval.text.messages import Action, source_request
from retrieval.types import Answer, Citation, Extract, Hit, Refusal, Span, Trace

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
        citations: all of that answer that cite the same article.
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
        """Answers with sentences of the article: those around the cited one, the first ones, or those not cited yet."""
        library, article = self.citation.library, self.citation.article
        spans, first, title = self._sentences(), 0, None
        if self.action is Action.OPEN:
            cited = next((at for at, span in enumerate(spans) if span.end > self.citation.start), 0)
            first, title = max(0, cited - 1), whole_field(library, article, "title")
        shown = [Excerpt(library, article, span.start, span.end) for span in spans[first : first + _SHOWN]]
        statements, citations = state([*([title] if title else []), *shown])
        trace = Trace(replace(self, citations=()).passages())
        if not statements:
            return Refusal(question.text, question.text, trace=trace)
        total = len(spans) + bool(title)
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
    request = source_request(text)
    if request is None:
        return None
    cited = next((turn.answer.citations for turn in reversed(history) if turn.answer.citations), ())
    numbered = {citation.number: citation for citation in cited if citation.library in libraries}
    meant = numbered.get(request.number or min(numbered, default=0))
    if meant is None:
        return None
    same = tuple(c for c in numbered.values() if (c.library, c.article.id) == (meant.library, meant.article.id))
    return SourceReference(request.action, meant, same)
