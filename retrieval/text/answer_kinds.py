"""What kind of answer a question asks for, and whether a few words can be of that kind. Pure, by rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Literal, get_args

from retrieval.text.dates import moments
from retrieval.text.lexicon import alternatives, any_of, table, words
from retrieval.text.names import DAYS_AND_MONTHS, TITLES, core_name, head
from retrieval.text.numbers import figures
from retrieval.text.questions import LONGEST, asks_yes_or_no
from retrieval.text.words import AGENT, AUXILIARIES, CUES, IRREGULAR_PASTS, RELATIVES, WORD, content_stems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# A "person" is whoever can be asked for with "who": a person, several, or a body. A "description" tells who somebody
# is. A "number" counts, an "amount" has a unit, "money" a currency. A "thing" is what "which app" asks for.
AnswerKind = Literal[
    "person", "description", "place", "time", "number", "amount", "money", "thing", "yes_no", "reason", "other"
]

QUANTITIES: frozenset[AnswerKind] = frozenset({"number", "amount", "money"})
# What a few words answer.
IN_FEW_WORDS: frozenset[AnswerKind] = QUANTITIES | {"person", "place", "thing", "time"}
_KINDS: dict[str, AnswerKind] = {kind: kind for kind in get_args(AnswerKind)}
_NOUNS: dict[str, AnswerKind] = {
    **dict.fromkeys(words("titles", "person_nouns", "group_nouns"), "person"),
    **{noun: _KINDS[kind] for noun, (kind,) in table("answer_nouns").items()},
}
_WH = "what|whats|wat|which|wich|who|whos|whom|whose|when|wen|wehn|where|wheres|why|how"
_REQUEST = re.compile(
    r"\W*(?:(?:please|(?:can|could|would) (?:you|some(?:one|body)|any(?:one|body)) (?:please )?(?:tell|remind|explain)"
    r"|do you (?:know|remember)|tell|remind|i(?:'d| would) like to know|any idea)\b(?: me| us)?\W+)++",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    rf"(?<![\w'’-])(?P<word>{_WH})\b(?:['’]?(?:s|re|ll|d)\b)?(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_NOUN_END = (
    words("question_auxiliaries", "prepositions", "subject_pronouns", "forms_of_be", "determiners", "question_words")
    | words("possessive_determiners", "coordinators")
    | {"now", "today", "tonight", "yesterday", "tomorrow", "currently", "recently", "lately"}
    | CUES.keys()
) - words("titles")
# The groups are named for the kinds; "how much" asks for money or another amount.
_HOW = re.compile(
    r"\W*(?:(?:exactly|about|roughly|approximately)\s)?(?:(?P<number>many|old)\b|(?P<money>much)\b"
    r"|(?P<time>soon|early|late|recently)\b"
    r"|(?P<amount>long|far|tall|high|heavy|big|large|fast|deep|wide|hot|cold|warm|close|thick|small|quickly|loud|strong)\b"
    r"|(?P<reason>come)\b)",
    re.IGNORECASE,
)
_MONEY = re.compile(rf"\b(?:{alternatives('words_of_money')})\b", re.IGNORECASE)
_NAME_ONLY = re.compile(r"(?:['’]s| is| was| are| were) (?P<name>[A-Z][\w.-]*(?:\s[A-Z][\w.-]*){0,3})\W*")
_BY_WORD: dict[str, AnswerKind] = {
    **dict.fromkeys(("when", "wen", "wehn"), "time"),
    **dict.fromkeys(("where", "wheres"), "place"),
    **dict.fromkeys(("who", "whos", "whom", "whose"), "person"),
    "why": "reason",
}
_NAMING = re.compile(
    r"\b(?:please\s)?(?:name(?! of\b)|list(?! of\b)|give)(?: me)?(?: all| every| each)?(?: of)?(?: the| an?)?\b\s*",
    re.IGNORECASE,
)
_CAUSE = re.compile(r"\W*(?:(?:has |had )?(?:caused|triggered|led to|prompted)|grounds)\b", re.IGNORECASE)
_CALLED = re.compile(r"\bwhat\b.*\b(?:called|named)\W*", re.IGNORECASE | re.DOTALL)
_NAME_OF = re.compile(r"(?:['’]?s| is| was)? (?:the )?name of\b", re.IGNORECASE)
_AGENT_ENDING = re.compile(r"[a-z]{3,}(?:ist|ian|er|or|ive)s?")
_BEFORE_TIME = words("articles", "determiners") | {"last", "next", "per", "past", "previous", "same", "this"}
_SEVERAL = re.compile(
    r"\W*(?:(?:please\s)?(?:name|list|give)\b|(?:what|who)(?:['’]?re| are| were| all)\b"
    r"|in (?:what|which) ways\b|(?:what|which) (?:of\b|two|three|four|five|six|seven|eight|nine|ten|\d{1,3})\b)",
    re.IGNORECASE,
)
_TO_SUBJECT = (
    rf"(?:{alternatives('question_auxiliaries')})\s(?:{alternatives('subject_pronouns', 'determiners', 'nobody')})\b"
)
_BORDER = re.compile(
    rf"(?:\?|[,;:]?\s(?:and|or|but)(?:\s(?:also|then|if so))?)\s"
    rf"(?=(?:(?:at|by|for|from|in|of|on|since|to|until)\s)?(?:{_WH})\b|{_TO_SUBJECT})"
    rf"|[,;:]\s(?=(?:how|what|why)\b|{_TO_SUBJECT})",
    re.IGNORECASE,
)
_BARE = re.compile(rf"(?:\w+\s)?(?:{_WH})(?:\s(?:long|much|many|old|far|big|tall|heavy))?", re.IGNORECASE)
_WHO_WON = re.compile(
    rf"\W*(?:who|what|which)(?:\s\w+)?\s(?:{alternatives('verbs_of_winning')}|beats|defeated|is the winner)\b",
    re.IGNORECASE,
)
_HOW_MANY_PEOPLE = re.compile(r"\bhow many (?:\w+ )?people\b", re.IGNORECASE)
_THINGS_COUNTED = re.compile(
    rf"\d(?: (?:million|thousand|hundred))?(?: [a-z]+)?? (?:{alternatives('things_counted')})\b"
)
_BEATEN = re.compile(rf"\b(?:{alternatives('verbs_of_beating')})\s(?:the\s)?$", re.IGNORECASE)
_TAKING = re.compile(
    rf"\b(?:{alternatives('verbs_of_taking')}"
    r"|(?:to|will|would|can|could) (?:acquire|buy|hire|inherit|lease|rent|take))\b",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bfrom\s(?:(?:the|its|his|her|their|a|an)\s(?:\w+\sof\s)?)?$", re.IGNORECASE)
_OLD_THEN = re.compile(r"\bhow old (?:was|were)\b.{1,120}\bwhen\b", re.IGNORECASE)
_OLD_NOW = re.compile(r"(?:\b(?:is|are|turns|turn|now|at)|['’]s)\s$", re.IGNORECASE)
_ASKS_WHAT_IS_PAID = re.compile(
    r"\bhow much\b.{0,120}?\b(?:pa(?:y|ys|id|ying)|earn(?:s|ed|ing)?|salary|wages?)\b|\b(?:salary|wages?)\W*$",
    re.IGNORECASE,
)
_PAYING = re.compile(
    rf"\b(?:{alternatives('words_of_paying')}|(?:an?|per|each|every|more each) (?:hour|day|week|month|year))\b",
    re.IGNORECASE,
)
_OPTIONS = re.compile(r"\b(?:or|between)\b", re.IGNORECASE)
_CHOICE = re.compile(
    rf"\W*(?:{_WH})\b[^,:–—]*[,:–—]\s(?P<one>[^,:;?]{{1,60}}),?\sor\s(?P<other>[^,:;?]{{1,60}})\W*", re.IGNORECASE
)
_SUBJECT_ALONE = re.compile(
    rf"[^,:–—]*\b(?:{alternatives('question_auxiliaries')})(?:\s(?-i:[A-Z])[\w’'-]*)+,", re.IGNORECASE
)
_AGE_BEFORE = re.compile(r"[A-Z][\w’'-]*, $")  # "Ann Lee, 58, ..."
_ASKS_NAME = re.compile(
    r"\bwhat\b.*(?:['’]s|\b(?:his|her|its|their|your))\s(?:\w+\s)?names?\W*$", re.IGNORECASE | re.DOTALL
)
_ALL_TITLES = words("titles") | TITLES
_AGE = re.compile(r"\d{1,2}|1[01]\d")
_ASKS_AGE = re.compile(r"\b(?:old|age|aged|young)\b", re.IGNORECASE)
_DIMENSION = re.compile(r"\bhow (long|far|tall|deep|wide|thick|heavy|old|hot|cold|warm)\b|\b(weigh)", re.IGNORECASE)
_LENGTHS, _WEIGHTS = words("units_of_length"), words("units_of_weight")
_DURATIONS, _HEATS = words("units_of_duration"), words("units_of_heat")
_UNITS = {
    **dict.fromkeys(("long", "far"), _LENGTHS | _DURATIONS),
    **dict.fromkeys(("tall", "deep", "wide", "thick"), _LENGTHS),
    **dict.fromkeys(("heavy", "weigh"), _WEIGHTS),
    **dict.fromkeys(("hot", "cold", "warm"), _HEATS),
    "old": _DURATIONS,
}
_TIME_RUN = re.compile(r"\d+(?::\d\d)+(?:\.\d+)?")
_OF_ANY_DIMENSION = _LENGTHS | _WEIGHTS | _DURATIONS | _HEATS
_LONGEST_CHOICE = 4  # words
_PLURAL = re.compile(r"[a-z]{2,}(?<!s)(?<!u)(?<!i)s|people|men|women|children|countries|criteria|media")
_NO_PLURALS = frozenset({"news", "series", "species", "sports", "does", "was", "has", "is", "this"})
_BEHIND_VERB = words("determiners", "possessive_determiners", "subject_pronouns", "object_pronouns")


@lru_cache(maxsize=64)  # asked of each candidate of a question
def expected_answer(question: str) -> AnswerKind:
    """Returns the kind of answer that a question asks for; of a question in several parts, the first part's.

    Example:
        "Which city did Ann Lee visit?" asks for a "place", "How much did the boat cost?" for "money".
    """
    asked = question[:LONGEST]
    request = _REQUEST.match(asked)
    if asks_yes_or_no(asked) and not request:
        return "yes_no"
    match = _QUESTION.search(asked, request.end() if request else 0)
    if match is None:
        return _of_nouns(_NAMING.sub("", asked))
    word, rest = match["word"].lower(), match["rest"]
    if word == "who" and (named := _NAME_ONLY.fullmatch(rest)) and core_name(named["name"]):
        return "description"  # "Who is Ann Lee?" wants to hear who she is
    if word == "how":
        return _of_how(rest)
    return _BY_WORD.get(word) or _of_noun_behind(rest, is_choice=word in {"which", "wich"})


def _of_how(rest: str) -> AnswerKind:
    how = _HOW.match(rest)
    kind = _KINDS[how.lastgroup or ""] if how else "other"
    return "amount" if kind == "money" and not _MONEY.search(rest) else kind


def _of_noun_behind(rest: str, *, is_choice: bool) -> AnswerKind:
    """Returns the kind that the noun behind "which" or "what" names: "which day", "what is the price of"."""
    if _CAUSE.match(rest):
        return "reason"
    if name_of := _NAME_OF.match(rest):
        return _of_nouns(rest[name_of.end() :])
    tokens = [token[0].lower() for token in WORD.finditer(rest[:200])]
    if tokens and (tokens[0] in words("forms_of_be", "articles", "possessive_determiners")):  # "what's" is apart
        return _of_described(tokens[1:])
    kind = _of_choice(tokens)
    return kind or ("thing" if is_choice and tokens and tokens[0] not in {"one", "ones", "of"} else "other")


def _of_described(tokens: Sequence[str]) -> AnswerKind:
    """Returns the kind that the head of the first noun phrase names: "(is) the monthly price of"."""
    phrase = [token for token in tokens[:1] if token not in _NOUN_END]
    for token in tokens[1:]:
        if token in _NOUN_END:
            break
        phrase.append(token)
    kind = _noun_kind(phrase[-1]) if phrase else None
    return kind if kind and kind != "person" else "other"


def _of_choice(tokens: Sequence[str]) -> AnswerKind | None:
    """Returns the kind of the first noun that has one before a verb, or of those that follow it at once."""
    found: AnswerKind | None = None
    for token in tokens:
        kind = _noun_kind(token)
        is_over = token in _NOUN_END or token.endswith("ed") or token in IRREGULAR_PASTS
        if not kind and (is_over or found):
            break
        found = kind or ("other" if _AGENT_ENDING.fullmatch(token) else None) or found
    return found


def _of_nouns(terse: str) -> AnswerKind:
    """Returns the kind of a request without a question word, by its noun: "ferry museum location", "price of eggs"."""
    tokens = [token[0].lower() for token in WORD.finditer(terse[:200])]
    heads = [noun for noun, behind in pairwise(tokens) if behind in words("prepositions")][:1] + tokens[-1:]
    kinds = [_noun_kind(noun) for noun in heads]
    is_aside = len(tokens) > 1 and tokens[-2] in _BEFORE_TIME  # "payroll last season"
    return kinds[0] or (kinds[-1] if not is_aside else None) or "other" if kinds else "other"


def _noun_kind(token: str) -> AnswerKind | None:
    bare = re.sub(r"['’]s?$", "", token)
    singular = bare[:-3] + "y" if bare.endswith("ies") else bare.removesuffix("s")
    return _NOUNS.get(bare) or _NOUNS.get(singular) or _NOUNS.get(bare.removesuffix("es"))


def parts(question: str) -> list[str]:
    """Returns the questions that one message asks together; what one leaves to the next or to the first is filled in.

    Example:
        "When and where is the fair?" gives "When is the fair" and "where is the fair".
    """
    asked = question[:LONGEST].strip()
    found = [_as_question(part) for piece in _BORDER.split(asked) if (part := piece.strip(" ?,;:"))]
    if not any(map(_QUESTION.search, found[:-1])):
        return [_as_question(asked)]
    openings = [_BARE.match(part) for part in found]
    rests = [part[opening.end() :] if opening else "" for part, opening in zip(found, openings, strict=True)]
    for i in reversed(range(len(found))):
        if openings[i] and not rests[i]:
            rests[i] = rests[(i + 1) % len(rests)]
            found[i] += rests[i]
    return found


def _as_question(asked: str) -> str:
    """Returns a request for names or a list as the question that it stands for; other questions as they are.

    Example:
        "Name all the witnesses." gives "Who are the witnesses".
    """
    naming = _NAMING.match(asked)
    noun = asked[naming.end() :].rstrip(" .!?") if naming else ""
    phrase = list(takewhile(lambda token: token not in _NOUN_END | IRREGULAR_PASTS, WORD.findall(noun.lower())))
    if not phrase:
        return asked
    who, are = "Who" if _of_nouns(noun) == "person" else "What", "are" if _PLURAL.fullmatch(phrase[-1]) else "is"
    return f"{who} {are} {noun}" if noun[0].isupper() else f"{who} {are} the {noun}"


def asks_for_several(question: str) -> bool:
    """Tells whether a question asks for more than one thing: "Name all", "Which countries", "Who are"."""
    if _SEVERAL.match(question):
        return True
    match = _QUESTION.search(question[:LONGEST])
    if match is None or match["word"].lower() not in {"which", "wich", "what", "whose"}:
        return False
    tokens = [token.lower() for token in WORD.findall(match["rest"][:100])]
    for at, word in enumerate(tokens):
        if word in _NOUN_END:
            return False
        if _PLURAL.fullmatch(word) and word not in _NO_PLURALS:
            return _BEHIND_VERB.isdisjoint(tokens[at + 1 : at + 2])  # "Which team wins the cup?"
    return False


def is_informative(question: str, answer: str) -> bool:
    """Tells whether an answer holds more than words of the question, prepositions and, of several things, their number.

    Where the question offers a choice, its words may answer.
    """
    is_counted = expected_answer(question) in {"number", "amount", "money", "time"}
    if asks_for_several(question) and not is_counted and answer.lower() in table("numerals"):
        return False
    tokens = {token[0].lower() for token in WORD.finditer(answer)}
    if not tokens - words("prepositions", "subordinators"):
        return False
    content = set(content_stems(answer))
    return not content or bool(_OPTIONS.search(question)) or not content <= set(content_stems(question))


@lru_cache(maxsize=64)
def choices(question: str) -> tuple[frozenset[str], ...]:
    """Returns the stems of the answers that a question offers, each a set; none where it offers no choice.

    Example:
        "Who won, Orva or Gorm?" offers `{"orva"}` and `{"gorm"}`.
    """
    is_list = _SUBJECT_ALONE.match(question[:LONGEST])  # "What did Lee, Wu or Moss say?"
    offered = None if is_list else _CHOICE.fullmatch(question[:LONGEST])
    named = [WORD.findall(each) for each in offered.groups()] if offered else []
    is_choice = all(len(tokens) <= _LONGEST_CHOICE and AUXILIARIES.isdisjoint(tokens) for tokens in named)
    stems = tuple(frozenset(content_stems(" ".join(tokens))) for tokens in named) if is_choice else ()
    return stems if all(stems) else ()


def asks_who_won(question: str) -> bool:
    """Tells whether a question asks who won a game: "Who won?", "Which team beat Orva?"."""
    return _WHO_WON.match(question) is not None


# Whether words can be of a kind

_NO, _HARDLY, _MAYBE, _YES = 0.0, 0.25, 0.5, 1.0
_LONGEST_NAME = 6  # words; longer ones with a verb are a clause that may hold a name
_LONGEST_FULL_NAME = 4  # title, given name, middle name, surname
_OLD_YEAR = re.compile(r"\W*\d{3}\W*")  # "911"; shorter numbers are mostly ages and counts
_EVENTS = words("event_nouns", "thing_nouns")
_UNIT = rf"(?:{any_of(_OF_ANY_DIMENSION | words('other_units'))})"
_CURRENCY = rf"(?:{alternatives('currencies')})"
_COUNTED = re.compile(
    rf"\b(?:{alternatives('quantity_words', 'numerals', 'ordinals', 'fractions')})\b|\d", re.IGNORECASE
)
_MEASURED = re.compile(
    rf"%|[°º¢]|\d\s?-?(?:[kmg]?[mgWlb]|[CF])\b|\b{_UNIT}\b|[$£€¥]\s?\d|\b{_CURRENCY}\b|\d:\d\d|\d['’′″]|\bpercent",
    re.IGNORECASE,
)
_PRICED = re.compile(
    rf"[$£€¥₹¢]|\b(?:US|CA|AU)?\$|\b{_CURRENCY}\b|\bfree\b|\b(?:[mb]n|[mb]illions?|trillion)\b", re.IGNORECASE
)
_TIMED = re.compile(
    rf"\b(?:{alternatives('time_words', 'time_units', 'months', 'weekdays', 'weekday_abbreviations')})(?:['’]?s)?\b"
    rf"|\b\d{{1,2}}(?::\d\d)?\s?[ap]\.?m\b|\b\d{{1,2}}:\d\d\b|\b(?:1\d|20|21)\d\d(?:s|[–-]\d+)?\b|['’]\d\ds\b"
    rf"|\b(?:{_UNIT})\b|\bo['’]clock\b|\b\d+(?:st|nd|rd|th)\b|\bcentur|\b\d{{1,2}}/\d{{1,2}}\b|\b(?:BC|AD|BCE|CE)\b",
    re.IGNORECASE,
)
_OPENS_TIME = re.compile(rf"\W*(?:{alternatives('openers_of_time')})\b", re.IGNORECASE)
_OPENS_REASON = re.compile(rf"\W*(?:{alternatives('openers_of_reasons')})\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:because|due to|in order to|so that|owing to|as a result|after|since|reason)\b", re.IGNORECASE
)
_OPENS_PLACE = re.compile(rf"\W*(?:{alternatives('openers_of_places')})\b", re.IGNORECASE)
_PEOPLE = words(
    "titles", "person_nouns", "plural_person_nouns", "group_nouns", "body_nouns", "standing_for_people",
    "plural_subjects", "pronouns_of_people", "indefinite_speakers", "nobody",
) | {noun for noun, kind in _NOUNS.items() if kind == "person"}  # fmt: skip
_GIVEN = words("given_names_of_men", "given_names_of_women")
_PLACES = words("places")
_VERBS = AUXILIARIES | IRREGULAR_PASTS | {form for form, (_, shape) in CUES.items() if shape != "base"}
_SMALL = words("articles", "prepositions", "coordinators", "name_particles", "determiners", "possessive_determiners")
_BEHIND_NAME = re.compile(r"(?:[A-Z]|\w\s)[\w’'.-]*\s?[A-Z][\w’'.-]*\s(?:of|from|in|at|near)\s(?:the\s)?$")
_RESULT = re.compile(r"\d[-–:]\d")
_RANK = re.compile(rf"\W*(?:the\s)?(?:{alternatives('ordinals')}|\d+(?:st|nd|rd|th))\W*", re.IGNORECASE)
_NAME_THEN_WORD = re.compile(r"[A-Z][\w’'.-]*\s(?P<word>[a-z][\w-]*|\d+)$")


def may_tell(question: str, text: str) -> bool:
    """Tells whether a text holds anything of the kind that a question asks for: a number, a time, who somebody is.

    What somebody is paid stands beside a word of paying: so do 94 of 95 answers to such questions in `natural_train`,
    and fewer than half of the 290 sentences that only come near.
    """
    kind = expected_answer(question)
    if kind in QUANTITIES and _ASKS_WHAT_IS_PAID.search(question[:LONGEST]) and not _PAYING.search(text):
        return False
    if kind in QUANTITIES:
        return any(form.search(text) for form in (_COUNTED, _PRICED, _MEASURED))
    if kind == "time":
        return _TIMED.search(text) is not None or _COUNTED.search(text) is not None
    if kind == "person":
        tokens = WORD.findall(text)
        return any(token[0].isupper() for token in tokens[1:]) or any(token.lower() in _PEOPLE for token in tokens)
    return True


def can_answer(question: str, text: str, before: str = "", after: str = "") -> bool:
    """Tells whether a few words can be the whole answer to a question."""
    return is_informative(question, text) and answer_fit(question, text, before, after) >= _MAYBE


@lru_cache(maxsize=512)  # of one question all are asked twice: what is read again may change
def answer_fit(question: str, text: str, before: str = "", after: str = "") -> float:
    """Returns how well a few words fit what a question asks for: as `kind_fit`, or as one of the answers it offers.

    `before` and `after` are the words of the sentence on both sides.
    """
    if asks_who_won(question) and _BEATEN.search(before[-40:]):
        return _NO
    if _FROM.search(before[-20:]) and expected_answer(question) == "person" and _TAKING.search(question[:LONGEST]):
        return _NO  # who sold it did not buy it
    if offered := choices(question):
        is_offered = any(choice <= set(content_stems(text)) for choice in offered)
        return float(is_offered and not _RESULT.search(text))  # who was beaten stands before it: "Orva 4-2"
    kind = expected_answer(question)
    return _NO if _is_beside(kind, question, text, before, after) else kind_fit(kind, text, before)


def _is_beside(kind: AnswerKind, question: str, text: str, before: str, after: str) -> bool:
    """Tells whether words of the right kind answer another question.

    They may count what is to be called by a name, or hold no name, be somebody's age, the name asked about ("Sen. Ann
    Lee, 58"), fish where people are counted, or a weight where a length is asked for.
    """
    offered = _Offered(text, before)
    if kind in QUANTITIES:
        if _OLD_NOW.search(before[-10:]) and _OLD_THEN.search(question[:LONGEST]):
            return True
        is_age = offered.is_age and not after[:1].isspace()  # "In Holm, 12 | boats"
        is_of_things = _HOW_MANY_PEOPLE.search(question) and _THINGS_COUNTED.search(f"{text}{after[:40]}")
        is_other = is_of_things or _is_of_other_dimension(question, text, offered.tokens)
        return (is_age and not _ASKS_AGE.search(question)) or bool(is_other)
    if kind == "description":
        return _is_name_asked_about(question, offered.tokens)
    if _ASKS_NAME.search(question):
        return not offered.names
    return _CALLED.match(question) is not None and offered.is_counted


def _is_of_other_dimension(question: str, text: str, tokens: Sequence[str]) -> bool:
    """Tells whether words have units, "1:02:10" those of durations, and none of those that a question asks for."""
    asked = _DIMENSION.search(question)
    units = _OF_ANY_DIMENSION.intersection(token.lower() for token in tokens)
    if any(_TIME_RUN.fullmatch(token) for token in text.split()):
        units |= _DURATIONS
    return asked is not None and bool(units) and units.isdisjoint(_UNITS[(asked[1] or asked[2]).lower()])


def _is_name_asked_about(question: str, tokens: Sequence[str]) -> bool:
    """Tells whether words are of the question but for a title or an age."""
    asked = {token.lower() for token in WORD.findall(question)}
    more = [token for token in tokens if token.lower() not in asked]
    return len(more) < len(tokens) and all(word.isdigit() or word.lower() in _ALL_TITLES for word in more)


def kind_fit(kind: AnswerKind, text: str, before: str = "") -> float:
    """Returns how well a few words fit a kind of answer: 1 where they show it, 0.5 where nothing tells, 0 where not.

    A clause in which the answer may stand has 0.25.

    `before` are the words of the sentence that stand before them, which may tell: "Gerda Palm of" makes a place of
    "Holm".

    Example:
        `kind_fit("money", "$34 a month") == 1.0` and `kind_fit("money", "a lifesaver") == 0.0`
    """
    given = _Offered(text[:LONGEST].strip(), before)
    judge = _FITS.get(kind)
    if not given.tokens:
        return _NO
    return judge(given) if judge else _MAYBE


@dataclass(frozen=True)
class _Offered:
    """Words offered as an answer, and those before them. A method tells how well they fit the kind it names."""

    text: str
    before: str

    @cached_property
    def tokens(self) -> list[str]:
        return WORD.findall(self.text)

    @cached_property
    def names(self) -> list[str]:
        """The words that are written as names are."""
        return [token for token in self.tokens if token[0].isupper() and token.lower() not in DAYS_AND_MONTHS | _SMALL]

    @property
    def is_person_name(self) -> bool:
        """Whether it is a full name that begins with a given name, or with a title."""
        if not 1 < len(self.tokens) <= _LONGEST_FULL_NAME or not all(token[0].isupper() for token in self.tokens):
            return False
        name = [token.lower() for token in self.tokens if token.lower() not in TITLES]
        return name != [] and (name[0] in _GIVEN or self.tokens[0].lower() in TITLES)

    @property
    def is_figure(self) -> bool:
        """Whether it is nothing but a figure, with its unit perhaps."""
        return all(
            token[0].isdigit() or token.lower() in _SMALL or _COUNTED.fullmatch(token) or _MEASURED.fullmatch(token)
            for token in self.tokens
        )

    @property
    def is_counted(self) -> bool:
        """Whether it tells how many of something there are: "40 boats"."""
        return bool(self.tokens) and self.tokens[0][0].isdigit() and self.tokens[-1].islower()

    @property
    def is_age(self) -> bool:
        """Whether it stands as an age does: "Ann Lee, 58, ..."."""
        return _AGE_BEFORE.search(self.before) is not None and _AGE.fullmatch(self.text.strip()) is not None

    @property
    def is_moment(self) -> bool:
        """Whether it is nothing but a date or time."""
        return _TIMED.search(self.text) is not None and all(
            token[0].isdigit() or token.lower() in _SMALL | _BEFORE_TIME or _TIMED.fullmatch(token)
            for token in self.tokens
        )

    @property
    def is_event(self) -> bool:
        return any(token.lower() in _EVENTS for token in self.tokens)

    @property
    def is_clause(self) -> bool:
        """Whether it has a verb of its own, and not one of a relative clause."""
        return not _VERBS.isdisjoint(self.tokens) and RELATIVES.isdisjoint(self.tokens)

    def person(self) -> float:
        described = WORD.findall(head(self.text))
        is_headed = bool(described) and described[-1] not in _SMALL  # "a skipper from Orne": no name in the head
        if _RESULT.search(self.text):
            return _NO
        if not self.names or (is_headed and self.names[0] not in described):
            is_agent = any(map(AGENT.fullmatch, described)) and not described[-1].isdigit()
            return _YES if any(map(_is_people, described)) else _MAYBE if is_agent else _NO
        return self._named()

    def _named(self) -> float:
        """Returns whether what holds names can be who is asked for: no place, event, number or clause."""
        is_place_behind = _BEHIND_NAME.search(self.before[-60:]) and self.tokens[0] == self.names[0]
        behind = _NAME_THEN_WORD.search(self.text[-80:])
        if is_place_behind or (behind and not _is_people(behind["word"])):
            return _NO
        if self.is_clause:
            return _HARDLY if len(self.tokens) > _LONGEST_NAME else _NO
        is_place, last = self.text.strip(" .,").lower() in _PLACES, self.tokens[-1]
        return _MAYBE if is_place or last.lower() in _EVENTS or last[0].isdigit() else _YES

    def description(self) -> float:
        if any(map(_is_people, self.tokens)):
            return _YES
        return _MAYBE if any(token[0].islower() and token not in _SMALL for token in self.tokens) else _NO

    def place(self) -> float:
        if self.is_person_name or not any(token[0].isalpha() for token in self.tokens):
            return _NO
        if self.names or _OPENS_PLACE.match(self.text):
            return _YES
        return _NO if _OPENS_REASON.match(self.text) or self.is_figure or self.is_moment else _MAYBE

    def time(self) -> float:
        if self.is_clause and len(self.tokens) > _LONGEST_NAME:
            return _HARDLY
        if _TIMED.search(self.text):
            return _YES
        return _MAYBE if _OPENS_TIME.match(self.text) or self.is_event or _OLD_YEAR.fullmatch(self.text) else _NO

    def number(self) -> float:
        if not _COUNTED.search(self.text):
            return _MAYBE if self.tokens[0].lower() in {"a", "an"} else _NO
        dated, counted = moments(self.text), figures(self.text)
        is_comparison = len(self.tokens) > _LONGEST_NAME and len(counted) > 1
        if is_comparison or _RANK.fullmatch(self.text):
            return _HARDLY
        is_free = any(all(max(f.start, m.start) >= min(f.end, m.end) for m in dated) for f in counted)
        return _YES if is_free else _NO if dated else _MAYBE

    def amount(self) -> float:
        if _COUNTED.search(self.text):
            return _YES if _MEASURED.search(self.text) else _MAYBE
        is_long = _OPENS_TIME.match(self.text) or _TIMED.search(self.text)  # "until the harvest", for how long
        return _MAYBE if is_long or _MEASURED.search(self.text) else _NO

    def money(self) -> float:
        if _PRICED.search(self.text):
            return _YES
        return _MAYBE if _COUNTED.search(self.text) and not self.is_moment else _NO

    def thing(self) -> float:
        if self.is_person_name or self.is_moment or self.is_counted:
            return _NO
        return _YES if any(token[0].isupper() for token in self.tokens[1:]) else _MAYBE

    def reason(self) -> float:
        if self.is_moment or len(self.names) == len(self.tokens):  # "after 90 years", "Orne"
            return _NO
        if _OPENS_REASON.match(self.text) or _REASON.search(self.text) or _REASON.search(self.before[-20:]):
            return _YES
        return _NO if self.is_figure else _MAYBE


def _is_people(token: str) -> bool:
    bare = re.sub(r"['’]s?$", "", token.lower())
    return bare in _PEOPLE or bare.removesuffix("s") in _PEOPLE


_FITS: dict[AnswerKind, Callable[[_Offered], float]] = {
    "person": _Offered.person,
    "description": _Offered.description,
    "place": _Offered.place,
    "time": _Offered.time,
    "number": _Offered.number,
    "amount": _Offered.amount,
    "money": _Offered.money,
    "thing": _Offered.thing,
    "reason": _Offered.reason,
}
