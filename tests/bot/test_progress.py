from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pexpect

from bot import progress
from bot.progress import counted, describe, progress_bar
from retrieval.library import IndexingProgress
from tests import ROOT

if TYPE_CHECKING:
    import pytest


def test_progress_is_described_with_its_speed_and_the_time_left() -> None:
    assert describe(IndexingProgress(120, 1_320, 1_800), 60.0) == (
        "120 of 1,320 articles, 1,800 passages, 2.0 articles/s, 30 passages/s, 10 min left"
    )
    assert describe(IndexingProgress(0, 5, 0), 0.0).endswith("0 s left")


def test_things_are_counted_in_words() -> None:
    assert [counted(n, "article") for n in (0, 1, 4752)] == ["0 articles", "1 article", "4,752 articles"]


def test_outside_a_terminal_a_line_tells_now_and_then_and_one_at_the_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_LINE_EVERY", 0.0)
    with progress_bar() as bar:
        bar.update(IndexingProgress(0, 2, 0))
        bar.update(IndexingProgress(2, 2, 9))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("2 of 2 articles")
    assert lines[-1] == "Indexed 2 articles, 9 passages."


def test_what_is_found_one_after_the_other_is_told_so_and_nothing_of_what_is_not_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress_bar() as bar:
        for part, found in (("passage", 9), ("quotation", 3), ("repeat", 0)):
            bar.update(IndexingProgress(0, 2, 0, part))
            bar.update(IndexingProgress(2, 2, found, part))
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["Indexed 2 articles, 9 passages.", "Indexed 2 articles, 3 quotations."]


def test_what_was_never_begun_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar():
        pass
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_a_bar() -> None:
    script = (
        "from bot.progress import progress_bar; from retrieval.library import IndexingProgress\n"
        "with progress_bar() as bar:\n"
        "    bar.say('Preparing'); bar.update(IndexingProgress(0, 8, 0)); bar.update(IndexingProgress(8, 8, 70))"
    )
    shown = pexpect.run(
        f'{sys.executable} -c "{script}"',
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "150"},
        cwd=str(ROOT),
        encoding="utf-8",
        timeout=30,
        use_poll=True,  # select knows no file numbered 1,024 or more, as late in a long run
    )
    assert "Preparing" in shown
    assert "Indexing" in shown
    assert "8 of 8 articles, 70 passages" in shown
    assert "━" in shown
