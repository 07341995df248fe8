"""An embedding model behind a real server on loopback: Text Embeddings Inference's bounds, two protocols."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bot.bootstrap import options_of
from bot.settings import load_settings
from retrieval.errors import FingerprintMismatch, ModelError, ServerAway, SettingsError
from retrieval.models.encoder import DEFAULT_MODEL, load_encoder
from retrieval.models.served import Endpoint, ServedEncoder, open_served
from retrieval.types import Article
from tests.fakes import WordEncoder
from tests.index.served import free_port
from tests.parts import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


KEY = "sk-9a1f"
MOST_TEXTS = 32  # as Text Embeddings Inference starts


@dataclass
class Served:
    """What is served, and what was asked of it."""

    port: int
    dimension: int = 64
    key: str | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)

    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        return [row[: self.dimension].tolist() for row in WordEncoder().encode_questions(texts)]


@contextmanager
def serving(port: int = 0, **given: Any) -> Iterator[Served]:  # noqa: ANN401  (fields of it)
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.requests.append(asked)
            texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
            if served.key and self.headers["Authorization"] != f"Bearer {served.key}":
                self.reply(401, {"error": {"message": "wrong key"}})
            elif len(texts) > MOST_TEXTS or "" in texts or not all(isinstance(text, str) for text in texts):
                self.reply(422, {"error": {"message": "Input validation error"}})
            elif self.path == "/v1/embeddings":
                rows = [{"index": n, "embedding": row} for n, row in enumerate(served.vectors(texts))]
                self.reply(200, {"object": "list", "data": rows, "model": asked["model"], "usage": {}})
            elif self.path == "/api/embed":
                self.reply(200, {"model": asked["model"], "embeddings": served.vectors(texts)})
            else:
                self.reply(404, {"error": {"message": "no such path"}})

        def reply(self, status: int, body: object) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    served = Served(server.server_port, **given)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


PROTOCOLS = [("openai:words", "/v1"), ("ollama:words", "")]


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OLLAMA_HOST", "OLLAMA_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def at(port: int, path: str, window: int = 512) -> Endpoint:
    return Endpoint(f"http://127.0.0.1:{port}{path}", window)


@pytest.mark.parametrize(("model", "path"), PROTOCOLS)
def test_passages_and_questions_are_embedded_by_the_server_a_few_at_a_time(model: str, path: str) -> None:
    texts = [f"town number {n}" for n in range(70)] + ["", " "]
    with serving() as served:
        encoder = open_served(model, at(served.port, path))
        assert encoder.fingerprint == f"{model}, 64 dimensions"
        passages = encoder.encode_passages(texts)
        question = encoder.encode_questions(["town number 7"])
        assert {asked["model"] for asked in served.requests} == {"words"}
    expected = WordEncoder().encode_passages(texts[:70])
    np.testing.assert_allclose(passages[:70], expected, atol=1e-5)
    np.testing.assert_allclose(question[0], expected[7], atol=1e-5)
    assert passages.shape == (72, 64)


@pytest.mark.parametrize(("model", "path"), PROTOCOLS)
def test_a_text_is_cut_to_what_the_model_reads(model: str, path: str) -> None:
    with serving() as served:
        encoder = open_served(model, at(served.port, path, window=40))
        assert encoder.window == 40
        encoder.encode_passages(["Zürich " * 1_000])
        (sent,) = served.requests[-1]["input"]
    assert encoder.count_tokens([sent]) == [40]
    assert sent == ("Zürich " * 1_000)[: len(sent)]


@pytest.mark.parametrize(("model", "path"), PROTOCOLS)
def test_a_server_that_is_away_is_told_in_one_sentence_and_asked_again_when_it_is_back(model: str, path: str) -> None:
    port = free_port()
    told = rf"^The embedding model langchain:{model} at http://127.0.0.1:{port}{path} cannot be reached .*: start its "
    with pytest.raises(ServerAway, match=told):
        open_served(model, at(port, path))
    with serving(port):
        encoder = open_served(model, at(port, path))
    with pytest.raises(ServerAway, match=told):
        encoder.encode_questions(["who?"])
    with serving(port):
        assert encoder.encode_questions(["who?"]).shape == (1, 64)


def test_a_key_is_sent_where_there_is_one_and_told_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(key=KEY) as served:
        with pytest.raises(ModelError, match=r"words failed .*wrong key.*: check its key"):
            open_served("openai:words", at(served.port, "/v1"))
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        encoder = open_served("openai:words", at(served.port, "/v1"))
        assert encoder.encode_questions(["who?"]).shape == (1, 64)
        served.key = "another"
        with pytest.raises(ModelError) as caught:
            encoder.encode_questions(["who?"])
    assert KEY not in str(caught.value) + encoder.describe


def test_another_model_behind_the_same_address_is_noticed_while_it_runs_and_at_the_next_start(tmp_path: Path) -> None:
    with serving() as served:
        endpoint = at(served.port, "/v1")
        encoder = open_served("openai:words", endpoint)
        with opened(tmp_path, encoder) as parts:
            parts.articles.stage("public", [Article("port", "A port", "The harbour was closed.")])
            parts.library.index()
            served.dimension = 32
            with pytest.raises(ModelError, match=r"of 64 numbers each: another model .* `byline reindex`"):
                encoder.encode_questions(["who?"])
        with (
            pytest.raises(FingerprintMismatch, match=r"words, 64 dimensions.*words, 32 dimensions"),
            opened(tmp_path, open_served("openai:words", endpoint)),
        ):
            pass


def test_the_settings_say_where_the_model_is_and_what_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as served:
        monkeypatch.setenv("BYLINE_EMBEDDING_MODEL", "langchain:openai:words")
        monkeypatch.setenv("BYLINE_EMBEDDING_BASE_URL", f"http://127.0.0.1:{served.port}/v1")
        monkeypatch.setenv("BYLINE_EMBEDDING_WINDOW", "256")
        encoder = options_of(load_settings()).load_encoder()
    assert encoder.window == 256
    assert f"through LangChain at http://127.0.0.1:{served.port}/v1, window 256" in encoder.describe
    monkeypatch.delenv("BYLINE_EMBEDDING_MODEL")
    with pytest.raises(SettingsError, match="runs here: take them away"):
        options_of(load_settings()).load_encoder()
    monkeypatch.setenv("BYLINE_EMBEDDING_BASE_URL", f"http://me:{KEY}@127.0.0.1/v1")
    with pytest.raises(SettingsError, match="BYLINE_EMBEDDING_BASE_URL may hold no name and password") as caught:
        load_settings()
    assert KEY not in str(caught.value)


class Letters:
    """A LangChain embedding that counts letters, and refuses blanks as hosted ones do."""

    def embed_query(self, text: str) -> list[float]:
        if not text.strip():
            raise ValueError("blank")
        return [float(text.count(letter)) + 1 for letter in "abc"]

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


def letters() -> ServedEncoder:
    from langchain_core.embeddings import Embeddings

    class Embedding(Letters, Embeddings):
        pass

    return ServedEncoder("letters:abc", Embedding(), Endpoint())


def test_a_langchain_embedding_gives_unit_vectors_under_its_name() -> None:
    encoder = letters()
    assert encoder.fingerprint == "letters:abc, 3 dimensions"
    vectors = encoder.encode_passages(["aab", "", "c\ud83d"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(vectors[0] * np.sqrt(14), [3, 2, 1], atol=1e-5)
    np.testing.assert_allclose(encoder.encode_questions(["aab"])[0], vectors[0])
    assert encoder.encode_passages([]).shape[0] == 0


def test_estimated_tokens_are_no_fewer_than_a_tokenizer_counts_in_english(models_cache: Path) -> None:
    minilm = load_encoder(DEFAULT_MODEL, cache_dir=models_cache)
    text = "The minister, who had said the opposite on Monday, told reporters that taxes would not rise before 2027."
    assert minilm.count_tokens([text])[0] <= letters().count_tokens([text])[0] <= 2 * minilm.count_tokens([text])[0]


def test_a_failing_service_is_a_model_error() -> None:
    encoder = letters()
    encoder._embeddings = None  # type: ignore[assignment]  # stands for a client that lost its service
    with pytest.raises(ModelError, match=r"letters:abc failed .* check its key"):
        encoder.encode_questions(["who?"])


@pytest.mark.parametrize(
    ("model", "remedy"),
    [("langchain:cohere:embed-v4", "pip install langchain-cohere"), ("langchain:nobody:model", "Supported providers")],
)
def test_an_unusable_langchain_model_names_the_remedy(model: str, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=remedy):
        load_encoder(model, cache_dir=tmp_path)
