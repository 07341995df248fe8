"""Any LangChain embedding as an encoder."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Self

import numpy as np

from retrieval.errors import ModelError, one_line
from retrieval.models.onnx import unit
from retrieval.types import encodable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

_WINDOW = 512  # tokens; the smallest among the usual hosted models
_BYTES_PER_TOKEN = 3.5  # of UTF-8; English has more, so the estimate errs towards too many tokens


class LangChainEncoder:
    """A LangChain embedding. None of them counts tokens, so these are estimated."""

    window = _WINDOW

    def __init__(self, name: str, embeddings: Embeddings) -> None:
        self.fingerprint = name
        self._embeddings = embeddings

    @classmethod
    def load(cls, name: str) -> Self:
        """Returns the encoder of "provider:model".

        Raises:
            ModelError: there is none, or its package is missing.
        """
        from langchain.embeddings import init_embeddings

        try:
            return cls(name, init_embeddings(name))
        except Exception as error:  # each provider has errors of its own; a missing package's names the pip command
            raise ModelError(f"The embedding model langchain:{name} cannot be used: {one_line(error)}") from error

    @property
    def describe(self) -> str:
        return f"{self.fingerprint} through LangChain, window {self.window}, tokens estimated"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [math.ceil(len(encodable(text).encode()) / _BYTES_PER_TOKEN) for text in texts]

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(lambda some: [self._embeddings.embed_query(text) for text in some], texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self._embeddings.embed_documents, texts)

    def _encode(self, embed: Callable[[list[str]], list[list[float]]], texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        try:
            vectors = embed([encodable(text) if text.strip() else "-" for text in texts])  # hosted ones refuse blanks
        except Exception as error:  # each provider has errors of its own
            raise ModelError(
                f"The embedding model langchain:{self.fingerprint} failed ({one_line(error)}): check its key, its "
                "address and the network."
            ) from error
        return unit(np.array(vectors, dtype=np.float32))
