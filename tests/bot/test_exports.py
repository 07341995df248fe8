"""Quotations for other programs: CSV, Markdown, BibTeX and CSL JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.exports import COLUMNS, FORMATS, as_bibtex, as_csl, as_csv, as_markdown
from retrieval.store.articles import Articles, open_engine
from retrieval.store.quotes import Quotations, QuoteQuery
from retrieval.types import Article, StoredQuote
from tests.parts import publish

if TYPE_CHECKING:
    from pathlib import Path

PORT = Article(
    "port",
    "Harbour_opens & {more}",
    "“The *harbour* will open in May,” said Mayor Ann Lee. “It is ready.”",
    "By Ada Lind",
    "Harbour News",
    "2031-05-02",
    "https://news.example/port_1?a=1&b={2}",
)
BARE = Article("bare", "Crane", "“The crane is safe, \x1b[31mtruly,” said Bo Wu.")


@pytest.fixture
def quotes(tmp_path: Path) -> list[StoredQuote]:
    articles = Articles(open_engine(tmp_path))
    publish(articles, PORT, BARE)
    articles.set_fact("seeded", "yes")
    said = Quotations(articles.engine).said(QuoteQuery(libraries=("public",)))
    articles.close()
    return said


def test_each_row_of_csv_tells_where_its_words_stand(quotes: list[StoredQuote]) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(quotes))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(quotes)
    for row in rows:
        text = {"port": PORT, "bare": BARE}[row["article_id"]].text
        parts = [part.split("-") for part in row["parts"].split()]
        words = " … ".join(text[int(start) : int(end)] for start, end in parts)
        assert row["words"] == words.replace("\x1b", "")
    assert "\x1b" not in as_csv(quotes)


def test_markdown_shows_words_and_titles_as_they_are_written(quotes: list[StoredQuote]) -> None:
    told = as_markdown(quotes)
    assert r"> “The \*harbour\* will open in May,”" in told
    assert r"[Harbour\_opens & {more}](<https://news.example/port_1?a=1&b={2}>)" in told
    assert "— Ann Lee, Mayor, " in told


def test_bibtex_names_each_article_once(quotes: list[StoredQuote]) -> None:
    told = as_bibtex(quotes)
    assert told.count("@online{") == 2
    assert r"title = {Harbour\_opens \& \{more\}}" in told
    assert "author = {Ada Lind}" in told
    assert "url = {https://news.example/port_1?a=1&b=%7B2%7D}" in told
    assert "note = {Ann Lee: text 0-33" in told


def test_csl_is_what_reference_managers_read(quotes: list[StoredQuote]) -> None:
    port, bare = json.loads(as_csl(quotes))
    assert port["type"] == "article-newspaper"
    assert port["author"] == [{"literal": "Ada Lind"}]
    assert port["issued"] == {"date-parts": [[2031, 5, 2]]}
    assert port["container-title"] == "Harbour News"
    assert bare == {"id": "bare", "type": "article-newspaper", "title": "Crane"}


@pytest.mark.usefixtures("quotes")
@pytest.mark.parametrize("form", FORMATS)
def test_the_command_prints_each_form(form: str, tmp_path: Path) -> None:
    ended = CliRunner().invoke(main, ["--data-dir", str(tmp_path), "quotes", "--format", form])
    assert ended.exit_code == 0
    assert "Harbour" in ended.stdout
