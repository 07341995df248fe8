"""The benchmark of speed: the command over a small sample of our own, and a peer of three lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.speed import peers
from benchmarks.speed.__main__ import ROWS, main, table
from benchmarks.speed.byline import NAME
from tests import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

SAMPLE = ROOT / "tests" / "data" / "natural"
SIZE = {"articles": 100, "characters": 800_000, "passages": 1_000, "tokens": 226_000}
MEASURE = ROWS[0].measure


def test_byline_is_measured_alone_where_no_peer_is_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_THREADS", "1")
    document = tmp_path / "speed.md"
    document.write_text(
        "Before.\n<!-- speed: made by benchmarks.speed -->\n<!-- /speed -->\nAfter.\n", encoding="utf-8"
    )
    main([str(SAMPLE), "--peers", str(tmp_path / "none"), "--passages", "3", "--runs", "1", "--into", str(document)])
    printed = capsys.readouterr()
    assert "LangChain, LlamaIndex, Haystack, txtai" in printed.err
    written = document.read_text(encoding="utf-8")
    assert printed.out.strip() in written
    assert written.startswith("Before.")
    assert written.endswith("After.\n")
    for row in ROWS:
        cells = next(line for line in written.splitlines() if line.startswith(f"| {row.label} |")).split("|")
        assert float(cells[2].replace(",", "")) > 0
        assert cells[3].strip() == ""


def test_the_ratio_is_that_of_the_best_peer() -> None:
    found = {NAME: {MEASURE: 2000.0}, "A": {MEASURE: 6000.0}, "B": {MEASURE: 5000.0}}
    assert f"| {ROWS[0].label} | 2,000 | 6,000 | 5,000 | 2.5 |" in table(found, SIZE)


class Shelf:
    """Finds whatever was put into it."""

    def __init__(self, folder: Path, model: str) -> None:
        self._file = folder / model

    def index(self, texts: Sequence[str]) -> None:
        self._file.parent.mkdir()
        self._file.write_text(json.dumps(texts), encoding="utf-8")

    def search(self, question: str) -> list[str]:
        texts: list[str] = json.loads(self._file.read_bytes())
        return texts[: peers.HITS] if question else []


def test_a_peer_indexes_in_one_process_and_searches_in_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(peers.PEERS, "Shelf", Shelf)
    (tmp_path / "passages.json").write_text(json.dumps(["One.", "Two."]), encoding="utf-8")
    (tmp_path / "questions.json").write_text(json.dumps(["Which?"]), encoding="utf-8")
    for step in ("index", "cold", "warm"):
        peers.main("Shelf", step, str(tmp_path), "model")
    indexed, cold, warm = map(json.loads, capsys.readouterr().out.splitlines())
    assert "index cpu p50" in indexed
    assert cold == {}
    assert set(warm) == {f"search {kind} p{share}" for kind in ("wall", "cpu") for share in (50, 95)}
