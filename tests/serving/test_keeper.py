from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from retrieval.serving.owner import Keeper
from retrieval.types import Article
from tests.parts import Parts, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HARBOUR = Article("harbour", "Harbour closed", "The harbour is closed.")


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    with opened(tmp_path) as all_parts:
        yield all_parts


@pytest.fixture
def keeper(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeper]:
    monkeypatch.setattr("retrieval.serving.owner._LOOK_AGAIN", 0.02)
    monkeypatch.setattr("retrieval.serving.owner._AFTER_FAILURE", 0.02)
    started = Keeper(parts.library)
    started.start()
    yield started
    started.stop()


def wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_is_staged_is_indexed_and_what_is_withdrawn_erased(parts: Parts, keeper: Keeper) -> None:
    assert keeper
    parts.articles.stage("public", [HARBOUR])
    wait(lambda: parts.articles.count("ready", ["public"]) == 1)
    assert parts.vectors.refs("public")
    parts.articles.withdraw("public", ["harbour"])
    wait(lambda: parts.articles.count_everywhere("gone") == 0)
    assert not parts.lexical.refs()


def test_what_was_freed_goes_back_after_so_much_work(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    given_back = threading.Event()
    monkeypatch.setattr("retrieval.serving.owner._LOOK_AGAIN", 0.02)
    monkeypatch.setattr("retrieval.serving.owner._TIDY", 0.02)
    monkeypatch.setattr("retrieval.serving.owner.give_back", given_back.set)
    keeper = Keeper(parts.library)
    keeper.start()
    parts.articles.stage("public", [HARBOUR])
    assert given_back.wait(60)
    keeper.stop()


class PanicException(BaseException):
    """As what is written in Rust raises."""


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PanicException("no such segment")])
def test_a_failure_is_logged_and_tried_again(
    parts: Parts,
    keeper: Keeper,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: BaseException,
) -> None:
    failures = iter([error])
    index = parts.library.index

    def full(*, stop: Callable[[], bool]) -> object:
        for failure in failures:
            raise failure
        return index(stop=stop)

    with keeper.working:
        monkeypatch.setattr(parts.library, "index", full)
        parts.articles.stage("public", [HARBOUR])
    wait(lambda: parts.articles.count("ready", ["public"]) == 1)
    assert "Indexing failed" in caplog.text
    assert str(error) in caplog.text
