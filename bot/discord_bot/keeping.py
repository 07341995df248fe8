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
    from collections.abc import Mapping

    from retrieval.store.articles import Articles
    from retrieval.types import Article

Short = tuple[int, int, int] | str
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
    """`text` is None where it is the quotation of the statement's only citation."""

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


def to_json(answer: Answer) -> str:
    answer = abridged(answer)
    quotes = {citation.number: citation.quote for citation in answer.citations}
    kept = KeptAnswer(
        standalone_question=answer.standalone_question,
        statements=tuple(_keep_statement(statement, quotes) for statement in answer.statements),
        citations=tuple((c.number, _refer(c.library, c.article, c.field, c.start, c.end)) for c in answer.citations),
        short=_keep_short(answer.short, quotes),
        total=answer.total,
        confidence=answer.confidence,
        mode=answer.mode,
        nearest=() if answer.answered else tuple(_keep_hit(hit) for hit in answer.trace.hits[:_NEAREST]),
    )
    return _adapter().dump_json(kept).decode()


def from_json(kept: str) -> KeptAnswer:
    return _adapter().validate_json(kept)


def _refer(library: str, article: Article, field: Field, start: int, end: int) -> Reference:
    return Reference(library, article.id, digest(article), field, start, end)


def _keep_statement(statement: Statement, quotes: Mapping[int, str]) -> KeptStatement:
    quoted = len(statement.citations) == 1 and quotes.get(statement.citations[0]) == statement.text
    return KeptStatement(statement.citations, None if quoted else statement.text)


def _keep_short(short: str | None, quotes: Mapping[int, str]) -> Short | None:
    places = ((number, quote.find(short)) for number, quote in quotes.items()) if short else ()
    return next(((number, at, at + len(short or "")) for number, at in places if at >= 0), short)


def _keep_hit(hit: Hit) -> tuple[float, Reference]:
    return hit.score, _refer(hit.library, hit.article, "text", hit.start, hit.end)


def restore(kept: KeptAnswer, question: str, articles: Articles) -> Answer:
    """The answer, as far as the articles still say what it cites."""
    standing = _standing(kept, articles)
    citations = {n: _cite(n, ref, standing[ref]) for n, ref in kept.citations if ref in standing}
    statements = (_restore_statement(statement, citations) for statement in kept.statements)
    shown = tuple(statement for statement in statements if statement)
    if not shown:
        near = tuple(Hit(r.library, standing[r], r.start, r.end, score) for score, r in kept.nearest if r in standing)
        asked = (question, kept.standalone_question)
        return Refusal(*asked, confidence=kept.confidence, total=kept.total, trace=Trace(near), mode=kept.mode)
    kind = Prose if kept.mode == "writer" else Extract
    return kind(
        question,
        kept.standalone_question,
        shown,
        tuple(citations.values()),
        confidence=kept.confidence,
        total=kept.total,
        short=_restore_short(kept.short, citations),
    )


def _standing(kept: KeptAnswer, articles: Articles) -> dict[Reference, Article]:
    """The articles referred to that are as they were."""
    references = [reference for _, reference in (*kept.citations, *kept.nearest)]
    revisions = {(r.library, r.article, r.digest) for r in references}
    found = {revision: stored.article for revision in revisions if (stored := articles.revision(*revision))}
    return {r: found[key] for r in references if (key := (r.library, r.article, r.digest)) in found}


def _cite(number: int, reference: Reference, article: Article) -> Citation:
    return Citation(number, reference.library, article, reference.field, reference.start, reference.end)


def _restore_statement(kept: KeptStatement, citations: Mapping[int, Citation]) -> Statement | None:
    """None where nothing supports it any more."""
    numbers = tuple(number for number in kept.citations if number in citations)
    if kept.citations and not numbers:
        return None
    return Statement(citations[numbers[0]].quote if kept.text is None else kept.text, numbers)


def _restore_short(kept: Short | None, citations: Mapping[int, Citation]) -> str | None:
    if kept is None or isinstance(kept, str):
        return kept
    number, start, end = kept
    return citations[number].quote[start:end] if number in citations else None
