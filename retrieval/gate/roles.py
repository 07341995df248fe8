"""Whether a claim is as sure as its evidence, and lets the same one act: hedges, parts, the voice of verbs. Pure.

Each check returns why the evidence does not support the claim, in one short phrase, or None where it finds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from retrieval.text import lexicon
from retrieval.text.verbs import BE, VERB_ADVERBS
from retrieval.text.words import DETERMINERS, NEGATIONS, OBJECT_PRONOUNS, POSSESSIVES, SUBJECT_PRONOUNS, same_family

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.gate.claims import Claim
    from retrieval.gate.evidence import Evidence
    from retrieval.text.words import Word

_HEDGES = lexicon.words("hedges", "weakening_words") - {"should", "would"}  # what was said would be may be told as is
_LEAVES_OPEN = _HEDGES | NEGATIONS | {"to"}
_PARTITIVES = lexicon.words("partitives")
_IRREGULAR_PARTICIPLES = frozenset(form for forms in lexicon.table("irregular_verbs").values() for form in forms)
_MODALS = lexicon.words("auxiliaries") - BE
_ACTIVE = _MODALS | {"to"}
_BETWEEN = VERB_ADVERBS | NEGATIONS
_REACH = 4  # words between a hedge and what it leaves open
_SCOPE = 2  # words of content that it leaves open


def passed_over_hedge(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns that every sentence leaves open what the claim says without a hedge."""
    for sentence in evidence:
        for at, word in enumerate(sentence.words):
            scope = [w.stem for w in sentence.words[at + 1 : at + 1 + _REACH] if w.is_content][:_SCOPE]
            is_open = word.text in _HEDGES and scope and not any(_is_sure(other.words, scope) for other in evidence)
            if is_open and _is_sure(claim.words, scope):
                return f"the passage does not say so for sure (“{word.text}”)"
    return None


def _is_sure(words: Sequence[Word], scope: Sequence[str]) -> bool:
    """Tells whether words hold all of a scope, and no hedge or denial before any of it."""
    places = [[at for at, word in enumerate(words) if same_family(word.stem, stem)] for stem in scope]
    before = (words[max(0, at - _REACH - 1) : at] for found in places for at in found)
    return all(places) and not any(word.text in _LEAVES_OPEN for stretch in before for word in stretch)


def whole_for_part(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns which word the claim says of a whole, or of the only one, where the evidence says it of a part."""
    parts = {word.text for sentence in evidence for word in _of_a_part(sentence.words)}
    wholes = {word.text for sentence in evidence for word in _of_the_whole(sentence.words)}
    word = next((word.text for word in _of_the_whole(claim.words) if word.text in parts - wholes), None)
    return f"the passage says so of a part of “{word}” only" if word else None


def _of_a_part(words: Sequence[Word]) -> Iterator[Word]:
    """Yields the first word of content after each "one of the": the plural or the superlative that it is a part of."""
    for at, (part, of, determiner) in enumerate(zip(words, words[1:], words[2:], strict=False)):
        if part.text in _PARTITIVES and of.text == "of" and determiner.text in DETERMINERS | POSSESSIVES:
            yield from [other for other in words[at + 3 : at + 3 + _REACH] if other.is_content][:1]


def _of_the_whole(words: Sequence[Word]) -> Iterator[Word]:
    parts = {word.start for word in _of_a_part(words)}
    return (word for word in words if word.is_content and word.start not in parts)


class _Verb(NamedTuple):
    """A verb at a place among words, and its subject; `is_plain`: its helper or pronoun tells the voice."""

    at: int
    stem: str
    is_passive: bool
    subject: Word | None
    is_plain: bool = True


def turned_voice(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns which verb the claim has done to whom does it in the evidence, or the other way round.

    A claim without a helper or a pronoun ("Lee named captain") may be a headline, and means either.
    """
    theirs = [(sentence, verb) for sentence in evidence for verb in _verbs(sentence.text, sentence.words)]
    for verb in _verbs(claim.text, claim.words):
        same = [(sentence, other) for sentence, other in theirs if other.stem == verb.stem]
        if verb.is_plain and same and all(_is_turned(verb, other, sentence.words) for sentence, other in same):
            return f"who “{claim.words[verb.at].text}” whom is turned round"
    return None


def _is_turned(verb: _Verb, other: _Verb, words: Sequence[Word]) -> bool:
    """Tells whether two verbs differ in voice, and the first one's subject is not who has the other role there."""
    if verb.is_passive == other.is_passive or verb.subject is None:
        return False
    following = words[other.at + 1 :]
    if verb.subject.text in SUBJECT_PRONOUNS:
        return not any(word.text in OBJECT_PRONOUNS for word in following)
    return not any(same_family(word.stem, verb.subject.stem) for word in following)


def _verbs(text: str, words: Sequence[Word]) -> Iterator[_Verb]:
    """Yields the verbs of which the words before them tell the voice: "was called", "has called", "he called"."""
    is_simple = sum(map(_may_lead, words)) == 1  # one verb, no "who was"
    for at, word in enumerate(words):
        helper = _before_adverbs(words, at)
        if helper is None or not word.is_content:
            continue
        before, is_participle = words[helper], _is_participle(word)
        if is_participle and before.text in BE:
            yield _Verb(at, word.stem, is_passive=True, subject=_subject(words, helper))
        elif before.text in _ACTIVE:
            yield _Verb(at, word.stem, is_passive=False, subject=_subject(words, helper))
        elif is_participle and (is_simple or _may_act(text, before, word)):
            is_plain = before.text in SUBJECT_PRONOUNS
            yield _Verb(at, word.stem, is_passive=False, subject=before, is_plain=is_plain)


def _before_adverbs(words: Sequence[Word], at: int) -> int | None:
    return next((n for n in range(at - 1, -1, -1) if words[n].text not in _BETWEEN), None)


def _may_lead(word: Word) -> bool:
    """Tells whether a word may be a verb, or help one."""
    return word.text in BE | _MODALS or _is_participle(word)


def _may_act(text: str, word: Word, verb: Word) -> bool:
    """Tells whether a word right before a verb is its subject: a pronoun, or capitalized with but a blank between."""
    is_name = text[word.start].isupper() and text[word.end : verb.start] == " "
    return word.text in SUBJECT_PRONOUNS or is_name


def _is_participle(word: Word) -> bool:
    return word.text.endswith("ed") or word.text in _IRREGULAR_PARTICIPLES


def _subject(words: Sequence[Word], end: int) -> Word | None:
    """Returns the last word before a verb's helpers that can be its subject."""
    return next((word for word in reversed(words[:end]) if word.is_content or word.text in SUBJECT_PRONOUNS), None)
