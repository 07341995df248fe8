"""Fixtures of the tests that run the bot's real process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.discord_emulator import Discord
from tests.processes import use_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def discord() -> Iterator[Discord]:
    """A Discord of a test module's own."""
    with Discord() as started:
        yield started


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that was used once."""
    folder = tmp_path_factory.mktemp("data")
    use_once(folder)
    return folder
