"""The gate: each sentence that a model wrote is held to the passages it cites, and falls where they do not support it.

No model is asked.
"""

from retrieval.gate.gate import Gate
from retrieval.gate.records import Draft, Dropped, Kept

__all__ = ["Draft", "Dropped", "Gate", "Kept"]
