"""What points back to a source of the last answer: "open 2", "what else does that article say?". Pure, by rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Citation, Turn


class Action(Enum):
    OPEN = auto()
    MORE = auto()
    SUMMARY = auto()


@dataclass(frozen=True, slots=True)
class Referred:
    """What is asked of an article that was cited.

    `citation` is the one that is meant, `told` all of that answer that cite the same article.
    """

    action: Action
    citation: Citation
    told: tuple[Citation, ...]


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


def referred(text: str, history: Sequence[Turn], libraries: Sequence[str]) -> Referred | None:
    """What a message asks of a source of the last answer that has any; None where it asks nothing of the kind.

    Only sources of `libraries` can be meant.
    """
    plain = " ".join(text.split()).strip(" ?!.")
    found = ((action, pattern.fullmatch(plain)) for action, patterns in _COMPILED.items() for pattern in patterns)
    action, match = next(((action, match) for action, match in found if match), (None, None))
    if action is None or match is None:
        return None
    cited = next((turn.answer.citations for turn in reversed(history) if turn.answer.citations), ())
    known = {citation.number: citation for citation in cited if citation.library in libraries}
    meant = known.get(_number(match) or min(known, default=0))
    if meant is None:
        return None
    same = tuple(c for c in known.values() if (c.library, c.article.id) == (meant.library, meant.article.id))
    return Referred(action, meant, same)


def _number(match: re.Match[str]) -> int | None:
    if match["ordinal"]:
        return _ORDINALS[match["ordinal"].lower()]
    return int(match["number"]) if match["number"] else None
