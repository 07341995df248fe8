"""The parts of a question: what it asks for, its auxiliary, subject and predicate; and the same asked otherwise. Pure.

By rule, and only where the parts are plain: a question whose subject cannot be told from its verb has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.text.lexicon import alternatives, words
from retrieval.text.mentions import is_function_word, mentions, with_place
from retrieval.text.words import base_of, inflected

_AUXILIARIES = alternatives("question_auxiliaries")
_AUXILIARY = rf"(?:(?:(?:{_AUXILIARIES})(?:n[’']t)?|(?:wo|ca)n[’']t)\b|(?<=\w)[’']s\b)"
_LEAD = rf"(?:(?:{alternatives('prepositions')}) )?(?:{alternatives('question_words')})\b"
_ASKED = rf"{_LEAD}(?:(?! (?:{_AUXILIARIES})\b)(?![’']s) [^\s?]+){{0,5}}"
_QUESTION = re.compile(rf"(?:(?P<asked>{_ASKED}) ?)?(?P<auxiliary>{_AUXILIARY}) (?P<clause>[^?]+)", re.IGNORECASE)
_OF_SUBJECT = re.compile(r"(?P<asked>who|what|(?:which|how many) \S+) (?P<clause>[^?]+)", re.IGNORECASE)
_PRONOUN = re.compile(r"(?:i|you|he|she|it|we|they|that|this|there)\b", re.IGNORECASE)
_BARE = re.compile(r"[\w’'-]+(?: [\w’'-]+){0,2}?(?= (?P<verb>[\w’'-]+))")
_VERBAL = re.compile(r"[a-z]{2,}(?:ed|ing)\b")
_BARE_TOPIC = re.compile(
    r"(?:what|when|where)(?: (?:is|are|was|were)|[’']s|[’']re) "
    r"(?P<topic>[a-z][\w’'-]*(?: [a-z][\w’'-]*){0,2})",
    re.IGNORECASE,
)
_DO = frozenset({"do", "does", "did"})
_BE = words("forms_of_be") | {"'s", "’s"}
_ADVERBS = frozenset({"when", "where", "why", "how", "how long", "how often", "how far"})
_HAVE = frozenset({"has", "have", "had"})
_VERBS = words("common_verbs")
_TWO_WORDS = 2
_LONGEST_NOUN = 4  # words to the verb
_MANNER = re.compile(r"(?:[a-z]+ly|still|also|even|ever|first) ")
_COUNTED = re.compile(r"how (many|much)\b", re.IGNORECASE)
_CHOSEN = re.compile(r"(?:which|what) (?=\w)", re.IGNORECASE)
_PREPOSITION = re.compile(rf" (?:{alternatives('prepositions')})\b", re.IGNORECASE)
_MOST = re.compile(r"(?P<verb>\w+) the most (?P<noun>[a-z]+)(?P<rest>.*)")
_WHEN_DONE = re.compile(r"when (?:he|she|it|they) (?P<verb>[a-z]+)(?P<rest>(?: \w+){0,3})", re.IGNORECASE)
_MANY = re.compile(r"\Athey\Z| and |\b[a-z]+s$")
_NO_OBJECT = re.compile(rf"\S+ (?!up$|out$|off$|down$|away$|back$)(?:{alternatives('prepositions')})$", re.IGNORECASE)
_IS_NEGATED = re.compile(r"n[’']t$")
_QUOTED = re.compile(r"“[^”]*”?")
_QUOTATION = "“ ”"  # in the place of one, whose words are none of the question's
_MEASURED = re.compile(r"how (?:much|old|big|long|large|high|far)$", re.IGNORECASE)
_ASKED_NOUN = re.compile(r"(?:how many|which|whose) \w", re.IGNORECASE)  # "How many houses are | empty"
_COUNTED_DEED = re.compile(
    rf"(?P<asked>how many) (?P<clause>(?:got|[a-z]+ (?:{alternatives('prepositions')})) [^?]+)", re.IGNORECASE
)
OF_MANY = {"does": "do", "has": "have", "is": "are", "was": "were", "'s": "are", "’s": "are"}
OF_ONE = {many: one for one, many in reversed(OF_MANY.items()) if one.isalpha()}
_NEGATED = {"will": "won't", "can": "can't", "'s": "isn't", "’s": "isn't"}


@dataclass(frozen=True, slots=True)
class Interrogative:
    """A question in parts.

    Attributes:
        asked: what it asks for ("When", "How many cars"); "" where it asks yes or no.
        auxiliary: in its words ("did", "'s"); "" where there is none ("Who won the race?").
        subject: whom or what it is on; "" where just that is asked for.
        predicate: what is asked of the subject, its verb first.
        at: where the subject stands in the question.
    """

    asked: str
    auxiliary: str
    subject: str
    predicate: str
    at: int

    @property
    def is_circumstance(self) -> bool:
        """Whether it asks when, where, why, how, or whether at all: not for a part of what is done."""
        asked = self.asked.lower()
        return asked in {"", *_ADVERBS} or asked.partition(" ")[0] in words("prepositions")


def interrogative(question: str) -> Interrogative | None:
    """Returns the parts of a question; None where they cannot be told.

    Example:
        "How much did eggs cost?" has the auxiliary "did", the subject "eggs" and the predicate "cost".
    """
    bare = question.rstrip(" ?!.")
    found = _QUESTION.fullmatch(bare)
    if found is None or _has_no_auxiliary(found):
        return _of_subject(bare)
    asked, auxiliary, clause = found["asked"] or "", found["auxiliary"].lower(), found["clause"]
    if _asks_for_subject(asked, auxiliary, clause):
        return Interrogative(asked, auxiliary, "", clause, 0)
    at = found.start("clause")
    end = _end_of_subject(bare, at, is_deed=auxiliary in _DO)
    if end is None or (auxiliary not in _BE and _PREPOSITION.match(bare, end)):  # "did football on Sunday start"
        return None
    return Interrogative(asked, auxiliary, bare[at:end], bare[end:].strip(), at)


def bare_topic(question: str) -> str | None:
    """Returns what a question is on that no determiner begins, as no name does; None for other questions.

    Example:
        "space junk" of "What is space junk?" and "dinner" of "when is dinner".
    """
    found = _BARE_TOPIC.fullmatch(question.strip(" ?!."))
    topic = found["topic"] if found else ""
    held = topic.lower().split()
    may_be_verbs = {known[0] for word in held[-1:] if (known := base_of(word)) and known[1] != "present"}
    return topic if held and not any(map(is_function_word, held)) and _VERBS.isdisjoint(may_be_verbs) else None


def _asks_for_subject(asked: str, auxiliary: str, clause: str) -> bool:
    """Tells whether what is asked for is the subject itself: "Who is | running", "Which teams | won"."""
    is_one_word = clause.islower() and " " not in clause and (auxiliary not in _BE or _ASKED_NOUN.match(asked))
    is_part = bool(asked) and asked.lower() not in _ADVERBS
    return is_part and bool(is_one_word or _begins_predicate(clause, auxiliary))


def _has_no_auxiliary(found: re.Match[str]) -> bool:
    """Tells whether it only seems an auxiliary: "Which minister sold Norway's ...", "Who has the most ..."."""
    is_owner = found["auxiliary"][0] in "'’" and " " in found["asked"]
    return is_owner or (found["auxiliary"].lower() in _HAVE and found["clause"].startswith("the most "))


def _of_subject(bare: str) -> Interrogative | None:
    """Returns the parts of "Who won the race", whose verb, a past or present form, is taken into its base form."""
    found = _COUNTED_DEED.fullmatch(bare) or _OF_SUBJECT.fullmatch(bare)
    if found is None:
        return None
    told = found["clause"].split()
    farthest = _LONGEST_NOUN if " " in found["asked"] else 1
    verbs = [(at, *known) for at, word in enumerate(told[:farthest]) if (known := base_of(word))]
    if not verbs:
        return None
    at, verb, form = min(verbs, key=lambda each: (each[2] != "past", each[0]))  # "Which news outlets | won"
    asked = " ".join([found["asked"], *told[:at]])
    return Interrogative(asked, "did" if form == "past" else "does", "", " ".join([verb, *told[at + 1 :]]), 0)


def _begins_predicate(clause: str, auxiliary: str) -> bool:
    """Tells whether no subject follows the auxiliary: "Who is | running", "Which team will | win"."""
    first = clause.split(maxsplit=1)[0]
    if auxiliary in _DO or not first[0].islower():
        return False
    is_verb = first in _VERBS or _VERBAL.match(first) is not None or base_of(first) is not None
    return is_verb or (auxiliary in _BE and first in words("prepositions"))


def _end_of_subject(bare: str, at: int, *, is_deed: bool) -> int | None:
    """Returns where the subject ends that begins at a place; None where that cannot be told."""
    if pronoun := _PRONOUN.match(bare, at):
        return pronoun.end()
    if ends := [with_place(mention, bare).end for mention in mentions(bare) if mention.start == at]:
        end = max(ends)
        others = (m.end for m in mentions(bare) if bare[end : m.start] == " and ")  # "Xi | and Putin"
        return next(others, end)
    return _end_of_nouns(bare, at) if is_deed else None


def _end_of_nouns(bare: str, at: int) -> int | None:
    """Returns where a subject ends that no determiner begins, before the verb: "did gas prices | go up"."""
    first = _BARE.match(bare, at)
    if first is None:
        return None
    found = first
    while found["verb"] not in _VERBS and " " in bare[found.end() + 1 :]:
        longer = _BARE.match(bare, found.end() + 1)
        if longer is None or len(bare[at : longer.end()].split()) > _TWO_WORDS:
            break
        if longer["verb"] in _VERBS:
            return longer.end()
        found = longer
    return None if is_function_word(first[0]) else first.end()


def asked_by_adverb(adverb: str, question: str, answer: str | None) -> str | None:
    """Returns a question as an adverb asks it; None where it cannot be turned so.

    Args:
        adverb: "why", "how long", "to whom".
        question: the one that is turned.
        answer: what answers that in a few words, if anything does.

    Example:
        "when" makes "When did Lind visit Oslo?" of "Who visited Oslo?" with the answer "Lind".
    """
    quoted = _QUOTED.search(question)
    said = quoted[0] if quoted else _QUOTATION
    parts = interrogative(question.replace(said, _QUOTATION))
    turned = _by_adverb(adverb, parts, answer) if parts else None
    return turned.replace(_QUOTATION, said) if turned else None


def _by_adverb(adverb: str, parts: Interrogative, answer: str | None) -> str | None:
    if deed := _deed_within(parts):
        return f"{adverb} did {parts.subject} {deed}?"
    auxiliary, subject, predicate = _answered(parts, answer)
    if adverb in ("when", "where") and auxiliary in _BE and parts.subject and _MEASURED.match(parts.asked):
        return f"{adverb}{' ' * auxiliary[0].isalpha()}{auxiliary} {subject}?"  # "How much is the fair | on Friday?"
    if not predicate and not parts.is_circumstance:
        return None
    if adverb == "why not":
        adverb, auxiliary = "why", _denied(auxiliary, predicate)
    gap = "" if auxiliary[0] in "'’" else " "
    return f"{adverb}{gap}{auxiliary} {subject} {predicate}".strip() + "?"


def _answered(parts: Interrogative, answer: str | None) -> tuple[str, str, str]:
    """Returns the auxiliary, subject and predicate of a question, with its answer in the place of what it asks for."""
    auxiliary, subject, predicate = parts.auxiliary, parts.subject, parts.predicate
    if not subject:
        subject = _stand_in(parts.asked, answer)
        if _MANY.search(subject):
            auxiliary = OF_MANY.get(auxiliary, auxiliary)
    elif not parts.is_circumstance:
        predicate = _with_object(parts, answer)
    return auxiliary, subject, predicate


def _denied(auxiliary: str, predicate: str) -> str:
    """Returns an auxiliary that denies: "didn't"; as it is where it or the predicate does already."""
    is_denied = _IS_NEGATED.search(auxiliary) is not None or predicate.startswith("not ")
    return auxiliary if is_denied else _NEGATED.get(auxiliary, f"{auxiliary}n't")


def _deed_within(parts: Interrogative) -> str | None:
    """Returns what the subject did at the time that a question is of: "die" of "How old was Lind when he died?"."""
    clause = _WHEN_DONE.fullmatch(parts.predicate) if parts.subject else None
    known = base_of(clause["verb"].lower()) if clause else None
    return f"{known[0]}{clause['rest']}" if clause and known and known[1] == "past" else None


def asked_how_many(question: str) -> str | None:
    """Returns how many it asks of who has the most, by what they are, not by name; None for other questions.

    Example:
        "Which town has the most boats?" becomes "how many boats does the town with the most boats have?".
    """
    parts = interrogative(question)
    most = _MOST.match(parts.predicate) if parts else None
    if parts is None or parts.subject or most is None:
        return None
    kind = parts.asked.partition(" ")[2] or "one"
    holder = f"the {kind} with the most {most['noun']}"
    return f"how many {most['noun']} {parts.auxiliary} {holder} {most['verb']}{most['rest']}?"


def _stand_in(asked: str, answer: str | None) -> str:
    """Returns who or what a question on its subject was answered with, or else a word for that."""
    kind, _, noun = asked.partition(" ")
    if kind.lower() == "what":
        return "that"
    if _COUNTED.match(asked):
        return f"the {noun.partition(' ')[2]}" if " " in noun else "they"
    return answer or (f"the {noun}" if noun else "they")


def _with_object(parts: Interrogative, answer: str | None) -> str:
    """Returns the predicate with what answers in its place: "ban | phones | in schools"; "" where it has no verb."""
    manner, verb, rest = _verb_of(parts.predicate)
    if parts.auxiliary in _BE or not verb:
        return ""
    if counted := _COUNTED.match(parts.asked):
        given = f"that {counted[1].lower()}{parts.asked[counted.end() :]}"
    elif answer and len(answer.split()) <= _LONGEST_NOUN:
        given = answer
    elif chosen := _CHOSEN.match(parts.asked):
        given = f"that {parts.asked[chosen.end() :]}"
    else:
        given = "that"
    if _NO_OBJECT.fullmatch(parts.predicate):
        return f"{parts.predicate} {given}"
    return f"{manner}{verb} {given} {rest}".strip()


def _verb_of(predicate: str) -> tuple[str, str, str]:
    """Returns a predicate as the adverb before its verb, the verb, and the rest."""
    manner = _MANNER.match(predicate)
    at = manner.end() if manner else 0
    verb, _, rest = predicate[at:].partition(" ")
    return predicate[:at], verb, rest


def event_of(question: str, answer: str | None) -> str | None:
    """Returns as a noun what a question takes to have been done; None where it asks of nothing done.

    Example:
        "Why did Lind sell the ferry?" is on "Lind selling the ferry".
    """
    parts = interrogative(question)
    if parts is None or parts.auxiliary not in _DO | {"could", "will", "would", "can"}:
        return None
    subject = parts.subject or answer
    manner, verb, rest = _verb_of(parts.predicate)
    if not subject or not verb.isalpha() or (parts.subject and not parts.is_circumstance):
        return None
    return f"{subject} {manner}{inflected(verb.lower())['gerund']} {rest}".strip()
