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
_BEHIND_HEAD = words("prepositions")  # the step | of searching a home
_SUBORDINATES = RELATIVES | SUBORDINATORS
_UTTERANCES = words("utterance_nouns", "nouns_of_holding", "nouns_of_thought")
_OPENS_CLAUSE = words("question_words", "clause_subjects", "complementizers") | SUBJECT_PRONOUNS
_FINITE = (AUXILIARIES - VERB_ADVERBS) | IRREGULAR_PASTS
_SPEAKING = words(
    "titles", "person_nouns", "plural_person_nouns", "standing_for_people", "group_nouns", "body_nouns", "report_nouns"
) | {"%", "who", "they", "he", "she"}
_NO_CONTENT = words("said_without_content")
_OPENS_NO_SPEECH = words("openers_of_no_speech")
_NOBODY_NAMED = words("first_and_second_persons", "pointing_subjects")
_SHORTEST = 3  # tokens of a clause; "recalled that day" has none
_REACH = 14  # tokens in which a clause has its verb


def is_speaker(name: str) -> bool:
    """Tells whether a resolved name can be a speaker's: not "we", "those" or "his statements"."""
    first, *others = name.lower().split()
    is_words = first in POSSESSIVES and len(others) == 1 and others[0] in _UTTERANCES
    is_acronym = name.isupper() and len(name) > 1  # WHO and US are bodies
    is_open = first in _NOBODY_NAMED and not is_acronym and name not in RELATIVES  # "Who says so?", not "a man who"
    return not is_words and name.lower() != "which" and (bool(others) or not is_open)


def is_said(sentence: Sentence, cue: Cue, speaker: Range, contents: Sequence[Range]) -> bool:
    """Tells whether a cue reports words: a clause behind a verb of saying, or the object of an act of speech.

    "Hopes to win", "found that", "added three points" and "the floods threaten to rise" report none.
    """
    is_meant = not _MODALS.isdisjoint(sentence.lower[cue.start : cue.at]) or sentence.at(speaker[0] - 1) == "what"
    is_infinitive = cue.form == "base" and sentence.at(cue.start - 1) == "to"
    if is_meant or is_infinitive or _is_empty(sentence, cue, contents[0]):
        return False
    if sentence.lower[cue.at] in PLAIN_SPEECH and sentence.at(contents[0][0]) != "to":
        return True
    return _can_speak(sentence, speaker) and _is_reported(sentence, cue, contents[0])


def _is_empty(sentence: Sentence, cue: Cue, content: Range) -> bool:
    """Whether what follows a cue tells nothing ("said goodbye"), or only whom or what it is of ("told them of it")."""
    start = sentence.at(content[0])
    if content[0] < cue.end or start in _OPENS_NO_SPEECH:  # the theft that Lee blamed | on a guard
        return content[0] >= cue.end
    return start in _NO_CONTENT and not _is_clause(sentence, content)


def _is_reported(sentence: Sentence, cue: Cue, content: Range) -> bool:
    """The same for verbs that have other senses, too, of somebody who can speak."""
    verb, start = sentence.lower[cue.at], content[0]
    if sentence.at(start) == "to":
        of_own = start == cue.end or sentence.at(cue.end) == "not"  # asked to leave, asked not to be named
        return verb in TELLING_TO and not (verb in ASKING and of_own)
    if " ".join(sentence.lower[cue.at : cue.end]) in SPEECH_ACTS:
        return True
    if cue.frame == "judge":
        return verb in TELLING_TO and "to" in sentence.lower[start + 1 : content[1]]
    return verb in REPORTING - SHOWING and (start < cue.start or _is_clause(sentence, content))


def _can_speak(sentence: Sentence, speaker: Range) -> bool:
    """Whether a phrase is a name or a pronoun, or one of its words a person's or a body's."""
    if "to" in sentence.lower[slice(*speaker)]:  # plans to hold hearings
        return False
    inside = _head(sentence, speaker)
    written = sentence.lower[inside.start : inside.stop]
    names = [at for at in inside if sentence.capital(at) and sentence.lower[at] not in DETERMINERS]
    if any(at > 0 or len(inside) == 1 or sentence.capital(at + 1) for at in names):  # not of "Recent data"
        return True
    return not _SPEAKING.isdisjoint(written) or any(map(AGENT_NOUN.fullmatch, written))


def _head(sentence: Sentence, phrase: Range) -> range:
    """The tokens of a phrase up to its first preposition: the step | of searching a home."""
    start, end = phrase
    return range(start, next((at for at in range(start + 1, end) if sentence.lower[at] in _BEHIND_HEAD), end))


def _is_clause(sentence: Sentence, content: Range) -> bool:
    """Whether what is said has a verb of its own: "taxes would rise", not "three points to their lead"."""
    start, end = content
    if end - start < _SHORTEST:
        return False
    if sentence.lower[start] in _OPENS_CLAUSE:
        return True
    for at in range(start + 1, min(end, start + _REACH)):
        word = sentence.lower[at]
        if word in _SUBORDINATES:
            return False
        before = sentence.lower[at - 1]
        is_participle = before in DETERMINERS or before.endswith(("'s", "s'"))
        past = word.endswith("ed") and not is_participle and sentence.at(at + 1) not in _BEHIND_PARTICIPLE
        if word in _FINITE or past:
            return True
    return False
