"""Whether two names mean the same: one key for each, one rule for short forms, one for misspellings. Pure.

An article gives a speaker the fullest name it has. Between articles, the same full name is one speaker; a shorter form
("Holm", "A. Holm") is the one speaker whose name it shortens, if there is exactly one, and else stands alone. A full
name a slip apart from another that is far more usual is that name misspelt.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, permutations, zip_longest
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from retrieval.text.lexicon import table, words
from retrieval.text.mentions import mentions
from retrieval.text.names import NICKNAME, SUFFIXES, core_name, gender, surname
from retrieval.text.words import STOP_WORDS, is_form, stem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"[’']s?$")
_INITIALS = re.compile(r"\b([^\W\d_])\.\s?(?=[^\W\d_]\.)")  # "J. K." and "J.K." are one
_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_SHORTEST_MISSPELT = 5  # letters
_SLIPS = 2  # letters that may be put in, left out or exchanged
_FULL_NAME = 2  # words
_NATIONALITIES = [frozenset(map(stem, (country, *others))) for country, others in table("nationalities").items()]


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """Returns what two writings of one name share: no title, nickname, article, possessive, case, accent, punctuation.

    It is "" for a pronoun, and the whole of a bare role.
    """
    bare = NICKNAME.sub("", bare_name(name))
    if bare.lower() in STOP_WORDS and not (bare.isupper() and len(bare) > 1):  # "US" is no pronoun
        return ""
    core = core_name(bare) if bare[:1].isupper() else ""
    words = _WORD.findall(_INITIALS.sub(r"\1", core if core[:1].isupper() else bare))
    return without_accents(" ".join(words).casefold())


def without_accents(text: str) -> str:
    """Returns a text with plain letters in the place of accented ones: "Orbán" becomes "Orban"."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    marks = dict.fromkeys(map(ord, filter(unicodedata.combining, set(apart))))
    return apart.translate(marks) if marks else apart


def bare_name(name: str) -> str:
    """Returns a name as it was written or typed, tidy, without its article and with straight apostrophes."""
    return _ARTICLE.sub("", tidy(name)).replace("’", "'")


def tidy(mention: str) -> str:
    """Returns a mention without the punctuation around it and the possessive at its end."""
    return _POSSESSIVE.sub("", " ".join(mention.split()).strip(' ,;:—–-“”"'))


def shortens(short: str, long: str) -> bool:
    """Tells whether a key leaves out words of another but its surname, or gives some by their first letters."""
    if short == long or _suffix(short) != _suffix(long) or _surname(short) != _surname(long):
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
    """Tells whether two words in lower case are equal, accents apart, or a slip apart.

    Slips are a vowel, an h, a doubling, letters exchanged.

    Another consonant makes another name (Clinton, Clifton), and so does any letter of a short one (Iran, Iraq).
    """
    one, other = without_accents(one), without_accents(other)
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
    if name in known:
        return True
    letter = without_accents(name[:1])[:1]  # all spellings of a name share the first
    near = (other for other in known if other[:1] == letter or not other.isascii())
    return any(same_name(name, other) for other in near if without_accents(other[:1])[:1] == letter)


def holds_country(name: str, known: frozenset[str]) -> bool:
    """Tells whether the stem of a country or a nationality is among some, or what is of the same: "greek", Greece."""
    return any(not known.isdisjoint(family) for family in _NATIONALITIES if name in family)


def abbreviates(short: str, name: str) -> bool:
    """Tells whether capitals are initials of words of a name that follow one another, small words among them or not.

    Example:
        "DOT" and "DT" abbreviate "Department of Transportation", and "FA" the "German Football Association".
    """
    initials = "".join(word[0] for word in name.split())
    capitals = "".join(filter(str.isupper, initials))
    return len(short) > 1 and short.isupper() and (short in initials.upper() or short in capitals)


def _suffix(key: str) -> str:
    last = key.rsplit(maxsplit=1)[-1]
    return last if last in SUFFIXES else ""


def _words(name: str) -> list[str]:
    words = name_key(name).split()
    return words[:-1] if len(words) > _FULL_NAME and words[-1] in SUFFIXES else words


def _agree(asked: Sequence[str], name: Sequence[str], same: Callable[[str, str], bool]) -> bool:
    if len(asked) == 1 and len(name) == _FULL_NAME and asked[0] == name[0]:
        return True  # a family name that stands first, or a given name; too many are near one ("Charles", "Carlos")
    short, long = sorted((asked, name), key=len)
    return same(short[-1], long[-1]) and _leaves_out(short, long, same)


def _leaves_out(short: Sequence[str], long: Sequence[str], same: Callable[[str, str], bool]) -> bool:
    rest = iter(long)
    return all(
        any(same(word, own) or (1 in (len(word), len(own)) and word[0] == own[0]) for own in rest) for word in short
    )


def _consonants(word: str) -> list[str]:
    return sorted(re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouyh]", "", word)))


_PARTICLES = words("name_particles") | {"the", "on"}
_MOST_NAMED = 10  # where a name is ambiguous
_RARER = 10  # times, and a spelling one letter off is a slip


@dataclass(frozen=True, slots=True)
class NameUse:
    """A name as quotations have it: how many have it, and the short forms that stand for it in their articles."""

    name: str
    quotes: int
    short_forms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """One speaker, a person or a body: the names that mean it, the most quoted of the full ones first.

    `keys` are those names by `name_key`; `short_forms` are keys, too.
    """

    names: tuple[str, ...]
    keys: frozenset[str]
    short_forms: frozenset[str]
    quotes: int

    @property
    def name(self) -> str:
        return self.names[0]


@lru_cache(maxsize=65_536)
def is_name(mention: str) -> bool:
    """Whether a mention is nothing but a name, perhaps with its title ("the Kremlin", "Mr. Lee"; not "a voter")."""
    words = bare_name(mention).split()
    is_heading = len(words) > _FULL_NAME and mention.isupper()  # PAY NOW LEE
    if not words or is_heading or words[-1] in _PARTICLES or not name_key(mention) or not core_name(" ".join(words)):
        return False
    return all(word[:1].isupper() or word in _PARTICLES for word in words)


def people(uses: Iterable[NameUse]) -> list[Person]:
    """The speakers that these names mean, most quoted first."""
    by_key: dict[str, list[NameUse]] = {}
    for use in uses:
        if key := name_key(use.name):
            by_key.setdefault(key, []).append(use)
    full = _full_forms({key: same for key, same in by_key.items() if all(is_name(use.name) for use in same)})
    groups: dict[str, list[str]] = {}
    for key in by_key:
        groups.setdefault(full.get(key, key), []).append(key)
    found = [_person(keys, by_key) for keys in groups.values()]
    return sorted(found, key=lambda person: (-person.quotes, person.name))


def meant(asked: str, known: Sequence[Person]) -> list[Person]:
    """Whom of the people a typed name means: by the whole name, a short one, or a likely misspelling of one."""
    for key in filter(None, dict.fromkeys((name_key(asked), name_key(core_name(asked))))):
        same = [person for person in known if key in person.keys]
        found = [person for person in same if not _is_short(key, person.name)] or _called(key, known) or same
        if found:
            return found
    return _misspelt(asked, known)


def _called(key: str, known: Sequence[Person]) -> list[Person]:
    """Those of a full name that the key shortens or is longer than; else those that articles call so."""
    by_name = [
        person
        for person in known
        if any(shortens(key, own) or (" " in key and shortens(own, key)) for own in person.keys if " " in own)
    ]
    return by_name or [person for person in known if key in person.short_forms]


def _misspelt(asked: str, known: Sequence[Person]) -> list[Person]:
    near = set(matching_names(asked, [name for person in known for name in person.names]))
    return [person for person in known if near & set(person.names)]


def _person(keys: Sequence[str], by_key: dict[str, list[NameUse]]) -> Person:
    uses = [use for key in keys for use in by_key[key]]
    ranked = sorted(uses, key=lambda use: (" " not in name_key(use.name), -use.quotes, use.name))
    short_forms = frozenset().union(*(use.short_forms for use in uses))
    return Person(tuple(tidy(use.name) for use in ranked), frozenset(keys), short_forms, _quotes(uses))


def _full_forms(by_key: dict[str, list[NameUse]]) -> dict[str, str]:
    """For each key of a name, that of the full name it stands for: its own, where it is none's but its own."""
    alike = chain(_grouped(by_key, _surname).values(), _grouped(by_key, lambda key: key.split()[0]).values())
    pairs = chain.from_iterable(permutations(same, 2) for same in alike)
    usual = {key: other for key, other in pairs if _misspells(key, other, by_key)}  # by one that is misspelt
    right = {key: uses for key, uses in by_key.items() if key not in usual}
    sharing, called = _grouped(right, _surname), _called_in_articles(right)
    full = {key: _longest(key, uses[0].name, sharing[_surname(key)], called) for key, uses in right.items()}
    for slip in sorted(usual, key=lambda slip: -_quotes(by_key[slip])):  # the usual spelling may be a slip of another
        full[slip] = full[usual[slip]]
    return {key: full[other] for key, other in full.items()}  # what articles use may shorten a longer one yet


def _grouped(keys: Iterable[str], by: Callable[[str], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault(by(key), []).append(key)
    return groups


def _surname(key: str) -> str:
    return surname(key.split())


def _called_in_articles(by_key: dict[str, list[NameUse]]) -> dict[str, set[str]]:
    """By short form, the full names that it stands for in articles; first names are left out, as others have them."""
    called: dict[str, set[str]] = {}
    for key, uses in by_key.items():
        for short in frozenset().union(*(use.short_forms for use in uses)) if " " in key else ():
            if short != key and gender(short) is None:
                called.setdefault(short, set()).add(key)
    return called


def _longest(key: str, name: str, same_surname: Sequence[str], called: dict[str, set[str]]) -> str:
    """The one full name that a key shortens, by its words or else as articles use it; the key where there is none."""
    longer = {other for other in same_surname if shortens(key, other)} or called.get(key, set())
    longest = [one for one in longer if not any(shortens(one, other) for other in longer)]
    is_its = len(longest) == 1 and (" " in key or not _is_body(name))
    return longest[0] if is_its else key


def _misspells(key: str, other: str, by_key: dict[str, list[NameUse]]) -> bool:
    """Whether a full name is a slip apart from another that is far more usual, and may be of the same gender."""
    pairs = zip_longest(key.split(), other.split(), fillvalue="")
    different = [(word, own) for word, own in pairs if word != own]
    if len(different) != 1:
        return False
    word, own = different[0]
    is_exchange = word[:1] == own[:1] and sorted(word) == sorted(own) and OSA.distance(word, own) == 1  # Kier Starmer
    if not (is_exchange or is_misspelling(word, own)):
        return False
    times, usual = _quotes(by_key[key]), _quotes(by_key[other])
    far_rarer = usual > times if is_exchange else usual >= _RARER * times
    return far_rarer and len({gender(key), gender(other)} - {None}) <= 1


def _quotes(uses: Iterable[NameUse]) -> int:
    return sum(use.quotes for use in uses)


def _is_short(key: str, name: str) -> bool:
    """Whether a key of one word may stand for somebody of a longer name."""
    return " " not in key and is_name(name) and not _is_body(name)


def _is_body(name: str) -> bool:
    """Whether a name is known to be a place's or a body's, and so no surname of somebody."""
    return any(found.kind in {"place", "group"} for found in mentions(bare_name(name)))


def several(asked: str, names: Sequence[str]) -> str:
    """What to say where a name means more than one: their full names, and how to ask."""
    left = len(names) - _MOST_NAMED
    more = f" and {left:,} more" if left > 0 else ""
    return f"Several speakers are called {asked}: {', '.join(names[:_MOST_NAMED])}{more}. Ask for one by full name."
