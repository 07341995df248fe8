"""How a claim lies over the lines that may support it: readable features for the last judgement. Pure.

Most are of Grusky et al., "Newsroom" (2018): the fragments that a claim shares with a text, word by word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from retrieval.text.words import holds_family

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.gate.claims import Claim
    from retrieval.gate.sources import Line

_SMOOTHING = 4  # words: of a short sentence, two or three pieces tell little


class Fragment(NamedTuple):
    """`length` words that a claim has from `at`, and the text from `there`."""

    at: int
    there: int
    length: int


def alignment(claim: Claim, chosen: Sequence[Line]) -> dict[str, float]:
    """The features of a claim and the lines chosen to support it, of which there is at least one.

    Figures and dates are left out on both sides: they are compared by what they mean, elsewhere.
    """
    own = [word.stem for word in claim.inexact]
    text = [word.stem for line in chosen for word in line.inexact]
    pieces = max(0, len(fragments(own, text)) - 1) / (len(own) + _SMOOTHING)
    return {"cover": covered(claim, chosen), "pieces": pieces}


def covered(claim: Claim, chosen: Sequence[Line]) -> float:
    """The share of a claim's words of content that the lines hold."""
    wanted = claim.told
    held = sum(any(holds_family(line.stems, word.stem) for line in chosen) for word in wanted)
    return held / len(wanted) if wanted else 1.0


def fragments(own: Sequence[str], text: Sequence[str]) -> list[Fragment]:
    """The longest stretches that both share, taken greedily from the first word on."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(text):
        places.setdefault(word, []).append(at)
    found: list[Fragment] = []
    at = 0
    while at < len(own):
        best = max((Fragment(at, there, _shared(own, at, text, there)) for there in places.get(own[at], ())),
                   key=lambda f: f.length, default=None)  # fmt: skip
        if best:
            found.append(best)
        at += best.length if best else 1
    return found


def _shared(own: Sequence[str], at: int, text: Sequence[str], there: int) -> int:
    length = 0
    while at + length < len(own) and there + length < len(text) and own[at + length] == text[there + length]:
        length += 1
    return length
