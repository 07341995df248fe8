"""An extractive question answering model of the transformers kind, exported to ONNX and run by ONNX Runtime."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from retrieval.models.exports import ABOUT, GRAPH, TOKENIZER, open_session
from retrieval.models.shared import tokens, without_limits
from retrieval.models.spans import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tokenizers import Encoding

STRIDE = 64  # tokens that two parts of a long window share, where the model reads enough at once
_INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}  # name -> Encoding's


@dataclass(frozen=True, slots=True)
class About:
    """What there is to know of a model beside its graph and tokenizer.

    Attributes:
        name: as people know it.
        precision: of its weights, "int8" or "fp32".
        max_tokens: of question, window and special tokens together.
    """

    name: str
    precision: str
    max_tokens: int


class OnnxSpanModel:
    """One window a run, on one thread, `threads` runs at a time.

    With dynamic quantisation a window's logits would depend on those beside it in a batch.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        """Raises whatever the libraries raise for a missing or damaged file."""
        from tokenizers import Tokenizer

        self._about = About(**json.loads((folder / ABOUT).read_text(encoding="utf-8")))
        self._tokenizer = without_limits(Tokenizer.from_file(str(folder / TOKENIZER)))
        self._room = self._about.max_tokens - self._tokenizer.num_special_tokens_to_add(is_pair=True)
        self._session = open_session(folder / GRAPH)
        self._inputs = {node.name: _INPUTS[node.name] for node in self._session.get_inputs()}
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    @property
    def describe(self) -> str:
        return f"{self._about.name}, ONNX {self._about.precision}, {self._about.max_tokens} tokens at once"

    def read(self, question: str, windows: Sequence[str]) -> list[tuple[Reading, ...]]:
        parts = [self._parts(question, window) for window in windows]
        read = iter(list(self._pool.map(self._run, chain.from_iterable(parts))))
        return [tuple(next(read) for _ in some) for some in parts]

    def _parts(self, question: str, window: str) -> list[Encoding]:
        """Question and window together, in more than one part where they are too long; the question takes a third."""
        asked, text = tokens(self._tokenizer, question), tokens(self._tokenizer, window)
        if len(asked.ids) > (most := self._room // 3):
            asked = tokens(self._tokenizer, question[: asked.offsets[most - 1][1]])
        room = self._room - len(asked.ids)
        text.truncate(room, stride=min(STRIDE, room // 2))
        whole = self._tokenizer.post_process(asked, text)
        return [whole, *whole.overflowing]

    def _run(self, encoding: Encoding) -> Reading:
        columns = {name: np.array([getattr(encoding, key)], dtype=np.int64) for name, key in self._inputs.items()}
        starts, ends = (logits[0] for logits in self._session.run(None, columns))
        rows = np.array([sequence == 1 for sequence in encoding.sequence_ids])
        offsets = np.array(encoding.offsets, dtype=np.int64)
        return Reading(offsets[rows], starts[rows] - starts[0], ends[rows] - ends[0])


def open_span_model(folder: Path, threads: int) -> OnnxSpanModel | None:
    """The exported model in a folder; None where there is none, or it is damaged."""
    try:
        model = OnnxSpanModel(folder, threads)
        model.read("Who?", ["Somebody."])
    except Exception:  # noqa: BLE001  (each library has errors of its own for a damaged file)
        return None
    return model
