"""What a writer is asked for, told from the question's words. Pure."""

from __future__ import annotations

import re
from enum import StrEnum


class Task(StrEnum):
    """The value is also the name of its prompt."""

    ANSWER = "answer"
    COMPARE = "compare"
    SUMMARY = "summary"
    TIMELINE = "timeline"

    @property
    def most(self) -> int:
        """Sentences."""
        return _MOST[self]

    @property
    def passages(self) -> int:
        """How many passages are read for it, where that is more than for an answer."""
        return 0 if self is Task.ANSWER else _READ


_MOST = {Task.ANSWER: 3, Task.COMPARE: 6, Task.SUMMARY: 5, Task.TIMELINE: 8}
_READ = 16
_PLEASE = (
    r"^(?:(?:please|now|so|and|ok|can you|could you|would you|will you|i want you to|i'd like (?:you to|to))[ ,]+)*"
)
_REPORTS = (
    r"(?:reports?|reporting|coverage|articles?|outlets?|papers?|newspapers?|accounts?|stories|sources?|versions?)"
)
_ASKED = {
    Task.COMPARE: (
        rf"{_PLEASE}(?:compare|contrast)\b|\bcompared? (?:with|to) (?:each other|one another)\b",
        rf"\bdifferences? (?:between|in|among)\b.*\b{_REPORTS}\b|\bhow (?:do|does|did)\b.*\b{_REPORTS}\b.*\bdiffer\b",
        rf"\b(?:where|do|does|did)\b.*\b{_REPORTS}\b.*\b(?:agree|disagree|differ|contradict)\b",
    ),
    Task.TIMELINE: (
        r"\b(?:timeline|chronology|time line)\b",
        r"\bin (?:chronological|the) order (?:of|they|in which)\b|\bin chronological order\b",
    ),
    Task.SUMMARY: (
        rf"{_PLEASE}(?:give me |write )?(?:an? |the )?(?:short |brief )?(?:summari[sz]e|sum up|summary|recap)\b",
    ),
}
_COMPILED = {task: re.compile("|".join(asked), re.IGNORECASE) for task, asked in _ASKED.items()}


def task_of(text: str) -> Task:
    """What a question asks for: an answer, unless it says otherwise."""
    plain = text.strip().replace("’", "'")
    return next((task for task, asked in _COMPILED.items() if asked.search(plain)), Task.ANSWER)
