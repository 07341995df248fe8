"""Follow-ups that leave out what the last question said: "why?", "and Putin?", "tell me more"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from retrieval.text.interrogatives import asked_by_adverb, asked_how_many
from retrieval.text.lexicon import alternatives, words
from retrieval.text.mentions import mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

_AUXILIARY = rf"(?:{alternatives('question_auxiliaries')})(?:n[’']t)?\b"
_LEAD = re.compile(r"^(?:(?:and|but|or|so|ok|okay|well|oh|yes|hm+)[ ,]+)+", re.IGNORECASE)
_MORE = re.compile(
    r"(?:(?:can you )?(?:tell|give|show) me )?(?:some )?more(?: details?| information| info)?"
    r"(?: (?:about|on) (?:it|that|this|him|her|them))?"
    r"|(?:what|anything) (?:else|more)(?: is (?:known|there))?|any (?:more|others?)|details|go on|continue|elaborate"
    r"|and|so|then|what then|what happened then"
    r"|explain(?: (?:it|that|this))?",
    re.IGNORECASE,
)
_STILL = re.compile(
    r"(?:(?:is|are|was) (?:it|that|this|they|those) )?still (?:true|the case|so|right|current)"
    r"|(?:is there |are there )?any (?:updates?|change|changes|news) (?:on|about|to|in) (?:it|that|this)|any updates?"
    r"|has (?:it|that|this|anything|that) changed(?: since(?: then)?)?",
    re.IGNORECASE,
)
_EVENT = (
    r"(?: (?:is|was|did|does|has|will) (?:(?:it|that|this)(?: happen(?:ed)?| occur| take place)?"
    r"|(?:he|she|it|they) do (?:it|that|this|so)))?"
)
_WHY_POINTING = re.compile(r"why (?:there|here|him|her|them|that|this)", re.IGNORECASE)
_IN_THAT_PLACE = re.compile(r"(?<! there)\?$")
_QUESTION_WORD = re.compile(
    rf"why (?:so|only|just|now|then)\b[\w ]*|{_WHY_POINTING.pattern}"
    r"|(?P<wh>(?:why|when|where|who|whom|how)(?: exactly| else| not| so)?"
    rf"|(?:since|until|by|from) when|which ones?){_EVENT}"
    r"|how (?:many|much|long|often|far|old|come)|(?:to|with|for|by|about|from|of|against|in|on|at|under) "
    r"(?:whom?|where|(?:what|which|how (?:many|much|long))(?: [a-z]+){0,2})"
    r"|(?:what|who|which|where|when|how|why) (?:of|from|for|to|with|by|about|else)",
    re.IGNORECASE,
)
_MEANT = re.compile(r"(?:(?:no|sorry|oops)[,.]? )*i (?:mean|meant) (?P<phrase>.+)", re.IGNORECASE)
_CONDITION = re.compile(r"if \S", re.IGNORECASE)
_NO_PRONOUN = re.compile(rf"(?<=\w) (?:{alternatives('prepositions')}) (?:it|him|her|them)$|(?<=the )us$")
_SIDE = re.compile(r"^(against|for) (?:it|that|this|them)$", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:what|how) about ", re.IGNORECASE)
_TOO = re.compile(r" (?:too|as well)$", re.IGNORECASE)
_SPOKEN_OF = re.compile(r"^(?P<topic>(?:what|how) about [^–?]+) – ", re.IGNORECASE)
_BY_ANOTHER_WORD = re.compile(r"^\w+(?: \w+){0,2} – ")
_ADVERB = re.compile(
    r"(?:why|when|where|how)(?: exactly| not)?|how (?:long|often|far|come)|(?:since|until|by|from) when"
    r"|(?:to|with|for|by|about|from|against|of) (?:whom|what)"
    r"|(?:to|with|for|by|from|in|on|at|under) (?:(?:what|which) [a-z]+|how (?:many|much|long))(?: [a-z]+){0,2}"
)
_PLAIN = {"why exactly": "why", "when exactly": "when", "where exactly": "where", "how come": "why"}
_OF_WHO = re.compile(r"(?<=\w) who$")
_STRANDED = re.compile(r"(what|who) (of|from|for|to|with|by)")
_WHO = re.compile(r"who (?=\w)", re.IGNORECASE)
_WHAT = re.compile(rf"what(?: else)? (?={_AUXILIARY})", re.IGNORECASE)
_NO_PHRASE = words("question_auxiliaries", "question_words", "subject_pronouns", "object_pronouns")
_CONTRACTED = re.compile(r"(?:n[’']t|[’'](?:s|re|d|ll|ve))$")
_LONGEST, _LONGEST_BARE = 6, 3  # words, with "and" or "what about" before them, and without


class Form(Enum):
    """What is left of a question: more of it, whether it is still so, another question word, something else."""

    MORE = auto()
    STILL = auto()
    QUESTION_WORD = auto()
    PHRASE = auto()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up that is no whole question, and the words that are new in it ("why", "Putin")."""

    form: Form
    words: str = ""

    @property
    def goes_on(self) -> bool:
        """Whether it asks for more of the same: "tell me more", "who else?"."""
        return self.form is Form.MORE or self.words.endswith(" else")


_WHOLE = {Form.MORE: _MORE, Form.STILL: _STILL}


def follow_up(text: str) -> FollowUp | None:
    """Returns what an incomplete question asks beside the one before it; None for one that is complete.

    Example:
        "and what about Putin?" asks the same of the phrase "Putin".
    """
    whole = text.strip(" ?!.…")
    core = _LEAD.sub("", whole)
    for form, pattern in _WHOLE.items():
        if pattern.fullmatch(core):
            return FollowUp(form)
    if asked := _QUESTION_WORD.fullmatch(core):
        return FollowUp(Form.QUESTION_WORD, (asked["wh"] or core).lower())
    phrase = _phrase_of(core, is_led=core != whole, is_asked=text.rstrip().endswith("?"))
    return FollowUp(Form.PHRASE, phrase) if phrase else None


def _phrase_of(core: str, *, is_led: bool, is_asked: bool) -> str | None:
    """Returns the words that are put in place of others: "I mean Putin", "if it rains", "what about Putin", "Putin?".

    Args:
        core: what is said, without the "and" that leads it.
        is_led: whether one does.
        is_asked: whether it ends in a question mark.
    """
    if (meant := _MEANT.fullmatch(core)) and _is_phrase(meant["phrase"]):
        return meant["phrase"]
    if _CONDITION.match(core):
        return core
    phrase = _TOO.sub("", _SIDE.sub(r"\1", _ABOUT.sub("", core)))
    is_one = is_led or phrase != core or (is_asked and len(phrase.split()) <= _LONGEST_BARE)
    return phrase if is_one and _is_phrase(phrase) else None


def _is_phrase(text: str) -> bool:
    """Tells whether a text may name something in a few words, and holds nothing that makes it a question."""
    held = [_CONTRACTED.sub("", word.strip(",")) for word in _NO_PRONOUN.sub("", text.lower()).split()]
    return 0 < len(held) <= _LONGEST and _NO_PHRASE.isdisjoint(held)


def is_of_another(text: str) -> bool:
    """Tells whether a message asks the last question of somebody else, whom it names by a pronoun: "and him?"."""
    core = _ABOUT.sub("", _LEAD.sub("", text.strip(" ?!.…")))
    return core.lower() in ("him", "her", "them")


def without_lead(question: str) -> str:
    """Returns a question without the "and" or "so" that ties it to the one before."""
    return _LEAD.sub("", question) or question


def is_pieced(question: str) -> bool:
    """Tells whether a question was put together of two, for want of a place in the one for what the other asks."""
    return " – " in question


def without_topic(question: str) -> str:
    """Returns "What did he say?" of a question that `about` or `asked_by` pieced together; others as they are.

    Example:
        "What about Putin – what did he say?" and "For whom – what did he say?" are of "What did he say?".
    """
    return _BY_ANOTHER_WORD.sub("", _SPOKEN_OF.sub("", question, count=1))


def topic_alone(question: str) -> str | None:
    """Returns "What about Putin?" of "What about Putin – what did he say?"; None of others."""
    spoken_of = _SPOKEN_OF.match(question)
    return f"{spoken_of['topic']}?" if spoken_of else None


def about(phrase: str, question: str) -> str:
    """Returns a question as it is asked about something else, in one piece: a colon would part it in two."""
    return f"What about {phrase} – {_within(question)}"


def _within(question: str) -> str:
    """Returns a question as it is written within a sentence."""
    first = _CONTRACTED.sub("", question.partition(" ")[0].lower())
    is_name = first not in words("question_words", "question_auxiliaries", "prepositions")
    return question if is_name else question[:1].lower() + question[1:]


def said_about(topic: str, question: str) -> str:
    """Returns a question on what was said as it is asked on a topic, or of a time or place ("in 2022")."""
    if topic.partition(" ")[0].lower() in words("prepositions"):
        return about(topic, question)
    return f"{question.rstrip(' ?').partition(' about ')[0]} about {topic}?"


def asked_by(word: str, question: str, answer: str | None) -> str:
    """Returns what another question word asks of a question, and not again what that asked itself.

    Args:
        word: with what stands beside it, in small letters: "why", "to whom", "who else".
        question: the last one.
        answer: the name or number that answers that, if any does.

    Example:
        "why" makes "Why did she go?" of "Did she go?" and of "When did she go?", and "Why did Lee go?" of "Who went?".
    """
    question = _BY_ANOTHER_WORD.sub("", question)
    if stranded := _STRANDED.fullmatch(word):
        word = f"{stranded[2]} {'whom' if stranded[1] == 'who' else 'what'}"
    if _WHY_POINTING.fullmatch(word):
        turned = asked_by_adverb("why", question, answer)
        return _IN_THAT_PLACE.sub(" there?", turned) if turned and word == "why there" else turned or word
    plain = _PLAIN.get(word, _OF_WHO.sub(" whom", word))
    if _ADVERB.fullmatch(plain) and (turned := asked_by_adverb(plain, question, answer)):
        return turned
    if word == "how old" and (whom := _who_has_an_age(question, answer)):
        return f"{word} is {whom}?"
    if word.startswith("how m") and (counted := asked_how_many(question)):
        return counted
    if word == "who else" and (asks := _WHO.match(question)):
        return f"{word} {question[asks.end() :]}"
    return f"{plain} – {_within(question)}"


def _who_has_an_age(question: str, answer: str | None) -> str | None:
    """Returns who a question is on: whom it is answered with, if it asks who, or else the only person it names."""
    if answer and _WHO.match(question):
        return answer
    people = dict.fromkeys(m.text for m in mentions(question) if m.kind == "person" and m.is_name)
    return next(iter(people)) if len(people) == 1 else None


def more_of(question: str, names: Sequence[str]) -> str:
    """Returns the question for what else there is: of the same, or about the names."""
    if asks := _WHAT.match(question):
        return f"What else {question[asks.end() :]}"
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
    return f"What else is known about {listed}?" if listed else question
