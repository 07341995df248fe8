"""Questions on what happened and on what is new about something: what they are about, and when. English. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.lexicon import alternatives
from retrieval.text.periods import timed
from retrieval.text.words import content_stems

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from retrieval.text.periods import Period

LONGEST = 200  # characters of such a question
_LEAD = r"(?:(?:so|and|please|tell me|do you know|can you tell me|give me|show me|what about)\s+)*"
_NEWEST = r"(?:latest|newest|most recent|new|recent)"
_NEWS = r"(?:news|updates?|developments?|reports?|headlines?|information|info)"
_ABOUT = r"(?:on|about|of|from|regarding|concerning|with|in|for|around|over|at|to)"
_HAPPENED = re.compile(
    rf"{_LEAD}what(?:['’]s|\s+(?:else|all))?\s+(?:has\s+|have\s+|did\s+|was\s+|is\s+)?(?:been\s+)?"
    r"(?:happen(?:ed|ing)|(?<=did )(?:happen|change|take place)|occurred|going on|went on|(?:took|taken) place"
    r"|changed)\b(?P<rest>.*)",
    re.IGNORECASE,
)
_NEW = re.compile(
    rf"{_LEAD}(?:what(?:['’]s|\s+is|\s+are|\s+was|s)?\s+|(?:is|are) there\s+|any(?:thing)?\s+)?(?:the\s+|any\s+)?"
    rf"(?:{_NEWEST}(?:\s+{_NEWS})?|{_NEWS})\s+{_ABOUT}\s+(?P<rest>.*)",
    re.IGNORECASE,
)
_LATEST_BEHIND = re.compile(
    rf"(?P<rest>(?!(?:{alternatives('question_words', 'question_auxiliaries', 'forms_of_be')})\b)\w.*?)"
    rf"[\s,:-]+(?:{_NEWEST}\s+)?(?:latest|updates?|news)",
    re.IGNORECASE,
)
_SINCE_REPORT = re.compile(r"\bsince (?:then|(?:the |your )?(?:first|last|earlier|previous) \w+)", re.IGNORECASE)
# "before the strike ended", "after Ann Lee resigned": another event, and not a day, bounds what is asked for.
_BESIDE = re.compile(r"\b(?P<side>before|after|since|following)\s+(?P<event>(?:the |a |an )?\w.*)", re.IGNORECASE)
_ORDER = re.compile(r"\b(?:in (?:the )?order|chronologically|in chronological order|step by step)\b", re.IGNORECASE)
_AROUND = rf"{_ABOUT}|since|until|during|before|after|by|then|the|there|here|so far|now|again|exactly"
_SMALL = re.compile(
    rf"^(?:(?:{_AROUND})\b[\s,]*)+|(?:[\s,]*\b(?:{_AROUND}|please))+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EventQuestion:
    """What is asked about ("" for anything), when, whether in order, and whether for what happened or what is new.

    `bound` is another event, before which it was, or after.
    """

    about: str
    when: Period | None
    in_order: bool
    happened: bool
    bound: str | None = None
    is_before: bool = False

    @property
    def is_of_now(self) -> bool:
        """Whether only what is new is asked for."""
        return not (self.when or self.in_order or self.happened)


def event_question(text: str, asked: dt.date, focus: Sequence[str] = ()) -> EventQuestion | None:
    """Returns what a question on events is about and when; None for another question, and for one that tells neither.

    Where it tells no topic, it is about the names that the conversation is about, its focus.

    Example:
        "What happened on Monday in Ellby?" is about "Ellby", and the last Monday before the day it is asked.
    """
    plain = " ".join(text.split()).strip(" ?!.")
    if len(plain) > LONGEST:
        return None
    match = next(filter(None, (form.fullmatch(plain) for form in (_HAPPENED, _NEW, _LATEST_BEHIND))), None)
    if match is None:
        return None
    rest = _SINCE_REPORT.sub(" ", match["rest"])
    when, about = _when_and_what(rest, asked)
    beside = _BESIDE.search(about) if when is None else None
    bound = beside["event"] if beside and content_stems(beside["event"]) else None
    if beside and bound:
        return EventQuestion(
            _trimmed(about[: beside.start()]), None, True, True, bound, beside["side"].lower() == "before"
        )
    topic = _trimmed(_ORDER.sub(" ", about)) or " ".join(focus)
    if not (topic or when):
        return None
    return EventQuestion(topic, when, _ORDER.search(rest) is not None, "happen" in plain.lower())


def _when_and_what(words: str, asked: dt.date) -> tuple[Period | None, str]:
    """Returns the first time that words tell, and the words without it: "Sunday 9 February" is one day."""
    times = timed(words, asked)
    if not times:
        return None, words
    same = [each for each in times if each.period == times[0].period]
    return times[0].period, f"{words[: same[0].start]} {words[same[-1].end :]}"


def _trimmed(words: str) -> str:
    """Returns words without the prepositions that a time or an order left at their ends."""
    words = " ".join(words.split()).strip(" ,;:-")
    while (shorter := _SMALL.sub("", words).strip(" ,;:-")) != words:
        words = shorter
    return words
