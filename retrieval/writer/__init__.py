"""From passages to an answer in prose, with any chat model; each sentence is held to what it cites."""

from retrieval.text.messages import Intent
from retrieval.writer.writing import Writer

__all__ = ["Intent", "Writer"]
