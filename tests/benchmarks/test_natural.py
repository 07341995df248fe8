"""How natural questions are scored, and the whole command over a small sample of our own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.asking import ask
from benchmarks.natural import main
from benchmarks.outcomes import Case, calibration, figures, judge, read_cases, shown
from benchmarks.rows import read_rows
from bot.render import LISTED
from retrieval.types import Answer, Extract, Statement
from tests import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.types import Question

SAMPLE = ROOT / "tests" / "data" / "natural"
QUESTIONS = read_rows(SAMPLE / "natural" / "questions.jsonl")
BEGIN, END = "<!-- natural: made by benchmarks.natural -->", "<!-- /natural -->"


def case(must: tuple[tuple[str, ...], ...] = (), need: int = 0, support: tuple[str, ...] = (), **given: Any) -> Case:  # noqa: ANN401  (any field)
    fields: dict[str, Any] = {
        "id": "1",
        "kind": "what",
        "style": "plain",
        "turn": "single",
        "answerable": bool(must),
    } | given
    return Case(**fields, must=must, need=need or len(must), support=support)


@pytest.mark.parametrize(
    ("must", "need", "shown", "right"),
    [
        ((("34",),), 0, "He is 34.", True),
        ((("34",),), 0, "There were 34,000 of them, 134 of 5.34 metres.", False),
        ((("Orva",), ("Gorm",)), 0, "Orva beat  GORM.", True),
        ((("Orva",), ("Gorm",)), 0, "Orva won.", False),
        ((("Orva",), ("Gorm",)), 1, "Orva won.", True),
        ((("a storm", "the storm"),), 0, "It was the\nstorm.", True),
    ],
)
def test_an_answer_is_right_with_all_that_is_needed(
    must: tuple[tuple[str, ...], ...], need: int, shown: str, *, right: bool
) -> None:
    assert judge(case(must, need), [shown]).right is right


@pytest.mark.parametrize(
    ("sentence", "helps"),
    [
        ("The ferry ran aground on Monday.", True),
        ("“The ferry ran aground on Monday,” the harbour master said.", True),
        ("ran aground", False),
        ("She was 78.", True),
        ("was 78", False),
        ("The ferry was built in 1967.", False),
    ],
)
def test_a_sentence_helps_that_shares_most_with_one_that_does(sentence: str, *, helps: bool) -> None:
    support = ("The ferry ran aground on Monday.", "Ebba Lind died. She was 78. Her son was there.")
    assert judge(case((("x",),), support=support), [sentence]).helps == (helps,)


def test_figures_count_answers_and_refusals_apart() -> None:
    asked, unanswerable = case((("Orva",),), support=("Orva won the final.",)), case()
    outcomes = [
        judge(asked, ["Orva won the final.", "It rained all day long."]),
        judge(asked, ["It rained all day long."]),
        judge(asked, []),
        judge(unanswerable, []),
        judge(unanswerable, ["Orva won the final."]),
    ]
    counted = figures(outcomes)
    assert (counted.right, counted.answerable, counted.refused, counted.unanswerable) == (1, 3, 1, 2)
    assert counted.helpful == pytest.approx(1 / 3)
    assert counted.characters == pytest.approx((42 + 23 + 19) / 3)
    assert counted.first_helps == counted.first_right == 1


def test_the_first_sentence_alone_may_not_do() -> None:
    asked = case((("Orva",), ("Gorm",)))
    assert figures([judge(asked, ["Orva won.", "Gorm lost."])]).first_right == 0
    assert figures([judge(asked, ["Orva beat Gorm.", "It rained."])]).first_right == 1


def test_confidence_is_held_against_whether_what_would_be_shown_is_right() -> None:
    asked, unanswerable = case((("Orva",),)), case()
    won: dict[str, Any] = {"statements": [{"text": "Orva won."}]}
    nothing: dict[str, Any] = {"statements": [], "confidence": 0.0}
    rows = [won | {"confidence": 0.5}, won | {"confidence": 0.5}, nothing]
    assert calibration([asked, unanswerable, asked], rows) == 0.0
    assert calibration([asked], [won | {"confidence": 0.8}]) == pytest.approx(0.2)
    assert calibration([asked], [nothing]) is None


def test_turns_are_single_first_or_later() -> None:
    assert [row.turn for row in read_cases(QUESTIONS)] == ["first", "later", "single"]


@pytest.mark.parametrize(("alone", "turns"), [(False, [0, 1, 0]), (True, [0, 0, 0])])
def test_a_conversation_is_asked_in_turn_or_alone(*, alone: bool, turns: list[int]) -> None:
    def answer(question: Question) -> Answer:
        return Extract(question.text, question.text, (Statement("Yes."),) * 9)

    asked, rows = ask(answer, QUESTIONS, alone=alone)
    assert [len(question.history) for question in asked] == turns
    assert [row["id"] for row in rows] == ["q1", "q2", "q3"]
    assert [len(shown(row)) for row in rows] == [LISTED] * 3


def test_the_command_prints_its_tables_and_writes_the_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, answers = tmp_path / "doc.md", tmp_path / "answers.jsonl"
    document.write_text(f"# Before\n{BEGIN}\nold\n{END}\nAfter\n")
    main([str(SAMPLE), "--cache", str(tmp_path), "--answers", str(answers), "--into", str(document)])
    tables = capsys.readouterr().out
    assert "| answerable questions answered rightly | 2 of 2 (100 %) | 78 % | 90 % |" in tables
    assert "| by turn | first | 1 of 1 |" in tables
    assert re.search(r"^\| expected calibration error \| 0\.\d{3} \| 0\.06 \|", tables, re.MULTILINE)
    assert document.read_text() == f"# Before\n{BEGIN}\n\n{tables.strip()}\n\n{END}\nAfter\n"
    rows = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert rows[1]["standalone_question"] == "How much is the Lantern Prize worth?"


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="lacks natural/questions"):
        main([str(tmp_path)])
