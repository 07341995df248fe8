"""Which of the passages found a chat model is given: few, what the reader found first, and each report once. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.text.messages import Intent
from retrieval.text.words import stem_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Answer, Hit

MOST_PASSAGES = {Intent.ANSWER: 6, Intent.COMPARE: 12, Intent.TIMELINE: 12}
"""By what is to be written; of one article that is summarised, all."""
_SAME = 0.8  # the share of its words that a passage has in common with one that tells all of it


def passages_for(hits: Sequence[Hit], read: Answer, intent: Intent) -> tuple[Hit, ...]:
    """Returns the passages to write from: those that the reader's answer cites, then the others, best first.

    Of two that tell the same in the same words, as agency copy in two outlets does, the first is taken; when outlets
    are compared, both.
    """
    if intent not in MOST_PASSAGES:
        return tuple(hits)
    chosen: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: not _is_cited(hit, read)):
        is_new = intent is Intent.COMPARE or not any(_tells_the_same(hit, other) for other in chosen)
        if is_new and len(chosen) < MOST_PASSAGES[intent]:
            chosen.append(hit)
    return tuple(chosen)


def _is_cited(hit: Hit, read: Answer) -> bool:
    return any(
        (cited.library, cited.article.id, cited.field) == (hit.library, hit.article.id, "text")
        and cited.start < hit.end
        and hit.start < cited.end
        for cited in read.citations
    )


def _tells_the_same(hit: Hit, other: Hit) -> bool:
    """Tells whether a passage has hardly a word, and no number, that the other one has not."""
    own = stem_set(hit.text)
    new = own - stem_set(other.text)
    return len(new) <= (1 - _SAME) * len(own) and not any(stem[:1].isdigit() for stem in new)
