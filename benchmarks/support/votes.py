"""Summary sentences that people judged: QAGS (Wang et al. 2020), before the whole article each summarises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retrieval.gate.claims import Claim, evidence
from retrieval.gate.support import CHECKS, judge
from retrieval.types import Article, Hit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.gate.support import Check, Judgement, SupportModel

_MAJORITY = 2  # of three votes
_PARTED = re.compile(r"(?<=\d[,.]) (?=\d)|(?<=[$£€]) (?=\d)|(?<=\w) (?=- \w)|(?<=\w -) (?=\w)")


@dataclass(frozen=True)
class Judged:
    """A sentence, its article, and whether most of those asked found it supported."""

    group: int
    text: str
    hit: Hit
    supported: bool


def judged(rows: Sequence[Mapping[str, Any]]) -> list[Judged]:
    found = []
    for group, row in enumerate(rows):
        text = _spelled(row["article"])
        hit = Hit("support", Article(str(group), "", text), 0, len(text), 1.0)
        for each in row["summary_sentences"]:
            votes = sum(vote["response"] == "yes" for vote in each["responses"])
            found.append(Judged(group, _spelled(each["sentence"]), hit, votes >= _MAJORITY))
    return found


def judgement(case: Judged, model: SupportModel, checks: Mapping[str, Check] = CHECKS) -> Judgement | None:
    """Returns what the gate makes of a sentence, before it is asked whether it is well-formed."""
    return judge(Claim.of(case.text), evidence(case.hit), model, checks)


def _spelled(text: str) -> str:
    """The text with the spaces taken out that the data's tokenisation put into numbers and compounds."""
    return _PARTED.sub("", text)
