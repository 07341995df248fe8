"""From scored sentences to what is shown: which ones, in which order, and the short answer within them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from retrieval.citations import Excerpt, joined
from retrieval.reader.beside import HELPFUL, with_helpful
from retrieval.reader.lists import list_asked_for
from retrieval.reader.scoring import UNLIKELY
from retrieval.text.answer_kinds import asks_for_several, asks_who_won, can_answer, expected_answer
from retrieval.text.boilerplate import headline_end, is_instruction
from retrieval.text.dates import moments
from retrieval.text.enumerations import count_named
from retrieval.text.names import core_name, names, person_part
from retrieval.text.numbers import whole_figure
from retrieval.text.pronouns import needs_antecedent
from retrieval.text.quotation_marks import MARKS, without_open_marks
from retrieval.text.tables import bullet_end, told_line
from retrieval.text.values import is_only_planned, tells_of_none
from retrieval.text.words import plain
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.scoring import ScoredCandidate
    from retrieval.reader.versions import Versions

MAX_SENTENCES, MAX_SEVERAL = 3, 5  # the latter where several things are asked for
MAX_CHARACTERS = 600
MAX_SHORT = 160  # characters
MOST_OF_SENTENCE = 0.8  # that the short answer is; a longer one is the sentence
MAX_PART = 400  # of a sentence that is longer than all that is shown
_CLAUSE_END = re.compile(r"(?<=[,;:)—–])\s+")
_WORD_END = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is shown of scored sentences, best first, neighbours in one paragraph joined.

    `short` is the span that answers, where a few words are enough; `total` counts all that would be shown if there were
    room; `items` are the scored sentences that each tell one of several things asked for.
    """

    excerpts: tuple[Excerpt, ...]
    short: str | None
    total: int
    items: tuple[ScoredCandidate, ...] = ()


def select(ranked: Sequence[ScoredCandidate], question: str) -> Selection:
    """Returns the best sentence and those that help beside it, each after the one that it needs to be understood.

    Where what is asked for is a list, its items are shown, below the line that introduces them.
    """
    showable = list(_showable(ranked))
    if not showable:
        return Selection((), None, total=0)
    if listed := list_asked_for(ranked[0].candidate, question):
        lengths = accumulate(excerpt.end - excerpt.start + 1 for excerpt in listed)
        fitting = [excerpt for excerpt, upto in zip(listed, lengths, strict=True) if upto <= MAX_CHARACTERS]
        return Selection(tuple(fitting[:MAX_SEVERAL]), None, total=len(listed))
    chosen = with_helpful(showable, question)
    most = MAX_SEVERAL if chosen.are_items else MAX_SENTENCES
    excerpts = tuple(joined(_within_limits(chosen.sentences[:most], question, most)))
    answers = {scored.answer for scored in chosen.sentences}
    is_whole = not chosen.are_items or len(answers) == 1  # of several sentences with an item each none has all
    short = short_answer(question, chosen.sentences[0]) if is_whole else None
    return Selection(excerpts, short, len(excerpts), chosen.sentences if asks_for_several(question) else ())


def select_versions(found: Versions, question: str) -> Selection:
    """Returns the best sentence of each version; no short answer where nothing tells which of them is right."""
    chosen = [version.first for version in found.told]
    excerpts = tuple(joined(_within_limits([_cut(scored) for scored in chosen], question, MAX_SENTENCES)))
    return Selection(excerpts, None if found.differ else short_answer(question, chosen[0]), total=len(excerpts))


def shown_rows(order: NDArray[np.intp], beside: NDArray[np.float64], *, several: bool) -> NDArray[np.intp]:
    """Returns the rows that `select` would show of all in their order, by their probabilities alone."""
    helpful = beside[order] >= HELPFUL
    helpful[0] = True
    return np.asarray(order[helpful][: MAX_SEVERAL if several else MAX_SENTENCES])


def short_answer(question: str, scored: ScoredCandidate) -> str | None:
    """Returns the span, where it is short, of the kind that is asked for and not unlikely to answer.

    Of a game it is whoever won, where that is asked for, and of names with a number each that of the one asked about. A
    name is given whole, and without the place that somebody is of; the words of the question answer nothing.
    """
    kind, candidate, span = expected_answer(question), scored.candidate, scored.span
    line = told_line(candidate.field_text, candidate.start)
    if line and line.winner and asks_who_won(question):
        return candidate.field_text[line.winner.start : line.winner.end]
    if kind == "number" and (counted := count_named(question, candidate.text)):
        return candidate.text[counted.start : counted.end]
    if span is None or scored.span_score < UNLIKELY or kind == "yes_no":
        return None
    if kind == "person":
        span = _whole_name(candidate, span)
    span = without_open_marks(candidate.field_text, whole_figure(candidate.field_text, span))
    short = candidate.field_text[span.start : span.end].rstrip(" ,;:")
    span = Span(span.start, span.start + len(short))
    return candidate.field_text[span.start : span.end] if _is_short_answer(question, candidate, span) else None


def _is_short_answer(question: str, candidate: Candidate, span: Span) -> bool:
    """Tells whether a span is short, no bullet and no publisher, and of the kind that is asked for."""
    text = candidate.field_text
    short = text[span.start : span.end]
    is_bullet = span.end <= bullet_end(text, candidate.start)
    is_publisher = candidate.field == "title" and span.start >= headline_end(text)
    is_long = len(short) > min(MAX_SHORT, MOST_OF_SENTENCE * len(candidate.text))
    if is_long or is_bullet or is_publisher:
        return False
    before, after = text[candidate.start : span.start], text[span.end : candidate.end]
    kind = expected_answer(question)
    is_over = kind == "number" and tells_of_none(question, candidate.text)
    is_plan = kind == "time" and is_only_planned(question, before)
    return can_answer(question, short, before, after) and not (is_over or is_plan)


def _whole_name(candidate: Candidate, span: Span) -> Span:
    """Returns the name without titles and place that a span is a part of, or comes from; else the span.

    Example:
        "Ann Lee" for "Holm" in "Mayor Ann Lee of Holm".
    """
    for name in names(candidate.text):
        core = person_part(core_name(candidate.text[name.start : name.end]))
        end = candidate.start + name.end
        low = candidate.field_text.rfind(core, candidate.start, end)
        high = low + len(core)
        is_from = core and candidate.field_text[high : span.start] == " of "
        if low >= 0 and (is_from or low <= span.start < span.end <= end):
            return Span(low, high)
    return span


def _showable(ranked: Sequence[ScoredCandidate]) -> Iterator[ScoredCandidate]:
    """Yields each text once, however many articles carry it."""
    texts: set[str] = set()
    for scored in map(_cut, ranked):
        if scored.candidate.text not in texts:
            texts.add(scored.candidate.text)
            yield scored


def _cut(scored: ScoredCandidate) -> ScoredCandidate:
    """Returns a sentence too long to be shown cut to the clauses around its span; others as they are."""
    whole, text = scored.candidate, scored.candidate.field_text
    if len(whole.text) <= MAX_CHARACTERS:
        return scored
    span = scored.span
    if span is None or span.end - span.start > MAX_PART:
        span = Span(whole.start, whole.start)
    low = max(whole.start, min((span.start + span.end - MAX_PART) // 2, whole.end - MAX_PART))
    high = low + MAX_PART
    start = low if low == whole.start else _border(text, low, span.start, last=False) or span.start
    end = high if high == whole.end else _border(text, span.end, high, last=True) or high
    return replace(scored, candidate=replace(whole, start=start, end=end, before=""))


def _border(text: str, start: int, end: int, *, last: bool) -> int | None:
    """Returns the first border of clauses in a stretch, or the last; of words where no clause ends there."""
    for pattern in (_CLAUSE_END, _WORD_END):
        if borders := list(pattern.finditer(text, start, end)):
            return borders[-1].start() if last else borders[0].end()
    return None


def _within_limits(chosen: Sequence[ScoredCandidate], question: str, most: int) -> list[Excerpt]:
    """Returns the sentences, each after the one that it needs to be understood, as far as there is room."""
    shown: list[Excerpt] = []
    for scored in chosen:
        own, needed = scored.candidate.excerpt, antecedent(scored.candidate, question)
        for more in ([needed, own] if needed else [own], [own]):
            both = [*shown, *(excerpt for excerpt in more if excerpt not in shown)]
            characters = sum(excerpt.end - excerpt.start + 1 for excerpt in both) - 1  # one between them
            if len(both) <= most and characters <= MAX_CHARACTERS:
                shown = both
                break
    return shown


def antecedent(candidate: Candidate, question: str) -> Excerpt | None:
    """Returns what a sentence needs before it: a row its header, one that opens with "He" or "The move" the last.

    Where "When?" is asked an item needs the day that it stands below.
    """
    hit, text = candidate.hit, candidate.field_text
    if candidate.field == "title":
        return None
    if (line := told_line(text, candidate.start)) and line.lead:
        is_dated = expected_answer(question) == "time" and moments(text[line.lead.start : line.lead.end])
        if line.kind == "row" or is_dated:
            return Excerpt(hit.library, hit.article, line.lead.start, line.lead.end)
    if (
        not needs_antecedent(candidate.text, question)
        or not candidate.before
        or is_instruction(plain(candidate.before))
    ):
        return None
    start = text.rfind(candidate.before, 0, candidate.start)
    is_apart = "\n" in text[start + len(candidate.before) : candidate.start]
    if is_apart and candidate.text[0] in MARKS:
        return None  # what opens a paragraph with a quotation is no part of what another said before
    if (listed := told_line(text, start)) and listed.kind == "item":
        return None  # what goes on below a list is of its introduction, not of its last item
    return Excerpt(hit.library, hit.article, start, start + len(candidate.before))
