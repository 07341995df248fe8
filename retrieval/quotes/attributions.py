"""What one sentence attributes: for each word of saying, who speaks, what is said, and whether it was said at all.

Words reported are; a wish, a deed or a finding is not. Pure, by rules.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from retrieval.text.lexicon import words
from retrieval.text.names import AGENT_NOUN, DAYS_AND_MONTHS, TITLES
from retrieval.text.words import (
    ADVERBIAL_OPENERS,
    ASKING,
    AUXILIARIES,
    BE,
    CLAUSE_SUBJECTS,
    CLOSERS,
    CONNECTORS,
    CONTENT_OPENERS,
    CONTRACTED_BE,
    CONTRASTS,
    COORDINATORS,
    DEGREE_ADVERBS,
    DETERMINERS,
    IRREGULAR_PASTS,
    NEGATIONS,
    NOBODY,
    OBJECT_PRONOUNS,
    PLAIN_SPEECH,
    POSSESSIVES,
    REFUSALS,
    RELATIVES,
    REPORTING,
    SHOWING,
    SPEECH_ACTS,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
    TAKE_TO,
    TELLING_TO,
    VERB_ADVERBS,
    is_past,
)
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.quotes.clauses import Cue, Range, Sentence
    from retrieval.quotes.composing import Attribution

_CLOCK = re.compile(r"\d{1,2}[.:]\d\d")
_NOUNS = words("nouns_of_holding")
_OF_THOUGHT = words("nouns_of_thought")
_NOUN_REACH = 4  # tokens before the noun in which whose it is stands: his first public claim
_ADJECTIVES = words("adjectives_of_holding")
_BE = BE | CONTRACTED_BE
_COMPLEMENTS = {"that"} | ADVERBIAL_OPENERS | SUBJECT_PRONOUNS | DETERMINERS
_CLAUSE_ENDS = {",", ";", ":", "(", ")", "—", "–", "-", "."} | SUBORDINATORS | COORDINATORS | {"which", "who"}
_AGENT_REACH = 4
_SHOWING = words("reporting_of_findings")
_NO_ENDS = words("articles", "prepositions", "words_before_nouns")  # of a noun phrase: "the sudden drop in"
_GOES_ON = CONTENT_OPENERS | ADVERBIAL_OPENERS | COORDINATORS | DAYS_AND_MONTHS | {"'s"}
_SHORTEST_CLAUSE = 3
_REACH = 14  # tokens between a cue and what was said, for "told the crowd in Boston that"


def attributions(sentence: Sentence) -> list[Attribution]:
    """Returns all that a sentence attributes, cue by cue, then by "according to", nouns, adjectives and passives."""
    said = [said for cue in sentence.cues for said in _by_cue(sentence, cue)]
    said += _according(sentence)
    for at, word in enumerate(sentence.lower):
        if word in _NOUNS and sentence.at(at + 1) == "that":
            said += _owned(sentence, at)
        elif word in _ADJECTIVES and sentence.at(at + 1) in _COMPLEMENTS:
            said += _held(sentence, at)
        elif is_past(word) and sentence.at(at - 1) in BE | DEGREE_ADVERBS:
            said += _by_agent(sentence, at)
    return said


def _by_cue(sentence: Sentence, cue: Cue) -> Iterator[Attribution]:
    speaker = sentence.speaker(cue)
    if not speaker:
        return
    phrase, inverse = speaker
    if sentence.lower[phrase[1] - 1] in _NO_ENDS and not sentence.closes_apposition(phrase[1]):
        return
    before, after = (cue.start, phrase[1]) if inverse else (phrase[0], cue.end)
    if not inverse and phrase[1] < cue.left - sentence.closes_apposition(cue.left - 1):
        before = 0  # the subject is shared with another verb, and what stands before it is that one's
    if content := _contents(sentence, cue, before, after):
        said = sentence.attribution(phrase, (cue.start, cue.end), content, denied=_denied(sentence, cue, phrase))
        yield replace(said, spoken=is_said(sentence, cue, phrase, content))


def _denied(sentence: Sentence, cue: Cue, speaker: Range) -> bool:
    """Whether a cue is negated: itself, by its subject, by the verb that governs it or, behind "or", with the last."""
    governor = cue.start - 2 if sentence.at(cue.start - 1) in {"to", "from", "of"} else cue.start - 1
    negated = set(sentence.lower[cue.start : cue.at]) & NEGATIONS or sentence.at(governor) in REFUSALS
    if negated or sentence.at(speaker[0]) in NOBODY:
        return True
    if cue.form == "base" and sentence.at(cue.start - 1) in COORDINATORS:  # Lee did not come out and say so
        return not NEGATIONS.isdisjoint(sentence.lower[speaker[1] : cue.start])
    at = sentence.cues.index(cue)
    return at > 0 and sentence.at(cue.start - 1) in {"or", "nor"} and _denied(sentence, sentence.cues[at - 1], speaker)


def _contents(sentence: Sentence, cue: Cue, before: int, after: int) -> list[Range]:
    """What is said, of which `before` is the end if it stands before speaker and cue, `after` the start if behind."""
    quoted = sentence.behind_quotation(before)
    following = _following(sentence, cue, after, only_speech=quoted)
    around = [] if quoted else _around(sentence, cue, before, after)
    if following and not quoted and not (before == cue.start and any(around)):
        return [following]
    parts = [_preceding(sentence, before), following] if quoted else around
    return [part for part in parts if part]


def _around(sentence: Sentence, cue: Cue, before: int, after: int) -> list[Range | None]:
    """The clause before a speaker and cue set apart by a comma, and what goes on behind: Time, he said, is short."""
    closes_clause = before > 1 and sentence.at(before - 1) == "," and cue.form != "gerund"
    if not closes_clause or sentence.lower[cue.at] not in CLOSERS:
        return []
    rest = _clause(sentence, cue, after + 1) if sentence.at(after) == "," else None
    if sentence.at(after) == ":" and sentence.quoted(after + 1):
        rest = after + 1, after + 2
    is_clause = _is_clause(sentence, before, 1 if rest else _SHORTEST_CLAUSE)
    return [_preceding(sentence, before) if is_clause else None, rest]


def _is_clause(sentence: Sentence, end: int, shortest: int) -> bool:
    """Whether what stands before a token may be a clause and not only an adverbial ("On Monday, he said")."""
    first = sentence.at(0)
    if first in CONNECTORS:
        return end > shortest + _SHORTEST_CLAUSE
    if not (first in ADVERBIAL_OPENERS or first.endswith(("ing", "ly"))):
        return end > shortest
    commas = [at for at in range(1, end - 1) if sentence.lower[at] == ","]
    has_main_clause = bool(commas) and end - 1 - commas[-1] > _SHORTEST_CLAUSE  # behind the adverbial
    return end > shortest and has_main_clause


def _clause(sentence: Sentence, cue: Cue, start: int) -> Range | None:
    """What goes on after a cue set between commas: Time, he said, | is short."""
    first = sentence.at(start)
    if cue.frame != "say" or not sentence.is_word(start) or first.endswith("ing"):
        return None
    if first in ADVERBIAL_OPENERS | {"who", "which"}:
        return None
    return sentence.without_marks((start, _content_end(sentence, cue, start)))


def _preceding(sentence: Sentence, end: int) -> Range | None:
    quotation = end - 2 if sentence.at(end - 1) == "," else end - 1
    if sentence.quoted(quotation) and sentence.at(quotation - 1) == ":":
        return quotation, quotation + 1
    is_dated = _CLOCK.fullmatch(sentence.at(0)) and sentence.quoted(1)  # of a live blog: 15.30 | "We stay," said Lee
    opening = (i for i in range(end) if sentence.lower[i] not in COORDINATORS and sentence.lower[i] != ",")
    return sentence.without_marks((1 if is_dated else next(opening, end), end))


def _following(sentence: Sentence, cue: Cue, start: int, *, only_speech: bool) -> Range | None:
    at = _content_start(sentence, cue, start)
    if at is None or at >= len(sentence) or (only_speech and not _is_speech(sentence, at)):
        return None
    if any(cue.at < other.at < at and sentence.speaker(other) for other in sentence.cues):  # those words are another's
        return None
    return sentence.without_marks((at, _content_end(sentence, cue, at)))


def _is_speech(sentence: Sentence, at: int) -> bool:
    return sentence.quoted(at) or sentence.at(at) == "that"


def _content_start(sentence: Sentence, cue: Cue, start: int) -> int | None:
    if start >= len(sentence) or _is_speech(sentence, start):
        return start
    if cue.frame == "find" and not _is_shown(sentence, cue, start):
        return None
    if not (sentence.tokens[start].word or sentence.at(start) in {"$", "#", "@"}):
        return start + 1 if sentence.quoted(start + 1) else _signal(sentence, start)
    if cue.frame == "tell":
        return _past_addressee(sentence, start)
    return start if cue.frame == "judge" else _clause_start(sentence, cue, start)


def _is_shown(sentence: Sentence, cue: Cue, start: int) -> bool:
    """Whether an object follows a verb of finding that reports it: "the poll shows Lee ahead", not "found himself"."""
    reports = sentence.lower[cue.at] in _SHOWING and sentence.tokens[start].word
    return reports and not sentence.lower[start].endswith(("self", "selves"))


def _clause_start(sentence: Sentence, cue: Cue, start: int) -> int | None:
    """Where a clause begins behind a verb of saying, past an adverbial ("said in Boston he would stay")."""
    first = sentence.at(start)
    if first == "to":
        return start if sentence.lower[cue.at] in TAKE_TO else _signal(sentence, start)
    if first in DAYS_AND_MONTHS or first in ADVERBIAL_OPENERS - {"this"}:
        return _signal(sentence, start) or _first(sentence, start + 1, CLAUSE_SUBJECTS)
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
    end = next((at for at in range(start, len(sentence)) if not sentence.capital(at)), start)
    if start < end < len(sentence) and sentence.is_word(end) and sentence.lower[end] not in _GOES_ON:
        return end  # told CNN | efforts to win had failed
    for at in range(start, min(len(sentence), start + _REACH)):
        if sentence.lower[at] in CONTENT_OPENERS or sentence.quoted(at):
            return at
    if sentence.lower[start] in OBJECT_PRONOUNS:
        return start + 1
    return _first(sentence, start + 1, CLAUSE_SUBJECTS | DETERMINERS)


def _content_end(sentence: Sentence, cue: Cue, start: int) -> int:
    """Where what is said ends: at a contrast, another source, or the next cue that goes on with the same subject.

    In a clause that opens its sentence by "after" or the like it ends with the clause, at a comma.
    """
    speaker = sentence.speaker(cue)
    opens_sentence = bool(speaker and speaker[0][0] == 1 and sentence.at(0) in SUBORDINATORS)
    marks = (at for at in range(start + 1, len(sentence)) if _parts(sentence, at, comma=opens_sentence))
    later = (other for other in sentence.cues if other.at > start and other is not cue)
    taken = chain.from_iterable(_takes_over(sentence, cue, other) for other in later)
    return min([next(marks, len(sentence)), *filter(start.__lt__, taken)])


def _parts(sentence: Sentence, at: int, *, comma: bool) -> bool:
    """Whether a token begins what is nobody's or another's: a contrast, "according to", a semicolon or a comma."""
    word = sentence.lower[at]
    contrast = word in CONTRASTS and sentence.lower[at - 1] == ","
    return contrast or word == ";" or (comma and word == ",") or _is_according(sentence, at)


def _takes_over(sentence: Sentence, cue: Cue, later: Cue) -> Iterator[int]:
    """Where the clause of a later cue begins, if it stands beside that of the first and not within."""
    speaker = sentence.speaker(later)
    start = later.start if speaker is None or speaker[1] else speaker[0][0]
    before = sentence.at(later.left - 1)
    if before in COORDINATORS or (before == "," and later.form == "gerund") or start < cue.start:
        yield later.left - 1  # the subject is the same: "Lee, who said so, | denies it"
    if speaker is not None:
        yield from _clause_starts(sentence, start, later)


def _clause_starts(sentence: Sentence, subject: int, cue: Cue) -> Iterator[int]:
    """Where the clause of a subject and its cue begins, if something parts it from what is before."""
    before = sentence.at(subject - 1)
    if before in {"while", "and", "but"} or (before == "," and sentence.at(cue.end) in {"", ".", ","}):
        yield subject - 1  # "..., | officials said."
    if sentence.behind_quotation(subject):
        yield subject


def _according(sentence: Sentence) -> Iterator[Attribution]:
    for at in range(len(sentence) - 2):
        if not _is_according(sentence, at):
            continue
        marks = (i for i in range(at + 2, len(sentence)) if sentence.lower[i] in {",", ".", ";", ":"})
        end = next(marks, len(sentence))
        described = sentence.with_apposition((at + 2, end))[1] if at + 2 < end else end
        ends_sentence = sentence.at(at - 1) == "," and sentence.at(described + 1) == ""
        stop = described if ends_sentence else end
        content = _reported(sentence, at, stop)
        if at + 2 < end and content:
            yield sentence.attribution((at + 2, end), (at, at + 2), content)


def _is_according(sentence: Sentence, at: int) -> bool:
    return sentence.lower[at] == "according" and sentence.at(at + 1) == "to"


def _reported(sentence: Sentence, at: int, end: int) -> list[Range]:
    """What "according to", at a token, and its source up to `end` attribute: what stands before, behind or around."""
    before = sentence.without_marks((0, at))
    is_relative = sentence.at(end + 1) in RELATIVES  # according to the report, | which lists names
    is_parted = sentence.at(at - 1) == "," == sentence.at(end) and not is_relative
    parts = is_parted and len(sentence) - end > _SHORTEST_CLAUSE
    behind = sentence.without_marks((end, len(sentence))) if parts or not before else None
    adverbial = parts and not _is_clause(sentence, at, 0)
    return [part for part in (None if adverbial else before, behind) if part]


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
_CLAUSE_REACH = 14  # tokens in which a clause has its verb


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
    return start in _NO_CONTENT and not _has_clause(sentence, content)


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
    return verb in REPORTING - SHOWING and (start < cue.start or _has_clause(sentence, content))


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


def _has_clause(sentence: Sentence, content: Range) -> bool:
    """Whether what is said has a verb of its own: "taxes would rise", not "three points to their lead"."""
    start, end = content
    if end - start < _SHORTEST:
        return False
    if sentence.lower[start] in _OPENS_CLAUSE:
        return True
    for at in range(start + 1, min(end, start + _CLAUSE_REACH)):
        word = sentence.lower[at]
        if word in _SUBORDINATES:
            return False
        before = sentence.lower[at - 1]
        is_participle = before in DETERMINERS or before.endswith(("'s", "s'"))
        past = word.endswith("ed") and not is_participle and sentence.at(at + 1) not in _BEHIND_PARTICIPLE
        if word in _FINITE or past:
            return True
    return False
