"""Names in news text: where they stand, and whether two forms of one mean the same person or body.

English, by rules: capital letters, titles, honorifics. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from retrieval.text.lexicon import alternatives, words
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator


def word_set(words: str) -> frozenset[str]:
    """A table of words, written as prose."""
    return frozenset(words.split())


DAYS_AND_MONTHS = words("weekdays", "weekday_abbreviations", "months")
# Words that name an office or role; before a name they are its title, on their own they may stand for its holder.
TITLES = words("titles")
_ABBREVIATIONS = (
    r"(?:Mr|Mrs|Ms|Dr|Sen|Sens|Rep|Reps|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Prof|Rev|Del|Supt|Insp|St|Jr|Sr|Hon|Adm|Cmdr)\."
)
_PARTICLES = rf"(?:{alternatives('name_particles')})"
_CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-Ž]"
_WORD = (
    rf"(?:{_ABBREVIATIONS}|(?:[A-Z]\.)+(?!\w)|(?:al-|el-|d[’'])?{_CAPITAL}[^\W_]*(?:[-&.’'](?=[^\W_]{{2}})[^\W_]+)*)"
)
_NICKNAME = rf"[“\"‘']{_CAPITAL}[^\W_]+[”\"’']"  # Robert "Bob" Lee
_RUN = re.compile(rf"(?<![\w’'-]){_WORD}(?:[^\S\n](?:(?:{_PARTICLES}|{_NICKNAME})[^\S\n])?{_WORD}){{0,15}}")
_JOINED = re.compile(r"\s(?:and|for)\s")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]|\n|[“\"‘(\[•—–-]|'')[\s“\"‘'(\[]*$")
_ORDINARY = words("ordinary_words")
_NEW_PLACES = words("places_after_new")
_GIVEN_NAMES = words("given_names_of_men", "given_names_of_women")
_DEPARTMENTS = words("departments")
_HE = words("given_names_of_men", "masculine_nouns")
_SHE = words("given_names_of_women", "feminine_nouns")
_OF_BEFORE = 2  # "Secretary of State": a title, "of", and then the department
_TWO_PARTS = 2


def names(text: str) -> list[Span]:
    """The capitalised names of a text, in order; titles before a name belong to it ("President Ann Lee").

    A possessive 's is left out, and so are days, months and the ordinary words that only open a sentence.
    """
    lower = frozenset(re.findall(r"(?<![\w’'-])[a-z][a-z-]+", text))
    opening = _opening_words(text)
    runs = [span for run in _RUN.finditer(text) for span in _split(text, run.start(), run.end(), lower, opening)]
    alone = Counter(text[span.start : span.end] for span in runs)
    return [part for span in runs for part in _apart(text, span, alone)]


def _apart(text: str, span: Span, alone: Counter[str]) -> list[Span]:
    """Two names with nothing between them, where a word was lost: "Ann Lee | Wu", if Lee and Wu also stand alone."""
    run = text[span.start : span.end]
    for gap in re.finditer(r"\s+", run):
        before, after = run[: gap.start()], run[gap.end() :].split()
        core = core_name(before).split()
        if len(core) >= _TWO_PARTS and core[-1] in alone and after[0] in alone and alone[run] == 1:
            return [Span(span.start, span.start + gap.start()), Span(span.start + gap.end(), span.end)]
    return [span]


def _opening_words(text: str) -> frozenset[str]:
    """Words seen with a capital only where a sentence begins, so that nothing proves them a name."""
    inside: set[str] = set()
    start: set[str] = set()
    for match in re.finditer(r"(?<![\w’'-])[A-Z][\w-]*", text):
        (start if _opens(text, match.start()) else inside).add(match.group())
    return frozenset(start - inside)


def _opens(text: str, at: int) -> bool:
    return bool(_SENTENCE_START.search(text[max(0, at - 6) : at])) or at == 0


def _split(text: str, start: int, end: int, lower: frozenset[str], opening: frozenset[str]) -> Iterator[Span]:
    """A run of capitals as names: joined ones parted, ordinary opening words and days taken off."""
    run = text[start:end]
    joint = _JOINED.search(run)
    if joint and not _one_body(run, joint.start()):
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


def _one_body(run: str, joint: int) -> bool:
    """Whether "and" or "for" stands within one name, as in Department of Health and Human Services."""
    return " of " in run[:joint] or run[joint:].startswith(" for ")


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
    words = _without_article(name).split()
    last = max((i for i, _ in enumerate(words) if _is_title(words, i) and not _is_surname(words, i)), default=-1)
    return " ".join(words[last + 1 :])


def _is_surname(words: list[str], i: int) -> bool:
    """Whether a word that may be a title is the surname behind a first name: Charlie King."""
    return i == len(words) - 1 and i > 0 and words[i - 1].lower() in _GIVEN_NAMES


def _without_article(name: str) -> str:
    return re.sub(r"^(?:the|an?)\s+", "", name.strip(), flags=re.IGNORECASE)


def _is_title(words: list[str], i: int) -> bool:
    plain = words[i].strip(".,").lower()
    return (
        plain in TITLES
        or words[i] in {"Del.", "Supt.", "Insp."}
        or (plain in _DEPARTMENTS and i >= _OF_BEFORE and words[i - 1] == "of")
    )


def gender(name: str) -> str | None:
    """Which of "he" and "she" a name takes, where an honorific, a gendered role or a common first name tells."""
    for word in re.findall(r"[^\W_]+", name.lower()):
        if word in _HE:
            return "he"
        if word in _SHE:
            return "she"
    return None
