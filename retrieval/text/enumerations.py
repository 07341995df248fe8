"""What stands in a row: lists that run on over sentences, how many things are asked for, which place or medal. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.text.lexicon import alternatives, table, words
from retrieval.text.questions import LONGEST
from retrieval.text.words import WORD, content_stems, stem, stem_set
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMERALS = {word: int(value) for word, (value,) in table("numerals").items()}
_ORDINAL = "|".join(sorted(table("ordinals")))
_LATER_ORDINAL = "|".join(sorted(set(table("ordinals")) - {"first"}))
_ADDS = re.compile(
    rf"\b(?:{alternatives('additive_words')})\b"
    r"|\btoo\b(?=\W*$|[,.;:!]|\sand\b)"  # not "too late"
    r"|\band\s(?:so|neither)\s(?:are|can|did|do|does|has|have|is|may|must|was|were|will)\b|\A\W*(?:neither|nor)\b"
    rf"|\A\W*(?:the\s|an?\s)?(?:{_LATER_ORDINAL}|finally|last|lastly|next|other|others|rest|then)\b"
    rf"|\bthe\s(?:{_LATER_ORDINAL})\b"
    rf"|\A\W*(?:{alternatives('numerals')}|\d+)\s(?:(?!than\b)\w+\s)?(?:more|others)\b(?!\sthan\b)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"\W*(?:(?:please\s)?(?:give|list|name|tell)(?:\s(?:me|us))?|what(?:\s(?:are|were)|['’]re)?|which(?:\s(?:are|were))?"
    rf"|who(?:\s(?:are|were)|['’]re)?)(?:\sof)?(?:\s(?:all|the|these|those))*\s(?P<count>{alternatives('numerals')}|\d{{1,2}})"
    r"\s(?!(?:hours?|days?|weeks?|months?|years?|percent)\b)[a-z]",
    re.IGNORECASE,
)
_COUNTED_NAME = re.compile(
    r"(?P<name>[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,4}) (?:(?:won|got|had|has|with) )?(?P<count>\d[\d,.]*(?<=\d))"
    r"(?: (?:\w+|per cent))?(?=[,;.)]|\Z| and )"
)
_AMOUNT = (
    r"[£$€¥]?\d[\d,.]*(?<=\d)(?:\s?(?:million|billion|trillion|thousand|[mb]n|per ?cent|%))?"
    r"(?: an? (?:year|month|week|day|night|head|person))?"
)
_GAPPED = re.compile(  # "..., the night bus 300,000 a year"
    rf"\d[^,;]*[,;] (?:and |but )?(?P<name>the (?:[\w’'-]+ ){{1,3}}?|(?:[A-Z][\w’'-]* ){{1,4}})(?:only )?"
    rf"(?P<count>{_AMOUNT})(?=[,;.)]|\s?\Z)"
)
_NUMBER = rf"(?:\d[\d,]*|{alternatives('numerals')})"
_WORD = r"[\w’'-]+"
_PARTS = (  # "nine of Norby's 24 buses", "of 86 workers 30"
    re.compile(rf"\b(?P<count>{_NUMBER}) of (?:{_WORD} ){{0,2}}?{_NUMBER}(?: {_WORD}){{1,2}}", re.IGNORECASE),
    re.compile(rf"\bof (?:the |its |their )?{_NUMBER}(?: {_WORD}){{1,2}},? (?P<count>{_NUMBER})\b", re.IGNORECASE),
)
_OF_THE_WHOLE = re.compile(r"\b(?:there|have|has|had|own|owns|owned|total|all|altogether)\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow many (?:of (?:the|its|their) )?(?P<noun>[\w’'-]+)", re.IGNORECASE)
_DIFFERENCE = re.compile(  # "13 fewer than the record"
    rf"\W*{_NUMBER}[½¼¾]?(?:\s[\w’'-]+){{0,2}}?\s(?:fewer|less|more|higher|lower|above|below|short)\b", re.IGNORECASE
)
_FEWEST_COUNTED = 3  # names with a number each, so that they stand in a list
_BETWEEN = re.compile(r",\s(?:(?:and|or)\s)?|\s(?:and|or)\s")


def goes_on(sentence: str) -> bool:
    """Tells whether a sentence goes on with a list that one before it began.

    Example:
        "Bridge Street also closes." and "Two more were found." do; "It is too late." does not.
    """
    return _ADDS.search(sentence) is not None


def count_asked(question: str) -> int | None:
    """Returns how many things a question asks to be named: 3 for "Name the three winners"; None where it tells none."""
    match = _COUNT.match(question[:LONGEST])
    if match is None:
        return None
    count = match["count"].lower()
    return int(count) if count.isdigit() else _NUMERALS[count]


def count_named(question: str, sentence: str) -> Span | None:
    """Returns the number that stands behind the one name that a question asks about, of several with a number each.

    Example:
        "12" for "How many seats did the Farmers get?" in "Reform won 61 seats, National Union 48, the Farmers 12.",
        "$3" for "What does the bus cost?" in "The pool costs $11, the bus $3.", and "nine" for "How many buses burnt?"
        in "Fire destroyed nine of Norby's 24 buses."
    """
    ways = (_part_counted, _gapped, _behind_its_name)
    return next((span for way in ways if (span := way(question, sentence))), None)


def number_compared(question: str, sentence: str, told: str) -> Span | None:
    """Returns the number of what "How many ...?" asks about, where `told` begins with how many more or fewer that is.

    Example:
        "63" for "How many hot dogs did he eat?" in "He ate 63 hot dogs, 13 fewer than in May.", of "13 fewer than".
    """
    asked = _HOW_MANY.search(question[:LONGEST])
    if asked is None or not _DIFFERENCE.match(told) or _DIFFERENCE.search(f"1 {asked['noun']}"):
        return None
    is_left_out = asked["noun"].lower() in words("question_auxiliaries")  # "How many did he eat?"
    noun = r"(?!more|fewer|less)[a-z]" if is_left_out else re.escape(stem(asked["noun"]))
    counted = re.search(rf"\b(?P<count>{_NUMBER})\s{noun}", sentence, re.IGNORECASE)
    return Span(*counted.span("count")) if counted else None


def _part_counted(question: str, sentence: str) -> Span | None:
    """Returns the part of a whole: "nine" of "nine of Norby's 24 buses", but for who asks how many Norby has."""
    asked = _HOW_MANY.search(question[:LONGEST])
    if asked is None or _OF_THE_WHOLE.search(question):
        return None
    noun = stem(asked["noun"])
    parts = (part for form in _PARTS for part in form.finditer(sentence))
    return next((Span(*part.span("count")) for part in parts if noun in stem_set(part.group())), None)


def _gapped(question: str, sentence: str) -> Span | None:
    """Returns the amount of what a sentence tells second, without a verb: "$3" of "the pool costs $11, the bus $3"."""
    told = _GAPPED.search(sentence)
    is_asked = told and stem_set(question).issuperset(content_stems(told["name"]))
    return Span(*told.span("count")) if told and is_asked else None


def _behind_its_name(question: str, sentence: str) -> Span | None:
    """Returns the number behind the one name that is asked about, in a list of names."""
    counted = list(_COUNTED_NAME.finditer(sentence))
    asked = stem_set(question)
    named = [each for each in counted if asked.issuperset(content_stems(each["name"]))]
    return Span(*named[0].span("count")) if len(counted) >= _FEWEST_COUNTED and len(named) == 1 else None


def count_items(words: str) -> int:
    """Returns how many things are named side by side: 3 in "Ann Lee, Bo Wu and Cy Dahl"."""
    return len(_BETWEEN.split(words))


_KINDS = {word: (kind, sense[0] if sense else word) for word, (kind, *sense) in table("rivals").items()}
_PLACE_ASKED = re.compile(
    rf"\b(?:came|comes?|finish(?:ed|es)?|ranked)\s(?:in\s)?(?P<place>{_ORDINAL})\b"
    rf"|\b(?P<won>{_ORDINAL})\s(?:place|prize|rank)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(rf"\b(?:{_ORDINAL})\b", re.IGNORECASE)
_OF_ROW = re.compile(rf"\b(?P<place>{_ORDINAL})\s(?P<noun>[a-z]+)", re.IGNORECASE)


def is_of_rival(question: str, sentence: str) -> bool:
    """Tells whether a sentence names only another medal, place or contest than the one that a question asks about.

    Example:
        "Ann Lee won gold." does for "Who won bronze?", "Bo Wu came second." for "Who came fifth?", "The first boat
        sank." for "When did the second boat sink?" and "Holm is the slowest." for "Which town is the fastest?"
    """
    asked, ranked = _kinds_asked(question), _rows_asked(question)
    single = {kind: senses for kind, senses in asked.items() if len(senses) == 1}
    return (
        (bool(single) and _are_others(single, _of_kinds(sentence)))
        or (bool(ranked) and _are_others(ranked, _in_rows(sentence)))
        or _is_of_other_place(question, sentence)
    )


def _are_others(asked: Mapping[str, set[str]], told: Mapping[str, set[str]]) -> bool:
    """Tells whether something that is asked for is told, but with others than those that are asked for."""
    return any(told.get(what, wanted).isdisjoint(wanted) for what, wanted in asked.items())


def _of_kinds(text: str) -> dict[str, set[str]]:
    """Returns the senses of each kind that a text has."""
    found: dict[str, set[str]] = {}
    for token in WORD.findall(text.lower()):
        if known := _KINDS.get(re.sub(r"['’]s?$", "", token)):
            kind, sense = known
            found.setdefault(kind, set()).add(sense)
    return found


_kinds_asked = lru_cache(maxsize=8)(_of_kinds)  # asked for each sentence that may answer


def _is_of_other_place(question: str, sentence: str) -> bool:
    asked = _PLACE_ASKED.search(question)
    if asked is None:
        return False
    told = {place.lower() for place in _PLACE.findall(sentence)}
    return bool(told) and (asked["place"] or asked["won"]).lower() not in told


def _in_rows(text: str) -> dict[str, set[str]]:
    """Returns by the stem of what is counted which of its row a text names: "the second boat"."""
    found: dict[str, set[str]] = {}
    for match in _OF_ROW.finditer(text):
        found.setdefault(stem(match["noun"]), set()).add(match["place"].lower())
    return found


_rows_asked = lru_cache(maxsize=8)(_in_rows)
