"""Which of the passages found a chat model is given: few, what the reader found first, and each report once. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.text.document import sentences
from retrieval.text.messages import Intent
from retrieval.text.values import is_lasting
from retrieval.text.words import content_stems, stem_set
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Answer, Hit, Question

MOST_PASSAGES = {Intent.ANSWER: 6, Intent.COMPARE: 12, Intent.TIMELINE: 12}
"""By what is to be written; of one article that is summarised, all that has room."""
CHARACTERS_A_TOKEN = 4  # of English
_AROUND = 2  # sentences on each side of those that the reader found, or that share most with the question
_TOLD_ONCE = frozenset({Intent.ANSWER, Intent.TIMELINE})
_SAME = 0.8  # the share of its words that a passage has in common with one that tells all of it
_SAME_WITNESS = 0.5  # the same of copies of one text: an outlet may cut it elsewhere
_HEAD = 200  # characters of a title, an outlet and a date


def passages_for(question: Question, hits: Sequence[Hit], read: Answer, intent: Intent, room: int) -> tuple[Hit, ...]:
    """Returns the passages to write from, as many as `room`, in tokens, holds, and one at least.

    Those that the reader's answer cites go before the others, best first; for a question on what is so now, the newest
    of those chosen is given first. Of two that tell the same in the same words, as agency copy in two outlets does, the
    first is taken; when outlets are compared, both. For an answer each is cut to the sentences around what was found.
    """
    ranked = sorted(hits, key=lambda hit: not _cited(hit, read)) if intent in MOST_PASSAGES else hits
    chosen = _with_room(ranked, question, read, intent, room)
    if intent is Intent.ANSWER and is_lasting(question.text):
        chosen.sort(key=lambda hit: hit.article.published or "", reverse=True)
    return tuple(chosen)


def _with_room(ranked: Sequence[Hit], question: Question, read: Answer, intent: Intent, room: int) -> list[Hit]:
    """Returns the first of the ranked passages that there is room for, cut where they are to be, and each told once."""
    chosen: list[Hit] = []
    for hit in ranked:
        if intent in _TOLD_ONCE and any(_tells_the_same(hit, other) for other in chosen):
            continue
        passage = _around_found(hit, question, read) if intent is Intent.ANSWER else hit
        room -= (_HEAD + len(passage.text)) // CHARACTERS_A_TOKEN
        if chosen and (room < 0 or len(chosen) == MOST_PASSAGES.get(intent)):
            break
        chosen.append(passage)
    return chosen


def _cited(hit: Hit, read: Answer) -> list[Span]:
    """Returns what the reader's answer cites of a passage."""
    return [
        Span(cited.start, cited.end)
        for cited in read.citations
        if (cited.library, cited.article.id, cited.field) == (hit.library, hit.article.id, "text")
        and cited.start < hit.end
        and hit.start < cited.end
    ]


def _around_found(hit: Hit, question: Question, read: Answer) -> Hit:
    """Returns a passage cut to the sentences around those cited, else to those around the one nearest to a question."""
    parts = sentences(hit.article.text, Span(hit.start, hit.end))
    cited, asked = _cited(hit, read), {*content_stems(question.text)}
    found = [at for at, part in enumerate(parts) if any(c.start < part.end and part.start < c.end for c in cited)]
    if not found and parts:
        shared = [len(asked & stem_set(hit.article.text[part.start : part.end])) for part in parts]
        found = [shared.index(max(shared))]
    kept = parts[max(0, found[0] - _AROUND) : found[-1] + 1 + _AROUND] if found else parts
    return replace(hit, start=kept[0].start, end=kept[-1].end) if len(kept) < len(parts) else hit


def _tells_the_same(hit: Hit, other: Hit) -> bool:
    """Tells whether a passage has hardly a word, and no number, that the other one has not."""
    is_copy = hit.witness == other.witness and hit.article.id != other.article.id
    own = stem_set(hit.text)
    new = own - stem_set(other.text)
    least = _SAME_WITNESS if is_copy else _SAME
    return len(new) <= (1 - least) * len(own) and (is_copy or not any(stem[:1].isdigit() for stem in new))
