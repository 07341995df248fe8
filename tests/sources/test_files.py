"""Files, folders, uploads and web addresses to articles."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot import bootstrap
from bot.cli import main
from retrieval.errors import SourceError
from retrieval.sources.files import read_sources, read_upload, source_of
from retrieval.types import Article
from tests.fetching.site import Site, page, redirect, serving
from tests.sources.reading import MAX_BYTES, fault, one, read, rows_file, text_file

if TYPE_CHECKING:
    from collections.abc import Iterator


ROW = {"title": "Ferry runs again", "text": "The ferry ran again on Friday."}


def test_folders_are_read_recursively_in_order_without_hidden_and_other_files(tmp_path: Path) -> None:
    names = ["b.txt", "a.md", "inner/c.TXT", "inner/README.md", ".hidden.txt", ".git/d.txt", "e.py", "f.csv"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        text_file(tmp_path, "A title\n\nA text.", name)
    assert [Path(found.id).name for found in read(tmp_path) if isinstance(found, Article)] == ["a.md", "b.txt", "c.TXT"]


def test_a_folder_without_readable_files_is_an_error(tmp_path: Path) -> None:
    text_file(tmp_path, "print()", "script.py")
    assert "holds no .txt" in fault(tmp_path)


def test_a_named_file_of_another_kind_is_an_error(tmp_path: Path) -> None:
    assert ".jsonl.gz" in fault(text_file(tmp_path, "A title", "article.xls"))


@pytest.mark.parametrize("target", ["missing.txt", "", "nul\0.txt", "x" * 5_000, "half\ud800.txt"])
def test_what_does_not_exist_is_an_error(target: str) -> None:
    assert fault(target)


@pytest.mark.parametrize("target", ["https://example.org/a", "HTTP://example.org"])
def test_without_a_fetcher_no_address_is_read(target: str) -> None:
    message = fault(target)
    assert target in message
    assert "not fetched here" in message


def test_links_that_loop_do_not_hang_and_a_file_has_one_identity(tmp_path: Path) -> None:
    path = text_file(tmp_path, "A title\n\nA text.")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "again.txt").symlink_to(path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (direct,) = read(tmp_path)
    assert read(tmp_path / "again.txt") == [direct]
    assert isinstance(direct, Article)
    assert direct.id == source_of(str(tmp_path / "again.txt"))
    assert fault(tmp_path / "self.txt")


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "holds no .txt" in fault(tmp_path)
    assert "can be added" in fault(tmp_path / "pipe.txt")


@pytest.mark.parametrize("name", ["article.txt", "articles.jsonl"])
def test_a_file_that_vanishes_while_its_folder_is_read_is_an_error(tmp_path: Path, name: str) -> None:
    text_file(tmp_path, "A title\n\nA text.", "a.txt")
    path = text_file(tmp_path, json.dumps(ROW), name)
    found = read_sources([str(tmp_path)], max_bytes=MAX_BYTES)
    assert isinstance(next(found), Article)
    path.unlink()
    [error] = found
    assert isinstance(error, SourceError)
    assert str(path) in str(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_is_an_error(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    text_file(closed, "A title", "a.txt").chmod(0)
    assert "Permission denied" in fault(closed / "a.txt")
    closed.chmod(0)
    assert "Permission denied" in fault(closed)
    closed.chmod(0o700)


def test_a_name_that_cannot_be_stored_is_an_error_that_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.txt")).write_text("A title")
    (tmp_path / "a\x1b[31m.txt").write_text("A title")
    for error in read(tmp_path):
        assert isinstance(error, SourceError)
        assert str(error).isprintable()


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    secret, folder = tmp_path / "secret.txt", tmp_path / "packed"
    secret.write_text("A secret\n\nIt is nobody's business.\n")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "secret.txt").write_text("Another\n\nNor is this.\n")
    folder.mkdir()
    (folder / "report.txt").write_text("A report\n\nThe harbour was closed.\n")
    (folder / "link.txt").symlink_to(secret)
    (folder / "hard").symlink_to(tmp_path / "inner")
    assert [getattr(one, "title", one) for one in read_sources([str(folder)], max_bytes=1000)] == ["A report"]
    assert [getattr(one, "title", one) for one in read_sources([str(folder / "link.txt")], max_bytes=1000)] == [
        "A secret"
    ]


def test_folders_too_deep_in_each_other_are_told_and_the_others_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.sources.files._DEEPEST", 3)
    folder = tmp_path
    for depth in range(6):
        (folder / "a.txt").write_text(f"Report {depth}\n\nThe harbour was closed.\n")
        folder /= "deeper"
        folder.mkdir()
    read = list(read_sources([str(tmp_path)], max_bytes=1000))
    assert [one.title for one in read if isinstance(one, Article)] == [f"Report {depth}" for depth in range(4)]
    assert ["lie more than 3 deep" in str(one) for one in read if isinstance(one, SourceError)] == [True]
    for file in tmp_path.rglob("a.txt"):
        file.unlink()
    assert ["lie more than 3 deep" in str(one) for one in read_sources([str(tmp_path)], max_bytes=1000)] == [True]


def upload(name: str, data: bytes, max_bytes: int = MAX_BYTES) -> list[Article | SourceError]:
    return list(read_upload(name, data, max_bytes=max_bytes))


def test_an_uploaded_text_is_known_by_its_name_and_else_as_from_a_file(tmp_path: Path) -> None:
    data = b"# A title #\n\nBy Keane\n\nA text."
    [article] = upload("ferry.md", data)
    path = text_file(tmp_path, data, "ferry.md")
    assert article == dataclasses.replace(one(path), id="upload/ferry.md", source="upload/ferry.md")


@pytest.mark.parametrize("name", ["articles.jsonl", "Articles.JSONL.GZ"])
def test_uploaded_rows_are_read_as_from_a_file(tmp_path: Path, name: str) -> None:
    path = rows_file(tmp_path, ROW, {"title": "a"}, ROW | {"id": 7}, name=name)
    if name.endswith("GZ"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    first, error, last = upload(name, path.read_bytes())
    assert first == dataclasses.replace(one(rows_file(tmp_path, ROW)), source=f"upload/{name}")
    assert isinstance(last, Article)
    assert last.id == "7"
    assert str(error).startswith(f"upload/{name}, line 2: ")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("../../etc/passwd.txt", "upload/passwd.txt"),
        ("/etc/a.txt", "upload/a.txt"),
        ("C:\\news\\a.txt", "upload/a.txt"),
        ("a\x1b[31m\u202e\n.txt", "upload/a[31m.txt"),
        ("half\ud800.txt", "upload/half.txt"),
        ("x" * 5_000 + ".txt", "upload/" + "x" * 196 + ".txt"),
        ("Zürich 日本.txt", "upload/Zürich 日本.txt"),
    ],
)
def test_of_a_strangers_file_name_only_the_last_part_is_used_as_far_as_it_can_be_shown(name: str, known: str) -> None:
    [article] = upload(name, b"A title\n\nA text.")
    assert isinstance(article, Article)
    assert (article.id, article.source) == (known, known)


@given(st.text())
def test_any_name_gives_an_article_or_an_error_that_can_be_shown(name: str) -> None:
    for found in (*upload(name, b"A title"), *upload(f"{name}.txt", b"A title")):
        known = found.id if isinstance(found, Article) else str(found)
        assert known.isprintable()
        assert known.startswith("upload/")
        assert "/" not in known.removeprefix("upload/").partition(":")[0]


@pytest.mark.parametrize("name", ["article.xls", "", "..", "txt", "a.txt/", "a.gz", "a.txt.gz"])
def test_an_upload_of_another_kind_is_an_error_that_names_the_kinds(name: str) -> None:
    [error] = upload(name, b"A title")
    assert ".jsonl.gz" in str(error)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"x" * (MAX_BYTES + 1), "larger than 10,000 bytes"),
        ("a.txt", b"", "is empty"),
        ("a.jsonl", b'{"title": "a", "text": "' + b"x" * MAX_BYTES + b'"}', "longer than 10,000 bytes"),
        ("a.jsonl.gz", b"no gzip", "no whole gzip file"),
    ],
)
def test_a_bad_upload_is_one_error_without_the_settings_of_the_command_line(name: str, data: bytes, words: str) -> None:
    [error] = upload(name, data)
    assert words in str(error)
    assert "BYLINE_" not in str(error)


def test_an_upload_that_unpacks_without_end_is_bounded_after_the_rows_before(tmp_path: Path) -> None:
    tracemalloc = pytest.importorskip("tracemalloc")
    bomb = rows_file(tmp_path, ROW, b" " * 50_000_000, ROW, name="bomb.jsonl.gz").read_bytes()
    many = rows_file(tmp_path, *[ROW] * 100_000, name="many.jsonl.gz").read_bytes()
    tracemalloc.start()
    article, error = upload("bomb.jsonl.gz", bomb)
    *articles, last = upload("many.jsonl.gz", many)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(article, Article)
    assert "more than 200,000 bytes" in str(error)
    assert "more than 200,000 bytes" in str(last)
    assert 2_000 < len(articles) < 200_000 // len(json.dumps(ROW))
    assert peak < 8_000_000


def test_an_upload_of_just_the_bound_is_read() -> None:
    rows = json.dumps(ROW | {"text": "x" * 60}).encode() + b"\n"
    data = rows * 20
    assert len(upload("a.jsonl.gz", gzip.compress(data, mtime=0), max_bytes=len(rows))) == 20
    assert isinstance(upload("a.jsonl.gz", gzip.compress(data + b"\n"), max_bytes=len(rows))[-1], SourceError)


TEXT = "The ferry to Strand ran again on Friday after nine weeks, said harbour master Rona Blair, who had it mended."
STORY = f"""<!doctype html><html lang="en"><head><title>Ferry runs again - The Harbour News</title>
<meta property="og:site_name" content="The Harbour News"><meta property="og:type" content="article">
<meta property="article:published_time" content="2026-03-20T10:00:00+01:00">
<meta name="author" content="Ida Lund"></head>
<body><nav><a href="/">Home</a></nav><main><article><h1>Ferry runs again</h1><p>By Ida Lund</p>
<p>{TEXT}</p><p>“We are glad,” she said. “It was a long winter for all of us on the island.”</p></article></main>
<footer>© 2026 The Harbour News</footer></body></html>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serving({"/story": page(STORY, "text/html; charset=utf-8")}) as site:
        yield site


def fetched_and_read(site: Site, path: str) -> Article | SourceError:
    fetcher = site.fetcher()
    [found] = read_sources([site.url(path)], max_bytes=1_000_000, fetch=fetcher.get)
    return found


def test_a_page_becomes_an_article_with_its_facts_and_where_it_came_from(site: Site) -> None:
    site.pages["/story?utm_source=feed"] = site.pages["/story"]
    article = fetched_and_read(site, "/story?utm_source=feed")
    assert isinstance(article, Article), article
    assert (article.title, article.byline, article.publisher) == ("Ferry runs again", "Ida Lund", "The Harbour News")
    assert article.published == "2026-03-20T10:00:00+01:00"
    assert article.text == f"{TEXT}\n\n“We are glad,” she said. “It was a long winter for all of us on the island.”"
    assert article.url == site.url("/story")
    assert article.source == site.url("/story?utm_source=feed")
    assert article.page_hash == hashlib.sha256(STORY.encode()).hexdigest()
    assert article.fetched is not None


def test_a_text_that_lies_at_an_address_is_read_as_a_file(site: Site) -> None:
    site.pages["/notes.txt"] = page("Ferry runs again\n\nBy Ida Lund\n\nIt ran on Friday.", "text/plain")
    article = fetched_and_read(site, "/notes.txt")
    assert isinstance(article, Article), article
    assert (article.title, article.byline) == ("Ferry runs again", "Ida Lund")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (page(status="404 Not Found"), "no such page"),
        (page(status="410 Gone"), "gone for good"),
        (page("<rss version='2.0'><channel></channel></rss>", "application/rss+xml"), "feed"),
        (page("", "text/html"), "empty"),
        (page("<p>Hi.", "text/html"), "no article"),
        (redirect("http://127.0.0.2/"), "public internet"),
    ],
)
def test_an_address_without_an_article_is_one_error_that_names_it(site: Site, answer: bytes, words: str) -> None:
    site.pages["/x"] = answer
    error = fetched_and_read(site, "/x")
    assert isinstance(error, SourceError)
    assert str(error).startswith(f"{site.url('/x')}: ")
    assert words in str(error)


def test_byline_add_takes_an_address(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "open_fetcher", lambda _settings: site.fetcher())
    monkeypatch.setenv("BYLINE_DATA_DIR", str(tmp_path))
    added = CliRunner().invoke(main, ["add", site.url("/story")])
    assert "1 new, 0 changed" in added.output
    again = CliRunner().invoke(main, ["add", site.url("/story")])
    assert "0 new, 0 changed, 1 unchanged" in again.output
    asked = CliRunner().invoke(main, ["ask", "When did the ferry to Strand run again?"])
    assert "Friday" in asked.output


def test_byline_add_tells_programs_what_came_of_it(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "open_fetcher", lambda _settings: site.fetcher())
    monkeypatch.setenv("BYLINE_DATA_DIR", str(tmp_path))
    added = CliRunner().invoke(main, ["add", "--json", site.url("/story"), site.url("/missing")])
    told = json.loads(added.stdout.splitlines()[0])
    assert told["new"] == 1
    [refused] = told["refused"]
    assert refused.startswith(site.url("/missing"))


def test_the_product_does_not_fetch_from_this_machine(site: Site, tmp_path: Path) -> None:
    environment = {"BYLINE_DATA_DIR": str(tmp_path), "BYLINE_FETCH_ALLOW": f"127.0.0.1:{site.port},127.0.0.1"}
    added = CliRunner().invoke(main, ["add", f"http://127.0.0.1:{site.port}/story"], env=environment)
    assert added.exit_code == 1
    assert "not on the public internet" in added.output
    assert not site.requests
