"""What to search for, what to write and which passages to write it from; a chat model plans it where that is needed.

What it makes of a question counts only where it is the same question in other words: then it cannot be talked into
another by what stands in the conversation. Otherwise the question made standalone by rule is asked.
"""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from retrieval.dialogue.rewriting import standalone
from retrieval.errors import ChatModelFailed
from retrieval.text.chat_replies import without_label
from retrieval.text.document import sentences
from retrieval.text.messages import Intent, intent_of, points_back
from retrieval.text.values import is_lasting
from retrieval.text.words import content_stems, stem_set
from retrieval.types import Span
from retrieval.writer.chat_model import conversation, load_prompt, one_line
from retrieval.writer.providers import CHARACTERS_A_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.types import Answer, Hit, Question, Retriever, Turn
    from retrieval.watching import Watch
    from retrieval.writer.chat_model import AnyChatModel

_PASSAGES = 16  # that are read, at least, where more than an answer is to be written
_QUERIES = 3  # beside the question itself
_QUERY_WEIGHT = 0.5  # of what is found by them
_RECENT_TURNS, _STEP = 6, 4  # turns that are repeated as they were; older ones are summarised by so many
_SUMMARY_SENTENCES = 6
_SUMMARIES_KEPT = 100
_LONGEST = 300  # characters of a query
_NEW_WORDS = 3  # that a question made standalone may have beyond those it was made from
_ENOUGH = 4  # words of content of a question that says by itself what it asks for
_NAME = re.compile(r"\b(?:[A-Z][\w’'-]*|\w*\d\w*)")
_FOREIGN = re.compile(r"https?:|www\.|[@<>\[\]{}`|\\]|\w\.\w{2,}/", re.IGNORECASE)
_log = logging.getLogger("byline")


@dataclass(frozen=True, slots=True)
class Plan:
    """A question that stands alone, other searches for it, and what to write."""

    question: str
    queries: tuple[str, ...] = ()
    intent: Intent = Intent.ANSWER


@dataclass(slots=True)
class Planner:
    """Plans what to search and to write. It remembers its summaries of long conversations."""

    chat: AnyChatModel
    _summaries: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def plan(self, question: Question, watch: Watch) -> Plan:
        """Returns the plan for a question in its conversation; made by rule where the model cannot be asked."""
        by_rule = standalone(question.text, question.history)
        intent = intent_of(by_rule)
        if not question.history or is_complete(question.text, by_rule):
            return Plan(by_rule, intent=intent)
        context, lines = self._rewordings(question, watch)
        sources = f"{context}\n{question.text}\n{by_rule}"
        first = lines[0] if lines else by_rule
        reworded = first if is_rewording(first, sources) and is_question_of(first, question, by_rule) else by_rule
        others = dict.fromkeys((by_rule, *lines[1:]))
        queries = [each for each in others if each != reworded and is_rewording(each, sources, new_words=_LONGEST)]
        return Plan(reworded, tuple(queries)[:_QUERIES], intent_of(reworded) if intent is Intent.ANSWER else intent)

    def _rewordings(self, question: Question, watch: Watch) -> tuple[str, list[str]]:
        """Returns the conversation as the model is shown it, and what it writes: the standalone question, queries.

        Of the conversation it is shown the latest turns as they were, after a summary of the others.
        """
        try:
            older = max(0, len(question.history) - _RECENT_TURNS) // _STEP * _STEP
            summary = self._summary(question.history[:older], watch) if older else ""
            context = conversation(question.history[older:], summary)
            prompt = load_prompt(
                "standalone",
                asked=question.asked.isoformat(),
                conversation=context,
                question=one_line(question.text),
                most=str(_QUERIES),
            )
            written = "".join(self.chat.complete(prompt, watch))
        except ChatModelFailed as error:
            _log.info("The question was made standalone by rule (%s)", error.told)
            return "", []
        return context, [line for line in map(without_label, written.splitlines()) if line]

    def _summary(self, turns: Sequence[Turn], watch: Watch) -> str:
        text = conversation(turns)
        if text not in self._summaries:
            prompt = load_prompt("memory", conversation=text, sentences=str(_SUMMARY_SENTENCES))
            self._summaries[text] = "".join(self.chat.complete(prompt, watch)).strip()
            while len(self._summaries) > _SUMMARIES_KEPT:
                self._summaries.popitem(last=False)
        return self._summaries[text]


def is_rewording(line: str, sources: str, *, new_words: int = _NEW_WORDS) -> bool:
    """Tells whether a line names nobody and nothing that its sources do not, and has few new words."""
    if len(line) > _LONGEST or _FOREIGN.search(line):
        return False
    text, stems = sources.casefold(), stem_set(sources)
    names = _NAME.findall(line)[line[:1].isupper() :]  # a sentence begins with a capital
    added = [stem for stem in content_stems(line) if stem not in stems]
    return all(re.search(rf"\b{re.escape(name.casefold())}", text) for name in names) and len(added) <= new_words


def is_complete(message: str, by_rule: str) -> bool:
    """Tells whether a message surely leaves nothing to the conversation: no rule changes it, and it says enough."""
    return by_rule == message and not points_back(message) and len(content_stems(message)) >= _ENOUGH


def is_question_of(line: str, question: Question, by_rule: str) -> bool:
    """Tells whether a line keeps all that the newest question asks for, and is none of those before it.

    Of a question that says nothing by itself ("why?") it keeps something of what the rules make of it.
    """
    asked, written = content_stems(question.text), stem_set(line)
    earlier = ({*content_stems(turn.question)} for turn in question.history)
    is_kept = all(stem in written for stem in asked) and (asked or any(s in written for s in content_stems(by_rule)))
    return bool(is_kept) and {*content_stems(line)} not in [*earlier]


def search_all(retriever: Retriever, question: Question, plan: Plan, limit: int) -> tuple[Hit, ...]:
    """Returns what a standalone question and all queries of its plan find, best first."""
    most = limit if plan.intent is Intent.ANSWER else max(limit, _PASSAGES)
    texts = (question.text, *plan.queries)
    return tuple(fused([retriever.search(replace(question, text=text), most) for text in texts], most))


def fused(rankings: Iterable[Sequence[Hit]], limit: int) -> list[Hit]:
    """Returns the hits of several searches as one list: their scores are added, the first search's count most."""
    best: dict[tuple[str, str, int, int], Hit] = {}
    for number, ranking in enumerate(rankings):
        for hit in ranking:
            key = (hit.library, hit.article.id, hit.start, hit.end)
            score = hit.score * (_QUERY_WEIGHT if number else 1.0)
            best[key] = replace(best[key], score=best[key].score + score) if key in best else replace(hit, score=score)
    return sorted(best.values(), key=lambda hit: -hit.score)[:limit]


MOST_PASSAGES = {Intent.ANSWER: 6, Intent.COMPARE: 12, Intent.TIMELINE: 12}
"""By what is to be written; of one article that is summarised, all that has room."""
_AROUND = 2  # sentences on each side of those that the reader found, or that share most with the question
_TOLD_ONCE = frozenset({Intent.ANSWER, Intent.TIMELINE})
_SAME = 0.8  # the share of its words that a passage has in common with one that tells all of it
_SAME_WITNESS = 0.5  # the same of copies of one text: an outlet may cut it elsewhere
_HEAD = 200  # characters of a title, an outlet and a date


def passages_for(question: Question, hits: Sequence[Hit], read: Answer, intent: Intent, room: int) -> tuple[Hit, ...]:
    """Returns the passages to write from, as many as `room`, in tokens, holds, and one at least.

    Those that the reader's answer cites go before the others, best first; for a question on what is so now, the newest
    of those chosen is given first. Of two that tell the same in the same words, as agency copy in two outlets does, the
    first is taken; when outlets are compared, both. For an answer each is cut to the sentences around what was found.
    """
    ranked = sorted(hits, key=lambda hit: not _cited(hit, read)) if intent in MOST_PASSAGES else hits
    chosen = _with_room(ranked, question, read, intent, room)
    if intent is Intent.ANSWER and is_lasting(question.text):
        chosen.sort(key=lambda hit: hit.article.published or "", reverse=True)
    return tuple(chosen)


def _with_room(ranked: Sequence[Hit], question: Question, read: Answer, intent: Intent, room: int) -> list[Hit]:
    """Returns the first of the ranked passages that there is room for, cut where they are to be, and each told once."""
    chosen: list[Hit] = []
    for hit in ranked:
        if intent in _TOLD_ONCE and any(_tells_the_same(hit, other) for other in chosen):
            continue
        passage = _around_found(hit, question, read) if intent is Intent.ANSWER else hit
        room -= (_HEAD + len(passage.text)) // CHARACTERS_A_TOKEN
        if chosen and (room < 0 or len(chosen) == MOST_PASSAGES.get(intent)):
            break
        chosen.append(passage)
    return chosen


def _cited(hit: Hit, read: Answer) -> list[Span]:
    """Returns what the reader's answer cites of a passage."""
    return [
        Span(cited.start, cited.end)
        for cited in read.citations
        if (cited.library, cited.article.id, cited.field) == (hit.library, hit.article.id, "text")
        and cited.start < hit.end
        and hit.start < cited.end
    ]


def _around_found(hit: Hit, question: Question, read: Answer) -> Hit:
    """Returns a passage cut to the sentences around those cited, else to those around the one nearest to a question."""
    parts = sentences(hit.article.text, Span(hit.start, hit.end))
    cited, asked = _cited(hit, read), {*content_stems(question.text)}
    found = [at for at, part in enumerate(parts) if any(c.start < part.end and part.start < c.end for c in cited)]
    if not found and parts:
        shared = [len(asked & stem_set(hit.article.text[part.start : part.end])) for part in parts]
        found = [shared.index(max(shared))]
    kept = parts[max(0, found[0] - _AROUND) : found[-1] + 1 + _AROUND] if found else parts
    return replace(hit, start=kept[0].start, end=kept[-1].end) if len(kept) < len(parts) else hit


def _tells_the_same(hit: Hit, other: Hit) -> bool:
    """Tells whether a passage has hardly a word, and no number, that the other one has not."""
    is_copy = hit.witness == other.witness and hit.article.id != other.article.id
    own = stem_set(hit.text)
    new = own - stem_set(other.text)
    least = _SAME_WITNESS if is_copy else _SAME
    return len(new) <= (1 - least) * len(own) and (is_copy or not any(stem[:1].isdigit() for stem in new))
