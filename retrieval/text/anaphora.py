"""Sentences that point back at what was named before them: by a pronoun, or by "The move". Pure."""

from __future__ import annotations

import re

from retrieval.text.lexicon import alternatives, words
from retrieval.text.words import WORD

_EVENTS = alternatives("event_nouns")
_OPENING = re.compile(
    r"[“\"‘'(]?(?:(?:He|She|They|It|His|Her|Their|Its|These|Those|Such)\b|(?:This|That)(?! is\b| was\b)"
    rf"|The (?:{_EVENTS})\b(?! of\b| by\b| to\b| that\b))"
)


def needs_antecedent(sentence: str) -> bool:
    """Tells whether a sentence cannot be understood without the one before it.

    Example:
        "He agreed." and "The move was praised." need it; "The move by Lee was praised." does not.
    """
    return bool(_OPENING.match(sentence))


def opens_with_pronoun(sentence: str) -> bool:
    """Tells whether the first word of a sentence is a pronoun or determiner that may point back."""
    first = WORD.search(sentence)
    return first is not None and first[0].lower() in words("pointing_words")
