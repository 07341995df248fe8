"""Who has the word in a transcript or an interview: its turns as attributions, and whom their labels mean. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.quotes.composing import Attribution
from retrieval.text.document import document
from retrieval.text.names import core_name, may_be_person, names, spelled_as_name, surname
from retrieval.text.transcripts import (
    Turn,
    asks_for_name,
    initials,
    is_answer_label,
    is_part,
    is_question_label,
    turns,
    unlabelled_exchanges,
)
from retrieval.types import Span

if TYPE_CHECKING:
    from retrieval.types import Article

_LONGEST_ACRONYM = 4  # letters


class Conversation:
    """The turns of an article that is a transcript or an interview; any other article has none."""

    def __init__(self, article: Article) -> None:
        self._text, self._title, self._byline = article.text, article.title, article.byline or ""
        self._turns = turns(article.text, f"{self._title}\n{self._byline}") or self._answers()
        self._spoken = sorted((span.start, span.end) for turn in self._turns for span in turn.words)

    def covers(self, span: Span) -> bool:
        """Tells whether a sentence is of what somebody says here, label and all."""
        last = bisect_right(self._spoken, (span.end, 0)) - 1
        return last >= 0 and self._spoken[last][1] > span.start

    @property
    def said(self) -> list[Attribution]:
        """The turns as attributions."""
        return [Attribution(turn.label, None, turn.words, verbatim=True) for turn in self._turns]

    @cached_property
    def names(self) -> dict[Span, str]:
        """Whom each label means."""
        return {turn.label: self._name(turn) for turn in self._turns}

    @cached_property
    def roles(self) -> dict[str, str]:
        """By name, the role that a label gives: "Port Commissioner"."""
        written = {self.names[turn.label]: self._slice(turn.role) for turn in self._turns if turn.role}
        return {name: role.title() if role.isupper() else role for name, role in written.items()}

    def _slice(self, span: Span) -> str:
        return self._text[span.start : span.end]

    def _name(self, turn: Turn) -> str:
        label = self._slice(turn.label)
        if part := self._in_part(label):
            return part
        name = _spelled(label)
        same = [
            full
            for full in self._full
            if name.casefold() in map(str.casefold, (full, surname(full.split()), initials(full)))
        ]
        is_acronym = label.isupper() and len(label) <= _LONGEST_ACRONYM and name not in self._text
        return max(same, key=self._full.__getitem__, default=label if is_acronym else name)

    @cached_property
    def _full(self) -> Counter[str]:
        """The names of two words or more in the title, byline, labels and text, each with how often it stands there."""
        labels = {_spelled(self._slice(turn.label)) for turn in self._turns}
        elsewhere = [name for text in (self._text, self._title, self._byline) for name in _people(text)]
        return Counter([*(label for label in labels if " " in label), *elsewhere])

    @cached_property
    def _interviewed(self) -> str | None:
        """Who is asked for a name; else whom the title or the introduction names most; else who only tells a name."""
        if asked := self._asked_for_name():
            return asked
        if presented := self._presented(self._turns[0].label.start):
            return presented
        told = (self._slice(turn.words[0]).strip(" .") for turn in self._turns)
        return next((words for words in told if words in self._full), None)

    def _presented(self, end: int) -> str | None:
        """Whom the title, or else the text up to a place, names most beside the author."""
        intro = self._text[:end]
        for text in (self._title, intro):
            found = Counter(name for name in _people(text) if name not in self._byline)
            if found:
                return max(found, key=lambda name: intro.count(surname(name.split())))
        return None

    def _answers(self) -> tuple[Turn, ...]:
        """The answers to questions that stand between them without labels, of whom the introduction names."""
        asked = unlabelled_exchanges(self._text)
        end = asked[0].question.start if asked else 0
        name = self._presented(end) if asked else None
        for written in (name, surname(name.split())) if name else ():
            start = self._text.find(written, 0, end)
            if start >= 0:
                return tuple(Turn(Span(start, start + len(written)), None, one.answer) for one in asked)
        return ()

    def _asked_for_name(self) -> str | None:
        """The name that is all of what somebody answers who is asked for it: "State your name." "Ann Lee."."""
        for before, turn in pairwise(self._turns):
            name = self._slice(turn.words[0]).strip(" .")
            if name in self._full and asks_for_name(self._slice(before.words[-1])):
                return name
        return None

    def _in_part(self, label: str) -> str | None:
        """Who asks, answers or has another part in the conversation; None for the label of somebody by name."""
        if is_question_label(label):
            return next(iter(_people(self._byline)), "interviewer")
        if is_answer_label(label):
            return self._interviewed or "interviewee"
        return (self._behind_part(label) or label.lower()) if is_part(label) else None

    def _behind_part(self, part: str) -> str | None:
        """The name that stands behind a part somewhere: the host, Ann Lee."""
        bare = part.lower().removeprefix("the ")
        before = re.compile(rf"\b{re.escape(bare)},?\s$", re.IGNORECASE)
        for text in (self._title, self._text):
            for span in document(text).names:
                name = core_name(text[span.start : span.end])
                start = span.end - len(name)
                if " " in name and before.search(text[max(0, start - len(bare) - 3) : start]):
                    return name
        return None


def _spelled(label: str) -> str:
    """A label as a name without titles, or as a title that stands for its holder."""
    name = spelled_as_name(label) if label.isupper() else label
    return core_name(name) or name


def _people(text: str) -> list[str]:
    """The names of two words or more in a text that may be a person's, without titles, in order."""
    cores = [core_name(text[span.start : span.end]) for span in names(text)]
    return [core for core in cores if " " in core and may_be_person(core.split()) and not core.isupper()]
