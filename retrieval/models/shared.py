"""What all encoders share: clean texts in, unit vectors out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer


def clean(text: str) -> str:
    """The text without lone surrogates, which no tokenizer takes."""
    return text.encode(errors="replace").decode()


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows scaled to length 1."""
    lengths: NDArray[np.float32] = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return vectors / lengths


def tokens(tokenizer: Tokenizer, text: str) -> Encoding:
    """Without the special ones."""
    return tokenizer.encode(clean(text), add_special_tokens=False)


def without_limits(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer, which neither cuts nor pads from now on."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
