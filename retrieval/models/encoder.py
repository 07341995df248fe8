"""Texts to unit vectors: `load_encoder` finds a model and runs it in the fastest way it can.

A sentence-transformers model is exported to ONNX once, by a process of its own, and from then on run by ONNX Runtime,
so that no start imports torch. A model that cannot be exported is run by sentence-transformers itself;
"langchain:provider:model" is any LangChain embedding. `describe` of each encoder tells which one it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.models.exports import export_apart, remembered_failure, usable_threads
from retrieval.models.files import DEFAULT_MODEL, locate
from retrieval.models.langchain_encoder import PREFIX, LangChainEncoder, init_langchain
from retrieval.models.onnx_encoder import open_export
from retrieval.models.torch_encoder import TorchEncoder, open_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from retrieval.models.onnx_encoder import OnnxEncoder

__all__ = ["DEFAULT_MODEL", "load_encoder"]

_EXPORT_FORMAT = 1  # of the cached folders; with another number every model is exported again
_EXPORTER = "retrieval.models.encoder_export"


def load_encoder(
    model: str, *, cache_dir: Path, threads: int | None = None, progress: Callable[[str], None] = lambda _: None
) -> OnnxEncoder | TorchEncoder | LangChainEncoder:
    """The encoder for a model: `DEFAULT_MODEL`, a folder, a name on the Hugging Face hub, "langchain:provider:model".

    `progress` is told before something that takes seconds. Several processes may call this at once.

    Raises:
        ModelError: the model cannot be found or loaded, or its weights are not the original's.
    """
    if model.startswith(PREFIX):
        return LangChainEncoder(model, init_langchain(model))
    threads = threads or usable_threads()
    source = locate(model, cache_dir)
    target = cache_dir.absolute() / f"{source.digest[:16]}-{_EXPORT_FORMAT}"
    if encoder := open_export(source, target, threads):
        return encoder
    failure = remembered_failure(target)
    if failure is None:
        progress(f"Preparing the model {source.name} (once)")
        failure = export_apart(_EXPORTER, source, target)
        if encoder := open_export(source, target, threads):
            return encoder
    progress(f"Loading the model {source.name}")
    return TorchEncoder(source, open_model(source), threads, why=failure or "it cannot be read back")
