"""The models that read: the shipped one, and small ones of the transformers kind made here, through real exports."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from retrieval.errors import ModelError
from retrieval.models import span_model
from retrieval.models.files import forget_digests
from retrieval.models.span_model import SHIPPED, STRIDE, OnnxSpanModel, best_span, load_span_model
from retrieval.reader import LinearScorer, Reader
from retrieval.types import Article, Hit, Question
from tests import MODELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.models.span_model import Reading

SMALL_TOKENS = 64
TEXT = "The ferry to Marstad was late again, said Captain Ida Holm on Tuesday: “It’s the ice.”"


def save_small_reader(folder: Path, architecture: str, *, answers: bool = True) -> Path:
    """A model with random weights and a real tokenizer; without `answers`, one that lacks the head for it."""
    import torch
    import transformers
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    torch.manual_seed(1)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,:?!“”’"
    vocabulary = ["<pad>", "<unk>", "<s>", "</s>", *letters, *(f"##{letter}" for letter in letters)]
    tokenizer = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(vocabulary)}, unk_token="<unk>"))  # noqa: S106  (a token of words)
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B:1 </s>:1", special_tokens=[("<s>", 2), ("</s>", 3)]
    )
    special = {"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "<s>", "sep_token": "</s>"}
    fast: Any = transformers.PreTrainedTokenizerFast
    fast(tokenizer_object=tokenizer, model_max_length=SMALL_TOKENS, **special).save_pretrained(folder)
    sizes = {"num_hidden_layers": 2, "num_attention_heads": 4, "hidden_size": 32, "max_position_embeddings": 128}
    config = getattr(transformers, f"{architecture}Config")(**sizes, vocab_size=len(vocabulary), initializer_range=0.5)
    getattr(transformers, f"{architecture}{'ForQuestionAnswering' if answers else 'Model'}")(config).save_pretrained(
        folder
    )
    return folder


def theirs(folder: Path, question: str, text: str) -> tuple[list[float], list[float]]:
    """Start and end logits of the text's tokens, less those of the first token, by transformers itself."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    features = tokenizer(question, text, return_tensors="pt", truncation="only_second")
    with torch.no_grad():
        found = model(**features)
    rows = [i for i, sequence in enumerate(features.encodings[0].sequence_ids) if sequence == 1]
    return tuple((logits[0][rows] - logits[0][0]).tolist() for logits in (found.start_logits, found.end_logits))


class Counted:
    """A session of ONNX Runtime that counts how many of its runs go on at a time."""

    def __init__(self, session: Any) -> None:  # noqa: ANN401  (theirs is untyped)
        self._session = session
        self._counting = threading.Lock()
        self.now = self.most = 0

    def run(self, *args: object) -> object:
        with self._counting:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.01)
        try:
            return self._session.run(*args)
        finally:
            with self._counting:
                self.now -= 1


@pytest.fixture(scope="module")
def shipped() -> OnnxSpanModel:
    return load_span_model(cache_dir=MODELS, threads=2)


def test_whoever_asks_no_more_runs_go_on_together_than_there_are_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_span_model(cache_dir=MODELS, threads=2)
    counted = Counted(model._graph._session)
    monkeypatch.setattr(model._graph, "_session", counted)
    with ThreadPoolExecutor(8) as askers:
        read = list(askers.map(lambda asker: model.read("Who was late?", [TEXT] * (1 + asker % 2)), range(8)))
    assert len(read) == 8
    assert counted.most == 2


def equal(some: Sequence[Reading], others: Sequence[Reading]) -> bool:
    return all(np.array_equal(one.starts, other.starts) for one, other in zip(some, others, strict=True))


@pytest.mark.parametrize("architecture", ["Bert", "Roberta", "DistilBert"])
def test_any_extractive_model_reads_as_transformers_does(
    architecture: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if architecture != "Bert":
        request.getfixturevalue("exports_here")
    folder = save_small_reader(tmp_path / "small", architecture)
    said: list[str] = []
    model = load_span_model(str(folder), cache_dir=tmp_path / "cache", progress=said.append)
    assert said == ["Preparing the model small (once)"]
    assert "fp32" in model.describe
    text = "zinc and wax"
    ((read,),) = model.read("Who?", [text])
    starts, ends = theirs(folder, "Who?", text)
    np.testing.assert_allclose(read.starts, starts, atol=1e-3)
    np.testing.assert_allclose(read.ends, ends, atol=1e-3)
    assert [text[a:b] for a, b in read.offsets] == [letter for letter in text if letter != " "]
    load_span_model(str(folder), cache_dir=tmp_path / "cache", progress=said.append)
    assert len(said) == 1, "the export is kept"


@pytest.mark.usefixtures("exports_here")
def test_a_window_too_long_is_read_in_parts_that_overlap(tmp_path: Path) -> None:
    folder = save_small_reader(tmp_path / "small", "Bert")
    about = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps(about | {"model_max_length": 100}))
    model = load_span_model(str(folder), cache_dir=tmp_path / "cache")
    text = "wax " * 100
    (parts,) = model.read("Who?", [text])
    covered = {int(start) for part in parts for start, _ in part.offsets}
    assert len(parts) > 1
    assert covered == {i for i, letter in enumerate(text) if letter != " "}
    shared = {int(start) for start, _ in parts[0].offsets} & {int(start) for start, _ in parts[1].offsets}
    assert 0 < len(shared) <= STRIDE


@pytest.mark.usefixtures("exports_here")
def test_a_model_that_cannot_answer_is_one_clear_error(tmp_path: Path) -> None:
    folder = save_small_reader(tmp_path / "plain", "Bert", answers=False)
    with pytest.raises(ModelError, match=r"reader model plain cannot be used \(it is no question answering model"):
        load_span_model(str(folder), cache_dir=tmp_path / "cache")
    with pytest.raises(ModelError, match="set BYLINE_READER_MODEL"):
        load_span_model(str(folder), cache_dir=tmp_path / "cache")


@pytest.mark.usefixtures("exports_here")
def test_a_damaged_export_is_made_again(tmp_path: Path) -> None:
    folder = save_small_reader(tmp_path / "small", "Bert")
    cache = tmp_path / "cache"
    before = load_span_model(str(folder), cache_dir=cache).read("Who?", [TEXT])[0]
    (target,) = cache.glob("reader-*-1")
    (target / "graph.onnx").write_bytes(b"no graph")
    assert equal(before, load_span_model(str(folder), cache_dir=cache).read("Who?", [TEXT])[0])


def test_the_shipped_model_finds_the_span_that_answers(shipped: OnnxSpanModel) -> None:
    (readings,) = shipped.read("Who blamed the ice?", [TEXT])
    best = best_span(readings)
    assert best is not None
    assert "Ida Holm" in TEXT[best.span.start : best.span.end]


def test_the_shipped_model_reads_a_window_the_same_whatever_stands_beside_it(shipped: OnnxSpanModel) -> None:
    alone = shipped.read("Who blamed the ice?", [TEXT])[0]
    another = load_span_model(cache_dir=MODELS, threads=2)
    beside = another.read("Who blamed the ice?", ["Zinc.", TEXT, TEXT * 9, ""])
    assert equal(alone, beside[1])
    assert best_span(beside[3]) is None


def test_a_window_is_read_once_for_a_question_and_anew_for_another(shipped: OnnxSpanModel) -> None:
    first, second = shipped.read("Who rows?", ["Ann rows.", "Bo sits."])
    assert shipped.read("Who rows?", ["Bo sits.", "Cy rests.", "Ann rows."])[::2] == [second, first]
    assert not equal(shipped.read("Who sits?", ["Bo sits."])[0], second)


def test_few_windows_are_kept(shipped: OnnxSpanModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(span_model, "_KEPT", 2)
    (first,) = shipped.read("Who swam?", ["Ann swam."])
    shipped.read("Who swam?", ["Bo swam.", "Cy swam."])
    (again,) = shipped.read("Who swam?", ["Ann swam."])
    assert again is not first
    assert equal(again, first)


@pytest.mark.parametrize("question", ["", "?" * 5000, "Who\ud83d?", "東京 " * 200])
def test_any_question_is_read(shipped: OnnxSpanModel, question: str) -> None:
    ((read,),) = shipped.read(question, [TEXT])
    assert np.isfinite(read.starts).all()
    assert np.isfinite(read.ends).all()


def test_a_missing_shipped_model_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(span_model.__file__, tmp_path)
    monkeypatch.setattr(span_model, "files", lambda _package: tmp_path)
    with pytest.raises(ModelError, match="reinstall Byline"):
        load_span_model(cache_dir=tmp_path)


def test_a_shipped_model_with_some_weights_lost_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(Path(span_model.__file__).parent / SHIPPED, tmp_path / SHIPPED)
    monkeypatch.setattr(span_model, "files", lambda _package: tmp_path)
    memo = tmp_path / "memo"
    load_span_model(cache_dir=memo)
    lose_weights(tmp_path / SHIPPED / "graph.onnx")
    load_span_model(cache_dir=memo)  # what looks as it did is not read through at each start
    forget_digests(memo)
    with pytest.raises(ModelError, match="reinstall Byline"):
        load_span_model(cache_dir=memo)


@pytest.mark.usefixtures("exports_here")
def test_an_export_with_some_weights_lost_is_made_anew_and_that_is_told(tmp_path: Path) -> None:
    source, cache = save_small_reader(tmp_path / "small", "Bert"), tmp_path / "cache"
    told: list[str] = []
    before = load_span_model(str(source), cache_dir=cache).read("Who?", [TEXT])[0]
    lose_weights(next(cache.glob("reader-*/weights.bin")))
    forget_digests(cache)
    assert equal(before, load_span_model(str(source), cache_dir=cache, progress=told.append).read("Who?", [TEXT])[0])
    assert told == ["Preparing the model small (anew, since what was prepared is damaged)"]


def lose_weights(file: Path) -> None:
    """Overwrites a tenth of a file with nothing, and leaves its length and its time as they were."""
    stat = file.stat()
    with file.open("r+b") as content:
        content.seek(stat.st_size // 5)  # among the vectors of words, which no trial reads all
        content.write(bytes(stat.st_size // 10))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_reading_needs_no_torch() -> None:
    code = (
        "import sys; from pathlib import Path; from retrieval.models.span_model import load_span_model;"
        "load_span_model(cache_dir=Path(sys.argv[1])).read('Who?', ['Nobody.']);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'langchain_core')))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(MODELS)], check=False).returncode == 0


@pytest.mark.usefixtures("exports_here")
def test_a_setting_brings_another_model_to_the_same_answers_path(tmp_path: Path) -> None:
    model = load_span_model(str(save_small_reader(tmp_path / "small", "Bert")), cache_dir=tmp_path / "cache")
    article = Article("a", "Ferry late", TEXT)
    reader = Reader(LinearScorer(model), threshold=0.0)
    answer = reader.answer(
        Question(text="Who was late?", libraries=("public",)), [Hit("public", article, 0, len(TEXT), 1.0)]
    )
    assert answer.statements[0].text in TEXT
