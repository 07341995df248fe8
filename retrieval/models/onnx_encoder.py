"""A model exported to ONNX, run by ONNX Runtime on the CPU."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.batches import batched
from retrieval.models.exports import ABOUT, GRAPH, TOKENIZER, open_session
from retrieval.models.shared import tokens, unit, without_limits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Encoding

    from retrieval.models.files import Source

PROBE = "Who said what, and when?"
SAME = 0.9999  # the least cosine between vectors that count as the same
_INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}  # name -> Encoding's
_PADDING = ("direction", "pad_id", "pad_type_id", "pad_token")
_BATCH_TOKENS = 256  # 512 is no faster and costs 20 MB a thread; one text at a time costs sentences a third more
_SORTED_AT_ONCE = 1024  # texts


@dataclass(frozen=True, slots=True)
class About:
    """What there is to know of an exported model beside its graph and tokenizer.

    Attributes:
        max_tokens: of prompt, text and special tokens together.
        probe: the vector of the question `PROBE`, by which damaged files are noticed.
    """

    max_tokens: int
    question_prompt: str
    passage_prompt: str
    probe: Sequence[float]


class OnnxEncoder:
    """A model exported by `onnx_export`, run by ONNX Runtime on the CPU.

    A run uses one thread, and `threads` runs go on at a time: two runs of one thread beat one of two. A text's vector
    does not depend on the texts beside it.
    """

    def __init__(self, source: Source, export: Path, threads: int) -> None:
        """Raises whatever the libraries raise for a missing or damaged file."""
        from tokenizers import Tokenizer

        self._source = source
        self._export = export
        self._about = About(**json.loads((export / ABOUT).read_text(encoding="utf-8")))
        tokenizer = Tokenizer.from_file(str(export / TOKENIZER))
        padding, truncation = tokenizer.padding or {}, tokenizer.truncation or {}
        self._padding = {key: padding[key] for key in _PADDING}
        self._cut_at = truncation["direction"]
        self._tokenizer = without_limits(tokenizer)
        self._room = self._about.max_tokens - self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self._session = open_session(export / GRAPH)
        self._inputs = {node.name: _INPUTS[node.name] for node in self._session.get_inputs()}
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encoder")

    @property
    def fingerprint(self) -> str:
        return self._source.fingerprint

    @property
    def window(self) -> int:
        return self._room - len(tokens(self._tokenizer, self._about.passage_prompt).ids)

    @property
    def describe(self) -> str:
        name, dimension, window = self._source.name, len(self._about.probe), self._about.max_tokens
        return f"{name}, ONNX fp32, {dimension} dimensions, window {window}, from {self._export}"

    def probe(self) -> float:
        """The cosine of the vector of `PROBE` as it is now and as it was when the export was made."""
        return float(self.encode_questions([PROBE])[0] @ np.asarray(self._about.probe, dtype=np.float32))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(tokens(self._tokenizer, text).ids) for text in texts]

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self._about.question_prompt, texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self._about.passage_prompt, texts)

    def _encode(self, prompt: str, texts: Sequence[str]) -> NDArray[np.float32]:
        parts = [self._encode_some([prompt + text for text in some]) for some in batched(texts, _SORTED_AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty((0, len(self._about.probe)), dtype=np.float32)

    def _encode_some(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encodings = [self._prepare(text) for text in texts]
        batches = batches_by_length([len(encoding.ids) for encoding in encodings])
        work = [[encodings[i] for i in batch] for batch in batches]
        runs = list(self._pool.map(self._run, work)) if len(work) > 1 else [self._run(work[0])]
        vectors = np.empty((len(texts), runs[0].shape[1]), dtype=np.float32)
        vectors[[i for batch in batches for i in batch]] = np.concatenate(runs)
        return vectors

    def _prepare(self, text: str) -> Encoding:
        """The text's tokens, cut to the window, with the special ones."""
        cut = tokens(self._tokenizer, text)
        cut.truncate(self._room, direction=self._cut_at)
        return self._tokenizer.post_process(cut)

    def _run(self, batch: Sequence[Encoding]) -> NDArray[np.float32]:
        width = max(1, *(len(encoding.ids) for encoding in batch))
        for encoding in batch:
            encoding.pad(width, **self._padding)
        columns = {
            name: np.array([getattr(encoding, attribute) for encoding in batch], dtype=np.int64)
            for name, attribute in self._inputs.items()
        }
        mask = columns["attention_mask"]
        mask[~mask.any(axis=1)] = 1  # a text without any token is read as padding
        return unit(self._session.run(None, columns)[0])


def open_export(source: Source, export: Path, threads: int) -> OnnxEncoder | None:
    """The encoder of an exported model; None where there is none, or it is damaged or gives other vectors than once."""
    try:
        encoder = OnnxEncoder(source, export, threads)
        return encoder if encoder.probe() > SAME else None
    except Exception:  # noqa: BLE001  (each library has errors of its own for a damaged file)
        return None


def batches_by_length(lengths: Sequence[int], most_tokens: int = _BATCH_TOKENS) -> list[list[int]]:
    """Indices grouped with their like, so that no batch holds more than `most_tokens` after padding, or a single text.

    Longest first, so that the largest memory is asked for at once and no thread is left with a long batch at the end.
    """
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batches and (len(batches[-1]) + 1) * lengths[batches[-1][0]] <= most_tokens:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches
