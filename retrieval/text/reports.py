"""How reports are spoken of, and who is left unnamed in them. English. Pure."""

from __future__ import annotations

import re

from retrieval.text.cues import CUES
from retrieval.text.function_words import PRONOUNS, RELATIVES
from retrieval.text.lexicon import words

_FRAME = re.compile(r"^(?:The|This) (?:article|report|passage|outlet) (?:reports|says|states|notes|adds)(?: that)? ")
_REPORTS = words("report_nouns") | RELATIVES
_INDEFINITE = words("indefinite_speakers") | PRONOUNS.keys()


def without_frame(sentence: str) -> str:
    """Returns a sentence without the words that only say where it stands.

    Example:
        "The article reports that fares rise." becomes "fares rise."
    """
    return _FRAME.sub("", sentence)


def leaves_speaker_open(mention: frozenset[str]) -> bool:
    """Tells whether the words of a mention, in small letters, name nobody: "they", "who", "the article"."""
    return bool(mention & _REPORTS) or mention <= _INDEFINITE


def is_saying(cue: str) -> bool:
    """Tells whether the words that attribute something mean speech, as "found" and "called" do not."""
    frames = (CUES[word][0] for word in cue.lower().split() if word in CUES)
    return any(frame in {"say", "tell"} for frame in frames) or "according" in cue.lower()
