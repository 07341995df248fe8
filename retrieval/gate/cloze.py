"""A claim put to the span reader with a third of it left out: does it find in the lines what fills the gap?

After QAGS (Wang et al., "Asking and Answering Questions to Evaluate the Factual Consistency of Summaries", 2020), with
the gaps of a cloze test for questions, as these can be made of any sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.models.span_model import best_span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.gate.claims import Claim
    from retrieval.gate.sources import Line
    from retrieval.models.span_model import SpanModel

_THIRDS = 3
MOST = 12.0  # log-odds; beyond, certain is certain


def cloze(claim: Claim, chosen: Sequence[Line], model: SpanModel) -> float:
    """The log-odds that the least sure of the gaps is filled, against nothing filling it."""
    window = " ".join(line.text for line in chosen)
    found = (best_span(model.read(question, [window])[0]) for question in gaps(claim.text))
    return min(max(-MOST, min(MOST, best.score)) if best else -MOST for best in found)


def gaps(text: str) -> list[str]:
    """The claim without its first, its middle and its last third, a question word in the gap."""
    parts = text.rstrip(". ").split()
    third = max(1, len(parts) // _THIRDS)
    return [
        " ".join(["Who or what", *parts[third:]]) + "?",
        " ".join([*parts[:third], "what", *parts[-third:]]) + "?",
        " ".join([*parts[:-third], "what"]) + "?",
    ]
