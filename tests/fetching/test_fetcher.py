"""Fetching one address: what a good server's answer becomes, and how a polite visitor behaves."""

from __future__ import annotations

import datetime as dt
import gzip
import ssl
import threading
import time
import zlib
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import FetchFailed, FetchRefused
from retrieval.fetching.politeness import Pace
from tests.fetching.site import HOST, Site, page, redirect, serving

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

CERTIFICATES = Path(__file__).parent / "certificates"
HTML = b"<!doctype html><p>The ferry ran again."


@pytest.fixture
def site() -> Iterator[Site]:
    with serving({"/a": page(HTML)}) as site:
        yield site


def test_a_page_comes_with_what_its_server_tells_of_it(site: Site) -> None:
    site.pages["/a"] = page(HTML, "text/html; charset=utf-8", ETag='"1"', Last_Modified="Mon, 20 Mar 2023 09:00:00 GMT")
    before = dt.datetime.now(dt.UTC)
    fetched = site.fetcher().get(site.url("/a"))
    assert (fetched.url, fetched.status, fetched.body) == (site.url("/a"), 200, HTML)
    assert (fetched.content_type, fetched.etag) == ("text/html; charset=utf-8", '"1"')
    assert fetched.last_modified == "Mon, 20 Mar 2023 09:00:00 GMT"
    assert fetched.moved_permanently_to is None
    assert before <= fetched.fetched <= dt.datetime.now(dt.UTC)


def test_servers_are_told_who_asks_and_nothing_that_would_know_a_visitor_again(site: Site) -> None:
    site.pages["/a"] = page(HTML, Set_Cookie="visitor=1; Path=/")
    fetcher = site.fetcher(contact="desk@example.org")
    fetcher.get(site.url("/a"))
    fetcher.get(site.url("/a"))
    last = site.requests[-1].lower()
    assert "user-agent: byline/" in last
    assert "desk@example.org" in last
    assert f"host: {HOST}:{site.port}" in last
    assert not any(name in last for name in ("cookie:", "authorization:", "referer:"))


def test_a_proxy_of_the_environment_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.2:9")
    assert site.fetcher().get(site.url("/a")).status == 200


def test_an_unchanged_page_is_not_sent_again(site: Site) -> None:
    site.pages["/a"] = page(status="304 Not Modified", Content_Length="")
    fetched = site.fetcher().get(site.url("/a"), etag='"1"', last_modified="Mon, 20 Mar 2023 09:00:00 GMT")
    assert (fetched.status, fetched.body) == (304, b"")
    assert 'if-none-match: "1"' in site.requests[-1].lower()
    assert "if-modified-since: mon, 20 mar 2023" in site.requests[-1].lower()


def test_what_is_gone_for_good_is_told_from_what_is_missing(site: Site) -> None:
    site.pages["/gone"] = page("gone", status="410 Gone")
    fetcher = site.fetcher()
    assert fetcher.get(site.url("/gone")).status == 410
    with pytest.raises(FetchFailed, match="no such page") as failure:
        fetcher.get(site.url("/missing"))
    assert failure.value.status == 404


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("401 Unauthorized", "password"),
        ("403 Forbidden", "programs"),
        ("429 Too Many Requests", "fewer requests"),
        ("451 Unavailable For Legal Reasons", "legal"),
        ("418 I'm a teapot", "does not take"),
        ("503 Service Unavailable", "failure of its own"),
        ("302 Found", "without saying where"),
    ],
)
def test_an_answer_without_a_page_is_one_sentence_with_its_status(site: Site, status: str, words: str) -> None:
    site.pages["/a"] = page("no", status=status, Retry_After="120")
    with pytest.raises(FetchFailed, match=words) as failure:
        site.fetcher().get(site.url("/a"))
    assert (failure.value.status, failure.value.retry_after) == (int(status[:3]), 120.0)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("", None), ("soon", None), ("-3", None), ("9" * 40, 30 * 86_400.0), ("²", None)],
)
def test_how_long_a_server_asks_to_wait_is_read_where_it_can_be(site: Site, header: str, seconds: float | None) -> None:
    site.pages["/a"] = page(status="503 No").replace(b"\r\n\r\n", f"\r\nRetry-After: {header}\r\n\r\n".encode())
    with pytest.raises(FetchFailed) as failure:
        site.fetcher().get(site.url("/a"))
    assert failure.value.retry_after == seconds


def test_a_server_may_ask_to_wait_until_a_date(site: Site) -> None:
    at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)
    site.pages["/a"] = page(status="503 No", Retry_After=format_datetime(at, usegmt=True))
    with pytest.raises(FetchFailed) as failure:
        site.fetcher().get(site.url("/a"))
    assert failure.value.retry_after == pytest.approx(600, abs=5)


@pytest.mark.parametrize(
    ("first", "second", "moved"),
    [
        ("301 Moved Permanently", "308 Permanent Redirect", True),
        ("302 Found", "301 Moved Permanently", False),
        ("301 Moved Permanently", "307 Temporary Redirect", False),
    ],
)
def test_an_address_has_moved_where_every_redirect_says_so(site: Site, first: str, second: str, moved: bool) -> None:
    site.pages |= {"/1": redirect("/2", first), "/2": redirect(site.url("/a#part"), second)}
    fetched = site.fetcher().get(site.url("/1"))
    assert fetched.url == site.url("/a")
    assert fetched.moved_permanently_to == (site.url("/a") if moved else None)


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(HTML, mtime=0), "gzip"),
        (zlib.compress(HTML), "deflate"),
        (zlib.compress(HTML)[2:-4], "deflate"),
        (gzip.compress(HTML, mtime=0), "X-GZIP"),
        (HTML, "identity"),
    ],
)
def test_a_packed_answer_is_unpacked(site: Site, packed: bytes, encoding: str) -> None:
    site.pages["/a"] = page(packed, Content_Encoding=encoding)
    assert site.fetcher().get(site.url("/a")).body == HTML


def test_an_answer_in_pieces_of_unknown_number_is_whole(site: Site) -> None:
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (HTML[:5], HTML[5:])) + b"0\r\n\r\n"
    site.pages["/a"] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces
    assert site.fetcher().get(site.url("/a")).body == HTML


def test_addresses_with_other_letters_and_spaces_are_asked_for_as_servers_know_them(site: Site) -> None:
    site.pages["/caf%C3%A9%20%41?q=%C3%BC&x=a%20b"] = page(HTML)
    assert site.fetcher().get(site.url("/café %41?q=ü&x=a b")).body == HTML


def test_a_name_with_two_addresses_is_reached_at_the_one_that_answers(site: Site) -> None:
    names = {HOST: ["127.0.0.1", "127.0.0.1"]}
    assert site.fetcher(names=names).get(site.url("/a")).status == 200


# TLS


def tls_site() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "news.test.pem", CERTIFICATES / "news.test.key")
    return context


def test_a_safe_connection_is_made_to_the_checked_address_under_the_sites_name() -> None:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATES / "news.test.pem"))
    asked: list[object] = []
    server = tls_site()
    server.sni_callback = lambda _socket, name, _context: asked.append(name)
    with serving({"/a": page(HTML)}, server) as site:
        assert site.fetcher(tls=trusting).get(site.url("/a")).body == HTML
    assert set(asked) == {HOST}


def test_a_server_that_cannot_prove_its_name_is_not_read() -> None:
    with serving({"/a": page(HTML)}, tls_site()) as site:
        with pytest.raises(FetchFailed, match="cannot be trusted"):
            site.fetcher().get(site.url("/a"))
        trusting = ssl.create_default_context(cafile=str(CERTIFICATES / "news.test.pem"))
        with pytest.raises(FetchFailed, match="cannot be trusted"):
            site.fetcher(tls=trusting, names={"other.test": ["127.0.0.1"]}).get(site.url("/a", "other.test"))
    assert not site.paths


# Politeness


def test_what_robots_txt_forbids_is_not_asked_for(site: Site) -> None:
    site.pages["/robots.txt"] = page("User-agent: *\nDisallow: /private\nDisallow: /*.pdf$\n", "text/plain")
    fetcher = site.fetcher()
    assert fetcher.get(site.url("/a")).status == 200
    for path in ("/private/a", "/x/report.pdf"):
        with pytest.raises(FetchRefused, match=r"robots\.txt"):
            fetcher.get(site.url(path))
    assert site.paths == ["/a"]
    assert len(site.requests) == 2  # the rules are read once


def test_the_rules_of_a_site_are_read_once_however_many_ask(site: Site) -> None:
    def slowly(connection: socket.socket) -> None:
        time.sleep(0.2)
        connection.sendall(page("User-agent: *\nDisallow: /private\n", "text/plain"))

    site.pages["/robots.txt"] = slowly
    fetcher = site.fetcher()
    threads = [threading.Thread(target=fetcher.get, args=(site.url("/a"),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    asked = [request.split(" ")[1] for request in site.requests]
    assert sorted(asked) == ["/a"] * 4 + ["/robots.txt"]


def test_a_redirect_does_not_lead_past_robots_txt(site: Site) -> None:
    site.pages["/robots.txt"] = page("User-agent: Byline\nDisallow: /private\n", "text/plain")
    site.pages["/1"] = redirect("/private")
    with pytest.raises(FetchRefused, match=r"robots\.txt"):
        site.fetcher().get(site.url("/1"))
    assert site.paths == ["/1"]


@pytest.mark.parametrize(("status", "may"), [("404 No", True), ("403 No", True), ("500 No", False), ("429 No", False)])
def test_a_site_without_rules_may_be_read_and_one_whose_rules_fail_may_not(site: Site, status: str, may: bool) -> None:
    site.pages["/robots.txt"] = page("x", status=status)
    fetcher = site.fetcher()
    if may:
        assert fetcher.get(site.url("/a")).status == 200
        return
    with pytest.raises(FetchFailed):
        fetcher.get(site.url("/a"))
    assert not site.paths


def test_requests_to_one_host_begin_a_pause_apart_and_others_do_not_wait() -> None:
    slept: list[float] = []
    pace = Pace(delay=1.0, clock=lambda: 100.0, sleep=slept.append)
    for host, asked_for in (("a", 0.0), ("b", 0.0), ("a", 5.0), ("a", 3_000.0), ("a", 0.0)):
        with pace.turn(host, asked_for):
            pass
    assert slept == [1.0, 6.0, 36.0]


def test_a_pause_that_a_site_asks_for_is_kept(site: Site) -> None:
    site.pages["/robots.txt"] = page("User-agent: *\nCrawl-delay: 7\n", "text/plain")
    slept: list[float] = []
    fetcher = site.fetcher(pace=Pace(delay=0, clock=lambda: 100.0, sleep=slept.append))
    fetcher.get(site.url("/a"))
    fetcher.get(site.url("/a"))
    assert slept == [7.0]


def test_no_more_than_two_requests_go_on_at_once() -> None:
    pace, lock, running, most = Pace(delay=0), threading.Lock(), 0, 0
    full = threading.Barrier(2)

    def ask(host: str) -> None:
        nonlocal running, most
        with pace.turn(host):
            with lock:
                running += 1
                most = max(most, running)
            full.wait(5)
            with lock:
                running -= 1

    threads = [threading.Thread(target=ask, args=(f"{number}.test",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert most == 2


def test_a_name_that_is_not_resolved_in_time_is_given_up(site: Site) -> None:
    from retrieval.fetching.addresses import AddressPolicy
    from retrieval.fetching.connections import CheckedBackend, Deadline

    never = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        never.wait(5)
        return ["127.0.0.1"]

    started = time.monotonic()
    with pytest.raises(FetchFailed, match="in time"):
        CheckedBackend(AddressPolicy(), resolve, Deadline(0.05)).connect_tcp(HOST, site.port)
    never.set()
    assert time.monotonic() - started < 2
