"""What the wording of a question tells: whether it is about the article itself, wants yes or no, or is on somebody.

Questions on words have a module of their own, `speech_questions`. Pure, by rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.names import core_name, names

if TYPE_CHECKING:
    from retrieval.types import Field

LONGEST = 2_000  # characters; a longer message is no question, and the patterns take time quadratic in it

_THIS = r"(?:this|it|(?:this|the|that) (?:\w+ )?(?:article|story|piece|report|text|news)\b.*)"
_FIELD_FORMS: tuple[tuple[Field, str], ...] = (
    ("byline", rf"who (?:wrote|reported|authored) {_THIS}"),
    ("byline", rf"who(?: i|’|'|wa| wa)s the (?:author|writer|reporter|journalist)(?: (?:of|behind) {_THIS})?"),
    ("byline", rf"(?:what is the byline|(?:who|by whom) (?:was|is) {_THIS} (?:written )?by)\b.*"),
    ("published", rf"(?:when|(?:on )?what (?:day|date)) (?:was|is) {_THIS}\s*(?:published|written|posted|released).*"),
    ("published", rf"what is the (?:publication )?date(?: of {_THIS})?"),
    ("title", rf"what(?: i|'|’| wa)s the (?:title|headline)(?: (?:of|for) {_THIS})?"),
    ("title", rf"what is {_THIS} (?:called|titled|headlined)"),
)
_FIELDS = tuple((field, re.compile(rf"(?:{pattern})\W*", re.IGNORECASE)) for field, pattern in _FIELD_FORMS)
_YES_OR_NO = re.compile(
    r"\W*(?:did|do|does|is|are|was|were|has|have|had|can|could|will|would|should)\b(?!.*\bor\b)", re.IGNORECASE
)  # "Is it hot or cold?" asks for one of them
_BEFORE_SUBJECT = re.compile(
    r"\b(?:do|does|did|has|have|had|is|was|will|would|can|could|should)\s+(?:the )?\Z", re.IGNORECASE
)
_REACH = 40  # characters before a name that tell whether it is the subject
_POSSESSIVE = re.compile(r"[’'](?:s\b|\s)")
_BY = re.compile(r"^by\s+", re.IGNORECASE)


def article_field(question: str) -> Field | None:
    """Returns the field that a question about an article itself asks for; None for any other question.

    Example:
        `article_field("Who wrote this?") == "byline"`
    """
    asked = question.strip()
    if len(asked) > LONGEST:
        return None
    return next((field for field, pattern in _FIELDS if pattern.fullmatch(asked)), None)


def without_by(byline: str) -> str:
    """Returns the names of a byline: "By Ann Lee" gives "Ann Lee"."""
    return _BY.sub("", byline)


def asks_yes_or_no(question: str) -> bool:
    """Tells whether yes or no would answer a question."""
    return bool(_YES_OR_NO.match(question))


def subjects(question: str) -> list[str]:
    """Returns the names, without titles, that are subject or owner in a question, in order.

    Example:
        `subjects("Did Mayor Ann Lee sell Bo Wu's boat?") == ["Ann Lee", "Bo Wu"]`
    """
    return [
        core_name(question[span.start : span.end])
        for span in names(question)
        if _BEFORE_SUBJECT.search(question[max(0, span.start - _REACH) : span.start])
        or _POSSESSIVE.match(question[span.end : span.end + 3])
    ]
