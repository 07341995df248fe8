"""A text as the words that are compared: plain marks, contractions apart, forms of irregular verbs as one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from retrieval.text.cues import CUES
from retrieval.text.words import STOP_WORDS, WORD, stem, word_set

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORMS = """
    be:am is are was were been, rise:rose risen, fall:fell fallen, win:won, lose:lost, say:said, tell:told,
    give:gave given, take:took taken, go:went gone, come:came, see:saw seen, make:made, find:found, leave:left,
    feel:felt, begin:began begun, become:became, hold:held, keep:kept, meet:met, send:sent, spend:spent,
    build:built, buy:bought, bring:brought, catch:caught, teach:taught, think:thought, fight:fought, sell:sold,
    write:wrote written, know:knew known, grow:grew grown, throw:threw thrown, fly:flew flown, drive:drove driven,
    speak:spoke spoken, break:broke broken, steal:stole stolen, choose:chose chosen, shoot:shot, strike:struck,
    lead:led, pay:paid, hear:heard, stand:stood, understand:understood, run:ran, sing:sang sung, swim:swam,
    drink:drank, sink:sank sunk, eat:ate eaten, die:died dead death, kill:killed, wear:wore worn, tear:tore torn,
    bear:bore born, withdraw:withdrew withdrawn, draw:drew drawn, seek:sought, deal:dealt, mean:meant, sit:sat,
    sleep:slept, sweep:swept, get:got gotten, forget:forgot forgotten, forbid:forbade forbidden, beat:beaten,
    bite:bit bitten, hide:hid hidden, ride:rode ridden, shake:shook shaken, wake:woke woken, freeze:froze frozen,
    arise:arose, overcome:overcame, undergo:underwent, man:men, woman:women, child:children, person:people,
    foot:feet, life:lives
"""
_IRREGULAR = {
    form: base
    for base, _, forms in (entry.strip().partition(":") for entry in _FORMS.split(","))
    for form in forms.split()
}
_SHORTEST_AKIN = 5  # letters that two words of one family share
_LONGEST_ENDING = 4
_SPEECH = frozenset(word for word, (frame, _) in CUES.items() if frame in {"say", "tell"}) | {"according", "saying"}
_NO_CONTENT = STOP_WORDS | word_set("according told says said say also would could may might s t")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a plain text, `text[start:end]`, in lower case; `stem` is what it is compared by."""

    text: str
    stem: str
    start: int
    end: int

    @property
    def is_content(self) -> bool:
        return self.text not in _NO_CONTENT and self.text not in _SPEECH


@lru_cache(maxsize=8_192)
def words(text: str) -> tuple[Word, ...]:
    """The words of a plain text, those of a hyphenated one apart."""
    found = []
    for match in WORD.finditer(text):
        at = match.start()
        for part in match[0].split("-"):
            found.append(Word(part.lower(), lemma(part), at, at + len(part)))
            at += len(part) + 1
    return tuple(found)


@lru_cache(maxsize=65_536)
def lemma(word: str) -> str:
    bare = word.lower().removesuffix("'s")
    return stem(_IRREGULAR.get(bare, bare))


def akin(one: str, other: str) -> bool:
    """Whether two stems are of one family: equal, or the same but for their ends ("resign", "resignation")."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    begun = max(_SHORTEST_AKIN, len(short) - 1)
    return len(short) >= _SHORTEST_AKIN and long[:begun] == short[:begun] and len(long) - len(short) <= _LONGEST_ENDING


@lru_cache(maxsize=65_536)
def holds(known: frozenset[str], wanted: str) -> bool:
    return wanted in known or any(akin(wanted, other) for other in known)


class Stretch(Protocol):
    """What stands at `text[start:end]`."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def stretches(found: Iterable[Stretch]) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in found]


def outside(found: Iterable[Word], spans: Iterable[tuple[int, int]]) -> tuple[Word, ...]:
    """The words that begin in none of these stretches."""
    taken = list(spans)
    return tuple(word for word in found if not any(start <= word.start < end for start, end in taken))


def stems_of(found: Iterable[Word]) -> frozenset[str]:
    return frozenset(word.stem for word in found)
