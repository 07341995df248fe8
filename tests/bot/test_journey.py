"""The whole way over the real article, model and indexes, through the real command line."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import ROOT, SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED_ID = f"seeds/{SEED.name}"
SAID = ("“diplomatic cover”", "“That President Xi is traveling", "“And instead of even condemning them")
ROWS = 160  # articles, so many that adding them takes longer than what is done meanwhile
HARBOUR = "Harbour closed\n\nBy Ann Lee\n\nThe harbour of Port Ellen was closed on Monday, said its master, Rona Blair."


def start(*arguments: str, directory: Path, **given: Any) -> subprocess.Popen[str]:  # noqa: ANN401  (Popen's own)
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"BYLINE_DATA_DIR": str(directory)},
        cwd=directory,
        **given,
    )


def byline(*arguments: str, directory: Path, given: str = "") -> tuple[int, str, str]:
    process = start(*arguments, directory=directory)
    out, err = process.communicate(given, timeout=120)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, used_once: Callable[[Path], Path]) -> Path:
    """A data directory that has been used once, which indexed seeds/."""
    return used_once(tmp_path_factory.mktemp("library"))


def answer_to(question: str, directory: Path, *options: str) -> tuple[int, dict[str, Any]]:
    status, out, err = byline("ask", "--json", question, *options, directory=directory)
    assert err == ""
    answer: dict[str, Any] = json.loads(out)
    return status, answer


def stored_article(directory: Path, article_id: str) -> dict[str, Any]:
    status, out, _ = byline("articles", "--json", article_id, directory=directory)
    assert status == 0
    article: dict[str, Any] = json.loads(out)
    return article


def test_what_blinken_said_is_answered_with_his_own_words_exactly_cited(directory: Path) -> None:
    status, answer = answer_to("What did Blinken say?", directory)
    assert status == 0
    assert answer["answered"]
    assert answer["mode"] == "reader"
    for words in SAID:
        assert words in answer["answer"]
    article = stored_article(directory, SEED_ID)
    assert article["text"] == SEED.read_text()
    assert len(answer["citations"]) == 3
    for citation in answer["citations"]:
        assert citation["article_id"] == SEED_ID
        assert article[citation["field"]][citation["start"] : citation["end"]] == citation["quote"]
        assert citation["byline"] == "Keane"
        assert citation["published"] is None


def test_the_json_has_the_keys_that_others_rely_on(directory: Path) -> None:
    _, answer = answer_to("Who issued the warrant?", directory)
    assert list(answer) == [
        *("question", "standalone_question", "answered", "answer", "statements", "total", "short"),
        *("note", "speaker", "about", "confidence"),
        *("mode", "dropped", "citations", "nearest", "timings_ms"),
    ]
    assert set(answer["citations"][0]) == {
        *("number", "quote", "article_id", "field", "start", "end"),
        *("title", "byline", "publisher", "published", "url", "source", "also_in"),
    }


def test_what_the_articles_do_not_say_is_refused_with_the_nearest_passage(directory: Path) -> None:
    status, answer = answer_to("Who won the 2022 World Cup?", directory)
    assert status == 3
    assert not answer["answered"]
    assert answer["statements"] == []
    assert answer["nearest"][0]["quote"] in SEED.read_text()


def test_an_explanation_shows_scores_and_reasons(directory: Path) -> None:
    status, out, _ = byline("ask", "--explain", "Who issued the warrant?", directory=directory)
    assert status == 0
    assert "dense" in out.lower()
    assert "lexical" in out.lower()


def test_questions_from_a_pipe_are_one_conversation_answered_one_a_line(directory: Path) -> None:
    given = "What did Blinken say?\n\nAnd Putin?\nWho won the 2022 World Cup?\n"
    status, out, _ = byline("chat", directory=directory, given=given)
    lines = out.splitlines()
    assert status == 0
    assert len(lines) == 3
    assert "diplomatic cover" in lines[0]
    assert "colossal leap forward" in lines[1]
    assert "do not say" in lines[2]


def test_a_pipe_remembers_as_many_turns_as_the_setting_says(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = "What did Blinken say?\nAnd Putin?\n"
    remembered = byline("chat", directory=directory, given=given)[1].splitlines()[1]
    monkeypatch.setenv("BYLINE_MEMORY", "0")
    forgotten = byline("chat", directory=directory, given=given)[1].splitlines()[1]
    assert "colossal leap forward" in remembered
    assert forgotten != remembered


def test_a_file_of_questions_is_answered_row_by_row(directory: Path, tmp_path: Path) -> None:
    rows = [{"id": 7, "question": "Who issued the warrant?"}, {"id": 8, "question": "And Putin?"}]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    status, out, _ = byline("ask", "--batch", str(path), directory=directory)
    objects = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [row["id"] for row in objects] == [7, 8]
    assert objects[1]["standalone_question"] == "And Putin?", "each row is a conversation of its own"


def test_articles_are_added_found_changed_and_removed(directory: Path, tmp_path: Path) -> None:
    path = tmp_path / "harbour.txt"
    path.write_text(HARBOUR)
    assert "1 new" in byline("add", str(path), directory=directory)[1]
    assert "1 unchanged" in byline("add", str(path), directory=directory)[1]
    assert "Monday" in answer_to("When was the harbour of Port Ellen closed?", directory)[1]["answer"]
    path.write_text(HARBOUR.replace("Monday", "Tuesday"))
    assert "1 changed" in byline("add", str(path), directory=directory)[1]
    assert "Tuesday" in answer_to("When was the harbour of Port Ellen closed?", directory)[1]["answer"]
    assert byline("remove", str(path), directory=directory)[0] == 0
    assert answer_to("When was the harbour of Port Ellen closed?", directory)[0] == 3
    assert byline("articles", str(path), directory=directory)[0] == 1
    assert not [file for file in directory.rglob("*") if file.is_file() and b"Rona Blair" in file.read_bytes()]


def test_a_question_that_is_refused_is_listed_until_the_articles_answer_it(directory: Path, tmp_path: Path) -> None:
    path = tmp_path / "harbour.txt"
    path.write_text(HARBOUR)
    question = "When was the harbour of Port Ellen closed?"
    for _ in range(2):
        assert answer_to(question, directory, "--library", "listed", "--asked", "2031-05-05")[0] == 3
    listed = ("unanswered", "--library", "listed")
    assert byline(*listed, directory=directory)[1] == f"2031-05-05  2 × {question}\n"
    byline("add", str(path), "--library", "listed", directory=directory)
    assert answer_to(question, directory, "--library", "listed")[0] == 0
    assert byline(*listed, directory=directory)[1] == "No unanswered questions.\n"


def test_bad_input_is_told_line_by_line_and_the_rest_is_added(directory: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"title": "A", "text": "Ferries sail."}\n{"title": "B"}\nnonsense\n')
    status, out, err = byline("add", str(path), "--library", "ferries", directory=directory)
    assert status == 1
    assert "1 new" in out
    assert "line 2" in err
    assert "line 3" in err
    assert byline("articles", "--library", "ferries", directory=directory)[1].count("\n") == 2


def test_an_article_in_another_language_is_added_and_told_to_be_so(directory: Path, tmp_path: Path) -> None:
    (tmp_path / "bac.txt").write_text("Le bac est en retard\n\nLe bac est parti lundi avec une heure de retard.\n")
    status, out, _ = byline("add", "--library", "ports", str(tmp_path / "bac.txt"), directory=directory)
    assert status == 0
    assert "1 article seems to be in French" in out
    byline("remove", "--library", "ports", str(tmp_path / "bac.txt"), directory=directory)


def test_libraries_are_apart(directory: Path, tmp_path: Path) -> None:
    path = tmp_path / "harbour.txt"
    path.write_text(HARBOUR)
    byline("add", str(path), "--library", "private", directory=directory)
    question = "When was the harbour of Port Ellen closed?"
    assert answer_to(question, directory)[0] == 3
    assert answer_to(question, directory, "--library", "private")[0] == 0
    assert answer_to(question, directory, "--library", "public", "--library", "private")[0] == 0


def test_usage_errors_and_unusable_settings_have_their_statuses(directory: Path) -> None:
    assert byline("ask", directory=directory)[0] == 2
    assert byline("ask", " ", directory=directory)[0] == 2
    assert byline("nonsense", directory=directory)[0] == 2
    status, _, err = byline("ask", "hello", "--data-dir", str(SEED), directory=directory)
    assert status == 1
    assert err.count("\n") == 1
    assert "--data-dir" in err


def test_a_changed_model_is_refused_with_the_remedy(tmp_path: Path, used_once: Callable[[Path], Path]) -> None:
    from retrieval.store.articles import FINGERPRINT, Articles, open_engine

    used_once(tmp_path)
    articles = Articles(open_engine(tmp_path))
    articles.set_fact(FINGERPRINT, "another model")
    articles.close()
    status, _, err = byline("ask", "Who issued the warrant?", directory=tmp_path)
    assert status == 1
    assert "byline reindex" in err
    assert byline("reindex", directory=tmp_path)[0] == 0
    assert answer_to("Who issued the warrant?", tmp_path)[0] == 0


@pytest.mark.parametrize("damaged", ["vectors/chroma.sqlite3", "lexical/meta.json"])
def test_a_damaged_index_is_told_with_the_remedy_which_works(directory: Path, tmp_path: Path, damaged: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    (copy / damaged).write_bytes(b"\xff" * 5_000)
    status, _, err = byline("ask", "Who issued the warrant?", directory=copy)
    assert status == 1
    assert err.count("\n") == 1
    assert "byline doctor --repair" in err
    assert byline("doctor", "--repair", directory=copy)[0] == 0
    assert answer_to("Who issued the warrant?", copy)[0] == 0


def test_doctor_finds_everything_in_order(directory: Path) -> None:
    status, out, _ = byline("doctor", directory=directory)
    assert status == 0
    assert "FAIL" not in out
    for name in ("settings", "data directory", "embedding model", "index"):
        assert name in out
    rows = [json.loads(line) for line in byline("doctor", "--json", directory=directory)[1].splitlines()]
    assert {"choices", "quotations"} < {row["name"] for row in rows if row["passed"]}


def asked(chat: subprocess.Popen[str], question: str) -> str:
    """What an open chat answers."""
    assert chat.stdin is not None
    assert chat.stdout is not None
    chat.stdin.write(f"{question}\n")
    chat.stdin.flush()
    return chat.stdout.readline()


@contextmanager
def open_chat(directory: Path, ends: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A chat that stays open, as the owner of the directory unless another is, and ends with a status."""
    chat = start("chat", directory=directory)
    assert asked(chat, "hello")
    try:
        yield chat
    finally:
        chat.communicate(timeout=30)
        assert chat.returncode == ends


def wait_until(condition: Any, seconds: float = 20) -> bool:  # noqa: ANN401  (any callable)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return False


def test_beside_an_open_chat_others_ask_and_what_they_add_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "harbour.txt"
    path.write_text(HARBOUR)
    question = "When was the harbour of Port Ellen closed?"
    with open_chat(tmp_path) as chat:
        assert answer_to("Who issued the warrant?", tmp_path)[0] == 0
        status, _, err = byline("add", str(path), directory=tmp_path)
        assert status == 0
        assert f"process {chat.pid}" in err
        assert wait_until(lambda: answer_to(question, tmp_path)[0] == 0)
        assert byline("remove", str(path), directory=tmp_path)[0] == 0
        assert answer_to(question, tmp_path)[0] == 3
        assert byline("reindex", directory=tmp_path)[0] == 0
        assert answer_to("Who issued the warrant?", tmp_path)[0] == 0
        assert byline("doctor", directory=tmp_path)[0] == 0


def test_a_chat_goes_on_when_the_owner_it_asked_is_killed(tmp_path: Path, used_once: Callable[[Path], Path]) -> None:
    used_once(tmp_path)
    with open_chat(tmp_path, ends=-signal.SIGKILL) as owner, open_chat(tmp_path) as second:
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        assert "International Criminal Court" in asked(second, "Who issued the warrant?")
        assert second.poll() is None


def test_an_interrupted_add_keeps_what_was_finished_and_is_taken_up_again(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    text = " ".join(f"Sentence {n} tells of the harbour and its ferries." for n in range(60))
    rows.write_text("".join(json.dumps({"id": str(n), "title": f"T {n}", "text": text}) + "\n" for n in range(ROWS)))
    process = start("add", str(rows), directory=tmp_path, start_new_session=True)

    def listing() -> str:
        return byline("articles", "--json", directory=tmp_path)[1]

    assert wait_until(lambda: '"state": "ready"' in listing(), 60)
    assert answer_to("Who issued the warrant?", tmp_path)[0] == 0, "the add answers for others meanwhile"
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert f"{ROWS} new" in out
    assert "interrupted" in err
    before = listing().count('"state": "ready"')
    assert 0 < before < ROWS + 1
    status, out, err = byline("add", str(rows), directory=tmp_path)
    assert status == 0
    assert f"{ROWS} unchanged" in out
    assert f"Indexed {ROWS + 1 - before} article" in err
    assert listing().count('"state": "ready"') == ROWS + 1


def test_the_module_can_be_run_from_the_source_folder(directory: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "chat" in ended.stdout
    assert Path(directory).exists()
