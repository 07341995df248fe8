"""The pronouns of a question: where they stand, what they can stand for, and what they cannot."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from retrieval.text.answer_kinds import choices
from retrieval.text.document import document
from retrieval.text.interrogatives import interrogative
from retrieval.text.lexicon import alternatives, words
from retrieval.text.mentions import is_function_word, mentions
from retrieval.text.names import gender, names
from retrieval.text.words import AGENT, STOP_WORDS, WORD, stem, stem_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.text.mentions import Mention

_AUXILIARY = alternatives("question_auxiliaries")
_PREPOSITION = alternatives("prepositions")
_QUESTION_WORD = alternatives("question_words")
_SPEECH = alternatives("common_speech_verbs")
_NOMINATIVE = {
    **dict.fromkeys(("he", "him", "his"), "he"),
    **dict.fromkeys(("she", "her", "hers"), "she"),
    **dict.fromkeys(("they", "them", "their", "theirs"), "they"),
    **dict.fromkeys(("it", "its"), "it"),
    **dict.fromkeys(("that", "this"), "that"),
}
_PRONOUN = re.compile(
    r"\b(?:he|him|his|she|hers|her|they|them|theirs|their|it|its)\b(?![’'])"
    r"|\b(?:that|this)(?= (?:happen|occur|take place|begin|start|end)\b|[ ?.!]*$)",
    re.IGNORECASE,
)
_POSSESSIVE = frozenset({"his", "hers", "their", "theirs", "its"})
_SUBJECT = frozenset({"he", "she", "they"})
_AFTER_OBJECT = words("prepositions", "question_words") | STOP_WORDS - words("question_auxiliaries")
# What holds no pronoun that stands for something: quoted words, "it" before what it announces ("is it true that"), a
# deed ("why did he do that").
_OPAQUE = re.compile(
    r"“[^”]*”?|\"[^\"]*\"?|\b(?:what time|how far) is it\b"
    r"|\b(?:do|does|did|done|doing) (?:it|that|this)(?= ?(?:then|now|again|too)?[ ?.!]*$| (?:before|after|first)\b)"
    rf"|\b(?:{_SPEECH}) (?:it|that|this)(?=[ ?.!]*$)"
    r"|\b(?:do|does|did|will|would) it(?= take\b)|\b(?:before|after|since) (?:that|this|it)(?=[ ?.!]*$)"
    rf"|\b(?:{_AUXILIARY}) it (?:true|time|raining|snowing|(?:\w+ )?\w+(?= (?:to|that|if|when)\b))",
    re.IGNORECASE,
)
_OPENING = re.compile(
    rf"(?:(?:and|but|so|then),? )?(?:(?:{_PREPOSITION}) )?"
    rf"(?:(?:{_QUESTION_WORD})(?: (?!(?:{_AUXILIARY}|that|if)\b)[a-z][\w-]*){{0,4}} )?(?:{_AUXILIARY})(?:n[’']t)? ",
    re.IGNORECASE,
)
# "Which country lost its ...": what is asked for is itself what the pronoun stands for.
_ASKED_FOR = re.compile(
    r"\b(?:(?:which|whose|how many"
    rf"|what(?! (?:\w+(?:ed|s)|made|led|went|{_AUXILIARY})\b)) (?!{_AUXILIARY})|who (?!{_AUXILIARY})\S+ (?=\S))"
    r"(?:(?!(?:do|does|did)\b)\S+ )+$",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(
    r"\b(?:that|when|who|which|because|if|after|before|while|since|and|or|but|as|said|says?)\b|[,;:.?]", re.IGNORECASE
)
_ASKING = re.compile(rf"\b(?:{_QUESTION_WORD})\b", re.IGNORECASE)
_PREPOSITION_ONLY = re.compile(rf" (?:{_PREPOSITION}) ", re.IGNORECASE)
_SAY_ABOUT = re.compile(r"\b(?:says?|said) (?=(?:about|of|to|on) $)")  # "What did Xi say about | him"
_ASKS_WHO = re.compile(r"(?:[Ww]hom?|[Ww]hose|[Ww]hich)\b(?! (?:is|was|are|were) [A-Z])")
_ASKING_FOR_NAMES = frozenset({"who", "whom", "whose", "what", "which"})
_NAME_ASKED = re.compile(r"(?:his|her|its|their)\s(?:full |real |last |first )?names?\b", re.IGNORECASE)
_WHO_IS = re.compile(r"(?:(?:and|so) )?who(?:[’']s| is| are| was| were) ", re.IGNORECASE)
_DEED_BEFORE = re.compile(r"\b(?:do|does|did|could|will|would)(?:n[’']t)? (?:the )?$", re.IGNORECASE)
_TOPIC_BEFORE = re.compile(r"\b(?:about|of|to|on) $", re.IGNORECASE)
_MANY_BEFORE = re.compile(r"\b(?:of|among|between) $", re.IGNORECASE)
_WORDS_SAID = re.compile(
    rf"(?P<before>\b(?:{_SPEECH}|(?:mean|meant) by) )(?:it|that|this|so)(?=[ ?.!]*$)"
    r"|(?P<subject>\b(?:does|did|do) )(?:that|this|it)(?= mean[ ?.!]*$)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]?")
_SAYS = re.compile(rf"\b(?:{_SPEECH})\b")
_SPEAKS = re.compile(rf"[“\"]|{_SAYS.pattern}")
_SAID_THAT = re.compile(rf"^.{{0,80}}?\b(?:{_SPEECH})\b(?: that)? (?=(?:\S+ ){{3}})")
_WHERE = re.compile(r"\b(?:in|near|at|from) $", re.IGNORECASE)
_PLACED_BY = re.compile(r"\b(?:in|on|at|near|into|off) $")  # "Lee lives on | Skaro. Her boat"
_ANYBODY = re.compile(r"\b(?:any|some)(?:one|body)\b", re.IGNORECASE)
_LONGEST_QUOTED = 10  # words
_PERSONAL = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)
_NOUN = re.compile(rf"\b(?:{alternatives('determiners', 'articles')})\s(?:[a-z-]+\s)?(?P<noun>[a-z]+)\b")
_TAKEN_UP_WITHIN = 120  # characters behind a name
_SURELY = 2  # times as often as the other
_BOUND = words("possessive_determiners") | _NOMINATIVE.keys()


@dataclass(frozen=True, slots=True)
class Pronoun:
    """A pronoun at `text[start:end]`; `nominative` is "he", "she", "it", "they" or, for "this" too, "that".

    It `is_of_many` in "how many of them", and `is_topic` in "say about it", where it may stand for what was done.
    """

    nominative: str
    start: int
    end: int
    is_possessive: bool
    is_object: bool
    is_of_many: bool = False
    is_topic: bool = False

    @property
    def is_personal(self) -> bool:
        """Whether it stands for one person, whom a conversation goes on to speak of for long."""
        return self.nominative in ("he", "she")

    def fits(self, mention: Mention) -> bool:
        """Tells whether the pronoun can stand for a mention: "she" for one person whose name is not a man's."""
        is_one = mention.kind == "person" and not mention.is_plural
        match self.nominative:
            case "they" if self.is_of_many:
                return mention.is_plural
            case "they":
                return mention.is_plural or mention.kind in ("group", "place")
            case "it":
                return not is_one and not mention.is_plural
            case "that":  # an event more often than not
                return mention.kind == "thing" and not mention.is_plural
            case _:
                return is_one and gender(mention.text) in (self.nominative, None)

    def replaced_by(self, mention: Mention, text: str) -> str:
        """Returns the text with the mention in the pronoun's place, in the possessive where the pronoun is."""
        is_many = mention.is_plural or mention.text.startswith("the ")
        owner = "'" if is_many and mention.text.endswith("s") else "'s"
        put = mention.text + (owner if self.is_possessive else "")
        return text[: self.start] + (put if self.start else put[0].upper() + put[1:]) + text[self.end :]


def refers_within(pronoun: Pronoun, text: str) -> bool:
    """Tells whether something else in the same question can be what the pronoun stands for; when in doubt, it is.

    Nothing before "What did it" can be meant, an object is not its own clause's subject ("When did China support it?"),
    and nothing stands for a phrase that it is part of ("the reason for it"). A message that tells something before it
    asks is of that.
    """
    before = text[: pronoun.start]
    is_told = bool(mentions(before[: before.rfind(". ") + 1]))
    if is_told or _OPENING.fullmatch(before):
        return is_told
    if not pronoun.is_object and _ASKED_FOR.search(before):
        return True
    ends = chain(_ends_of_mentions(text, pronoun), _ends_of_nouns(before, pronoun))
    apart = [before[end:] for end in ends if not _PREPOSITION_ONLY.fullmatch(before, end)]
    return any(not pronoun.is_object or _BOUNDARY.search(_SAY_ABOUT.sub("", between)) for between in apart)


def _ends_of_mentions(text: str, pronoun: Pronoun) -> Iterator[int]:
    """Yields where what a pronoun may stand for ends before it, or behind it: "In his new series, Bill Nye said"."""
    is_fronted = "," in text[pronoun.end :] and not _ASKING.search(text[: pronoun.start])
    for mention in _mentions(text):
        is_fit = pronoun.nominative == "they" or pronoun.fits(mention)
        if is_fit and (is_fronted or mention.end <= pronoun.start):
            yield mention.end


def _ends_of_nouns(before: str, pronoun: Pronoun) -> Iterator[int]:
    """Finds words before "it" and "they" that are likely nouns of its number, without a determiner to tell."""
    for word in () if pronoun.is_personal else list(WORD.finditer(before))[:-1]:  # the last is the verb
        is_plural = word[0].endswith("s") and not word[0].endswith("ss")
        is_noun = (word[0].islower() or is_plural) and not is_function_word(word[0])
        if is_noun and is_plural == (pronoun.nominative == "they"):
            yield word.end()


_mentions = lru_cache(maxsize=8)(mentions)  # asked once for each pronoun of a question


@lru_cache(maxsize=8)
def _visible(text: str) -> str:
    """Returns a text with what holds no pronoun that stands for something blanked out, quotations and "it rains"."""
    return _OPAQUE.sub(lambda match: "_" * len(match[0]), text)


def next_pronoun(text: str, at: int) -> Pronoun | None:
    """Returns the first pronoun from a place on that stands for something, outside of quotation marks."""
    match = _PRONOUN.search(_visible(text), at)
    if match is None:
        return None
    word, after = match[0].lower(), re.match(r"\s+([\w’'-]+)", text[match.end() : match.end() + 60])
    ends = after is None or after[1].lower() in _AFTER_OBJECT
    possessive = word in _POSSESSIVE or (word == "her" and not ends)
    is_object = not possessive and word not in _SUBJECT and (ends or word in ("him", "her", "them"))
    before = text[: match.start()]
    is_topic = word in ("it", "that", "this") and _TOPIC_BEFORE.search(before) is not None
    is_of_many = _MANY_BEFORE.search(before) is not None
    return Pronoun(_NOMINATIVE[word], match.start(), match.end(), possessive, is_object, is_of_many, is_topic)


def leaves_it_open(text: str) -> bool:
    """Tells whether "it" or "that" stands for nothing that the question itself names: "When did it end?"."""
    return any(nominative in ("it", "that") for nominative in open_pronouns(text))


def open_pronouns(text: str) -> Iterator[str]:
    """Yields the nominative of each pronoun of a question that stands for nothing that the question itself names."""
    at = 0
    while pronoun := next_pronoun(text, at):
        if not refers_within(pronoun, text):
            yield pronoun.nominative
        at = pronoun.end


def asks_who(question: str) -> bool:
    """Tells whether it is asked who did something, so that the answer names whom the question is about."""
    return _ASKS_WHO.match(question) is not None


def asks_doer(question: str) -> bool:
    """Tells whether it is asked who did something, and not to whom it was done: "Who won?", not "Who did he beat?"."""
    parts = interrogative(question)
    return asks_who(question) and parts is not None and not parts.subject


def asks_which(question: str) -> bool:
    """Tells whether it is asked which of its kind, or of those it offers: "Which film won?", "What won, A or B?"."""
    return (question[:6].lower() == "which " and asks_who(question)) or bool(choices(question))


def names_answer(question: str, pronoun: Pronoun) -> bool:
    """Tells whether a pronoun can stand for the answer to a question: "it" for no day or place, "he" for no camp."""
    parts = interrogative(question)
    asked = parts.asked.lower().split() if parts else re.findall(r"[a-z]+", question.lower())[:2]
    if not asked or asked[0] not in _ASKING_FOR_NAMES:
        return False
    is_person = asked[0].startswith("who") or asked[-1] in words("person_nouns", "titles")
    return is_person if pronoun.is_personal else pronoun.nominative != "it" or not is_person


def is_one(short: str, pronoun: Pronoun, question: str) -> bool:
    """Tells whether a short answer is the name of a person of whom "he" or "she" may be said, as nobody was asked for.

    Either the name tells which, or "anybody" was asked for: "Did anyone cry?".
    """
    named = [mention for mention in mentions(short) if mention.text == short and mention.kind == "person"]
    return bool(named) and (gender(short) == pronoun.nominative or _ANYBODY.search(question) is not None)


def is_topic(mention: Mention, question: str) -> bool:
    """Tells whether one may speak of a mention as "it": not of who does what is asked, of an owner or of a place."""
    is_owner = question[mention.end : mention.end + 2] in ("'s", "’s")
    is_doer = _DEED_BEFORE.search(question[: mention.start]) is not None
    return mention.kind != "place" and not (is_owner or is_doer)


def asks_name(pronoun: Pronoun, text: str) -> bool:
    """Tells whether a question asks how somebody is called, who so is not known by name: "What's his name?"."""
    is_who = not pronoun.is_possessive and _WHO_IS.fullmatch(text[: pronoun.start]) is not None
    return is_who or _NAME_ASKED.match(text[pronoun.start :]) is not None


def gender_in(text: str, name: str) -> str | None:
    """Returns "he" or "she" as a text takes up somebody by the next such word behind the name; None where it does not.

    What stands in quotation marks, or behind another name or "a signalman", may be of somebody else.
    """
    read, last = document(text), name.rsplit(maxsplit=1)[-1]
    names = [span for span in read.names if not _PLACED_BY.search(text[max(0, span.start - 6) : span.start])]
    starts = [span.start for span in names[1:]] + [len(text)]
    told = Counter(he=0, she=0)
    for span, following in zip(names, starts, strict=False):  # without a name there is one start
        end = min(following, span.end + _TAKEN_UP_WITHIN)
        found = _PERSONAL.search(read.narrative, span.end, end) if text.endswith(last, span.start, span.end) else None
        if found and not any(AGENT.fullmatch(m["noun"]) for m in _NOUN.finditer(text, span.end, found.start())):
            told[_NOMINATIVE[found[0].lower()]] += 1
    (usual, times), (_, others) = told.most_common()
    return usual if times > _SURELY * others else None


def with_owner(mention: Mention, others: Sequence[Mention]) -> Mention:
    """Returns "Lee's minister" for "his minister", of the nearest mention before it that the pronoun fits."""
    owner, _, rest = mention.text.partition(" ")
    if not rest or owner.lower() not in _POSSESSIVE | {"her"}:
        return mention
    pronoun = Pronoun(_NOMINATIVE[owner.lower()], mention.start, mention.start + len(owner), True, False)
    fitting = [other.text for other in others if other.end < mention.start and other.is_name and pronoun.fits(other)]
    return replace(mention, text=f"{fitting[-1]}'s {rest}") if fitting else mention


def tells_what(mention: Mention, question: str) -> bool:
    """Tells whether a phrase of a question says by itself what a pronoun after it stands for.

    Neither "his visit" does, nor "people", nor where something happened, "in Holm".
    """
    before = question[: mention.start]
    is_place = (mention.kind == "place" and _WHERE.search(before)) or before.endswith(" at ")
    first = mention.text.split()[0]
    is_told = mention.is_name or " " in mention.text or (mention.is_plural and mention.kind == "thing")
    return not is_place and first.lower() not in _BOUND and is_told


def with_words_said(text: str, said: str) -> str:
    """Returns "When did he say it?" with the words in the place of "it"."""
    return _WORDS_SAID.sub(lambda match: f"{match['before'] or match['subject']}{said}", text)


def words_said(statements: Sequence[str]) -> str | None:
    """Returns the first words that statements quote or report, in quotation marks; None where nobody speaks.

    A quotation with its verb of saying goes first: beside it may stand when and to whom it was said.
    """
    introduced = (said for said in statements if _QUOTED.search(said) and _SAYS.search(said))
    statement = next(introduced, next(iter(statements), ""))
    if not _SPEAKS.search(statement):
        return None
    quoted = max(_QUOTED.findall(statement), key=len, default="")
    said = (quoted if " " in quoted.strip() else _SAID_THAT.sub("", statement)).strip(' ,.;:“”"').split()
    kept = said[:_LONGEST_QUOTED]
    while len(said) > len(kept) > 1 and kept[-1].lower() in STOP_WORDS:
        kept.pop()
    return f"“{' '.join(kept).strip(' ,.;:“”')}”" if kept else None


_EVENTS = alternatives("event_nouns")
_POINTING_BACK = re.compile(
    r"[“\"‘'(]?(?:(?:He|She|They|It|His|Her|Their|Its|These|Those|Such)\b|(?:This|That)(?! is\b| was\b)"
    rf"|The (?P<event>{_EVENTS})\b(?! (?:about|against|by|for|of|on|over|that|to)\b))"
)


_PERSON = re.compile(r"\W{0,2}(?:He|She|His|Her)\b")
_WHO_MAY_BE_MEANT = words("titles", "person_nouns", "spokespeople")


def may_tell_whom(before: str, sentence: str) -> bool:
    """Tells whether what stands before a sentence may tell whom its opening "He" or "Her" means, if it has one."""
    return (
        _PERSON.match(sentence) is None
        or bool(names(before))
        or any(word in _WHO_MAY_BE_MEANT or AGENT.fullmatch(word) for word in WORD.findall(before.lower()))
    )


def needs_antecedent(sentence: str, question: str) -> bool:
    """Tells whether a sentence cannot be understood without the one before it, beside a question that it answers.

    Example:
        "He agreed." and "The move was praised." need it; "The move by Lee was praised." does not, nor does what the
        question names: "The move was praised." for "Who praised the move?".
    """
    pointing = _POINTING_BACK.match(sentence)
    if pointing is None:
        return False
    event = pointing["event"]
    return event is None or stem(event.lower()) not in stem_set(question)
