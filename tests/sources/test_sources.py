"""Raw input to articles, and every way in which it can fail to be one."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.sources import canonical_url, read_sources, read_upload, source_of
from retrieval.sources.decoding import decode, normalize
from retrieval.types import Article
from tests import SEED

SEEDS = SEED.parent
MAX_BYTES = 10_000
ROW = {"title": "Ferry runs again", "text": "The ferry ran again on Friday."}


def read(*targets: Path | str, max_bytes: int = MAX_BYTES) -> list[Article | SourceError]:
    return list(read_sources(map(str, targets), max_bytes=max_bytes))


def one(target: Path | str, max_bytes: int = MAX_BYTES) -> Article:
    [article] = read(target, max_bytes=max_bytes)
    assert isinstance(article, Article), article
    return article


def fault(target: Path | str, max_bytes: int = MAX_BYTES) -> str:
    [error] = read(target, max_bytes=max_bytes)
    assert isinstance(error, SourceError), error
    return str(error)


def text_file(folder: Path, content: str | bytes, name: str = "article.txt") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows_file(folder: Path, *rows: object, name: str = "articles.jsonl") -> Path:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    data = b"\n".join(lines) + b"\n"
    return text_file(folder, gzip.compress(data, mtime=0) if name.endswith(".gz") else data, name)


# Text files


def test_the_seed_article_is_read_with_title_and_byline_and_without_a_date() -> None:
    path = SEEDS / "000_dbaac4714505962b.txt"
    article = one(path)
    assert article == Article(
        id=path.resolve().as_posix(),
        title="China’s leader Xi in Moscow for meeting with Putin",
        text=path.read_bytes().decode(),
        byline="Keane",
        source=path.resolve().as_posix(),
    )


def test_the_seeds_folder_holds_articles_and_no_readme() -> None:
    assert all(isinstance(article, Article) and "README" not in article.id for article in read(SEEDS))
    assert one(SEEDS / "README.md").title == "Seeds"


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("By Keane", "Keane"),
        ("BY ANA ROSSI and TOM DE VRIES", "ANA ROSSI and TOM DE VRIES"),
        ("By Ludwig van Dam, Special for The Harbour News", "Ludwig van Dam, Special for The Harbour News"),
        ("By  Tom Vries Jr.", "Tom Vries Jr."),
        ("By Zoë d’Arc, zoe@example.org", "Zoë d’Arc, zoe@example.org"),
        ("By Monday the troops had gone.", None),
        ("By Monday the troops had gone", None),
        ("By Kyiv, It Was Over.", None),
        ("By 2030", None),
        ("Byron Adams", None),
        ("By", None),
        ("By " + "Ana Rossi, " * 12 + "Tom Vries", None),
    ],
)
def test_a_byline_is_a_short_line_of_names(tmp_path: Path, line: str, byline: str | None) -> None:
    assert one(text_file(tmp_path, f"A title\n\n{line}\n\nA text.")).byline == byline


def test_only_the_line_after_the_title_can_be_the_byline(tmp_path: Path) -> None:
    assert one(text_file(tmp_path, "A title\n\nA text.\n\nBy Keane")).byline is None


@pytest.mark.parametrize("line", ["# A title", "## A title ##", "A title"])
def test_a_markdown_heading_gives_the_title_and_stays_in_the_text(tmp_path: Path, line: str) -> None:
    article = one(text_file(tmp_path, f"{line}\n\nA text.", "article.md"))
    assert article.title == "A title"
    assert article.text == f"{line}\n\nA text."


def test_a_number_sign_in_plain_text_is_part_of_the_title(tmp_path: Path) -> None:
    assert one(text_file(tmp_path, "# 1 in the charts\n\nA text.")).title == "# 1 in the charts"


def test_a_text_without_a_title_is_called_as_its_file(tmp_path: Path) -> None:
    article = one(text_file(tmp_path, "The ferry ran again on Friday, officials said. " * 10, "ferry.txt"))
    assert (article.title, article.byline) == ("ferry", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_text_is_decoded_and_its_crlf_line_ends_become_lf(tmp_path: Path, encoding: str) -> None:
    text = "Café “Zürich” reopens\r\n\r\nBy Keane\r\n\r\nIt’s open – for £5.\rNo more.\r\n"
    article = one(text_file(tmp_path, text.encode(encoding)))
    assert article.text == text.replace("\r\n", "\n")
    assert (article.title, article.byline) == ("Café “Zürich” reopens", "Keane")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Мэр сообщил в понедельник, что паром снова ходит. Пассажиры довольны, билеты подешевели.", "cp1251"),
        ("市长星期一表示，渡轮已经恢复运行。乘客们说，他们对此感到非常高兴。", "gb18030"),
        ("Le maire a déclaré lundi que le bac était réparé. Les voyageurs l’ont fêté.", "cp1252"),
        ("“It’s late,” said Inès Boé, who paid €40 for the crêpes – her first – at Café Brûlée.", "mac_roman"),
    ],
)
def test_other_encodings_are_detected(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("â€œWe couldnâ€™t wait,â€ she said of the cafÃ©.", "“We couldn’t wait,” she said of the café."),
        ("æ—¥ in a title\n\nIt isnâ€™t so.", "日 in a title\n\nIt isn’t so."),
        ("Zoë paid €5 for the cafÃ©’s crÃªpe", "Zoë paid €5 for the café’s crêpe"),
    ],
)
def test_text_that_was_decoded_wrongly_before_is_repaired(broken: str, right: str) -> None:
    assert decode(broken.encode()) == normalize(broken) == right


@pytest.mark.parametrize("text", ["naïve façade — “ok”, Ångström § 5", "Łódź, Ærø ‘Ærø’", "AT&amp;T — ﬁne… Ⅷ"])
def test_text_that_is_right_is_left_alone(text: str) -> None:
    assert normalize(text) == text


_BROKEN_LETTERS = "ÂÃâÅÄÐÑÎÏØÙãäåæçèéìð"  # what text that was decoded wrongly has in it


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=_BROKEN_LETTERS), min_size=1))
@example("\ufefftwice marked")
def test_decoding_alters_no_other_character(text: str) -> None:
    assert decode(text.encode("utf-8-sig")) == text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\t\n", "is empty"),
        (b"A title\n\n" + b"A long text. " * 99 + b"\0", "NUL"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe", "not text"),
        (bytes(range(1, 32)) * 9, "not text"),
        (bytes(range(128, 256)) * 9, "not text"),
        (b"A title\n" + b"x" * MAX_BYTES, "larger than 10,000 bytes"),
    ],
)
def test_what_is_no_text_is_one_error_that_names_the_file(tmp_path: Path, content: bytes, words: str) -> None:
    path = text_file(tmp_path, content)
    message = fault(path)
    assert str(path) in message
    assert words in message


def test_a_file_of_just_the_allowed_size_is_read(tmp_path: Path) -> None:
    assert one(text_file(tmp_path, "x" * 100), max_bytes=100).text == "x" * 100


def test_front_matter_tells_what_a_text_is_and_is_no_part_of_it(tmp_path: Path) -> None:
    told = "---\ntitle: 'Pier: closed'\ndate: 2026-03-20T10:00:00+01:00\nlastmod: 2026-03-21\n"
    told += "author:\n  - Ida Lund\n  - Bo Aas\n---\n"
    article = one(text_file(tmp_path, f"{told}\nThe pier is closed.\n", "article.md"))
    assert (article.title, article.byline, article.text) == (
        "Pier: closed",
        "Ida Lund and Bo Aas",
        "The pier is closed.\n",
    )
    assert (article.published, article.updated) == ("2026-03-20T10:00:00+01:00", "2026-03-21")


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ("---\ntitle: A\n---\n", {"title": "A", "byline": None, "published": None}),
        ("---\nauthor: {name: Ida Lund}\n---\n# B\n", {"title": "B", "byline": "Ida Lund"}),
        (
            "---\ndate: March 20, 2026\n---\nC\n\nBy Bo Aas\n",
            {"title": "C", "byline": "Bo Aas", "published": "2026-03-20"},
        ),
        ('+++\ntitle = "D"\ndate = 2026-03-20\n+++\n', {"title": "D", "published": "2026-03-20"}),
        ("---\ntitle: E\ncanonical_url: https://example.org/e\n---\n", {"url": "https://example.org/e"}),
        ("---\ntitle: F\nurl: javascript:alert(1)\ndate: soon\n---\n", {"url": None, "published": None}),
        ("---\r\ntitle: G\r\n---\r\n", {"title": "G"}),
    ],
)
def test_front_matter_is_read_as_far_as_it_tells(tmp_path: Path, told: str, fields: dict[str, str | None]) -> None:
    article = one(text_file(tmp_path, f"{told}\nThe pier is closed.", "article.md"))
    assert {name: getattr(article, name) for name in fields} == fields
    assert article.text.endswith("The pier is closed.")
    assert "---" not in article.text


@pytest.mark.parametrize(
    "told",
    [
        "title: [",
        "- a\n- b",
        "a: &a [x, x]\nb: *a",
        "!!python/object/apply:os.system [ls]",
        "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" if n else "a0: &a0 [x]" for n in range(9)),
        "[" * 5_000,
    ],
)
def test_front_matter_that_cannot_be_read_or_stands_for_too_much_is_refused(tmp_path: Path, told: str) -> None:
    assert "front matter" in fault(text_file(tmp_path, f"---\n{told}\n---\nA text.", "article.md"))


def test_a_rule_at_the_top_of_a_markdown_text_is_no_front_matter(tmp_path: Path) -> None:
    assert one(text_file(tmp_path, "---\nThe pier is closed.\n", "article.md")).text == "---\nThe pier is closed.\n"


# Rows


def test_a_run_of_blanks_in_a_first_line_takes_linear_time(tmp_path: Path) -> None:
    file = tmp_path / "blank.md"
    file.write_text(f"# A title{' ' * 300_000}b\n\nA text.")
    (article,) = read_sources([str(file)], max_bytes=10**6)
    assert isinstance(article, Article)
    assert article.title == "blank"


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
        (b"[" * 9_000, "not JSON"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "not JSON"),
        ({"text": "b"}, "no title"),
        ({"title": " \n", "text": "b"}, "no title"),
        ({"title": "a"}, "no text"),
        ({"title": "a", "text": " \n"}, "no text"),
        ({"title": 5, "text": "b"}, "title is not a string"),
        ({"title": "a", "text": ["b"]}, "text is not a string"),
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


# Targets


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


# Addresses


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.ORG:443/A/b?Q=1#part", "https://example.org/A/b?Q=1"),
        ("http://example.org", "http://example.org/"),
        ("http://example.org:/a/", "http://example.org/a/"),
        ("http://example.org:443/a", "http://example.org:443/a"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("https://example.org/a?utm_source=x&b=2&fbclid=y&a=1&UTM_id=z", "https://example.org/a?b=2&a=1"),
        ("https://example.org/a?gclid=x", "https://example.org/a"),
        ("https://example.org/a?utm=1&q=utm_source", "https://example.org/a?utm=1&q=utm_source"),
        ("https://example.org/%7Ea?q=a+b%20c&&flag", "https://example.org/%7Ea?q=a+b%20c&&flag"),
    ],
)
def test_a_canonical_address_has_one_spelling(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


# Uploads


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
