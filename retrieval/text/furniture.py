"""Lines that are no prose: headings, and those that say who wrote an article. Pure."""

from __future__ import annotations

import re

from retrieval.text.lexicon import alternatives

MAX_BYLINE = 100

_BYLINE = re.compile(r"by\s+(?P<names>\S.*)", re.IGNORECASE)
# What bylines hold in lower case; any other such word makes the line a sentence.
_JOINING = re.compile(rf"{alternatives('byline_words')}|[dl]['’].+")
_ABBREVIATION = re.compile(r".*(?:\b\w{1,3}|\.\w+)\.")  # "Jr.", "Inc.", "Ph.D."


_HEADING = re.compile(r"#{1,6}\s+")
_MARK = re.compile(r"(?:#{1,6}|by)\s+", re.IGNORECASE)


def is_heading(line: str) -> bool:
    """Tells whether a line is marked as a heading, as Markdown does ("## Ferry late")."""
    return _HEADING.match(line) is not None


def without_marks(line: str) -> str:
    """Returns a title or byline without what marks it as one ("# Ferry late #", "By Ida Lund")."""
    line = line.strip()
    mark = _MARK.match(line)
    words = line[mark.end() :] if mark else line
    bare = words.rstrip("#")  # a pattern for this would take time quadratic in a run of blanks
    return bare.rstrip() if bare[-1:].isspace() else words


def byline_of(line: str) -> str | None:
    """Returns the words after "By", where the line reads as names: short, capitalized, and no sentence's end."""
    match = _BYLINE.fullmatch(line)
    if not match or len(line) > MAX_BYLINE or not match["names"][0].isalpha():
        return None
    names = match["names"]
    words = re.findall(r"[^\W\d_][\w'’@.-]*", names)
    is_sentence = names.endswith((".", "!", "?", ":")) and not _ABBREVIATION.fullmatch(names)
    is_prose = any(word[0].islower() and "@" not in word and not _JOINING.fullmatch(word) for word in words)
    return None if is_sentence or is_prose else names
