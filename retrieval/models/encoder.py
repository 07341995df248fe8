"""Texts to unit vectors: `load_encoder` finds a model and runs it in the fastest way it can.

A sentence-transformers model is exported to ONNX once and run as that from then on, the default one with weights of 8
bits, which find as well in half the time (docs/speed.md). One that cannot be exported is run by sentence-transformers
itself; "langchain:provider:model" is served elsewhere. `describe` of each encoder tells which one it is. Importing
torch or LangChain waits until a model needs it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.errors import ModelError, SettingsError, one_line
from retrieval.models.files import DEFAULT_MODEL, locate_encoder
from retrieval.models.onnx import ExportFailed, OnnxGraph, open_or_export, unit, usable_threads
from retrieval.types import encodable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    from retrieval.models.files import ModelFiles, Precision
    from retrieval.models.onnx import Kind
    from retrieval.models.served import Endpoint
    from retrieval.types import Encoder

__all__ = ["DEFAULT_MODEL", "AboutEncoder", "OnnxEncoder", "load_encoder"]

PROBE = "Who said what, and when?"
SAME: Mapping[Precision, float] = {"fp32": 0.9999, "int8": 0.97}  # the least cosine to the model's own vectors
_EXPORT_FORMAT = 1  # of the cached folders; with another number every model is exported again
_LANGCHAIN = "langchain:"
# 512 is no faster and costs 20 MB a thread; one text at a time, as 0 says, costs sentences a third more.
_BATCH_TOKENS: Mapping[Precision, int] = {"fp32": 256, "int8": 0}
_SORTED_AT_ONCE = 1024  # texts
_MOST_TOKENS = 8192  # for models that name no window


def load_encoder(
    model: str,
    *,
    cache_dir: Path,
    threads: int | None = None,
    endpoint: Endpoint | None = None,
    index: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Encoder:
    """Returns the encoder of a model: `DEFAULT_MODEL`, a folder, a hub name, or "langchain:provider:model".

    `endpoint` is where a served model is. `index` is the fingerprint of one that was made before: vectors of another
    precision do not go with it. `progress` is told before something that takes seconds. Several processes may call this
    at once.

    Raises:
        ModelError: the model cannot be found or loaded, or its weights are not the original's.
        ServerAway: it is a served one, and nobody answers.
        SettingsError: it is none, and there is an endpoint.
    """
    if model.startswith(_LANGCHAIN):
        from retrieval.models.served import Endpoint, open_served

        return open_served(model.removeprefix(_LANGCHAIN), endpoint or Endpoint())
    if endpoint is not None:
        raise SettingsError(
            f"BYLINE_EMBEDDING_BASE_URL and BYLINE_EMBEDDING_WINDOW go with a served model, and {model} runs here: "
            "take them away, or name it as langchain:openai:MODEL or langchain:ollama:MODEL."
        )
    threads = threads or usable_threads()
    files = locate_encoder(model, cache_dir)
    is_exact = files.name != DEFAULT_MODEL or (index or "").startswith(files.fingerprint("fp32"))
    target = cache_dir.absolute() / f"{files.digest[:16]}-{_EXPORT_FORMAT}{'' if is_exact else '-int8'}"
    kind: Kind = "encoder" if is_exact else "int8_encoder"
    try:
        return open_or_export(kind, files, target, lambda: OnnxEncoder(files, target, threads), progress)
    except ExportFailed as failure:
        if (index or "").startswith(files.fingerprint("int8")):
            raise ModelError(
                f"The model {files.name}, with which the index was made, cannot be prepared in {target.parent} "
                f"({failure}): see to that, or name another folder by BYLINE_CACHE_DIR."
            ) from failure
        progress(f"Loading the model {files.name}")
        return TorchEncoder(files, open_model(files), threads, why=str(failure))


@dataclass(frozen=True, slots=True)
class AboutEncoder:
    """What there is to know of an exported encoder beside its graph and tokenizer.

    Attributes:
        max_tokens: of prompt, text and special tokens together.
        probe: the model's own vector of the question `PROBE`, by which damaged files are noticed.
        precision: of the weights.
    """

    max_tokens: int
    question_prompt: str
    passage_prompt: str
    probe: Sequence[float]
    precision: Precision = "fp32"


class OnnxEncoder:
    """An exported sentence-transformers model. A text's vector does not depend on the texts beside it.

    With dynamic quantisation it would within a batch, so that int8 runs one text at a time.
    """

    def __init__(self, files: ModelFiles, folder: Path, threads: int) -> None:
        """Opens the export of a model.

        Raises whatever the libraries raise for a missing or damaged file.

        Raises:
            ModelError: its vectors are not the model's.
        """
        self._files = files
        self._folder = folder
        self._graph = OnnxGraph(folder, threads)
        self._about = AboutEncoder(**self._graph.about)
        self._room = self._about.max_tokens - self._graph.tokenizer.num_special_tokens_to_add(is_pair=False)
        cosine = float(self.encode_questions([PROBE])[0] @ np.asarray(self._about.probe, dtype=np.float32))
        if not cosine > SAME[self._about.precision]:
            raise ModelError(f"the export's vectors differ from sentence-transformers' (cosine {cosine:.4f})")

    @property
    def fingerprint(self) -> str:
        return self._files.fingerprint(self._about.precision)

    @property
    def window(self) -> int:
        return self._room - len(self._graph.tokens(self._about.passage_prompt).ids)

    @property
    def describe(self) -> str:
        about, name = self._about, self._files.name
        size = f"{len(about.probe)} dimensions, window {about.max_tokens}"
        return f"{name}, ONNX {about.precision}, {size}, from {self._folder}"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(self._graph.tokens(text).ids) for text in texts]

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self._about.question_prompt, texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self._about.passage_prompt, texts)

    def _encode(self, prompt: str, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), len(self._about.probe)), dtype=np.float32)
        for first in range(0, len(texts), _SORTED_AT_ONCE):
            encodings = []
            for text in texts[first : first + _SORTED_AT_ONCE]:
                encoding = self._graph.tokens(prompt + text)
                encoding.truncate(self._room, direction=self._graph.cut_from)
                encodings.append(self._graph.tokenizer.post_process(encoding))  # with the special ones
            lengths = [len(encoding.ids) for encoding in encodings]
            batches = batches_by_length(lengths, _BATCH_TOKENS[self._about.precision])
            runs = self._graph.run([[encodings[i] for i in batch] for batch in batches])
            vectors[[first + i for batch in batches for i in batch]] = unit(np.concatenate([run[0] for run in runs]))
        return vectors


def batches_by_length(lengths: Sequence[int], most_tokens: int) -> list[list[int]]:
    """Returns indices grouped with their like: a group has `most_tokens` at most after padding, or is a single text.

    Longest first, so that the largest memory is asked for at once and no thread is left with a long batch at the end.
    """
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batches and (len(batches[-1]) + 1) * lengths[batches[-1][0]] <= most_tokens:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches


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
        return self._files.fingerprint("fp32")

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
