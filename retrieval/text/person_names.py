"""The forms of one name: which words are a person's, what of a run of capitals is the name, which form is fuller.

English, by rules. Pure.
"""

from __future__ import annotations

import re

from retrieval.text.cues import CUES
from retrieval.text.lexicon import words
from retrieval.text.names import TITLES

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


def surname(name: list[str]) -> str:
    return name[-2] if len(name) > 2 and name[-1].rstrip(".") in {"Jr", "Sr", "II", "III"} else name[-1]  # noqa: PLR2004 - name, surname, suffix


def ends_in_title(phrase: str) -> bool:
    return bool(last := phrase.split()[-1:]) and last[0].lower() in TITLES


def tidy(mention: str) -> str:
    """A mention as a name: without "the" before a capital, in lower case where only its sentence raised it."""
    bare = re.sub(r"^[Tt]he\s+(?=[A-Z])", "", mention.strip(" ,"))
    return re.sub(
        r"^(?:The|A|An|His|Her|Their|Its|One|Some|Many)\b", lambda m: m.group().lower(), re.sub(r"\s+", " ", bare)
    )
