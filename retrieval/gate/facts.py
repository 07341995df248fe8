"""Whether evidence tells the names, numbers, dates and denials of a claim, each where the claim has it. Pure.

Each check returns why the evidence does not support the claim, in one short phrase, or None where it finds nothing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.gate.claims import ClaimedName
from retrieval.text import lexicon
from retrieval.text.dates import Moment
from retrieval.text.numbers import exchanged
from retrieval.text.words import NEGATIONS, OPPOSITES, holds_family, same_family, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.gate.claims import Claim
    from retrieval.gate.evidence import Evidence
    from retrieval.text.numbers import Figure
    from retrieval.text.words import Word

    Fact = ClaimedName | Figure | Moment

_SHORT_OF = lexicon.words("words_short_of")
_NEAR = 0.5  # the share of a fact's neighbours in the claim that its sentence in the passage holds as well
_REACH = 5  # words between a denial and what it denies
_RIGHT_BEFORE = 3  # words
_SCOPE = 2  # words of content that a denial denies


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
        telling = [sentence for sentence in evidence if _tells(fact, sentence)]
        if sum(any(holds_family(sentence.stems, word) for sentence in telling) for word in near) < _NEAR * len(near):
            return f"{_not_told(claim, fact)} there"
    return None


def _untold(claim: Claim, facts: Sequence[Fact], evidence: Sequence[Evidence]) -> str | None:
    untold = (fact for fact in facts if not any(_tells(fact, sentence) for sentence in evidence))
    return next((_not_told(claim, fact) for fact in untold), None)


def _not_told(claim: Claim, fact: Fact) -> str:
    verb = "named" if isinstance(fact, ClaimedName) else "said"
    return f"{claim.text[fact.start : fact.end].strip()} is not {verb}"


def _tells(fact: Fact, sentence: Evidence) -> bool:
    if isinstance(fact, Moment):
        return _tells_date(fact, sentence)
    if isinstance(fact, ClaimedName):
        return sentence.tells_name(fact.text, speaks=fact.speaks)
    return any(fact.is_told_by(other) for other in sentence.numbers)


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
        ours = {word.stem for word in claim.content if one.end <= word.start and word.end <= other.start}
        theirs = {word.stem for word in sentence.words if second < word.start < first}
        if ours & theirs:
            return f"{one.text} and {other.text} are exchanged"
    return None


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
            following = text[at + 1 : at + 1 + _REACH]
            after = [w.stem for w in following if w.is_content or w.stem in OPPOSITES]
            after = sorted(after, key=lambda stem: stem not in known)[:_SCOPE]
            before = [w.stem for w in text[max(0, at - _REACH) : at] if w.is_content][-1:]
            if scope := after or before:
                yield scope


def _is_left_undone(text: Sequence[Word], stem: str) -> bool:
    """Tells whether "instead of" or the like stands right before a word."""
    places = [at for at, word in enumerate(text) if same_family(word.stem, stem)]
    return any(word.text in _SHORT_OF for at in places for word in text[max(0, at - _RIGHT_BEFORE) : at])


def _denies(text: Sequence[Word], stem: str) -> bool:
    """Tells whether a "not" stands close to a word."""
    places = [at for at, word in enumerate(text) if same_family(word.stem, stem)]
    return any(word.text in NEGATIONS for at in places for word in text[max(0, at - _REACH - 1) : at + _REACH])
