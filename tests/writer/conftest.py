"""A pipeline with a chat model that a scripted server stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.gate import Gate
from retrieval.models.span_model import load_span_model
from retrieval.pipeline import Pipeline
from retrieval.reader import LinearScorer, Reader
from retrieval.writer import Writer
from retrieval.writer.chat_model import ChatModel
from retrieval.writer.providers import Budget, ChatSettings, Limits
from tests import MODELS
from tests.parts import Parts, opened
from tests.writer.harbour import CRANE, HARBOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.models.span_model import SpanModel
    from tests.writer.chat_models_server import ChatModels


@pytest.fixture(scope="session")
def model() -> SpanModel:
    """The model that ships with Byline."""
    return load_span_model(cache_dir=MODELS)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """A library of two articles."""
    with opened(tmp_path_factory.mktemp("written")) as made:
        made.articles.stage("public", [HARBOUR, CRANE])
        made.library.index()
        yield made


@pytest.fixture(params=["openai", "ollama"])
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pipeline(parts: Parts, model: SpanModel, provider: str) -> Callable[..., Pipeline]:
    reader = Reader(LinearScorer(model))

    def made(server: ChatModels, *, structured: bool = False, tokens: int | None = None) -> Pipeline:
        address = server.openai if provider == "openai" else server.ollama
        settings = ChatSettings(f"{provider}:any", address, structured, timeout=60.0, retries=0)
        chat = ChatModel(settings, Budget(Limits(tokens), parts.articles))
        return Pipeline(parts.search, reader, parts.articles, limit=10, writer=Writer(chat, Gate(), reader))

    return made
