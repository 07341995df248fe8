"""What stands in a row: lists that run on over sentences, how many things are asked for, which place or medal. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.lexicon import alternatives, table
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
        "12" for "How many seats did the Farmers get?" in "Reform won 61 seats, National Union 48, the Farmers 12."
    """
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
    asked = {kind: senses for kind, senses in _of_kinds(question).items() if len(senses) == 1}
    return (
        _are_others(asked, _of_kinds(sentence))
        or _are_others(_in_rows(question), _in_rows(sentence))
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
