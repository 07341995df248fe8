"""Names in news text: where they stand, what of them is title or role, which are a person's. Pure, by rules."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from retrieval.text.lexicon import alternatives, words
from retrieval.text.quotation_marks import BLANK
from retrieval.text.words import CUES
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


DAYS_AND_MONTHS = words("weekdays", "weekday_abbreviations", "months")
# Words that name an office or role; before a name they are its title, on their own they may stand for its holder.
TITLES = words("titles")
_LETTERS_OF_TITLES = {(title[0], "".join(sorted(title))) for title in TITLES if len(title) >= 8}  # noqa: PLR2004
_ABBREVIATIONS = rf"(?:{'|'.join(word.title() for word in sorted(words('title_abbreviations')))}|Jr|Sr)\."
_PARTICLES = rf"(?:{alternatives('name_particles')})"
_CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-Ž]"
_WORD = (
    rf"(?:{_ABBREVIATIONS}|(?:[A-Z]\.)+(?!\w)|(?:al-|el-|d[’'])?{_CAPITAL}[^\W_]*(?:[-&.’'](?=[^\W_]{{2}})[^\W_]+)*)"
)
_NICKNAME = rf"[“\"‘'](?:The )?{_CAPITAL}[^\W_]+[”\"’']"  # Robert "Bob" Lee, Ann "The Rock" Lee
NICKNAME = re.compile(rf"\s{_NICKNAME}(?=\s)")
_BETWEEN = rf"(?:{_PARTICLES}(?:[^\S\n](?:de[nr]?|la|las|los))?|{_NICKNAME})"  # von der, de la, "Bob"
_RUN = re.compile(rf"(?<![\w’'-]){_WORD}(?:[^\S\n](?:{_BETWEEN}[^\S\n])?{_WORD}){{0,15}}")
_JOINED = re.compile(r"\s(?:and|for)\s")
_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]|\n|[“\"‘(\[•—–-]|'')[\s“\"‘'(\[]*$")
_REACH = 6  # characters before a word that are looked at
_ORDINARY = words("ordinary_words")
_PEOPLE = words("plural_person_nouns", "person_nouns")  # "Critics said"
_NEW_PLACES = words("places_after_new")
_GIVEN_NAMES = words("given_names_of_men", "given_names_of_women")
_DEPARTMENTS = words("departments")
_HE = words("given_names_of_men", "masculine_nouns")
SUFFIXES = words("name_suffixes")
_SHE = words("given_names_of_women", "feminine_nouns")
_LONGEST_ROLE, _LONGEST_ASKED = 60, 200  # characters
_ROLE_ASKED = re.compile(
    r"\W*(?:who(?:['’]s| is| was)|what(?:['’]s| is| was)(?= [^?]{1,60}['’]s name\W*\Z)) (?:the )?"
    r"(?P<role>[a-z]+(?: [a-z]+)?)(?:['’]s name)?\W*",
    re.IGNORECASE,
)
_LAST_TITLE = re.compile(rf"(?:\bthe )?\b(?:{alternatives('titles')})\.? $", re.IGNORECASE)
_OF_BEFORE = 2  # "Secretary of State": a title, "of", and then the department
_TWO_PARTS = 2


def names(text: str) -> list[Span]:
    """The capitalised names of a text, in order; titles before a name belong to it ("President Ann Lee").

    A possessive 's is left out, and so are days, months and the ordinary words that only open a sentence.
    """
    lower = frozenset(re.findall(r"(?<![\w’'-])[a-z][a-z-]+", text))
    opening: set[str] = set()  # seen with a capital only where a sentence begins, so that nothing proves them a name
    inside: set[str] = set()
    for word in re.finditer(r"(?<![\w’'-])[A-Z][\w-]*", text):
        (opening if _opens(text, word.start()) else inside).add(word.group())
    unproved = frozenset(opening - inside)
    runs = [span for run in _RUN.finditer(text) for span in _split(text, run.start(), run.end(), lower, unproved)]
    alone = Counter(text[span.start : span.end] for span in runs)
    return [part for span in runs for part in _apart(text, span, alone)]


def _apart(text: str, span: Span, alone: Counter[str]) -> list[Span]:
    """Two names with nothing between them, where a word was lost: "Ann Lee | Wu", if Lee and Wu also stand alone."""
    run = text[span.start : span.end]
    if alone[run] > 1:
        return [span]
    for gap in re.finditer(r"\s+", run):
        before, after = run[: gap.start()], run[gap.end() :].split(maxsplit=1)
        if after[0] not in alone:
            continue
        core = core_name(before).split()
        if len(core) >= _TWO_PARTS and core[-1] in alone:
            return [Span(span.start, span.start + gap.start()), Span(span.start + gap.end(), span.end)]
    return [span]


def _opens(text: str, at: int) -> bool:
    if at > _REACH and text[at - 1] == " " and text[at - 2].isalnum():
        return False  # most words stand so
    return bool(_SENTENCE_START.search(text[max(0, at - _REACH) : at])) or at == 0


def _split(text: str, start: int, end: int, lower: frozenset[str], opening: frozenset[str]) -> Iterator[Span]:
    """A run of capitals as names: joined ones parted, ordinary opening words and days taken off."""
    run = text[start:end]
    joint = _JOINED.search(run)
    # "and" and "for" may stand within one name, Department of Health and Human Services, but not before a title
    is_titled = joint and any(_is_title(word.lower()) for word in run[joint.end() :].split()[:_TWO_PARTS])
    if joint and (is_titled or " of " not in run[: joint.start()]) and not joint[0].startswith(" for "):
        yield from _split(text, start, start + joint.start(), lower, opening)
        yield from _split(text, start + joint.end(), end, lower, opening)
        return
    words = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", run)]
    if _opens(text, start):
        words = _without_ordinary(text, words, lower, opening)
    yield from _trimmed(text, words)


def _trimmed(text: str, words: list[tuple[int, int]]) -> Iterator[Span]:
    """The words without days and ordinary ones at their ends, if any are left."""
    while words and _is_filler(text[slice(*words[0])]) and not _is_new_place(text, words):
        words = words[1:]
    while words and _is_filler(text[slice(*words[-1])]):
        words = words[:-1]
    if words:
        yield Span(words[0][0], words[-1][1])


def _is_new_place(text: str, words: list[tuple[int, int]]) -> bool:
    """Whether a name begins with the name of a place that begins with New."""
    return (
        len(words) > 1 and text[slice(*words[0])] == "New" and text[slice(*words[1])].strip(".").lower() in _NEW_PLACES
    )


def _is_filler(word: str) -> bool:
    plain = word.strip(".").lower()
    if word == "US":
        return False
    return plain in DAYS_AND_MONTHS or plain in _ORDINARY or not word[0].isupper()


def _without_ordinary(
    text: str, words: list[tuple[int, int]], lower: frozenset[str], opening: frozenset[str]
) -> list[tuple[int, int]]:
    first = text[slice(*words[0])]
    plain = first.lower()
    if plain.strip(".") in TITLES or plain in _GIVEN_NAMES or _is_new_place(text, words):
        return words
    ordinary = plain in _ORDINARY or plain in lower or plain.endswith("ly")
    if not ordinary and len(words) == 1 and first in opening:
        ordinary = bool(re.match(r",|\s(?:of|to|in|on|at|for|from|with|by|the|an?|that|as)\b", text[words[0][1] :][:8]))
    return words[1:] if ordinary else words


def core_name(name: str) -> str:
    """A name without the title before it: "Ann Lee" of "US Secretary of State Ann Lee".

    Empty where the whole is a title ("the Russian President").
    """
    words = _ARTICLE.sub("", name.strip()).split()
    after = 0
    for i, word in enumerate(words):
        if i == len(words) - 1 and i > 0 and words[i - 1].lower() in _GIVEN_NAMES:
            break  # a surname behind a first name: Charlie King
        plain = word.strip(".,").lower()
        is_department = plain in _DEPARTMENTS and i >= _OF_BEFORE and words[i - 1] == "of"
        if _is_title(plain) or word in {"Del.", "Supt.", "Insp."} or is_department:
            after = i + 1
    return " ".join(words[after:])


def _is_title(word: str) -> bool:
    """Whether a word is a title, or a long one with letters exchanged: "Presidnet"."""
    return word in TITLES or (word[:1], "".join(sorted(word))) in _LETTERS_OF_TITLES


_ALL_CAPITALS = re.compile(r"I{2,3}|IV|[B-DF-HJ-NP-TV-Z]{2}|(?:[A-Z]\.)+")  # Lee III, JD Vance, J.K. Lee


def spelled_as_name(capitals: str) -> str:
    """Returns a name in capitals as names are spelled: "Ann McKay-Lee" of "ANN MCKAY-LEE"."""
    words_of: list[str] = []
    for word in capitals.split():
        small = word.lower()
        is_behind_name = words_of and not _is_title(words_of[-1].lower())
        if is_behind_name and small in words("name_particles"):
            words_of.append(small)
        elif _ALL_CAPITALS.fullmatch(word) and small not in _GIVEN_NAMES:
            words_of.append(word)
        else:
            words_of.append(re.sub(r"\bMc(\w)", lambda m: f"Mc{m[1].upper()}", word.title()))
    return " ".join(words_of)


def gender(name: str) -> str | None:
    """Which of "he" and "she" a name takes, where an honorific, a gendered role or a common first name tells."""
    for word in re.findall(r"[^\W_]+", name.lower()):
        if word in _HE:
            return "he"
        if word in _SHE:
            return "she"
    return None


HONORIFICS = words("honorifics")
TITLE_MODIFIERS = words("title_modifiers")
PERSON_NOUNS = words("standing_for_people")
# What a word ends in that may be of people who do something: voters, economists, residents.
AGENT_NOUN = re.compile(r".*(?:[eo]rs?|[ai]sts?|ians?|[ae]nts?|[^s]ees?|men|women|people|folks?|(?<!io)ns?)")
RANKS_BELOW = words("ranks_below")

_OWNER = r"(?:[A-Z][\w.-]*\s){0,3}[A-Z][\w.-]*[’']s?"
# What stands before a name that it describes: "Lee's niece, | Senator Ann Lee", "another critic, | Lars Tribe".
ROLE_THEN_NAME = re.compile(
    rf"(?:(?i:the|an?|another|one|his|her|its|our|their)|{_OWNER})\s(?:[A-Z]\w+\s)?[a-z][^,]{{1,50}},\s"
    r"(?:an?\s[^,]{1,40}\s(?:named|called)\s)?"
)
# A sentence that opens so: "The mayor of Lowmoor, | Ann Lee".
ROLE_OPENS_SENTENCE = re.compile(rf"(?:^|[.!?:{BLANK}\n]\s*)((?:The|A|An|One)\s[^,.;:{BLANK}\n]{{3,60}}),\s$")
# A department before a name: "Secretary of | State | Ann Lee".
DEPARTMENT = re.compile(r"^(?:State|Defen[sc]e|Staff|Treasury|Commerce)\s+(?!Department)")
# A role in place of a name: "the Boston businessman", "the mother of three".
ROLE = re.compile(r"[Tt]he (?:[\w’'.-]+ ){0,4}?(?P<noun>[a-z]+)(?: of [\w ]+)?")
# What ends the head of a noun phrase: "the mayor | of Lowmoor", "Ann Lee | , a welder".
_BEHIND_HEAD = re.compile(r",|\s[-–—]+\s|\s(?:of|for|from|at|in|on|who|with)\s|\s\(")
_INDEFINITE = re.compile(r"(?:an?|one|some)\s", re.IGNORECASE)
# The words that end where a relative clause begins: "a sign | that", "those | who".
_BEFORE_RELATIVE = re.compile(r"(?:(?:\b(?:an?|the|one|some|many|his|her|their)\s+)(?:[\w’'-]+\s+){0,4})?[\w’'.-]+$")
# The words before a name, and the description behind it: "Ann Lee, | 42, a teacher from Oslo, | said".
TITLE_LEAD = re.compile(r"(?:[^\W\d_][\w’'.-]*\s+){1,8}$")
_AGE = r"(?:\s*,?\s*\(?\d{1,3}\)?(?=,))?"
_PARTY = r"(?:\s*,?\s*\([RDI][-–][\w. ]+\)|,\s[RDI][-–][\w.]+(?=,))?"
APPOSITION = re.compile(
    rf"{_AGE}{_PARTY},\s(?P<words>[^,.;:()—\n{BLANK}]{{3,120}}(?:\b[A-Z]\.[^,;:()—\n{BLANK}.]*)*)(?=[,.;(—{BLANK}\n]|$)"
)
# A speaker set apart in a headline: "A warning from Lee: We will sue", "'We will sue' - Lee".
LABELLED = re.compile(rf"(?:.* (?:from|with) )?(?P<who>[^:{BLANK}]{{2,60}}):\s+(?P<words>\S.*)", re.DOTALL)
SIGNED = re.compile(rf"(?P<words>{BLANK}+)\s*(?:[-–—:]|\s[-–—]\s)\s*(?P<who>[^:{BLANK}]{{2,60}})$")
OPENS_APPOSITION = frozenset({"then", "former", "one", "now"})


def head(phrase: str) -> str:
    """Returns a noun phrase without what stands behind its head.

    Example:
        `head("the mayor of Lowmoor, 42")` is "the mayor".
    """
    return _BEHIND_HEAD.split(phrase, maxsplit=1)[0]


def is_indefinite(phrase: str) -> bool:
    """Tells whether a noun phrase names one of several: "a spokesman", "some officials"."""
    return _INDEFINITE.match(phrase) is not None


def before_relative(text: str) -> str:
    """Returns the noun phrase that ends a text, which "who" or "that" takes up; empty where there is none."""
    found = _BEFORE_RELATIVE.search(text)
    return found.group() if found else ""


_BODIES = words("body_nouns")
PLACES = words("place_openers")


def begins(full: str, first: str) -> bool:
    """Whether a first name begins a full name, or is the nickname in it: Robert "Bob" Lee."""
    return full.split(maxsplit=1)[0] == first or any(f"{mark}{first}" in full for mark in "“\"‘'")


def person_part(core: str) -> str:
    """A name without the verb that opened its sentence ("Adds Ann Lee") and the body behind "of" ("of the Board")."""
    first, _, rest = core.partition(" ")
    core = rest if rest and first.lower() in CUES else core
    person = core.split(" of ")[0]
    return person if " " in person and may_be_person(person.split()) else core


def may_be_person(name: list[str]) -> bool:
    lower = {word.lower() for word in name}
    acronym = len(name[0]) > 1 and name[0].isupper() and "." not in name[0]
    return not (lower & _BODIES or lower & {"for", "and"} or acronym)


def surname(name: Sequence[str]) -> str:
    """Returns the last word of a name that is no suffix: "Lee" of "Ann Lee Jr."."""
    is_suffix = len(name) > 1 and name[-1].rstrip(".").lower() in SUFFIXES
    return name[-2] if is_suffix else name[-1]


def named_holder(question: str, sentence: str) -> Span | None:
    """Returns the name that stands behind the role whose holder a question asks for, if only one does so.

    Example:
        "Hugo Palm" for "What is the mayor's name?" in "Mayor Hugo Palm met its head, Sven Aark."
    """
    asked = _ROLE_ASKED.fullmatch(question[:_LONGEST_ASKED])
    if asked is None:
        return None
    role, held = asked["role"].lower(), []
    for span in names(sentence):
        name = sentence[span.start : span.end]
        core = core_name(name)
        before = f"{sentence[max(0, span.start - _LONGEST_ROLE) : span.start]}{name[: len(name) - len(core)]}".lower()
        if core and before.rstrip(" ,").endswith(role):
            held.append(Span(span.end - len(core), span.end))
    return held[0] if len(held) == 1 else None


def ends_in_title(phrase: str) -> bool:
    return bool(last := phrase.split()[-1:]) and last[0].lower() in TITLES


def without_last_title(text: str) -> str:
    """Returns what stands before a name without its title: "What did " of "What did dr "."""
    return _LAST_TITLE.sub("", text)


def as_name(mention: str) -> str:
    """Returns a mention as a name: without "the" before a capital, in lower case where only its sentence raised it."""
    bare = re.sub(r"^[Tt]he\s+(?=[A-Z])|,\s*\d{1,3}$", "", mention.strip(" ,"))
    if bare.lower() in _PEOPLE:
        return bare.lower()
    return re.sub(
        r"^(?:The|A|An|His|Her|Their|Its|One|Some|Many)\b", lambda m: m.group().lower(), re.sub(r"\s+", " ", bare)
    )
