"""What a message asks of the last answer: one of its sources, where it stands, the same again, or another. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from retrieval.text.lexicon import alternatives
from retrieval.text.messages import bare_words, small_talk


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
                return SourceRequest(action, _number(match))
    return None


def _number(match: re.Match[str]) -> int | None:
    ordinal, number = match["ordinal"], match["number"]
    return _ORDINALS[ordinal.lower()] if ordinal else int(number) if number else None


class Recall(Enum):
    """What is asked of the last answer: where it stands, itself again, the least of it, or another in its place."""

    SOURCES = auto()
    AGAIN = auto()
    SHORTER = auto()
    ANOTHER = auto()


_IT = r"(?:that|this|it)"
_YOU = r"(?:you|u)"
_BEFORE = (  # no two of these match the same words, or a long row of them could be read in countless ways
    r"(?:(?:oh|ok|okay|wait|um+|well|so|and|but|yes|yeah|no|nope|nah|sorry|please|hey|not really"
    rf"|{alternatives('exclamations')}) )*"
)
_BEHIND = rf"(?: (?:thanks|thank you|bot|byline|then|though|now|for me|{alternatives('chatter')}))*"
_CAN_YOU = rf"(?:(?:can|could|will|would) {_YOU} )?(?:please |just )*"
_ASK_FOR = (
    r"(?:(?:what|where)(?:'s| is| are| was| were)|got|any|i (?:want|need)|have you(?: got)?|do you have|is there"
    r"|(?:(?:can|could|may) (?:i|we|you) )?(?:have|get|see|give|show|send)(?: me)?)"
)
_PROOF = r"(?:(?:original )?sources?|(?:article )?(?:links?|urls?)|references?|citations?|proof)"
_OUTLET = r"(?:article|newspaper|paper|outlet|source)"
_WRONG = r"(?:wrong|incorrect|not (?:true|right|correct)|false|nonsense|made up)"
_SAY = r"(?:say|put|tell(?: me)?|give(?: me)?|make|keep|sum up|write|explain|show(?: me)?)"
_WHOLE = rf"(?:{_IT}|me|me that|the (?:last )?(?:answer|one)|your (?:last )?answer)"
_ONE = r"(?:ones?|answer|article|story|report|place|thing|person)"
_NOT = r"(?:(?:'s| is| was)? not|isn't|wasn't)"
_DID_NOT = r"(?:doesn't|does not|didn't|did not|haven't|have not)"
_OF_WHAT = rf"(?: (?:for|of|to|on) (?:{_IT}|(?:the|this|that) (?:answer|news|article|story|claim|quote)))?"
_OF_IT = rf"(?: (?:(?:is|was) {_IT}(?: (?:from|in))?|(?:says|said|wrote) (?:{_IT}|so)))?"
_SURE = r"(?:sure|certain|serious)"
_FEW = (
    r"(?:(?:just |only )?(?:one|1|an?|a single|fewer|less|two|a few) (?:short )?(?:sentences?|lines?|words?|nutshell))"
)
_ASKED = r"(?:(?:what|the one|who) i (?:asked|meant|mean|want|wanted)(?: (?:for|about))?)"
_RECALLED = {
    Recall.SOURCES: (
        rf"(?:{_ASK_FOR} )?(?:(?:the|a|your|its|some|any) )?{_PROOF}{_OF_WHAT}",
        rf"how (?:do|did|would|can|could) {_YOU} know(?: (?:{_IT}|so))?|how (?:can|could) {_YOU} be (?:so )?sure",
        rf"where (?:(?:did|do|have) )?{_YOU} (?:read|get|got|see|seen|hear|heard|find|found|take|have) {_IT}(?: from)?",
        r"where(?:'s| is| was| does| did) (?:that|this) (?:from|come from|taken from|written|said|stand)",
        r"where does it (?:say|stand)(?: (?:that|so|this))?|(?:says|according to) whom?",
        rf"(?:from |in )?(?:which|what) {_OUTLET}{_OF_IT}",
        r"really|seriously|for real|is (?:that|it) (?:so|true|right|correct)|prove (?:it|that)|citation needed",
        rf"(?:are )?{_YOU} (?:\w+ )?{_SURE}(?: (?:about|of) {_IT})?",
        r"i (?:don't|do not) believe (?:you|it|that)|(?:that|it) (?:can't|cannot) be (?:right|true)",
        rf"(?:(?:{_IT}(?:'s| is)|you(?:'re| are)) (?:\w+ )?)?{_WRONG}",
    ),
    Recall.AGAIN: (
        rf"{_CAN_YOU}{_SAY} {_WHOLE} (?:again|once (?:more|again)|one more time)",
        rf"{_CAN_YOU}repeat(?: (?:yourself|{_WHOLE}))?(?: again)?|(?:come |say |once )?again|once more|pardon(?: me)?",
        rf"what (?:was that|was {_IT} again|did {_YOU} (?:just )?say|was (?:the|your) (?:last )?answer)(?: again)?",
        rf"i (?:missed|forgot) {_IT}|i (?:didn't|did not) (?:catch|hear|read) (?:{_IT}|the answer)",
    ),
    Recall.SHORTER: (
        rf"{_CAN_YOU}(?:{_SAY} )?(?:{_WHOLE} )?(?:(?:a )?(?:bit|lot|much|more) )?(?:short|brief|concise)(?:er|ly)?",
        rf"{_CAN_YOU}(?:(?:shorten|condense|sum up|summari[sz]e) {_IT}|sum {_IT} up)",
        rf"{_CAN_YOU}(?:{_SAY} )?(?:{_WHOLE} )?in (?:short|brief|{_FEW})",
        r"(?:(?:give me |just )?the )?(?:short|brief) (?:version|answer)|tl ?;? ?dr|too long(?: didn't read)?",
        r"(?:just|only) (?:the (?:answer|number|name|date)|one sentence)|the gist|bottom line|too much text",
    ),
    Recall.ANOTHER: (
        rf"(?:(?:i (?:mean|meant)|what about|how about|tell me(?: about)?|show me) )?the other(?: {_ONE})?",
        rf"not (?:that|this) {_ONE}|(?:the )?(?:wrong|next) {_ONE}|another (?:one|answer)|next|try again",
        rf"{_IT} ?{_NOT} (?:(?:really|quite|exactly) )?(?:it|(?:an|the|my) (?:answer|question)|{_ASKED})",
        rf"(?:{_IT} {_DID_NOT} answer|you {_DID_NOT} answer(?:ed)?)(?: (?:my question|it|that|me|what i asked))?",
        r"not (?:what|who) i (?:asked|meant|wanted)(?: for)?|you (?:misunderstood|misread)(?: me)?",
        rf"i (?:didn't|did not) (?:ask|mean) {_IT}(?: {_ONE})?",
    ),
}
_RECALL_COMPILED = {kind: re.compile(f"{_BEFORE}(?:{'|'.join(rows)}){_BEHIND}") for kind, rows in _RECALLED.items()}
_PICKED = re.compile(rf"{_BEFORE}(?:(?:i (?:mean|meant)|what about|how about|tell me about) )?(?:{_WHICH}){_BEHIND}")


def recall(text: str) -> Recall | None:
    """Returns what a message as a whole asks of the last answer; None where it asks nothing of the kind.

    Example:
        "source?" and "are you sure?" ask where it stands, "no, I meant the other one" asks for another.
    """
    said = bare_words(text)
    return next((kind for kind, pattern in _RECALL_COMPILED.items() if pattern.fullmatch(said)), None)


def picked(text: str) -> int | None:
    """Returns which of several a message as a whole names by its place or number: "the second one?", "2"."""
    match = _PICKED.fullmatch(bare_words(text))
    return _number(match) if match else None


def asks_anew(text: str) -> bool:
    """Tells whether a message asks something of the articles: it is no small talk, nor does it ask what was told."""
    return small_talk(text) is None and recall(text) is None
