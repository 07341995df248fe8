"""Which sentences are shown beside the best: those that add to what was asked, and none that only stands near. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.reader.scoring import UNLIKELY
from retrieval.text.answer_kinds import IN_FEW_WORDS, QUANTITIES, asks_for_several, can_answer, expected_answer
from retrieval.text.enumerations import count_asked, count_items, goes_on
from retrieval.text.tables import told_line, told_lists

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.scoring import ScoredCandidate
    from retrieval.text.answer_kinds import AnswerKind

HELPFUL = 0.35  # the probability above which a further sentence is shown
OF_VALUE = 0.5  # the same where one value is asked for: of such sentences beside it fewer than half helped
LISTED = 0.1  # that of one that goes on with a list, or without which fewer are shown than are asked for
NEXT = 200  # characters between two sentences of one list
_OF_ONE_VALUE: frozenset[AnswerKind] = QUANTITIES | {"time"}
_OF_ONE: frozenset[AnswerKind] = _OF_ONE_VALUE | {"place", "thing", "yes_no", "description"}  # "which day", "which app"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sentences to show, in order; `are_items` where each may tell another of several things asked for."""

    sentences: tuple[ScoredCandidate, ...]
    are_items: bool


def with_helpful(ranked: Sequence[ScoredCandidate], question: str) -> Chosen:
    """Returns the best sentence, among the others of its list in their order, and each further one that helps."""
    several = asks_for_several(question)
    is_of_one = expected_answer(question) in _OF_ONE and not several
    best, *others = _sentence_first(ranked, question)
    chosen = [best] if is_of_one or best.candidate.field == "title" else _list_around(best, others, question)
    are_items = several or len(chosen) > 1
    wanted = count_asked(question) or 0
    least = OF_VALUE if expected_answer(question) in _OF_ONE_VALUE and not several else HELPFUL
    for scored in others:
        is_missing = wanted > 0 and _is_of_article(best, scored) and sum(map(_items, chosen)) < wanted
        is_helpful = scored.beside >= (LISTED if is_missing else least)
        if is_helpful and scored not in chosen and not _is_idle(scored, chosen, question):
            chosen.append(scored)
    return Chosen(tuple(chosen), are_items)


def _sentence_first(ranked: Sequence[ScoredCandidate], question: str) -> list[ScoredCandidate]:
    """Returns scored sentences, before what only stands above others one of these that is likely to help.

    So a sentence goes before the title of its article that answers no more surely, and an item before what introduces
    a list, where one value is asked for.
    """
    best, *others = ranked
    helpful = [scored for scored in others if scored.beside >= HELPFUL]
    below: list[ScoredCandidate] = []
    if best.candidate.field == "title":
        below = [scored for scored in helpful if _is_of_article(best, scored) and scored.span_score >= best.span_score]
    elif expected_answer(question) in _OF_ONE_VALUE and _introduces(best.candidate):
        below = [scored for scored in helpful if _is_item(scored.candidate)]
    first = below[0] if below else best
    return [first, *(scored for scored in ranked if scored is not first)]


def _introduces(candidate: Candidate) -> bool:
    return any(told.lead and told.lead.start == candidate.start for told in told_lists(candidate.hit.article.text))


def _is_item(candidate: Candidate) -> bool:
    line = told_line(candidate.field_text, candidate.start)
    return candidate.field == "text" and line is not None and line.kind == "item"


def _list_around(best: ScoredCandidate, others: Sequence[ScoredCandidate], question: str) -> list[ScoredCandidate]:
    """Returns the best sentence and those near it that go on with its list, or that it goes on with, in their order.

    Example:
        "Mill Lane is closed." and "Bridge Street also closes."
    """
    least = LISTED if asks_for_several(question) else HELPFUL / 2
    likely = [
        scored
        for scored in others
        if _is_of_article(best, scored)
        and scored.candidate.field == "text"
        and scored.beside >= least
        and _may_answer(scored, question)
    ]
    row = sorted((best, *likely), key=lambda scored: scored.candidate.start)
    first = last = row.index(best)
    while first > 0 and _goes_on_from(row[first - 1], row[first]):
        first -= 1
    while last + 1 < len(row) and _goes_on_from(row[last], row[last + 1]):
        last += 1
    return row[first : last + 1]


def _goes_on_from(one: ScoredCandidate, other: ScoredCandidate) -> bool:
    return other.candidate.start - one.candidate.end < NEXT and goes_on(other.candidate.text)


def _is_idle(scored: ScoredCandidate, chosen: Sequence[ScoredCandidate], question: str) -> bool:
    """Tells whether a sentence tells nothing beside others that are shown.

    So does a title above its article's own sentence, what holds no words that could answer, or only such as hardly do,
    and where one thing is asked for a line of a table or list, or what introduces one.
    """
    if scored.candidate.field == "title" and any(_is_of_article(each, scored) for each in chosen):
        return True
    kind = expected_answer(question)
    if kind in IN_FEW_WORDS and not (scored.span_score >= UNLIKELY and _may_answer(scored, question)):
        return True
    is_of_one = kind in _OF_ONE and not asks_for_several(question)
    is_line = told_line(scored.candidate.field_text, scored.candidate.start) is not None
    return is_of_one and (is_line or _introduces(scored.candidate))


def _may_answer(scored: ScoredCandidate, question: str) -> bool:
    """Tells whether a sentence holds words of the kind that is asked for, where a few answer."""
    if expected_answer(question) not in IN_FEW_WORDS:
        return True
    candidate, span = scored.candidate, scored.span
    if span is None:
        return False
    text = candidate.field_text
    before, after = text[candidate.start : span.start], text[span.end : candidate.end]
    return can_answer(question, text[span.start : span.end], before, after)


def _is_of_article(one: ScoredCandidate, other: ScoredCandidate) -> bool:
    first, second = one.candidate.hit, other.candidate.hit
    return (first.library, first.article.id) == (second.library, second.article.id)


def _items(scored: ScoredCandidate) -> int:
    """Returns how many things the words of a sentence that answer name."""
    span = scored.span
    return count_items(scored.candidate.field_text[span.start : span.end]) if span else 1
