"""The encoders that are no exported graph: sentence-transformers itself, and any LangChain embedding.

Importing torch or LangChain waits until a model is loaded.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from retrieval.errors import ModelError, one_line
from retrieval.models.onnx import unit
from retrieval.types import encodable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    from retrieval.models.files import ModelFiles

_MOST_TOKENS = 8192  # for models that name no window
_HOSTED_WINDOW = 512  # tokens; the smallest among the usual hosted models
_BYTES_PER_TOKEN = 3.5  # of UTF-8; English has more, so the estimate errs towards too many tokens


class TorchEncoder:
    """A model run by sentence-transformers itself, because it could not be exported."""

    def __init__(self, files: ModelFiles, model: SentenceTransformer, threads: int, *, why: str) -> None:
        import torch
        from tokenizers import Tokenizer

        torch.set_num_threads(threads)
        self._files = files
        self._model = model
        self._why = why
        self._turn = threading.Lock()  # transformers sets a tokenizer's limits anew in each call
        self._tokenizer = Tokenizer.from_str(fast_tokenizer(model).to_str())  # a copy that neither cuts nor pads
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        special = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self.window = max_tokens(model) - special - self.count_tokens([prompts(model)[1]])[0]

    @property
    def fingerprint(self) -> str:
        return self._files.fingerprint

    @property
    def describe(self) -> str:
        return f"{self._files.name}, run by sentence-transformers itself, because the export failed: {self._why}"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(self._tokenizer.encode(encodable(text), add_special_tokens=False).ids) for text in texts]

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self._model.encode_query, texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Callable[..., NDArray[np.float32]], texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self._model.get_embedding_dimension() or 0), dtype=np.float32)
        with self._turn:
            return unit(encode([encodable(text) for text in texts], batch_size=4, show_progress_bar=False))


def open_model(files: ModelFiles) -> SentenceTransformer:
    """Loads a model.

    Raises:
        ModelError: sentence-transformers cannot load it.
    """
    try:
        return load_sentence_transformer(files.folder)
    except Exception as error:
        raise ModelError(
            f"sentence-transformers cannot load the model {files.name} from {files.folder} ({one_line(error)}): "
            "update sentence-transformers and transformers, or choose another model."
        ) from error


def load_sentence_transformer(folder: Path, **model_kwargs: str) -> SentenceTransformer:
    """Loads a model in 32-bit floats on the CPU, without a word and without looking at the network."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # theirs
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, model_kwargs=dict(model_kwargs))
    model.float().eval()
    return model


def max_tokens(model: SentenceTransformer) -> int:
    """Returns how many tokens the model reads of a text, special ones included."""
    return int(min(model.get_max_seq_length() or _MOST_TOKENS, _MOST_TOKENS))


def prompts(model: SentenceTransformer) -> tuple[str, str]:
    """Returns what `encode_query` and `encode_document` put before a text."""
    named = {name: prompt or "" for name, prompt in model.prompts.items()}
    default = named.get(model.default_prompt_name or "", "")
    document = next((name for name in ("document", "passage", "corpus") if name in named), "")
    return named.get("query", default), named.get(document, default)


def fast_tokenizer(model: SentenceTransformer) -> Any:  # noqa: ANN401  (transformers' are untyped)
    """Returns the model's tokenizer as the library tokenizers has it."""
    return getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)


class LangChainEncoder:
    """A LangChain embedding. None of them counts tokens, so these are estimated."""

    window = _HOSTED_WINDOW

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
