"""A library whose vectors are on a Chroma server, which goes away and comes back."""

from __future__ import annotations

import logging
import shutil
import signal
import ssl
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from bot.doctor import check_settings
from bot.settings import load_settings
from retrieval.errors import BylineError, FingerprintMismatch, LibraryError, ServerAway, SettingsError
from retrieval.index.server import DEFAULT_DATABASE, DEFAULT_TENANT, ChromaServer
from retrieval.serving.parts import Options
from retrieval.serving.session import Session
from retrieval.store.articles import Articles, open_engine
from retrieval.types import Article, Question
from tests.fakes import WordEncoder, WordSpans
from tests.index.served import ChromaRun, free_port, key_asking_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUESTION = Question(text="What did Rona Blair open?", libraries=("public",))
PORT = Article("port", "A port", "Rona Blair opened the harbour of Zell.")
KEY = "ck-3fa9c1"


def session(directory: Path, server: ChromaServer | None, *, stays: bool = False) -> Session:
    directory.mkdir(exist_ok=True)
    options = Options(chroma=server, encoder=WordEncoder(), span_model=WordSpans())
    return Session(directory, "test", options, stays=stays, articles=Articles(open_engine(directory)))


def add(opened: Session, *articles: Article) -> None:
    opened.stage("public", articles, lambda _: None)
    opened.index()


def cited(opened: Session) -> str:
    return opened.answer(QUESTION).citations[0].article.id


def collections(opened: Session) -> set[str]:
    parts = opened.own()
    assert parts is not None
    return {collection.name for collection in parts._vectors._opened().list_collections()}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[ChromaRun]:
    """A server of the test's own, which it may kill."""
    (tmp_path / "chroma").mkdir()
    started = ChromaRun(tmp_path / "chroma")
    started.start()
    yield started
    started.kill()


def test_two_data_directories_share_a_database_and_each_finds_its_own(tmp_path: Path, chroma_run: ChromaRun) -> None:
    server = ChromaServer(chroma_run.url)
    with session(tmp_path / "one", server) as one, session(tmp_path / "two", server) as two:
        add(one, PORT)
        add(two, Article("fair", "A fair", "Rona Blair opened the fair of Ellby."))
        assert (cited(one), cited(two)) == ("port", "fair")
        name = one.articles.index_name()
        assert name != two.articles.index_name()
        assert not (tmp_path / "one" / name / "vectors").exists()
    with session(tmp_path / "one", server) as one:
        assert cited(one) == "port", "it is found again"


def test_a_rebuilt_index_has_new_collections_and_the_old_ones_go(tmp_path: Path, chroma_run: ChromaRun) -> None:
    with session(tmp_path / "one", ChromaServer(chroma_run.url)) as one:
        add(one, PORT)
        before = f"{one.articles.index_name()}-public"
        assert before in collections(one)
        one.rebuild()
        assert cited(one) == "port"
        one.index()
        assert before not in collections(one)
        assert f"{one.articles.index_name()}-public" in collections(one)


def test_going_over_to_a_server_and_back_takes_a_reindex(tmp_path: Path, chroma_run: ChromaRun) -> None:
    server = ChromaServer(chroma_run.url)
    with session(tmp_path / "one", None) as one:
        add(one, PORT)
    for place in (server, None):
        with session(tmp_path / "one", place) as one:
            with pytest.raises(FingerprintMismatch, match=r"byline reindex.*BYLINE_CHROMA_URL"):
                one.answer(QUESTION)
            one.rebuild()
            assert cited(one) == "port"


def test_a_server_that_is_away_is_told_in_one_sentence_and_all_goes_on_once_it_is_back(
    tmp_path: Path, run: ChromaRun
) -> None:
    told = rf"^The Chroma server at {run.url} cannot be reached \(.*refused\): start it, .*\.$"
    with session(tmp_path / "one", ChromaServer(run.url)) as one:
        add(one, PORT)
        run.kill()
        with pytest.raises(ServerAway, match=told):
            one.answer(QUESTION)
        one.stage("public", [Article("fair", "A fair", "The fair of Ellby was loud.")], lambda _: None)
        with pytest.raises(ServerAway, match=told):
            one.index()
        run.start()
        one.index()
        assert cited(one) == "port"
        assert one.articles.count_everywhere("ready") == 2
        run.kill()
    with session(tmp_path / "one", ChromaServer(run.url)) as one:
        with pytest.raises(ServerAway, match=told):
            one.answer(QUESTION)
        run.start()
        assert cited(one) == "port"


def test_a_bot_starts_without_the_server_and_indexes_once_it_is_there(
    tmp_path: Path, run: ChromaRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.serving.owner._AFTER_FAILURE", 0.2)
    with session(tmp_path / "one", ChromaServer(run.url)) as one:
        add(one, Article("fair", "A fair", "The fair of Ellby was loud."))
    run.kill()
    with session(tmp_path / "one", ChromaServer(run.url), stays=True) as bot:
        bot.stage("public", [PORT], lambda _: None)
        with pytest.raises(ServerAway):
            bot.answer(QUESTION)
        run.start()
        end = time.monotonic() + 60
        while bot.articles.count_everywhere("pending") and time.monotonic() < end:
            time.sleep(0.05)
        assert cited(bot) == "port"


def test_a_server_killed_in_the_middle_of_adding_loses_and_doubles_nothing(tmp_path: Path, run: ChromaRun) -> None:
    articles = [Article(str(n), f"Report {n}", f"The harbour of town {n} was closed.") for n in range(60)]
    with session(tmp_path / "one", ChromaServer(run.url)) as one:
        one.stage("public", articles, lambda _: None)
        failures = 0
        for _ in range(4):
            threading.Timer(0.15, run.kill).start()
            try:
                while one.waiting:
                    one.index()
            except ServerAway:
                failures += 1
            while run.process is not None:
                time.sleep(0.01)
            run.start()
        one.index()
        assert failures
        parts = one.own()
        assert parts is not None
        parts.library.check()
        refs = parts._vectors.refs("public")
        assert len(refs) == len(set(refs)) == len(articles)
        assert one.articles.set_aside() == []


def test_a_server_that_lost_everything_says_what_makes_it_good(tmp_path: Path, run: ChromaRun) -> None:
    with session(tmp_path / "one", ChromaServer(run.url)) as one:
        add(one, PORT)
        assert cited(one) == "port"
        run.kill()
        for left in run.folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        run.start()
        with pytest.raises(LibraryError, match="byline reindex"):
            one.answer(QUESTION)
        one.rebuild()
        assert cited(one) == "port"


def test_a_server_that_takes_requests_and_says_nothing_is_given_up(
    tmp_path: Path, run: ChromaRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.index.server.LONGEST_CALL", 1.0)
    monkeypatch.setattr("retrieval.index.server._SECONDS", 1.0)
    with session(tmp_path / "one", ChromaServer(run.url)) as one:
        add(one, PORT)
        assert run.process is not None
        run.process.send_signal(signal.SIGSTOP)
        with pytest.raises(ServerAway, match="timed out"):
            one.answer(QUESTION)
        with session(tmp_path / "two", ChromaServer(run.url)) as two, pytest.raises(ServerAway, match="timed out"):
            add(two, PORT)
        run.process.send_signal(signal.SIGCONT)
        assert cited(one) == "port"


@pytest.mark.parametrize("name", ["Authorization", "X-Chroma-Token"])
def test_the_key_goes_with_every_request_and_is_never_shown(
    tmp_path: Path, chroma_run: ChromaRun, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    with key_asking_proxy(chroma_run, (name, KEY)) as url:
        with session(tmp_path / "one", ChromaServer(url, f"{name}: {KEY}")) as one:
            add(one, PORT)
            assert cited(one) == "port"
        for header in (None, f"{name}: {KEY}x"):
            with session(tmp_path / "two", ChromaServer(url, header)) as two:
                with pytest.raises(LibraryError, match="“status 401”: check BYLINE_CHROMA_HEADER") as caught:
                    add(two, PORT)
                told.append(str(caught.value))
    log = (tmp_path / "one" / "byline.log", tmp_path / "two" / "byline.log")
    written = [file.read_text() for file in log if file.exists()]
    assert not [words for words in (*told, caplog.text, *written, repr(ChromaServer(url, KEY + ": 1"))) if KEY in words]


def test_the_settings_name_the_server_and_the_doctor_does_not_show_its_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BYLINE_CHROMA_URL", "https://vectors.example:8443/chroma")
    monkeypatch.setenv("BYLINE_CHROMA_HEADER", f"Authorization: Bearer {KEY}")
    monkeypatch.setenv("BYLINE_CHROMA_TENANT", "desk")
    from bot.bootstrap import options_of

    settings = load_settings()
    server = options_of(settings).chroma
    assert server == ChromaServer(
        "https://vectors.example:8443/chroma", f"Authorization: Bearer {KEY}", "desk", "default_database"
    )
    assert server is not None
    assert server.headers == {"Authorization": f"Bearer {KEY}"}
    assert KEY not in check_settings(settings) + repr(settings) + repr(server)


def test_a_proxy_without_the_server_behind_it_counts_as_a_server_that_is_away(tmp_path: Path) -> None:
    behind = ChromaRun(tmp_path)
    with (
        key_asking_proxy(behind, ("X-Key", KEY)) as url,
        session(tmp_path / "one", ChromaServer(url, f"X-Key: {KEY}")) as one,
        pytest.raises(ServerAway, match="status 502"),
    ):
        add(one, PORT)


def test_a_server_is_reached_by_tls_with_a_certificate_of_one_s_own(
    tmp_path: Path, chroma_run: ChromaRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (openssl := shutil.which("openssl")):
        pytest.skip("openssl, which makes a certificate for 127.0.0.1, is not here")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with key_asking_proxy(chroma_run, ("X-Key", KEY), tls) as url:
        server = ChromaServer(url, f"X-Key: {KEY}")
        with session(tmp_path / "one", server) as one, pytest.raises(ServerAway, match="CERTIFICATE_VERIFY_FAILED"):
            add(one, PORT)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with session(tmp_path / "one", server) as one:
            one.index()
            assert cited(one) == "port"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("tenant", "nobody"), "BYLINE_CHROMA_TENANT"),
        (("database", "nowhere"), "BYLINE_CHROMA_DATABASE"),
    ],
)
def test_a_tenant_or_database_that_is_not_there_is_told(
    tmp_path: Path, chroma_run: ChromaRun, given: tuple[str, str], named: str
) -> None:
    server = ChromaServer(chroma_run.url, **dict([given]))
    with session(tmp_path / "one", server) as one, pytest.raises(LibraryError, match=f"status 404.*{named}"):
        add(one, PORT)


@pytest.mark.parametrize("url", ["chroma:8000", "ftp://chroma", "http://", f"http://me:{KEY}@chroma", "http://a:b"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="BYLINE_CHROMA_URL has to be") as caught:
        ChromaServer(url)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("header", [KEY, f"Authorization: {KEY}\nX: y", f"Autorisé: {KEY}", "X-Key: "])
def test_a_header_that_is_none_is_refused_without_showing_it(header: str) -> None:
    with pytest.raises(SettingsError, match="BYLINE_CHROMA_HEADER has to be") as caught:
        ChromaServer("http://127.0.0.1:8000", header)
    assert KEY not in str(caught.value)


def test_what_is_no_chroma_says_so(tmp_path: Path) -> None:
    from tests.fetching.site import page, serving

    with serving({f"/api/v2/tenants/{DEFAULT_TENANT}/databases/{DEFAULT_DATABASE}": page("hello")}) as site:
        server = ChromaServer(f"http://127.0.0.1:{site.port}")
        with session(tmp_path / "one", server) as one, pytest.raises(BylineError, match="no Chroma server"):
            add(one, PORT)


def test_nobody_at_the_address_at_the_first_use_is_told(tmp_path: Path) -> None:
    server = ChromaServer(f"http://127.0.0.1:{free_port()}")
    with session(tmp_path / "one", server) as one, pytest.raises(ServerAway, match="start it, or correct"):
        add(one, PORT)
