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


WRONG = {
    "embedding_window": ("0", "many", "1e9", "99999999999999999999"),
    "threads": ("0", "-1", "65", "two", "1.5"),
    "hits": ("0", "101", "ten"),
    "threshold": ("-0.1", "1.1", "nan", "inf", "high"),
    "max_file_bytes": ("0", "-5", "10MB"),
    "memory": ("-1", "1001", "long"),
    "keep_unanswered": ("maybe", "2"),
    "offline": ("maybe",),
    "tracing": ("maybe",),
    "embedding_base_url": ("http://user:secret@127.0.0.1/v1",),
    "chat_base_url": ("https://user:secret@models.example",),
    "chroma_url": ("http://user:secret@127.0.0.1:8000",),
    "chat_structured": ("fields",),
    "chat_timeout": ("0", "-1", "3601", "nan", "soon"),
    "chat_retries": ("-1", "11", "often"),
    "chat_parallel": ("0", "1001", "all"),
    "chat_answer_tokens": ("49", "some"),
    "chat_context": ("1023", "all"),
    "chat_tokens_a_day": ("-1", "1.5", "few"),
    "chat_cost_a_day": ("-1", "nan", "inf", "little", "1"),
    "chat_input_price": ("-1", "nan", "inf"),
    "chat_output_price": ("-1", "nan", "inf"),
    "discord_message_content": ("perhaps",),
    "discord_parallel": ("0", "65"),
    "discord_queue": ("0", "none"),
    "discord_questions_a_minute": ("0", "none"),
    "discord_keep_days": ("0", "3651"),
    "discord_upload_bytes": ("0", "big"),
    "discord_server_articles": ("-1", "all"),
    "log_format": ("xml", "JSON "),
    "metrics_port": ("0", "65536", "http"),
    "data_dir": ("~nobody-by-this-name/news",),
    "cache_dir": ("~nobody-by-this-name/cache",),
    "prompts_dir": ("~nobody-by-this-name/prompts",),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_each_wrong_value_of_each_setting_is_told_in_a_sentence(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"BYLINE_{name.upper()}", value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    told = str(raised.value)
    assert f"BYLINE_{name.upper()}" in told or value in told
    assert "secret" not in told
    assert "\n" not in told


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_THRESHOLD", "")
    assert load_settings().threshold is None


def test_the_home_directory_may_be_abbreviated() -> None:
    assert load_settings(data_dir=Path("~/news")).data_dir == Path.home() / "news"


def test_env_example_explains_every_setting_and_no_other() -> None:
    named = re.findall(r"^# ?(BYLINE_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(f"BYLINE_{name.upper()}" for name in Settings.model_fields)
