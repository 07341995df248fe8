"""Which source of the last answer a message points back to: "open 2", "what else does that article say?"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.source_requests import source_request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.text.source_requests import Action
    from retrieval.types import Citation, Turn


@dataclass(frozen=True, slots=True)
class Referred:
    """What is asked of an article that was cited.

    `citation` is the one that is meant, `told` all of that answer that cite the same article.
    """

    action: Action
    citation: Citation
    told: tuple[Citation, ...]


def referred(text: str, history: Sequence[Turn], libraries: Sequence[str]) -> Referred | None:
    """Returns what a message asks of a source of the last answer that has any; None where it asks nothing of the kind.

    Only sources of `libraries` can be meant.
    """
    request = source_request(text)
    if request is None:
        return None
    cited = next((turn.answer.citations for turn in reversed(history) if turn.answer.citations), ())
    numbered = {citation.number: citation for citation in cited if citation.library in libraries}
    meant = numbered.get(request.number or min(numbered, default=0))
    if meant is None:
        return None
    same = tuple(c for c in numbered.values() if (c.library, c.article.id) == (meant.library, meant.article.id))
    return Referred(request.action, meant, same)
