"""What to show of a passage that came near and does not answer. Pure."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from retrieval.text.document import sentences
from retrieval.text.words import content_stems, stem_set
from retrieval.types import Span

if TYPE_CHECKING:
    from retrieval.types import Hit


def nearest_sentence(question: str, hit: Hit) -> Span:
    """The sentence of a hit that shares most words with the question, the first of equals; all of a hit without one.

    A word counts the less, the more of the hit's sentences hold it.
    """
    text = hit.article.text
    spans = sentences(text, Span(hit.start, hit.end))
    asked = set(content_stems(question))
    shared = [asked & stem_set(text[span.start : span.end]) for span in spans]
    held_by = Counter(chain.from_iterable(shared))
    worth = [sum(1 / held_by[word] for word in words) for words in shared]
    return spans[worth.index(max(worth))] if spans else Span(hit.start, hit.end)
