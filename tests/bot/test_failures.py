"""What goes wrong at the command line is told in a sentence or a bounded number of them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from bot.command import CommandFailed
from bot.printing import Failures, json_line
from bot.settings import load_settings
from retrieval.errors import SettingsError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_of_each_file_a_hundred_errors_are_told_and_the_others_counted(capsys: pytest.CaptureFixture[str]) -> None:
    failures = Failures()
    for n in range(1_250):
        failures.tell(SourceError(f"rows.jsonl, line {n}: the row has no title; give it one"))
    failures.tell(SourceError("notes.txt: it is empty; give it a text"))
    with pytest.raises(CommandFailed, match="1,251 inputs could not be added"):
        failures.end()
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 102
    assert told[-2:] == [
        "byline: notes.txt: it is empty; give it a text",
        "byline: … and 1,150 more of rows.jsonl.",
    ]


def test_nothing_that_steers_a_terminal_stands_in_a_line_of_json() -> None:
    steering = "\x1b[31m \x9b31m \x85 \u202e reversed \u2066 \u200f \u2028 é 東京"
    line = json_line({"text": steering})
    assert json.loads(line) == {"text": steering}
    assert line.isprintable()
    assert "é 東京" in line


def bytes_that_are_no_text(path: Path) -> None:
    path.write_bytes(b"BYLINE_LIBRARY=\xff\xfe\n")


@pytest.mark.parametrize("make", [os.mkfifo, bytes_that_are_no_text], ids=["a pipe", "no text"])
def test_a_file_of_settings_that_cannot_be_read_is_told(
    make: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / ".env")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"^\.env here is"):
        load_settings()


def test_a_folder_of_that_name_is_none_of_its(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_settings().library


def test_the_folder_of_a_user_who_is_not_there_is_told() -> None:
    with pytest.raises(SettingsError, match="~nobody-by-this-name/news begins with the folder of a user who is not"):
        load_settings(data_dir="~nobody-by-this-name/news")
