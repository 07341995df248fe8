"""What a stranger's address, name server, web server or file may try on whoever fetches it: each is refused."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import time
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import FetchFailed, FetchRefused
from retrieval.fetching.addresses import AddressPolicy
from retrieval.fetching.fetcher import Fetcher, FetchLimits
from tests.fetching.site import HOST, Site, page, redirect, serving

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Sequence

HTML = b"<!doctype html><p>The ferry ran again."
IMPATIENT = FetchLimits(connect=0.5, read=0.2, total=0.4, bytes=100_000)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving({"/a": page(HTML), "/robots.txt": page(status="404 Not Found")}) as site:
        yield site


def no_look_up(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"{host}:{port} was looked up")


# Addresses that are refused as they are written, before any name is looked up

WRITTEN = (
    # other schemes
    *("file:///etc/passwd", "ftp://example.org/a", "gopher://example.org:70/_x", "javascript:alert(1)"),
    *("data:text/html,<p>a", "dict://example.org:11211/stats", "jar:http://example.org/a!/", "//example.org/a", ""),
    *("unix:///var/run/docker.sock", "http:example.org", "http:///a", "view-source:http://example.org", "about:blank"),
    # user names, odd ports
    *("http://user@example.org/", "http://user:word@example.org/", "http://example.org@127.0.0.1/", "http://@[::1]/"),
    *("http://example.org:22/", "http://example.org:6379/", "http://example.org:8080/", "http://example.org:0/"),
    *("http://example.org:99999/", "http://example.org:-80/", "http://example.org:80a/"),
    # loopback, in all its spellings
    *("http://127.0.0.1/", "http://127.8.7.6/", "http://127.1/", "http://127.0.1/", "http://2130706433/"),
    *("http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/", "http://0.0.0.0/"),
    *("http://0/", "http://127.0.0.1./", "http://①②⑦.⓪.⓪.①/", "http://１２７.0.0.1/", "http://127。0。0。1/"),
    *("http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/"),
    *("http://[0:0:0:0:0:ffff:7f00:0001]/", "http://%31%32%37.0.0.1/", "http://localhost/", "http://LOCALHOST:80/"),
    *("http://127.0.0.1%00.example.org/", "http://0x7f.1/", "http://127.0.0.01/", "http://256.1/", "http://1.2.3.4.5/"),
    # a cloud's metadata, and other networks that are not public
    *("http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://0xA9FEA9FE/", "http://0251.0376.0251.0376/"),
    *("http://[fd00:ec2::254]/", "http://[::ffff:169.254.169.254]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/"),
    *("http://100.100.100.200/", "http://100.64.0.1/", "http://10.0.0.1/", "http://172.16.5.4/", "http://192.168.0.1/"),
    *("http://192.0.0.8/", "http://198.18.0.1/", "http://203.0.113.7/", "http://240.0.0.1/", "http://255.255.255.255/"),
    *("http://224.0.0.251/", "http://[ff02::1]/", "http://[fc00::1]/", "http://[fec0::1]/", "http://192.88.99.1/"),
    *("http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::1]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/"),
    *("http://[2001:db8::1]/", "http://[100::1]/", "http://[3fff::1]/", "http://[5f00::1]/"),
    # names of a machine or network
    *("http://localhost.localdomain/", "http://a.localhost/", "http://metadata.google.internal/", "http://nas.local/"),
    *("http://printer.lan/", "http://router.home.arpa./", "http://a.onion/", "http://a.invalid/"),
    # what parsers read in different ways
    *("http://[v1.example.org]/", "http://exa\u00admple.org/"),
    *("http://example.org\\@127.0.0.1/", "http://127.0.0.1\\.example.org/", "http://exam\nple.org/"),
    *("http://exa mple.org/", "http://example.org\t/"),
    *("http://example.org\r\nHost: b/", "http://exam\tple.org/", "http://[::1/", "http://ex\u200bample.org/", "http://a..b/"),
    *("http://example.org/\u202egpj.exe", "http://-a.example.org/", "http://" + "a" * 64 + ".example.org/", "http://*.org/"),
    *("http://example.org/" + "a" * 2_000, "http://exam$ple.org/", "http://intranet/"),
    # names drawn like others
    *("http://аррӏе.com/", "http://раураӏ.com/", "http://xn--80ak6aa92e.com/", "http://gооgle.com/", "http://xn--ggle-55da.com/"),
    *("http://ɡoogle.com/", "http://bαnk.com/", "http://αβγdef.com/", "http://xn--a/", "http://xn--zzzzzzzz.com/"),
)  # fmt: skip


@pytest.mark.parametrize("url", WRITTEN)
def test_an_address_that_no_public_page_has_is_refused_as_it_is_written(url: str) -> None:
    with pytest.raises(FetchRefused):
        Fetcher(resolve=no_look_up).get(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://Example.ORG./a", "example.org"),
        ("https://müller.de/", "xn--mller-kva.de"),
        ("https://ＥＸＡＭＰＬＥ.org/", "example.org"),
        ("https://хоккей.рф/", "xn--e1aibas5b.xn--p1ai"),
        ("https://日本テレビa.jp/", "xn--a-ggutb3fv591acvb.jp"),
        ("http://example.org#@evil.test:99/", "example.org"),
        ("http://93.184.216.34/", "93.184.216.34"),
        ("http://[2606:2800:220:1::1]:80/", "2606:2800:220:1::1"),
        ("http://[::ffff:93.184.216.34]/", "::ffff:5db8:d822"),
        ("http://[64:ff9b::5db8:d822]/", "64:ff9b::5db8:d822"),
    ],
)
def test_addresses_that_public_pages_do_have_are_not_refused(url: str, host: str) -> None:
    assert AddressPolicy().address(url).host == host


# Names that lead where they should not

RESOLVED = (
    *("127.0.0.2", "::1", "::ffff:127.0.0.2", "::", "169.254.169.254", "fd00:ec2::254", "fe80::1%eth0"),
    *("10.1.2.3", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.100.100.200", "198.19.0.1", "224.0.0.1"),
    *("240.0.0.1", "255.255.255.255", "fc00::7", "fec0::7", "64:ff9b::a00:1", "2002:a00:1::", "2001::1", "192.0.0.192"),
    "ff05::2",
)  # fmt: skip


@pytest.mark.parametrize("ip", RESOLVED)
def test_a_name_that_leads_off_the_public_internet_is_refused(site: Site, ip: str) -> None:
    fetcher = Fetcher(resolve=lambda _host, _port: [ip], networks=["127.0.0.1/32"])
    with pytest.raises(FetchRefused, match="public internet"):
        fetcher.get("http://attack.example.org/")
    assert not site.requests


def test_loopback_is_refused_unless_the_caller_says_otherwise(site: Site) -> None:
    fetcher = Fetcher(allow=[f"{HOST}:{site.port}", HOST], resolve=lambda _host, _port: ["127.0.0.1"])
    with pytest.raises(FetchRefused, match="public internet; no setting allows it"):
        fetcher.get(site.url("/a"))
    assert not site.requests


def test_a_name_with_one_wrong_address_among_good_ones_is_refused(site: Site) -> None:
    with pytest.raises(FetchRefused, match="public internet"):
        site.fetcher(names={HOST: ["127.0.0.1", "169.254.1.1"]}).get(site.url("/a"))
    assert not site.requests


def test_a_name_that_comes_to_mean_another_address_is_looked_up_once_a_connection_and_checked(site: Site) -> None:
    answers = itertools.chain([["127.0.0.1"]], itertools.repeat(["127.0.0.2"]))
    fetcher = Fetcher(
        allow=[f"{HOST}:{site.port}"], networks=["127.0.0.1/32"], resolve=lambda _host, _port: next(answers)
    )
    with pytest.raises(FetchRefused, match=r"127\.0\.0\.2"):
        fetcher.get(site.url("/a"))
    assert site.paths == []  # robots.txt alone was asked for, at the first of its addresses


@pytest.mark.parametrize("ip", ["10.1.2.3", "192.168.1.1", "fc00::7", "100.64.0.1"])
def test_a_host_of_ones_own_network_can_be_allowed(ip: str) -> None:
    AddressPolicy(allow=["wiki"]).check(ip, "wiki", 80)
    with pytest.raises(FetchRefused):
        AddressPolicy(allow=["wiki"]).check(ip, "wiki.example.org", 80)


@pytest.mark.parametrize(
    "ip", ["127.0.0.1", "::1", "169.254.169.254", "fd00:ec2::254", "100.100.100.200", "224.0.0.1", "::"]
)
def test_an_allowed_host_leads_neither_to_this_machine_nor_to_a_clouds_keys(ip: str) -> None:
    with pytest.raises(FetchRefused):
        AddressPolicy(allow=["wiki", "wiki:80"]).check(ip, "wiki", 80)


# Redirects

ASIDE = (
    *("http://127.0.0.2/", "http://[::1]/", "http://169.254.169.254/latest/", "file:///etc/passwd"),
    *("http://2852039166/", "//10.0.0.1/", "http://user:word@news.test/", "gopher://news.test/", "http://localhost/"),
    *("http://[news.test/", "http://[::1"),
    *("javascript:1", "http://news.test:22/", "http://news.test\\@10.0.0.1/", "http://nеws.test/", "http://0/"),
)  # fmt: skip


@pytest.mark.parametrize("to", ASIDE)
def test_a_redirect_is_held_to_the_same_rules(site: Site, to: str) -> None:
    site.pages["/go"] = redirect(to).decode("utf-8").encode("latin-1", errors="replace")
    with pytest.raises(FetchRefused):
        site.fetcher().get(site.url("/go"))
    assert site.paths == ["/go"]


def test_a_redirect_to_a_name_that_leads_inside_is_refused(site: Site) -> None:
    site.pages["/go"] = redirect(site.url("/a", "inside.test"))
    with pytest.raises(FetchRefused, match="public internet"):
        site.fetcher(names={"inside.test": ["169.254.169.254"]}).get(site.url("/go"))


@pytest.mark.parametrize("length", [6, 1_000])
def test_redirects_without_end_end(site: Site, length: int) -> None:
    site.pages |= {f"/{number}": redirect(f"/{(number + 1) % length}") for number in range(length)}
    with pytest.raises(FetchRefused, match="5 times"):
        site.fetcher().get(site.url("/0"))
    assert len(site.paths) == 6


def test_what_robots_txt_redirects_to_is_held_to_the_same_rules(site: Site) -> None:
    site.pages["/robots.txt"] = redirect("http://169.254.169.254/")
    with pytest.raises(FetchRefused):
        site.fetcher().get(site.url("/a"))
    assert not site.paths


# Bodies


def nested(times: int) -> bytes:
    data = b"a" * 50_000_000
    for _ in range(times):
        data = gzip.compress(data, 9)
    return data


BODIES = {
    "gzip bomb": (page(nested(1), Content_Encoding="gzip"), "larger than"),
    "deflate bomb": (page(nested(1), Content_Encoding="deflate"), "larger than"),
    "gzip in gzip": (page(nested(2), Content_Encoding="gzip, gzip"), "not asked for"),
    "br": (page(b"\x8f\x7f" + b"a" * 99, Content_Encoding="br"), "not asked for"),
    "zstd": (page(b"\x28\xb5\x2f\xfd" + b"a" * 99, Content_Encoding="zstd"), "not asked for"),
    "said to be large": (page(HTML, Content_Length="999999999"), "larger than"),
    "large": (page(b"a" * 100_001, Content_Length=""), "larger than"),
    "a program called a page": (page(b"MZ\x90\0" + b"\0" * 99), "program"),
    "an ELF program": (page(b"\x7fELF" + b"\0" * 99, "text/plain"), "program"),
    "a picture": (page(b"\x89PNG\r\n", "image/png"), "image/png"),
    "a picture called a page": (page(b"\x89PNG\r\n\x1a\n"), "image"),
    "a film": (page(b"\0\0\0\x18ftyp", "video/mp4"), "video/mp4"),
    "an archive called a page": (page(b"PK\x03\x04" + b"\0" * 99), "called text/html"),
    "a PDF called a page": (page(b"%PDF-1.7\n"), "called text/html"),
    "gzip called XML": (page(gzip.compress(HTML, mtime=0), "application/rss+xml"), "called application/rss"),
    "a page called a PDF": (page(HTML, "application/pdf"), "is none"),
    "NUL bytes called a page": (page(b"<p>\0\0\0\0"), "data"),
    "Rar": (page(b"Rar!\x1a\x07\0", "application/octet-stream"), "archive"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_too_large_or_not_what_it_is_called_is_refused(site: Site, name: str) -> None:
    answer, words = BODIES[name]
    site.pages["/a"] = answer
    with pytest.raises(FetchRefused, match=words):
        site.fetcher().get(site.url("/a"))


def test_a_bomb_is_not_unpacked_in_memory(site: Site) -> None:
    tracemalloc = pytest.importorskip("tracemalloc")
    site.pages["/a"] = BODIES["gzip bomb"][0]
    tracemalloc.start()
    with pytest.raises(FetchRefused):
        site.fetcher().get(site.url("/a"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("damage", [slice(0, -5), slice(0, 12)])
def test_damaged_packing_is_told(site: Site, damage: slice) -> None:
    site.pages["/a"] = page(gzip.compress(HTML * 9)[damage], Content_Encoding="gzip")
    with pytest.raises(FetchFailed, match="damaged"):
        site.fetcher().get(site.url("/a"))


# Servers that do not behave


def repeated(data: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """Sends the same for ever, or until the other side has had enough."""

    def send(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            for _ in range(100_000):
                connection.sendall(data)
                time.sleep(pause)

    return send


def then(first: bytes, rest: Callable[[socket.socket], None]) -> Callable[[socket.socket], None]:
    def send(connection: socket.socket) -> None:
        connection.sendall(first)
        rest(connection)

    return send


def silent(connection: socket.socket) -> None:
    connection.settimeout(2)
    connection.recv(1)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
SERVERS = {
    "says nothing": silent,
    "stops within the headers": then(OK, silent),
    "stops within the body": then(OK + b"\r\n<p>", silent),
    "headers a byte at a time": then(OK + b"X: ", repeated(b"a", 0.02)),
    "a body a byte at a time": then(OK + b"\r\n", repeated(b"a", 0.02)),
    "a chunk a byte at a time": then(OK + b"Transfer-Encoding: chunked\r\n\r\n", repeated(b"1\r\na\r\n", 0.02)),
    "headers without end": then(OK, repeated(b"X: " + b"a" * 9_000 + b"\r\n")),
    "one header without end": then(OK + b"X: ", repeated(b"a" * 9_000)),
    "only 100 Continue": repeated(b"HTTP/1.1 100 Continue\r\n\r\n", 0.001),
    "a body without end": then(OK + b"\r\n", repeated(b"a" * 9_000)),
    "no HTTP": lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "two lengths": lambda connection: connection.sendall(OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc"),
    "a bad length": lambda connection: connection.sendall(OK + b"Content-Length: -1\r\n\r\nabc"),
    "a bad chunk": lambda connection: connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "a chunk of any size": then(OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n", repeated(b"a" * 9_000)),
    "a chunk's extension without end": then(OK + b"Transfer-Encoding: chunked\r\n\r\n1;x=", repeated(b"a" * 9_000)),
    "trailers without end": then(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", repeated(b"X: a\r\n" * 900)),
    "a status line without end": then(b"HTTP/1.1 200 ", repeated(b"a" * 9_000)),
    "a status that upgrades": lambda connection: connection.sendall(
        b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\nabc"
    ),
    "HTTP/0.9": lambda connection: connection.sendall(b"<p>The ferry ran again."),
    "chunks and a length": lambda connection: connection.sendall(
        OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked, gzip\r\n\r\nabc"
    ),
    "a redirect without a place": lambda connection: connection.sendall(
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"
    ),
    "a redirect of a megabyte": then(b"HTTP/1.1 302 Found\r\nLocation: /", repeated(b"a" * 9_000)),
    "less than it said": lambda connection: connection.sendall(OK + b"Content-Length: 99\r\n\r\nabc"),
    "closes at once": lambda connection: connection.close(),
    "a bad status": lambda connection: connection.sendall(b"HTTP/1.1 abc OK\r\n\r\n"),
}


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_that_does_not_behave_is_given_up_in_time(site: Site, name: str) -> None:
    fetcher = site.fetcher(limits=IMPATIENT)
    site.pages["/a"] = SERVERS[name]
    started = time.monotonic()
    with pytest.raises((FetchFailed, FetchRefused)) as error:
        fetcher.get(site.url("/a"))
    assert time.monotonic() - started < 5
    assert str(error.value)[0].islower()  # a sentence's part that the caller puts the address in front of


def test_a_location_cannot_smuggle_a_header_into_the_next_request(site: Site) -> None:
    site.pages["/go"] = redirect("/a?x=1%0d%0aX-Evil:%201")
    site.pages["/a?x=1%0d%0aX-Evil:%201"] = page(HTML)
    assert site.fetcher().get(site.url("/go")).status == 200
    assert "x-evil: 1" not in site.requests[-1].lower()


@pytest.mark.parametrize("value", ['"1"\r\nX-Evil: 1', "é", "a\0b"])
def test_an_etag_cannot_smuggle_a_header_into_the_next_request(site: Site, value: str) -> None:
    assert site.fetcher().get(site.url("/a"), etag=value).status == 200
    assert "if-none-match" not in site.requests[-1].lower()
