"""Exports a sentence-transformers model: `python -m retrieval.models.encoder_export NAME FOLDER DIGEST TARGET`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from retrieval.errors import ModelError
from retrieval.models.exports import ABOUT, GRAPH, TOKENIZER, optimize, run_export, trace
from retrieval.models.onnx_encoder import PROBE, SAME, About, OnnxEncoder, open_export
from retrieval.models.shared import unit
from retrieval.models.torch_encoder import load_sentence_transformer, max_tokens, prompts

if TYPE_CHECKING:
    from pathlib import Path

    from sentence_transformers import SentenceTransformer

    from retrieval.models.files import Source

_RAW = "raw.onnx"
_TRIED = (
    PROBE,
    "",
    "Two short sentences. Both end here.",
    "“No,” she said – in Zürich, on 3 May 2021 – “we’ve $1.5bn left.” 東京",
    "The same words come again and again until the window is full and what follows is not read any more. " * 600,
)


def export(source: Source, folder: Path) -> None:
    """Put an export that gives the model's own vectors into a folder, or raise whatever hinders it."""
    model = load_sentence_transformer(source.folder, attn_implementation="eager")  # the simplest graph
    _write(model, folder)
    _verify(model, source, folder)


def _write(model: SentenceTransformer, folder: Path) -> None:
    _trace(model, folder / _RAW)
    optimize(folder / _RAW, folder / GRAPH)
    (folder / _RAW).unlink()
    probe = unit(model.encode_query([PROBE]))[0].tolist()  # from here on the tokenizer is set to cut and to pad
    getattr(model.tokenizer, "backend_tokenizer", model.tokenizer).save(str(folder / TOKENIZER))
    about = About(max_tokens(model), *prompts(model), probe=probe)
    (folder / ABOUT).write_text(json.dumps(asdict(about)), encoding="utf-8")


def _trace(model: SentenceTransformer, file: Path) -> None:
    """The whole model as one graph: tokens in, vectors out, any number and length of texts."""
    import torch

    features = model.preprocess(["A text.", "Another text, which is longer than the first one."])
    inputs = {name: value for name, value in features.items() if isinstance(value, torch.Tensor)}
    trace(model, lambda given: (model(given)["sentence_embedding"],), inputs, {"vectors": {0: "text"}}, file)


def _verify(model: SentenceTransformer, source: Source, folder: Path) -> None:
    encoder = OnnxEncoder(source, folder, threads=1)
    for theirs, ours in (
        (model.encode_query, encoder.encode_questions),
        (model.encode_document, encoder.encode_passages),
    ):
        cosine = float((unit(theirs(list(_TRIED))) * ours(_TRIED)).sum(axis=1).min())
        if not cosine > SAME:
            raise ModelError(f"the exported model's vectors differ from sentence-transformers' (cosine {cosine:.4f})")


def _is_there(source: Source, target: Path) -> bool:
    return open_export(source, target, threads=1) is not None


if __name__ == "__main__":
    run_export(export, _is_there)
