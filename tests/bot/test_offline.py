"""After install nothing opens a connection that is not local, whatever the environment says of tracing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import ROOT, SEED

if TYPE_CHECKING:
    from pathlib import Path

FORBID = ROOT / "tests" / "forbid_network"
ARTICLE = "Harbour closed\n\nBy Ann Lee\n\nThe harbour of Port Ellen was closed on Monday, said its master, Rona Blair."
# What makes LangChain, the hub and others connect where it is heeded.
TEMPTATION = {
    "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_TRACING": "true",
    "LANGSMITH_API_KEY": "key",
    "ANONYMIZED_TELEMETRY": "True",
    "HF_HUB_OFFLINE": "0",
}


def main_job(directory: Path, environment: dict[str, str], *before: str) -> None:
    """Everything a user does, in real processes."""
    (directory / "harbour.txt").write_text(ARTICLE)

    def byline(*arguments: str, given: str = "", status: int = 0) -> str:
        ended = subprocess.run(
            [*before, sys.executable, "-m", "bot", *arguments],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | environment | {"BYLINE_DATA_DIR": str(directory / "data")},
            cwd=directory,
        )
        assert ended.returncode == status, ended.stderr
        return ended.stdout

    assert "diplomatic cover" in byline("chat", given="hello\nWhat did Blinken say?\n")
    byline("add", "harbour.txt", str(SEED.parent))
    assert "Monday" in byline("ask", "When was the harbour of Port Ellen closed?")
    byline("ask", "--json", "Who won the 2022 World Cup?", status=3)
    assert "Harbour closed" in byline("articles")
    byline("remove", "harbour.txt")
    byline("reindex")
    byline("doctor")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was tried while the main job was done, with no network at all where the system can have none."""
    folder = tmp_path_factory.mktemp("offline")
    tried = folder / "forbidden.log"
    main_job(folder, TEMPTATION | {"PYTHONPATH": str(FORBID), "FORBIDDEN_LOG": str(tried)}, *no_network())
    return tried


def no_network() -> list[str]:
    """What starts a command in a namespace with no network, not even a loopback interface that is up; or nothing."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode:
        return []
    return [unshare, "-rn"]


def test_the_main_job_tries_no_connection(log: Path) -> None:
    assert not log.exists(), log.read_text()


@pytest.mark.usefixtures("log")
def test_the_main_job_needs_no_network() -> None:
    if not no_network():
        pytest.skip("network namespaces cannot be made here")


def test_the_watch_refuses_and_writes_down_a_connection(tmp_path: Path) -> None:
    log = tmp_path / "forbidden.log"
    script = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(FORBID), "FORBIDDEN_LOG": str(log)},
    )
    assert ended.returncode == 1
    assert "192.0.2.1" in log.read_text()
