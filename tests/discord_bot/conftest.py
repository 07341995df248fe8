"""Fixtures of the tests that run the bot's real process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.discord_emulator import Discord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def discord() -> Iterator[Discord]:
    """A Discord of a test module's own."""
    with Discord() as started:
        yield started


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, used_once: Callable[[Path], Path]) -> Path:
    """A data directory that was used once."""
    return used_once(tmp_path_factory.mktemp("data"))
