"""The gate: each sentence that a model wrote is held to the passages it cites, and falls where they do not support it.

No model is asked.
"""

from retrieval.gate.gate import Draft, Dropped, Gate, Kept

__all__ = ["Draft", "Dropped", "Gate", "Kept"]
