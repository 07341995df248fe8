"""What is installed from the built wheel works without the source folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel holds, as an installation would lay it out."""
    pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, is not installed")
    built = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    folder = built / "installed"
    zipfile.ZipFile(next(built.glob("*.whl"))).extractall(folder)
    return folder


def test_the_wheel_holds_every_file_of_its_packages(installed: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "bot", "retrieval", "prompts", "seeds"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if tracked.returncode:
        pytest.skip("not a git checkout, so the files of the packages are not known")
    missing = [name for name in tracked.stdout.splitlines() if not (installed / name).is_file()]
    assert not missing


def test_the_installed_program_answers_from_its_own_seeds(installed: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(installed), "BYLINE_DATA_DIR": str(tmp_path / "data")}
    script = "import bot, sys; assert bot.__file__.startswith(sys.argv[1]), bot.__file__"
    subprocess.run([sys.executable, "-c", script, str(installed)], check=True, env=environment, cwd=tmp_path)
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "What did Blinken say?"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=tmp_path,
    )
    assert ended.returncode == 0, ended.stderr
    assert "diplomatic cover" in ended.stdout


def test_the_version_is_told(installed: Path) -> None:
    metadata = next(installed.glob("byline-*.dist-info")) / "METADATA"
    assert "\nVersion: " in metadata.read_text()
    ended = subprocess.run([sys.executable, "-m", "bot", "--version"], capture_output=True, text=True, check=True)
    assert "byline" in ended.stdout
