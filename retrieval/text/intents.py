"""What a question asks to be written: an answer, a comparison, a summary or a timeline. English. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

_LOOKED_AT = 500  # characters of a question: what it asks for stands there, and the patterns stay quick


class Intent(StrEnum):
    """The value is also the name of its prompt."""

    ANSWER = "answer"
    COMPARE = "compare"
    SUMMARY = "summary"
    TIMELINE = "timeline"


_PLEASE = (
    r"^(?:(?:please|now|so|and|ok|can you|could you|would you|will you|i want you to|i'd like (?:you to|to))[ ,]+)*"
)
_REPORTS = (
    r"(?:reports?|reporting|coverage|articles?|outlets?|papers?|newspapers?|accounts?|stories|sources?|versions?)"
)
_TASK_PATTERNS = {
    Intent.COMPARE: (
        rf"{_PLEASE}(?:compare|contrast)\b|\bcompared? (?:with|to) (?:each other|one another)\b",
        rf"\bdifferences? (?:between|in|among)\b.*\b{_REPORTS}\b|\bhow (?:do|does|did)\b.*\b{_REPORTS}\b.*\bdiffer\b",
        rf"\b(?:where|do|does|did)\b.*\b{_REPORTS}\b.*\b(?:agree|disagree|differ|contradict)\b",
    ),
    Intent.TIMELINE: (
        r"\b(?:timeline|chronology|time line)\b",
        r"\bin (?:chronological|the) order (?:of|they|in which)\b|\bin chronological order\b",
    ),
    Intent.SUMMARY: (
        rf"{_PLEASE}(?:give me |write )?(?:an? |the )?(?:short |brief )?(?:summari[sz]e|sum up|summary|recap)\b",
    ),
}


@cache
def _compiled() -> dict[Intent, re.Pattern[str]]:
    """Compiled when first used, since most questions are answered without a chat model."""
    return {intent: re.compile("|".join(patterns), re.IGNORECASE) for intent, patterns in _TASK_PATTERNS.items()}


def intent_of(text: str) -> Intent:
    """Returns what a question asks for: an answer, unless it says otherwise.

    Example:
        >>> intent_of("Please give me a short summary of the storm")
        <Intent.SUMMARY: 'summary'>
    """
    asked = text.strip()[:_LOOKED_AT].replace("’", "'")
    return next((intent for intent, pattern in _compiled().items() if pattern.search(asked)), Intent.ANSWER)
