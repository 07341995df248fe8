"""Questions about the article itself, answered by its own fields: who wrote it, when, its title. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.citations import Finding, whole_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Field, Hit

_THIS = r"(?:this|it|(?:this|the|that) (?:\w+ )?(?:article|story|piece|report|text|news)\b.*)"
_PATTERNS: tuple[tuple[Field, str], ...] = (
    ("byline", rf"who (?:wrote|reported|authored) {_THIS}"),
    ("byline", rf"who(?: i|’|'|wa| wa)s the (?:author|writer|reporter|journalist)(?: (?:of|behind) {_THIS})?"),
    ("byline", rf"(?:what is the byline|(?:who|by whom) (?:was|is) {_THIS} (?:written )?by)\b.*"),
    ("published", rf"(?:when|(?:on )?what (?:day|date)) (?:was|is) {_THIS}\s*(?:published|written|posted|released).*"),
    ("published", rf"what is the (?:publication )?date(?: of {_THIS})?"),
    ("title", rf"what(?: i|'|’| wa)s the (?:title|headline)(?: (?:of|for) {_THIS})?"),
    ("title", rf"what is {_THIS} (?:called|titled|headlined)"),
)
_ASKED = tuple((field, re.compile(rf"(?:{pattern})\W*", re.IGNORECASE)) for field, pattern in _PATTERNS)
_AS_STATED = 1.0  # the field is the answer; only which article is meant could be wrong


def field_asked(question: str) -> Field | None:
    """The field that a question about an article asks for, None for all other questions."""
    return next((field for field, pattern in _ASKED if pattern.fullmatch(question.strip())), None)


def read_field(question: str, hits: Sequence[Hit]) -> Finding | None:
    """The asked field of the best hit's article, or a refusal where it is not known; None for other questions."""
    field = field_asked(question)
    if field is None or not hits:
        return None
    excerpt = whole_field(hits[0].library, hits[0].article, field)
    if excerpt is None:
        return Finding(why=(f"the source of “{hits[0].article.title}” gives no {field}",))
    short = re.sub(r"^by\s+", "", excerpt.text, flags=re.IGNORECASE) if field == "byline" else None
    return Finding((excerpt,), _AS_STATED, short, 1, (f"the article's own {field}",))
