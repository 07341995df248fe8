"""Questions made unanswerable or careless: what SQuAD 2.0's writers did by hand, and what people type. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.language.names import names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

NO_MARK, MISSPELT, EXCHANGED, DENIED = 0.2, 0.06, 0.5, 0.3  # how often, where it can be
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_OPPOSITES = (
    ("first", "last"), ("before", "after"), ("largest", "smallest"), ("highest", "lowest"), ("most", "least"),
    ("more", "fewer"), ("north", "south"), ("northern", "southern"), ("east", "west"), ("eastern", "western"),
    ("oldest", "youngest"), ("older", "younger"), ("began", "ended"), ("begin", "end"), ("start", "stop"),
    ("won", "lost"), ("win", "lose"), ("increase", "decrease"), ("increased", "decreased"), ("rise", "fall"),
    ("support", "oppose"), ("supported", "opposed"), ("accepted", "rejected"), ("accept", "reject"),
    ("allowed", "forbidden"), ("male", "female"), ("best", "worst"), ("early", "late"), ("earliest", "latest"),
    ("born", "buried"), ("built", "demolished"), ("founded", "dissolved"), ("joined", "left"), ("join", "leave"),
    ("high", "low"), ("large", "small"), ("long", "short"), ("same", "opposite"), ("always", "never"),
    ("minimum", "maximum"), ("buy", "sell"), ("bought", "sold"), ("father", "mother"), ("son", "daughter"),
    ("husband", "wife"), ("brother", "sister"), ("king", "queen"), ("above", "below"), ("strong", "weak"),
)  # fmt: skip
OPPOSITE = {a: b for one, other in _OPPOSITES for a, b in ((one, other), (other, one))}
_OPPOSED = re.compile(rf"\b(?:{'|'.join(OPPOSITE)})\b")
_DENIED = re.compile(r"\b(did|does|do|is|are|was|were|can|could|would|will|has|have|had)\b(?= (?!not\b)\w)")
_LETTERS = re.compile(r"\b[A-Z][a-z]{3,}\b")


def unanswerable(question: str, context: str, answers: Sequence[str], rng: Random) -> str | None:
    """The question about another name or number of the context, or of the opposite; None where none can be made."""
    makers = [_another_name, _another_number, _opposite]
    rng.shuffle(makers)
    for make in makers:
        if (altered := make(question, context, answers, rng)) and altered != question:
            return altered
    return None


def careless(question: str, rng: Random) -> str:
    """As people type: sometimes without its mark, sometimes with two letters of a name exchanged or one left out."""
    if rng.random() < NO_MARK:
        question = question.rstrip(" ?.")
    if rng.random() < MISSPELT and (found := list(_LETTERS.finditer(question))):
        match = rng.choice(found)
        at = rng.randrange(match.start() + 1, match.end() - 1)
        typo = question[at + 1] + question[at] if rng.random() < EXCHANGED else ""
        question = question[:at] + (typo or question[at + 1]) + question[at + 2 :]
    return question


def _another_name(question: str, context: str, answers: Sequence[str], rng: Random) -> str | None:
    asked = [span for span in names(question) if span.start > 0]
    known = {context[span.start : span.end] for span in names(context)}
    others = sorted(name for name in known if not _overlaps(name, [question, *answers]))
    if not asked or not others:
        return None
    span = rng.choice(asked)
    return question[: span.start] + rng.choice(others) + question[span.end :]


def _another_number(question: str, context: str, answers: Sequence[str], rng: Random) -> str | None:
    asked = list(_NUMBER.finditer(question))
    known: set[str] = set(_NUMBER.findall(context))
    others = sorted(known - {match[0] for match in asked} - set(answers))
    if not asked or not others:
        return None
    match = rng.choice(asked)
    alike = [number for number in others if len(number) == len(match[0])]
    return question[: match.start()] + rng.choice(alike or others) + question[match.end() :]


def _opposite(question: str, _context: str, _answers: Sequence[str], rng: Random) -> str | None:
    if found := list(_OPPOSED.finditer(question)):
        match = rng.choice(found)
        return question[: match.start()] + OPPOSITE[match[0]] + question[match.end() :]
    if rng.random() < DENIED and (denied := _DENIED.search(question)) and (rest := question[denied.end() :].split()):
        subject = 1 if rest[0][0].isupper() or rest[0] in {"he", "she", "it", "they"} else 2
        return " ".join([question[: denied.end()], *rest[:subject], "not", *rest[subject:]])
    return None


def _overlaps(name: str, texts: Sequence[str]) -> bool:
    words = {word.lower() for word in name.split()}
    return any(words & {word.strip(".,?!'’").lower() for word in text.split()} for text in texts)
