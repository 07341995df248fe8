from __future__ import annotations

import datetime as dt
import errno
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

from bot.batch import answer_rows
from bot.command import command
from bot.render import LISTED
from retrieval.errors import LibraryError, SourceError
from retrieval.types import Answer, Extract, Question, Statement

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import Settings

TEMPLATE = Question(text="", libraries=("public",), asked=dt.date(2024, 1, 1))


class Recorder:
    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.statements = 0

    def __call__(self, question: Question) -> Answer:
        self.asked.append(question)
        if "fail" in question.text:
            raise LibraryError("The index is lost.")
        if "break" in question.text:
            raise TypeError("'<' not supported between instances of 'Span' and 'Span'")
        return Extract(question.text, question.text, (Statement("Yes."),) * self.statements)


def answered(path: Path) -> tuple[int, list[dict[str, Any]], list[Question]]:
    recorder, out = Recorder(), io.StringIO()
    status = answer_rows(str(path), TEMPLATE, recorder, out)
    return status, [json.loads(line) for line in out.getvalue().splitlines()], recorder.asked


def test_a_reader_that_left_is_no_fault_of_the_file(tmp_path: Path) -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "One?"}')
    with pytest.raises(BrokenPipeError):
        answer_rows(str(path), TEMPLATE, Recorder(), Closed())


def test_a_command_whose_reader_left_ends_without_a_word(tmp_path: Path) -> None:
    @click.command()
    @command
    def unread(_settings: Settings) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    ended = CliRunner().invoke(unread, ["--data-dir", str(tmp_path)])
    assert (ended.exit_code, ended.output) == (1, "")


def test_each_row_is_answered_in_order_with_its_id(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    rows = [{"id": "x", "question": "One?"}, {"question": "Two?", "asked": "2023-03-20", "library": "mine"}]
    path.write_text("\n\n".join(map(json.dumps, rows)))
    status, objects, asked = answered(path)
    assert status == 0
    assert [(row["id"], row["question"]) for row in objects] == [("x", "One?"), (None, "Two?")]
    assert [question.libraries for question in asked] == [("public",), ("mine",)]
    assert [question.asked.isoformat() for question in asked] == ["2024-01-01", "2023-03-20"]
    assert all(question.history == () for question in asked)


def test_a_row_that_fails_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl.gz"
    rows = [
        "{",
        "[]",
        '{"question": " "}',
        '{"question": "a?", "asked": "soon"}',
        '{"id": 1, "question": "fail"}',
        "{}",
    ]
    path.write_bytes(gzip.compress("\n".join([*rows, '{"question": "Last?"}']).encode()))
    status, objects, _ = answered(path)
    assert status == 1
    assert [f"line {number}" in row.get("error", "") for number, row in enumerate(objects, start=1)] == [True] * 6 + [
        False
    ]
    assert objects[4] == {"id": 1, "error": f"{path}, line 5: The index is lost."}


def test_rows_that_share_a_conversation_are_asked_as_one_in_order(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    rows = [("One?", "a"), ("Two?", 7), ("Three?", "a"), ("Four?", None), ("fail", "a"), ("Five?", "a"), ("Six?", 7)]
    path.write_text("\n".join(json.dumps({"question": text, "conversation": name}) for text, name in rows))
    _, objects, asked = answered(path)
    histories = {question.text: [turn.question for turn in question.history] for question in asked}
    assert [row.get("question") for row in objects] == ["One?", "Two?", "Three?", "Four?", None, "Five?", "Six?"]
    assert histories["Three?"] == ["One?"]
    assert histories["Four?"] == []
    assert histories["Five?"] == ["One?", "Three?"]
    assert histories["Six?"] == ["Two?"]


def test_a_conversation_remembers_what_the_chat_would(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "Again?", "conversation": "a"}\n' * 4)
    recorder = Recorder()
    recorder.statements = LISTED + 3
    answer_rows(str(path), TEMPLATE, recorder, io.StringIO(), memory=2)
    assert [len(question.history) for question in recorder.asked] == [0, 1, 2, 2]
    assert len(recorder.asked[-1].history[0].answer.statements) == LISTED


@pytest.mark.parametrize("conversation", [[], {}, 1.5])
def test_a_conversation_that_is_no_name_is_an_error(tmp_path: Path, conversation: object) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps({"question": "One?", "conversation": conversation}))
    status, objects, _ = answered(path)
    assert status == 1
    assert "conversation" in objects[0]["error"]


def test_a_mistake_in_the_program_is_one_row_s_error_with_a_reference_into_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": 1, "question": "break"}\n{"id": 2, "question": "Last?"}')
    status, objects, _ = answered(path)
    assert status == 1
    [record] = caplog.records
    reference, _, _ = record.getMessage().partition(":")
    told = f"{path}, line 1: Something went wrong here. Its reference in the log is {reference}."
    assert objects[0] == {"id": 1, "error": told}
    assert (objects[1]["id"], "error" in objects[1]) == (2, False)
    assert "not supported between" in caplog.text


def test_an_id_that_no_stream_can_write_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "\\ud800", "question": "One?"}')
    status, objects, _ = answered(path)
    assert (status, objects[0]["id"]) == (0, "\ud800")


@pytest.mark.parametrize("library", [1, [1], {}])
def test_a_library_that_is_no_name_is_an_error(tmp_path: Path, library: object) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps({"question": "One?", "library": library}))
    assert answered(path)[0] == 1


def test_a_file_that_cannot_be_read_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="jsonl"):
        answered(tmp_path / "missing.jsonl")
    (tmp_path / "not.gz").write_bytes(b"plain")
    with pytest.raises(SourceError, match="jsonl"):
        answered(tmp_path / "not.gz")
    packed = gzip.compress(json.dumps({"question": "x" * 2_000}).encode())
    (tmp_path / "harmed.gz").write_bytes(packed[:12] + b"\xff\xff\xff" + packed[15:])
    with pytest.raises(SourceError, match="gz cannot be read"):
        answered(tmp_path / "harmed.gz")


def test_what_would_steer_a_terminal_is_escaped(tmp_path: Path) -> None:
    path, out = tmp_path / "questions.jsonl", io.StringIO()
    path.write_text(json.dumps({"id": "\x9b31m\u202e", "question": "One?"}))
    answer_rows(str(path), TEMPLATE, Recorder(), out)
    assert out.getvalue().strip().isprintable()
    assert json.loads(out.getvalue())["id"] == "\x9b31m\u202e"
