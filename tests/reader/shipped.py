"""The reader that ships with Byline, whose model is loaded once for all tests of a process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from retrieval.models.span_model import load_span_model
from retrieval.reader import LinearScorer, Reader
from tests import MODELS

if TYPE_CHECKING:
    from retrieval.store.quotes import Quotations


@cache
def scorer() -> LinearScorer:
    return LinearScorer(load_span_model(cache_dir=MODELS))


def shipped_reader(quotations: Quotations | None = None, *, threshold: float | None = None) -> Reader:
    return Reader(scorer(), threshold=threshold, quotations=quotations)
