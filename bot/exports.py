"""Quotations and the articles that hold them in the forms that other programs read: CSV, Markdown, BibTeX, CSL. Pure.

What steers a terminal is left out; of the rest no character is changed, and where the words stand is told beside them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from bot.quoting import MANNERS, introduced
from bot.render import folded, printable
from retrieval.text.questions import without_by

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.types import Article, StoredQuote

Format = Literal["csv", "md", "bibtex", "csl"]
COLUMNS = (
    *("name", "description", "kind", "denied", "words", "mention", "cue", "field", "start", "end", "parts"),
    *("library", "article_id", "title", "byline", "publisher", "published", "url", "source"),
)
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")
_TEX = re.compile(r"([&%$#_{}])")
_URL = "%/:?#[]@!$&'()*+,;=~"  # what an address may hold; braces and blanks are written as %7B
_TEX_NAMES = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def as_csv(quotes: Sequence[StoredQuote]) -> str:
    """Returns a row a quotation below a header; `parts` are the offsets of its words, as in "10-52 60-81"."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    for stored in quotes:
        said, article = stored.quote, stored.article
        known = {
            "name": said.name,
            "description": said.description,
            "kind": said.kind,
            "denied": said.denied,
            "words": stored.text,
            "mention": stored.mention,
            "cue": stored.cue,
            "field": said.field,
            "start": said.start,
            "end": said.end,
            "parts": " ".join(f"{span.start}-{span.end}" for span in said.content),
            "library": stored.library,
            "article_id": article.id,
        }
        cells = (known[name] if name in known else getattr(article, name) for name in COLUMNS)
        rows.writerow("" if cell is None else printable(str(cell)) for cell in cells)
    return file.getvalue()


def as_markdown(quotes: Sequence[StoredQuote]) -> str:
    """Returns each quotation as a block with who said it and where it is from."""
    blocks = []
    for stored in quotes:
        said, article, manner = stored.quote, stored.article, MANNERS[stored.quote.kind]
        who = _marked_down(introduced(said)) + (f" ({manner})" if manner else "")
        title = _marked_down(article.title)
        named = f"[{title}](<{folded(article.url)}>)" if article.url else title
        facts = map(_marked_down, filter(None, (article.byline, article.publisher, article.published)))
        origin = ", ".join((who, named, *facts, f"{said.field} {said.start}–{said.end}"))
        blocks.append(f"> {_marked_down(stored.text)}\n>\n> — {origin}\n")
    return "\n".join(blocks)


def _marked_down(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", folded(text))


def as_bibtex(quotes: Sequence[StoredQuote]) -> str:
    """Returns an entry for each article that is quoted, once, with the place of each quotation in its note."""
    entries = []
    for number, (article, quoted) in enumerate(_by_article(quotes), start=1):
        day = article.published_on
        fields = {
            "title": article.title,
            "author": without_by(article.byline) if article.byline else None,
            "organization": article.publisher,
            "date": day.isoformat() if day else None,
            "note": "; ".join(f"{s.quote.name}: {s.quote.field} {s.quote.start}-{s.quote.end}" for s in quoted),
        }
        name = re.sub(r"\W", "", (article.publisher or "article").casefold())
        lines = [f"  {field} = {{{_in_tex(value)}}}" for field, value in fields.items() if value]
        if article.url:  # which biblatex takes as it is
            lines.append(f"  url = {{{quote(article.url, safe=_URL)}}}")
        entries.append(f"@online{{{name}{day.year if day else ''}-{number},\n" + ",\n".join(lines) + "\n}\n")
    return "\n".join(entries)


def _in_tex(text: str) -> str:
    return "".join(_TEX_NAMES.get(sign, _TEX.sub(r"\\\1", sign)) for sign in folded(text))


def as_csl(quotes: Sequence[StoredQuote]) -> str:
    """Returns the articles that are quoted as CSL JSON, which reference managers and pandoc read."""
    return json.dumps([csl_item(article) for article, _ in _by_article(quotes)], ensure_ascii=False, indent=1)


def csl_item(article: Article) -> dict[str, object]:
    """Returns an article as an item of CSL JSON."""
    day = article.published_on
    known = {
        "id": article.id,
        "type": "article-newspaper",
        "title": printable(article.title),
        "author": [{"literal": printable(without_by(article.byline))}] if article.byline else None,
        "container-title": printable(article.publisher) if article.publisher else None,
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "URL": article.url,
    }
    return {name: value for name, value in known.items() if value is not None}


def _by_article(quotes: Sequence[StoredQuote]) -> list[tuple[Article, list[StoredQuote]]]:
    found: dict[int, list[StoredQuote]] = {}
    for stored in quotes:
        found.setdefault(stored.key, []).append(stored)
    return [(of_article[0].article, of_article) for of_article in found.values()]


FORMATS: dict[Format, Callable[[Sequence[StoredQuote]], str]] = {
    "csv": as_csv,
    "md": as_markdown,
    "bibtex": as_bibtex,
    "csl": as_csl,
}
