from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import BylineError, DirectoryHeld, LibraryError
from retrieval.serving.owner import Owner, OwnerGone, Ownership, ask_owner, held_by, is_heard, is_owned, owner_of
from retrieval.serving.session import Session
from retrieval.store.articles import Articles, open_engine
from retrieval.types import Answer, Article, Citation, Extract, Hit, Question, Statement, Trace, Turn
from retrieval.watching import Unfinished, Watch
from tests.processes import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


# Nothing blocks


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.serving.owner.SILENCE", 1.0)
    monkeypatch.setattr("retrieval.serving.owner._SIGN", 0.05)


@pytest.fixture
def serving(impatient: None, ownership: Ownership) -> Ownership:  # noqa: ARG001  (what it sets)
    ownership.serve(lambda _question, _watch: ANSWER, keeps_up=False)
    return ownership


def answered(directory: Path) -> Answer:
    """The answer, asked for until there is one."""
    give_up = time.monotonic() + 60
    while True:
        try:
            return ask_owner(directory, QUESTION)
        except OwnerGone:
            assert time.monotonic() < give_up
            time.sleep(0.02)


def test_a_peer_that_says_nothing_keeps_nobody_waiting(serving: Ownership, tmp_path: Path) -> None:
    assert serving
    card = owner_of(tmp_path)
    assert card is not None
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(card.address)
        assert ask_owner(tmp_path, QUESTION) == ANSWER


@pytest.mark.parametrize(
    "card", [b"", b'{"pid": 1, "comm', b"\xff\xfe", b"[]", b'{"pid": 0, "command": 1, "address": 2, "key": 3}']
)
def test_a_card_that_somebody_spoilt_is_written_anew(serving: Ownership, tmp_path: Path, card: bytes) -> None:
    assert serving
    (tmp_path / "owner.json").write_bytes(card)
    assert answered(tmp_path) == ANSWER


@pytest.mark.parametrize("spoil", [os.mkfifo, lambda card: card.symlink_to("/dev/zero")], ids=["a pipe", "endless"])
def test_a_card_that_never_ends_is_written_anew(
    serving: Ownership, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    assert serving
    (tmp_path / "owner.json").unlink()
    spoil(tmp_path / "owner.json")
    assert answered(tmp_path) == ANSWER


def test_a_card_with_another_key_and_one_that_is_gone_are_written_anew(serving: Ownership, tmp_path: Path) -> None:
    assert serving
    card = owner_of(tmp_path)
    assert card is not None
    (tmp_path / "owner.json").write_text(json.dumps(asdict(replace(card, key="00" * 32))))
    assert answered(tmp_path) == ANSWER
    (tmp_path / "owner.json").unlink()
    assert answered(tmp_path) == ANSWER


def listening(address: Path) -> socket.socket:
    """Another program's socket under that name."""
    address.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(address))
    server.listen()
    return server


@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: (file.unlink(), file.write_text("no socket")), listening])
def test_a_socket_that_is_gone_or_another_is_made_anew(
    serving: Ownership, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    assert serving
    card = owner_of(tmp_path)
    assert card is not None
    spoilt = spoil(Path(card.address))
    assert answered(tmp_path) == ANSWER
    if isinstance(spoilt, socket.socket):
        spoilt.close()


def test_who_finds_the_lock_of_a_living_owner_removed_asks_it_all_the_same(serving: Ownership, tmp_path: Path) -> None:
    assert serving
    (tmp_path / "owner.lock").unlink()
    assert Ownership.take(tmp_path, "ask") is None
    assert answered(tmp_path) == ANSWER


@pytest.mark.usefixtures("impatient")
def test_an_owner_that_sends_a_byte_now_and_then_is_given_up(tmp_path: Path) -> None:
    with listening(tmp_path / "owner.sock") as server:

        def drip() -> None:
            peer, _ = server.accept()
            with peer, contextlib.suppress(OSError):
                for byte in b"\0\0\0\x20#CHALLENGE#" + bytes(100):
                    peer.send(bytes([byte]))
                    time.sleep(0.2)

        thread = threading.Thread(target=drip)
        thread.start()
        card = Owner(os.getpid(), "chat", server.getsockname(), "00" * 32)
        (tmp_path / "owner.json").write_text(json.dumps(asdict(card)))
        start = time.monotonic()
        with pytest.raises(OwnerGone):
            ask_owner(tmp_path, QUESTION)
        assert time.monotonic() - start < 3
        thread.join()


def test_paths_too_long_for_a_socket_are_no_hindrance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    monkeypatch.setattr("tempfile.tempdir", None)
    for directory in (tmp_path, deep):
        taken = Ownership.take(directory, "chat")
        assert taken is not None
        taken.serve(lambda _question, _watch: ANSWER, keeps_up=False)
        assert ask_owner(directory, QUESTION) == ANSWER
        taken.close()


STOPPED = """
import os, pathlib, signal, sys, threading
from retrieval.serving.owner import Ownership
def answer(question, watch):
    print("asked", flush=True)
    threading.Event().wait(600)
held = Ownership.take(pathlib.Path(sys.argv[1]), "chat")
held.serve(answer, keeps_up=True)
print("serves", flush=True)
threading.Event().wait(600)
"""


@pytest.fixture
def stoppable(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """An owner in a process of its own, whose answers never come."""
    command = [sys.executable, "-c", STOPPED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "serves\n"
        yield process
        process.kill()


@pytest.mark.usefixtures("impatient")
def test_an_owner_that_is_stopped_before_or_while_it_answers_is_given_up(
    stoppable: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert is_owned(tmp_path)
    assert is_heard(tmp_path)
    assert stoppable.stdout is not None
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(ask_owner, tmp_path, QUESTION)
        assert stoppable.stdout.readline() == "asked\n"
        stoppable.send_signal(signal.SIGSTOP)
        assert isinstance(asked.exception(timeout=30), OwnerGone)
    assert is_owned(tmp_path)
    assert not is_heard(tmp_path)
    with pytest.raises(OwnerGone):
        ask_owner(tmp_path, QUESTION)


@pytest.mark.usefixtures("impatient")
def test_who_asks_or_adds_is_told_who_keeps_it_waiting(
    stoppable: subprocess.Popen[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.serving.session.PATIENCE", 1.0)
    stoppable.send_signal(signal.SIGSTOP)
    with Session(tmp_path, "add", articles=Articles(open_engine(tmp_path))) as session:
        session.stage("public", [ARTICLE], lambda _: None)
        for waits in (session.index, lambda: session.answer(QUESTION)):
            with pytest.raises(DirectoryHeld, match=f"kill -CONT {stoppable.pid}"):
                waits()


@pytest.mark.usefixtures("impatient")
def test_an_answer_that_takes_its_time_is_waited_for_while_the_owner_lives(
    ownership: Ownership, tmp_path: Path
) -> None:
    def answer(_question: Question, _watch: Watch) -> Answer:
        time.sleep(2)  # longer than silence is borne
        return ANSWER

    ownership.serve(answer, keeps_up=False)
    assert ask_owner(tmp_path, QUESTION) == ANSWER


def test_an_owner_that_ends_answers_those_whom_it_has_heard(ownership: Ownership, tmp_path: Path) -> None:
    asked, go_on = threading.Semaphore(0), threading.Event()

    def answer(_question: Question, _watch: Watch) -> Answer:
        asked.release()
        go_on.wait(60)
        return ANSWER

    ownership.serve(answer, keeps_up=False)
    with ThreadPoolExecutor(5) as threads:
        answers = [threads.submit(ask_owner, tmp_path, QUESTION) for _ in range(4)]
        for _ in answers:
            assert asked.acquire(timeout=60)
        ending = threads.submit(ownership.stop)
        go_on.set()
        assert [one.result(60) for one in answers] == [ANSWER] * 4
        ending.result(60)


def test_processes_that_ask_at_once_in_a_new_directory_all_have_their_answers(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "ask", "What did Blinken say?"]
    askers = [
        subprocess.Popen(command, env=environment(tmp_path), cwd=tmp_path, stdout=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    for asker in askers:
        told, _ = asker.communicate(timeout=170)
        assert asker.returncode == 0
        assert "diplomatic cover" in told
