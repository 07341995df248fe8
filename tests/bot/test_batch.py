from __future__ import annotations

import datetime as dt
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.batch import answer_rows
from retrieval.errors import LibraryError, SourceError
from retrieval.types import Answer, Question

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = Question(text="", libraries=("public",), asked=dt.date(2024, 1, 1))


class Recorder:
    def __init__(self) -> None:
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> Answer:
        self.asked.append(question)
        if "fail" in question.text:
            raise LibraryError("The index is lost.")
        return Answer(question.text, question.text)


def answered(path: Path) -> tuple[int, list[dict[str, Any]], list[Question]]:
    recorder, out = Recorder(), io.StringIO()
    status = answer_rows(str(path), TEMPLATE, recorder, out)
    return status, [json.loads(line) for line in out.getvalue().splitlines()], recorder.asked


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
