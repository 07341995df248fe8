"""The Answerer by extraction."""

from retrieval.reader.answerer import Reader
from retrieval.reader.scoring import LinearScorer

__all__ = ["LinearScorer", "Reader"]
