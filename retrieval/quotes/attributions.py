"""What one sentence attributes: for each word of saying, who speaks and what is said. Pure, by rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.language.names import DAYS_AND_MONTHS, word_set
from retrieval.quotes.clauses import DETERMINERS, LINKS, OBJECTS, OPENERS, PREPOSITIONS, Cue, Range, Sentence
from retrieval.quotes.cues import NEGATIONS, TAKE_TO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.types import Span

_CLAUSE_PRONOUNS = word_set("he she they it we i you there")
_CONTRASTS = word_set("but while although though whereas even")
_TOLD = word_set("that to if whether how what why about")
_SOURCE_ENDS = word_set("that as when while because if after before since although though which who but - – —")
_SHORTEST_CLAUSE = 3
_REACH = 14  # tokens between a cue and what was said, for "told the crowd in Boston that"


@dataclass(frozen=True, slots=True)
class Said:
    """An attribution, in characters. `denied` where the cue is negated: nobody said it."""

    speaker: Span
    cue: Span | None
    content: Span
    denied: bool = False


def attributions(sentence: Sentence) -> list[Said]:
    """All that a sentence attributes, cue by cue."""
    said = [said for cue in sentence.cues for said in _by_cue(sentence, cue)]
    return [*said, *_according(sentence)]


def _by_cue(sentence: Sentence, cue: Cue) -> Iterator[Said]:
    speaker = sentence.speaker(cue)
    if not speaker:
        return
    phrase, inverse = speaker
    before, after = (cue.start, phrase[1]) if inverse else (phrase[0], cue.end)
    if (
        not inverse and phrase[1] < cue.left
    ):  # the subject is shared with another verb, and what stands before it is that one's
        before = 0
    for content in _contents(sentence, cue, before, after):
        chars = sentence.chars
        yield Said(chars(phrase), chars((cue.start, cue.end)), chars(content), _denied(sentence, cue))


def _denied(sentence: Sentence, cue: Cue) -> bool:
    """Whether a cue is negated, itself or, behind "or", by the one before it."""
    if set(sentence.lower[cue.start : cue.at]) & NEGATIONS:
        return True
    at = sentence.cues.index(cue)
    return at > 0 and sentence.at(cue.start - 1) in {"or", "nor"} and _denied(sentence, sentence.cues[at - 1])


def _contents(sentence: Sentence, cue: Cue, before: int, after: int) -> list[Range]:
    """What is said, of which `before` is the end if it stands before speaker and cue, `after` the start if behind."""
    quoted = sentence.behind_quotation(before)
    following = _following(sentence, cue, after, only_speech=quoted)
    if quoted:
        return [part for part in (_preceding(sentence, before), following) if part]
    if following:
        return [following]
    closes_clause = before > 1 and sentence.at(before - 1) == "," and cue.form != "gerund"
    if not closes_clause or cue.frame not in {"say", "think"}:
        return []
    rest = _clause(sentence, cue, after + 1) if sentence.at(after) == "," else None
    preceding = _preceding(sentence, before) if _is_clause(sentence, before) else None
    return [part for part in (preceding, rest) if part]


def _is_clause(sentence: Sentence, end: int) -> bool:
    """Whether what stands before a token may be a clause and not only an adverbial ("On Monday, he said")."""
    first = sentence.at(0)
    return end > _SHORTEST_CLAUSE and first not in PREPOSITIONS | OPENERS and not first.endswith(("ing", "ly"))


def _clause(sentence: Sentence, cue: Cue, start: int) -> Range | None:
    """What goes on after a cue set between commas: Time, he said, is short."""
    if (
        start >= len(sentence)
        or cue.frame != "say"
        or not sentence.tokens[start].word
        or sentence.at(start).endswith("ing")
    ):
        return None
    if sentence.at(start) in PREPOSITIONS | {"who", "which"}:
        return None
    return sentence.without_marks((start, min([len(sentence), *_stops(sentence, cue, start)])))


def _preceding(sentence: Sentence, end: int) -> Range | None:
    quotation = end - 2 if sentence.at(end - 1) == "," else end - 1
    if sentence.quoted(quotation) and sentence.at(quotation - 1) == ":":
        return quotation, quotation + 1
    start = next((i for i in range(end) if sentence.lower[i] not in LINKS and sentence.lower[i] != ","), end)
    return sentence.without_marks((start, end))


def _following(sentence: Sentence, cue: Cue, start: int, *, only_speech: bool) -> Range | None:
    at = _content_start(sentence, cue, start)
    if at is None or at >= len(sentence) or (only_speech and not _is_speech(sentence, at)):
        return None
    end = min([len(sentence), *_stops(sentence, cue, at)])
    return sentence.without_marks((at, end))


def _is_speech(sentence: Sentence, at: int) -> bool:
    return sentence.quoted(at) or sentence.at(at) == "that"


def _content_start(sentence: Sentence, cue: Cue, start: int) -> int | None:
    if start >= len(sentence) or _is_speech(sentence, start):
        return start
    if cue.frame == "find":
        return None
    if not (sentence.tokens[start].word or sentence.at(start) in {"$", "#", "@"}):
        return start + 1 if sentence.quoted(start + 1) else _signal(sentence, start)
    if cue.frame == "tell":
        return _past_addressee(sentence, start)
    return start if cue.frame == "judge" else _clause_start(sentence, cue, start)


def _clause_start(sentence: Sentence, cue: Cue, start: int) -> int | None:
    """Where a clause begins behind a verb of saying, past an adverbial ("said in Boston he would stay")."""
    first = sentence.at(start)
    if first == "to":
        return start if sentence.lower[cue.at] in TAKE_TO else _signal(sentence, start)
    if first in DAYS_AND_MONTHS or first in PREPOSITIONS - {"this"}:
        return _signal(sentence, start) or _first(sentence, start + 1, _CLAUSE_PRONOUNS)
    return start


def _signal(sentence: Sentence, start: int) -> int | None:
    """The next "that", or quotation behind a mark: where content opens after an adverbial."""
    for at in range(start, min(len(sentence), start + _REACH)):
        if sentence.at(at) in {";", "("}:
            return None
        if sentence.at(at) == "that" or (sentence.quoted(at) and (at == start or not sentence.tokens[at - 1].word)):
            return at
    return None


def _first(sentence: Sentence, start: int, words: frozenset[str]) -> int | None:
    return next((at for at in range(start, min(len(sentence), start + _REACH)) if sentence.lower[at] in words), None)


def _past_addressee(sentence: Sentence, start: int) -> int | None:
    """Where what was told begins, after whom it was told to."""
    for at in range(start, min(len(sentence), start + _REACH)):
        if sentence.lower[at] in _TOLD or sentence.quoted(at):
            return at
    if sentence.lower[start] in OBJECTS:
        return start + 1
    return _first(sentence, start + 1, _CLAUSE_PRONOUNS | DETERMINERS)


def _stops(sentence: Sentence, cue: Cue, start: int) -> Iterator[int]:
    """Where what is said may end: at a contrast, another source, or the next cue that goes on with the same subject."""
    for at in range(start + 1, len(sentence)):
        contrast = sentence.lower[at - 1] == "," and sentence.lower[at] in _CONTRASTS
        if contrast or sentence.lower[at] == ";" or (sentence.lower[at] == "according" and sentence.at(at + 1) == "to"):
            yield at
    for other in sentence.cues:
        if other.at > start and other.at != cue.at:
            yield from (at for at in _takes_over(sentence, cue, other) if at > start)


def _takes_over(sentence: Sentence, cue: Cue, later: Cue) -> Iterator[int]:
    """Where the clause of a later cue begins, if it stands beside that of the first and not within."""
    before = sentence.at(later.left - 1)
    if before in LINKS or (before == "," and later.form == "gerund"):
        yield later.left - 1
    speaker = sentence.speaker(later)
    if not speaker:
        return
    start = later.start if speaker[1] else speaker[0][0]
    if start < cue.start and not speaker[1]:  # "Lee, who said so, denies it"
        yield later.left - 1
    if sentence.at(start - 1) in {"while", "and", "but"}:
        yield start - 1
    if sentence.behind_quotation(start):
        yield start


def _according(sentence: Sentence) -> Iterator[Said]:
    for at in range(len(sentence) - 2):
        if sentence.lower[at] != "according" or sentence.lower[at + 1] != "to":
            continue
        source = _source(sentence, at + 2)
        reported = sentence.without_marks((source[1], len(sentence)) if at == 0 else (0, at))
        if source[0] < source[1] and reported:
            yield Said(sentence.chars(source), sentence.chars((at, at + 2)), sentence.chars(reported))


def _source(sentence: Sentence, start: int) -> Range:
    end = start
    while (
        end < len(sentence)
        and sentence.lower[end] not in _SOURCE_ENDS
        and sentence.lower[end] not in {",", ".", ";", ":"}
    ):
        end += 1
    return start, end
