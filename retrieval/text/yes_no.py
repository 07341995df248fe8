"""Whether a sentence says yes or no to a question. Pure, by rules that would rather not tell than be wrong."""

from __future__ import annotations

import re
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from retrieval.text import lexicon
from retrieval.text.numbers import figures
from retrieval.text.questions import asks_yes_or_no
from retrieval.text.words import NEGATIONS, OPPOSITES, plain, same_family, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.text.words import Word

_REACH = 5  # words before a word in which what denies it is looked for
_LEAST = 3  # words of content and figures that a question must have, so that a sentence can be held to it
_LONGEST_CLAIM = 300  # characters
_SPREAD = 3  # words of a sentence for each of them: farther apart they are no one statement
_DENYING = NEGATIONS | lexicon.words("refusals") | {"denied", "denies", "deny", "failed"}
_NARROWING = frozenset({"again", "before", "only"})  # they carry no content, but change what is asked
_STILL = "still"
_LASTS = lexicon.words("verbs_of_lasting") | {_STILL}
_ENDED = "longer"  # "no longer"
_BEFORE_STATE = 3  # words before what is still so, or no longer
# What is only to come, was for a time or in part tells nothing of now; nor does "reopens on Monday".
_NOT_NOW = re.compile(
    r"\b(?:will|would|shall|should|could|may|might|be|get|got|until|till|before|when|once|if|briefly|partly|partially|half"
    r"|only|(?:in|since) (?:1\d|20)\d\d"
    r"|(?:open|close|reopen|start|end|resume|return)s (?:on|in|next|tomorrow|from|at))\b",
    re.IGNORECASE,
)
# "Is the strike over?" asks whether it ended, "Is it still under way?" whether it did not.
_OVER = re.compile(r"\b(?:over|at an end)(?=\W*$)", re.IGNORECASE)
_UNDER_WAY = re.compile(r"\b(?:still )?(?:going on|under ?way|in progress)(?=\W*$)", re.IGNORECASE)
_LEAVING = lexicon.words("verbs_of_leaving")
_STEPPED_DOWN = re.compile(r"\b(?:stepped|stood) (?:down|aside)\b", re.IGNORECASE)
_ASKS_OF_WHAT_IS = re.compile(
    r"^\W*(?:is|are|was|were|has|have|had|did)\b(?!.*\b(?:will|would|going to)\b)", re.IGNORECASE
)
_TO_COME = frozenset({"shall", "will", "would"})
_COMPARING = re.compile(r"\bas\s\w+(?:\s\w+){0,3}\sas\b|(?<!more )(?<!less )(?<!fewer )\bthan\b", re.IGNORECASE)
_HEDGES = lexicon.words("hedges")
_TEXT = attrgetter("text")  # of a word
_BOUND = re.compile(
    r"\b(?:(?P<above>more than|over|above|at least)|(?:less|fewer) than|under|below|at most)\s(?=\W?\d)", re.IGNORECASE
)
_FIGURE = re.compile(
    rf"{_BOUND.pattern}|\W?\d[\d.,]*(?:\s?(?:per ?cent|%|[mb]illion|[mb]n)\b)?", re.IGNORECASE
)  # with its bound; it is compared and not looked for as a word


def decision(question: str, sentence: str) -> Literal["yes", "no"] | None:
    """Returns what a sentence says to a question that yes or no would answer; None where it leaves it open.

    A sentence decides where it holds every word of content that the question has, or the opposite of one, in the same
    order and close together, and does not hedge. It says no where it denies them or holds one opposite. What is still
    so has to be told as such, as "remains" does, or as ended; what is only to come tells nothing of what is.

    Example:
        `decision("Did the dockers win more than 5 percent?", "The dockers won 6.5 percent.") == "yes"`
    """
    if not asks_yes_or_no(question) or sentence.rstrip("’”'\" ").endswith("?") or _COMPARING.search(question):
        return None
    is_of_now = _ASKS_OF_WHAT_IS.match(question) is not None
    question, turned = _UNDER_WAY.subn("ended", _OVER.sub("ended", question))
    asked = words(_FIGURE.sub(" ", plain(question)))
    told = words(_STEPPED_DOWN.sub("resigned", plain(sentence)))
    if is_of_now and _is_to_come(asked, told):
        return None
    hedges = _HEDGES.difference(map(_TEXT, asked))
    turns, compared = _turns(asked, told, _LEAST - len(figures(question))), _comparison(question, sentence)
    if turns is None or compared is None or not hedges.isdisjoint(map(_TEXT, told)):
        return None
    return "no" if (turns + turned + (not compared)) % 2 else "yes"


def says_opposite(claim: str, sentence: str) -> bool:
    """Tells whether a sentence holds all of a claim, close together, and turns it round.

    Example:
        "The dam is not safe" says the opposite of "the dam is safe", and that of it. A claim longer than
        a sentence has none.
    """
    if len(claim) > _LONGEST_CLAIM:
        return False
    turns = _turns(words(plain(claim)), words(plain(sentence)), least=1)
    return turns is not None and turns % 2 == 1


def _turns(asked: Sequence[Word], told: Sequence[Word], least: int) -> int | None:
    """Counts what turns a question round where it is told, an opposite or a denial; None where it is not all told.

    So it is, too, where the question has fewer words of content than `least`.
    """
    wanted = [word for word in asked if (word.is_content or word.text in _NARROWING) and word.text != _STILL]
    placed = _placed(wanted, told)
    asks_whether_still = _STILL in map(_TEXT, asked)
    if len(placed) < max(1, least - asks_whether_still):
        return None
    places, are_opposites = zip(*placed, strict=True)
    opposites: int = sum(are_opposites)
    if asks_whether_still:
        if not opposites and _tells_of_leaving(told, places):
            return 1
        if not _tells_whether_still(told, places, is_opposite=opposites > 0):
            return None
    return opposites + (_is_denied(told, places) != _is_denied(asked, map(asked.index, wanted)))


def _placed(wanted: Sequence[Word], told: Sequence[Word]) -> list[tuple[int, bool]]:
    """Returns where some words or their opposites stand, and which are opposites.

    None do where they are not all told, in the order of the question and close together: they are no one statement.
    """
    placed = list(filter(None, (_place(word, told) for word in wanted)))
    places = [place for place, _ in placed]
    is_whole = bool(places) and len(places) == len(wanted) and places == sorted(places)
    return placed if is_whole and places[-1] - places[0] < _SPREAD * len(places) else []


def _tells_whether_still(told: Sequence[Word], places: Sequence[int], *, is_opposite: bool) -> bool:
    """Tells whether a sentence says of some places that it is still so there, or no longer; what was, need not be.

    Where it holds the opposite of a state, it tells so unless that is yet to come about.
    """
    if is_opposite:
        return _is_over(told)
    around = [told[max(0, at - _BEFORE_STATE) : at + 1] for at in places]
    near = {word.text for words_before in around for word in words_before}
    return not near.isdisjoint(_LASTS | {_ENDED}) and near.isdisjoint({"was", "were"})


def _tells_of_leaving(told: Sequence[Word], places: Sequence[int]) -> bool:
    """Tells whether who is named at some places has left what they are: "Roan, the mayor of Belmar, resigned"."""
    behind = range(places[0] + 1, min(places[-1] + _REACH, len(told)))
    left = [at for at in behind if told[at].text in _LEAVING]
    return bool(left) and not _is_denied(told, left) and _is_over(told)


def _is_to_come(asked: Sequence[Word], told: Sequence[Word]) -> bool:
    """Tells whether a sentence foretells a word of content of what is asked about: "will open" does, of "open"."""
    stems = {word.stem for word in asked if word.is_content}
    ahead = [at for at, word in enumerate(told) if word.text in _TO_COME]
    return any(word.stem in stems for at in ahead for word in told[at + 1 : at + 1 + _BEFORE_STATE])


def _is_over(told: Sequence[Word]) -> bool:
    """Tells whether the opposite of a state, which a sentence holds, has come about."""
    return _NOT_NOW.search(" ".join(word.text for word in told)) is None


def _place(wanted: Word, told: Sequence[Word]) -> tuple[int, bool] | None:
    """Returns where a word of its family or else its opposite stands, and whether it is the opposite.

    A participle is told by one, so that "ban" is not "banned"; what reopened is open.
    """
    ending = "ed" if wanted.text.endswith("ed") else ""
    family = (
        (i, False)
        for i, word in enumerate(told)
        if word.text.endswith(ending) and (same_family(wanted.stem, word.stem) or word.stem == f"re{wanted.stem}")
    )
    opposites = OPPOSITES.get(wanted.stem, frozenset())
    opposite = (
        (i, True) for i, word in enumerate(told) if not opposites.isdisjoint((word.stem, word.stem.removeprefix("re")))
    )
    return next(chain(family, opposite), None)


def _is_denied(told: Sequence[Word], places: Iterable[int]) -> bool:
    """Tells whether a word that denies stands closely before one of some places."""
    return any(word.text in _DENYING for at in places for word in told[max(0, at - _REACH) : at])


def _comparison(question: str, sentence: str) -> bool | None:
    """Returns whether the one figure of a sentence is as the question's bound has it; None where nothing tells."""
    wanted, told = figures(question), figures(sentence)
    bound = _BOUND.search(question)
    if bound is None or len(wanted) != 1:
        return True if all(any(figure.is_told_by(other) for other in told) for figure in wanted) else None
    same_unit = [figure.value for figure in told if figure.unit == wanted[0].unit]
    if len(same_unit) != 1:
        return None
    return same_unit[0] > wanted[0].value if bound["above"] else same_unit[0] < wanted[0].value
