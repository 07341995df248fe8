"""Whether the articles know whom a question is about: a question on somebody they never name has no answer. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.names import core_name, names
from retrieval.text.words import WORD, content_stems, holds_name, is_slip, stem, stem_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Hit

_BEFORE_SUBJECT = re.compile(
    r"\b(?:do|does|did|has|have|had|is|was|will|would|can|could|should)\s+(?:the )?$", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"[’'](?:s\b|\s)")


def unknown_subject(question: str, hits: Sequence[Hit]) -> str | None:
    """The first name that is subject or owner in a question and that no hit's article holds, however spelled."""
    for span in names(question):
        is_subject = _BEFORE_SUBJECT.search(question[: span.start]) or _POSSESSIVE.match(question[span.end :])
        name = core_name(question[span.start : span.end])
        if is_subject and not is_known(name, hits):
            return name
    return None


def respelled(question: str, hits: Sequence[Hit]) -> str | None:
    """What name is answered about in place of one that no hit's article spells as the question does."""
    known = [_stems(hit) for hit in hits]
    for span in names(question):
        asked = core_name(question[span.start : span.end]).rpartition(" ")[2]
        if any(stem(asked) in stems for stems in known):
            continue
        written = next((word for hit in hits for word in WORD.findall(hit.text) if is_slip(asked, word)), None)
        if written:
            return f"No article names “{asked}”; taken for “{written}”."
    return None


def is_known(who: str, hits: Sequence[Hit]) -> bool:
    """Whether an article holds the last word of a name or description, or a close spelling of it."""
    words = content_stems(who)
    return not words or any(holds_name(words[-1], _stems(hit)) for hit in hits)


def _stems(hit: Hit) -> frozenset[str]:
    return stem_set(f"{hit.article.title}\n{hit.article.text}\n{hit.article.byline or ''}")
