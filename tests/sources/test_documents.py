"""Documents and archives to articles, and what hostile ones may do: nothing."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import shutil
import tarfile
import textwrap
import time
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import SourceError
from retrieval.sources.documents import Document, read_document
from retrieval.sources.feeds import read_feed
from retrieval.sources.files import read_sources, read_upload
from retrieval.sources.parsing import ParsingLimits, ParsingWorker
from retrieval.types import Article
from tests.sources.made import DUBLIN_CORE, docx, odt, pdf, pdf_of, pictured, scanned, tarred, zipped
from tests.sources.test_files import STORY, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 1_000_000
LONG = "The harbour of Strand was closed for nine weeks after the storm, and the ferry did not run in all that time."
NEXT = "On Friday it ran again with ninety people on board, said the harbour master, Rona Blair, who had it mended."


def read(name: str, data: bytes) -> list[Article | SourceError]:
    """Reads a document as the parsing process does, without the process."""
    try:
        return list(read_document(Document(name, f"/news/{name}", data, MAX_BYTES)))
    except SourceError as error:
        return [error]


def one(name: str, data: bytes) -> Article:
    [article] = read(name, data)
    assert isinstance(article, Article), article
    return article


def fault(name: str, data: bytes) -> str:
    *_, error = read(name, data)
    assert isinstance(error, SourceError), error
    return str(error)


# Word processors


def test_a_docx_gives_its_paragraphs_and_the_rows_of_its_tables() -> None:
    row = (
        "<w:tr><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
    )
    table = f"<w:tbl>{row.format('Team', 'Points')}{row.format('Orva', '3')}</w:tbl>"
    changed = (
        "<w:p><w:ins><w:r><w:t>It </w:t></w:r></w:ins><w:del><w:r><w:delText>did </w:delText></w:r></w:del>"
        "<w:r><w:t>ran</w:t><w:br/><w:t>on time.</w:t></w:r></w:p>"
    )
    article = one("minutes.docx", docx("Minutes & more", "By Ida Lund", LONG, title="", inside=table + changed))
    assert (article.title, article.byline) == ("Minutes & more", "Ida Lund")
    assert article.text == f"Minutes & more\n\nBy Ida Lund\n\n{LONG}\n\nTeam | Points\nOrva | 3\n\nIt ran\non time."
    assert article.published is None


def test_a_docx_is_called_as_it_is_styled_or_as_it_tells() -> None:
    styled = '<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Ferry runs</w:t></w:r></w:p>'
    assert one("a.docx", docx(LONG, inside=styled)).title == "Ferry runs"
    assert one("a.docx", docx(LONG, title="Ferry late")).title == "Ferry late"


def test_a_docx_is_dated_by_its_own_first_lines() -> None:
    assert one("a.docx", docx("Minutes", "By Ida Lund", "20 March 2026", LONG)).published == "2026-03-20"


def test_an_odt_gives_its_paragraphs_with_what_is_in_them() -> None:
    inside = (
        "<text:h>Ferry <text:span>runs</text:span> again</text:h>"
        f"<text:p>{LONG}<text:note><text:note-body><text:p>unseen</text:p></text:note-body></text:note></text:p>"
        "<text:list><text:list-item><text:p>One<text:s/>two</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Orva</text:p></table:table-cell>"
        "<table:table-cell><text:p>3</text:p></table:table-cell></table:table-row></table:table>"
    )
    article = one("a.odt", odt(inside))
    assert article.title == "Ferry runs again"
    assert article.text == f"Ferry runs again\n\n{LONG}\n\nOne two\n\nOrva | 3"


def test_an_epub_gives_its_chapters_in_order() -> None:
    files = {
        "META-INF/container.xml": '<c><rootfiles><rootfile full-path="in/book.opf"/></rootfiles></c>',
        "in/book.opf": f"<package {DUBLIN_CORE}><dc:title>The pier</dc:title><dc:creator>Ida Lund</dc:creator>"
        '<dc:date>2026-03-20</dc:date><manifest><item id="b" href="b.xhtml"/><item id="a" href="a.xhtml"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
        "in/a.xhtml": "<html><body><h1>One</h1><p>It is long.</p></body></html>",
        "in/b.xhtml": "<html><body><p>It is old.</p></body></html>",
    }
    article = one("pier.epub", zipped(files))
    assert (article.title, article.byline, article.published) == ("The pier", "Ida Lund", "2026-03-20")
    assert article.text == "One\n\nIt is long.\n\nIt is old."
    again = files["in/book.opf"].replace('<itemref idref="b"/>', '<itemref idref="b"/>' * 50_000)
    assert one("pier.epub", zipped(files | {"in/book.opf": again})) == article, "a chapter is read once"


# PDF


def test_a_pdf_gives_paragraphs_without_heads_numbers_and_broken_words() -> None:
    first = ["The ferry ran for the first time in weeks, to the joy of all who", "live there.", ""]
    second = [
        "It was hard for the is-",
        "land, he said. Nobody knew how long it would be,",
        "or how they were to live.",
    ]
    third = ["The master has had the pier mended, and the harbour office has paid", "for it in full."]
    last = ["Others were not so glad of what it cost them in the end, and said", "so to anyone who asked."]
    bodies = [first + second, third + last, [*last[:1], *third, "", *first]]
    pages = [["The Harbour News", *body, f"Page {number} of 3"] for number, body in enumerate(bodies, 1)]
    article = one("report.pdf", pdf(pages, title="Ferry runs again"))
    assert article.title == "Ferry runs again"
    assert "The Harbour News" not in article.text
    assert " of 3" not in article.text
    assert "hard for the island, he said. Nobody knew how long it would be, or how they were to live." in article.text


def test_the_head_of_a_pdf_of_two_pages_is_no_part_of_its_paragraphs() -> None:
    head = "Harbour Quarterly, a review of all that floats"
    pages = [[head, "Ferry runs again", LONG, LONG.upper(), "1"], [head, LONG.lower(), LONG.title(), "2"]]
    article = one("report.pdf", pdf(pages))
    assert (article.title, head in article.text) == ("Ferry runs again", False)


def test_a_pdf_without_a_title_is_called_by_its_first_line() -> None:
    made = pdf([["Ferry runs again", "", LONG]], title="Microsoft Word - report.docx")
    assert one("report.pdf", made).title == "Ferry runs again"


def test_a_scan_is_told_from_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.sources.pdf.shutil.which", lambda _: None)
    assert "install pdftoppm and tesseract" in fault("scan.pdf", pictured(1, 1, b"   "))
    assert "hold no text" in fault("blank.pdf", pdf([[], []]))


@pytest.mark.skipif(not all(map(shutil.which, ("pdftoppm", "tesseract"))), reason="they are not installed")
def test_a_scan_is_read_where_its_text_can_be_recognised() -> None:
    article = one("scan.pdf", scanned(["Ferry runs again", "By Ida Lund", "", *textwrap.wrap(LONG, 80)]))
    assert (article.title, article.byline) == ("Ferry runs again", "Ida Lund")
    assert "closed for nine weeks" in article.text
    assert "hold no text" in fault("scan.pdf", pictured(1, 1, b"   "))
    assert "more than 20 pages" in fault("scan.pdf", pictured(1, 1, b"   ", pages=21))


def test_a_pdf_whose_stream_unpacks_without_end_is_an_error() -> None:
    stream = zlib.compress(b"(a) Tj " * 20_000_000, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[5 0 R]/Count 1>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
        b"<<>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R>>",
    ]
    assert fault("bomb.pdf", pdf_of(objects))


# Mail


MAIL = b"""From: The Harbour News <news@example.org>
Subject: =?utf-8?q?Ferry_runs_=E2=80=93_at_last?=
Date: Fri, 20 Mar 2026 09:00:00 +0100
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8

It ran.
--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<style>p {}</style><table><tr><td><p>It =E2=80=9Cran=E2=80=9D on Friday.</p></td></tr></table><p>Unsubscribe</p>
--b--
"""


def test_a_newsletter_gives_subject_sender_date_and_words() -> None:
    article = one("letter.eml", MAIL)
    assert (article.title, article.publisher) == ("Ferry runs – at last", "The Harbour News")
    assert article.published == "2026-03-20T09:00:00+01:00"
    assert article.text.startswith("It “ran” on Friday.")


def test_what_a_newsletter_hides_and_says_of_itself_is_no_text() -> None:
    hidden = b"<div style='display:none; max-height:0'>What is in it today</div><p>View this email in your browser</p>"
    why = b"<p>You received this email because you signed up.</p><p>Unsubscribe | Update your preferences</p>"
    article = one("letter.eml", MAIL.replace(b"<table>", hidden + b"<table>").replace(b"<p>Unsubscribe</p>", why))
    assert article.text == "It “ran” on Friday."


def test_a_letter_is_read_without_its_signature_and_what_it_answers() -> None:
    head = b"From: Bo Aas <bo@strand.example>\nSubject: Ferry runs\nContent-Type: text/plain; charset=utf-8\n\n"
    body = b"It ran on Friday.\n\n> Does it run?\n> I wonder.\n\nIt will run again.\n\n-- \nBo Aas\nEditor\n"
    assert one("letter.eml", head + body).text == "It ran on Friday.\n\nIt will run again."


def test_of_a_message_that_was_forwarded_as_a_whole_the_other_is_read() -> None:
    outer = b"From: Bo Aas <bo@strand.example>\nSubject: Fwd: Ferry\nContent-Type: multipart/mixed; boundary=o\n\n"
    note = b"--o\nContent-Type: text/plain\n\nSee below.\n--o\nContent-Type: message/rfc822\n\n"
    article = one("letter.eml", outer + note + MAIL + b"\n--o--\n")
    assert (article.title, article.publisher) == ("Ferry runs – at last", "The Harbour News")
    assert article.text.startswith("It “ran” on Friday.")


def test_a_line_of_a_message_that_begins_with_from_begins_no_other() -> None:
    begin = b"From ida@strand.example Fri Mar 20 09:00:00 2026\nSubject: Ferry runs\n\n"
    article = one("letters.mbox", begin + b"It ran.\nFrom 2026 on it is to run daily.\n")
    assert article.text == "It ran.\nFrom 2026 on it is to run daily."


def test_a_mailbox_gives_each_message_and_an_error_for_each_that_is_none() -> None:
    begins = [b"From %s Fri Mar 20 09:00:00 2026\n" % name for name in (b"a", b"b", b"c")]
    box = begins[0] + MAIL + b"\n" + begins[1] + b"\n\n" + begins[2] + MAIL
    first, error, last = read("letters.mbox", box)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert (first.id, last.id) == ("/news/letters.mbox/1", "/news/letters.mbox/3")
    assert "no message" in str(error)


def test_a_message_that_no_library_can_read_is_one_error_and_the_next_is_read() -> None:
    deep = b"Subject: Deep\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)
    )
    odd = MAIL.replace(b"charset=utf-8", b'charset="\0"')
    begin = b"From a Fri Mar 20 09:00:00 2026\n"
    error, *articles = read("letters.mbox", b"\n".join([begin + deep, begin + odd, begin + MAIL]))
    assert "/news/letters.mbox/1: its parts lie too deep" in str(error)
    assert len([article for article in articles if isinstance(article, Article)]) == 2
    error, article = read("a.zip", zipped({"a.eml": deep, "b.txt": f"Ferry runs again\n\n{LONG}"}))
    assert "/news/a.zip/a.eml: its parts lie too deep" in str(error)
    assert isinstance(article, Article)


# Archives


@pytest.mark.parametrize(
    ("name", "packed"), [("a.zip", zipped), ("a.tar.gz", tarred), ("a.tgz", tarred), ("a.tar", tarred)]
)
def test_an_archive_gives_what_it_holds_as_a_folder_does(name: str, packed: object) -> None:
    files = {
        "news/ferry.txt": f"Ferry runs again\n\n{LONG}",
        "news/page.html": STORY,
        "news/rows.jsonl": '{"title": "A row", "text": "It ran."}\nbad',
        "news/.hidden.txt": "x",
        "README.md": "x",
        "__MACOSX/a.txt": "x",
        "news/picture.png": b"\x89PNG",
        "news/empty.txt": "",
    }
    found = read(name, packed(files))  # type: ignore[operator]  # one of two functions
    articles = [item for item in found if isinstance(item, Article)]
    assert [article.title for article in articles] == ["Ferry runs again", "Ferry runs again", "A row"]
    assert articles[0].id == f"/news/{name}/news/ferry.txt"
    assert articles[1].text.startswith(TEXT)
    assert len(found) - len(articles) == 2


def test_a_web_archive_gives_its_pages_with_their_addresses_and_times() -> None:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + STORY.encode()
    record = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example.org/ferry\r\n"
        b"WARC-Date: 2026-03-21T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        b"Content-Type: application/http; msgtype=response\r\n"
        b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(http), http)
    )
    article = one("crawl.warc.gz", gzip.compress(record, mtime=0))
    assert (article.id, article.title) == ("https://news.example.org/ferry", "Ferry runs again")
    assert article.fetched == "2026-03-21T00:00:00Z"


def nested(depth: int) -> bytes:
    data = zipped({"a.txt": "A title\n\nA text."})
    for _ in range(depth):
        data = zipped({"a.zip": data})
    return data


def sized(name: str, size: int) -> bytes:
    """A tar file whose only file is said to have a size."""
    header = tarfile.TarInfo(name)
    header.size = size
    return header.tobuf() + b"A title" + bytes(1_024)


HOSTILE = {
    "no zip": ("a.zip", b"PK\x03\x04" + b"x" * 99, "no archive"),
    "cut zip": ("a.zip", zipped({"a.txt": "x" * 999})[:-30], "no archive"),
    "no tar": ("a.tar.gz", gzip.compress(b"x" * 999), "no archive"),
    "nothing in it": ("a.zip", zipped({"a.png": b"x"}), "no files"),
    "zip bomb": ("a.zip", zipped({f"{n}.txt": b"x" * MAX_BYTES for n in range(30)}), "more than"),
    "one large file": ("a.zip", zipped({"a.txt": b"x" * 9_000_000}), "larger than"),
    "tar bomb": ("a.tgz", tarred({f"{n}.txt": b"x" * MAX_BYTES for n in range(30)}), "more than"),
    "zip in zip in zip": ("a.zip", nested(2), "archive in an archive"),
    "rows without end": ("a.zip", zipped({"a.jsonl.gz": gzip.compress(b" " * 30_000_000)}), "more than"),
    "docx bomb": ("a.docx", zipped({"word/document.xml": b"<w>" + b" " * 30_000_000}), "more than"),
    "docx that is none": ("a.docx", b"PK\x03\x04", "damaged"),
    "docx without text": ("a.docx", docx(), "no text"),
    "billion laughs": (
        "a.docx",
        zipped({"word/document.xml": '<!DOCTYPE d [<!ENTITY a "xxxx"><!ENTITY b "&a;&a;">]><d>&b;</d>'}),
        "entities of its own",
    ),
    "a file of the system": (
        "a.docx",
        zipped({"word/document.xml": '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>'}),
        "entities of its own",
    ),
    "entities in UTF-16": (
        "a.docx",
        zipped({"word/document.xml": '<!DOCTYPE d [<!ENTITY a "xxxx">]><d>&a;</d>'.encode("utf-16")}),
        "entities of its own",
    ),
    "parts of mail without end": (
        "a.eml",
        b"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=b0\n\n"
        + b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(3_000)),
        "too deep in each other",
    ),
    "a file of a terabyte": ("a.tar", sized("a.txt", 1 << 40), "no archive"),
    "pages that hold themselves": (
        "a.pdf",
        b"\n".join(
            [
                b"%PDF-1.4",
                b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
                b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999999>>endobj",
                b"trailer<</Size 3/Root 1 0 R>>",
                b"startxref",
                b"9",
                b"%%EOF",
            ]
        ),
        "no PDF",
    ),
    "no PDF": ("a.pdf", b"%PDF-1.7\n" + b"x" * 999, "no PDF"),
    "empty PDF": ("a.pdf", b"", "no PDF"),
    "no mail": ("a.eml", b"hello", "no message"),
    "no mailbox": ("a.mbox", b"hello", "no messages"),
    "no web archive": ("a.warc", b"hello", "no"),
    "an epub that leads out": (
        "a.epub",
        zipped({"META-INF/container.xml": '<c><rootfile full-path="../../etc/passwd"/></c>'}),
        "no book",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_damaged_or_hostile_document_is_one_error_that_says_what_it_is(case: str) -> None:
    name, data, words = HOSTILE[case]
    assert words in fault(name, data)


def test_names_in_an_archive_that_lead_out_of_it_are_not_followed() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("../../etc/a.txt", "A title\n\nA text.")
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "no files" in fault("a.zip", data.getvalue())


def test_what_cannot_be_stored_of_an_archive_is_one_error_and_the_rest_is_read(tmp_path: Path) -> None:
    files = {"a\x1b[31m.txt": f"Ferry stops\n\n{LONG}", "b.txt": f"Ferry runs again\n\n{NEXT}"}
    (tmp_path / "news.zip").write_bytes(zipped(files))
    error, article = read_sources([str(tmp_path / "news.zip")], max_bytes=MAX_BYTES)
    assert isinstance(article, Article)
    assert isinstance(error, SourceError)
    assert str(error).count("news.zip") == 1
    assert str(error).endswith("give it another.")


# The process

STREAM = zlib.compress(b"(a) Tj " * 20_000_000, 9)
BOMB = pdf_of(
    [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[5 0 R]/Count 1>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(STREAM), STREAM),
        b"<<>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R>>",
    ]
)


@pytest.fixture(scope="module")
def strict() -> Iterator[ParsingWorker]:
    """A process that may take two seconds and little memory."""
    worker = ParsingWorker(ParsingLimits(page=2, document=2, patience=10.0, memory=1 << 29))
    yield worker
    worker.close()


def test_files_of_all_kinds_are_added_by_name_folder_and_upload(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(docx("Ferry runs again", LONG))
    (tmp_path / "b.html").write_text(STORY, encoding="utf-8")
    (tmp_path / "c.pdf").write_bytes(b"no PDF")
    first, second, error = read_sources([str(tmp_path)], max_bytes=MAX_BYTES)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.id, second.byline) == (str(tmp_path.resolve() / "a.docx"), "Ida Lund")
    assert str(error) == f"{tmp_path.resolve() / 'c.pdf'}: it is damaged or no PDF; save it again."
    [sent] = read_upload("../a.docx", docx("Ferry runs again", LONG), max_bytes=MAX_BYTES)
    assert isinstance(sent, Article)
    assert sent.id == "upload/a.docx"


def test_a_page_of_tables_in_tables_is_read_or_given_up_in_time(strict: ParsingWorker) -> None:
    page = ("<title>A</title>" + "<table><tr><td>" * 100_000 + f"<p>{LONG}</p><p>{NEXT}</p>").encode()
    started = time.monotonic()
    try:
        list(strict.read("a.html", page, "a.html", max_bytes=10_000_000))
    except SourceError as error:
        assert "save its text" in str(error)  # noqa: PT017  (it may also be read)
    assert time.monotonic() - started < 25


def test_after_a_document_that_ends_the_process_the_next_is_read(strict: ParsingWorker) -> None:
    with pytest.raises(SourceError):
        list(strict.read("bomb.pdf", BOMB, "bomb.pdf", max_bytes=MAX_BYTES))
    [article] = strict.read("a.docx", docx("Ferry runs again", LONG), "a.docx", max_bytes=MAX_BYTES)
    assert isinstance(article, Article)
    assert article.title == "Ferry runs again"


def test_a_feed_that_takes_too_long_ends_the_process_and_the_next_is_read(strict: ParsingWorker) -> None:
    item = b"<rss version='2.0'><channel><title>Ferries</title><ttl>45</ttl><item><title>Ferry runs</title></item>"
    attributes = b" ".join(b"a%d='x'" % n for n in range(100_000))  # its parser takes time quadratic in their number
    with pytest.raises(SourceError, match="takes too long or fails; it is tried again later"):
        strict.read_feed(item + b"<a " + attributes + b"/></channel></rss>", "https://herald.example/rss")
    with pytest.raises(SourceError, match="no feed"):
        strict.read_feed(b"<html><body>Hello</body></html>", "https://herald.example/rss")
    whole, now = item + b"</channel></rss>", dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
    found = strict.read_feed(whole, "https://herald.example/rss", now=now)
    assert found == read_feed(whole, "https://herald.example/rss", now=now)
    assert (found.title, found.pause, len(found.entries)) == ("Ferries", dt.timedelta(minutes=45), 1)


def test_a_process_that_hangs_is_ended() -> None:
    worker = ParsingWorker(ParsingLimits(page=1, patience=0.01))
    with pytest.raises(SourceError, match="too long"):
        list(worker.read("a.html", STORY.encode(), "a.html", max_bytes=MAX_BYTES))
    worker.close()


def test_an_archive_is_read_in_turns_and_what_ends_the_process_is_one_error() -> None:
    stories = {f"{number:02}.html": STORY.replace("Ida Lund", f"Ida Lund {number}") for number in range(5)}
    data = zipped(stories | {"02.pdf": BOMB, "03.zip": zipped({"a.html": STORY, "b.txt": ""}), "z.png": ""})
    worker = ParsingWorker(ParsingLimits(page=8, document=2, turn=0.0, patience=10.0, memory=1 << 29))
    items = list(worker.read("a.zip", data, "a.zip", max_bytes=MAX_BYTES))
    errors = [str(item).partition(":")[0] for item in items if isinstance(item, SourceError)]
    assert errors == ["a.zip/02.pdf", "a.zip/03.zip/b.txt"]
    assert sorted(item.id for item in items if isinstance(item, Article))[:2] == ["a.zip/00.html", "a.zip/01.html"]
    assert sum(isinstance(item, Article) for item in items) == 6
    worker.close()


def test_what_of_an_archive_is_left_out_is_told_and_the_rest_is_kept() -> None:
    data = zipped({f"{number}.html": STORY for number in range(5)})
    worker = ParsingWorker(ParsingLimits(turn=0.0, archive=0.0))
    items = worker.read("a.zip", data, "a.zip", max_bytes=MAX_BYTES)
    assert isinstance(next(items), Article)
    with pytest.raises(SourceError, match=r"after a\.zip/0\.html is left out"):
        next(items)
    worker.close()


def placed(*lines: tuple[int, int, str]) -> bytes:
    """A PDF of one page with lines at their places, in points from the lower left, written in their order."""
    shown = "".join(f"BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({line}) Tj ET\n" for x, y, line in lines).encode()
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[6 0 R]/Count 1>>",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            b"<<>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>",
        ]
    )


def test_the_columns_of_a_pdf_that_is_written_row_by_row_are_read_one_after_the_other() -> None:
    one_side, other_side = (textwrap.wrap(f"{name} {LONG} {LONG} {LONG}", 40)[:6] for name in ("First.", "Second."))
    rows = zip(range(700, 600, -13), one_side, other_side, strict=False)
    both = [place for y, left, right in rows for place in ((50, y, left), (310, y, right))]
    head = (50, 760, "A headline that stands over both of the columns of its page")
    article = one("report.pdf", placed(head, (50, 740, "By Ann Lee"), *both))
    text = " ".join(article.text.split())
    assert (article.title, article.byline) == (head[2], "Ann Lee")
    assert text.endswith(f"By Ann Lee {' '.join(one_side)} {' '.join(other_side)}")


def test_a_table_of_a_pdf_keeps_its_rows() -> None:
    table = (("Team", "Played", "Won"), ("Strand Rowers", "12", "9"), ("Orva", "12", "8"), ("Tarn", "12", "7"))
    cells = [
        (x, 700 - 14 * at, cell) for at, row in enumerate(table) for x, cell in zip((50, 250, 350), row, strict=True)
    ]
    article = one("results.pdf", placed((50, 760, "Results of the day"), *cells))
    assert (
        article.text
        == "Results of the day\n\nTeam | Played | Won\nStrand Rowers | 12 | 9\nOrva | 12 | 8\nTarn | 12 | 7"
    )
