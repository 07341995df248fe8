from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings
from retrieval.errors import SettingsError
from tests import ROOT


def test_the_environment_goes_before_the_file_and_the_command_line_before_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("BYLINE_LIBRARY=file\nBYLINE_HITS=5\nBYLINE_DATA_DIR=/file\n")
    monkeypatch.setenv("BYLINE_HITS", "7")
    monkeypatch.setenv("BYLINE_DATA_DIR", "/environment")
    settings = load_settings(data_dir=Path("/line"))
    assert (settings.library, settings.hits, settings.data_dir) == ("file", 7, Path("/line"))


@pytest.mark.parametrize(
    ("name", "value"), [("BYLINE_HITS", "many"), ("BYLINE_THRESHOLD", "2"), ("BYLINE_OFFLINE", "perhaps")]
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name} cannot be '{value}'.*env.example"):
        load_settings()


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_THRESHOLD", "")
    assert load_settings().threshold is None


def test_the_home_directory_may_be_abbreviated() -> None:
    assert load_settings(data_dir=Path("~/news")).data_dir == Path.home() / "news"


def test_env_example_explains_every_setting_and_no_other() -> None:
    named = re.findall(r"^# ?(BYLINE_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(f"BYLINE_{name.upper()}" for name in Settings.model_fields)
