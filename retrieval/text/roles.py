"""How a text tells who somebody is: titles before a name, roles in its place, descriptions behind it. Pure.

Each pattern begins where it is told to or ends where its text does, so that it is linear in what it is given.
"""

from __future__ import annotations

import re

from retrieval.text.lexicon import words
from retrieval.text.quotation_marks import BLANK

HONORIFICS = words("honorifics")
TITLE_MODIFIERS = words("title_modifiers")
PERSON_NOUNS = words("standing_for_people")
RANKS_BELOW = words("ranks_below")

_OWNER = r"(?:[A-Z][\w.-]*\s){0,3}[A-Z][\w.-]*[’']s?"
# What stands before a name that it describes: "Lee's niece, | Senator Ann Lee", "another critic, | Lars Tribe".
ROLE_THEN_NAME = re.compile(rf"(?:(?i:the|an?|another|one|his|her|their)|{_OWNER})\s[a-z][^,]{{1,50}},\s")
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
LABELLED = re.compile(rf"(?:.* from )?(?P<who>[^:{BLANK}]{{2,60}}):\s+(?P<words>\S.*)", re.DOTALL)
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
