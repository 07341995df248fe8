"""Reads a shipped reader back, so that training can go on from it: the weights as its 8-bit integers give them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import onnx
import torch
from onnx import numpy_helper

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Parts = dict[str, NDArray[np.generic]]

_EMBEDDINGS = ("word_embeddings", "token_type_embeddings", "position_embeddings")
_MATRICES = (
    "attention.self.query", "attention.self.key", "attention.self.value",
    "attention.output.dense", "intermediate.dense", "output.dense",
)  # fmt: skip
_MATRIX = re.compile(r"onnx::MatMul_(\d+)_quantized")


def restored(graph: Path) -> dict[str, torch.Tensor]:
    """The state of the transformers model that `training.export_reader` made the graph of, but for rounding."""
    parts = {each.name: numpy_helper.to_array(each) for each in onnx.load(graph).graph.initializer}
    state = {
        name.removeprefix("model."): torch.from_numpy(value.copy())
        for name, value in parts.items()
        if re.fullmatch(r"model\.(?:bert|qa_outputs)\..*(?:weight|bias)", name)
    }
    for name in _EMBEDDINGS:
        weight = f"bert.embeddings.{name}.weight"
        state[weight] = _dequantised(parts, f"model.{weight}")
    # The exporter numbers the matrices in the order in which they are used.
    numbers = sorted(int(match[1]) for name in parts if (match := _MATRIX.fullmatch(name)))
    for name, number in zip(_matrix_names(len(numbers)), numbers, strict=True):
        state[name] = _dequantised(parts, f"onnx::MatMul_{number}").T.contiguous()
    return state


def _matrix_names(count: int) -> list[str]:
    layers, rest = divmod(count, len(_MATRICES))
    if rest != 1:
        raise ValueError(f"{count} matrices are no BERT with a span head")
    return [f"bert.encoder.layer.{n}.{m}.weight" for n in range(layers) for m in _MATRICES] + ["qa_outputs.weight"]


def _dequantised(parts: Parts, name: str) -> torch.Tensor:
    whole, zero = (torch.from_numpy(parts[f"{name}_{part}"].copy()).float() for part in ("quantized", "zero_point"))
    return (whole - zero) * torch.from_numpy(parts[f"{name}_scale"].copy())
