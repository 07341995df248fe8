"""Interviews: each question that is put in an article, with what is answered to it. Pure.

Questions and answers have labels (`transcripts`), or the questions are paragraphs between the answers, mostly in bold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from retrieval.text.document import document, sentences
from retrieval.text.lexicon import alternatives
from retrieval.text.quotation_marks import MARKS
from retrieval.text.sentences import stripped
from retrieval.text.transcripts import is_of_oneself, turns
from retrieval.text.words import content_stems, holds_form

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from retrieval.types import Span

_EMPHASIS = "*_# "
_FEWEST = 3  # questions without labels
_LONGEST = 300  # characters of such a question
_YOU = re.compile(r"\byou(?:r|rself)?\b", re.IGNORECASE)
_OPENING = re.compile(
    rf"(?P<word>(?:{alternatives('question_words')}))(?: (?:many|much|long|old|often|far)\b)?"
    rf"|(?P<auxiliary>{alternatives('question_auxiliaries')})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of an interview, and the paragraphs of what is answered to it."""

    question: Span
    answer: tuple[Span, ...]


@lru_cache(maxsize=64)
def exchanges(text: str, about: str = "") -> tuple[Exchange, ...]:
    """Returns the questions of an interview or transcript that are answered, in order; none of any other text.

    Args:
        text: the article's text.
        about: its title and byline.
    """
    return tuple(
        Exchange(asked, reply.words)
        for turn, reply in pairwise(turns(text, about))
        for asked in sentences(text, turn.words[-1])[-1:]
        if text[asked.start : asked.end].endswith("?")
    ) or unlabelled_exchanges(text)


def unlabelled_exchanges(text: str) -> tuple[Exchange, ...]:
    """Returns the same where the questions are paragraphs between the answers.

    The questions have to speak to "you", and the answers of "I" or "we": else they are headings.
    """
    paragraphs = document(text).paragraphs
    asking = [at for at, span in enumerate(paragraphs) if _is_question(text, span)]
    found = [
        Exchange(_without_emphasis(text, paragraphs[at]), tuple(answer))
        for at, end in pairwise([*asking, None])
        if at is not None and (answer := _answer(text, paragraphs[at + 1 : end], is_last=end is None))
    ]
    to_somebody = sum(_YOU.search(text, one.question.start, one.question.end) is not None for one in found)
    of_oneself = sum(is_of_oneself(text, one.answer[0]) for one in found)
    is_interview = len(found) >= _FEWEST and 2 * min(to_somebody, of_oneself) >= len(found)
    return tuple(found) if is_interview else ()


def question_answered(text: str, about: str, at: int) -> str:
    """Returns the question of an interview that the sentence at a place answers; "" where there is none."""
    answered = (one for one in exchanges(text, about) if one.answer[0].start <= at < one.answer[0].end)
    return next((text[one.question.start : one.question.end] for one in answered), "")


def count_beyond(asked: str, put: str, known: Collection[str]) -> int | None:
    """Counts the words of content that a question put to somebody has beyond one that is asked about them.

    None where it asks for something else: for another kind of thing, or not for each word of content that is no name
    `known` (as stems) to be meant by "you".

    Example:
        "What did you learn from your teacher?" has one word beyond "What did Ann Lee learn?".
    """
    terms, there = set(content_stems(asked)) - set(known), frozenset(content_stems(put))
    is_same = _opening(asked) == _opening(put) is not None
    if not (is_same and terms and all(holds_form(term, there) for term in terms)):
        return None
    return max(0, len(there) - len(terms))


def _opening(question: str) -> str | None:
    """What a question asks for, by its first words: "how many", "when"; "" for yes or no."""
    found = _OPENING.match(question.strip(_EMPHASIS))
    return None if found is None else "" if found["auxiliary"] else found[0].lower()


def _is_question(text: str, span: Span) -> bool:
    bare = _without_emphasis(text, span)
    is_short = bare.end - bare.start <= _LONGEST
    return is_short and text.endswith("?", bare.start, bare.end) and text[bare.start] not in MARKS


def _without_emphasis(text: str, span: Span) -> Span:
    bare = text[span.start : span.end].strip(_EMPHASIS)
    start = text.find(bare, span.start)
    return stripped(text, start, start + len(bare))


def _answer(text: str, paragraphs: Sequence[Span], *, is_last: bool) -> list[Span]:
    """The paragraphs behind a question; behind the last one, those that go on to speak of "I" or "we"."""
    first, others = paragraphs[:1], paragraphs[1:]
    return [*first, *(takewhile(lambda span: is_of_oneself(text, span), others) if is_last else others)]
