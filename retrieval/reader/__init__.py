"""The Answerer by extraction."""

from retrieval.reader.reader import Reader
from retrieval.reader.scoring import LinearScorer

__all__ = ["LinearScorer", "Reader"]
