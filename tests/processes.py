"""Byline as its real process, with settings of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KEPT = ("BYLINE_CACHE_DIR", "BYLINE_TEST_DATA")
"""Settings of the tests' own environment that the bot gets too: models are exported once for all tests."""


def run_byline(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Returns a command of Byline over a data directory, once it has ended well."""
    process = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=environment(data_dir),
        cwd=data_dir,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process


def use_once(data_dir: Path) -> None:
    """Lets the library of a data directory be made and the articles of seeds/ be indexed, as a first use does."""
    assert "1 article" in run_byline(data_dir, "ask", "hello").stderr


def environment(data_dir: Path, **settings: object) -> dict[str, str]:
    """That of the tests, with no settings of Byline but these (`discord_parallel=1`) and the shared models."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_") or name in KEPT}
    given = {f"BYLINE_{name.upper()}": str(value) for name, value in settings.items()}
    return kept | {"BYLINE_DATA_DIR": str(data_dir)} | given
