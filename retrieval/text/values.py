"""What a short answer says as a value: whether two answers agree, however each is put. English. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.text.answer_kinds import QUANTITIES
from retrieval.text.dates import moments
from retrieval.text.lexicon import alternatives, table, words
from retrieval.text.name_matching import without_accents
from retrieval.text.names import DAYS_AND_MONTHS, TITLES
from retrieval.text.numbers import Figure, figures
from retrieval.text.words import WORD, content_stems, same_family, stem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from retrieval.text.answer_kinds import AnswerKind
    from retrieval.text.dates import Moment

NAMED: frozenset[AnswerKind] = frozenset({"person", "place", "thing", "other"})
_LASTING = re.compile(
    r"\b(?:is|are|has|have|do|does|will|can|still|now|currently|so far|latest|newest|most recent|recently|current"
    r"|incumbent|reigning)\b|\b(?:who|what|where|when|how)[’']s\b",
    re.IGNORECASE,
)
_BY_NOW = re.compile(r"\b(?:still|by now|now|any ?more)\b(?=[^?]{0,20}\??\W*$)", re.IGNORECASE)
_LATEST = re.compile(r"\b(?:latest|newest|most recent(?:ly)?|recently)\b", re.IGNORECASE)
LONGEST_NAME = 5  # words
_REPORT = r"(?:story|article|report|piece|post|headline|caption|column|newsletter|dispatch|text)"
_EARLIER_VERSION = re.compile(
    rf"\b(?:an?|the) (?:earlier|previous|original|prior) version of (?:this|our|the|that|an?) (?:\w+ )?{_REPORT}"
    rf"|\b(?:this|our|the) {_REPORT} (?:earlier|previously|originally|initially) "
    r"(?:said|stated|reported|gave|put|misstated)"
    r"|\b(?:wrongly|incorrectly|mistakenly|erroneously) (?:said|stated|reported|gave|put|identified|named)",
    re.IGNORECASE,
)
# Of a column of corrections: "A report on Monday said ...", "In a story on the takeover we said ...".
_CORRECTS = re.compile(r"(?:\A\W*|:\s)(?:corrections?|clarifications?|amplifications?|for the record)\b", re.IGNORECASE)
_PRINTED = re.compile(
    rf"\b(?:an?|the|our|\w+day['’]s) (?:\w+ )?"
    rf"(?:{_REPORT}|review|obituary|interview|graphic|map|chart|editorial|feature)\b"
    r".{0,200}?\b(?:said|stated|attributed|named|described|gave|identified|reported|called|quoted|implied|suggested)\b",
    re.IGNORECASE,
)
_RATHER = re.compile(r"[;:]\s(?:it|he|she|they|the)\b|\b(?:in fact|actually|not|instead|should have)\b", re.IGNORECASE)
_STATE = re.compile(rf"\b(?:{alternatives('states_to_end')})\b", re.IGNORECASE)
_ASKS_OF_BEING = re.compile(rf"\b(?:{alternatives('forms_of_be')})\b", re.IGNORECASE)
# "Nobody is still | missing", "None of the miners remained | trapped"; but "no sign of the | missing" tells of none.
_IN_STATE = (
    rf"(?:{alternatives('forms_of_be')}|has|have|remain(?:s|ed)?|any|any more|else|now|still|reported|listed|left)"
)
_NONE_IS = re.compile(
    rf"\b(?:no(?:body|ne|\sone)(?:\sof\s(?:\w+\s){{0,3}}\w+)??|no(?:\s(?!longer\b)\w+){{1,2}}?)"
    rf"(?:\s{_IN_STATE}){{0,5}}?\s{_STATE.pattern}",
    re.IGNORECASE,
)
_OTHERWISE = alternatives("clause_words", "coordinators", "modal_verbs", "negations")
_SPANS = rf"{alternatives('time_units', 'weekdays', 'months')}|minute|hour|night|decade|time"
_LAST_FOUND = re.compile(
    rf"\b(?:last|final|remaining)\b(?!(?:\s[\w-]+)?\s(?:{_SPANS})s?\b)"
    rf"(?:,?\s(?:(?-i:and\s[A-Z][\w’'-]*)|(?!(?:{_OTHERWISE})\b)[\w’'-]+)){{0,8}}?,?\s"
    r"(?:accounted|evacuated|found|freed|identified|located|pulled|reached|recovered|released|rescued|restored|saved)\b",
    re.IGNORECASE,
)
_FORMER = re.compile(
    r"\b(?:former|ex|outgoing|late|previous|departing|predecessor|replac(?:es|ed|ing)|succeed(?:s|ed|ing))"
    r"[\s-](?:[\w’'.,-]+\s){0,5}$",
    re.IGNORECASE,
)
_HAS_LEFT = re.compile(
    rf"(?:[^\w’'-]+(?!(?:{alternatives('negations')}|after|who|whose|and)\b)[\w’'-]++){{0,5}}?,?\s"
    rf"(?:(?:{alternatives('verbs_of_leaving')})\b|(?:step|stepp|stand|stood)(?:s|ed|ing)? (?:down|aside)\b"
    r"|(?:was|were|had been) (?:the|an?|our|their|its)\b|(?:is|was) (?:leaving|removed|replaced|succeeded)\b)",
    re.IGNORECASE,
)
_LOOKED_AT = 80  # characters on either side of a name
_ASKS_OF_PAST = re.compile(r"\b(?:did|was|were|had)\b", re.IGNORECASE)
_FORETOLD = re.compile(
    r"\b(?:will|(?:is|are) (?:due|expected|planned|scheduled|set|to)|plans? to|hopes? to)\b", re.IGNORECASE
)
_TO_DO = re.compile(r"\bto ([a-z]+)", re.IGNORECASE)
_WAS_PLANNED = re.compile(
    r"(?<!\bis )(?<!\bare )\b(?:due|expected|hoped|intended|meant|planned|scheduled|supposed|wanted) (?:to|for)\b",
    re.IGNORECASE,
)
_ASKS_OF_PLAN = re.compile(r"\b(?:due|expect|hope|intend|meant|plan|schedule|suppose|want)", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|never|no longer|cannot)\b|n[’']t\b", re.IGNORECASE)
_APART = re.compile(
    rf"\W{{0,3}}(?:[\w-]+\s){{0,3}}(?:{alternatives('time_units')}|hour)s? (?:after|before)\b", re.IGNORECASE
)
# "A sixth person has died" counts as "six have died" does.
_NTH = re.compile(
    rf"\b(?:an?) ({alternatives('ordinals')}) (?:person|victim|man|woman|patient) (?:ha[sd] )?(?:also |now |since )?"
    r"(?:been |was )?(died|dies|hurt|injured|killed|wounded)\b",
    re.IGNORECASE,
)
_WHOSE = re.compile(
    rf"\b(?i:against|among|by|for|of)\s(?i:(?:an?|other|some|the)\s)*"
    rf"(?:[A-Z\d]|(?i:an)?(?i:others?)\b|(?i:{alternatives('numerals')})\b)"
)
_OF_ALL = re.compile(r"\bhow many (?:people|persons|victims|are|dead|died|got|have|were|was)\b", re.IGNORECASE)
_UNSURE = words("hedges", "negations", "refusals") | {"denied", "fear", "feared", "fears"}
_CASUALTIES = {stem(word): stands_for for word, (stands_for,) in table("casualties").items()}
CASUALTIES = frozenset(_CASUALTIES.values())
_PEOPLE = frozenset(map(stem, ("people", "person")))
_NONE = re.compile(r"\b(?:no|none|nobody|zero|not any|no one)\b", re.IGNORECASE)
_ONE = re.compile(r"\bone\b", re.IGNORECASE)
_ALIASES = {name.replace(".", ""): alias for name, (alias,) in table("name_aliases").items()}
_UNNAMED = words("articles", "prepositions", "coordinators", "determiners") | TITLES | DAYS_AND_MONTHS


@dataclass(frozen=True)
class Value:
    """A short answer as what it says: numbers, days or names.

    `published` is the day of its article, which tells what "Tuesday" in it means.
    """

    text: str
    kind: AnswerKind
    published: dt.date | None = None

    def agrees_with(self, other: Value) -> bool | None:
        """Tells whether another value of the same kind says the same; None where they cannot be compared.

        Example:
            "14 million" and "14m" agree, "five" and "5", "Lund" and "Pia Lund"; "five" and "six" do not.
        """
        if self.kind in QUANTITIES:
            return _agree_in_number(self.figures, other.figures)
        if self.kind == "time":
            return _agree_in_time(self.moments, other.moments)
        if self.kind == "yes_no":
            return self.text == other.text
        if self.kind == "other" and max(len(self.words), len(other.words)) > LONGEST_NAME:
            return None  # a clause may tell anything
        return _agree_in_name(self, other) if self.kind in NAMED else None

    @cached_property
    def figures(self) -> list[Figure]:
        """Its numbers without those of dates; none is 0, and "one" is 1, where it has no other."""
        dated = self.moments
        free = [f for f in figures(self.text) if not any(m.start < f.end and f.start < m.end for m in dated)]
        for word, value in ((_NONE, 0.0), (_ONE, 1.0)):
            if not free and (found := word.search(self.text)):
                free = [Figure(value, "", *found.span())]
        return free

    @cached_property
    def amounts(self) -> list[float]:
        """What its numbers are, the smallest first: a score by either side."""
        return sorted(figure.value for figure in self.figures)

    @cached_property
    def moments(self) -> list[Moment]:
        return moments(self.text, self.published)

    @cached_property
    def words(self) -> list[str]:
        return WORD.findall(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(content_stems(self.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """The words of its names without their accents, each country by one of its names."""
        bare = " ".join(WORD.findall(without_accents(self.text).replace(".", "")))
        if alias := _ALIASES.get(bare.lower().removeprefix("the ")):
            return frozenset({alias})
        capital = [word for word in bare.split() if word[0].isupper() and word.lower() not in _UNNAMED]
        return frozenset(_ALIASES.get(word.lower(), stem(word)) for word in capital)


def is_lasting(question: str) -> bool:
    """Tells whether a question is about what is so, and not about what happened once: "Who is mayor?"."""
    return _LASTING.search(question) is not None


def asks_for_latest(question: str) -> bool:
    """Tells whether a question is about the last of several: "Who won most recently?"."""
    return _LATEST.search(question) is not None


def asks_of_now(question: str) -> bool:
    """Tells whether a question asks how something is by now: "Is the strike still going on?", "And how many now?"."""
    return _BY_NOW.search(question) is not None


def may_change(question: str, kind: AnswerKind) -> bool:
    """Tells whether what a question asks for may be told otherwise later: a count, or how things stand."""
    return kind in QUANTITIES | {"yes_no"} or is_lasting(question)


def has_left(before: str, after: str) -> bool:
    """Tells whether the words around a name tell of a former office: "former mayor | Ann Lee", "Lee | resigned"."""
    return _FORMER.search(before[-_LOOKED_AT:]) is not None or _HAS_LEFT.match(after[:_LOOKED_AT]) is not None


def is_retracted(sentence: str, title: str = "") -> bool:
    """Tells whether a sentence tells only what a report said wrongly: "An earlier version said that ten had died."."""
    wrong = _told_wrong(sentence, title)
    return wrong is not None and not _RATHER.search(sentence, wrong.end())


def is_correction(sentence: str, title: str = "") -> bool:
    """Tells whether a sentence tells that a report was wrong; `title` is its article's, which may say so of all."""
    return _told_wrong(sentence, title) is not None


def _told_wrong(sentence: str, title: str) -> re.Match[str] | None:
    if earlier := _EARLIER_VERSION.search(sentence):
        return earlier
    is_column = _CORRECTS.search(title) or _CORRECTS.search(sentence)
    return _PRINTED.search(sentence) if is_column else None


def telling_stems(stems: Iterable[str]) -> frozenset[str]:
    """Returns stems without those for people, and with one for all that casualties are called."""
    return frozenset(_CASUALTIES.get(each, each) for each in stems) - _PEOPLE


def counted_to(question: str, sentence: str) -> str | None:
    """Returns how many casualties there are by now, where a sentence tells of the last of those a question asks about.

    Example:
        "6" for "A sixth person has died."
    """
    nth = _NTH.search(sentence)
    if nth is None or not _OF_ALL.search(question) or not _UNSURE.isdisjoint(WORD.findall(sentence.lower())):
        return None
    is_asked = telling_stems([stem(nth[2])]) & telling_stems(content_stems(question))
    return table("ordinals")[nth[1].lower()][0] if is_asked else None


def counts_of_others(after: str) -> bool:
    """Tells whether the words behind a number name whose it is: "117 | counts against 29 others"."""
    return _WHOSE.search(after) is not None


def tells_of_none(question: str, sentence: str) -> bool:
    """Tells whether a sentence says that none is left in the state that a question asks about.

    Example:
        "The last two were found." and "Nobody is missing any more." do, for "How many are missing?".
    """
    state = _STATE.search(question)
    if state is None or (state[0].lower() == "left" and not _ASKS_OF_BEING.search(question)):
        return False  # "left" of those who went
    none, last = _NONE_IS.search(sentence), _LAST_FOUND.search(sentence)
    is_same = none is not None and none[0].lower().endswith(state[0].lower())
    return is_same or (last is not None and not _STATE.search(sentence, last.end()))


def is_foretold(question: str, sentence: str) -> bool:
    """Tells whether a sentence only foretells what a question asks about as over: "Pool to reopen in May"."""
    if not _ASKS_OF_PAST.search(question) or _ASKS_OF_PLAN.search(question):
        return False
    asked = set(content_stems(question)) - {stem(m[1].lower()) for m in _TO_DO.finditer(question)}
    return _FORETOLD.search(sentence) is not None or any(stem(m[1].lower()) in asked for m in _TO_DO.finditer(sentence))


def is_only_planned(question: str, before: str) -> bool:
    """Tells whether the words before an answer make a plan of it, of what a question asks about as over.

    Example:
        "The firm had planned to reopen on" does, for "When did the firm reopen?".
    """
    asks_of_deed = _ASKS_OF_PAST.search(question) is not None and not _ASKS_OF_PLAN.search(question)
    clause = before[max(map(before.rfind, ",;:")) + 1 :]
    return asks_of_deed and _WAS_PLANNED.search(clause) is not None


def is_other_time(question: str, before: str, after: str) -> bool:
    """Tells whether the words around a time deny it, or set it apart from what they name.

    Example:
        "Thursday" in "on Thursday, four days after the fire", for "When was the fire?".
    """
    return _APART.match(after) is not None or is_denied(question, before)


def is_denied(question: str, before: str) -> bool:
    """Tells whether a clause denies what stands behind these words of it, and the question does not.

    Example:
        "The mill will not open again" denies "this year".
    """
    clause = before[max(map(before.rfind, ",;:")) + 1 :]
    return _DENIES.search(clause) is not None and _DENIES.search(question) is None


def _agree_in_number(one: list[Figure], other: list[Figure]) -> bool | None:
    """Tells whether two numbers are one; None where either has several, or they count in other units."""
    if not one or not other:
        return None
    first, second = one[0], other[0]
    if {first.unit, second.unit} & {"%", "th", "s"} and first.unit != second.unit:
        return None
    return any(a.is_told_by(b) or b.is_told_by(a) for a in one for b in other)


def _agree_in_time(one: list[Moment], other: list[Moment]) -> bool | None:
    pairs = [(a, b) for a in one for b in other if _are_comparable(a, b)]
    return any(a.is_told_by(b) or b.is_told_by(a) for a, b in pairs) if pairs else None


def _are_comparable(one: Moment, other: Moment) -> bool:
    """Tells whether two dates give parts of one kind, or the days of one are known: "Friday" may be "4 May", or not."""
    parts = ((one.year, other.year), (one.month, other.month), (one.day, other.day), (one.weekday, other.weekday))
    is_shared = any(a is not None and b is not None for a, b in parts) or bool(one.word and other.word)
    return is_shared or bool(one.days or other.days)


def _agree_in_name(one: Value, other: Value) -> bool | None:
    """Tells whether two names mean the same; of what has no name, whether it has the same scores, or a word in common.

    None where that cannot be told: of something without a name that has other words.
    """
    if one.names and other.names:
        return _are_one_name(one, other)
    if one.kind == "other" and one.figures and other.figures:
        return one.amounts == other.amounts
    if one.stems & other.stems:
        return True
    return False if one.kind == "thing" and one.stems and other.stems else None


def _are_one_name(one: Value, other: Value) -> bool | None:
    """Tells whether all words of the shorter name are in the longer, or are its first letters.

    None of two places that share a word, since these may lie in one another.
    """
    short, long = sorted((one.names, other.names), key=len)
    shared = {word for word in short if any(same_family(word, known) for known in long)}
    if shared == short or _are_initials(one.text, other.text):
        return True
    return None if shared and one.kind == "place" else False


def _are_initials(one: str, other: str) -> bool:
    """Tells whether one is made of the first letters of the other: "NHS", "National Health Service"."""
    short, long = sorted((one.replace(".", "").strip(), other), key=len)
    letters = "".join(word[0] for word in WORD.findall(long) if word[0].isupper())
    return len(short) > 1 and short.isupper() and short == letters
