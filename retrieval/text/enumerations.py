"""Lists that run on over several sentences: which of them go on with one, and how many things are asked for. Pure."""

from __future__ import annotations

import re

from retrieval.text.lexicon import alternatives, table
from retrieval.text.questions import LONGEST

_NUMERALS = {word: int(value) for word, (value,) in table("numerals").items()}
_ORDINAL = "|".join(sorted(set(table("ordinals")) - {"first"}))
_ADDS = re.compile(
    rf"\b(?:{alternatives('additive_words')})\b"
    r"|\btoo\b(?=\W*$|[,.;:!]|\sand\b)"  # not "too late"
    r"|\band\s(?:so|neither)\s(?:are|can|did|do|does|has|have|is|may|must|was|were|will)\b|\A\W*(?:neither|nor)\b"
    rf"|\A\W*(?:the\s|an?\s)?(?:{_ORDINAL}|finally|last|lastly|next|other|others|rest|then)\b"
    rf"|\bthe\s(?:{_ORDINAL})\b"
    rf"|\A\W*(?:{alternatives('numerals')}|\d+)\s(?:(?!than\b)\w+\s)?(?:more|others)\b(?!\sthan\b)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"\W*(?:(?:please\s)?(?:give|list|name|tell)(?:\s(?:me|us))?|what(?:\s(?:are|were)|['’]re)?|which(?:\s(?:are|were))?"
    rf"|who(?:\s(?:are|were)|['’]re)?)(?:\sof)?(?:\s(?:all|the|these|those))*\s(?P<count>{alternatives('numerals')}|\d{{1,2}})"
    r"\s(?!(?:hours?|days?|weeks?|months?|years?|percent)\b)[a-z]",
    re.IGNORECASE,
)
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


def count_items(words: str) -> int:
    """Returns how many things are named side by side: 3 in "Ann Lee, Bo Wu and Cy Dahl"."""
    return len(_BETWEEN.split(words))
