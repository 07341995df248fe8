"""Which side is asked for ("Who is for the tunnel?"), which side words speak for, and who is of a group.

Pure, by rules.
"""

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
    r"for|in favou?r of|agree[sd]? with|supportive of|supports?|supported|supporting|backs?|backed|backing|"
    r"favou?rs?|welcomes?|welcomed|endorses?|endorsed|(?<=stand )behind|(?<=stands )behind|(?<=stood )behind"
)
_AGAINST = (
    r"against|opposed to|critical of|opposes?|opposing|opposed|objects? to|objected to|rejects?|rejected|"
    r"critici[sz](?:es|ed)|condemns?|condemned|disagree[sd]? with|contradict(?:s|ed)|argue[sd]? with"
)
_ASKED = re.compile(
    rf"(?:and )?(?:who(?: else)?(?: (?:in|of|from|among) (?P<where>[\w'’ -]{{1,40}}?))?"
    rf"|(?:which|what) (?P<role>[\w'’ -]{{1,40}}?)) "
    rf"(?:(?:is|are|was|were|has|have|does|do|did|speaks?|spoke|stands?|stood|comes?|came) )?(?:out |still )?"
    rf"(?:(?P<favour>{_FOR})|(?P<opposed>{_AGAINST})) (?P<topic>.+)",
    re.IGNORECASE,
)
_WHY = re.compile(
    rf"(?:and )?why (?:is|are|was|were|does|do|did|has|have) (?P<who>[\w'’. -]{{1,60}}?) (?:so |still )?"
    rf"(?:(?P<favour>{_FOR}|endorse|welcome|favou?r|agree with|back)"
    rf"|(?P<opposed>{_AGAINST}|oppose|object to|reject|critici[sz]e|condemn|disagree with)) (?P<topic>.+)",
    re.IGNORECASE,
)
_SILENCE = re.compile(rf"\b(?:{alternatives('silence_phrases')})\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_REACH = 3  # words before one in which what denies it stands
_SIDES: dict[str, Side] = {
    **dict.fromkeys(words("words_in_favour"), "for"),
    **dict.fromkeys(words("words_against"), "against"),
}
_FORMS: dict[str, Side] = dict.fromkeys(("backs", "backed", "promising"), "for")  # no "back", which is mostly no verb
_NO_SIDE = frozenset({"critic"})  # whose trade it is may praise; "a critic of the plan" does not
_CLAUSE_END = re.compile(r"[,;:—–]\s")
_OTHER: dict[Side, Side] = {"for": "against", "against": "for"}
_ENDING = words("words_of_ending")
_HINDRANCES = words("hindrances")
_BACK = frozenset(map(stem, words("event_nouns", "bodies_named_again")))
_IT = frozenset({"it", "this", "them"})
_SPEAKERS = frozenset(map(stem, words("groups_of_speakers", "group_nouns", "person_nouns", "titles")))
# What a phrase means as a whole, in a word of the lists: that somebody cannot wait denies nothing.
_PHRASES = {
    "badly need": "need",
    **dict.fromkeys(("hard no", "critic of", "makes no sense", "make no sense"), "oppose"),
    **dict.fromkeys(("take issue with", "takes issue with", "took issue with"), "oppose"),
    **dict.fromkeys(("had proposed", "has proposed", "who proposed"), "support"),
    **dict.fromkeys(("it works", "should stay", "must stay"), "support"),
    **dict.fromkeys(("should go", "must go", "has to go", "have to go"), "oppose"),
    **dict.fromkeys(("cannot wait", "can't wait", "can not wait", "can wait no longer"), "hope"),
    **dict.fromkeys(("am all for", "are all for", "is all for", "am for the", "are for the"), "support"),
    **dict.fromkeys(("vote for", "voted for", "voting for", "votes for", "speaks for", "spoke for"), "support"),
}


@dataclass(frozen=True, slots=True)
class StanceQuestion:
    """A question on who is for something or against it, or why somebody is.

    Attributes:
        side: the one that is asked for.
        topic: what they are for or against.
        role: what they are asked for as ("senators"), or "".
        where: where they are, or among whom, or "".
        who: the one of whom it is asked why, or "".
    """

    side: Side
    topic: str
    role: str = ""
    where: str = ""
    who: str = ""


def stance_question(text: str) -> StanceQuestion | None:
    """Returns which side of what a question asks for; None for any other question.

    Example:
        "Who is against the tunnel?" asks for the side "against" of "the tunnel".
    """
    bare = text.strip(" ?!.")
    match = (_ASKED.fullmatch(bare) or _WHY.fullmatch(bare)) if len(bare) <= LONGEST else None
    told = {name: part or "" for name, part in match.groupdict().items()} if match else {}
    if not told or not names_speakers(told.get("role", "")):
        return None
    side: Side = "for" if told["favour"] else "against"
    return StanceQuestion(side, told["topic"], told.get("role", ""), told.get("where", ""), told.get("who", ""))


def names_speakers(role: str) -> bool:
    """Tells whether words name a group of people or bodies; no words do, too."""
    return not role or stem(role.lower().rpartition(" ")[2]) in _SPEAKERS


def points_back(text: str) -> bool:
    """Tells whether a text points back at what was told of before: "it", "the plan", "the court"."""
    return not _BACK.isdisjoint(stem_set(text)) or not _IT.isdisjoint(_WORD.findall(text.lower()))


def tells_of_dispute(text: str) -> bool:
    """Tells whether a text tells of both sides at once: "the senators disagreed over the toll"."""
    return not words("words_of_dispute").isdisjoint(stem_set(text))


def tells_of_silence(text: str) -> bool:
    """Tells whether a text says that somebody said nothing: "has not commented", "could not be reached"."""
    return _SILENCE.search(text) is not None


def side_of_group(noun: str) -> Side | None:
    """Returns the side that a group is on by its name ("critics"); None where the name tells none."""
    sides: dict[str, Side] = {"for": "for", "against": "against"}
    return next((sides[side] for side in table("groups_of_speakers").get(noun.lower(), ())), None)


def is_of_group(noun: str, called: str) -> bool:
    """Tells whether somebody is of a group by what they are called: "Dr. Lee" of the doctors, "a leader" of leaders."""
    stems = stem_set(called)
    return stem(noun) in stems or any(stem(role) in stems for role in table("roles_in_groups").get(noun.lower(), ()))


def may_speak_for(text: str, topic: Collection[str], wanted: Side) -> bool:
    """Tells whether a text may speak for a side: it does somewhere, and for no other where it holds a topic (stems).

    Example:
        "Lee backed the tunnel, saying that no town is without one" may speak for the tunnel.
    """
    is_so = wanted in sides(text, topic) and side_in_clauses(text, topic) in {wanted, None}
    return is_so and not tells_of_dispute(text)


def side_in_clauses(text: str, topic: Collection[str]) -> Side | None:
    """Returns the side that the clauses of a text speak for which hold the stems of a topic; None for none or both."""
    clauses = (clause for clause in _CLAUSE_END.split(text) if not stem_set(clause).isdisjoint(topic))
    sides = {taken for clause in clauses if (taken := side(clause, topic))}
    return sides.pop() if len(sides) == 1 else None


def side(text: str, topic: Collection[str] = ()) -> Side | None:
    """Returns the side that a text's words speak for; None where they speak for neither or for both."""
    taken = sides(text, topic)
    return next(iter(taken)) if len(taken) == 1 else None


def sides(text: str, topic: Collection[str] = ()) -> frozenset[Side]:
    """Returns the sides that a text's words speak for.

    A word that is denied, or said to be ended, speaks for the other side: "the tunnel was not needed", and so does one
    against what stands in the way: "condemned interference in the deal". To end what is of the topic (stems) speaks
    against it: "stop the tunnel".
    """
    plain = text.lower().replace("’", "'")
    for phrase, meaning in _PHRASES.items():
        plain = plain.replace(phrase, meaning)
    found: set[Side] = set()
    passed = 0
    said = _WORD.findall(plain)
    roots = list(map(stem, said))
    for at, (word, root) in enumerate(zip(said, roots, strict=True)):
        before, behind = slice(max(0, at - _REACH), at), slice(at + 1, at + _REACH)
        is_ended = not _ENDING.isdisjoint(roots[before])
        is_denied = is_ended or not NEGATIONS.isdisjoint(said[before])
        taken = None if at < passed or word in _NO_SIDE else _SIDES.get(root) or _FORMS.get(word)
        if taken == "against" and not _HINDRANCES.difference(topic).isdisjoint(roots[behind]):
            taken, passed = "for", at + _REACH
        if taken:
            found.add(_OTHER[taken] if is_denied else taken)
        elif is_ended and root in topic:
            found.add("against")
    return frozenset(found)
