"""What is asked by a phrase alone: the last question with the phrase in the place of what it is like. Pure.

A phrase takes the place of what shares its preposition, its number, its noun or its kind, as parallelism has it
(Dalrymple, Shieber and Pereira, "Ellipsis and higher-order unification", 1991, by rule and only for questions).
"""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING

from retrieval.text.interrogatives import OF_MANY, OF_ONE, interrogative
from retrieval.text.lexicon import alternatives, words
from retrieval.text.mentions import is_function_word, mentions, with_place
from retrieval.text.messages import small_talk
from retrieval.text.words import WORD, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.text.mentions import Mention

_PREPOSITIONS = alternatives("prepositions")
_IF = re.compile(r" if [^?]*", re.IGNORECASE)
_SIDES = {"for": "against", "against": "for", "with": "without", "without": "with"}
_PHRASE_OF = r"\b(?P<preposition>{}) (?P<object>[^?,]+?)(?= (?:{})\b|[ ?.!]*$)"
_TIMES = alternatives("time_units", "weekdays", "months")
_DAYS = r"today|tonight|yesterday|tomorrow|now|right now|nowadays|currently|at the moment"
_TIME = re.compile(
    rf"(?:an?|\d+|two|three|the) (?:{_TIMES})s? (?:ago|before|after|later|earlier)"
    rf"|(?:last|this|next|the (?:previous|following)) (?:{_TIMES})|(?:{_DAYS})",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(r"\b(?:ago|before|earlier|last|yesterday|previous)\b", re.IGNORECASE)
_PRESENT = re.compile(r"(?<=\w)(?:[’']s| is| are)\b")
_WAS = {" is": " was", " are": " were"}
_FIGURE = re.compile(r"\d")
_ORDINAL = re.compile(rf"(?:{alternatives('ordinals')}|last)", re.IGNORECASE)
_ORDINALS = re.compile(rf"(?:the )?(?:{_ORDINAL.pattern})(?: and (?:{_ORDINAL.pattern}))*", re.IGNORECASE)
_SUPERLATIVE = re.compile(r"\b(?:[a-z]+est|most|least|best|worst)\b", re.IGNORECASE)
_WON = re.compile(r"(?:and )?who (?:won|wins) (?P<what>[^?]+)", re.IGNORECASE)
_ONE = frozenset({"one", "ones"})
_RANKED_ONE = re.compile(
    rf"\b(the (?:{alternatives('ordinals')}|next|last|previous|latest|other|new|old)) one\b", re.IGNORECASE
)
_DETERMINERS = words("determiners", "articles")
_OWNER = re.compile(r"(?<=\w)[’']s$")
_POSSESSIVE = re.compile(r"\b(?:his|her|its|their)\b(?= \w)", re.IGNORECASE)
_PREPOSITION_FIRST = re.compile(rf"^(?:{_PREPOSITIONS}) ", re.IGNORECASE)
_BEHIND_HEAD = re.compile(rf"(?: (?:{_PREPOSITIONS}) .+)?")
_OPENS_WITH_NAME = re.compile(r"[A-Z]\w+ [a-z]")
_OWN = re.compile(r"(?:my|our) ", re.IGNORECASE)
_ENDS = " ?!."


def asked_of(phrase: str, question: str) -> str | None:
    """Returns a question as it is asked of a phrase; None where nothing in it is like the phrase.

    Example:
        "in Texas" makes "Who won in Texas?" of "Who won in Ohio?"; "butter" makes "Did butter get dearer?" of
        "Did eggs get dearer?".
    """
    if asked := _by_owner(phrase, question):
        return asked
    phrase = _OWNER.sub("", phrase)
    ways = (
        _on_condition,
        _other_side,
        _by_figure,
        _by_preposition,
        _by_time,
        _by_rank,
        _by_superlative,
        _by_noun,
        _by_kind,
        _by_subject,
    )
    return next((asked for way in ways if (asked := way(phrase, question))), None)


def with_noun_for_one(text: str, question: str) -> str:
    """Returns "how long was the last strike" for "the last one", of the noun that the question before ends in."""
    noun = _last_noun(question) if _RANKED_ONE.search(text) else None
    return _RANKED_ONE.sub(rf"\1 {noun}", text) if noun else text


def _last_noun(question: str) -> str | None:
    """Returns the last word of a question behind a preposition, or a name of one word there; else its last thing."""
    *_, before, last = ["", "", *map(str, WORD.findall(question))]
    is_name = last[:1].isupper() and not before[:1].isupper()
    if is_name or before.lower() in words("prepositions"):
        return last
    things = [mention.text for mention in mentions(question) if mention.kind == "thing" and not mention.is_name]
    return things[-1].rpartition(" ")[2] if things else None


def _by_owner(phrase: str, question: str) -> str | None:
    """Puts "Ford's" for "its" or "GM's"."""
    if not _OWNER.search(phrase):
        return None
    owners = [m.span() for m in _POSSESSIVE.finditer(question)]
    owners += [(m.start, m.end + len("'s")) for m in mentions(question) if re.match(r"[’']s\b", question[m.end :])]
    return _put(_PREPOSITION_FIRST.sub("", phrase), question, *max(owners)) if owners else None


def _put(phrase: str, question: str, start: int, end: int) -> str:
    """Returns a question with a phrase in the place of `question[start:end]`."""
    return question[:start] + phrase + question[end:]


def _behind(phrase: str, question: str) -> str:
    return f"{question.rstrip(_ENDS)} {phrase}?"


def _on_condition(phrase: str, question: str) -> str | None:
    if not phrase.lower().startswith("if "):
        return None
    return _behind(phrase, _IF.sub("", question, count=1))


def _other_side(phrase: str, question: str) -> str | None:
    side = _SIDES.get(phrase.lower())
    place = re.search(rf" {side} ", question) if side else None
    return _put(f" {phrase.lower()} ", question, *place.span()) if place else None


def _by_figure(phrase: str, question: str) -> str | None:
    """Puts "15 year", "1998" or "q1" for what is spelled alike: "30 year", "2026", "Q2"."""
    figure = _figure_of(phrase, question)
    alike = (word for word in WORD.finditer(question) if figure and _shape(word[0]) == _shape(figure))
    place = next((word for word in alike if word[0] != figure), None)
    return _put(figure, question, *place.span()) if figure and place else None


def _figure_of(phrase: str, question: str) -> str | None:
    """Returns the word with a figure in a phrase that holds no other word but those of the question."""
    bare = [word for word in phrase.split() if word.lower() not in _DETERMINERS | _ONE]
    figure = next(filter(_FIGURE.search, bare), None)
    others = {word.lower() for word in bare if word != figure} - words("prepositions")
    return figure if others <= set(WORD.findall(question.lower())) else None


def _shape(word: str) -> str:
    return _FIGURE.sub("0", word.lower())


def _by_preposition(phrase: str, question: str) -> str | None:
    """Puts "in Texas" for "in Ohio", or behind a question that has no such part."""
    preposition, _, rest = phrase.partition(" ")
    if phrase.lower().startswith("according to "):
        preposition, rest = phrase[:12], phrase[13:]
    if not rest or preposition.lower() not in words("prepositions") | {"according to"}:
        return None
    alike = re.compile(_PHRASE_OF.format(re.escape(preposition), _PREPOSITIONS), re.IGNORECASE)
    for place in alike.finditer(question):
        if _is_time(place["object"]) == _is_time(rest):
            start, end = place.span("object")
            return _put(
                rest, question, start, min([m.end for m in mentions(question) if m.start == start], default=end)
            )
    earlier = _TIME.search(question) if _is_time(rest) else None
    return _put(phrase, question, *earlier.span()) if earlier else _behind(phrase, question)


def _is_time(text: str) -> bool:
    return re.search(rf"\d{{4}}|\b(?:{_TIMES})s?\b", text, re.IGNORECASE) is not None


def _by_time(phrase: str, question: str) -> str | None:
    """Puts "a year ago" for "now", or behind a question that tells no time."""
    if not _TIME.fullmatch(phrase):
        return None
    if _LONG_AGO.search(phrase):
        question = _PRESENT.sub(lambda verb: _WAS.get(verb[0].lower(), " was"), question, count=1)
    place = _TIME.search(question)
    return _put(phrase, question, *place.span()) if place else _behind(phrase, question)


def _by_rank(phrase: str, question: str) -> str | None:
    """Puts "second" for "first" or before "biggest"; who won a race is asked for the third of it."""
    phrase = _RANKED_ONE.sub(r"\1", phrase)
    if not _ORDINALS.fullmatch(phrase):
        return None
    if place := _ORDINAL.search(question):
        return _put(phrase, question, *place.span())
    if place := _SUPERLATIVE.search(question):
        return _put(f"{phrase} {place[0]}", question, *place.span())
    won = _WON.match(question)
    return f"Who came {phrase} in {won['what']}?" if won else None


def is_ranked(question: str) -> bool:
    """Tells whether a question asks for what is first, last or the most, of which there are a second and a third.

    "What's the latest?" asks for a list.
    """
    return small_talk(question) is None and any(pattern.search(question) for pattern in (_ORDINAL, _SUPERLATIVE, _WON))


def _by_superlative(phrase: str, question: str) -> str | None:
    """Puts "the oldest ever" for "the oldest person"."""
    superlative = _SUPERLATIVE.search(phrase)
    place = re.search(rf"(?:\bthe )?\b{superlative[0]}\b[^?]*", question, re.IGNORECASE) if superlative else None
    return _put(phrase, question, *place.span()) if place else None


def _by_noun(phrase: str, question: str) -> str | None:
    """Puts "K-pop artist" for "rock artist", and "his coach" for "the coach"."""
    told, given = list(WORD.finditer(question)), WORD.findall(phrase)
    head = _head_like(given[-1], told, question) if len(given) > 1 and not _SUPERLATIVE.search(phrase) else None
    if head is None:
        return None
    first = head
    while first and head - first < len(given) - 1 and _modifies(told[first - 1][0], phrase):
        first -= 1
    new = phrase[: phrase.rindex(given[-1])] + told[head][0]
    return _put(new, question, told[first].start(), told[head].end()) if first < head else None


def _head_like(last: str, told: Sequence[re.Match[str]], question: str) -> int | None:
    """Returns which word of a question is the noun that ends a phrase, or for "one" the first noun of a mention."""
    if last.lower() in _ONE:
        ends = {mention.end for mention in mentions(question)}
        return next((at for at, word in enumerate(told) if word.end() in ends), None)
    return next((at for at, word in enumerate(told) if at and stem(word[0]) == stem(last)), None)


def _modifies(word: str, phrase: str) -> bool:
    """Tells whether a word before a noun makes place: an owner for another, else anything but a function word."""
    if word.lower() in _DETERMINERS or word.endswith(("'s", "’s")):
        return phrase.partition(" ")[0].lower() in _DETERMINERS or re.search(r"[’']?s ", phrase) is not None
    return not is_function_word(word)


def _by_kind(phrase: str, question: str) -> str | None:
    """Puts a name or noun for the first of its kind that is not asked for, or a name for the only one."""
    named, others = _head(phrase), _not_asked_for(question)
    if named is None:
        return None
    if not named.is_name:
        whole = [with_place(mention, question) for mention in others]  # "the star on the flag"
        others = [m for m in others if not any(other.start < m.start < other.end for other in whole)]
    place = _place_for(named, others, question)
    return _put(phrase, question, place.start, with_place(place, question).end) if place else None


def _by_subject(phrase: str, question: str) -> str | None:
    """Puts a phrase for the subject of a question, where that is a bare noun or may be what the phrase is."""
    parts = interrogative(question)
    if parts is None or parts.subject.lower() in {"", "that", "this", *words("subject_pronouns")}:
        return None
    named, subject = _head(phrase), parts.subject
    of_subject = [mention for mention in _not_asked_for(question) if mention.start == parts.at]
    if not (_is_bare(subject) or _may_be_any(named, of_subject)):
        return None
    end = max((with_place(mention, question).end for mention in of_subject), default=parts.at + len(subject))
    verb = _agreeing(parts.auxiliary, phrase, named)
    return f"{parts.asked} {verb} {phrase}{question[end:]}".lstrip() if verb else _put(phrase, question, parts.at, end)


def _agreeing(auxiliary: str, phrase: str, named: Mention | None) -> str | None:
    """Returns the other number of an auxiliary, if a phrase takes that: "are" for "is"."""
    is_many = named.is_plural if named else phrase.endswith("s")
    return (OF_MANY if is_many else OF_ONE).get(auxiliary)


def _head(phrase: str) -> Mention | None:
    """Returns the mention that a phrase is, or is but for what stands behind its noun: "the burst | around it"."""
    return next((m for m in mentions(phrase) if m.start == 0 and _BEHIND_HEAD.fullmatch(phrase, m.end)), None)


def _not_asked_for(question: str) -> list[Mention]:
    """Returns the mentions of a question but for what it asks for, for times, and for "my dog"."""
    parts = interrogative(question)
    start = len(parts.asked) if parts and parts.subject else 0
    others = (m for m in mentions(question) if m.start >= start and not _OWN.match(m.text))
    return [m for m in others if m.text.lower() not in words("time_words")]


def _is_bare(noun: str) -> bool:
    return noun[0].islower() and noun.partition(" ")[0] not in _DETERMINERS


def _may_be_any(named: Mention | None, others: Iterable[Mention]) -> bool:
    """Tells whether what a phrase names may take the place of one of some mentions: a name's, or one of its kind."""
    return named is not None and any(other.is_name or other.kind == named.kind or not named.is_name for other in others)


def _place_for(named: Mention, others: Sequence[Mention], question: str) -> Mention | None:
    """Returns the first mention that is like another, or the only name for a name."""
    if named.is_name and _OPENS_WITH_NAME.match(question):  # "Minimum wage in ..."
        others = [mention for mention in others if mention.start]
    alike = [mention for mention in others if (mention.kind, mention.is_name) == (named.kind, named.is_name)]
    names = list(filter(attrgetter("is_name"), others)) if named.is_name else []
    return next(iter(alike or names * (len(names) == 1)), None)
