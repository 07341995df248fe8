"""One sentence as tokens: its words of saying and their subjects. Pure, by rules, without a tagger.

A quotation is a single token. Token ranges are half open, as spans are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.quotes.composing import Attribution
from retrieval.text.document import tokens
from retrieval.text.lexicon import words
from retrieval.text.names import DAYS_AND_MONTHS, TITLES
from retrieval.text.words import (
    ADVERBIAL_OPENERS,
    AUXILIARIES,
    BE,
    CLAUSE_WORDS,
    CONNECTORS,
    CONTRACTED_BE,
    COORDINATORS,
    CUES,
    DETERMINERS,
    IRREGULAR_PASTS,
    NOUNS,
    OBJECT_PRONOUNS,
    PHRASES,
    PLURAL_SUBJECTS,
    RELATIVES,
    SUBJECT_PRONOUNS,
    TIME_UNITS,
    VERB_ADVERBS,
    Frame,
    is_past,
)
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.text.words import Form

Range = tuple[int, int]

_OPEN_OBJECTS = DETERMINERS | SUBJECT_PRONOUNS | OBJECT_PRONOUNS | {"there", "what", "how"}
_PARTING = frozenset({",", ")", "—", "–", "―", "-", "--"})
_SHARING = COORDINATORS | {"to", ","}  # before a verb that has its subject from the one before
_APPOSED = DETERMINERS | TITLES | words("apposition_openers")
_ENDS_PHRASE = DAYS_AND_MONTHS | (CLAUSE_WORDS - {"so"}) | CUES.keys() | SUBJECT_PRONOUNS
_BEFORE_GERUND = frozenset({",", "and", "while", "by", "—", "–", "-"})
_IN_NAME = TITLES | {"of"}
_NAMING = words("naming_participles")
_BEHIND_NAME = (
    {"", ",", ".", ";", ")", "and", "to", "who", "which", "that", "in", "on", "at", "with", "from"}
    | AUXILIARIES
    | IRREGULAR_PASTS
)  # what of a participle it may be the last word: "a boy called Nils | was found"
_APPOSITION_REACH = 25
_PHRASE_REACH = 24
_HEADLINE_REACH = 4  # tokens: "Lee calls new toll ‘mad’"
_COORDINATES = words("clause_coordinators")
_OWN_SUBJECTS = SUBJECT_PRONOUNS - RELATIVES
_ONE_WORD = 2  # from mark to mark
_CLAUSE_LENGTH = 4  # tokens before a comma that may be a clause of its own


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb of saying at token `at`; with auxiliaries and particle [start, end); its subject ends at `left`."""

    left: int
    start: int
    at: int
    end: int
    frame: Frame
    form: Form

    @property
    def may_stand_first(self) -> bool:
        """Whether its subject may stand behind it: "...", said Lee."""
        return self.frame in {"say", "tell"} and self.form in {"past", "present"} and self.start == self.left


class Sentence:
    """The tokens of one sentence of a narrative, in which quotations are blanked out."""

    def __init__(self, narrative: str, span: Span) -> None:
        self.span = span
        self.tokens = tokens(narrative, span)
        self.lower = [token.lower for token in self.tokens]
        self._speakers: dict[Cue, tuple[Range, bool] | None] = {}

    def __len__(self) -> int:
        return len(self.tokens)

    def at(self, at: int) -> str:
        """Returns the word at a position in lower case, empty outside the sentence."""
        return self.lower[at] if 0 <= at < len(self.lower) else ""

    @property
    def ends_in_colon(self) -> bool:
        return self.at(len(self.tokens) - 1) == ":"

    def quoted(self, at: int) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at].quoted

    def capital(self, at: int) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at].capital

    def is_word(self, at: int) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at].word

    def chars(self, part: Range) -> Span:
        return Span(self.tokens[part[0]].start, self.tokens[part[1] - 1].end)

    def attribution(
        self, speaker: Range, cue: Range, content: Sequence[Range], *, denied: bool = False, verbatim: bool = False
    ) -> Attribution:
        """Returns an attribution given in tokens, in characters."""
        return Attribution(self.chars(speaker), self.chars(cue), tuple(map(self.chars, content)), denied, verbatim)

    def without_marks(self, part: Range) -> Range | None:
        """Returns a range without the punctuation at its ends; None if nothing is left."""
        start, end = part
        while start < end and not self._stands(start):
            start += 1
        while end > start and not (self._stands(end - 1) or self.lower[end - 1] in {")", "%"}):
            end -= 1
        return (start, end) if start < end else None

    def _stands(self, at: int) -> bool:
        return self.tokens[at].word or self.tokens[at].quoted or self.lower[at] in {"$", "#", "@"}

    def behind_quotation(self, at: int) -> bool:
        """Tells whether a quotation ends right before a token, or before the comma before it."""
        return self.quoted(at - 2 if self.at(at - 1) == "," else at - 1)

    @cached_property
    def cues(self) -> list[Cue]:
        return [cue for at in range(len(self.tokens)) if (cue := self._cue(at))]

    def _cue(self, at: int) -> Cue | None:
        word, after = self.lower[at], self.at(at + 1)
        phrase = PHRASES.get((word, after))
        known = phrase or CUES.get(word)
        if not known or self.tokens[at].text[0].isupper():
            return None
        frame, form = known
        start = self.group_start(at)
        passive = form == "past" and (after == "by" or bool(set(self.lower[start:at]) & BE))
        if passive or not self._is_verb(start, at, form):
            return None
        return Cue(self._without_day(start), start, at, at + (2 if phrase else 1), frame, form)

    def group_start(self, at: int) -> int:
        start = at
        while start > 0 and (self.lower[start - 1] in AUXILIARIES or self._is_adverb(start - 1)):
            start -= 1
        return start

    def _is_adverb(self, at: int) -> bool:
        return self.lower[at].endswith("ly") and not self.tokens[at].capital and self.lower[at] != "family"

    def _is_verb(self, start: int, at: int, form: Form) -> bool:
        """Whether a form that may be a noun ("claims", "the call") or a participle is a verb here."""
        if form == "gerund":
            return self._speaks_on(start, at)
        if form != "past" and self._is_noun(at):
            return False
        if start < at:
            return True
        if self.at(at - 1) == "to":
            return self._opens_speech(at + 1) and not self._is_participle(at)
        agrees = form != "base" or self._may_be_plural(at - 1)
        return agrees and not self._leads_noun(at, form) and not self._is_participle(at)

    def _is_participle(self, at: int) -> bool:
        """Whether a past form describes the noun before it: "a boy called Nils was found"."""
        if self.lower[at] not in _NAMING or not (self.capital(at + 1) or self.at(at + 1) == "to"):
            return False
        behind = self.at(next((i for i in range(at + 1, len(self)) if not self.capital(i)), len(self)))
        return behind in _BEHIND_NAME or is_past(behind)

    def _speaks_on(self, start: int, at: int) -> bool:
        """Whether a gerund is a verb: "is saying", "..., adding", "a sign saying that"."""
        before = self.at(start - 1)
        if not self._is_bare(start, at) or before in _BEFORE_GERUND:
            return True
        return before not in ADVERBIAL_OPENERS and self._opens_speech(at + 1)

    def _is_bare(self, start: int, at: int) -> bool:
        """Whether a gerund stands without "is": Lee, saying."""
        return not set(self.lower[start:at]) & (BE | CONTRACTED_BE)

    def _leads_noun(self, at: int, form: Form) -> bool:
        """Whether what stands before a form makes it a noun: "the call", "in reports", "Lee's claim"."""
        before = self.at(at - 1)
        after_preposition = before in ADVERBIAL_OPENERS and (form != "present" or self.lower[at] in NOUNS)
        is_object = form == "present" and not self.capital(at - 1) and is_past(before)
        return after_preposition or is_object or before in DETERMINERS - {"that"} or before.endswith(("'s", "'"))

    def _is_noun(self, at: int) -> bool:
        """Whether another verb follows ("the report says"), or a frequent noun is without object and clause."""
        after = self.at(at + 1)
        if after in AUXILIARIES - VERB_ADVERBS or CUES.get(after, ("say", "gerund"))[1] != "gerund":
            return True
        if self.lower[at] == "state" and self.capital(at + 1):  # "state Sen. Lee"
            return True
        if self.capital(at - 1) and any(self.quoted(i) for i in range(at + 1, at + _HEADLINE_REACH)):
            return False
        return self.lower[at] in NOUNS and not self._opens_object(at + 1) and not self._opens_speech(at + 1)

    def _opens_object(self, at: int) -> bool:
        return self.at(at) in _OPEN_OBJECTS or self.capital(at) or self.at(at)[:1].isdigit()

    def _opens_speech(self, at: int) -> bool:
        return self.at(at) in {"that", ":"} or self.quoted(at) or (self.at(at) == "," and self.quoted(at + 1))

    def _may_be_plural(self, at: int) -> bool:
        """Whether a token can end the subject of a verb's base form ("critics say", "they and Lee argue")."""
        word = self.at(at)
        return (
            word in PLURAL_SUBJECTS
            or word in {"%", ",", ")"}
            or (word.endswith("s") and not word.endswith(("ss", "us", "'s")))
        )

    def _without_day(self, end: int) -> int:
        """A subject's end, with "on Monday" or "late Tuesday" between it and the verb left out."""
        start = end
        while start > 0 and self.lower[start - 1] in DAYS_AND_MONTHS and self.lower[start - 1] != "may":
            start -= 1
        while 0 < start < end and self.lower[start - 1] in ADVERBIAL_OPENERS:
            start -= 1
        return start

    def speaker(self, cue: Cue) -> tuple[Range, bool] | None:
        """Tells who speaks by a cue, and whether the name stands behind it ("...", said Lee)."""
        if cue not in self._speakers:
            inverse = self._inverse(cue)
            subject = inverse or self._subject(cue)
            self._speakers[cue] = (subject, bool(inverse)) if subject else None
        return self._speakers[cue]

    def _subject(self, cue: Cue) -> Range | None:
        """The noun phrase before a cue that is its subject."""
        last = cue.left - 1
        before = self.at(last)
        if before in SUBJECT_PRONOUNS or (before == "that" and self.is_word(last - 1)):
            return last, cue.left
        if cue.form == "gerund" and self._is_bare(cue.start, cue.at):
            return self._shared(cue)
        if before in _PARTING and (apposed := self._apposed(last)):
            return apposed
        if before in _SHARING:
            return self._shared(cue)
        return None if before in _PARTING else self.phrase_before(cue.left)

    def _shared(self, cue: Cue) -> Range | None:
        """The speaker of the cue before, else the subject of the clause: for "..., adding" and "... and said"."""
        for other in reversed(self.cues[: self.cues.index(cue)]):
            if found := self.speaker(other):
                return found[0]
        for at in range(cue.left - 2, 0, -1):  # a clause with a subject of its own: "It was late, but | Lee stayed"
            has_subject = self.capital(at + 1) or self.at(at + 1) in _OWN_SUBJECTS
            if self.at(at) in _COORDINATES and self.at(at - 1) == "," and has_subject:
                return self.first_phrase(cue.left, at + 1)
        return self.first_phrase(cue.left)

    def closes_apposition(self, at: int) -> bool:
        """Tells whether a mark at a token ends an apposition, of which the phrase before it is the subject."""
        return self.at(at) in _PARTING and self._apposed(at) is not None

    def _apposed(self, closing: int) -> Range | None:
        """The phrase before an apposition that ends at a mark: "Lee, the mayor, said"."""
        opening = "(" if self.lower[closing] == ")" else self.lower[closing]
        for at in range(closing - 1, max(0, closing - _APPOSITION_REACH), -1):
            clausal = self.at(at + 1) in {"but", "so", "yet"} and closing - at > _ONE_WORD
            parts = self.lower[at] == opening and not self.at(at - 1).isdigit()  # not of "Lee, 42, a teacher,"
            if self.quoted(at) or (parts and clausal):
                return None
            if parts and (phrase := self.phrase_before(at)):
                return self._with_appositive(phrase, at, closing)
        return None

    def _with_appositive(self, phrase: Range, opening: int, closing: int) -> Range:
        """A phrase with what stands between two marks behind it, or the one of the two that is the subject."""
        parenthesis = self.lower[closing] == ")"
        if closing - opening == _ONE_WORD and self.lower[opening + 1] in CONNECTORS:
            return phrase
        adverbial = self.at(phrase[0] - 1) in ADVERBIAL_OPENERS and self.capital(opening + 1)
        if adverbial and not parenthesis:
            return opening + 1, closing
        return self._described(phrase[0]), closing + parenthesis

    def _described(self, start: int) -> int:
        """Where the name begins that a phrase is one more description of: Lee, 42, a teacher, one of six, said."""
        end = start - 1
        if self.at(end) != "," or self.lower[start] not in _APPOSED:
            return start
        end -= 2 * self.at(end - 1).isdigit()
        name = self.phrase_before(end)
        opens = name is not None and (name[0] == 0 or not self.tokens[name[0] - 1].word)
        return name[0] if name and opens and self.capital(name[1] - 1) else start

    def phrase_before(self, end: int) -> Range | None:
        """Finds the noun phrase that ends before a token, without what only opens its clause; None behind a verb."""
        start = end
        while start > 0 and end - start < _PHRASE_REACH and self._in_phrase(start - 1, end):
            start -= 1
        start = self._past_openers(start, end)
        verb = self.at(start - 1) in AUXILIARIES - VERB_ADVERBS and not self.capital(start - 1)
        return (start, end) if not verb and any(token.word for token in self.tokens[start:end]) else None

    def _past_openers(self, start: int, end: int) -> int:
        """Where the phrase itself begins, behind "but", "meanwhile" and an adverbial: "In May | the mayor"."""
        while start < end and (self.lower[start] in CONNECTORS or self._is_adverb(start)):
            start += 1
        points = self.at(start) == "this" and self.at(start + 1) not in TIME_UNITS  # at a noun of its own, no time
        if start == end or self.lower[start] not in ADVERBIAL_OPENERS or points:
            return start
        return next((i for i in range(start + 2, end) if self._begins_phrase(i)), end)

    def _begins_phrase(self, at: int) -> bool:
        opens = self.lower[at] in DETERMINERS or (self.capital(at) and not self.capital(at - 1))
        return opens and self.lower[at - 1] not in ADVERBIAL_OPENERS

    def _in_phrase(self, at: int, end: int) -> bool:
        token, lower = self.tokens[at], self.lower[at]
        if lower in CLAUSE_WORDS or lower in SUBJECT_PRONOUNS:
            return lower == "who" and at < end - 1
        if lower == "and":  # Ann Lee and Senator Wu
            return self.is_word(at - 1) and (self.capital(at + 1) or self.at(at + 1) in TITLES)
        is_word = token.word or lower in {"&", "$", "%", "/"}
        return is_word and (token.capital or not self._is_finite(at))

    def _is_finite(self, at: int) -> bool:
        """Whether a word in small letters is a verb of saying, an auxiliary or a deed: "Lee spent the day"."""
        lower = self.lower[at]
        said = CUES.get(lower, ("say", "gerund"))[1] != "gerund" and lower not in NOUNS
        past = lower in IRREGULAR_PASTS or lower.endswith("ed")
        return said or lower in AUXILIARIES or (past and self.capital(at - 1) and self.at(at + 1) in DETERMINERS)

    def phrase_after(self, start: int) -> Range | None:
        """Finds the noun phrase that begins at a token."""
        if self.at(start) in SUBJECT_PRONOUNS:
            return start, start + 1
        end = start
        while end < len(self.tokens) and end - start < _PHRASE_REACH and self._continues(start, end):
            end += 1
        return (start, end) if end > start else None

    def _continues(self, start: int, at: int) -> bool:
        lower, token = self.lower[at], self.tokens[at]
        if lower in ADVERBIAL_OPENERS and not token.capital:  # "Per Holst"
            return at > start and lower in {"of", "for"} and not self._is_adverb(at - 1)
        if lower == "and":
            return self.capital(at + 1)
        auxiliary = lower in AUXILIARIES and not token.capital
        return token.word and not auxiliary and lower not in _ENDS_PHRASE

    def first_phrase(self, end: int, start: int = 0) -> Range | None:
        """Finds the likely subject of the clause before a token, or of that at `start`: its first noun phrase."""
        start = start or self._behind_opening(end)
        while start < end and (self.lower[start] in CONNECTORS or not self.tokens[start].word):
            start += 1
        phrase = self.phrase_after(start) if start < end else None
        return self._up_to_verb(start, min(phrase[1], end)) if phrase else None

    def _behind_opening(self, end: int) -> int:
        """Where the clause begins behind what opens its sentence: "On Friday, | he left", "Asked why, | he laughed"."""
        if (self.at(0) in ADVERBIAL_OPENERS or self.at(0).endswith("ly")) and "," in self.lower[:end]:
            return self.lower.index(",") + 1
        is_participle = self.at(0).endswith(("ing", "ed")) and self.at(1) != ","
        opens = (
            at + 1
            for at in range(1, end if is_participle else 0)
            if self.lower[at] == "," and (self.capital(at + 1) or self.at(at + 1) in SUBJECT_PRONOUNS | DETERMINERS)
        )
        return next(opens, 0)

    def _up_to_verb(self, start: int, end: int) -> Range:
        """A phrase cut where its verb seems to begin: after its name, or at the first past form."""
        if self.capital(start) and self.lower[start] not in DETERMINERS:
            stops = (i for i in range(start + 1, end) if not (self.capital(i) or self.lower[i] in _IN_NAME))
        else:
            words = ((i, self.lower[i]) for i in range(start + 1, end))
            stops = (i for i, word in words if word.endswith("ed") or word in IRREGULAR_PASTS)
        return start, next(stops, end)

    def _inverse(self, cue: Cue) -> Range | None:
        """The subject after a cue that stands right behind what is said."""
        if not cue.may_stand_first:
            return None
        quotation = self.behind_quotation(cue.start)
        clause = self.at(cue.start - 1) == "," and cue.start >= _CLAUSE_LENGTH and not self._apposed(cue.start - 1)
        phrase = self.phrase_after(cue.end) if quotation or clause else None
        return self.with_apposition(phrase) if phrase and (quotation or self._may_follow(phrase)) else None

    def _may_follow(self, phrase: Range) -> bool:
        """Whether a noun phrase may be the subject of the verb before it: a name, or a role that a mark ends.

        A name may stand behind its role: "said director Ann Lee".
        """
        start, end = phrase
        ends = end >= len(self) or not self.tokens[end].word
        name = next((i for i in range(start, end) if self.capital(i)), end)
        if name < end and (name == start or self.lower[start] not in DETERMINERS):
            return ends or self.lower[end] in ADVERBIAL_OPENERS | {"who", "and"}
        return (self.lower[start] in DETERMINERS or self.lower[end - 1] in PLURAL_SUBJECTS) and ends

    def with_apposition(self, phrase: Range) -> Range:
        """Returns a phrase with the description that follows it between commas: Mary Poole, the minister."""
        end = phrase[1]
        if self.at(end) != "," or not (self.at(end + 1) in _APPOSED or self._names_role(phrase)):
            return phrase
        stop = self._chunk_end(end + 1)
        while self.at(stop) == "," and (self.at(stop + 1) in _APPOSED or self.capital(stop + 1)):
            stop = self._chunk_end(stop + 1)  # Tampa, Fla., who represents owners
        return (phrase[0], stop) if stop - end <= _APPOSITION_REACH else phrase

    def _names_role(self, role: Range) -> bool:
        """Whether a comma and a name follow a role: "her spokesman, Ned Hall", "the plumber, Ned Hall."."""
        end = role[1]
        is_title = not TITLES.isdisjoint(self.lower[slice(*role)])
        is_whole = self.lower[role[0]] in DETERMINERS and self.capital(end + 2) and not self.is_word(end + 3)
        return self.capital(end + 1) and (is_title or is_whole)

    def _chunk_end(self, start: int) -> int:
        """The next mark that may end an apposition; no full stop of an abbreviation."""
        for at in range(start, len(self)):
            if self.quoted(at) or self.lower[at] in {",", ";"} or (self.lower[at] == "." and self.at(at + 1) != ","):
                return at
        return len(self)
