"""The exact checks of a claim against evidence: what it names, how sure it is, who acts in it, and who said so. Pure.

Each check returns why the evidence does not support the claim, in one short phrase, or None where it finds nothing.
"""

from __future__ import annotations

import re
from itertools import pairwise, product, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from retrieval.gate.claims import ClaimedName, outside, overlaps
from retrieval.text import lexicon
from retrieval.text.boilerplate import is_saying, leaves_speaker_open
from retrieval.text.dates import Moment
from retrieval.text.document import document
from retrieval.text.name_matching import matching_names
from retrieval.text.names import core_name, names
from retrieval.text.numbers import exchanged
from retrieval.text.words import (
    BE,
    CLAUSE_WORDS,
    COORDINATORS,
    CUES,
    DETERMINERS,
    NEGATIONS,
    OBJECT_PRONOUNS,
    OPPOSITES,
    POSSESSIVES,
    RELATIVES,
    SUBJECT_PRONOUNS,
    VERB_ADVERBS,
    holds_family,
    lemma,
    plain,
    same_family,
    stem,
    words,
)
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from retrieval.gate.claims import Claim, Evidence
    from retrieval.text.numbers import Figure
    from retrieval.text.words import Word
    from retrieval.types import Quote

    Fact = ClaimedName | Figure | Moment

# Names, numbers, dates and denials, each where the claim has it.
_SHORT_OF = lexicon.words("words_short_of")
_NEAR = 0.5  # the share of a fact's neighbours in the claim that its sentence in the passage holds as well
_DENIAL_REACH = 5  # words between a denial and what it denies
_RIGHT_BEFORE = 3  # words
_DENIAL_SCOPE = 2  # words of content that a denial denies


def untold_name(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns which name none of the sentences tells."""
    return _untold(claim, claim.names, evidence)


def untold_number(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns which number none of the sentences tells, by value and unit."""
    return _untold(claim, claim.numbers, evidence)


def untold_date(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns which date none of the sentences tells."""
    return _untold(claim, claim.dates, evidence)


def out_of_context(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns which fact only sentences tell that lack the words around it; a sentence alone has them all."""
    if len(evidence) == 1:
        return None
    facts: list[Fact] = [*claim.names, *claim.numbers, *claim.dates]
    for fact in facts:
        near = claim.neighbours(fact.start, fact.end)
        telling = [sentence for sentence in evidence if _tells(claim, fact, sentence)]
        if sum(any(holds_family(sentence.stems, word) for sentence in telling) for word in near) < _NEAR * len(near):
            return f"{_not_told(claim, fact)} there"
    return None


def _untold(claim: Claim, facts: Sequence[Fact], evidence: Sequence[Evidence]) -> str | None:
    untold = (fact for fact in facts if not any(_tells(claim, fact, sentence) for sentence in evidence))
    return next((_not_told(claim, fact) for fact in untold), None)


def _not_told(claim: Claim, fact: Fact) -> str:
    verb = "named" if isinstance(fact, ClaimedName) else "said"
    return f"{claim.text[fact.start : fact.end].strip()} is not {verb}"


def _tells(claim: Claim, fact: Fact, sentence: Evidence) -> bool:
    if isinstance(fact, Moment):
        return _tells_date(fact, sentence)
    if isinstance(fact, ClaimedName):
        return sentence.tells_name(fact.text, speaks=fact.speaks)
    forms = (fact, *(share for share in claim.shares if overlaps(share, fact)))
    return any(form.is_told_by(other) for form in forms for other in sentence.told_numbers)


def _tells_date(date: Moment, sentence: Evidence) -> bool:
    """Tells whether a sentence gives a date; a month or year may be its article's, where it has no other one."""
    if any(date.is_told_by(other) for other in sentence.dates):
        return True
    published = sentence.hit.article.published_on
    is_exact = date.day or date.weekday is not None or date.word
    if published is None or is_exact or any(other.year or other.month for other in sentence.dates):
        return False
    return Moment(0, 0, published.year, published.month).has(date)


def exchanged_names(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns which two names a claim has in another order than the nearest sentence, around the same words."""
    sentence = _nearest(claim, evidence)
    placed = [(name, place) for name in claim.names if (place := _place(name, sentence)) is not None]
    for (one, first), (other, second) in pairwise(placed):
        if _are_crossed(claim, (one, other), sentence, (first, second)):
            return f"{one.text} and {other.text} are exchanged"
    return None


def _are_crossed(
    claim: Claim, pair: tuple[ClaimedName, ClaimedName], sentence: Evidence, places: tuple[int, int]
) -> bool:
    """Tells whether two names of a claim stand in a sentence in the other order, with a word of the claim's between."""
    between = [word for word in claim.content if pair[0].end <= word.start and word.end <= pair[1].start]
    there = [word for word in sentence.words if places[1] < word.start < places[0]]
    return any(_are_one(word, claim.words, same, sentence.words) for word, same in product(between, there))


def _are_one(word: Word, words: Sequence[Word], other: Word, others: Sequence[Word]) -> bool:
    """Tells whether two words of two sentences are forms of one, and not of a verb that is passive in one alone."""
    voices = _is_acted_on(words, words.index(word)), _is_acted_on(others, others.index(other))
    return word.stem == other.stem and voices[0] == voices[1]


def exchanged_numbers(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns that two numbers stand in another order than in the nearest sentence, and do not count the same there."""
    sentence = _nearest(claim, evidence)
    ours, theirs = ([n for n in each.numbers if n.unit != "th"] for each in (claim, sentence))
    if not exchanged(ours, theirs):
        return None
    counted, there = _counted(claim.words, ours), _counted(sentence.words, theirs)
    is_bound = len({*counted.values()}) == len(counted) and all(there.get(value) == of for value, of in counted.items())
    return None if is_bound else "two numbers are exchanged"


def _counted(text: Sequence[Word], numbers: Sequence[Figure]) -> dict[float, str | None]:
    """Returns by value the stem of what each number counts: the first word of content behind it."""
    behind = ((n.value, (word.stem for word in text if word.start >= n.end and word.is_content)) for n in numbers)
    return {value: next(stems, None) for value, stems in behind}


def _nearest(claim: Claim, evidence: Sequence[Evidence]) -> Evidence:
    """Returns the sentence that holds most of a claim; of two that hold as much, the shorter one."""

    def similarity(sentence: Evidence) -> float:
        return sum(holds_family(sentence.stems, word.stem) for word in claim.content) / (1 + 0.01 * len(sentence.words))

    return max(evidence, key=similarity)


def _place(name: ClaimedName, sentence: Evidence) -> int | None:
    """Returns where the only mention of a name in a sentence begins."""
    last = stem(name.text.split()[-1])
    places = [word.start for word in sentence.words if word.stem == last]
    return places[0] if len(places) == 1 else None


def claimed_denial(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns that the claim denies what no sentence denies, or tells to be left undone: "instead of signing"."""
    for scope in _denied(claim.words, [word.stem for sentence in evidence for word in sentence.words]):
        told = [(sentence.words, stem) for stem in scope for sentence in evidence]
        if not any(_denies(text, stem) or _is_left_undone(text, stem) for text, stem in told):
            return "it denies what the passage says"
    return None


def passed_over_denial(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns that a sentence denies what the claim says without a denial."""
    for scope in (scope for sentence in evidence for scope in _denied(sentence.words)):
        is_shared = any(same_family(scope[0], word.stem) for word in claim.words)
        if is_shared and not any(_denies(claim.words, stem) for stem in scope):
            return "the passage denies it"
    return None


def opposite(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns which word of a claim is the opposite of one in the nearest sentence, where each has but one of both."""
    own = {word.stem for word in claim.words}
    theirs = _nearest(claim, evidence).stems
    for word in claim.words:
        if word.stem not in theirs and (OPPOSITES.get(word.stem, frozenset()) & theirs) - own:
            return f"the passage says the opposite of “{word.text}”"
    return None


def _denied(text: Sequence[Word], known: Sequence[str] = ()) -> Iterator[list[str]]:
    """Yields for each "not" the stems of what it denies: the words of content right after it, or the one before.

    Those that are known go first.
    """
    for at, word in enumerate(text):
        if word.text in NEGATIONS:
            following = text[at + 1 : at + 1 + _DENIAL_REACH]
            after = [w.stem for w in following if w.is_content or w.stem in OPPOSITES]
            after = sorted(after, key=lambda stem: stem not in known)[:_DENIAL_SCOPE]
            before = [w.stem for w in text[max(0, at - _DENIAL_REACH) : at] if w.is_content][-1:]
            if scope := after or before:
                yield scope


def _is_left_undone(text: Sequence[Word], stem: str) -> bool:
    """Tells whether "instead of" or the like stands right before a word."""
    places = [at for at, word in enumerate(text) if same_family(word.stem, stem)]
    return any(word.text in _SHORT_OF for at in places for word in text[max(0, at - _RIGHT_BEFORE) : at])


def _denies(text: Sequence[Word], stem: str) -> bool:
    """Tells whether a "not" stands close to a word."""
    places = [at for at, word in enumerate(text) if same_family(word.stem, stem)]
    return any(
        word.text in NEGATIONS for at in places for word in text[max(0, at - _DENIAL_REACH - 1) : at + _DENIAL_REACH]
    )


# How sure the claim is, and who acts in it: hedges, parts, the voice of verbs.
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
_HEDGE_REACH = 4  # words between a hedge and what it leaves open
_HEDGE_SCOPE = 2  # words of content that it leaves open


def passed_over_hedge(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns that every sentence leaves open what the claim says without a hedge."""
    for sentence in evidence:
        for at, word in enumerate(sentence.words):
            scope = _left_open(sentence, at) if word.text in _HEDGES else []
            is_open = scope and not any(_is_sure(other.words, scope) for other in evidence)
            if is_open and _is_sure(claim.words, scope):
                return f"the passage does not say so for sure (“{word.text}”)"
    return None


def _left_open(sentence: Evidence, at: int) -> list[str]:
    """Returns the stems of what a hedge leaves open: the words of content right behind it, up to a comma."""
    following = sentence.words[at + 1 : at + 1 + _HEDGE_REACH]
    end = min(
        (end.start() for end in _COMMA.finditer(sentence.text, sentence.words[at].end)), default=len(sentence.text)
    )
    return [word.stem for word in following if word.is_content and word.start < end][:_HEDGE_SCOPE]


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
    before = (words[max(0, at - _HEDGE_REACH - 1) : at] for found in places for at in found)
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
            yield from [other for other in words[at + 1 : at + 1 + _HEDGE_REACH] if other.is_content][:1]


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
            if own == _is_acted_on(sentence.words, middle):
                if left < middle < right:
                    return False
                found = found or right < middle < left
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


# What the claim lets somebody say: by whom, and in which words.
_SAME_WORDS = 0.5  # the share of a claim's words that a quotation which it may tell of holds; less where none has it,
_FEWEST_WORDS = 0.25  # yet so many of what is said: a stance ("opposed the plan") may be told in quite other words
_PREPOSITIONS = lexicon.words("prepositions")
_PREPOSITION = re.compile(rf"\s(?:{'|'.join(_PREPOSITIONS)})\s", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W_]+")


def misquoted(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns that the passages do not have, word by word, what the claim has between quotation marks."""
    passages = [_spaced(plain(hit.text)) for hit in dict.fromkeys(sentence.hit for sentence in evidence)]
    if any(_spaced(quoted) not in passage for quoted in claim.quoted for passage in passages):
        return "the passage has no such words"
    return None


def _spaced(text: str) -> str:
    """Returns the words of a text in lower case, a space around each."""
    return " " + " ".join(_LETTERS.findall(text.lower())) + " "


def misattributed(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns that the evidence does not give the claim's words to their speaker."""
    for quote in claim.quotes:
        mention = frozenset(word.text for word in words(claim.text[quote.speaker.start : quote.speaker.end]))
        if _is_speech(claim, quote) and not leaves_speaker_open(mention) and not _said_so(claim, quote, evidence):
            return f"the passage does not let {core_name(quote.name) or quote.name} say so"
    return None


def _is_speech(claim: Claim, quote: Quote) -> bool:
    """Tells whether an attribution is of words: "said", "called it unreasonable", but not "called for an inquiry"."""
    cue = _cue(claim, quote)
    is_judging = cue.lower() in CUES and CUES[cue.lower()][0] == "judge"
    opening = words(_joined(claim.text, quote.content))[:1]
    is_deed = bool(opening) and opening[0].text in _PREPOSITIONS
    return _is_said(claim, quote) or bool(claim.quoted) or (is_judging and not is_deed) or " of" in cue


def _is_said(claim: Claim, quote: Quote) -> bool:
    cue = _cue(claim, quote)
    return not cue or is_saying(cue)


def _cue(claim: Claim, quote: Quote) -> str:
    return claim.text[quote.cue.start : quote.cue.end] if quote.cue else ""


def _said_so(claim: Claim, claimed: Quote, evidence: Sequence[Evidence]) -> bool:
    """Tells whether a quotation in the evidence that tells the same, or comes nearest to it, is by the same speaker.

    Where no quotation was recognised there, a sentence has to be about the speaker, and have quotation marks where the
    claim has some: what the article tells by itself nobody has said in these words.
    """
    speaker = claim.text[claimed.speaker.start : claimed.speaker.end]
    said = _joined(claim.text, claimed.content)
    spoken = [(quote, sentence) for sentence in evidence for quote in sentence.quotes]
    if not spoken:
        return _may_have_said(claim, speaker, evidence)
    shares = [_shared(said, _joined(sentence.hit.article.text, quote.content)) for quote, sentence in spoken]
    least = min(_SAME_WORDS, max(*shares, _FEWEST_WORDS if _is_said(claim, claimed) else 0.0))
    return any(
        share >= least and _is_speaker(speaker, claimed.name, quote, sentence)
        for share, (quote, sentence) in zip(shares, spoken, strict=True)
    )


def _may_have_said(claim: Claim, speaker: str, evidence: Sequence[Evidence]) -> bool:
    """Tells whether evidence in which no quotation was recognised is about a speaker, and quotes where a claim does."""
    if claim.quoted and not any('"' in each.text or document(each.text).quotations for each in evidence):
        return False
    name = core_name(speaker) or speaker
    return any(each.tells_name(name, speaks=True) or _describes(speaker, each.text) for each in evidence)


def _joined(text: str, spans: Sequence[Span]) -> str:
    return plain(" ".join(text[span.start : span.end] for span in spans))


def _shared(said: str, content: str) -> float:
    """Returns the share of the words of content of a quotation that another one holds."""
    wanted, stems = [word.stem for word in words(said) if word.is_content], _stems(content)
    return sum(holds_family(stems, stem) for stem in wanted) / len(wanted) if wanted else 0.0


def _is_speaker(speaker: str, full_name: str, quote: Quote, sentence: Evidence) -> bool:
    """Tells whether a mention, which means who is called `full_name`, means the speaker of a quotation."""
    mention = _joined(sentence.hit.article.text, [quote.speaker])
    called = [plain(quote.name), mention]
    if _describes(speaker, " ".join([*called, plain(quote.description or "")])):
        return True
    if not _is_name(speaker):
        return False
    name = core_name(speaker)
    if matching_names(name, called) or matching_names(full_name, called):
        return True
    return not _is_name(called[0]) and sentence.tells_name(name, speaks=True)


def _is_name(mention: str) -> bool:
    return bool(names(mention) and core_name(mention))


def _describes(speaker: str, text: str) -> bool:
    """Tells whether the head of a mention ("the mayor" of a town) stands in what an article calls a speaker."""
    before = _PREPOSITION.split(plain(speaker), maxsplit=1)[0]
    content = [word for word in words(before) if word.is_content]
    return bool(content) and content[-1].stem in _stems(text)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text))
