"""What the tests of the models share."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest

from retrieval.models import onnx

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.models.files import ModelFiles
    from retrieval.models.onnx import Kind


@pytest.fixture
def exports_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets models be exported in this process, which has torch anyway; other tests hold that one of its own does."""

    def export(kind: Kind, files: ModelFiles, target: Path) -> str | None:
        from retrieval.models.export import main

        with warnings.catch_warnings():
            try:
                main(kind, files.name, str(files.folder), files.digest, str(target))
            except SystemExit as ended:
                return str(ended.code)
        return None

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")  # as the export sets them
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")
    monkeypatch.setattr(onnx, "export_apart", export)
