"""Who said what: Article -> Quotes. Pure."""

from retrieval.quotes.extraction import quotes

__all__ = ["quotes"]
