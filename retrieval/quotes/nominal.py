"""What a sentence attributes without an active verb of saying: by nouns, adjectives and passives. Pure, by rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.text.lexicon import words
from retrieval.text.names import TITLES
from retrieval.text.verbs import BE, is_past
from retrieval.text.words import (
    ADVERBIAL_OPENERS,
    CONTRACTED_BE,
    COORDINATORS,
    DEGREE_ADVERBS,
    DETERMINERS,
    NEGATIONS,
    POSSESSIVES,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
)
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.quotes.clauses import Range, Sentence
    from retrieval.quotes.composing import Attribution

_NOUNS = words("nouns_of_holding")
_OF_THOUGHT = words("nouns_of_thought")
_NOUN_REACH = 4  # tokens before the noun in which whose it is stands: his first public claim
_ADJECTIVES = words("adjectives_of_holding")
_BE = BE | CONTRACTED_BE
_COMPLEMENTS = {"that"} | ADVERBIAL_OPENERS | SUBJECT_PRONOUNS | DETERMINERS
_CLAUSE_ENDS = {",", ";", ":", "(", ")", "—", "–", "-", "."} | SUBORDINATORS | COORDINATORS | {"which", "who"}
_AGENT_REACH = 4


def nominal(sentence: Sentence) -> Iterator[Attribution]:
    """Finds what a sentence attributes by nouns ("Lee's claim that"), adjectives ("is sure that") and passives."""
    for at, word in enumerate(sentence.lower):
        if word in _NOUNS and sentence.at(at + 1) == "that":
            yield from _owned(sentence, at)
        elif word in _ADJECTIVES and sentence.at(at + 1) in _COMPLEMENTS:
            yield from _held(sentence, at)
        elif is_past(word) and sentence.at(at - 1) in BE | DEGREE_ADVERBS:
            yield from _by_agent(sentence, at)


def _owned(sentence: Sentence, at: int) -> Iterator[Attribution]:
    """Lee's repeated claim that ..."""
    owner = _owner(sentence, at)
    end = next((i for i in range(at + 2, len(sentence)) if sentence.lower[i] in _CLAUSE_ENDS), len(sentence))
    content = sentence.without_marks((at + 1, end))
    if owner and content:
        said = sentence.attribution(owner, (at, at + 1), [content])
        start, end = said.speaker.start, said.speaker.end
        last = next(token.lower for token in sentence.tokens if token.end == end)
        cut = 2 if last.endswith("'s") else int(last.endswith("'"))
        yield replace(said, speaker=Span(start, end - cut), spoken=sentence.lower[at] not in _OF_THOUGHT)


def _owner(sentence: Sentence, noun: int) -> Range | None:
    """Whose a noun is."""
    for at in range(noun - 1, max(-1, noun - 1 - _NOUN_REACH), -1):
        word = sentence.lower[at]
        if word in POSSESSIVES:
            return at, at + 1
        if word.endswith(("'s", "s'")):
            return _owning(sentence, at if word == "'s" else at + 1)
        if word in DETERMINERS or not sentence.tokens[at].word:
            return None
    return None


def _owning(sentence: Sentence, end: int) -> Range:
    """The name, or the noun with its article, that ends where a possessive stands."""
    start = end - 1
    while sentence.capital(start) and (sentence.capital(start - 1) or sentence.at(start - 1) in TITLES):
        start -= 1
    if not sentence.capital(end - 1):
        opening = [at for at in range(max(0, end - _NOUN_REACH), end) if sentence.lower[at] in DETERMINERS]
        start = opening[-1] if opening else start
    return start, end


def _held(sentence: Sentence, at: int) -> Iterator[Attribution]:
    """Lee is confident that ..."""
    verb = at
    while sentence.at(verb - 1) in DEGREE_ADVERBS or sentence.at(verb - 1).endswith("ly"):
        verb -= 1
    if sentence.at(verb - 1) not in _BE:
        return
    start = sentence.group_start(verb)
    begin = at + 2 if sentence.at(at + 1) in ADVERBIAL_OPENERS - {"to"} | {"of"} else at + 1
    pronoun = sentence.at(start - 1) in SUBJECT_PRONOUNS
    speaker = (start - 1, start) if pronoun else sentence.phrase_before(start)
    content = sentence.without_marks((begin, len(sentence)))
    if speaker and content:
        held = sentence.attribution(speaker, (start, at + 1), [content], denied=_negated(sentence, start, at))
        yield replace(held, spoken=False)


def _by_agent(sentence: Sentence, at: int) -> Iterator[Attribution]:
    """The plan was criticised by Lee."""
    start = sentence.group_start(at)
    by = next((i for i in range(at + 1, min(len(sentence), at + _AGENT_REACH)) if sentence.lower[i] == "by"), None)
    if by is None or not set(sentence.lower[start:at]) & BE:
        return
    speaker, content = sentence.phrase_after(by + 1), sentence.phrase_before(start)
    if speaker and content:
        told = sentence.attribution(speaker, (start, by + 1), [content], denied=_negated(sentence, start, at))
        yield replace(told, spoken=False)


def _negated(sentence: Sentence, start: int, end: int) -> bool:
    return bool(set(sentence.lower[start:end]) & NEGATIONS)
