"""A question that leaves out what the last one said ("and Putin?", "why?", "to whom?") written out in full. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.mentions import (
    AUXILIARIES,
    PREPOSITIONS,
    QUESTION_WORDS,
    SPEECH_VERBS,
    Mention,
    mentions,
)
from retrieval.text.words import STOP_WORDS, word_set

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.types import Answer

_AUX = rf"(?:{'|'.join(sorted(AUXILIARIES))})(?:n[’']t)?"
_PREP = "|".join(sorted(PREPOSITIONS, key=len, reverse=True))
_WH = (
    r"why not|why (?:so|only|just|now|then|on|in|at)\b[\w ]*"
    r"|(?:why|when|where|who|how)(?: exactly)?|whom|(?:since|until|by|from) when|which ones?"
    r"|how (?:many|much|long|often|far|old)|(?:to|with|for|by|about|from|of|against|in|on) (?:whom?|what|which|where)"
)
_EVENT = (
    r"(?:did|does|has|will) (?:it|that|this|he|she|they) (?:do (?:it|that|this|so)|happened|happen|occur|take place)"
    r"|(?:is|was) (?:that|this)(?: so)?|come|so"
)
_HAPPENED = re.compile(r"\b(?:it|this|that) (?:happen(?:ed)?|occur|take place)\b", re.IGNORECASE)
_LEAD = re.compile(r"^(?:(?:and|but|or|so|ok|okay|well|oh|yes|hm+)[ ,]+)+", re.IGNORECASE)
_BARE = re.compile(rf"(?P<wh>{_WH})(?: (?:{_EVENT}))?", re.IGNORECASE)
_ELSE = re.compile(r"(?P<wh>who|what|where|when|why|how|which) else", re.IGNORECASE)
_AGAIN = re.compile(
    r"really|seriously|what|pardon|come again|are you (?:sure|certain)|is (?:that|it|this) (?:really )?"
    r"(?:true|right|correct|so)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:(?:can you )?(?:tell|give|show) me )?(?:some )?more(?: details?| information| info)?"
    r"(?: (?:about|on) (?:it|that|this))?"
    r"|(?:what|anything) (?:else|more)(?: is (?:known|there))?|details|go on|continue|elaborate|then|what then"
    r"|what happened then"
    r"|explain(?: (?:it|that|this))?",
    re.IGNORECASE,
)
_SAYS_WHO = re.compile(r"says who|according to whom?|who says|who said", re.IGNORECASE)
_ABOUT = re.compile(r"(?:what|how) about (?P<what>.+)", re.IGNORECASE)
_NO_PHRASE = AUXILIARIES | QUESTION_WORDS | word_set("he she it they him her them his its their i you we me us")
_LONGEST_ELLIPSIS = 6

_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_TIME = (
    rf"(?:(?:last|this|next|the (?:previous|following|same)) (?:year|month|week|night|summer|winter|spring|autumn|fall"
    rf"|{_DAY}|{_MONTH})"
    rf"|(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?)?(?:,? \d{{4}})?|{_DAY}|(?:1[5-9]|20)\d\ds?"
    r"|today|yesterday|tomorrow|tonight|the (?:day|week|month|year) (?:before|after))\b"
)
_TIME_ONLY = re.compile(_TIME, re.IGNORECASE)
_TIME_PHRASE = re.compile(rf"\b(?:(?:in|on|during|since|before|after|until|by) )?{_TIME}", re.IGNORECASE)
_PREPOSITIONAL = re.compile(rf"(?P<prep>{_PREP}) (?P<object>.+)", re.IGNORECASE)

# A clause's parts. "Who" and "when" ask alone; after "which", "what" and "how many" a noun may stand.
_NO_NOUN = "|".join(sorted(PREPOSITIONS | QUESTION_WORDS | {"that", "if", "because", "happened"}))
_NOUN = rf"(?: (?!(?:{_NO_NOUN})\b)[a-z][\w-]*)"
_ASKED = re.compile(
    rf"(?P<wh>(?:(?:{_PREP}) )?(?:(?:who|whom|when|where|why)(?: else| exactly)?"
    rf"|(?:what|which|whose|how){_NOUN}{{0,4}}?))"
    rf" (?P<aux>{_AUX}) (?P<rest>.+)",
    re.IGNORECASE,
)
_YES_NO = re.compile(rf"(?P<wh>)(?P<aux>{_AUX}) (?P<rest>.+)", re.IGNORECASE)
_PAST = (
    "said|told|won|lost|made|took|gave|got|came|went|left|led|met|held|found|kept|sent|built|bought|sold|paid|put|set|shot|hit|hurt"
    "|cut|began|became|broke|brought|caught|chose|drew|drove|fell|felt|fled|flew|fought|grew|heard|hid|knew|ran|rose|saw|spent"
    "|spoke|stole|stood|struck|thought|threw|understood|wore|wrote|says|wants|owns|leads|runs|has"
)
_SUBJECT = re.compile(
    rf"(?P<wh>who|(?:what|which|whose|how (?:many|much)){_NOUN}{{0,3}}?)(?P<aux>) (?P<rest>(?:\w+ed|{_PAST})\b.*)",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(rf"(?:[a-z]+ly )?(?:[a-z]+(?:ed|en|ing)|{_PAST})\b")
_ADVERBIAL = re.compile(rf"(?:why|when|where|how|(?:{_PREP}) \w+)(?: (?!many|much)\w+)*", re.IGNORECASE)
_SAID_THAT = re.compile(rf"^.{{0,80}}?\b(?:{'|'.join(sorted(SPEECH_VERBS))})\b(?: that)? (?=(?:\S+ ){{3}})")
# "When did Brandt say “...”": the words are hers, so that "and Renn?" asks what he said.
_WORDS_OF_ONE = re.compile(rf"^[\w ]+? ((?:did|does) .+?\b(?:{'|'.join(sorted(SPEECH_VERBS))})) “[^”]*”", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]?")
_BE = frozenset({"is", "are", "was", "were"})
_WORDS_QUOTED = 10
_WORDS_SHORT = 8


@dataclass(frozen=True, slots=True)
class Clause:
    """A question taken apart: "What", "did", "Xi say".

    `wh` is empty in a yes/no question, `aux` where `wh` is the subject.
    """

    wh: str
    aux: str
    rest: str


def written_out(text: str, asked: str, answer: Answer) -> str | None:
    """The full question that an elliptical `text` stands for; None when nothing is left out of it.

    Args:
        text: the follow-up, its names already spelled as names.
        asked: the last standalone question.
        answer: the answer to it.
    """
    core = _LEAD.sub("", text).strip(" ?!.…")
    if not core and _LEAD.match(text + " "):
        return _more(asked, answer)
    if _HAPPENED.search(core) and any(m.kind == "thing" and not m.is_name for m in mentions(asked)):
        return None  # the pronoun stands for that thing ("the attack"), not for what the question tells
    for pattern, write in _RULES:
        if match := pattern.fullmatch(core):
            return write(match, asked, answer)
    about = _ABOUT.fullmatch(core)
    phrase = about["what"] if about else core
    has_lead = about is not None or _LEAD.match(text) is not None
    if _is_phrase(phrase) and (has_lead or _stands_alone(phrase, text)):
        return _with_phrase(phrase, asked)
    return None


def identifying(answer: Answer) -> str | None:
    """The first words that an answer states, or quotes where it does, in quotation marks: enough to find them again."""
    if not answer.statements:
        return None
    statement = answer.statements[0].text
    quoted = max(_QUOTED.findall(statement), key=len, default="")
    told = (quoted if len(quoted.split()) > 1 else _SAID_THAT.sub("", statement)).strip(' ,.;:“”"').split()
    words = told[:_WORDS_QUOTED]
    while len(told) > len(words) > 1 and words[-1].lower() in STOP_WORDS:
        words.pop()
    return f"“{' '.join(words).strip(' ,.;:“”')}”" if words else None


def _is_phrase(text: str) -> bool:
    words = text.lower().split()
    return 0 < len(words) <= _LONGEST_ELLIPSIS and not _NO_PHRASE & {word.strip(",") for word in words}


def _stands_alone(phrase: str, text: str) -> bool:
    """Whether a phrase without "and" or "what about" is a follow-up: it begins with a preposition or is one name."""
    is_time = _TIME_ONLY.fullmatch(phrase) is not None
    return text.rstrip().endswith("?") and (
        _is_mention(phrase) or is_time or phrase.partition(" ")[0].lower() in PREPOSITIONS
    )


def _ask_again(wh: str, asked: str, answer: Answer) -> str:
    """The last question with another question word: "Why?" is "Why did Xi visit Moscow?"."""
    wh = {"how so": "how", "how come": "why", "whom": "who", "by who": "by whom", "to who": "to whom"}.get(wh, wh)
    if wh.startswith("why ") and wh != "why not":
        wh = "why"
    clause = _parse(asked)
    full = clause and _refill(wh, clause, answer)
    return f"{_capital(full)}?" if full else f"{asked.rstrip(' ?')}, and {wh}?"


def _refill(wh: str, clause: Clause, answer: Answer) -> str | None:
    if not clause.wh and wh == "why not":
        return _negated(clause)
    counts = wh.startswith(("how many", "how much", "which one"))
    if counts and clause.wh and not _ADVERBIAL.fullmatch(clause.wh):
        noun = clause.wh.partition(" ")[2] if clause.wh.lower().startswith(("which", "what")) else ""
        return " ".join(filter(None, (wh, noun, clause.aux, clause.rest)))
    if wh == "who" and (changed := re.sub(r"^(?:some|any)(?:one|body)\b", "", clause.rest)) != clause.rest:
        return f"who {clause.aux}{changed}"
    if wh.endswith(" else"):
        return None
    if not clause.wh or _ADVERBIAL.fullmatch(clause.wh):
        return _with_place(wh, clause, answer)
    return _with_object(wh, clause, answer)


def _is_mention(text: str) -> bool:
    """Whether the text as a whole is one name or phrase."""
    return any(mention.start == 0 and mention.end == len(text) for mention in mentions(text))


def _negated(clause: Clause) -> str | None:
    subject = next((mention for mention in mentions(clause.rest) if mention.start == 0), None)
    return None if subject is None else f"why {clause.aux} {clause.rest[: subject.end]} not{clause.rest[subject.end :]}"


def _with_place(wh: str, clause: Clause, answer: Answer) -> str:
    """For "Where is Xi?", the place belongs into the next question: "Why is Xi in Moscow?"."""
    place = _short(answer) if clause.wh.lower() == "where" and wh != "where" and _is_mention(clause.rest) else None
    where = f" {place if place and place.split()[0].lower() in PREPOSITIONS else f'in {place}'}" if place else ""
    return f"{wh} {clause.aux} {clause.rest}{where}"


def _with_object(wh: str, clause: Clause, answer: Answer) -> str | None:
    """The gap that "who" or "what" stood for is filled with the answer, so that another word can ask."""
    said = identifying(answer) if SPEECH_VERBS & set(clause.rest.lower().split()) else None
    filler = said if said and clause.aux else _short(answer)
    if filler is None:
        return None
    if not clause.aux:
        return f"{wh} was it that {filler} {clause.rest}"
    is_be = clause.aux in _BE
    if _PARTICIPLE.match(clause.rest) or (not is_be and _is_verb_first(clause.rest, clause.aux)):
        return f"{wh} {clause.aux} {filler} {clause.rest}"
    if is_be and not any(map(_PARTICIPLE.match, clause.rest.split())):
        first, second = (clause.rest, filler) if clause.rest[0].isupper() else (filler, clause.rest)
        return f"{wh} {clause.aux} {first} {second}"
    return f"{wh} {clause.aux} {_inserted(filler, clause.rest)}"


def _is_verb_first(rest: str, aux: str) -> bool:
    first = rest.partition(" ")[0]
    begins_phrase = any(mention.start == 0 for mention in mentions(rest))
    return first.islower() and not begins_phrase and aux.lower() not in {"do", "does", "did"}


def _inserted(filler: str, rest: str) -> str:
    """The object before the first phrase that follows the verb: "Blinken say “…” about China"."""
    phrase = re.search(rf" (?:{_PREP}) \w", rest) or re.search(rf" {_TIME}$", rest, re.IGNORECASE)
    at = phrase.start() if phrase else len(rest)
    return f"{rest[:at]} {filler}{rest[at:]}"


def _parse(question: str) -> Clause | None:
    plain = re.sub(r"\b(who|what|where|when|how)[’']s\b", r"\1 is", question.strip(" ?"), flags=re.IGNORECASE)
    match = _YES_NO.fullmatch(plain) or _ASKED.fullmatch(plain) or _SUBJECT.fullmatch(plain)
    return Clause(match["wh"], match["aux"].lower(), match["rest"]) if match else None


def _who(asked: str, answer: Answer) -> str:
    """A bare "who?" asks who did it where nobody was named, else who the named person is."""
    clause = _parse(asked)
    if clause and re.match(r"(?:some|any)(?:one|body)\b", clause.rest):
        return _ask_again("who", asked, answer)
    named = [
        mention.text for text in (_short(answer) or "", asked) for mention in mentions(text) if mention.kind == "person"
    ]
    return f"Who is {named[0]}?" if named else _ask_again("who", asked, answer)


def _more(asked: str, answer: Answer) -> str:
    clause = _parse(asked)
    if clause and clause.aux in _BE and _is_mention(clause.rest):
        return f"What else is known about {clause.rest}?"
    if clause and clause.wh.lower() in {"what", "what else"}:
        return f"What else {clause.aux} {clause.rest}?"
    named = dict.fromkeys(m.text for text in (asked, _short(answer) or "") for m in mentions(text) if m.is_name)
    return f"What else is known about {_joined(list(named))}?" if named else asked


def _else(wh: str, asked: str, answer: Answer) -> str:
    if wh == "what":
        return _more(asked, answer)
    same = re.sub(rf"^{wh}(?: else)?\b", f"{wh.capitalize()} else", asked, flags=re.IGNORECASE)
    return same if same != asked else _ask_again(f"{wh} else", asked, answer)


def _says_who(asked: str, answer: Answer) -> str:
    said = identifying(answer)
    return f"Who said {said}?" if said else asked


def _with_phrase(phrase: str, asked: str) -> str:
    """The last question with a time, a phrase or a name put in the place of its own."""
    prepositional = _PREPOSITIONAL.fullmatch(phrase)
    if _TIME_ONLY.fullmatch(prepositional["object"] if prepositional else phrase):
        timed = phrase if prepositional or not phrase[0].isdigit() else f"in {phrase}"
        return _TIME_PHRASE.sub(timed, asked, count=1) if _TIME_PHRASE.search(asked) else _appended(timed, asked)
    if prepositional:
        return _with_prepositional(prepositional["prep"], prepositional["object"], asked)
    return _with_name(re.sub(r"[’']s$", "", phrase), asked)


def _with_prepositional(prep: str, what: str, asked: str) -> str:
    there = re.compile(rf"\b{prep} (?!{_TIME})(?:(?!\b(?:{_PREP})\b)[^?])+(?<! )", re.IGNORECASE)
    phrase = f"{prep} {what}"
    return there.sub(lambda _: phrase, asked, count=1) if there.search(asked) else _appended(phrase, asked)


def _with_name(phrase: str, asked: str) -> str:
    asked = _WORDS_OF_ONE.sub(r"What \1", asked)
    named = next(iter(mentions(phrase)), None)
    there = mentions(asked)
    old = _replaced_by(named, there, asked)
    is_about = re.search(r"\babout \w", asked) or SPEECH_VERBS & set(asked.lower().strip(" ?").split())
    if old is None and is_about and not (named and named.is_name):
        return _with_prepositional("about", phrase, asked)
    if old is None:
        return f"What about {phrase}: {asked[:1].lower()}{asked[1:]}"
    other = next((m for m in there if named and m.text == named.text), None)
    if other and other.start > old.end:  # "What did Xi say about Putin?", "And Putin?": they change places
        asked = asked[: other.start] + old.text + asked[other.end :]
    return asked[: old.start] + phrase + asked[old.end :]


def _replaced_by(named: Mention | None, there: Sequence[Mention], asked: str) -> Mention | None:
    """Of the last question's mentions the first of the same kind; for a name else the subject, be it a name or not."""
    kind = named.kind if named else "thing"
    same = (mention for mention in there if mention.kind == kind)
    subject = (m for m in there if re.search(rf"\b{_AUX} $", asked[: m.start], re.IGNORECASE))
    return next(same, None) or (next(subject, None) if named and named.is_name else None)


def _appended(phrase: str, asked: str) -> str:
    return f"{asked.rstrip(' ?')} {phrase}?"


def _short(answer: Answer) -> str | None:
    """The answer in one word or name, or None where it is missing or long."""
    short = (answer.short or "").strip(' .,;:“”"')
    return short if short and len(short.split()) <= _WORDS_SHORT else None


def _joined(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# What a follow-up looks like as a whole, and how it is written out; the first row that matches decides.
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str, Answer], str]], ...] = (
    (_AGAIN, lambda _, asked, __: asked),
    (_SAYS_WHO, lambda _, asked, answer: _says_who(asked, answer)),
    (_MORE, lambda _, asked, answer: _more(asked, answer)),
    (_ELSE, lambda match, asked, answer: _else(match["wh"].lower(), asked, answer)),
    (re.compile(r"whom?(?: exactly)?", re.IGNORECASE), lambda _, asked, answer: _who(asked, answer)),
    (_BARE, lambda match, asked, answer: _ask_again(match["wh"].lower().removesuffix(" exactly"), asked, answer)),
)
