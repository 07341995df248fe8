"""What is kept of an answer, as JSON: where its words stand, and none of an article's own.

An answer in the words of articles is put together again from them as they are stored. What cites an article that is
gone, or says something else now, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.render import abridged
from retrieval.store.articles import digest
from retrieval.types import Answer, Citation, Extract, Field, Hit, Mode, Prose, Refusal, Statement, Trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from retrieval.store.articles import Articles
    from retrieval.types import Article

Short = tuple[int, int, int] | str
_QUOTE = "\N{OBJECT REPLACEMENT CHARACTER}"  # where a statement says what it cites, of which no word is kept
_NEAREST = 3  # hits of a refusal that are kept


@dataclass(frozen=True, slots=True)
class Reference:
    """A span of one field of one revision of an article, which its digest tells."""

    library: str
    article: str
    digest: str
    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """`text` is None where it is the quotation of the only citation, and has `_QUOTE` for that of the first."""

    citations: tuple[int, ...]
    text: str | None


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """`short` is (number, start, end), a part of the quotation of that number, or words that no quotation holds."""

    standalone_question: str
    statements: tuple[KeptStatement, ...]
    citations: tuple[tuple[int, Reference], ...]
    short: Short | None
    total: int
    confidence: float
    mode: Mode
    nearest: tuple[tuple[float, Reference], ...]

    @property
    def libraries(self) -> tuple[str, ...]:
        """Those of the articles that it cites, or that are nearest."""
        return tuple(sorted({reference.library for _, reference in (*self.citations, *self.nearest)}))


@cache
def _adapter() -> TypeAdapter[KeptAnswer]:
    return TypeAdapter(KeptAnswer)


def from_json(kept: str) -> KeptAnswer:
    """Reads what `to_json` has written."""
    return _adapter().validate_json(kept)


def to_json(answer: Answer) -> str:
    """Returns what is kept of an answer."""
    answer = abridged(answer)
    quotes = {citation.number: citation.quote for citation in answer.citations}

    def kept_statement(statement: Statement) -> KeptStatement:
        quote = quotes.get(statement.citations[0]) if statement.citations else None
        if quote == statement.text and len(statement.citations) == 1:
            return KeptStatement(statement.citations, None)
        return KeptStatement(statement.citations, statement.text.replace(quote or _QUOTE, _QUOTE, 1))

    short = answer.short or ""
    places = ((number, quote.find(short)) for number, quote in quotes.items() if short)
    kept = KeptAnswer(
        standalone_question=answer.standalone_question,
        statements=tuple(map(kept_statement, answer.statements)),
        citations=tuple((c.number, _refer(c.library, c.article, c.field, c.start, c.end)) for c in answer.citations),
        short=next(((number, at, at + len(short)) for number, at in places if at >= 0), answer.short),
        total=answer.total,
        confidence=answer.confidence,
        mode=answer.mode,
        nearest=tuple(
            (hit.score, _refer(hit.library, hit.article, "text", hit.start, hit.end))
            for hit in (() if answer.answered else answer.trace.hits[:_NEAREST])
        ),
    )
    return _adapter().dump_json(kept).decode()


def _refer(library: str, article: Article, field: Field, start: int, end: int) -> Reference:
    return Reference(library, article.id, digest(article), field, start, end)


def restore(kept: KeptAnswer, question: str, articles: Articles) -> Answer:
    """Returns the answer, as far as the articles still say what it cites."""
    standing = _standing(kept, articles)
    citations = {
        number: Citation(number, ref.library, standing[ref], ref.field, ref.start, ref.end)
        for number, ref in kept.citations
        if ref in standing
    }
    statements = tuple(_restored_statements(kept, citations))
    if not statements:
        near = tuple(Hit(r.library, standing[r], r.start, r.end, score) for score, r in kept.nearest if r in standing)
        asked = (question, kept.standalone_question)
        return Refusal(*asked, confidence=kept.confidence, total=kept.total, trace=Trace(near), mode=kept.mode)
    short = kept.short
    if isinstance(short, tuple):
        number, start, end = short
        short = citations[number].quote[start:end] if number in citations else None
    kind = Prose if kept.mode == "writer" else Extract
    return kind(
        question,
        kept.standalone_question,
        statements,
        tuple(citations.values()),
        confidence=kept.confidence,
        total=kept.total,
        short=short,
    )


def _restored_statements(kept: KeptAnswer, citations: Mapping[int, Citation]) -> Iterator[Statement]:
    """Yields the statements that something still supports."""
    for said in kept.statements:
        numbers = tuple(number for number in said.citations if number in citations)
        if numbers or not said.citations:
            quote = citations[numbers[0]].quote if numbers else ""
            yield Statement(quote if said.text is None else said.text.replace(_QUOTE, quote, 1), numbers)


def _standing(kept: KeptAnswer, articles: Articles) -> dict[Reference, Article]:
    """Returns the articles referred to that are as they were."""
    references = [reference for _, reference in (*kept.citations, *kept.nearest)]
    revisions = {(r.library, r.article, r.digest) for r in references}
    stored = {revision: row.article for revision in revisions if (row := articles.revision(*revision))}
    return {r: stored[key] for r in references if (key := (r.library, r.article, r.digest)) in stored}
