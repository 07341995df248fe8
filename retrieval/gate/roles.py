"""Whether a claim is as sure as its evidence, and lets the same one act: hedges, parts, the voice of verbs. Pure.

Each check returns why the evidence does not support the claim, in one short phrase, or None where it finds nothing.
"""

from __future__ import annotations

import re
from itertools import pairwise, product, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from retrieval.gate.claims import outside
from retrieval.text import lexicon
from retrieval.text.verbs import BE, CUES, VERB_ADVERBS
from retrieval.text.words import (
    CLAUSE_WORDS,
    COORDINATORS,
    DETERMINERS,
    NEGATIONS,
    OBJECT_PRONOUNS,
    POSSESSIVES,
    RELATIVES,
    SUBJECT_PRONOUNS,
    lemma,
    same_family,
)
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from retrieval.gate.claims import Claim
    from retrieval.gate.evidence import Evidence
    from retrieval.text.words import Word

_HEDGES = lexicon.words("hedges", "weakening_words") - {"should", "would"}  # what was said would be may be told as is
_LEAVES_OPEN = _HEDGES | NEGATIONS | {"to"}
_PARTITIVES = lexicon.words("partitives")
_UNIVERSALS = lexicon.words("universals")
_NONE = lexicon.words("nobody")
_VERBS = frozenset(map(lemma, lexicon.words("common_verbs") | CUES.keys()))
_IRREGULAR_PARTICIPLES = frozenset(form for forms in lexicon.table("irregular_verbs").values() for form in forms)
_MODALS = lexicon.words("auxiliaries") - BE
_ACTIVE = _MODALS | {"to"}
_BETWEEN = VERB_ADVERBS | NEGATIONS
_CLAUSE_END = re.compile(
    rf"[.;:—]|, (?=(?:{lexicon.any_of(CLAUSE_WORDS | COORDINATORS | RELATIVES | SUBJECT_PRONOUNS)})\b)"
)
_COMMA = re.compile(r"[.;:—]|, ")
_MOST = 0.5  # of the words that a sentence shares with a claim
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


def passed_over_clause(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns that most of what a sentence shares with a claim is left open there, and in the claim nothing is."""
    if any(word.text in _LEAVES_OPEN for word in claim.words) or any(_openings(claim.words)):
        return None
    own = {word.stem for word in claim.content}
    word = next(filter(None, (_leaving_open(sentence, own) for sentence in evidence)), None)
    return f"the passage does not say so for sure (“{word.text}”)" if word else None


def _leaving_open(sentence: Evidence, stems: Collection[str]) -> Word | None:
    """Returns the word of a sentence that leaves open most of the words that have these stems, if one does."""
    shared = [word.start for word in sentence.words if word.stem in stems]
    for word in _openings(sentence.words):
        clause = _clause(sentence.text, word)
        inside = [start for start in shared if clause.start <= start < clause.end]
        if len(inside) >= max(2, _MOST * len(shared)) and inside[-1] > word.start:
            return word
    return None


def _openings(words: Sequence[Word]) -> Iterator[Word]:
    """Yields the words that leave open what follows: hedges, and "would" where it is "would have"."""
    for word, following in zip_longest(words, words[1:]):
        is_unreal = word.text in _MODALS and following is not None and following.text == "have"
        if word.text in _HEDGES or is_unreal:
            yield word


def _clause(text: str, word: Word) -> Span:
    """Returns what a word leaves open: the rest of its clause; a helper such as "may" leaves open the whole clause."""
    is_inserted = text[: word.start].endswith(", ")  # "the driver, accused of theft, fled": its comma ends it
    ends = [end.start() for end in (_COMMA if is_inserted else _CLAUSE_END).finditer(text)]
    before = max((end for end in ends if end < word.start), default=0)
    return Span(
        before if word.text in _MODALS else word.start,
        min((end for end in ends if end > word.start), default=len(text)),
    )


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
    for at, (part, of, determiner) in enumerate(zip(words, words[1:], words[2:], strict=False), start=2):
        is_part = part.text in _PARTITIVES and of.text == "of" and words[at - 3].text != "as"  # "as part of a deal"
        is_among = of.text == "among" and any(map(_is_superlative, words[at + 1 : at + 2]))
        if determiner.text in DETERMINERS | POSSESSIVES and (is_part or is_among):
            yield from [other for other in words[at + 1 : at + 1 + _REACH] if other.is_content][:1]


def _is_superlative(word: Word) -> bool:
    return word.text == "most" or word.text.endswith("est")


def unsaid_universal(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns which word the claim says of all, of nothing else or of nobody, where the evidence has no such word."""
    told = {word.text for sentence in evidence for word in sentence.words}
    unsaid = [kind for kind in (_UNIVERSALS, _NONE) if told.isdisjoint(kind)]
    word = next((word.text for word in claim.words for kind in unsaid if word.text in kind - {"no"}), None)
    return f"the passage does not say “{word}”" if word else None


def _of_the_whole(words: Sequence[Word]) -> Iterator[Word]:
    parts = {word.start for word in _of_a_part(words)}
    return (word for word in words if word.is_content and word.start not in parts)


def turned_round(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns around which verb the claim has in the other order what every sentence has in one."""
    stems = frozenset[str]().union(*(sentence.stems for sentence in evidence))
    for verb, first, second in _around_verbs(claim, [word for word in claim.content if word.stem in stems]):
        if first.stem != second.stem and _is_reversed(verb, first, second, claim.words, evidence):
            return f"what is around “{verb.text}” is turned round"
    return None


def _around_verbs(claim: Claim, shared: Sequence[Word]) -> Iterator[tuple[Word, Word, Word]]:
    """Yields each verb among words, with the nearest word and the nearest name before it and behind it."""
    names = {name.end for name in claim.names}
    no_verbs = {*claim.words} - {*outside(outside(claim.words, claim.names), claim.numbers)}
    no_verbs |= {word for before, word in pairwise(claim.words) if before.text in DETERMINERS | POSSESSIVES}
    for at, word in enumerate(shared):
        if word not in no_verbs and (_is_participle(word) or word.stem in _VERBS):
            firsts, seconds = (_nearest_and_named(part, names) for part in (shared[:at][::-1], shared[at + 1 :]))
            yield from ((word, first, second) for first, second in product(firsts, seconds))


def _nearest_and_named(found: Sequence[Word], ends_of_names: set[int]) -> list[Word]:
    return [*found[:1], *[word for word in found[1:] if word.end in ends_of_names][:1]]


def _is_reversed(pivot: Word, first: Word, second: Word, words: Sequence[Word], evidence: Sequence[Evidence]) -> bool:
    """Tells whether two words stand around a third only in the other order in evidence, with the verb in one voice."""
    own = _is_acted_on(words, words.index(pivot))
    found = False
    for sentence in evidence:
        places = {
            word.stem: [at for at, each in enumerate(sentence.words) if each.stem == word.stem]
            for word in (pivot, first, second)
        }
        for middle, left, right in product(places[pivot.stem], places[first.stem], places[second.stem]):
            is_same_voice = own == _is_acted_on(sentence.words, middle)
            if left < middle < right and is_same_voice:
                return False
            found = found or (right < middle < left and is_same_voice)
    return found


def _is_acted_on(words: Sequence[Word], at: int) -> bool:
    helper = _before_adverbs(words, at)
    is_by = any(word.text == "by" for word in words[at + 1 : at + 3])
    return is_by or (helper is not None and words[helper].text in BE and _is_participle(words[at]))


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
        pairs = zip_longest(following, following[1:])  # "her" before a noun is a possessive
        return not any(one.text in OBJECT_PRONOUNS and not (two and two.is_content) for one, two in pairs)
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
    before = (word for word in reversed(words[:end]) if word.text not in _BETWEEN)
    return next((word for word in before if word.is_content or word.text in SUBJECT_PRONOUNS), None)
