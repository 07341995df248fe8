"""Whether the articles name whom a question is about: a question on somebody they never name has no answer. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.text.name_matching import holds_name, is_slip
from retrieval.text.names import core_name, names
from retrieval.text.questions import subjects
from retrieval.text.words import WORD, content_stems, stem, stem_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Hit


def unknown_entity(question: str, hits: Sequence[Hit]) -> str | None:
    """Returns the first name that is subject or owner in a question and that no hit's article holds in any spelling."""
    return next((name for name in subjects(question) if not is_mentioned(name, hits)), None)


def is_mentioned(who: str, hits: Sequence[Hit]) -> bool:
    """Tells whether a hit's article holds the last word of a name or description, or a close spelling of it."""
    words = content_stems(who)
    return not words or any(holds_name(words[-1], _stems_of_article(hit)) for hit in hits)


def respelling_note(question: str, hits: Sequence[Hit]) -> str | None:
    """Returns a sentence on the name that is answered about in place of one that no hit's article spells so.

    Example:
        "No article names “Blinkin”; taken for “Blinken”."
    """
    stems = [_stems_of_article(hit) for hit in hits]
    for span in names(question):
        asked = core_name(question[span.start : span.end]).rpartition(" ")[2]
        if any(stem(asked) in of_article for of_article in stems):
            continue
        written = next((word for hit in hits for word in WORD.findall(hit.text) if is_slip(asked, word)), None)
        if written:
            return f"No article names “{asked}”; taken for “{written}”."
    return None


def _stems_of_article(hit: Hit) -> frozenset[str]:
    return stem_set(f"{hit.article.title}\n{hit.article.text}\n{hit.article.byline or ''}")
