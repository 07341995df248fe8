"""What is asked by less than a question: "why?", "tell me more", "and Putin?"; and the question that is meant. Pure.

A phrase takes the place of what shares its preposition, its number, its noun or its kind in the last question, as
parallelism has it (Dalrymple, Shieber and Pereira, "Ellipsis and higher-order unification", 1991, by rule and only for
questions).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from operator import attrgetter
from typing import TYPE_CHECKING

from retrieval.text.interrogatives import OF_MANY, OF_ONE, asked_by_adverb, asked_how_many, interrogative
from retrieval.text.lexicon import alternatives, words
from retrieval.text.mentions import is_function_word, mentions, with_place
from retrieval.text.messages import small_talk
from retrieval.text.pronouns import next_pronoun
from retrieval.text.words import WORD, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.text.mentions import Mention

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
_GOING_ON = re.compile(
    r"(?:is|are) (?:it|that|this|they) (?:all )?"
    r"(?P<state>(?:still |now )?(?:going on|over|finished|under ?way|in progress))(?: now| yet)?",
    re.IGNORECASE,
)
_OCCASION = re.compile(rf"\b(?:{alternatives('things_going_on')})\b", re.IGNORECASE)
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
_ASKED_OF_EVENT = re.compile(
    rf"(?P<wh>when|where)(?:(?: (?:is|was)|[’']s) (?:it|that))?"
    rf"|(?P<which>(?:what|which) (?!{_AUXILIARY}|(?:{alternatives('prepositions')}|else|one|ones)\b)[a-z]+)",
    re.IGNORECASE,
)
_EVENTS = words("event_nouns", "occasion_nouns", "things_going_on")
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


def _beside(side: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:what (?:else )?(?:happened|was|came|took place|has happened) )?(?:{side}) (?:that|this|it|then)",
        re.IGNORECASE,
    )


_LONGEST, _LONGEST_BARE = 6, 3  # words, with "and" or "what about" before them, and without


class Form(Enum):
    """What is left of a question: more of it, whether it is still so, another question word, something else.

    Of what was told last, whether it goes on, and what happened before it or after.
    """

    MORE = auto()
    STILL = auto()
    GOING_ON = auto()
    BEFORE = auto()
    AFTER = auto()
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


_WHOLE = {
    Form.MORE: _MORE,
    Form.STILL: _STILL,
    Form.GOING_ON: _GOING_ON,
    Form.BEFORE: _beside("before"),
    Form.AFTER: _beside("after|since"),
}


def follow_up(text: str) -> FollowUp | None:
    """Returns what an incomplete question asks beside the one before it; None for one that is complete.

    Example:
        "and what about Putin?" asks the same of the phrase "Putin".
    """
    whole = text.strip(" ?!.…")
    core = _LEAD.sub("", whole)
    for form, pattern in _WHOLE.items():
        if found := pattern.fullmatch(core):
            return FollowUp(form, found.groupdict().get("state", ""))
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


def asked_of_event(text: str) -> str | None:
    """Returns what is asked of an event that the conversation is on: "where" of "and where is it?", "what channel"."""
    asked = _ASKED_OF_EVENT.fullmatch(_LEAD.sub("", text.strip(" ?!.…")))
    return (asked["wh"] or asked["which"]).lower() if asked else None


def is_event(mention: Mention) -> bool:
    """Tells whether a mention is an event by its last word: "the Grand Gala", "the second debate"."""
    return mention.kind == "thing" and mention.text.rpartition(" ")[2].lower() in _EVENTS


def stands_in(question: str) -> bool:
    """Tells whether a question is on somebody whom only "they" or "that" names: "Where are they playing?"."""
    parts = interrogative(question)
    return parts is not None and parts.subject.lower() in {"they", "that"}


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
    return _by_quantity(word, question, answer) or f"{plain} – {_within(question)}"


def _by_quantity(word: str, question: str, answer: str | None) -> str | None:
    """Returns what "how old", "how many" or "who else" asks of a question; None for other words and where they fail."""
    if word == "how old" and (whom := _who_has_an_age(question, answer)):
        return f"{word} is {whom}?"
    if word.startswith("how m"):
        return asked_how_many(question)
    asks = _WHO.match(question) if word == "who else" else None
    return f"{word} {question[asks.end() :]}" if asks else None


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
_ENTRANTS = re.compile(r"(?:the )?(?P<who>men|women|boys|girls|juniors|seniors)(?:[’']s|[’'])?", re.IGNORECASE)
_WHAT_IS_WON = re.compile(
    r"\b(?:won|wins?|leads?|led|(?:was|came) \w+ in)\s"
    r"(?P<whose>the\s(?:(?:men|women|boys|girls|juniors|seniors)(?:[’']s|[’'])\s)?)(?=\w)",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\b(?:his|her|its|their)\b(?= \w)", re.IGNORECASE)
_PREPOSITION_FIRST = re.compile(rf"^(?:{_PREPOSITIONS}) ", re.IGNORECASE)
_BEHIND_HEAD = re.compile(rf"(?: (?:{_PREPOSITIONS}) .+)?")
_OPENS_WITH_NAME = re.compile(r"[A-Z]\w+ [a-z]")
_OWN = re.compile(r"(?:my|our) ", re.IGNORECASE)
_ENDS = " ?!."


def whether_going_on(state: str, question: str, told: str) -> str | None:
    """Returns a question on whether what one asked about is still so, or over; None where that is no event.

    Args:
        state: as it is asked for, "still going on".
        question: the last one.
        told: the titles of what answered it.
    """
    found = _OCCASION.search(question) or _OCCASION.search(told)
    place = next((f" in {mention.text}" for mention in mentions(question) if mention.kind == "place"), "")
    return f"Is the {found[0].lower()}{place} {state}?" if found else None


def what_happened_beside(side: str, day: str, question: str) -> str:
    """Returns a question on what happened before a day, or after, to whom or what one asked about, or where."""
    topic = next((mention.text for mention in mentions(question) if mention.is_name), "")
    return f"What happened in {topic} {side} {day}?" if topic else f"What happened {side} {day}?"


def asked_of(phrase: str, question: str) -> str | None:
    """Returns a question as it is asked of a phrase; None where nothing in it is like the phrase.

    Example:
        "in Texas" makes "Who won in Texas?" of "Who won in Ohio?"; "butter" makes "Did butter get dearer?" of
        "Did eggs get dearer?".
    """
    if asked := _by_entrants(phrase, question) or _by_owner(phrase, question):
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
        _by_name_behind,
        _by_pronoun,
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


def _by_entrants(phrase: str, question: str) -> str | None:
    """Asks of those who take part in it for what is won: "the men" makes "the men's 100 m" of "the 100 m"."""
    entrants, won = _ENTRANTS.fullmatch(phrase), _WHAT_IS_WON.search(question)
    if entrants is None or won is None:
        return None
    return _put(f"the {entrants['who'].lower()}'s ", question, *won.span("whose"))


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
    is_bare = subject[0].islower() and subject.partition(" ")[0] not in _DETERMINERS
    if not (is_bare or _may_be_any(named, of_subject)):
        return None
    end = max((with_place(mention, question).end for mention in of_subject), default=parts.at + len(subject))
    verb = _agreeing(parts.auxiliary, phrase, named)
    return f"{parts.asked} {verb} {phrase}{question[end:]}".lstrip() if verb else _put(phrase, question, parts.at, end)


def _by_name_behind(phrase: str, question: str) -> str | None:
    """Puts a phrase for the only name of a question behind a preposition: "the tablet" in "What's new for Siri?"."""
    named = [mention for mention in _not_asked_for(question) if mention.is_name]
    if _head(phrase) is None or len(named) != 1:
        return None
    before = question[: named[0].start].rpartition(" ")[0].rpartition(" ")[2]
    is_behind = before.lower() in words("prepositions")
    return _put(phrase, question, named[0].start, named[0].end) if is_behind else None


def _by_pronoun(phrase: str, question: str) -> str | None:
    """Puts a name for the pronoun of a question that names nothing: "Acme" in "How much is it up?"."""
    pronoun, named = next_pronoun(question, 0), _head(phrase)
    if pronoun is None or pronoun.is_possessive or mentions(question) or not (named and named.is_name):
        return None
    return _put(phrase, question, pronoun.start, pronoun.end)


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
