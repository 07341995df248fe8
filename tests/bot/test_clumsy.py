"""Whatever a command is given, and wherever its output goes, it ends in a sentence and never in a traceback."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from rich.console import Console

from bot import lines
from bot.cli import main
from bot.command import CommandFailed
from bot.printing import json_line
from bot.terminal import _History, _line_reader
from retrieval.errors import SourceError
from retrieval.store.articles import Articles, open_engine
from retrieval.types import Article
from tests import ROOT
from tests.processes import environment

if TYPE_CHECKING:
    from pathlib import Path

NO_UTF_8 = "caf\udce9"  # as the shell hands on a name in another encoding
PORT = Article("port", "A “port”", "Rona Blair opened the harbour of Zell.")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    articles = Articles(open_engine(tmp_path))
    articles.set_fact("seeded", "yes")
    articles.stage("public", [PORT])
    articles.publish(articles.pending(1))
    articles.close()
    return tmp_path


def run(directory: Path, *arguments: str) -> tuple[int, str]:
    ended = CliRunner().invoke(main, ["--data-dir", str(directory), *arguments])
    return ended.exit_code, ended.output


def piped(directory: Path, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m bot {command}"],
        env=environment(directory) | {"PYTHONPATH": str(ROOT)} | variables,
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("command", ["--help", "completion bash", "articles", "export --jsonl"])
@pytest.mark.parametrize("output", [">&-", ">/dev/full"])
def test_an_output_that_takes_nothing_is_told(directory: Path, command: str, output: str) -> None:
    ended = piped(directory, f"{command} {output}")
    reason = "Bad file descriptor" if output == ">&-" else "No space left on device"
    assert (ended.returncode, ended.stderr) == (
        1,
        f"byline: The output cannot be written ({reason}); send it elsewhere.\n",
    )


def test_an_input_that_is_closed_is_an_empty_one(directory: Path) -> None:
    ended = piped(directory, "feed import - <&-")
    assert ended.returncode == 1
    assert "it is no OPML" in ended.stderr


def test_without_a_place_for_errors_the_output_is_what_it_was(directory: Path) -> None:
    ended = piped(directory, "articles 2>&- <&-")
    assert (ended.returncode, ended.stdout) == (0, f"no date     {PORT.title}\n            port\n")


def test_what_an_output_cannot_write_is_escaped(directory: Path) -> None:
    assert "A \\u201cport\\u201d" in piped(directory, "articles", PYTHONIOENCODING="latin-1").stdout
    assert '"A \\u201cport\\u201d"' in piped(directory, "articles --json", PYTHONIOENCODING="latin-1").stdout


def test_half_a_surrogate_pair_in_json_is_escaped() -> None:
    assert json_line({"name": NO_UTF_8, "whole": "\N{BRIDGE AT NIGHT}"}) == (
        '{"name": "caf\\udce9", "whole": "\N{BRIDGE AT NIGHT}"}'
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("articles", NO_UTF_8),
        ("articles", "--library", NO_UTF_8),
        ("articles", NO_UTF_8, "--revisions"),
        ("export", "--library", NO_UTF_8),
        ("quotes", "--speaker", NO_UTF_8, "--about", NO_UTF_8, "--source", NO_UTF_8, "--json"),
        ("speakers", "--starting-with", NO_UTF_8),
        ("verify", NO_UTF_8, "--speaker", NO_UTF_8),
        ("speaker", NO_UTF_8),
        ("unanswered", "--library", NO_UTF_8),
        ("feed", "log", NO_UTF_8),
        ("feed", "list", "--library", NO_UTF_8),
        ("feed", "remove", NO_UTF_8),
        ("restore", NO_UTF_8),
        ("digest", "--since", NO_UTF_8),
        ("verify", ""),
        ("verify", "“…”", "--speaker", " "),
        ("speaker", " "),
        ("quotes", "--speaker", " ", "--about", "?"),
        ("articles", "a\nb\u202e"),
        ("articles", ""),
        ("feed", "log", ""),
        ("feed", "remove", "http://[::1"),
        ("feed", "remove", "http://news.example:port/a\nb"),
        ("unanswered", "--library", ""),
        ("digest", "--since", "", "--quoting", "?"),
        ("digest", "--about", "?", "--speaker", "?"),
    ],
    ids=repr,
)
def test_bytes_that_are_no_utf_8_and_nothing_stop_no_command(directory: Path, arguments: tuple[str, ...]) -> None:
    status, told = run(directory, *arguments)
    assert status in {0, 1, 2, 3}
    assert "Something went wrong" not in told


def test_a_folder_that_a_variable_was_to_name_is_not_the_one_one_is_in() -> None:
    ended = CliRunner().invoke(main, ["articles", "--data-dir", ""])
    assert (ended.exit_code, "it is empty; name a folder" in ended.output) == (2, True)


@pytest.mark.parametrize("arguments", [("quotes", "--limit"), ("feed", "log", "--limit")])
def test_a_number_that_no_database_takes_is_refused(directory: Path, arguments: tuple[str, ...]) -> None:
    status, told = run(directory, *arguments, "99999999999999999999")
    assert (status, "is not in the range" in told) == (2, True)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_an_end_of_the_calendar_is_no_day_to_list_from(directory: Path, day: str) -> None:
    status, told = run(directory, "digest", "--since", day)
    assert (status, "is no day until today" in told) == (2, True)


def test_nothing_in_an_error_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    CommandFailed("There is no article \x1b[31m\u202egnp.").show()
    assert capsys.readouterr().err == "byline: There is no article [31mgnp.\n"


def test_a_library_that_is_not_there_is_told(directory: Path) -> None:
    assert run(directory, "articles", "--library", "publik")[1] == (
        "byline: there is no library 'publik'; there is public.\nNo articles; `byline add PATH` adds some.\n"
    )
    assert run(directory, "articles", "--failed")[1] == "No article is set aside.\n"


def test_a_list_of_feeds_without_end_is_refused(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_MAX_FILE_BYTES", "1000")
    status, told = run(directory, "feed", "import", "/dev/zero")
    assert (status, "it is larger than 1,000 bytes" in told) == (1, True)


def test_a_line_without_end_is_an_error_after_the_lines_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 10)
    read = lines.lines(io.StringIO("What now?\nWhat then\n" + "x" * 11), "questions.jsonl")
    assert [next(read), next(read)] == ["What now?\n", "What then\n"]
    with pytest.raises(SourceError, match=r"questions\.jsonl, line 3 is longer than 10 characters"):
        next(read)


def test_a_chat_goes_on_where_its_history_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "file" / "history", tmp_path, tmp_path / "pipe"):
        assert _line_reader(Console(file=io.StringIO()), place) is input
    _History("/dev/full").store_string("What did Ann say?")
