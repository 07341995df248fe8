"""Questions made unanswerable or careless: what SQuAD 2.0's writers did by hand, and what people type. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.opposites import OPPOSITE
from retrieval.text.names import names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

NO_MARK, MISSPELT, EXCHANGED, SHORTENED = 0.2, 0.06, 0.5, 0.4  # how often, where it can be
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_OPPOSED = re.compile(rf"\b(?:{'|'.join(OPPOSITE)})\b")
_OF_ALL = {"some": ("no", "all"), "all": ("no", "few"), "any": ("no",), "both": ("neither of the",)}
_WHOLE = re.compile(rf"\b(?:{'|'.join(_OF_ALL)})\b")
_DENIABLE = re.compile(r"\b(did|does|do|is|are|was|were|can|could|would|will|has|have|had|should)\b(?= (?!not\b)\w)")
_SHORTENED = {"can": "can't", "will": "won't"}
_PRONOUNS = {"he", "she", "it", "they", "we", "you", "there"}
_SUBJECTS = {"who", "what", "which"}
_WITH_A_SUBJECT = {"did", "does", "do"}
_ARTICLE_AND_NOUN = 2  # words of the subject that follows a verb, most often
_LETTERS = re.compile(r"\b[A-Z][a-z]{3,}\b")
_BEFORE_A_NOUN = "the a an of in for by with from to and on at his her its their this these as"
_NOUN = re.compile(rf"\b(?:{_BEFORE_A_NOUN.replace(' ', '|')}) ([a-z][a-z-]{{3,}})\b")
_ENDING = 2  # letters at the end of a word, which say something of what form it is


def unanswerable(question: str, context: str, answers: Sequence[str], rng: Random) -> str | None:
    """The question about another name, number or thing of the context, of the opposite, or denied; None if it can't be.

    What is refused most easily is made least often.
    """
    makers = {_name: 1.0, _number: 1.0, _thing: 1.0, _opposite: 0.6, _share: 0.5, _denied: 0.2}
    made = [(make(question, context, answers, rng), count) for make, count in makers.items()]
    found = {altered: count for altered, count in made if altered and altered != question}
    return rng.choices(list(found), list(found.values()))[0] if found else None


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


def _name(question: str, context: str, answers: Sequence[str], rng: Random) -> str | None:
    asked = [span for span in names(question) if span.start > 0]
    known = {context[span.start : span.end] for span in names(context)}
    others = sorted(name for name in known if not _overlaps(name, [question, *answers]))
    if not asked or not others:
        return None
    span = rng.choice(asked)
    return question[: span.start] + rng.choice(others) + question[span.end :]


def _thing(question: str, context: str, answers: Sequence[str], rng: Random) -> str | None:
    """With a common noun of the context, as far as one can be told, in place of another of the same ending."""
    asked = [match for match in _NOUN.finditer(question) if match.start() > 0]
    if not asked:
        return None
    match = rng.choice(asked)
    known = {other for other in _NOUN.findall(context) if other[-_ENDING:] == match[1][-_ENDING:]}
    others = sorted(word for word in known if not _overlaps(word, [question, *answers]))
    return question[: match.start(1)] + rng.choice(others) + question[match.end(1) :] if others else None


def _number(question: str, context: str, answers: Sequence[str], rng: Random) -> str | None:
    asked = list(_NUMBER.finditer(question))
    known: set[str] = set(_NUMBER.findall(context))
    others = sorted(known - {match[0] for match in asked} - set(answers))
    if not asked or not others:
        return None
    match = rng.choice(asked)
    alike = [number for number in others if len(number) == len(match[0])]
    return question[: match.start()] + rng.choice(alike or others) + question[match.end() :]


def _opposite(question: str, _context: str, _answers: Sequence[str], rng: Random) -> str | None:
    found = list(_OPPOSED.finditer(question))
    if not found:
        return None
    match = rng.choice(found)
    return question[: match.start()] + OPPOSITE[match[0]] + question[match.end() :]


def _share(question: str, _context: str, _answers: Sequence[str], rng: Random) -> str | None:
    if match := _WHOLE.search(question):
        return question[: match.start()] + rng.choice(_OF_ALL[match[0]]) + question[match.end() :]
    return None


def _denied(question: str, _context: str, _answers: Sequence[str], rng: Random) -> str | None:
    match = _DENIABLE.search(question)
    if match is None:
        return None
    before, verb, rest = question[: match.start()], match[0], question[match.end() :]
    if rng.random() < SHORTENED:
        return before + _SHORTENED.get(verb, f"{verb}n't") + rest
    words = rest.split()
    subject = next((i for i, word in enumerate(words) if not word[0].isupper()), len(words)) or _ARTICLE_AND_NOUN
    if words[0] in _PRONOUNS:
        subject = 1
    elif before.lower().strip() in _SUBJECTS and verb not in _WITH_A_SUBJECT:
        subject = 0
    if subject >= len(words):
        return None
    return " ".join([before + verb, *words[:subject], rng.choice(("not", "never", "no longer")), *words[subject:]])


def _overlaps(name: str, texts: Sequence[str]) -> bool:
    words = {word.lower() for word in name.split()}
    return any(words & {word.strip(".,?!'’").lower() for word in text.split()} for text in texts)
