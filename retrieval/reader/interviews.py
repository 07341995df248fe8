"""Questions that an interview asks itself, answered with what is said to them there. Pure."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt
from retrieval.reader.answers import extract
from retrieval.reader.attribution import ATTRIBUTED, LONGEST_RUN
from retrieval.text.answer_kinds import can_answer
from retrieval.text.document import sentences
from retrieval.text.transcripts import count_beyond, exchanges
from retrieval.text.words import content_stems, name_stems, stem_set

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from retrieval.text.transcripts import Exchange
    from retrieval.types import Answer, Hit, Question

_LONGEST_SHORT = 60  # characters


def read_interview(question: Question, hits: Sequence[Hit], *, threshold: float) -> Answer | None:
    """Returns what somebody answers to the very question in an interview; None where nobody is asked it.

    Example:
        "What did Ann Lee learn?" is answered by what follows "What did you learn from your teacher?".
    """
    named = name_stems(question.text)
    asked = [(beyond, hit, one) for hit in hits if named for beyond, one in _asked_there(question.text, named, hit)]
    if not asked:
        return None
    _, hit, exchange = min(asked, key=lambda found: found[0])
    text, whole = hit.article.text, exchange.answer[0]
    told = sentences(text, whole)
    shown = [*takewhile(lambda span: span.end - whole.start <= LONGEST_RUN, told)] or told[:1]
    excerpt = Excerpt(hit.library, hit.article, shown[0].start, shown[-1].end)
    why = [f"the answer to {text[exchange.question.start : exchange.question.end]!r}"]
    short = _short(question.text, text[shown[0].start : shown[0].end])
    return extract(question, [excerpt], ATTRIBUTED, threshold=threshold, short=short, why=why)


def _asked_there(question: str, named: Collection[str], hit: Hit) -> Iterator[tuple[int, Exchange]]:
    """Yields what in the hit's article asks the same of whom its beginning names, with how much more each asks."""
    text, about = hit.article.text, f"{hit.article.title}\n{hit.article.byline or ''}"
    asked = exchanges(text, about)
    if not asked:
        return
    presented = stem_set(f"{hit.article.title}\n{text[: asked[0].question.start]}")
    known = presented.intersection(named)
    for one in asked if known else ():
        beyond = count_beyond(question, text[one.question.start : one.question.end], known)
        if beyond is not None and beyond <= len(set(content_stems(question)) - known) + 1:
            yield beyond, one


def _short(question: str, sentence: str) -> str | None:
    """Returns a short sentence as the answer, without its end mark, where it is of the kind that is asked for."""
    bare = sentence.rstrip(".!")
    return bare if len(bare) <= _LONGEST_SHORT and can_answer(question, bare, "", "") else None
