"""Whether two names mean the same: one key for each, one rule for short forms, one for misspellings. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from retrieval.text import lexicon
from retrieval.text.names import core_name
from retrieval.text.words import STOP_WORDS, is_form, stem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"[’']s?$")
_INITIALS = re.compile(r"\b([^\W\d_])\.\s?(?=[^\W\d_]\.)")  # "J. K." and "J.K." are one
_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_SUFFIXES = lexicon.words("name_suffixes")
_SHORTEST_MISSPELT = 5  # letters
_SLIPS = 2  # letters that may be put in, left out or exchanged
_FULL_NAME = 2  # words


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """Returns what two writings of one name share: no title, article, possessive, case and punctuation.

    It is "" for a pronoun, and the whole of a bare role.
    """
    bare = bare_name(name)
    if bare.lower() in STOP_WORDS and not (bare.isupper() and len(bare) > 1):  # "US" is no pronoun
        return ""
    core = core_name(bare) if bare[:1].isupper() else ""
    words = _WORD.findall(_INITIALS.sub(r"\1", core if core[:1].isupper() else bare))
    return " ".join(words).casefold()


def bare_name(name: str) -> str:
    """Returns a name as it was written or typed, tidy, without its article and with straight apostrophes."""
    return _ARTICLE.sub("", tidy(name)).replace("’", "'")


def tidy(mention: str) -> str:
    """Returns a mention without the punctuation around it and the possessive at its end."""
    return _POSSESSIVE.sub("", " ".join(mention.split()).strip(' ,;:—–-“”"'))


def surname(key: str) -> str:
    """Returns the last word of a name's key that is no suffix: "lee" of "ann lee jr"."""
    words = key.split()
    return words[-2] if len(words) > 1 and words[-1] in _SUFFIXES else words[-1]


def shortens(short: str, long: str) -> bool:
    """Tells whether a key leaves out words of another but its surname, or gives some by their first letters."""
    if short == long or _suffix(short) != _suffix(long) or surname(short) != surname(long):
        return False
    return _leaves_out(short.split(), long.split(), str.__eq__)


def matching_names(asked: str, known: Iterable[str]) -> list[str]:
    """Returns the known names that `asked` may mean ("Adler", "Mayor Adler's", "addler"), in their order.

    The surname must agree, and the first names where both have them. A misspelling counts only where nothing is matched
    as written.
    """
    wanted = _words(asked)
    candidates = [(name, words) for name in known if (words := _words(name))] if wanted else []
    exact = [name for name, words in candidates if _agree(wanted, words, str.__eq__)]
    return exact or [name for name, words in candidates if _agree(wanted, words, is_misspelling)]


def is_misspelling(one: str, other: str) -> bool:
    """Tells whether two words in lower case are equal or a slip apart: a vowel, an h, a doubling, letters exchanged.

    Another consonant makes another name (Clinton, Clifton), and so does any letter of a short one (Iran, Iraq).
    """
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST_MISSPELT or one[0] != other[0]:
        return False
    return _consonants(one) == _consonants(other) and OSA.distance(one, other) <= _SLIPS


def is_slip(one: str, other: str) -> bool:
    """Tells whether two words, written as names, are a slip of the keyboard apart; one with an ending is no slip."""
    short, long = sorted((stem(one), stem(other)), key=len)
    return one[:1].isupper() and other[:1].isupper() and not long.startswith(short) and is_misspelling(short, long)


def same_name(one: str, other: str) -> bool:
    """Tells whether two stems spell one name: equal, one a form of the other (russia, russian), or a slip apart."""
    return is_misspelling(one, other) or is_form(one, other)


@lru_cache(maxsize=8_192)
def holds_name(name: str, known: frozenset[str]) -> bool:
    """Tells whether a stem, or another spelling of the same name, is among some."""
    return name in known or any(same_name(name, other) for other in known)


def _suffix(key: str) -> str:
    last = key.rsplit(maxsplit=1)[-1]
    return last if last in _SUFFIXES else ""


def _words(name: str) -> list[str]:
    words = name_key(name).split()
    return words[:-1] if len(words) > _FULL_NAME and words[-1] in _SUFFIXES else words


def _agree(asked: Sequence[str], name: Sequence[str], same: Callable[[str, str], bool]) -> bool:
    if len(asked) == 1 and len(name) == _FULL_NAME and same(asked[0], name[0]):
        return True  # a family name that stands first, or a given name
    short, long = sorted((asked, name), key=len)
    return same(short[-1], long[-1]) and _leaves_out(short, long, same)


def _leaves_out(short: Sequence[str], long: Sequence[str], same: Callable[[str, str], bool]) -> bool:
    rest = iter(long)
    return all(any(same(word, own) or _is_initial(word, own) for own in rest) for word in short)


def _is_initial(one: str, other: str) -> bool:
    return min(len(one), len(other)) == 1 and one[0] == other[0]


def _consonants(word: str) -> list[str]:
    return sorted(re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouyh]", "", word)))
