"""A front end's hold on a library, with a part that breaks."""

from __future__ import annotations

import io
import json
import logging
import os
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.batch import answer_rows
from bot.bootstrap import open_session
from bot.settings import load_settings
from bot.terminal import piped
from retrieval.errors import BylineError, LibraryError, Unforeseen
from retrieval.serving.session import Session, open_articles
from retrieval.store.database import make_private
from retrieval.store.quotes import Quotations
from retrieval.types import Article, Question
from tests.fakes import WordEncoder, WordSpans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from retrieval.models.span_model import Reading

QUESTION = Question(text="What did Rona Blair open?", libraries=("public",))
LEADERS = Article("menu", "Contents", "\n".join(["Harbour" + " ." * 400 + " 3"] * 12))


class PanicException(BaseException):
    """As what is written in Rust raises."""


class Breaking(WordSpans):
    """Marks words, but for questions on what breaks, or is in panic."""

    def read(self, question: str, windows: Sequence[str]) -> list[tuple[Reading, ...]]:
        if "panic" in question:
            raise PanicException("index out of bounds: the len is 0 but the index is 0")
        if "break" in question:
            raise TypeError(f"{question!r} is more than I can bear")
        return super().read(question, windows)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    settings = load_settings(data_dir=tmp_path)
    with open_session(settings, "test", encoder=WordEncoder(), span_model=Breaking()) as opened:
        opened.stage("public", [Article("port", "A port", "Rona Blair opened the harbour of Zell.")], lambda _: None)
        opened.index()
        yield opened


class Slow(WordSpans):
    """Takes its time, and counts for how many it reads."""

    def __init__(self) -> None:
        super().__init__()
        self._counting = threading.Lock()
        self.now = self.most = 0

    def read(self, question: str, windows: Sequence[str]) -> list[tuple[Reading, ...]]:
        with self._counting:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.05)
        with self._counting:
            self.now -= 1
        return super().read(question, windows)


def logged(session: Session) -> str:
    return (session.data_dir / "byline.log").read_text()


def test_a_mistake_in_a_part_is_told_by_a_reference_under_which_the_log_has_the_traceback(session: Session) -> None:
    with pytest.raises(Unforeseen, match=r"Something went wrong here.*byline\.log") as caught:
        session.answer(Question(text="What did Blair break?", libraries=("public",)))
    assert caught.value.reference in str(caught.value)
    assert f"{caught.value.reference}: a question failed\nTraceback" in logged(session)
    assert "in read" in logged(session)
    assert session.answer(QUESTION).answered
    assert stat.S_IMODE((session.data_dir / "byline.log").stat().st_mode) == 0o600


def test_a_panic_of_what_is_written_in_rust_is_told_so_too(session: Session) -> None:
    with pytest.raises(Unforeseen, match="Something went wrong here"):
        session.answer(Question(text="Why did Blair panic?", libraries=("public",)))
    assert "PanicException: index out of bounds" in logged(session)


def test_of_many_who_ask_at_once_a_few_are_answered_at_a_time_and_all_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.serving.parts.os.cpu_count", lambda: 1)
    spans = Slow()
    with open_session(load_settings(data_dir=tmp_path), "test", encoder=WordEncoder(), span_model=spans) as session:
        session.stage("public", [Article("port", "A port", "Rona Blair opened the harbour of Zell.")], lambda _: None)
        session.index()
        with ThreadPoolExecutor(12) as askers:
            answers = list(askers.map(session.answer, [QUESTION] * 12))
    assert all(answer.answered for answer in answers)
    assert 1 < spans.most <= 4


def test_a_batch_and_a_piped_chat_go_on_after_it(session: Session, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n".join(json.dumps({"question": text}) for text in ("What did Blair break?", QUESTION.text)))
    out = io.StringIO()
    assert answer_rows(str(rows), QUESTION, session.answer, out) == 1
    first, second = map(json.loads, out.getvalue().splitlines())
    assert "Something went wrong here" in first["error"]
    assert second["answered"]
    out = io.StringIO()
    asked = ["What did Blair break?", QUESTION.text]
    assert piped(session.answer, Quotations(session.articles.engine), asked, libraries=("public",), out=out) == 1
    failed, answered = out.getvalue().splitlines()
    assert failed.startswith("Error: Something went wrong here.")
    assert "harbour of Zell" in answered


def test_another_process_is_told_the_same_by_the_owner(session: Session) -> None:
    with Session(session.data_dir, "other") as other:
        with pytest.raises(BylineError, match="Something went wrong here") as caught:
            other.answer(Question(text="What did Blair break?", libraries=("public",)))
        assert str(caught.value).split()[-1].rstrip(".") in logged(session)
        assert other.answer(QUESTION).answered
        assert other.parts is None


def test_a_long_run_in_one_article_hides_no_other(session: Session) -> None:
    session.stage("public", [LEADERS], lambda _: None)
    session.index()
    assert session.answer(QUESTION).citations[0].article.id == "port"


def test_a_full_disk_is_told_with_its_remedy(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    parts = session.own()
    assert parts is not None
    monkeypatch.setattr(type(parts.search), "search", full)
    with pytest.raises(LibraryError, match="disk is full: free some room"):
        session.answer(QUESTION)


def test_what_is_logged_goes_to_the_file_only_while_the_session_is_open(tmp_path: Path) -> None:
    log = logging.getLogger("byline")
    before = list(log.handlers)
    with open_session(load_settings(data_dir=tmp_path), "test"):
        assert not log.propagate
        assert not (tmp_path / "byline.log").exists(), "it is made with the first record"
    assert (log.handlers, log.propagate) == (before, True)


def damage(data_dir: Path, words: bytes) -> None:
    """Changes one byte of what is stored, behind the database's back."""
    file = data_dir / "articles.sqlite3"
    stored = bytearray(file.read_bytes())
    stored[stored.index(words)] ^= 1
    file.write_bytes(stored)


def test_words_that_are_not_stored_as_they_were_added_are_never_cited(tmp_path: Path) -> None:
    port = Article("port", "A port", "Rona Blair opened the harbour of Zell.")

    def opened() -> AbstractContextManager[Session]:
        articles = open_articles(tmp_path, seeds=False)
        settings = load_settings(data_dir=tmp_path)
        return open_session(settings, "test", encoder=WordEncoder(), span_model=WordSpans(), articles=articles)

    with opened() as session:
        session.stage("public", [port], lambda _: None)
        session.index()
        assert session.answer(QUESTION).citations[0].article == port
    damage(tmp_path, b"Zell.")
    with opened() as session:
        answer = session.answer(QUESTION)
        assert not answer.citations
        assert "port" in str(answer.note)
        assert [one.id for one in session.articles.set_aside()] == ["port"]
        session.stage("public", [port], lambda _: None)
        session.index()
        assert session.answer(QUESTION).citations[0].article == port


def test_a_question_that_is_too_long_is_refused_in_a_sentence(session: Session) -> None:
    with pytest.raises(BylineError, match="may have 2,000 characters, and this one has 2,001"):
        session.answer(Question(text="x" * 2_001, libraries=("public",)))
    assert session.answer(Question(text="x" * 2_000, libraries=("public",))) is not None


def test_a_library_that_cannot_be_written_is_asked_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(data_dir=tmp_path)
    with open_session(settings, "test", encoder=WordEncoder(), span_model=WordSpans()) as session:
        session.stage("public", [Article("port", "A port", "Rona Blair opened the harbour of Zell.")], lambda _: None)
        session.index()
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    folders = [tmp_path, *filter(Path.is_dir, tmp_path.rglob("*"))]
    for folder in folders:
        folder.chmod(0o500)
    monkeypatch.setattr("retrieval.serving.session.os.access", lambda path, _: path != tmp_path)
    with open_session(settings, "test", encoder=WordEncoder(), span_model=WordSpans()) as session:
        assert session.answer(QUESTION).citations[0].article.id == "port"
        copied = [folder for folder in session.articles.directory.rglob("*") if folder.is_dir()]
        assert copied
        assert all(folder.stat().st_mode & stat.S_IWUSR for folder in copied), "also root obeys, where it is confined"
        assert session.articles.count("ready", ["public"]) == 2
        with pytest.raises(LibraryError, match="cannot be written: it can be asked"):
            session.stage("public", [LEADERS], lambda _: None)
        with pytest.raises(LibraryError, match="cannot be written"):
            session.rebuild()
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
    for folder in folders:
        folder.chmod(0o700)


def test_what_byline_keeps_is_for_one_user_alone_and_what_others_keep_there_is_left(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "letter.txt").write_text("Dear Ann")
    (tmp_path / "letter.txt").chmod(0o644)
    with open_session(load_settings(data_dir=tmp_path), "test", encoder=WordEncoder()) as session:
        session.index()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, *tmp_path.rglob("*"))}
    assert modes.pop("letter.txt") == 0o644
    assert {name for name, mode in modes.items() if mode & 0o077} == set()


def test_a_directory_is_private_where_a_link_leads_to_it_and_left_alone_where_it_is_another_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, link, others = tmp_path / "real", tmp_path / "link", tmp_path / "others"
    for folder in (real, others):
        folder.mkdir()
        folder.chmod(0o755)
    link.symlink_to(real)
    make_private(link)
    assert stat.S_IMODE(real.stat().st_mode) == 0o700
    user = os.geteuid()
    monkeypatch.setattr("retrieval.store.database.os.geteuid", lambda: user + 1)
    make_private(others)
    assert stat.S_IMODE(others.stat().st_mode) == 0o755
