"""Which evidence supports a claim, and why other does not: exact checks first, then a weighed judgement.

The judgement is a logistic model over how the claim lies over the evidence, made by `training/fit_gate.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from retrieval.gate.checks import (
    claimed_denial,
    exchanged_names,
    exchanged_numbers,
    misattributed,
    misquoted,
    opposite,
    out_of_context,
    passed_over_clause,
    passed_over_denial,
    passed_over_hedge,
    turned_round,
    turned_voice,
    unsaid_universal,
    untold_date,
    untold_name,
    untold_number,
    whole_for_part,
)
from retrieval.gate.claims import Claim, Evidence
from retrieval.reader.scoring import Logistic
from retrieval.text.words import holds_family

Check = Callable[[Claim, Sequence[Evidence]], str | None]
"""Returns why evidence does not support a claim, as far as it can be told exactly; None where it may."""

CHECKS: Mapping[str, Check] = {
    "quoted words": misquoted,
    "names": untold_name,
    "numbers": untold_number,
    "dates": untold_date,
    "facts in their context": out_of_context,
    "two names exchanged": exchanged_names,
    "two numbers exchanged": exchanged_numbers,
    "denials of the claim": claimed_denial,
    "denials of the passage": passed_over_denial,
    "opposites": opposite,
    "hedges": passed_over_hedge,
    "clauses left open": passed_over_clause,
    "parts of a whole": whole_for_part,
    "all for some": unsaid_universal,
    "who does it": turned_voice,
    "order around a word": turned_round,
    "speakers": misattributed,
}
_NEAREST = 2  # sentences that are tried alone, and each with the one that holds most of what it lacks
_CLOSE = 3  # words of content: as near as one that follows another one closely stands


@dataclass(frozen=True, slots=True)
class SupportModel(Logistic):
    """The probability that evidence supports a claim, by its features; it is supported from `threshold` on."""

    threshold: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """Evidence that was held against a claim; `reason` is why it does not support it, None where it does."""

    evidence: tuple[Evidence, ...]
    probability: float
    reason: str | None


@cache
def shipped_model() -> SupportModel:
    """Returns the model that Byline ships."""
    return SupportModel(**json.loads(files("retrieval.gate").joinpath("weights.json").read_text(encoding="utf-8")))


def judge(
    claim: Claim, sentences: Sequence[Evidence], model: SupportModel, checks: Mapping[str, Check] = CHECKS
) -> Judgement | None:
    """Returns the judgement on the fewest sentences that support a claim, else on those nearest to it.

    None where there are no sentences.
    """
    judgements = []
    for evidence in candidates(claim, sentences):
        reason = failed(claim, evidence, checks)
        probability = 0.0 if reason else model.probability(features(claim, evidence))
        if not reason and probability < model.threshold:
            reason = "the passage does not say so"
        judgements.append(Judgement(evidence, probability, reason))
        if reason is None:
            return judgements[-1]
    return max(judgements, key=lambda judgement: shared(claim, judgement.evidence), default=None)


def failed(claim: Claim, evidence: Sequence[Evidence], checks: Mapping[str, Check] = CHECKS) -> str | None:
    """Returns the reason of the first check that fails; None where all pass."""
    return next((reason for check in checks.values() if (reason := check(claim, evidence))), None)


def candidates(claim: Claim, sentences: Sequence[Evidence]) -> list[tuple[Evidence, ...]]:
    """Returns what may support a claim: the nearest sentences alone, then each with one that holds what it lacks."""

    def nearness(sentence: Evidence) -> float:
        return shared(claim, (sentence,)) - 0.001 * len(sentence.words)

    nearest = sorted(sentences, key=nearness, reverse=True)[:_NEAREST]
    pairs = [pair for sentence in nearest if (pair := _with_more(claim, sentence, sentences))]
    return list(dict.fromkeys([*((sentence,) for sentence in nearest), *pairs]))


def shared(claim: Claim, evidence: Sequence[Evidence]) -> float:
    """Returns the share of a claim's words of content, those of names, numbers and dates among them, that it holds."""
    return _share([word.stem for word in claim.content], evidence)


def _share(stems: Sequence[str], evidence: Sequence[Evidence]) -> float:
    held = sum(any(holds_family(sentence.stems, stem) for sentence in evidence) for stem in stems)
    return held / len(stems) if stems else 1.0


def _with_more(claim: Claim, sentence: Evidence, sentences: Sequence[Evidence]) -> tuple[Evidence, ...] | None:
    """Returns the sentence with the one that holds most of what it lacks, in their order; None where none does."""
    lacking = [word.stem for word in claim.content if not holds_family(sentence.stems, word.stem)]
    gains = {
        other: sum(holds_family(other.stems, stem) for stem in lacking) for other in sentences if other != sentence
    }
    best = max(gains, key=lambda other: gains[other], default=None)
    return tuple(sorted((sentence, best), key=sentences.index)) if best and gains[best] else None


def features(claim: Claim, evidence: Sequence[Evidence]) -> dict[str, float]:
    """Returns how a claim lies over evidence, of which there is at least one sentence.

    "held" is how many of its words of content the evidence holds, and "missing" how many it does not, those of names,
    numbers and dates apart, which are compared exactly; "in order" is the share of neighbours among all its words of
    content that follow each other closely in one sentence; "alone" is whether one sentence is all the evidence: what is
    put together from two tends to be put together wrongly.
    """
    missing = sum(not any(holds_family(each.stems, stem) for each in evidence) for stem in claim.told)
    content = [word.stem for word in claim.content]
    neighbours = [*pairwise(content)]
    close = {pair for sentence in evidence for pair in _close_pairs(sentence)}
    return {
        "alone": float(len(evidence) == 1),
        "in order": sum(pair in close for pair in neighbours) / len(neighbours) if neighbours else float(not missing),
        "held": round(_share(content, evidence) * len(content)),
        "missing": missing,
    }


def _close_pairs(sentence: Evidence) -> Iterator[tuple[str, str]]:
    content = [word.stem for word in sentence.words if word.is_content]
    return ((stem, later) for at, stem in enumerate(content) for later in content[at + 1 : at + 1 + _CLOSE])
