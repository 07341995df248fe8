"""From article to cited answer. Knows nothing of terminals or Discord.

`from retrieval import open_byline` is where a program begins. What is named here is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.byline import Byline, open_byline
    from retrieval.serving.parts import Options
    from retrieval.types import Article, Filters, Question, Turn

__all__ = ["Article", "Byline", "Filters", "Options", "Question", "Turn", "open_byline"]
_ELSEWHERE = {"Byline": "retrieval.byline", "open_byline": "retrieval.byline", "Options": "retrieval.serving.parts"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'retrieval' has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE.get(name, "retrieval.types")), name)
