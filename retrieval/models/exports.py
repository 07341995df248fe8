"""Models as ONNX graphs in folders of their own: how one is made, by a process apart, and how it is opened.

A process apart, because torch would stay in the one that asks. It may be killed at any moment: the export is made in a
folder beside the target and moved there whole, under a lock that dies with the process.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import BylineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from onnxruntime import InferenceSession  # type: ignore[import-untyped]  # it has none
    from torch import Tensor
    from torch.nn import Module

    from retrieval.models.files import Source

GRAPH, TOKENIZER, ABOUT = "graph.onnx", "tokenizer.json", "about.json"
_OPSET = 17
_WEIGHTS = "weights.bin"
_PACKAGES = ("onnx", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers")
_MOST_THREADS = 8


def usable_threads() -> int:
    """How many runs at a time a model is given where no setting says."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_THREADS)


def open_session(graph: Path) -> InferenceSession:
    """One thread a run: two runs of one thread beat one of two."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # the export has done it
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def trace(
    model: Module,
    run: Callable[[dict[str, Tensor]], tuple[Tensor, ...]],
    inputs: Mapping[str, Tensor],
    outputs: Mapping[str, dict[int, str]],
    file: Path,
) -> None:
    """What `run` makes of the inputs, through the model, as one graph: any number and length of texts.

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


def optimize(raw: Path, graph: Path, *, weights_apart: bool = True) -> None:
    """Fuse a graph once for all starts; `weights_apart` keeps its weights in a file that is mapped instead of read.

    On all-MiniLM-L6-v2 this opens in a third of the time, at a peak of 120 MB instead of 190.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # Not ENABLE_ALL: what that adds depends on the processor.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(graph)
    if weights_apart:
        options.add_session_config_entry("session.optimized_model_external_initializers_file_name", _WEIGHTS)
        options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])


def export_apart(module: str, source: Source, target: Path) -> str | None:
    """Let `python -m module` fill the target from a model; returns why it failed, if it did."""
    done = subprocess.run(  # noqa: S603  (our own module, with paths of our own)
        [sys.executable, "-m", module, source.name, source.folder, source.digest, target],
        cwd=Path(__file__).parents[2],  # where a folder of the user's cannot shadow the package
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    last_line = "".join(done.stderr.strip().splitlines()[-1:])
    return None if done.returncode == 0 else remembered_failure(target) or last_line or f"exit status {done.returncode}"


def run_export(export: Callable[[Source, Path], None], is_there: Callable[[Source, Path], bool]) -> None:
    """The main program of a module that `export_apart` names: NAME FOLDER DIGEST TARGET."""
    from filelock import FileLock

    from retrieval.models.files import Source

    name, folder, digest, target = sys.argv[1:]
    os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    warnings.simplefilter("ignore")  # the tracer warns of each constant; what is exported is tried out instead
    source, destination = Source(name, Path(folder), digest), Path(target)
    destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(destination.with_suffix(".lock")):
            if not is_there(source, destination):  # another process may have made it meanwhile
                _fill(destination, lambda partial: export(source, partial))
    except Exception as error:  # noqa: BLE001  (the last line is the reason that is shown)
        sys.exit(one_line(error))


def _fill(target: Path, write: Callable[[Path], None]) -> None:
    """Make `target` hold what `write` puts into a folder, or raise whatever hinders it.

    What would not succeed another time either is noted beside the target.
    """
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        write(partial)
    except (OSError, MemoryError):
        raise
    except Exception as error:
        note = {"reason": one_line(error), "versions": _versions()}
        target.with_suffix(".failed").write_text(json.dumps(note), encoding="utf-8")
        raise
    shutil.rmtree(target, ignore_errors=True)
    partial.replace(target)


def remembered_failure(target: Path) -> str | None:
    """Why the export failed before, unless one of the packages concerned has changed since."""
    try:
        noted = json.loads(target.with_suffix(".failed").read_text(encoding="utf-8"))
        return str(noted["reason"]) if noted["versions"] == _versions() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def one_line(error: BaseException) -> str:
    message = " ".join(str(error).split())
    return message if isinstance(error, BylineError) else f"{type(error).__name__}: {message}"


def _versions() -> dict[str, str]:
    """Of the packages that an export depends on; those missing are left out."""
    import importlib.metadata as packages

    found = {}
    for name in _PACKAGES:
        with suppress(packages.PackageNotFoundError):
            found[name] = packages.version(name)
    return found
