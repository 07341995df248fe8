"""Embeddings of a served model through LangChain's interface: a provider's, or an endpoint of one's own.

Text Embeddings Inference, vLLM, llama.cpp and others speak OpenAI's protocol; Ollama has its own. What they have in
common, and LangChain leaves to its user: texts are sent a few at a time, cut to what the model reads, and its dimension
is asked for at the start, so that a server that is given another model is noticed.
"""

from __future__ import annotations

import contextlib
import math
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.errors import AWAY, ModelError, ServerAway, chain, one_line
from retrieval.models.onnx import unit
from retrieval.types import encodable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

WINDOW = 512  # tokens; the smallest among the usual hosted models
_BYTES_PER_TOKEN = 3.5  # of UTF-8; English has more, so the estimate errs towards too many tokens
_TEXTS_A_CALL = 32  # what Text Embeddings Inference takes by default
_LONGEST_CALL = 60.0  # seconds
_PROBE = "Who said what, and when?"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a served model is, and what it reads.

    Attributes:
        url: where it is reached, if not at the provider's own address.
        window: tokens that it reads of a text.
    """

    url: str | None = None
    window: int = WINDOW


def open_served(name: str, endpoint: Endpoint) -> ServedEncoder:
    """Returns the encoder of "provider:model", once it has answered.

    Raises:
        ModelError: there is none, its package is missing, or it refuses.
        ServerAway: nobody answers.
    """
    from langchain.embeddings import init_embeddings

    provider = name.partition(":")[0]
    try:
        embeddings = init_embeddings(name, **_options(provider, endpoint.url))
    except Exception as error:  # each provider has errors of its own; a missing package's names the pip command
        raise ModelError(f"The embedding model langchain:{name} cannot be used: {one_line(error)}") from error
    return ServedEncoder(name, embeddings, endpoint)


def _options(provider: str, url: str | None) -> dict[str, Any]:
    """Returns what a provider's class is given: bounds of time, and no tokenizer that would have to be fetched."""
    at = {"base_url": url} if url else {}
    if provider == "openai":
        keyless = {"api_key": "none"} if url and not os.environ.get("OPENAI_API_KEY") else {}
        return at | keyless | {"check_embedding_ctx_length": False, "timeout": _LONGEST_CALL}
    if provider == "ollama":
        return at | {"client_kwargs": {"timeout": _LONGEST_CALL}}
    return at


class ServedEncoder:
    """A model that is asked through LangChain. None of them counts tokens, so these are estimated."""

    def __init__(self, name: str, embeddings: Embeddings, endpoint: Endpoint) -> None:
        """Asks for one vector, to learn how long they are."""
        self._name = name
        self._embeddings = embeddings
        self._url = endpoint.url
        self.window = endpoint.window
        with self._translated_errors():
            self._dimension = len(embeddings.embed_query(_PROBE))

    @property
    def fingerprint(self) -> str:
        return f"{self._name}, {self._dimension} dimensions"

    @property
    def describe(self) -> str:
        place = f" at {self._url}" if self._url else ""
        return f"{self.fingerprint}, through LangChain{place}, window {self.window}, tokens estimated"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [math.ceil(len(encodable(text).encode()) / _BYTES_PER_TOKEN) for text in texts]

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(lambda some: [self._embeddings.embed_query(text) for text in some], texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self._embeddings.embed_documents, texts)

    def _encode(self, embed: Callable[[list[str]], list[list[float]]], texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        for first in range(0, len(texts), _TEXTS_A_CALL):
            some = [self._readable(text) for text in texts[first : first + _TEXTS_A_CALL]]
            with self._translated_errors():
                given = np.array(embed(some), dtype=np.float32)
            if given.shape != (len(some), self._dimension):
                raise ModelError(
                    f"The embedding model langchain:{self._name} gave vectors of the shape {given.shape} for "
                    f"{len(some)} texts, not of {self._dimension} numbers each: another model is served there now; "
                    "set it back, or start again and run `byline reindex`."
                )
            vectors[first : first + len(some)] = unit(given)
        return vectors

    def _readable(self, text: str) -> str:
        """Returns what is sent of a text: as much as the model reads, and never nothing, which some refuse."""
        read = encodable(text).encode()[: int(self.window * _BYTES_PER_TOKEN)].decode(errors="ignore")
        return read if read.strip() else "-"

    @contextlib.contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # each provider has errors of its own
            raise self._explained(error) from error

    def _explained(self, error: BaseException) -> ModelError | ServerAway:
        """Returns that nobody answers, where the system or a proxy says so at the root of an error; else the error."""
        for cause in chain(error):
            if isinstance(cause, OSError) or getattr(cause, "status_code", None) in AWAY:
                place = f" at {self._url}" if self._url else ""
                return ServerAway(
                    f"The embedding model langchain:{self._name}{place} cannot be reached ({one_line(cause)}): start "
                    "its server, or correct BYLINE_EMBEDDING_BASE_URL; nothing is lost meanwhile."
                )
        return ModelError(
            f"The embedding model langchain:{self._name} failed ({one_line(error)}): check its key, its address and "
            "the network."
        )
