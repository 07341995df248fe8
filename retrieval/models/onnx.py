"""Models as ONNX graphs, run by ONNX Runtime on the CPU, so that no start imports torch.

An exported model is a folder: its graph, its tokenizer, and what else there is to know of it. It is made once, by
`retrieval.models.export` in a process of its own, because torch would stay in the one that asks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np

from retrieval.errors import one_line
from retrieval.models.files import SUMS, check_sums
from retrieval.types import encodable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from tokenizers import Encoding

    from retrieval.models.files import ModelFiles

GRAPH, TOKENIZER, ABOUT = "graph.onnx", "tokenizer.json", "about.json"
Kind = Literal["encoder", "int8_encoder", "span_model"]
Model = TypeVar("Model")

_INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}  # name -> Encoding's
_PADDING = ("direction", "pad_id", "pad_type_id", "pad_token")
_MOST_THREADS = 8
_PACKAGES = ("onnx", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers")


class ExportFailed(Exception):
    """A model has no export that can be run; the message says why."""


class OnnxGraph:
    """An exported model: tokens in, arrays out. Safe to use from several threads.

    A run uses one thread, and `threads` runs go on at a time: two runs of one thread beat one of two, and ONNX Runtime
    keeps the memory of as many as ever went on together.

    Attributes:
        about: what else there is to know of the model, as its export wrote it.
        tokenizer: neither cuts nor pads.
        cut_from: the side from which the model's own tokenizer cuts a text that is too long, "left" or "right".
    """

    def __init__(self, folder: Path, threads: int) -> None:
        """Opens the graph of a folder; raises whatever the libraries raise for a missing or damaged file."""
        import onnxruntime  # type: ignore[import-untyped]  # it has none
        from tokenizers import Tokenizer

        self.about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self.cut_from = (self.tokenizer.truncation or {}).get("direction", "right")
        self._padding = {key: value for key, value in (self.tokenizer.padding or {}).items() if key in _PADDING}
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # the export has done it
        options.enable_mem_pattern = False  # it keeps a plan for each width of a batch, without end and without gain
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(folder / GRAPH, options, providers=["CPUExecutionProvider"])
        self._inputs = {node.name: _INPUTS[node.name] for node in self._session.get_inputs()}
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="onnx")
        self._turn = threading.Semaphore(threads)

    def tokens(self, text: str) -> Encoding:
        """Returns all tokens of a text, without the special ones."""
        return self.tokenizer.encode(encodable(text), add_special_tokens=False)

    def run(self, batches: Sequence[Sequence[Encoding]]) -> list[list[NDArray[np.float32]]]:
        """Returns for each batch the graph's outputs, of shape (texts of the batch, ...); its texts are padded."""
        if len(batches) == 1:
            return [self._run(batches[0])]
        return list(self._pool.map(self._run, batches))

    def _run(self, batch: Sequence[Encoding]) -> list[NDArray[np.float32]]:
        width = max(1, *(len(encoding.ids) for encoding in batch))
        for encoding in batch:
            encoding.pad(width, **self._padding)
        columns = {
            name: np.array([getattr(encoding, attribute) for encoding in batch], dtype=np.int64)
            for name, attribute in self._inputs.items()
        }
        if (mask := columns.get("attention_mask")) is not None:
            mask[~mask.any(axis=1)] = 1  # a text without any token is read as padding
        with self._turn:
            outputs: list[NDArray[np.float32]] = self._session.run(None, columns)
        return outputs


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the rows scaled to length 1."""
    lengths: NDArray[np.float32] = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return vectors / lengths


def usable_threads() -> int:
    """Returns how many runs at a time a model is given where no setting says."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_THREADS)


def open_or_export(
    kind: Kind, files: ModelFiles, target: Path, open_: Callable[[], Model], progress: Callable[[str], None]
) -> Model:
    """Returns the model that `open_` opens in the folder `target`, which is made first where it is not whole.

    `open_` raises whatever it raises for a missing or damaged folder, and what is in there is held against its hashes.
    `progress` is told before an export.

    Raises:
        ExportFailed: now, or before and nothing has changed since.
    """
    with suppress(Exception):  # each library has errors of its own for a damaged file
        check_sums(target, target.parent)
        return open_()
    failure = remembered_failure(target)
    if failure is None:
        why = "anew, since what was prepared is damaged" if (target / SUMS).exists() else "once"
        progress(f"Preparing the model {files.name} ({why})")
        failure = export_apart(kind, files, target)
        with suppress(Exception):
            return open_()
    raise ExportFailed(failure or "its export cannot be read back")


def export_apart(kind: Kind, files: ModelFiles, target: Path) -> str | None:
    """Lets a process of its own fill the folder `target` with an export; returns why that failed, if it did."""
    done = subprocess.run(  # noqa: S603  (our own module, with paths of our own)
        export_command(kind, files, target),
        cwd=Path(__file__).parents[2],  # where a folder of the user's cannot shadow the package
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    last_line = "".join(done.stderr.strip().splitlines()[-1:])
    return None if done.returncode == 0 else remembered_failure(target) or last_line or f"exit status {done.returncode}"


def export_command(kind: Kind, files: ModelFiles, target: Path) -> list[str]:
    """Returns the command line that exports a model into the folder `target`."""
    module = "retrieval.models.export"
    return [sys.executable, "-m", module, kind, files.name, str(files.folder), files.digest, str(target)]


def remember_failure(target: Path, error: Exception) -> None:
    """Notes beside the folder `target` why it could not be made, for `remembered_failure`."""
    note = {"reason": one_line(error), "versions": _versions()}
    target.with_suffix(".failed").write_text(json.dumps(note), encoding="utf-8")


def remembered_failure(target: Path) -> str | None:
    """Returns why the export failed before; None where it did not, or one of the packages concerned has changed."""
    try:
        note = json.loads(target.with_suffix(".failed").read_text(encoding="utf-8"))
        return str(note["reason"]) if note["versions"] == _versions() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _versions() -> dict[str, str]:
    """Returns the versions of the packages that an export depends on; those missing are left out."""
    import importlib.metadata as packages

    versions = {}
    for name in _PACKAGES:
        with suppress(packages.PackageNotFoundError):
            versions[name] = packages.version(name)
    return versions
