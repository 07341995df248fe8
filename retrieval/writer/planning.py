"""What to search for and what to write, planned by the chat model where a conversation or a task asks for it.

What it makes of a question counts only where it is the same question in other words: then it cannot be talked into
another by what stands in the conversation. Otherwise the question made standalone by rule is asked.
"""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from prompts import load_parts
from retrieval.dialogue import standalone
from retrieval.errors import ChatModelFailed
from retrieval.text.words import content_stems, stem_set
from retrieval.writer.material import conversation, one_line
from retrieval.writer.tasks import Task, task_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.types import Hit, Question, Turn
    from retrieval.watching import Watch
    from retrieval.writer.chat_model import Chat

_QUERIES = 3  # beside the question itself
_WEIGHT = 0.5  # of what is found by them
_RECENT, _STEP = 6, 4  # turns that are told as they were; older ones are summarised by so many
_SENTENCES = 6  # of a summary
_KEPT = 100  # summaries
_LONGEST = 300  # characters of a query
_NEW = 3  # words that a question made standalone may have beyond those it was made from
_LABEL = re.compile(
    r"^(?:[-*•]|\d{1,2}[.)]|(?:standalone )?question:|(?:search )?quer(?:y|ies)(?: \d)?:)\s*", re.IGNORECASE
)
_NAMING = re.compile(r"\b(?:[A-Z][\w’'-]*|\w*\d\w*)")
_FOREIGN = re.compile(r"https?:|www\.|[@<>\[\]{}`|\\]|\w\.\w{2,}/", re.IGNORECASE)
_log = logging.getLogger("byline")


@dataclass(frozen=True, slots=True)
class Plan:
    """A question that stands alone, other searches for it, and what to write."""

    question: str
    queries: tuple[str, ...] = ()
    task: Task = Task.ANSWER


@dataclass(slots=True)
class Planner:
    chat: Chat
    _memories: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def plan(self, question: Question, watch: Watch) -> Plan:
        by_rule = standalone(question.text, question.history)
        task = task_of(by_rule)
        if not question.history and task is Task.ANSWER:
            return Plan(by_rule)
        try:
            told = self._conversation(question.history, watch)
            lines = self._lines(question, told, watch)
        except ChatModelFailed as error:
            _log.info("The question was made standalone by rule (%s)", error.told)
            return Plan(by_rule, (), task)
        known = f"{told}\n{question.text}\n{by_rule}"
        rewritten = lines[0] if lines and is_rewording(lines[0], known) else by_rule
        queries = [
            line for line in (by_rule, *lines[1:]) if line != rewritten and is_rewording(line, known, new=_LONGEST)
        ]
        return Plan(
            rewritten, tuple(dict.fromkeys(queries))[:_QUERIES], task_of(rewritten) if task is Task.ANSWER else task
        )

    def _lines(self, question: Question, told: str, watch: Watch) -> list[str]:
        prompt = load_parts(
            "standalone",
            asked=question.asked.isoformat(),
            conversation=told,
            question=one_line(question.text),
            most=str(_QUERIES),
        )
        written = "".join(self.chat.reply(*_pair(prompt), watch))
        lines = (_LABEL.sub("", line.strip()).strip(' "“”') for line in written.splitlines())
        return [line for line in lines if line]

    def _conversation(self, history: Sequence[Turn], watch: Watch) -> str:
        """The latest turns as they were, after a summary of the others."""
        older = max(0, len(history) - _RECENT) // _STEP * _STEP
        return conversation(history[older:], self._memory(history[:older], watch) if older else "")

    def _memory(self, turns: Sequence[Turn], watch: Watch) -> str:
        told = conversation(turns)
        if told not in self._memories:
            prompt = load_parts("memory", conversation=told, sentences=str(_SENTENCES))
            self._memories[told] = "".join(self.chat.reply(*_pair(prompt), watch)).strip()
            while len(self._memories) > _KEPT:
                self._memories.popitem(last=False)
        return self._memories[told]


def _pair(prompt: tuple[str, ...]) -> tuple[str, str]:
    told, given = prompt
    return told, given


def is_rewording(line: str, known: str, *, new: int = _NEW) -> bool:
    """Whether a line names nobody and nothing that is not known, and has few new words."""
    if len(line) > _LONGEST or _FOREIGN.search(line):
        return False
    words = known.casefold()
    named = _NAMING.findall(line)[line[:1].isupper() :]  # a sentence begins with a capital
    stems = stem_set(known)
    added = [stem for stem in content_stems(line) if stem not in stems]
    return all(re.search(rf"\b{re.escape(name.casefold())}", words) for name in named) and len(added) <= new


def fused(rankings: Iterable[Sequence[Hit]], limit: int) -> list[Hit]:
    """The hits of several searches as one list: their scores are added, those of the question itself count most."""
    best: dict[tuple[str, str, int, int], Hit] = {}
    for number, ranking in enumerate(rankings):
        for hit in ranking:
            key = (hit.library, hit.article.id, hit.start, hit.end)
            score = hit.score * (_WEIGHT if number else 1.0)
            best[key] = replace(best[key], score=best[key].score + score) if key in best else replace(hit, score=score)
    return sorted(best.values(), key=lambda hit: -hit.score)[:limit]
