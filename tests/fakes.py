"""Small stand-ins for the parts that are slow or heavy."""

from __future__ import annotations

import hashlib
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.models.span_model import Reading
from retrieval.reader import LinearScorer, Reader
from retrieval.types import Extract, Prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.store.quotes import Quotations

_DIMENSION = 64


class WordEncoder:
    """Texts that share words are near: each word adds its own fixed direction."""

    window = 60
    describe = "words"
    reads_turns = False

    def __init__(self, fingerprint: str = "words") -> None:
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_words(text)) for text in texts]

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([_vector(text) for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded.extend(texts)
        return self.encode_questions(texts) if texts else np.zeros((0, _DIMENSION), np.float32)


class WordSpans:
    """Every word answers as well as its place in the alphabet says: "zebra" best."""

    describe = "words"
    reads_turns = False

    def __init__(self) -> None:
        self.read_windows: list[str] = []

    def read(self, question: str, windows: Sequence[str]) -> list[tuple[Reading, ...]]:  # noqa: ARG002  (the protocol's)
        self.read_windows.extend(windows)
        return [(self._reading(window),) for window in windows]

    def _reading(self, window: str) -> Reading:
        words = list(re.finditer(r"\w+", window))
        points = np.array([ord(word[0][0].lower()) - ord("m") for word in words], dtype=np.float32)
        offsets = np.array([word.span() for word in words], dtype=np.int64).reshape(-1, 2)
        return Reading(offsets, points, points)


def as_prose(answer: Extract, **changes: Any) -> Prose:  # noqa: ANN401  (any field of it)
    """The same answer, as if a chat model had written it."""
    same = {each.name: getattr(answer, each.name) for each in fields(Prose) if each.name != "kind"}
    return Prose(**same | changes)


def word_reader(threshold: float | None = None, quotations: Quotations | None = None) -> Reader:
    return Reader(LinearScorer(WordSpans()), threshold=threshold, quotations=quotations)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _vector(text: str) -> NDArray[np.float32]:
    total = np.full(_DIMENSION, 1e-3, np.float32)
    for word in _words(text):
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
        total += np.random.default_rng(seed).normal(size=_DIMENSION).astype(np.float32)
    unit: NDArray[np.float32] = total / np.linalg.norm(total)
    return unit
