"""Exports a sentence-transformers model to ONNX: `python -m retrieval.encoders.onnx_export NAME FOLDER DIGEST TARGET`.

A process of its own, because torch would stay in the one that asks for vectors. It may be killed at any moment: the
export is made in a folder beside the target and moved there whole, under a lock that dies with the process.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.encoders.files import Source
from retrieval.encoders.onnx_encoder import ABOUT, GRAPH, PROBE, SAME, TOKENIZER, About, OnnxEncoder, open_export
from retrieval.encoders.shared import one_line, unit
from retrieval.encoders.torch_encoder import load_sentence_transformer, max_tokens, prompts
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_PACKAGES = ("onnx", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers")
_OPSET = 17
_RAW, _WEIGHTS = "raw.onnx", "weights.bin"
_TRIED = (
    PROBE,
    "",
    "Two short sentences. Both end here.",
    "“No,” she said – in Zürich, on 3 May 2021 – “we’ve $1.5bn left.” 東京",
    "The same words come again and again until the window is full and what follows is not read any more. " * 600,
)


def export_apart(source: Source, target: Path) -> str | None:
    """Export in a process of its own, so that torch leaves this one alone; returns why it failed, if it did."""
    done = subprocess.run(  # noqa: S603  (our own module, with paths of our own)
        [sys.executable, "-m", "retrieval.encoders.onnx_export", source.name, source.folder, source.digest, target],
        cwd=Path(__file__).parents[2],  # where a folder of the user's cannot shadow the package
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    last_line = "".join(done.stderr.strip().splitlines()[-1:])
    return None if done.returncode == 0 else remembered_failure(target) or last_line or f"exit status {done.returncode}"


def export(source: Source, target: Path) -> None:
    """Make `target` hold an export that gives the model's own vectors, or raise whatever hinders it.

    What would not succeed another time either is noted beside the target.
    """
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        model = load_sentence_transformer(source.folder, attn_implementation="eager")  # the simplest graph
        _write(model, partial)
        _verify(model, source, partial)
    except (OSError, MemoryError):
        raise
    except Exception as error:
        note = {"reason": one_line(error), "versions": exporter_versions()}
        target.with_suffix(".failed").write_text(json.dumps(note), encoding="utf-8")
        raise
    shutil.rmtree(target, ignore_errors=True)
    partial.replace(target)


def _write(model: SentenceTransformer, folder: Path) -> None:
    _trace(model, folder / _RAW)
    _optimize(folder)
    probe = unit(model.encode_query([PROBE]))[0].tolist()  # from here on the tokenizer is set to cut and to pad
    getattr(model.tokenizer, "backend_tokenizer", model.tokenizer).save(str(folder / TOKENIZER))
    about = About(max_tokens(model), *prompts(model), probe=probe)
    (folder / ABOUT).write_text(json.dumps(asdict(about)), encoding="utf-8")


def _trace(model: SentenceTransformer, file: Path) -> None:
    """The whole model as one graph: tokens in, vectors out, any number and length of texts."""
    import torch

    features = model.preprocess(["A text.", "Another text, which is longer than the first one."])
    names = [name for name, value in features.items() if isinstance(value, torch.Tensor)]

    class Vectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *values: torch.Tensor) -> torch.Tensor:
            vectors: torch.Tensor = self.model(dict(zip(names, values, strict=True)))["sentence_embedding"]
            return vectors

    torch.onnx.export(
        Vectors(),
        tuple(features[name] for name in names),
        file,
        input_names=names,
        output_names=["vectors"],
        dynamic_axes={**{name: {0: "text", 1: "token"} for name in names}, "vectors": {0: "text"}},
        opset_version=_OPSET,
        dynamo=False,
    )


def _optimize(folder: Path) -> None:
    """Fuse the graph once for all starts, and keep its weights in a file that is mapped instead of read.

    On all-MiniLM-L6-v2 this opens in a third of the time, at a peak of 120 MB instead of 190.
    """
    import onnxruntime  # type: ignore[import-untyped]  # it has none

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # Not ENABLE_ALL: what that adds depends on the processor.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / GRAPH)
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", _WEIGHTS)
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(folder / _RAW, options, providers=["CPUExecutionProvider"])
    (folder / _RAW).unlink()


def _verify(model: SentenceTransformer, source: Source, folder: Path) -> None:
    encoder = OnnxEncoder(source, folder, threads=1)
    for theirs, ours in (
        (model.encode_query, encoder.encode_questions),
        (model.encode_document, encoder.encode_passages),
    ):
        cosine = float((unit(theirs(list(_TRIED))) * ours(_TRIED)).sum(axis=1).min())
        if not cosine > SAME:
            raise ModelError(f"the exported model's vectors differ from sentence-transformers' (cosine {cosine:.4f})")


def remembered_failure(target: Path) -> str | None:
    """Why the export failed before, unless one of the packages concerned has changed since."""
    try:
        noted = json.loads(target.with_suffix(".failed").read_text(encoding="utf-8"))
        return str(noted["reason"]) if noted["versions"] == exporter_versions() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def exporter_versions() -> dict[str, str]:
    """Of the packages that an export depends on; those missing are left out."""
    import importlib.metadata as packages

    found = {}
    for name in _PACKAGES:
        with suppress(packages.PackageNotFoundError):
            found[name] = packages.version(name)
    return found


def main(name: str, folder: str, digest: str, target: str) -> None:
    from filelock import FileLock

    os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    warnings.simplefilter("ignore")  # the tracer warns of each constant; _verify finds those that matter
    source, destination = Source(name, Path(folder), digest), Path(target)
    destination.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(destination.with_suffix(".lock")):
        if open_export(source, destination, threads=1) is None:  # another process may have made it meanwhile
            export(source, destination)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:  # noqa: BLE001  (the last line is the reason that is shown)
        sys.exit(one_line(error))
