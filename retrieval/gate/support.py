"""Which lines support a claim, and why others do not: exact checks first, then a weighed judgement.

The judgement is a logistic model over how the claim lies over the lines, made by `training/fit_gate.py`.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from retrieval.gate.alignment import alignment
from retrieval.gate.denials import contradicted
from retrieval.gate.facts import untold
from retrieval.gate.speech import misattributed, misquoted
from retrieval.text.words import holds_family

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.gate.claims import Claim
    from retrieval.gate.sources import Line
    from retrieval.types import Hit

ALONE = 2  # lines that are tried alone, the nearest first
MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model; a claim is supported from `threshold` on."""

    features: Mapping[str, float]
    bias: float
    threshold: float

    def probability(self, values: Mapping[str, float]) -> float:
        points = self.bias + sum(weight * values[name] for name, weight in self.features.items())
        return 1 / (1 + math.exp(-points))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Lines that were held against a claim; `reason` is why they do not support it, None where they do."""

    lines: tuple[Line, ...]
    probability: float
    reason: str | None


@cache
def shipped_weights() -> Weights:
    return Weights(**json.loads(files("retrieval.gate").joinpath("weights.json").read_text(encoding="utf-8")))


def judge(claim: Claim, lines: Sequence[Line], hits: Sequence[Hit], weights: Weights) -> Verdict | None:
    """The verdict of the fewest lines that support a claim; else that of those nearest to it. None without lines."""
    verdicts = []
    for chosen in sorted(choices(claim, lines), key=len):
        verdicts.append(_verdict(claim, chosen, hits, weights))
        if verdicts[-1].reason is None:
            return verdicts[-1]
    return max(verdicts, key=lambda verdict: _shared(claim, verdict.lines), default=None)


def choices(claim: Claim, lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """What may support a claim: lines alone, the nearest first; then the nearest ones with what they lack."""
    near = sorted(lines, key=lambda line: -_nearness(claim, line))[:ALONE]
    found: list[tuple[Line, ...]] = [(line,) for line in near]
    for line in near:
        chosen: tuple[Line, ...] = (line,)
        while len(chosen) < MOST_LINES and (better := _with_more(claim, chosen, lines)):
            chosen = better
            found.append(tuple(sorted(chosen, key=lines.index)))
    return list(dict.fromkeys(found))


def _nearness(claim: Claim, line: Line) -> float:
    """How much of a claim a line holds; of two that hold as much, the shorter is nearer."""
    return _shared(claim, (line,)) - 0.001 * len(line.words)


def _shared(claim: Claim, chosen: Sequence[Line]) -> float:
    """The share of a claim's words of content, those of names, figures and dates among them, that lines hold."""
    held = sum(any(holds_family(line.stems, word.stem) for line in chosen) for word in claim.content)
    return held / max(1, len(claim.content))


def _with_more(claim: Claim, chosen: tuple[Line, ...], lines: Sequence[Line]) -> tuple[Line, ...] | None:
    """The lines with the one that holds most of what they lack; None where none holds any."""
    lacking = [w.stem for w in claim.content if not any(holds_family(line.stems, w.stem) for line in chosen)]
    gains = {line: sum(holds_family(line.stems, stem) for stem in lacking) for line in lines if line not in chosen}
    best = max(gains, key=lambda line: gains[line], default=None)
    return (*chosen, best) if best and gains[best] else None


def _verdict(claim: Claim, chosen: tuple[Line, ...], hits: Sequence[Hit], weights: Weights) -> Verdict:
    if reason := exact(claim, chosen, hits):
        return Verdict(chosen, 0.0, reason)
    probability = weights.probability(alignment(claim, chosen))
    is_enough = probability >= weights.threshold
    return Verdict(chosen, probability, None if is_enough else "the passage does not say so")


def exact(claim: Claim, chosen: Sequence[Line], hits: Sequence[Hit]) -> str | None:
    """Why lines do not support a claim, as far as it can be told exactly."""
    return (
        misquoted(claim, hits, chosen)
        or untold(claim, chosen)
        or contradicted(claim, chosen)
        or misattributed(claim, chosen)
    )
