"""Finds the model that reads: the one Byline ships, or any extractive one of the transformers kind."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from retrieval.errors import ModelError
from retrieval.models.exports import export_apart, remembered_failure, usable_threads
from retrieval.models.files import locate_reader
from retrieval.models.onnx_spans import OnnxSpanModel, open_span_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHIPPED = "byline-minilm"
_EXPORTER = "retrieval.models.span_export"
_EXPORT_FORMAT = 1  # of the cached folders; with another number every model is exported again


def load_span_model(
    model: str = SHIPPED,
    *,
    cache_dir: Path,
    threads: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> OnnxSpanModel:
    """`SHIPPED`, a folder made by `save_pretrained`, or a name on the Hugging Face hub.

    Others than the shipped one are exported to ONNX once. `progress` is told before something that takes seconds.

    Raises:
        ModelError: the model cannot be found, loaded or exported, or is none that answers questions.
    """
    threads = threads or usable_threads()
    if model == SHIPPED:
        return _shipped(threads)
    source = locate_reader(model, cache_dir)
    target = cache_dir.absolute() / f"reader-{source.digest[:16]}-{_EXPORT_FORMAT}"
    if found := open_span_model(target, threads):
        return found
    failure = remembered_failure(target)
    if failure is None:
        progress(f"Preparing the model {source.name} (once)")
        failure = export_apart(_EXPORTER, source, target)
        if found := open_span_model(target, threads):
            return found
    raise ModelError(
        f"The reader model {source.name} cannot be used ({failure or 'its export cannot be read back'}): "
        "set BYLINE_READER_MODEL to another extractive question answering model, or leave it unset."
    )


def _shipped(threads: int) -> OnnxSpanModel:
    with as_file(files("retrieval.models") / "byline-minilm") as folder:
        if found := open_span_model(folder, threads):
            return found
        raise ModelError(f"The reader's model in {folder} is missing or damaged; reinstall Byline.")
