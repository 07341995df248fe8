"""Whether what a sentence attributes was said: words reported, and no wish, deed or finding. Pure, by rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.text.lexicon import words
from retrieval.text.names import AGENT_NOUN
from retrieval.text.verbs import (
    ASKING,
    AUXILIARIES,
    PLAIN_SPEECH,
    REPORTING,
    SHOWING,
    SPEECH_ACTS,
    TELLING_TO,
    VERB_ADVERBS,
)
from retrieval.text.words import DETERMINERS, IRREGULAR_PASTS, POSSESSIVES, RELATIVES, SUBJECT_PRONOUNS, SUBORDINATORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.quotes.clauses import Cue, Range, Sentence

_MODALS = words("modal_verbs")
_BEHIND_PARTICIPLE = words("prepositions")
_FIRST_AND_SECOND = words("first_and_second_persons")
_UTTERANCES = words("utterance_nouns", "nouns_of_holding", "nouns_of_thought")
_OPENS_CLAUSE = words("question_words", "clause_subjects", "complementizers") | SUBJECT_PRONOUNS
_FINITE = (AUXILIARIES - VERB_ADVERBS) | IRREGULAR_PASTS
_SPEAKING = words(
    "titles", "person_nouns", "plural_person_nouns", "standing_for_people", "group_nouns", "body_nouns", "report_nouns"
) | {"%", "who", "they", "he", "she"}
_SHORTEST = 3  # tokens of a clause; "recalled that day" has none
_REACH = 14  # tokens in which a clause has its verb


def is_speaker(name: str) -> bool:
    """Tells whether a resolved name can be a speaker's: not "we", "you" or "his statements"."""
    first, *others = name.lower().split()
    is_words = first in POSSESSIVES and len(others) == 1 and others[0] in _UTTERANCES
    return not is_words and (bool(others) or first not in _FIRST_AND_SECOND)


def is_said(sentence: Sentence, cue: Cue, speaker: Range, contents: Sequence[Range]) -> bool:
    """Tells whether a cue reports words: a clause behind a verb of saying, or the object of an act of speech.

    "Hopes to win", "found that", "added three points" and "the floods threaten to rise" report none.
    """
    verb = sentence.lower[cue.at]
    if not _MODALS.isdisjoint(sentence.lower[cue.start : cue.at]) or sentence.at(speaker[0] - 1) == "what":
        return False
    if verb in PLAIN_SPEECH:
        return cue.form != "base" or sentence.at(cue.start - 1) != "to"
    return _can_speak(sentence, speaker) and _is_reported(sentence, cue, contents[0])


def _is_reported(sentence: Sentence, cue: Cue, content: Range) -> bool:
    """The same for verbs that have other senses, too, of somebody who can speak."""
    verb, start = sentence.lower[cue.at], content[0]
    match sentence.at(start):
        case "to":
            return verb in TELLING_TO and (start > cue.end or verb not in ASKING)
        case "of" | "as":  # an aide accused of fraud
            return False
    if " ".join(sentence.lower[cue.at : cue.end]) in SPEECH_ACTS:
        return True
    if cue.frame == "judge":
        return verb in TELLING_TO and "to" in sentence.lower[start + 1 : content[1]]
    return verb in REPORTING - SHOWING and (start < cue.start or _is_clause(sentence, content))


def _can_speak(sentence: Sentence, speaker: Range) -> bool:
    """Whether a phrase is a name or a pronoun, or one of its words a person's or a body's."""
    inside, written = range(*speaker), sentence.lower[slice(*speaker)]
    if "to" in written:  # plans to hold hearings
        return False
    names = [at for at in inside if sentence.capital(at) and sentence.lower[at] not in DETERMINERS]
    if any(at > 0 or len(inside) == 1 or sentence.capital(at + 1) for at in names):  # not of "Recent data"
        return True
    return not _SPEAKING.isdisjoint(written) or any(map(AGENT_NOUN.fullmatch, written))


def _is_clause(sentence: Sentence, content: Range) -> bool:
    """Whether what is said has a verb of its own: "taxes would rise", not "three points to their lead"."""
    start, end = content
    if end - start < _SHORTEST:
        return False
    if sentence.lower[start] in _OPENS_CLAUSE:
        return True
    for at in range(start + 1, min(end, start + _REACH)):
        word = sentence.lower[at]
        if word in RELATIVES or word in SUBORDINATORS:
            return False
        past = (
            word.endswith("ed")
            and sentence.lower[at - 1] not in DETERMINERS
            and sentence.at(at + 1) not in _BEHIND_PARTICIPLE
        )
        if word in _FINITE or past:
            return True
    return False
