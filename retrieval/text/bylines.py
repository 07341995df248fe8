"""Lines that say who wrote an article. Pure."""

from __future__ import annotations

import re

MAX_BYLINE = 100

_BYLINE = re.compile(r"by\s+(?P<names>\S.*)", re.IGNORECASE)
# What bylines hold in lower case; any other such word makes the line a sentence.
_JOINING = re.compile(
    r"al|and|at|bin|contributors?|correspondents?|d[aeiu]|del|de[nr]|dos|editors?|el|for|from|ibn|in|l[ae]|of|on"
    r"|reporters?|special|staff|t[eo]|ter|the|und|van|von|with|writers?|y|[dl]['’].+"
)
_ABBREVIATION = re.compile(r".*(?:\b\w{1,3}|\.\w+)\.")  # "Jr.", "Inc.", "Ph.D."


def byline_of(line: str) -> str | None:
    """The words after "By", where the line reads as names: short, capitalized, and no sentence's end."""
    match = _BYLINE.fullmatch(line)
    if not match or len(line) > MAX_BYLINE or not match["names"][0].isalpha():
        return None
    names = match["names"]
    words = re.findall(r"[^\W\d_][\w'’@.-]*", names)
    is_sentence = names.endswith((".", "!", "?", ":")) and not _ABBREVIATION.fullmatch(names)
    is_prose = any(word[0].islower() and "@" not in word and not _JOINING.fullmatch(word) for word in words)
    return None if is_sentence or is_prose else names
