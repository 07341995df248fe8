"""Pronouns of a question replaced by what they stand for in the conversation. Pure, by rule.

The order of candidates follows centering theory (Grosz, Joshi and Weinstein 1995) as far as a question shows it: what
the last question was about, then its answer, then older turns; a subject is rather taken up by a subject.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.dialogue.ellipsis import identifying
from retrieval.text.mentions import (
    AUXILIARIES,
    PREPOSITIONS,
    QUESTION_WORDS,
    SPEECH_VERBS,
    Mention,
    gender,
    is_function_word,
    mentions,
)
from retrieval.text.words import STOP_WORDS, WORD, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.types import Answer

_AUX = "|".join(sorted(AUXILIARIES))
_PREP = "|".join(sorted(PREPOSITIONS))
_SPEECH = "|".join(sorted(SPEECH_VERBS))
_FAMILY = {
    **dict.fromkeys(("he", "him", "his"), "he"),
    **dict.fromkeys(("she", "her", "hers"), "she"),
    **dict.fromkeys(("they", "them", "their", "theirs"), "they"),
    **dict.fromkeys(("it", "its", "that", "this"), "it"),
    "there": "there",
}
_PRONOUN = re.compile(
    r"\b(?:he|him|his|she|hers|her|they|them|theirs|their|it|its)\b(?![’'])"
    r"|\bthere(?=\s*[?.!]*$| (?:in|on|at|with|during|last|this|yesterday|today|and|when|before|after|for|to|by)\b)"
    r"|\b(?:that|this)(?= (?:happen|occur|take place|begin|start|end)\b|\s*[?.!]*$)",
    re.IGNORECASE,
)
_POSSESSIVE = frozenset({"his", "hers", "their", "theirs", "its"})
_SUBJECT = frozenset({"he", "she", "they"})
_DEMONSTRATIVE = re.compile(r"\b(?:that|this|these|those) (?P<noun>[a-z]{3,})\b(?! [a-z]+ing\b)", re.IGNORECASE)
_WORDS_SAID = re.compile(
    rf"(?P<before>\b(?:{_SPEECH}|(?:mean|meant) by) )(?:it|that|this|so)(?=\s*[?.!]*$)"
    r"|(?P<subject>\b(?:does|did|do) )(?:that|this|it)(?= mean\s*[?.!]*$)",
    re.IGNORECASE,
)
# What holds no pronoun that stands for something: quoted words, "is it true that", "how many are there in".
_OPAQUE = re.compile(
    rf"“[^”]*”?|\"[^\"]*\"?|\b(?:what time|how far) is it\b"
    rf"|\b(?:{_AUX}) it (?:be |been |really |ever |still )?(?:true|possible|likely|unlikely|clear|unclear|legal|illegal"
    r"|safe|necessary|important|fair|ok|okay|normal|common|good|bad|right|wrong|hard|harder|difficult|easy|easier|time|raining"
    r"|snowing|matter|that)\b"
    rf"|\b(?:{_AUX}) it (?:cost|take|mean)\b(?=.* (?:to|for|that|when|if)\b)"
    r"|\b(?:is|are|was|were|be|been|will|can|does|where) there (?=\w)|\bhow (?:many|much)\b.* there\s*\?*$"
    r"|\bthere (?:is|are|was|were|will|has|have)\b",
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(r"(?:[Ww]hom?|[Ww]hose|[Ww]hich)\b(?! (?:is|was|are|were) [A-Z])")
_STATED = 2  # parts of a turn before its statements: question and short answer
_MOTION = word_set("""go went gone going travel traveled traveling fly flew come came move moved return returned""")
_SPEAKS = re.compile(rf"[“\"]|\b(?:{_SPEECH})\b")
_WH = re.compile(rf"\b(?:{'|'.join(sorted(QUESTION_WORDS))})\b", re.IGNORECASE)
_OPENING = re.compile(
    rf"(?:(?:and|but|so|then),? )?(?:(?:{_PREP}) )?(?:{_WH.pattern}(?: (?!(?:{_AUX}|that|if)\b)[a-z][\w-]*){{0,4}} )?"
    rf"(?:{_AUX})(?:n[’']t)? ",
    re.IGNORECASE,
)
# "Which country lost its ...": what is asked for is itself what the pronoun stands for, unless it is the object.
_ASKED_FOR = re.compile(
    rf"\b(?:(?:which|whose|how many"
    rf"|what(?! (?:\w+(?:ed|s)|made|led|went|{_AUX})\b)) (?!{_AUX})|who (?!{_AUX})\S+ (?=\S))"
    r"(?:(?!(?:do|does|did)\b)\S+ )+$",
    re.IGNORECASE,
)
_AGENT = re.compile(r"(?:er|or|ist|ian|man|woman|star|ee|ive|ent|ant)$")
_BOUNDARY = re.compile(
    r"\b(?:that|when|who|which|because|if|after|before|while|since|and|or|but|as|said|says?)\b|[,;:.?]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Discourse:
    """The conversation so far: (standalone question, answer), newest first, and the articles' texts read for it."""

    turns: tuple[tuple[str, Answer], ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pronoun:
    word: str
    start: int
    end: int
    is_possessive: bool
    is_object: bool
    prefers_things: bool

    @property
    def family(self) -> str:
        return _FAMILY[self.word]


def resolved(text: str, discourse: Discourse) -> str:
    """The text with each pronoun replaced that has an antecedent in the conversation and none in the text itself."""
    text = _with_words_said(_with_phrases(text, discourse), discourse)
    at = 0
    while found := _next_pronoun(text, at):
        at = found.end
        chosen = None if _has_antecedent(found, text, discourse) else next(_candidates(found, text, discourse), None)
        if put := chosen and _form(chosen, found, text):
            text = text[: found.start] + put + text[found.end :]
            at = found.start + len(put)
    return text


def _with_phrases(text: str, discourse: Discourse) -> str:
    """With "that visit" as the fuller phrase of the conversation that ends in the same noun: "Xi’s visit"."""
    phrases = [m for turn in discourse.turns for part in _parts(*turn) for m in mentions(part) if not m.is_name]

    def fuller(match: re.Match[str]) -> str:
        noun = match["noun"].lower()
        fits = (m.text for m in phrases if m.text.split()[-1] == noun and not _is_bound(m))
        return next((phrase for phrase in fits if len(phrase.split()) > len(match[0].split())), match[0])

    return _DEMONSTRATIVE.sub(fuller, text)


def _with_words_said(text: str, discourse: Discourse) -> str:
    """With the "it" of "When did he say it?" replaced by the words that the last answer tells."""
    told = [answer for _, answer in discourse.turns if answer.statements]
    speech = (answer for answer in told if _SPEAKS.search(answer.statements[0].text))
    said = next(speech, next(iter(told), None))
    words = said and identifying(said)
    return _WORDS_SAID.sub(lambda match: (match["before"] or match["subject"]) + words, text) if words else text


def _next_pronoun(text: str, at: int) -> _Pronoun | None:
    visible = _OPAQUE.sub(lambda match: "_" * len(match[0]), text)
    match = _PRONOUN.search(visible, at)
    if match is None:
        return None
    word, after = match[0].lower(), re.match(r"\s+([\w’'-]+)", text[match.end() :])
    follows = after[1].lower() if after else ""
    ends = not follows or follows in (PREPOSITIONS | STOP_WORDS) - AUXILIARIES
    possessive = word in _POSSESSIVE or (word == "her" and not ends)
    is_object = not possessive and word not in _SUBJECT and (ends or word in ("him", "her", "them"))
    is_passive = re.search(r"\b(?:is|are|was|were|be|been) $", text[: match.start()], re.IGNORECASE) is not None
    return _Pronoun(word, match.start(), match.end(), possessive, is_object, prefers_things=is_object or is_passive)


def _has_antecedent(pronoun: _Pronoun, text: str, discourse: Discourse) -> bool:
    """Whether something else in the same question can be what the pronoun stands for; when in doubt, it is.

    An object is not its own clause's subject ("When did China support it?"), nothing stands for a phrase that it is
    part of ("the reason for it"), and nothing before "What did it" can be meant.
    """
    before = text[: pronoun.start]
    if _OPENING.fullmatch(before):
        return False
    if not pronoun.is_object and _ASKED_FOR.search(before):
        return True
    fronted = "," in text[pronoun.end :] and not _WH.search(before)  # "In his new series, Bill Nye said"
    told = mentions(text) if fronted else mentions(before)
    return any(
        _binds(pronoun.family, mention, discourse) and _reaches(before[mention.end :], pronoun) for mention in told
    ) or any(_reaches(before[noun.end() :], pronoun) for noun in _bare_nouns(before, pronoun.family))


def _reaches(between: str, pronoun: _Pronoun) -> bool:
    is_apart = not re.fullmatch(rf" (?:{_PREP}) ", between, re.IGNORECASE)
    return is_apart and (not pronoun.is_object or _BOUNDARY.search(between) is not None)


def _binds(family: str, mention: Mention, discourse: Discourse) -> bool:
    """Whether the mention may be the pronoun's antecedent, with the doubt in its favour."""
    if _rank(family, mention, discourse) is not None or family == "they":
        return True
    return family in ("he", "she") and _AGENT.search(mention.text) is not None


def _bare_nouns(before: str, family: str) -> Iterator[re.Match[str]]:
    """Words before the pronoun that are likely nouns of its number, without a determiner to tell."""
    words = list(WORD.finditer(before))[:-1]  # the last one is the verb
    for word in words if family in ("it", "they") else ():
        is_plural = word[0].endswith("s") and not word[0].endswith("ss")
        is_noun = word[0].islower() or is_plural
        if is_noun and is_plural == (family == "they") and not is_function_word(word[0]):
            yield word


def _candidates(pronoun: _Pronoun, text: str, discourse: Discourse) -> Iterator[Mention]:
    """What the pronoun may stand for, likeliest first: newer turns, in one the better part, in that the better fit.

    Who is merely named in a statement, and of whom no text says whether "he" or "she" is meant, comes last of all.
    """
    doubtful: list[Mention] = []
    for question, answer in discourse.turns:
        for part, told in enumerate(_groups(pronoun, question, answer)):
            ranked = [(_rank(pronoun.family, mention, discourse), mention) for mention in told]
            fits = [(rank, mention) for rank, mention in ranked if rank is not None and not _is_bound(mention)]
            best = sorted(fits, key=lambda fit: fit[0] if pronoun.prefers_things or pronoun.family != "it" else 0)
            new = [(rank, m) for rank, m in best if not re.search(rf"\b{re.escape(m.text)}\b", text)]
            is_doubtful = pronoun.family in ("he", "she") and part >= _STATED
            doubtful += [mention for rank, mention in new if is_doubtful and rank]
            yield from (mention for rank, mention in new if not (is_doubtful and rank))
    yield from doubtful


def _groups(pronoun: _Pronoun, question: str, answer: Answer) -> Iterator[list[Mention]]:
    """A turn's mentions, what it is about first: whom a question asks for is in its answer."""
    asks_who = _ASKS_WHO.match(question) is not None
    asked, short, *stated = (mentions(part) for part in _parts(question, answer))
    if pronoun.family == "it":  # of all that a statement mentions, hardly anything is "it"
        is_agent = asks_who and not pronoun.prefers_things and any(mention.kind == "group" for mention in short)
        yield short + asked if is_agent else (asked[::-1] if pronoun.is_object else asked) + short
        return
    yield from (short, asked) if asks_who else (asked, short)
    if pronoun.family == "they":
        yield from (_together(part) for part in (asked + short, *stated))
    yield from stated


def _parts(question: str, answer: Answer) -> tuple[str, ...]:
    return (question, answer.short or "", *(statement.text for statement in answer.statements))


def _together(found: list[Mention]) -> list[Mention]:
    """Two people named, as one mention: "Xi Jinping and Vladimir Putin"."""
    people = list(dict.fromkeys(m.text for m in found if m.is_name and m.kind == "person"))
    text = " and ".join(people)
    return [Mention(text, 0, len(text), "person", is_plural=True)] if len(people) == len(("one", "other")) else []


def _rank(family: str, mention: Mention, discourse: Discourse) -> int | None:
    """How well a mention fits a pronoun, 0 best; None where it does not."""
    is_one = mention.kind == "person" and not mention.is_plural
    called = gender(mention.text, discourse.texts) if is_one else None
    match family:
        case "he" | "she":
            return (0 if called == family else 1 if called is None else None) if is_one else None
        case "they":
            return 0 if mention.is_plural else {"group": 1, "place": 1}.get(mention.kind)
        case "there":
            return 0 if mention.kind == "place" else None
        case _ if is_one:
            return 2 if called is None and mention.is_name else None
        case _:
            return None if mention.is_plural else int(mention.kind == "place")


def _is_bound(mention: Mention) -> bool:
    """Whether a phrase itself needs an antecedent ("his visit")."""
    return mention.text.split()[0].lower() in _FAMILY or mention.text.split()[0].lower() in ("my", "your", "our")


def _form(mention: Mention, pronoun: _Pronoun, text: str) -> str:
    """The mention as it stands in the pronoun's place: possessive, after "in", or opening the sentence."""
    owner = "'" if mention.is_plural and mention.text.endswith("s") else "'s"
    form = mention.text + (owner if pronoun.is_possessive else "")
    before = text[: pronoun.start].split()
    if pronoun.family == "there" and not (before and before[-1].lower() in PREPOSITIONS):
        form = f"{'to' if before and before[-1].lower() in _MOTION else 'in'} {form}"
    return form if before else form[0].upper() + form[1:]
