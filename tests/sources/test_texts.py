"""Text files to articles, and every way in which they can fail to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.sources.decoding import decode, normalize
from retrieval.sources.files import read_sources
from retrieval.types import Article
from tests import SEED
from tests.sources.reading import MAX_BYTES, fault, one, read, text_file

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = SEED.parent


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


@pytest.mark.parametrize(("encoding", "told"), [("utf-8", []), ("utf-16", []), ("cp1252", ["cp1252"])])
def test_an_encoding_that_was_guessed_is_told(tmp_path: Path, encoding: str, told: list[str]) -> None:
    file = tmp_path / "cafe.txt"
    file.write_bytes("Café “Zürich” reopens\n\nIt’s open – for £5.".encode(encoding))
    notes: list[str] = []
    assert [*read_sources([str(file)], max_bytes=1_000, note=notes.append)]
    assert [note.partition(";")[0] for note in notes] == [f"{file} is not UTF-8 and was read as {one}" for one in told]


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
        (
            "---\ntitle: Pier: closed\nauthor: Ida Lund\npubDatetime: 2026-03-20\n...\n",
            {"title": "Pier: closed", "byline": "Ida Lund", "published": "2026-03-20"},
        ),
        ("---\ntitle: H # note: old\n---\n", {"title": "H"}),
        ("H\n====\n\n*By Bo Aas*\n\n20 March 2026\n\n", {"title": "H", "byline": "Bo Aas", "published": "2026-03-20"}),
    ],
)
def test_front_matter_is_read_as_far_as_it_tells(tmp_path: Path, told: str, fields: dict[str, str | None]) -> None:
    article = one(text_file(tmp_path, f"{told}\nThe pier is closed.", "article.md"))
    assert {name: getattr(article, name) for name in fields} == fields
    assert article.text.endswith("The pier is closed.")
    assert "---" not in article.text


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("Ferry late\nBy Ida Lund\n5 March 2026\n\nThe ferry was late.", "2026-03-05"),
        ("Ferry late\nPublished 5 March 2026, 10:00 GMT\n\nIt was late.", "2026-03-05T10:00:00+00:00"),
        ("Ferry late\n\nLONDON, March 5, 2026 (Reuters) - The ferry was late, said all who saw it.", "2026-03-05"),
        ("Ferry late\n\nNew Holm, 5 March 2026 – The ferry was late, said all of those who saw it.", "2026-03-05"),
        ("Ferry late\n\nOn March 5, 2026 the ferry sank - a loss of forty people and of a ferry.", None),
        ("Ferry late\n\nIn Holm, March 5, 2026 was a day - of a loss of forty people and of a ferry.", None),
        ("5 March 2026\n\nThe ferry was late.", None),
        ("Ferry late\n2026\n\nOne\n\nTwo\n\nThree\n\n5 March 2026", None),
    ],
)
def test_a_text_is_dated_by_its_own_first_lines(tmp_path: Path, text: str, published: str | None) -> None:
    assert one(text_file(tmp_path, text)).published == published


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


def test_a_run_of_blanks_in_a_first_line_takes_linear_time(tmp_path: Path) -> None:
    file = tmp_path / "blank.md"
    file.write_text(f"# A title{' ' * 300_000}b\n\nA text.")
    (article,) = read_sources([str(file)], max_bytes=10**6)
    assert isinstance(article, Article)
    assert article.title == "blank"
