"""The gate: each sentence that a model wrote is held to the passages it cites, and falls where they do not support it.

No other model is asked than the span reader that Byline ships.
"""

from retrieval.gate.gate import Gate, too_little
from retrieval.gate.records import Draft, Dropped, Gated, Kept

__all__ = ["Draft", "Dropped", "Gate", "Gated", "Kept", "too_little"]
