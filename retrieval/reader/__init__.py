"""The Answerer by extraction."""

from retrieval.reader.answerer import Reader

__all__ = ["Reader"]
