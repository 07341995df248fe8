"""Exports a question answering model to ONNX: `python -m retrieval.models.span_export NAME FOLDER DIGEST TARGET`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.errors import ModelError
from retrieval.models import exports
from retrieval.models.exports import ABOUT, GRAPH, TOKENIZER, optimize, run_export
from retrieval.models.onnx_spans import About, OnnxSpanModel, open_span_model

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from retrieval.models.files import Source

_RAW = "raw.onnx"
_MOST_TOKENS = 512
_SAME = 0.01  # the most by which a logit may differ
_QUESTION = "Who said what, and when?"
_TRIED = ("“No,” she said in Zürich on 3 May 2021.", "東京", "The same words come again and again. " * 40)


def export(source: Source, folder: Path) -> None:
    """Put an export that gives the model's own logits into a folder, or raise whatever hinders it."""
    model, tokenizer = load(source.folder)
    trace(model, tokenizer, folder / _RAW)
    optimize(folder / _RAW, folder / GRAPH)
    (folder / _RAW).unlink()
    describe(About(source.name, "fp32", max_tokens(model, tokenizer)), tokenizer, folder)
    _verify(model, tokenizer, OnnxSpanModel(folder, threads=1))


def load(folder: Path) -> tuple[Any, Any]:
    """The model in 32-bit floats and its tokenizer, by transformers.

    Raises:
        ModelError: it has not learned to answer questions, or its tokenizer cannot tell where tokens stand.
    """
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # theirs
    model, info = AutoModelForQuestionAnswering.from_pretrained(
        folder, local_files_only=True, attn_implementation="eager", output_loading_info=True
    )
    if info["missing_keys"]:
        raise ModelError(f"it is no question answering model: {', '.join(sorted(info['missing_keys']))} are missing")
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    if not tokenizer.is_fast:
        raise ModelError("its tokenizer cannot tell where in the text a token stands")
    return model.float().eval(), tokenizer


def max_tokens(model: Any, tokenizer: Any) -> int:  # noqa: ANN401  (transformers' are untyped)
    positions = getattr(model.config, "max_position_embeddings", None) or _MOST_TOKENS
    return int(min(tokenizer.model_max_length, positions, _MOST_TOKENS))


def trace(model: Any, tokenizer: Any, file: Path) -> None:  # noqa: ANN401  (the same)
    """The model as one graph: tokens in, start and end logits out, any number and length of texts."""

    def logits(given: Mapping[str, Any]) -> tuple[Any, Any]:
        found = model(**given)
        return found.start_logits, found.end_logits

    inputs = tokenizer("A question?", "A text that answers.", return_tensors="pt")
    axes = {0: "text", 1: "token"}
    exports.trace(model, logits, dict(inputs), {"starts": axes, "ends": axes}, file)


def describe(about: About, tokenizer: Any, folder: Path) -> None:  # noqa: ANN401  (the same)
    tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    (folder / ABOUT).write_text(json.dumps(asdict(about), indent=1) + "\n", encoding="utf-8")


def _verify(model: Any, tokenizer: Any, exported: OnnxSpanModel) -> None:  # noqa: ANN401  (the same)
    import torch

    for text in _TRIED:
        features = tokenizer(
            _QUESTION, text, truncation="only_second", return_tensors="pt", max_length=max_tokens(model, tokenizer)
        )
        with torch.no_grad():
            starts = model(**features).start_logits[0].numpy()
        rows = [i for i, sequence in enumerate(features.encodings[0].sequence_ids) if sequence == 1]
        ours = exported.read(_QUESTION, [text])[0][0].starts
        theirs = starts[rows] - starts[0]
        if len(ours) != len(theirs) or not np.abs(ours - theirs).max(initial=0.0) < _SAME:
            raise ModelError("the exported model's logits differ from transformers'")


def _is_there(_source: Source, target: Path) -> bool:
    return open_span_model(target, threads=1) is not None


if __name__ == "__main__":
    run_export(export, _is_there)
