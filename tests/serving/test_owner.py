from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import BylineError, LibraryError
from retrieval.serving.owner import OwnerGone, Ownership, ask_owner, held_by, owner_of
from retrieval.types import Answer, Article, Citation, Extract, Hit, Question, Statement, Trace, Turn
from retrieval.watching import Unfinished, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


ARTICLE = Article("a", "Title", "The harbour “was” closed.", published="2023-03-20")
ANSWER = Extract(
    "q",
    "q",
    (Statement("The harbour “was” closed.", (1,)),),
    (Citation(1, "public", ARTICLE, "text", 0, 25),),
    confidence=0.7,
    trace=Trace(hits=(Hit("public", ARTICLE, 0, 25, 0.03, dense=0.5, dense_rank=1),), timings_ms={"total": 1.5}),
)
QUESTION = Question(text="What happened?", libraries=("public", "mine"), history=(Turn("q", ANSWER),))


@pytest.fixture
def ownership(tmp_path: Path) -> Iterator[Ownership]:
    taken = Ownership.take(tmp_path, "chat")
    assert taken is not None
    yield taken
    taken.close()


def test_one_process_owns_a_directory_until_it_lets_go(tmp_path: Path) -> None:
    first = Ownership.take(tmp_path, "chat")
    assert first is not None
    assert Ownership.take(tmp_path, "add") is None
    assert str(os.getpid()) in str(held_by(tmp_path))
    assert "byline chat" in str(held_by(tmp_path))
    first.close()
    second = Ownership.take(tmp_path, "add")
    assert second is not None
    second.close()


def test_the_owner_answers_with_the_whole_record(ownership: Ownership, tmp_path: Path) -> None:
    asked = []

    def answer(question: Question, _: Watch) -> Answer:
        asked.append(question)
        return ANSWER

    ownership.serve(answer, keeps_up=False)
    assert ask_owner(tmp_path, QUESTION) == ANSWER
    assert asked == [QUESTION]


def test_who_asks_sees_the_answer_being_written_and_can_stop_it(ownership: Ownership, tmp_path: Path) -> None:
    seen: list[Unfinished] = []
    said, cited = ANSWER.statements, ANSWER.citations

    def answer(_question: Question, watch: Watch) -> Answer:
        for unfinished in (Unfinished((), (), "The “har"), Unfinished(said, cited, ""), Unfinished(said, cited, "It")):
            watch.show(unfinished)
        while not watch.stopped:
            time.sleep(0.01)
        return replace(ANSWER, note="stopped")

    ownership.serve(answer, keeps_up=False)

    def show(unfinished: Unfinished) -> None:
        seen.append(unfinished)
        if len(seen) == 3:
            watch.stop()

    watch = Watch(show)
    assert ask_owner(tmp_path, QUESTION, watch).note == "stopped"
    assert [(one.statements, one.tentative) for one in seen] == [((), "The “har"), (said, ""), (said, "It")]
    assert seen[2].citations == cited


def test_an_asker_that_goes_stops_what_is_written_for_it(ownership: Ownership, tmp_path: Path) -> None:
    stopped = threading.Event()

    def answer(_question: Question, watch: Watch) -> Answer:
        while not watch.stopped:
            watch.show(Unfinished((), (), "The harbour"))
            time.sleep(0.01)
        stopped.set()
        return ANSWER

    def leave(_: Unfinished) -> None:
        raise ZeroDivisionError

    ownership.serve(answer, keeps_up=False)
    with pytest.raises(ZeroDivisionError):
        ask_owner(tmp_path, QUESTION, Watch(leave))
    assert stopped.wait(10)


def test_the_owners_error_is_the_askers(ownership: Ownership, tmp_path: Path) -> None:
    def answer(_question: Question, _: Watch) -> Answer:
        raise LibraryError("The index is lost; run `byline reindex`.")

    ownership.serve(answer, keeps_up=False)
    with pytest.raises(BylineError, match="byline reindex"):
        ask_owner(tmp_path, QUESTION)


def test_a_failure_nobody_foresaw_reaches_the_asker_in_a_sentence_and_the_owner_goes_on(
    ownership: Ownership, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    failures = iter([ZeroDivisionError("secret")])

    def answer(_question: Question, _: Watch) -> Answer:
        for failure in failures:
            raise failure
        return ANSWER

    ownership.serve(answer, keeps_up=False)
    with pytest.raises(BylineError, match="Something went wrong here") as caught:
        ask_owner(tmp_path, QUESTION)
    assert "secret" not in str(caught.value)
    [record] = caplog.records
    assert record.getMessage().split(":")[0] in str(caught.value)
    assert record.exc_info
    assert ask_owner(tmp_path, QUESTION) == ANSWER


def test_an_owner_that_does_not_serve_or_is_gone_is_told_apart_from_an_answer(tmp_path: Path) -> None:
    with pytest.raises(OwnerGone):
        ask_owner(tmp_path, QUESTION)
    taken = Ownership.take(tmp_path, "remove")
    assert taken is not None
    with pytest.raises(OwnerGone):
        ask_owner(tmp_path, QUESTION)
    taken.serve(lambda _question, _watch: ANSWER, keeps_up=True)
    card = (tmp_path / "owner.json").read_text()
    taken.close()
    (tmp_path / "owner.json").write_text(card)  # as a killed owner leaves it
    with pytest.raises(OwnerGone):
        ask_owner(tmp_path, QUESTION)


def test_only_the_user_can_read_the_key(ownership: Ownership, tmp_path: Path) -> None:
    ownership.serve(lambda _question, _watch: ANSWER, keeps_up=True)
    assert stat.S_IMODE((tmp_path / "owner.json").stat().st_mode) == 0o600
    card = owner_of(tmp_path)
    assert card is not None
    assert card.keeps_up


def test_a_stranger_without_the_key_is_turned_away_and_the_owner_goes_on(ownership: Ownership, tmp_path: Path) -> None:
    from multiprocessing import AuthenticationError
    from multiprocessing.connection import Client

    ownership.serve(lambda _question, _watch: ANSWER, keeps_up=False)
    card = owner_of(tmp_path)
    assert card is not None
    with pytest.raises(AuthenticationError):
        Client(card.address, authkey=b"guess")
    assert ask_owner(tmp_path, QUESTION) == ANSWER


def test_a_killed_owner_holds_nothing(tmp_path: Path) -> None:
    script = (
        "import os, sys, pathlib; from retrieval.serving.owner import Ownership\n"
        "held = Ownership.take(pathlib.Path(sys.argv[1]), 'chat'); print(bool(held), flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False)
    assert ended.stdout == "True\n"
    taken = Ownership.take(tmp_path, "ask")
    assert taken is not None
    taken.close()
