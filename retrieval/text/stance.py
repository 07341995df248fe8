"""Which side is asked for ("Who is for the tunnel?"), and which side words speak for. Pure, by rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from retrieval.text.lexicon import alternatives, table, words
from retrieval.text.questions import LONGEST
from retrieval.text.words import NEGATIONS, stem, stem_set

if TYPE_CHECKING:
    from collections.abc import Collection

Side = Literal["for", "against"]

_FOR = (
    r"for|in favou?r of|agree[sd]? with|behind|supportive of|supports?|supported|supporting|backs?|backed|backing|"
    r"favou?rs?|welcomed"
)
_AGAINST = (
    r"against|opposed to|critical of|opposes?|opposing|opposed|objects? to|objected to|rejects?|rejected|"
    r"critici[sz](?:es|ed)|condemned|disagree[sd]? with|contradict(?:s|ed)|argue[sd]? with"
)
_ASKED = re.compile(
    rf"(?:and )?who(?: else)?(?: (?:in|of|from|among) [\w'’ -]{{1,40}}?)? "
    rf"(?:(?:is|are|was|were|has|have|does|do|did|speaks?|spoke|stands?|comes?|came) )?(?:out |still )?"
    rf"(?:(?P<favour>{_FOR})|(?P<opposed>{_AGAINST})) (?P<topic>.+)",
    re.IGNORECASE,
)
_SILENCE = re.compile(rf"\b(?:{alternatives('silence_phrases')})\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_REACH = 3  # words after a negation
_SIDES: dict[str, Side] = {
    **dict.fromkeys(words("words_in_favour"), "for"),
    **dict.fromkeys(words("words_against"), "against"),
}
_FORMS: dict[str, Side] = dict.fromkeys(("backs", "backed"), "for")  # no "back", which is mostly no verb
_CLAUSE_END = re.compile(r"[,;:—–]\s")
_OTHER: dict[Side, Side] = {"for": "against", "against": "for"}
_ENDING = words("verbs_of_ending")
# What a phrase means as a whole, in a word of the lists: that somebody cannot wait denies nothing.
_PHRASES = {
    "badly need": "need",
    **dict.fromkeys(("cannot wait", "can't wait", "can not wait", "can wait no longer"), "hope"),
    **dict.fromkeys(("vote for", "voted for", "voting for", "votes for", "speaks for", "spoke for"), "support"),
}


@dataclass(frozen=True, slots=True)
class StanceQuestion:
    """A question on who is for something or against it."""

    side: Side
    topic: str


def stance_question(text: str) -> StanceQuestion | None:
    """Returns which side of what a question asks for; None for any other question.

    Example:
        "Who is against the tunnel?" asks for the side "against" of "the tunnel".
    """
    bare = text.strip(" ?!.")
    match = _ASKED.fullmatch(bare) if len(bare) <= LONGEST else None
    return StanceQuestion("for" if match["favour"] else "against", match["topic"]) if match else None


def tells_of_silence(text: str) -> bool:
    """Tells whether a text says that somebody said nothing: "has not commented", "could not be reached"."""
    return _SILENCE.search(text) is not None


def side_of_group(noun: str) -> Side | None:
    """Returns the side that a group is on by its name ("critics"); None where the name tells none."""
    sides: dict[str, Side] = {"for": "for", "against": "against"}
    return next((sides[side] for side in table("groups_of_speakers").get(noun.lower(), ())), None)


def side_towards(text: str, topic: Collection[str]) -> Side | None:
    """Returns the side that the clause of a text speaks for which holds the stems of a topic; else the whole text.

    Example:
        "Lee backed the tunnel, saying that no town is without one" speaks for the tunnel.
    """
    clauses = (clause for clause in _CLAUSE_END.split(text) if not stem_set(clause).isdisjoint(topic))
    sides = {taken for clause in clauses if (taken := side(clause))}
    return sides.pop() if len(sides) == 1 else side(text)


def side(text: str) -> Side | None:
    """Returns the side that a text's words speak for; None where they speak for neither or for both.

    A word that is denied, or said to be ended, speaks for the other side: "the tunnel was not needed".
    """
    plain = text.lower().replace("’", "'")
    for phrase, meaning in _PHRASES.items():
        plain = plain.replace(phrase, meaning)
    sides: set[Side] = set()
    denied = 0
    for word in _WORD.findall(plain):
        taken = _SIDES.get(stem(word)) or _FORMS.get(word)
        if taken:
            sides.add(_OTHER[taken] if denied else taken)
        is_denial = word in NEGATIONS or stem(word) in _ENDING
        denied = _REACH if is_denial else max(0, denied - 1)
    return sides.pop() if len(sides) == 1 else None
