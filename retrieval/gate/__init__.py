"""The gate: each sentence that a model wrote is held to the passages it cites, and falls where they do not support it.

No other model is asked than the span reader that Byline ships.
"""

from retrieval.gate.gate import Gate
from retrieval.gate.records import Draft, Dropped, Kept

__all__ = ["Draft", "Dropped", "Gate", "Kept"]
