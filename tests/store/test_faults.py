"""Each write, sync, rename and opening of a change fails in turn, as SQLite is tested: told, and nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import ROOT
from tests.store.faulty import NAMES, OLD, make

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = int(os.environ.get("BYLINE_TEST_FAULTS", "3"))
"""Failures of each change; a large number makes every operation fail once."""


def lost(report: Mapping[str, Any]) -> bool:
    """Whether an article is neither what it was nor what it was to become."""
    texts, before, to = report["after"]["texts"], dict.fromkeys(NAMES, OLD), report["to"]
    may_change = set(report["changed"])
    return any(
        texts.get(name) != before.get(name) and not (name in may_change and texts.get(name) == to.get(name))
        for name in {*NAMES, *texts, *may_change}
    )


@pytest.mark.timeout(600)
def test_whatever_operation_fails_it_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    if (compiler := shutil.which("cc")) is None:
        pytest.skip("there is no C compiler here (cc), by which operations on files are made to fail")
    shim = tmp_path / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run([compiler, "-w", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True, timeout=60)
    make(tmp_path / "base")
    (tmp_path / "work").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.faulty", str(tmp_path / "base"), str(tmp_path / "work"), str(MOST)],
        env=os.environ | {"LD_PRELOAD": str(shim)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert {report["change"] for report in reports} == {"add", "replace", "remove", "reindex"}
    assert [report for report in reports if "crashed" in report or "crashed" in report["after"]] == []
    assert [report for report in reports if lost(report) or report["after"]["set aside"]] == []
    assert any(report["told"] for report in reports)
