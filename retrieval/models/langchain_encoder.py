"""Any LangChain embedding as an encoder, by the name "langchain:provider:model"."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import ModelError
from retrieval.models.exports import one_line
from retrieval.models.shared import clean, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

PREFIX = "langchain:"
_WINDOW = 512  # tokens; the smallest among the usual hosted models
_BYTES_PER_TOKEN = 3.5  # of UTF-8; English has more, so the estimate errs towards too many tokens


class LangChainEncoder:
    """Any LangChain embedding. None of them counts tokens, so these are estimated."""

    window = _WINDOW

    def __init__(self, name: str, embeddings: Embeddings) -> None:
        self._name = name
        self._embeddings = embeddings

    @property
    def fingerprint(self) -> str:
        return self._name.removeprefix(PREFIX)

    @property
    def describe(self) -> str:
        return f"{self.fingerprint} through LangChain, window {self.window}, tokens estimated"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [math.ceil(len(clean(text).encode()) / _BYTES_PER_TOKEN) for text in texts]

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._vectors(lambda some: [self._embeddings.embed_query(text) for text in some], texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._vectors(self._embeddings.embed_documents, texts)

    def _vectors(self, embed: Callable[[list[str]], list[list[float]]], texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        try:
            vectors = embed([_not_blank(text) for text in texts])
        except Exception as error:  # each provider has errors of its own
            raise ModelError(
                f"The embedding model {self._name} failed ({one_line(error)}): check its key, its address and the "
                "network."
            ) from error
        return unit(np.array(vectors, dtype=np.float32))


def init_langchain(name: str) -> Embeddings:
    from langchain.embeddings import init_embeddings

    try:
        return init_embeddings(name.removeprefix(PREFIX))
    except Exception as error:  # each provider has errors of its own; that of a missing package names the pip command
        raise ModelError(f"The embedding model {name} cannot be used: {one_line(error)}") from error


def _not_blank(text: str) -> str:
    return clean(text) if text.strip() else "-"  # hosted models refuse blanks
