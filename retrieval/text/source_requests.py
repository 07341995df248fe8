"""Requests that point to a source of the last answer: "open 2", "what else does that article say?"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto


class Action(Enum):
    OPEN = auto()
    MORE = auto()
    SUMMARY = auto()


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """What is to be done with a source, and its number, None where "that article" is meant."""

    action: Action
    number: int | None


_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_NOUN = r"(?:articles?|sources?|reports?|stor(?:y|ies)|pieces?|citations?|texts?)"
_NUMBERED = rf"(?:{_NOUN} |number |no\. ?|#)?\[?(?P<number>\d{{1,2}})\]?"
_WHICH = rf"(?:the )?(?P<ordinal>{'|'.join(_ORDINALS)}) (?:{_NOUN}|one)|{_NUMBERED}"
_THAT = rf"(?:that|this|the|the same) {_NOUN}"
_TARGET = rf"(?:{_WHICH}|{_THAT})"
_LEAD = r"(?:(?:please|and|so|ok|can you|could you|would you|now)[ ,]+)*"
_PATTERNS = {
    Action.OPEN: (rf"(?:open|show(?: me)?|read(?: me)?|display) {_TARGET}",),
    Action.MORE: (
        rf"what (?:else|more) (?:does|did|do) {_TARGET} (?:say|tell|report|mention|state|write|contain)(?: us| me)?",
        rf"what (?:else|more) (?:is|was|stands) (?:said |told |reported |there )?in {_TARGET}",
        rf"(?:(?:tell|show|give) me )?(?:more|the rest) (?:of|from|about|in) {_TARGET}",
    ),
    Action.SUMMARY: (
        rf"(?:summari[sz]e|sum up|recap) {_TARGET}(?: for me)?",
        rf"(?:give me |write )?(?:an? |the )?(?:(?:short|brief) )?(?:summary|recap) of {_TARGET}",
        rf"what (?:is|does) {_TARGET} (?:about|say)",
    ),
}
_COMPILED = {
    action: [re.compile(rf"{_LEAD}{pattern}", re.IGNORECASE) for pattern in patterns]
    for action, patterns in _PATTERNS.items()
}


def source_request(text: str) -> SourceRequest | None:
    """Returns what a message as a whole asks of a source; None where it asks nothing of the kind.

    Example:
        "Please show me the second article" asks to open number 2.
    """
    plain = " ".join(text.split()).strip(" ?!.")
    for action, patterns in _COMPILED.items():
        for pattern in patterns:
            if match := pattern.fullmatch(plain):
                ordinal, number = match["ordinal"], match["number"]
                return SourceRequest(action, _ORDINALS[ordinal.lower()] if ordinal else int(number) if number else None)
    return None
