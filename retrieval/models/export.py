"""Exports a model to ONNX: `python -m retrieval.models.export KIND NAME FOLDER DIGEST TARGET`.

It may be killed at any moment: the export is made in a folder beside the target and moved there whole, under a lock
that dies with the process. An export that does not give what the model itself gives is a failure.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import warnings
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.errors import ModelError, one_line
from retrieval.models.encoder import (
    PROBE,
    SAME,
    AboutEncoder,
    OnnxEncoder,
    fast_tokenizer,
    load_sentence_transformer,
    max_tokens,
    prompts,
)
from retrieval.models.files import ModelFiles, check_sums, write_sums
from retrieval.models.onnx import ABOUT, GRAPH, TOKENIZER, remember_failure, unit
from retrieval.models.span_model import AboutSpanModel, OnnxSpanModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor
    from torch.nn import Module

    from retrieval.models.files import Precision

_OPSET = 17
_RAW, _WEIGHTS = "raw.onnx", "weights.bin"
_MOST_SPAN_TOKENS = 512
_SAME_LOGIT = 0.01  # the most by which a logit may differ
_TEXTS = (
    PROBE,
    "",
    "Two short sentences. Both end here.",
    "“No,” she said – in Zürich, on 3 May 2021 – “we’ve $1.5bn left.” 東京",
    "The same words come again and again until the window is full and what follows is not read any more. " * 600,
)
_WINDOWS = ("“No,” she said in Zürich on 3 May 2021.", "東京", "The same words come again and again. " * 40)


def export_encoder(files: ModelFiles, folder: Path, precision: Precision = "fp32") -> None:
    """Puts an export of a sentence-transformers model into a folder, or raises whatever hinders it."""
    import torch

    model = load_sentence_transformer(files.folder, attn_implementation="eager")  # the simplest graph
    features = model.preprocess(["A text.", "Another text, which is longer than the first one."])
    inputs = {name: value for name, value in features.items() if isinstance(value, torch.Tensor)}
    raw = folder / _RAW
    trace(model, lambda given: (model(given)["sentence_embedding"],), inputs, {"vectors": {0: "text"}}, raw)
    if precision == "int8":
        quantize(raw, raw)
    optimize(raw, folder / GRAPH)
    raw.unlink()
    probe = unit(model.encode_query([PROBE]))[0].tolist()  # from here on the tokenizer is set to cut and to pad
    fast_tokenizer(model).save(str(folder / TOKENIZER))
    about = AboutEncoder(max_tokens(model), *prompts(model), probe=probe, precision=precision)
    (folder / ABOUT).write_text(json.dumps(asdict(about)), encoding="utf-8")
    exported = OnnxEncoder(files, folder, threads=1)
    for theirs, ours in (
        (model.encode_query, exported.encode_questions),
        (model.encode_document, exported.encode_passages),
    ):
        cosine = float((unit(theirs(list(_TEXTS))) * ours(_TEXTS)).sum(axis=1).min())
        if not cosine > SAME[precision]:
            raise ModelError(f"the export's vectors differ from sentence-transformers' (cosine {cosine:.4f})")


def export_span_model(files: ModelFiles, folder: Path) -> None:
    """Puts an export of a question answering model into a folder, or raises whatever hinders it."""
    import torch

    model, tokenizer = load_question_answering(files.folder)
    positions = getattr(model.config, "max_position_embeddings", None) or _MOST_SPAN_TOKENS
    max_length = int(min(tokenizer.model_max_length, positions, _MOST_SPAN_TOKENS))
    raw = folder / _RAW
    trace_span_model(model, tokenizer, raw)
    optimize(raw, folder / GRAPH)
    raw.unlink()
    write_about(AboutSpanModel(files.name, "fp32", max_length), tokenizer, folder)
    exported = OnnxSpanModel(folder, threads=1)
    for text in _WINDOWS:
        features = tokenizer(PROBE, text, truncation="only_second", return_tensors="pt", max_length=max_length)
        with torch.no_grad():
            starts = model(**features).start_logits[0].numpy()
        rows = [i for i, sequence in enumerate(features.encodings[0].sequence_ids) if sequence == 1]
        ours, theirs = exported.read(PROBE, [text])[0][0].starts, starts[rows] - starts[0]
        if len(ours) != len(theirs) or not np.abs(ours - theirs).max(initial=0.0) < _SAME_LOGIT:
            raise ModelError("the export's logits differ from transformers'")


def load_question_answering(folder: Path) -> tuple[Any, Any]:
    """Loads a model in 32-bit floats and its tokenizer, by transformers.

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


def trace_span_model(model: Any, tokenizer: Any, file: Path) -> None:  # noqa: ANN401  (transformers' are untyped)
    """Writes a question answering model as one graph: tokens in, start and end logits out."""

    def logits(given: Mapping[str, Any]) -> tuple[Any, Any]:
        output = model(**given)
        return output.start_logits, output.end_logits

    inputs = tokenizer("A question?", "A text that answers.", return_tensors="pt")
    axes = {0: "text", 1: "token"}
    trace(model, logits, dict(inputs), {"starts": axes, "ends": axes}, file)


def write_about(about: AboutSpanModel, tokenizer: Any, folder: Path) -> None:  # noqa: ANN401  (the same)
    """Puts beside a span model's graph its tokenizer and what else there is to know."""
    tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    (folder / ABOUT).write_text(json.dumps(asdict(about), indent=1) + "\n", encoding="utf-8")


def trace(
    model: Module,
    run: Callable[[dict[str, Tensor]], tuple[Tensor, ...]],
    inputs: Mapping[str, Tensor],
    outputs: Mapping[str, dict[int, str]],
    file: Path,
) -> None:
    """Writes what `run` makes of the inputs, through the model, as one graph: any number and length of texts.

    `outputs` names the axes of each output that vary.
    """
    import torch

    class Traced(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *values: torch.Tensor) -> tuple[torch.Tensor, ...]:
            return run(dict(zip(inputs, values, strict=True)))

    torch.onnx.export(
        Traced().eval(),  # or the exporter would leave the model in training mode
        tuple(inputs.values()),
        file,
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes={**{name: {0: "text", 1: "token"} for name in inputs}, **outputs},
        opset_version=_OPSET,
        dynamo=False,
    )


def quantize(raw: Path, small: Path) -> None:
    """Writes a graph with weights of 8-bit integers, one scale a column.

    Their range is reduced by one bit, because processors without VNNI add up pairs of products in 16 bits and would
    overflow.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]  # it has none

    quantize_dynamic(raw, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def optimize(raw: Path, graph: Path, *, weights_apart: bool = True) -> None:
    """Fuses a graph once for all starts; `weights_apart` keeps its weights in a file that is mapped instead of read.

    On all-MiniLM-L6-v2 this opens in a third of the time, at a peak of 120 MB instead of 190.
    """
    import onnxruntime  # type: ignore[import-untyped]  # it has none

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # Not ENABLE_ALL: what that adds depends on the processor.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(graph)
    if weights_apart:
        options.add_session_config_entry("session.optimized_model_external_initializers_file_name", _WEIGHTS)
        options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])


def main(kind: str, name: str, folder: str, digest: str, target_folder: str) -> None:
    """Makes the target hold an export that can be opened, unless it does; exits with the reason why it cannot."""
    from filelock import FileLock

    os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    warnings.simplefilter("ignore")  # the tracer warns of each constant; what is exported is tried out instead
    files, target = ModelFiles(name, Path(folder), digest), Path(target_folder)
    exports: dict[str, Callable[[ModelFiles, Path], None]] = {
        "encoder": export_encoder,
        "int8_encoder": partial(export_encoder, precision="int8"),
        "span_model": export_span_model,
    }
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=target.parent):
            pass  # where nothing can be written, a lock would be waited for without end
        with FileLock(target.with_suffix(".lock")):
            with suppress(Exception):  # each library has errors of its own for a damaged file
                check_sums(target, target.parent)
                OnnxSpanModel(target, threads=1) if kind == "span_model" else OnnxEncoder(files, target, threads=1)
                return  # another process has made it meanwhile
            _fill(target, lambda folder: exports[kind](files, folder))
    except Exception as error:  # noqa: BLE001  (the last line is the reason that is shown)
        sys.exit(one_line(error))


def _fill(target: Path, write: Callable[[Path], None]) -> None:
    """Makes `target` hold what `write` puts into a folder; remembers a failure that would come again."""
    unfinished = target.with_suffix(".partial")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        write(unfinished)
        write_sums(unfinished)
    except (OSError, MemoryError):
        raise
    except Exception as error:
        remember_failure(target, error)
        raise
    shutil.rmtree(target, ignore_errors=True)
    unfinished.replace(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
