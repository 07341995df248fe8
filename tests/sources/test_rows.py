"""Rows to articles, and every way in which they can fail to be one."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.errors import SourceError
from retrieval.sources.files import read_sources
from retrieval.types import Article
from tests.sources.reading import MAX_BYTES, fault, one, read, rows_file, text_file

if TYPE_CHECKING:
    from pathlib import Path

ROW = {"title": "Ferry runs again", "text": "The ferry ran again on Friday."}


def test_a_row_gives_all_its_fields_as_they_are(tmp_path: Path) -> None:
    row = {
        "id": "a/1 é",
        "title": "Ferry “runs” again",
        "byline": "By Ana Rossi",
        "publisher": "The Harbour News",
        "published": "2023-03-20T14:05:00Z",
        "updated": "2023-03-21",
        "url": "HTTP://Example.org/ferry?utm_source=x#top",
        "text": "  The ferry ran again.\n",
    }
    path = rows_file(tmp_path, row | {"section": {"unknown": [1]}})
    given = {name: value for name, value in dataclasses.asdict(one(path)).items() if value is not None}
    assert given == row | {"source": path.resolve().as_posix()}


@pytest.mark.parametrize(
    ("keys", "identifier"),
    [
        ({"id": 17, "url": "https://example.org/a"}, "17"),
        ({"id": "", "url": "https://Example.org/a?utm_medium=x&b=1"}, "https://example.org/a?b=1"),
        ({"id": None}, f"sha256:{hashlib.sha256(ROW['text'].encode()).hexdigest()}"),
    ],
)
def test_a_row_is_identified_by_its_id_else_url_else_text(
    tmp_path: Path, keys: dict[str, Any], identifier: str
) -> None:
    assert one(rows_file(tmp_path, ROW | keys)).id == identifier


def test_null_and_blank_fields_are_unknown(tmp_path: Path) -> None:
    article = one(rows_file(tmp_path, ROW | {"byline": None, "publisher": " ", "published": "", "url": None}))
    assert (article.byline, article.publisher, article.published, article.url) == (None, None, None, None)


def test_a_mark_and_crlf_inside_a_row_are_altered_as_in_a_file(tmp_path: Path) -> None:
    assert one(rows_file(tmp_path, ROW | {"text": "\ufeffOne.\r\nTwo.\rThree."})).text == "One.\nTwo.\rThree."


@pytest.mark.parametrize(
    "published",
    ["2023-03-20", "2023-03-20T14:05", "2023-03-20T14:05:00+01:00", "2023-03-20 14:05:00.5", "2023-03-20T14:05:00Z"],
)
def test_iso_dates_and_times_are_published_dates(tmp_path: Path, published: str) -> None:
    article = one(rows_file(tmp_path, ROW | {"published": published}))
    assert article.published == published
    assert str(article.published_on) == "2023-03-20"


def test_a_row_of_others_is_read_by_the_names_that_they_use(tmp_path: Path) -> None:
    row = {"headline": "Flood", "body": "It rained.", "authors": ["Ann Lee", "Tom Reed"], "date": "2023-03-20"}
    article = one(rows_file(tmp_path, row | {"byline": None, "publication": "Ellby Post"}))
    assert (article.title, article.text, article.byline) == ("Flood", "It rained.", "Ann Lee, Tom Reed")
    assert (article.publisher, article.published) == ("Ellby Post", "2023-03-20")


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (
            {"Title": "Flood", "Full_Text": "It rained.", "Creator": "Ann Lee", "pubDate": "March 20, 2023"},
            ("Flood", "It rained.", "Ann Lee", "2023-03-20", None),
        ),
        (
            {"webTitle": "Flood", "text": ["It rained.", "It stopped."], "webUrl": "https://ellby.example/a"},
            ("Flood", "It rained.\n\nIt stopped.", None, None, "https://ellby.example/a"),
        ),
        (
            {"title": "Flood", "articleBody": "It rained.", "authors": [{"name": "Ann Lee"}, {"id": 1}], "link": "x"},
            ("Flood", "It rained.", "Ann Lee", None, None),
        ),
        (
            {"title": "Flood", "content": "It rained.", "publishedAt": "2023-03-20T14:05:00Z"},
            ("Flood", "It rained.", None, "2023-03-20T14:05:00+00:00", None),
        ),
    ],
)
def test_a_row_is_read_however_its_names_are_spelled(
    tmp_path: Path, row: object, fields: tuple[str | None, ...]
) -> None:
    article = one(rows_file(tmp_path, row))
    assert (article.title, article.text, article.byline, article.published, article.url) == fields


@pytest.mark.parametrize("date", ["two hours ago", "2023-02-30", {"day": 3}, 20230320])
def test_what_is_no_day_under_another_name_is_left_out(tmp_path: Path, date: object) -> None:
    assert one(rows_file(tmp_path, {"title": "Flood", "text": "It rained.", "date": date})).published is None


def test_what_cannot_be_used_under_one_name_is_taken_from_the_next_or_left_out(tmp_path: Path) -> None:
    row = {"title": "Flood", "body": "  ", "content": "It rained.", "date": "unknown", "publish_date": "2023-03-20"}
    article = one(rows_file(tmp_path, row | {"author": "a \0 b"}))
    assert (article.text, article.published, article.byline) == ("It rained.", "2023-03-20", None)


def test_a_rows_own_names_go_before_those_of_others(tmp_path: Path) -> None:
    assert one(rows_file(tmp_path, ROW | {"headline": "Other", "content": "Other.", "author": "Other"})) == one(
        rows_file(tmp_path, ROW | {"author": ROW.get("byline") or "Other"})
    )


def test_rows_are_read_from_gzip_after_a_mark_and_between_blank_lines(tmp_path: Path) -> None:
    path = rows_file(tmp_path, b"\xef\xbb\xbf" + json.dumps(ROW).encode(), b"", b" \r", ROW, name="Articles.JSONL.GZ")
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert [type(found) for found in read(path)] == [Article, Article]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (b'{"title": "a", "text"', "not JSON"),
        (b'["a"]', "not a JSON object"),
        (b'{"title": "a", "text": "b", "score": NaN}', "NaN"),
        (b'{"title": "a", "text": "\xff"}', "not in UTF-8"),
        (b"[" * 9_000, "nested too deep"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "5000 digits); correct it"),
        ({"text": "b"}, "no title"),
        ({"title": " \n", "text": "b"}, "no title"),
        ({"title": "a"}, "no text"),
        ({"title": "a", "text": " \n"}, "no text"),
        ({"title": 5, "text": "b"}, "title is not a string"),
        ({"title": "a", "text": {"b": 1}}, "text is not a string"),
        (ROW | {"byline": {"name": "Keane"}}, "byline is not a string"),
        (ROW | {"id": True}, "id is not a string"),
        (ROW | {"id": "x" * 1_001}, "1,000 characters"),
        (ROW | {"id": "a\nb"}, "control characters"),
        (ROW | {"url": "example.org/a"}, "http"),
        (ROW | {"url": "javascript:alert(1)"}, "http"),
        (ROW | {"url": "https://[half/a"}, "http"),
        (ROW | {"published": "20 March 2023"}, "ISO 8601"),
        (ROW | {"published": "2023-02-30"}, "ISO 8601"),
        (ROW | {"published": "20230320T1405"}, "ISO 8601"),
        (ROW | {"published": "2023"}, "ISO 8601"),
        (ROW | {"published": 1679270400}, "published is not a string"),
        (ROW | {"text": "a \ud800 b"}, "surrogate"),
        (ROW | {"title": "a \udfff"}, "surrogate"),
        (ROW | {"text": "a \0 b"}, "NUL"),
        (ROW | {"text": "x" * MAX_BYTES}, "longer than 10,000 bytes"),
    ],
)
def test_a_bad_row_is_one_error_with_its_line_and_the_rest_goes_on(tmp_path: Path, row: object, words: str) -> None:
    path = rows_file(tmp_path, ROW, row, ROW)
    first, error, last = read(path)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert str(error).startswith(f"{path.resolve()}, line 2: ")
    assert words in str(error)


def test_a_file_without_rows_is_an_error(tmp_path: Path) -> None:
    assert "holds no rows" in fault(rows_file(tmp_path, b" "))


def test_rows_in_utf_16_are_one_error_that_says_so(tmp_path: Path) -> None:
    path = text_file(tmp_path, "\n".join([json.dumps(ROW)] * 3).encode("utf-16"), "articles.jsonl")
    assert "UTF-16" in fault(path)


def test_rows_before_the_damage_of_a_truncated_gzip_count(tmp_path: Path) -> None:
    path = rows_file(tmp_path, *[ROW | {"text": os.urandom(999).hex()} for _ in range(99)], name="articles.jsonl.gz")
    path.write_bytes(path.read_bytes()[:-9_000])
    *articles, error = read(path)
    assert 50 < len(articles) < 99
    assert all(isinstance(article, Article) for article in articles)
    assert f"after line {len(articles)};" in str(error)


@pytest.mark.parametrize("damaged", [slice(0, 4), slice(50, 60), slice(-8, -4)])
def test_corrupt_gzip_is_one_error_at_the_end(tmp_path: Path, damaged: slice) -> None:
    path = rows_file(tmp_path, *[ROW | {"id": n} for n in range(999)], name="articles.jsonl.gz")
    data = bytearray(path.read_bytes())
    data[damaged] = bytes(byte ^ 0xFF for byte in data[damaged])
    path.write_bytes(data)
    found = read(path)
    assert "gzip" in str(found[-1])
    assert sum(isinstance(each, SourceError) for each in found[:-1]) <= 1  # a byte may break a row before the check sum


def test_a_gzip_bomb_is_an_error_and_never_held_in_memory(tmp_path: Path) -> None:
    tracemalloc = pytest.importorskip("tracemalloc")
    bomb = b'{"title": "a", "text": "' + b"x" * 50_000_000 + b'"}'
    path = rows_file(tmp_path, bomb, ROW, name="articles.jsonl.gz")
    del bomb
    tracemalloc.start()
    error, article = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "longer than 10,000 bytes" in str(error)
    assert isinstance(article, Article)
    assert peak < 8_000_000


def test_rows_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    """The reader has not looked at the second row when it yields the first."""
    path = rows_file(tmp_path, ROW)
    with path.open("ab") as file:
        file.write((json.dumps(ROW) + "\n").encode() * 100_000)
    found = read_sources([str(path)], max_bytes=MAX_BYTES)
    assert isinstance(next(found), Article)
    os.truncate(path, 2_000_000)
    assert 10 < sum(1 for _ in found) < 50_000
