"""Who and what a question mentions: names and noun phrases, each of a kind that "he", "it" or "there" can stand for.

By rule, from spelling and word lists; what the lists do not know is a person when it is written as a name. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from retrieval.text import names as spelling
from retrieval.text.lexicon import alternatives, table, words
from retrieval.text.words import STOP_WORDS, WORD

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from retrieval.types import Span

Kind = Literal["person", "place", "group", "thing"]


AUXILIARIES = words("question_auxiliaries")
PREPOSITIONS = words("prepositions")
SPEECH_VERBS = words("common_speech_verbs")
DETERMINERS = words("determiners")
_VERBS = words("common_verbs")
_PERSONS = words("titles", "person_nouns")
_GROUPS = words("group_nouns")
_LANDMARKS = words("landmark_words")
_THINGS = words("thing_nouns")
_PLURALS = re.compile(r"(?:people|police|children|[a-z]*men)$")
_MANY = words("plural_person_nouns")
_NOT_PLURAL = re.compile(r"(?:ss|us|is|news|series)$")
_PLACES = words("places")
_DEMONYM = re.compile(
    r"(?:[A-Z][a-z]+(?:ese|ish|[nsldtrbg]ian|aeli|stani|deshi|egian|[rp]ean|ican|mali|deni)|German|French|Dutch|Greek"
    r"|Swiss|Czech|Saudi|Thai|Afghan|Kurdish|Western|Iraqi|US|UK|EU|UN|U\.S\.?)$"
)
_POSSESSIVE = re.compile(r"[’']s?$")
_COMMON = STOP_WORDS | spelling.TITLES | _PERSONS | _GROUPS | _THINGS
_OF_NAME = re.compile(r" of (?:the )?(?:[A-Z]\w*(?:[ -][A-Z]\w*)*|(?<=the )[a-z]+)\b(?![’'])")
_INSIDE = re.compile(r"[\w,;’')] $")
_NUMBER_FOLLOWS = re.compile(r" \d")
_SUBJECT_FOLLOWS = re.compile(r"\b(?:do|does|did|will|would|can|could|should)(?:n[’']t)? $", re.IGNORECASE)
_OBJECT_FOLLOWS = re.compile(rf" (?:(?:{alternatives('determiners', 'object_pronouns')})\b|[A-Z])")
_NO_NOUNS = STOP_WORDS | PREPOSITIONS | AUXILIARIES
_NO_HEAD = re.compile(r"(?:ed|ing|ly|last|first|again|today|yesterday|early|late|next|end)$")
_IRREGULAR_FORMS = frozenset(form for base, forms in table("irregular_verbs").items() for form in forms if form != base)
_NO_NOUN_BEHIND = STOP_WORDS | PREPOSITIONS | _VERBS | _IRREGULAR_FORMS
_DETERMINER_BEFORE = re.compile(r"\b(?:the|a|an|The) $")
_THE_BEFORE = re.compile(r"(?:the )?$", re.IGNORECASE)
_PLACE_BEFORE = re.compile(r"\b(?:in|near|into) $")
_OF_BEGINS = re.compile(r"of (?:the )?")
_DETERMINER = re.compile(r"^(?:a|an|this|that|A|An|This|That|The) ")
_PLACED = re.compile(r" (?:at|on|of|in|against|between) ")
_JOINED = re.compile(r" and (?=[A-Z])")
_CAPITAL = re.compile(r"[A-Z]")
_TWO_WORDS = 2  # a determiner and its noun
_OF_MANY = frozenset({"are", "were", "do", "did", "have", "will"})  # "Why are | eggs | so dear"
_BEFORE_MANY = _OF_MANY | {"true"}  # "Is it true | eggs | went up?"
_OWNERS = ("'s", "’s")
_CONTRACTED = words("question_words", "subject_pronouns") | {"that", "there", "here", "let"}  # "What's", "That's"
_BRAND = re.compile(r"(?!Ma?c|De|Di|La|Le|Fitz)[A-Z]?[a-z]+[A-Z]")  # TikTok, iPhone
_NEGATED = re.compile(rf"(?:{alternatives('question_auxiliaries')}|wo|ca)n[’']t$", re.IGNORECASE)  # "Couldn't"
_LONGEST_PHRASE = 6
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or noun phrase, `text[start:end]` of what was read, without the possessive at its end."""

    text: str
    start: int
    end: int
    kind: Kind
    is_name: bool = True
    is_plural: bool = False


def mentions(text: str) -> list[Mention]:
    """Names and noun phrases in order; "Xi’s visit" gives "Xi’s visit" and then "Xi"."""
    found = (*_names(text), *_phrases(text))
    return sorted(found, key=lambda mention: (mention.start, -mention.end))


def with_place(mention: Mention, text: str) -> Mention:
    """Returns a mention with what it is of, at or on: "the limit at Heathrow", "the Peace and Hope Prize"."""
    of = (_JOINED if mention.is_name else _PLACED).match(text, mention.end)
    if of is None or (mention.is_name and not mention.text.startswith("the ")):
        return mention
    kinds = (
        ("thing", "group") if mention.is_name else ("person", "place", "group", "thing")
    )  # "the Peace and Hope Prize"
    for other in mentions(text):
        if other.start == of.end() and other.kind in kinds and _CAPITAL.search(other.text):
            return replace(mention, text=mention.text + text[mention.end : other.end], end=other.end)
    return mention


def names_of(text: str) -> tuple[str, ...]:
    """Returns the names of a text, in order, each once."""
    return tuple(dict.fromkeys(mention.text for mention in mentions(text) if mention.is_name))


def name_words(texts: Iterable[str], asked: Iterable[str]) -> dict[str, str]:
    """Returns how names in these texts are spelled that questions may hold, by their words in lower case.

    A word that is also written small is none. Nor is the rest of a name that begins with such a word, unless it is a
    first name: "The Salt Road", but "Rose Lee".
    """
    typed = {_POSSESSIVE.sub("", word) for question in asked for word in WORD.findall(question)}
    texts = [*texts] if (typed := typed - _COMMON) else []
    small = {word for text in texts for word in WORD.findall(text) if word[0].islower()}
    wanted = typed - small
    names = [name.split() for text in texts if _holds_capital(text, wanted) for name in _inner_names(text) if name]
    parts = [part for name in names if not _opens_commonly(name, small) for part in name]
    large = {part.lower(): part for part in parts if part[0].isupper()}
    return {word: large[word] for word in wanted & large.keys()}


def _holds_capital(text: str, wanted: Iterable[str]) -> bool:
    """Tells whether some of the words in small letters begin with a capital in a text."""
    lower = text.lower()
    if len(lower) != len(text):
        return True
    return any(text[m.start()].isupper() for word in wanted for m in re.finditer(re.escape(word), lower))


def _opens_commonly(name: Sequence[str], small: Container[str]) -> bool:
    """Tells whether a name of several words opens with one that is written small, too, and is no first name."""
    lower = name[0].lower()
    return len(name) > 1 and lower in small and lower not in STOP_WORDS and spelling.gender(name[0]) is None


@lru_cache(maxsize=128)  # articles come again in a conversation
def _inner_names(text: str) -> tuple[str, ...]:
    """The names that are no mere opening of a sentence, those of several words if they are a person's."""
    return tuple(_each_inner_name(text))


def _each_inner_name(text: str) -> Iterator[str]:
    for span in spelling.names(text):
        full = text[span.start : span.end]
        if " " in full or _INSIDE.search(text[max(0, span.start - 3) : span.start]):
            name = spelling.core_name(full)
            is_numbered = _NUMBER_FOLLOWS.match(text, span.end) is not None  # "Room 12" names no "room"
            if not is_numbered and (" " not in name or _kind(name) == "person"):
                yield name


def is_typed_small(text: str) -> bool:
    """Tells whether a question is typed in small letters, at least at its beginning, so that names may be, too."""
    return text[:1].islower() or not any(word[0].isupper() for word in text.split()[1:])


def recase(text: str, names: dict[str, str]) -> str:
    """A question that is typed small with the names in it spelled as names."""
    if not is_typed_small(text):
        return text

    def spelled(match: re.Match[str]) -> str:
        bare = _POSSESSIVE.sub("", match[0])
        if text[max(0, match.start() - 4) : match.start()].lower() == "how ":  # "how old", though a name has that word
            return match[0]
        known = names.get(bare) or (bare.title() if bare in _PLACES and len(bare) > len("usa") else bare)
        return known + match[0][len(bare) :]

    return WORD.sub(spelled, text)


def is_function_word(word: str) -> bool:
    """Whether a word is no noun for certain: a function word, a common verb, an adverb or participle."""
    return word.lower() in _NO_NOUNS | _VERBS or _NO_HEAD.search(word) is not None


def _names(text: str) -> Iterator[Mention]:
    for span in spelling.names(text):
        full = text[span.start : span.end]
        if _NEGATED.match(text, span.start, span.end + 2):
            continue
        core = spelling.core_name(full)
        start = span.end - len(core or full)
        article = _DETERMINER_BEFORE.search(text[max(0, start - 4) : start])
        if of := _OF_BEGINS.match(text, start, span.end):
            yield _office(text, span)
            start = of.end()
        name = text[start : span.end]
        if not (article or core) or _is_modifier(name, text[span.end : span.end + _LONGEST_WORD], article):
            continue  # "Mayor" alone names nobody
        begin = start - len(article[0]) if article else start
        kind = _kind_in(text, begin, name, is_determined=article is not None)
        yield Mention(f"the {name}" if article else name, begin, span.end, kind)


def _office(text: str, span: Span) -> Mention:
    """The office that a name of it tells, "President of China", beside the name within it."""
    article = _THE_BEFORE.search(text[max(0, span.start - 4) : span.start])
    start = span.start - len(article[0] if article else "")
    return Mention(f"the {text[span.start : span.end]}", start, span.end, "person", is_name=False)


def _kind_in(text: str, start: int, name: str, *, is_determined: bool) -> Kind:
    """What a name stands for where it stands: neither "in Holm" nor "the Bruins", "the Grand Prix" are a person."""
    kind = _kind(name)
    if kind != "person":
        return kind
    if is_determined:
        return "group" if name.endswith("s") else "thing"
    return "place" if _PLACE_BEFORE.search(text[max(0, start - 6) : start]) else kind


def _is_modifier(name: str, after: str, determiner: re.Match[str] | None) -> bool:
    """Whether the name only qualifies the noun that follows: "the Ukraine war", "Chinese exports"."""
    noun = re.match(r" ([a-z][\w-]*)", after)
    if not noun or noun[1] in _NO_NOUN_BEHIND or noun[1].endswith("ed"):
        return False
    return bool(_DEMONYM.match(name)) or (determiner is not None and name.lower() in _PLACES)


def _phrases(text: str) -> Iterator[Mention]:
    """Noun phrases that begin with a determiner or a possessive name and end in a common noun."""
    tokens = list(WORD.finditer(text))
    end = len(text.rstrip(" ?"))
    owners = {span.end: span.start for span in spelling.names(text)}
    for i, token in enumerate(tokens):
        possessive = token[0][0].isupper() and token[0][-2:] in _OWNERS and token[0][:-2].lower() not in _CONTRACTED
        if possessive or token[0].lower() in DETERMINERS:
            begin = owners.get(token.end() - 2, token.start()) if possessive else token.start()
            yield from _phrase(text, begin, tokens[i : i + _LONGEST_PHRASE], end)
        elif i and (kind := _kind_of_plural(token[0], tokens[i - 1][0].lower())):
            yield Mention(token[0], token.start(), token.end(), kind, is_name=False, is_plural=True)


def _kind_of_plural(noun: str, before: str) -> Kind | None:
    """Returns the kind of a plural without a determiner, "of boats", "people"; None for another word."""
    if before in _BEFORE_MANY and is_plural(noun) and not is_function_word(noun):
        return _kind_of_noun(noun.removesuffix("s"))
    is_people = _PLURALS.match(noun) or noun in _MANY
    return "person" if is_people and before not in DETERMINERS else None


def _phrase(text: str, start: int, tokens: list[re.Match[str]], last: int) -> Iterator[Mention]:
    """The phrase that begins at `start`, with the first of the tokens or with the name that this ends."""
    is_subject = _SUBJECT_FOLLOWS.search(text[max(0, start - 12) : start]) is not None
    kept = _noun_phrase(text, tokens, is_subject=is_subject)
    if is_subject and len(kept) > _TWO_WORDS and _ends_in_verb(text, kept[-1].end(), last):
        kept.pop()
    while len(kept) > _TWO_WORDS and (_NO_HEAD.search(kept[-1][0]) or kept[-1][0] in _IRREGULAR_FORMS):
        kept.pop()
    if owner := next((at for at, token in enumerate(kept[1:-1], 2) if token[0].endswith(_OWNERS)), 0):
        yield from _as_phrase(text, start, kept[:owner])  # "Lee's minister" of "Lee's minister's name"
    yield from _as_phrase(text, start, kept)


def _ends_in_verb(text: str, end: int, last: int) -> bool:
    """Tells whether the last word of what reads as a subject is its verb: "How much will the tunnel cost?"."""
    return end >= last or _OBJECT_FOLLOWS.match(text, end) is not None


def _as_phrase(text: str, start: int, kept: list[re.Match[str]]) -> Iterator[Mention]:
    """The tokens as a noun phrase, with the name behind "of"; nothing where they end in no noun."""
    last = kept[-1][0]
    head = last.removesuffix("'s").removesuffix("’s")
    if len(kept) > 1 and head[0].islower():
        end = kept[-1].end() - len(last) + len(head)
        of_name = _OF_NAME.match(text, end)
        end = of_name.end() if of_name else end
        phrase = _DETERMINER.sub("the ", text[start:end])
        singular = head.removesuffix("s") if is_plural(head) else head
        yield Mention(phrase, start, end, _kind_of_noun(singular), is_name=False, is_plural=is_plural(head))


def _noun_phrase(text: str, tokens: list[re.Match[str]], *, is_subject: bool) -> list[re.Match[str]]:
    """The first token and those that go on with its phrase."""
    kept = tokens[:1]
    for token in tokens[1:]:
        word = token[0].lower()
        last = kept[-1]
        is_verb = word in _VERBS or (word not in _PERSONS and _is_head(last[0], is_subject=is_subject))
        if text[last.end() : token.start()] != " " or (is_verb and len(kept) > 1) or word in _NO_NOUNS:
            break
        kept.append(token)
    return kept


def _is_head(word: str, *, is_subject: bool) -> bool:
    """Tells whether what follows a word is a verb, "the leaders | share", unless it is a person: "the union leader"."""
    return word in _PERSONS or is_plural(word) or (is_subject and word in _GROUPS)


def is_plural(word: str) -> bool:
    return _PLURALS.match(word) is not None or (word.islower() and word.endswith("s") and not _NOT_PLURAL.search(word))


def _kind(name: str) -> Kind:
    """What a name stands for, by its words."""
    words_of = [word.strip(".") for word in name.lower().split()]
    is_acronym = name.isupper() and len(name) > 1 and " " not in name
    tests: tuple[tuple[Kind, bool], ...] = (
        ("place", " ".join(words_of) in _PLACES),
        ("person", words_of[-1] in _PERSONS),
        ("group", not _GROUPS.isdisjoint(words_of)),
        ("place", words_of[0] in _LANDMARKS),
        ("thing", not _THINGS.isdisjoint(words_of) or any(map(str.isdigit, name))),
        ("group", is_acronym or _BRAND.match(name) is not None),
    )
    return next((kind for kind, is_so in tests if is_so), "person")


def _kind_of_noun(noun: str) -> Kind:
    if noun in _PLACES:
        return "place"
    if noun in _PERSONS:
        return "person"
    return "group" if noun in _GROUPS else "thing"
