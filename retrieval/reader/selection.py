"""From scored sentences to what is shown: which ones, in which order, and the short answer within them. Pure.

Beside the best sentence stand those that add to what was asked, and none that only stands near; where an article has
what is asked for as a list, bulleted or numbered, its items do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from retrieval.citations import Excerpt, joined
from retrieval.reader.scoring import UNLIKELY
from retrieval.text.answer_kinds import (
    IN_FEW_WORDS,
    QUANTITIES,
    asks_for_several,
    asks_who_won,
    can_answer,
    expected_answer,
)
from retrieval.text.boilerplate import headline_end, is_headline, is_instruction
from retrieval.text.dates import moments
from retrieval.text.document import sentences
from retrieval.text.enumerations import count_asked, count_items, goes_on
from retrieval.text.names import core_name, names, person_part
from retrieval.text.numbers import whole_figure
from retrieval.text.pronouns import may_tell_whom, needs_antecedent
from retrieval.text.quotation_marks import MARKS, without_open_marks
from retrieval.text.tables import bullet_end, told_line, told_list, told_lists
from retrieval.text.values import is_only_planned, is_other_time, tells_of_none
from retrieval.text.words import content_stems, plain, stem_set
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.scoring import ScoredCandidate
    from retrieval.reader.versions import Versions
    from retrieval.text.answer_kinds import AnswerKind
    from retrieval.text.tables import ToldList
    from retrieval.types import Article, Hit

MAX_SENTENCES, MAX_SEVERAL = 3, 5  # the latter where several things are asked for
MAX_CHARACTERS = 600
MAX_SHORT = 160  # characters
MOST_OF_SENTENCE = 0.8  # that the short answer is; a longer one is the sentence
MAX_PART = 400  # of a sentence that is longer than all that is shown
_CLAUSE_END = re.compile(r"(?<=[,;:)—–])\s+")
_WORD_END = re.compile(r"\s+")
_BLANK_LINE = re.compile(r"[^\S\n]*\n\s*\n\s*")
HELPFUL = 0.35  # the probability above which a further sentence is shown
OF_VALUE = 0.5  # the same where one value is asked for: of such sentences beside it fewer than half helped
LISTED = 0.1  # that of one that goes on with a list, or without which fewer are shown than are asked for
SHORT_ITEM = 60  # characters, up to which items are shown in one row
LIKELIEST, FEWEST_LIKELY = 12, 4  # candidates among which that many are items of one list, so that it is asked for
NEXT = 200  # characters between two sentences of one list
_OF_ONE_VALUE: frozenset[AnswerKind] = QUANTITIES | {"time"}
_OF_SEVERAL: frozenset[AnswerKind] = IN_FEW_WORDS - _OF_ONE_VALUE | {"other"}
_OF_ONE: frozenset[AnswerKind] = _OF_ONE_VALUE | {"place", "thing", "yes_no", "description"}  # "which day", "which app"


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
    introduction, items = list_asked_for(ranked, question)
    if items:
        listed = [*introduction, *items]
        lengths = accumulate(excerpt.end - excerpt.start + 1 for excerpt in listed)
        fitting = [excerpt for excerpt, upto in zip(listed, lengths, strict=True) if upto <= MAX_CHARACTERS]
        rows = [*introduction, *_in_rows(fitting[len(introduction) :])][: len(introduction) + MAX_SEVERAL]
        left = sum(item.end > rows[-1].end for item in items)
        return Selection(tuple(rows), None, total=len(rows) + left)
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

    Of a game it is whoever won, where that is asked for. A name is given whole, and without the place that somebody is
    of; the words of the question answer nothing.
    """
    kind, candidate, span = expected_answer(question), scored.candidate, scored.span
    line = told_line(candidate.field_text, candidate.start)
    if line and line.winner and asks_who_won(question):
        return candidate.field_text[line.winner.start : line.winner.end]
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
    is_other = kind == "time" and (is_only_planned(question, before) or is_other_time(question, before, after))
    return can_answer(question, short, before, after) and not (is_over or is_other)


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
        or not may_tell_whom(candidate.before, candidate.text)
        or is_instruction(plain(candidate.before))
        or set(content_stems(candidate.before)) <= set(content_stems(question))
    ):
        return None
    start = text.rfind(candidate.before, 0, candidate.start)
    is_apart = "\n" in text[start + len(candidate.before) : candidate.start]
    if is_apart and candidate.text[0] in MARKS:
        return None  # what opens a paragraph with a quotation is no part of what another said before
    if (listed := told_line(text, start)) and listed.kind == "item":
        return None  # what goes on below a list is of its introduction, not of its last item
    return Excerpt(hit.library, hit.article, start, start + len(candidate.before))


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

    So a sentence goes before the title of its article, or a headline in it, that answers no more surely, and an item
    before what introduces a list, where one value is asked for.
    """
    best, *others = ranked
    helpful = [scored for scored in others if scored.beside >= HELPFUL]
    below: list[ScoredCandidate] = []
    if _is_title(best.candidate):
        below = [
            scored
            for scored in helpful
            if _is_of_article(best, scored) and scored.span_score >= best.span_score and not _is_title(scored.candidate)
        ]
    elif expected_answer(question) in _OF_ONE_VALUE and _introduces(best.candidate):
        below = [scored for scored in helpful if _is_item(scored.candidate)]
    first = below[0] if below else best
    return [first, *(scored for scored in ranked if scored is not first)]


def _is_title(candidate: Candidate) -> bool:
    """Tells whether a candidate is the title of its article, or a headline within it and no line of a list."""
    if candidate.field == "title":
        return True
    text = candidate.field_text
    return told_line(text, candidate.start) is None and is_headline(text, Span(candidate.start, candidate.end))


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

    So does a title or headline above its article's own sentence, what holds no words that could answer, or only such
    as hardly do, and where one thing is asked for a line of a table or list, or what introduces one.
    """
    if _is_title(scored.candidate) and any(_is_of_article(each, scored) for each in chosen):
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


def list_asked_for(ranked: Sequence[ScoredCandidate], question: str) -> tuple[list[Excerpt], list[Excerpt]]:
    """Returns the line that introduces a list, if any, and its items, where the best candidates are of one.

    Nothing unless the question asks for several things, or for what no item names: "What did the council reject?" of
    what follows "It rejected two others:"; or unless several of its items are among what is likeliest to answer. A
    title is taken for what introduces the one list of its article, where it says all that is asked.
    """
    hit, told = ranked[0].candidate.hit, _list_at(ranked[0].candidate, question)
    if told is None:
        hit, told = _likely_list(ranked, question)
    if told is None:
        return [], []
    spans = sentences(hit.article.text, told.lead)[-1:] if told.lead else [], told.items
    introduction, items = ([Excerpt(hit.library, hit.article, span.start, span.end) for span in part] for part in spans)
    return introduction, items


def _list_at(best: Candidate, question: str) -> ToldList | None:
    """Returns the list that a candidate is of, or its title introduces, where the question asks for all of it."""
    told = told_list(best.hit.article.text, best.start) if best.field == "text" else _below_title(best, question)
    if told is None or not _is_wanted(question, best, told):
        return None
    is_before = best.field == "text" and told.lead is not None and best.end < told.lead.end
    return None if is_before else told  # what stands before the sentence that introduces it


def _likely_list(ranked: Sequence[ScoredCandidate], question: str) -> tuple[Hit, ToldList | None]:
    """Returns the list of which several items are among the likeliest candidates, together half as likely as the best.

    Each alone tells but a part of what "Who takes part?" asks for.
    """
    best = ranked[0]
    likely: dict[ToldList, list[ScoredCandidate]] = {}
    is_of_one = asks_who_won(question) or expected_answer(question) not in _OF_SEVERAL
    if asks_for_several(question) or not is_of_one:
        for scored in (scored for scored in ranked[:LIKELIEST] if _may_answer(scored, question)):
            candidate = scored.candidate
            told = told_list(candidate.field_text, candidate.start) if candidate.field == "text" else None
            if told and told.lead and _is_of_article(best, scored) and candidate.start >= told.items[0].start:
                likely.setdefault(told, []).append(scored)
    own = max(likely.items(), key=lambda each: sum(scored.probability for scored in each[1]), default=None)
    if own is None or len(own[1]) < FEWEST_LIKELY or 2 * sum(s.probability for s in own[1]) < best.probability:
        return best.candidate.hit, None
    told, hit = own[0], own[1][0].candidate.hit
    return hit, None if _names_item(question, hit.article, told) else told


def _in_rows(items: Sequence[Excerpt]) -> list[Excerpt]:
    """Returns the items of a list, short ones as one with those that stand below them: bare names."""
    rows: list[Excerpt] = []
    for item in items:
        between = item.article.text[rows[-1].end : item.start] if rows else ""
        is_short = all(len(line) <= SHORT_ITEM for row in (*rows[-1:], item) for line in row.text.splitlines())
        if is_short and _BLANK_LINE.fullmatch(between):
            rows[-1] = replace(rows[-1], end=item.end)
        else:
            rows.append(item)
    return rows


def _is_wanted(question: str, best: Candidate, told: ToldList) -> bool:
    """Tells whether a question asks for the items of a list: for several things, or things of which no item names what.

    Where nothing introduces the items, none may name it, but what the title and all above them name is of each.
    """
    several = asks_for_several(question)
    if several and (told.lead or best.field == "title"):
        return True
    if not several and expected_answer(question) not in {"thing", "other"}:
        return False
    return not _names_item(question, best.hit.article, told)


def _names_item(question: str, article: Article, told: ToldList) -> bool:
    """Tells whether a question has a word of an item, and not of the title and all above items without a lead."""
    text = article.text
    own = stem_set("\n".join(text[item.start : item.end] for item in told.items))
    above = "" if told.lead else f"{article.title}\n{text[: told.items[0].start]}"
    return not own.isdisjoint(set(content_stems(question)) - stem_set(above))


def _below_title(title: Candidate, question: str) -> ToldList | None:
    """Returns the one list of an article, where its title says all that a question asks."""
    told = told_lists(title.hit.article.text)
    return told[0] if len(told) == 1 and set(content_stems(question)) <= stem_set(title.text) else None
