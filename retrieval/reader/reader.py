"""The Answerer by extraction: the sentences of the hits that answer, in their exact words, or a refusal."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, whole_field
from retrieval.reader.answers import best_extract, extract, refused, together
from retrieval.reader.attribution import read_interview
from retrieval.reader.candidates import candidates
from retrieval.reader.entities import is_of_namesake, unknown_entity
from retrieval.reader.events import read_events
from retrieval.reader.scoring import shipped_weights
from retrieval.reader.speech import read_speech
from retrieval.reader.versions import versions
from retrieval.text.answer_kinds import QUANTITIES, expected_answer, may_tell, parts
from retrieval.text.boilerplate import signed_by
from retrieval.text.dates import is_of_other_edition
from retrieval.text.document import sentences
from retrieval.text.enumerations import is_of_rival
from retrieval.text.languages import foreign_language
from retrieval.text.periods import is_of_other_year
from retrieval.text.questions import article_field, without_by
from retrieval.text.values import is_foretold, is_retracted
from retrieval.text.words import content_stems, stem_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.scoring import Scorer
    from retrieval.store.quotes import Quotations
    from retrieval.types import Answer, Extract, Field, Hit, Question, Refusal

_NOTES = 6  # sentences at the end of an article among which its author is told
_AS_STATED = 1.0  # a field is the answer; only which article is meant could be wrong


class Reader:
    """Answers from hits and, where it is asked what somebody said, from the quotations of the libraries asked.

    Args:
        scorer: how well a sentence answers.
        threshold: the confidence below which it refuses (None: the shipped one).
        quotations: those that are stored (None: a question on what somebody said is one like any other).
    """

    def __init__(self, scorer: Scorer, *, threshold: float | None = None, quotations: Quotations | None = None) -> None:
        self._scorer = scorer
        self._threshold = shipped_weights().threshold if threshold is None else threshold
        self._quotations = quotations

    def answer(self, question: Question, hits: Sequence[Hit]) -> Answer:
        answer = self._by_kind(question, hits)
        outcome = "shown" if answer.answered else "refused"
        verdict = f"confidence {answer.confidence:.2f}, threshold {self._threshold:.2f}: {outcome}"
        trace, every_hit = answer.trace, tuple(dict.fromkeys((*answer.trace.hits, *hits)))
        return replace(answer, trace=replace(trace, hits=every_hit, why=(verdict, *trace.why)))

    def _by_kind(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Returns what the first kind of question that has something to say answers."""
        text, threshold = question.text, self._threshold
        if language := foreign_language(text):
            return refused(question, f"The question seems to be in {language}, and Byline reads English only.")
        if not hits:
            return refused(question, why=["nothing was found"])
        if field := article_field(text):
            return self._field(question, hits[0], field)
        told = read_interview(question, hits, threshold=threshold)
        if told is None and self._quotations:
            told = read_speech(question, hits, scorer=self._scorer, quotations=self._quotations, threshold=threshold)
        return told or read_events(question, hits, threshold=threshold) or self._sentences(question, hits)

    def _sentences(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Returns what the sentences at large answer, of articles in English, to each part of the question."""
        unread = _unread(hits[0])
        read, why_none = _of_subject(question, [hit for hit in hits if _unread(hit) is None])
        if not read:
            return refused(question, unread, why=why_none)
        pool = [candidate for candidate in candidates(read) if _may_answer(question, candidate)]
        asked = parts(question.text)
        in_context = question.in_context if len(asked) == 1 else None  # which holds all parts
        answers = [
            best_extract(part, scores, threshold=self._threshold, refusal=unread, found=versions(part, scores.ranked))
            for part in (replace(question, text=text, in_context=in_context) for text in asked)
            for scores in [self._scorer.score(part, _without_old_plans(part.text, pool))]
        ]
        answers = [_of_kind(answer, question) for answer in answers]
        return answers[0] if len(answers) == 1 else together(question, answers)

    def _field(self, question: Question, hit: Hit, field: Field) -> Answer:
        """Returns a field of the hit's article, or the note below it on its author; a refusal where it has neither."""
        excerpt = whole_field(hit.library, hit.article, field)
        short = without_by(excerpt.text) if excerpt and field == "byline" else None
        if excerpt is None and field == "byline":
            excerpt, short = _signature(hit)
        if excerpt is None:
            return refused(question, why=[f"the source of “{hit.article.title}” gives no {field}"])
        why = [f"the article's own {field}"]
        return extract(question, [excerpt], _AS_STATED, threshold=self._threshold, short=short, why=why)


def _of_kind(answer: Extract | Refusal, question: Question) -> Extract | Refusal:
    """Returns an answer; a refusal where it holds nothing of the kind asked for, as no number for "how many?"."""
    if answer.answered and not may_tell(answer.question, " ".join(cited.quote for cited in answer.citations)):
        return refused(question, why=answer.trace.why, hits=answer.trace.hits)
    return answer


def _signature(hit: Hit) -> tuple[Excerpt | None, str | None]:
    """Returns the note below an article that tells its author, and the author; None where there is none."""
    for span in sentences(hit.article.text)[-_NOTES:]:
        note = Excerpt(hit.library, hit.article, span.start, span.end)
        if name := signed_by(note.text):
            return note, name
    return None, None


def _unread(nearest: Hit) -> str | None:
    """Returns why a hit is not read; None where it is."""
    language = foreign_language(nearest.article.text)
    return f"What comes nearest seems to be in {language}, and Byline reads English only." if language else None


def _may_answer(question: Question, candidate: Candidate) -> bool:
    """Tells whether a sentence holds what it says, and tells of no other year, event or contest than is asked about."""
    text, asked, told, published = question.text, question.asked, candidate.text, candidate.hit.article.published_on
    is_other = published is not None and is_of_other_year(text, asked, told, published)
    is_other = is_other or is_of_other_edition(text, told, asked) or is_of_rival(text, candidate.told)
    return not (is_other or is_retracted(told, candidate.hit.article.title))


def _without_old_plans(question: str, pool: Sequence[Candidate]) -> list[Candidate]:
    """Returns the sentences without those that foretell what a later report tells, of a number or time asked for.

    Example:
        Without "The pool is to reopen on 3 May." for "When did the pool reopen?", where it opened late.
    """
    if expected_answer(question) not in QUANTITIES | {"time"}:
        return list(pool)
    asked = set(content_stems(question))
    plans = {at for at, candidate in enumerate(pool) if is_foretold(question, candidate.text)}
    days = [
        day
        for at, candidate in enumerate(pool)
        if at not in plans and not asked.isdisjoint(stem_set(candidate.text))
        if (day := candidate.hit.article.published_on)
    ]
    newest = max(days, default=dt.date.min)
    return [c for at, c in enumerate(pool) if at not in plans or (c.hit.article.published_on or dt.date.max) >= newest]


def _of_subject(question: Question, hits: Sequence[Hit]) -> tuple[list[Hit], list[str]]:
    """Returns the hits of articles on whom or what is asked about, and if there are none, why."""
    if not hits:
        return [], []
    if name := unknown_entity(question.text, hits):
        return [], [f"no article found names “{name}”"]
    own = [hit for hit in hits if not is_of_namesake(question.text, hit)]
    return own, [] if own else ["the articles found tell of others by that name"]
