"""Whether a sentence tells of a rival of what is asked for: of gold, the men's race, a second place. English. Pure."""

from __future__ import annotations

import re

from retrieval.text.lexicon import table
from retrieval.text.words import WORD

_KINDS = {word: kind for word, (kind,) in table("rivals").items()}
_ORDINAL = "|".join(sorted(table("ordinals")))
_PLACE_ASKED = re.compile(
    rf"\b(?:came|comes?|finish(?:ed|es)?|ranked)\s(?:in\s)?(?P<place>{_ORDINAL})\b"
    rf"|\b(?P<won>{_ORDINAL})\s(?:place|prize|rank)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(rf"\b(?:{_ORDINAL})\b", re.IGNORECASE)


def is_of_rival(question: str, sentence: str) -> bool:
    """Tells whether a sentence names only another medal, place or contest than the one that a question asks about.

    Example:
        "Ann Lee won gold." does for "Who won bronze?", "Bo Wu came second." for "Who came fifth?".
    """
    asked, told = _of_kinds(question), _of_kinds(sentence)
    is_other = any(len(words) == 1 and told.get(kind, words).isdisjoint(words) for kind, words in asked.items())
    return is_other or _is_of_other_place(question, sentence)


def _of_kinds(text: str) -> dict[str, set[str]]:
    """Returns the words of each kind that a text has."""
    found: dict[str, set[str]] = {}
    for token in WORD.findall(text.lower()):
        bare = re.sub(r"['’]s?$", "", token)
        if kind := _KINDS.get(bare):
            found.setdefault(kind, set()).add(bare)
    return found


def _is_of_other_place(question: str, sentence: str) -> bool:
    asked = _PLACE_ASKED.search(question)
    if asked is None:
        return False
    told = {place.lower() for place in _PLACE.findall(sentence)}
    return bool(told) and (asked["place"] or asked["won"]).lower() not in told
