"""The forms of one name: which words are a person's, what of a run of capitals is the name, which form is fuller.

English, by rules. Pure.
"""

from __future__ import annotations

import re

from retrieval.text.cues import CUES
from retrieval.text.names import TITLES, word_set

# The last word of a name that is not a person's.
_BODIES = word_set(
    """administration agency alliance army association bank board bureau campaign center centre church city club college
    commission committee company congress convention corporation council country county court courts department
    district foundation fund group herald house institute institution international journal justice law league magazine
    ministry movement museum nations network news office organization organisation pac park parliament party police
    post press project radio report research review school senate service services society states street summit team
    television times today tower tribune trump-pence tv union university war week white act america states kingdom
    mall memorial cemetery theater theatre library stadium arena hotel
    strip river island islands sea bay beach hall square road avenue airport security defense
    """
)
# The first word of a name that is not a person's.
PLACES = word_set(
    "north south east west new united los las san saint santa st fort white supreme super great central wall"
)


def begins(full: str, first: str) -> bool:
    """Whether a first name begins a full name, or is the nickname in it: Robert "Bob" Lee."""
    return full.split(maxsplit=1)[0] == first or any(f"{mark}{first}" in full for mark in "“\"‘'")


def person_part(core: str) -> str:
    """A name without the verb that opened its sentence ("Adds Ann Lee") and the body behind "of" ("of the Board")."""
    first, _, rest = core.partition(" ")
    core = rest if rest and first.lower() in CUES else core
    person = core.split(" of ")[0]
    return person if " " in person and may_be_person(person.split()) else core


def may_be_person(words: list[str]) -> bool:
    lower = {word.lower() for word in words}
    acronym = len(words[0]) > 1 and words[0].isupper() and "." not in words[0]
    return not (lower & _BODIES or lower & {"for", "and"} or acronym)


def surname(words: list[str]) -> str:
    return words[-2] if len(words) > 2 and words[-1].rstrip(".") in {"Jr", "Sr", "II", "III"} else words[-1]  # noqa: PLR2004 - name, surname, suffix


def ends_in_title(words: str) -> bool:
    last = re.search(r"([\w-]+)\s*$", words)
    return bool(last and last.group(1).lower() in TITLES)


def tidy(mention: str) -> str:
    """A mention as a name: without "the" before a capital, in lower case where only its sentence raised it."""
    bare = re.sub(r"^[Tt]he\s+(?=[A-Z])", "", mention.strip(" ,"))
    return re.sub(
        r"^(?:The|A|An|His|Her|Their|Its|One|Some|Many)\b", lambda m: m.group().lower(), re.sub(r"\s+", " ", bare)
    )
