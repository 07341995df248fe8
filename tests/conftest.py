"""Fixtures of more than one folder: a library over a directory, an article, and the public data where it is present."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from retrieval.types import Article
from tests import MODELS, ROOT
from tests.index.served import ChromaRun
from tests.parts import Parts, opened
from tests.processes import use_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MEMORY = Path("/dev/shm")  # noqa: S108  (where it is there, a file system in memory)
_ROOM = 4 << 30


def pytest_configure() -> None:
    """Lets temporary folders stand in memory where there is room, since stores wait for the disk at each commit."""
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


settings.register_profile("byline", deadline=None)  # a busy machine is no failure
settings.load_profile("byline")


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    with opened(tmp_path) as all_parts:
        yield all_parts


@pytest.fixture
def article() -> Callable[..., Article]:
    def make(name: str, text: str, **given: str) -> Article:
        return Article(id=name, title=given.pop("title", f"About {name}"), text=text, **given)

    return make


@pytest.fixture(scope="session")
def used_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Makes a folder a data directory in which Byline was used once, so that the articles of seeds/ are indexed."""
    made = tmp_path_factory.mktemp("used")
    use_once(made)
    return partial(shutil.copytree, made, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def chroma_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaRun]:
    """One Chroma server; each test has collections of its own there."""
    run = ChromaRun(tmp_path_factory.mktemp("chroma"))
    run.start()
    yield run
    run.kill()


@pytest.fixture(scope="session")
def models_cache() -> Path:
    """Where models are exported once for all tests, as for the processes of Byline that they start."""
    return MODELS


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of public data, or a skip that says how to name it."""
    folder = Path(os.environ.get("BYLINE_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the public data is not here; name its folder with BYLINE_TEST_DATA")
    return folder
