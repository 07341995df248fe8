"""A web page to an article: its text without the page around it, and what the page tells of it.

Meant for a process of its own (`parsing`), since pages come from strangers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from retrieval.errors import SourceError
from retrieval.sources.identity import article_address
from retrieval.sources.markup import text_of
from retrieval.sources.mojibake import repaired
from retrieval.sources.page_dates import iso_date, page_dates
from retrieval.sources.structured_data import StructuredData, head_property, joined, person, structured_data
from retrieval.sources.validation import canonical_url, decode
from retrieval.text.boilerplate import is_boilerplate
from retrieval.text.furniture import byline_of
from retrieval.text.page_notices import notice_of
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_HEAD = 4_096  # bytes in which a page names its encoding
_WALL = re.compile(
    r"\b(?:paywall|regwall|subscriber-?wall|subscription-?wall|meter(?:ed)?-?(?:wall|gate)|paid-content)"
)
# Boxes within the text of an article that are none of it, by their classes.
_BOXES = (
    *(
        "subscription-widget",
        "newsletter-signup",
        "newsletter-box",
        "newsletter-promo",
        "relatedposts",
        "recirc",
        "read-next",
    ),
    *("rich-link", "author-bio", "author-box", "sign-off", "pullquote", "pull-quote", "social-share", "inline-promo"),
)
_PRUNED = [f"//*[contains(@class, '{box}') or contains(@id, '{box}')]" for box in _BOXES]
_STUB = 150  # words; an article behind a wall shows fewer
_NOTICE = 60  # words; a page of no more than a notice shows fewer
_FEWEST = 20  # words of an article
_FEWEST_PICTURES = 5
_PROSE = re.compile(r".{60,}[.!?”\"…]['’)]?", re.DOTALL)
_FEWEST_PROSE, _MOST_LINKS = 2, 20  # a page with less prose and more links is a list of links
_TOP = 4  # paragraphs in which bylines and dates stand
_LONGEST_DATE = 60
_SITE_PART = re.compile(r"\s+(?:[|–—·»-]|::)\s+")
_BLOCKS = {"p", "list", "table", "head"}
_PLACED = 200  # characters of a cell that is a column of a page and no menu
_BREAK = "\ue000"  # of no script: it stands for a line break while blanks are joined
_REASONS = {
    "paywall": "only subscribers may read it, and the page shows its beginning alone; save the text to a file",
    "consent": "the page asks for consent before it shows anything; save it from your browser as a file",
    "scripts": "the page is empty without scripts, which are never run; save it from your browser as a file",
    "missing": "the site says that there is no such page, or that it may not be seen; check the address",
    "gallery": "the page shows pictures and hardly any text; save what there is to a file",
    "list": "the page is a list of other pages; give the address of one of them",
    "none": "no article is found on the page; save its text to a file",
}


def read_html(data: bytes, *, source: str, url: str | None = None, content_type: str = "") -> Article:
    """Reads the article of a page; `url` is the address that it was fetched from, where it was.

    Raises:
        SourceError: the page shows none; the message says what it shows instead.
    """
    import lxml.html

    text = page_text(data, content_type)
    if not text.strip():
        raise SourceError(f"the page is empty; {_REASONS['none'].rpartition('; ')[2]}")
    tree = lxml.html.document_fromstring(text.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    facts = structured_data(tree)
    publisher = facts.publisher or head_property(tree, "og:site_name", "application-name")
    title = _title(tree, facts, publisher)
    dates = page_dates(tree, facts, url)
    blocks, authors = _main_text(tree, url)
    names = [name for name in filter(None, map(person, facts.authors or authors)) if name != publisher]
    byline = joined(names) or next(filter(None, map(byline_of, blocks[:_TOP])), None)
    article_text = "\n\n".join(_without_page(blocks, title))
    if facts.body and facts.is_free and 2 * len(article_text.split()) < len(facts.body.split()):
        article_text = text_of(facts.body) if "</" in facts.body else "\n\n".join(facts.body.split("\n"))
    _check(tree, facts, title, article_text, dated=dates.published is not None)
    address = _address(tree, url)
    return Article(
        id=article_address(address) if address else source,
        title=title,
        text=article_text,
        byline=byline,
        publisher=publisher,
        published=dates.published,
        url=address,
        source=url or source,
        updated=dates.updated,
        dated_by="address" if dates.by_address else None,
    )


def page_text(data: bytes, content_type: str = "") -> str:
    """Returns a page's characters: in the encoding of its mark, its server, itself, else as a file's are told."""
    declared = re.search(r"charset\s*=\s*[\"']?([\w-]{2,40})", content_type, re.IGNORECASE)
    named = _CHARSET.search(data[:_HEAD])
    charset = declared[1] if declared else named[1].decode() if named else "utf-8"
    if charset.lower() in {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"}:
        charset = "cp1252"  # as browsers read them
    try:
        if not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
            return repaired(data.decode(charset).replace("\0", ""))
    except (LookupError, UnicodeDecodeError):
        pass
    return decode(data.replace(b"\0", b"") if not data.startswith((b"\xff\xfe", b"\xfe\xff")) else data)


def _title(tree: HtmlElement, facts: StructuredData, publisher: str | None) -> str:
    """Returns the headline: that of the data, of the page, of its head, the longest of those that begin alike."""
    shown = {" ".join(heading.text_content().split()) for heading in tree.iter("h1")} - {"", publisher}
    heading = shown.pop() if len(shown) == 1 else None
    named = head_property(tree, "og:title", "twitter:title", "title") or " ".join(
        (tree.findtext(".//title") or "").split()
    )
    title = facts.headline or heading or named
    if heading and heading.startswith(title.rstrip(" .…")):
        title = heading
    first, *rest = _SITE_PART.split(title)
    is_site = bool(rest) and (publisher or "").lower().startswith(rest[-1].lower()[:40] or "?")
    return title[: title.rindex(rest[-1])].rstrip(" |–—·»-:") or first if is_site else title


def _main_text(tree: HtmlElement, url: str | None) -> tuple[list[str], list[str]]:
    """Returns the paragraphs of the page's main text, and its authors, as trafilatura finds them."""
    from trafilatura import bare_extraction

    found = bare_extraction(
        tree, url=url, with_metadata=True, include_comments=False, include_tables=True, prune_xpath=_PRUNED
    )
    if found is None or isinstance(found, dict):
        return [], []
    return list(_blocks(found.body)), (found.author or "").split("; ")


def _blocks(body: HtmlElement) -> Iterator[str]:
    """Yields a paragraph for each block: a list keeps its items, a table its rows, a line each."""
    for element in body:
        if element.tag == "list":
            yield "\n".join(f"- {item}" for item in map(_inline, element.iter("item")) if item)
        elif element.tag == "table":
            yield from _table(element)
        elif any(inner.tag in _BLOCKS for inner in element):
            yield from _blocks(element)
        else:
            yield from filter(None, map(str.strip, re.split(r"\n{2,}", _inline(element))))


def _table(table: HtmlElement) -> Iterator[str]:
    """Yields a paragraph of a table's rows; of one that only places the parts of a page, those of its prose."""
    cells = list(table.iter("cell"))
    if not any(inner.tag in {"p", "head"} for cell in cells for inner in cell):
        rows = ([_inline(cell) for cell in row.iter("cell")] for row in table.iter("row"))
        yield "\n".join(" | ".join(row) for row in rows if any(row))
        return
    for cell in cells:
        if len(_inline(cell)) > _PLACED and not any(inner is not cell for inner in cell.iter("cell")):
            yield from filter(None, (" ".join((cell.text or "").split()), *_blocks(cell)))


def _inline(element: HtmlElement) -> str:
    """Returns the words of a block on one line, but for line breaks of its own."""
    for mark in element.iter("lb"):
        mark.text = _BREAK
    words = " ".join("".join(element.itertext()).split())
    return re.sub(rf" ?{_BREAK} ?", "\n", words).strip()


def _without_page(blocks: Sequence[str], title: str) -> Iterator[str]:
    """Yields the paragraphs that are of the report: no title again, no byline or date on top, nothing of the page."""
    for at, block in enumerate(filter(None, blocks)):
        is_top = at < _TOP and (
            block == title or byline_of(block) or (len(block) <= _LONGEST_DATE and iso_date(block) is not None)
        )
        if not is_top and not is_boilerplate(block):
            yield block


def _check(tree: HtmlElement, facts: StructuredData, title: str, text: str, *, dated: bool) -> None:
    """Checks that what was found is an article.

    Raises:
        SourceError: it is something else.
    """
    count = len(text.split())
    is_told = facts.is_article or dated or head_property(tree, "og:type") == "article"
    reason = None
    if count < _STUB:
        notice = notice_of(title, tree.text_content())
        is_walled = not facts.is_free or any(
            _WALL.search((e.get("class") or "").lower()) for e in tree.iter("div", "section", "aside")
        )
        if is_walled or (notice == "paywall" and count < _NOTICE):
            reason = "paywall"
        elif notice == "missing" or (notice and count < (_FEWEST if is_told else _NOTICE)):
            reason = notice
        elif count < _FEWEST:
            reason = "gallery" if sum(1 for _ in tree.iter("img")) >= _FEWEST_PICTURES else "none"
    if reason is None and not is_told:
        prose = [block for block in text.split("\n\n") if _PROSE.fullmatch(block)]
        links = sum(1 for _ in tree.iter("a"))
        reason = "list" if len(prose) < _FEWEST_PROSE and links > _MOST_LINKS else None
    if reason or not title:
        raise SourceError(_REASONS[reason or "none"])


def _address(tree: HtmlElement, url: str | None) -> str | None:
    """Returns the one address of the article: what the page calls canonical, if it is of the same site and no front."""
    from courlan import extract_domain

    links = (link for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    named = next((link.get("href") for link in links), None) or head_property(tree, "og:url")
    try:
        canonical = canonical_url(urljoin(url or "", named.strip())) if named else None
    except (SourceError, ValueError):
        canonical = None
    own = canonical_url(url) if url else None
    if canonical is None or own is None:
        return canonical or own
    is_front = urlsplit(canonical).path == "/" and urlsplit(own).path != "/"
    is_same = extract_domain(canonical, fast=True) == extract_domain(own, fast=True)
    return canonical if is_same and not is_front else own
