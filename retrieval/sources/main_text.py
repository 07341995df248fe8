"""The main text of a page, as trafilatura finds it, in paragraphs."""

from __future__ import annotations

import re
from copy import deepcopy
from itertools import chain, islice
from typing import TYPE_CHECKING

from retrieval.sources.markup import decoded, hides, letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

# Boxes within the text of an article that are none of it, by their classes and ids.
_BOX = re.compile(
    r"subscription-widget|sign-?up|newsletter-(?:box|promo)|relatedposts|recirc|rich-link|author-(?:bio|box)|sign-off"
    r"|pull-?quote|social-share|inline-promo|read-next|guest-?book|condolence|footnotes|twitter-tweet|instagram-media"
    r"|tiktok-embed|visually-?hidden|\bsr-only\b|screen-reader-text|field__label|(?:image|photo|img|wp)-?caption"
)
_BLOCKS = {"p", "list", "table", "head", "quote", "div"}
_PLACED = 200  # characters of a cell that is a column of a page and no menu
_ASKING, _MOST_AROUND = 250, 3  # characters of a box that asks for something, and how far around its form it may lie
_FEWEST_QUOTED, _MOST_LOOKED_AT = 20, 50  # letters of a quotation that is told from others; and how many are looked for
_LONG_LINE = 80  # characters, on the average
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = re.compile(r"[.!?”\"…]\s*\Z")
NAMED = ("data-component", "data-testid", "data-qa")  # as sites call the parts of their pages by now
_BESIDE = re.compile(r"byline|links-block|related|share|newsletter|promo|advert|recommend", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+@\S+")
_OVER_PAGE = re.compile(
    r"\b(?:onetrust|sp_message|didomi|cybotcookie|usercentrics|cookie-?(?:banner|consent|notice)|cmp-?box)"
)
_FOR_ALL = ("body", "main", "article", "h1")  # an element that holds one of these is shown by a script
BREAK = "\ue000"  # of no script: it stands for a line break while blanks are joined


def main_text(tree: HtmlElement, url: str | None) -> tuple[list[str], list[str]]:
    """Returns the paragraphs of the page's main text, and the names of its authors.

    A list is one paragraph with a line an item, a table one with a line a row, "Team | Points".
    """
    from trafilatura import bare_extraction

    shown = deepcopy(tree)
    for unread in [*filter(is_unread, shown.iter()), *note_marks(shown), *asking_boxes(shown), *repeated(shown)]:
        if unread.getparent() is not None:
            unread.drop_tree()
    for preformatted in shown.iter("pre"):
        part_paragraphs(preformatted)
    join_posts(shown)
    for listed in list(shown.iter("dl")):
        part_answers(listed)
    for meta in shown.xpath("//meta[@name='author']"):
        meta.set("content", _ADDRESS.sub("", meta.get("content") or ""))
    found = bare_extraction(shown, url=url, with_metadata=True, include_comments=False, include_tables=True)
    if found is None or isinstance(found, dict):
        return [], []
    return list(blocks(found.body)), (found.author or "").split("; ")


def is_unread(element: HtmlElement) -> bool:
    """Tells whether an element is none of the report: hidden, over the page, or said to be beside the report."""
    if is_hidden(element) or is_over_page(element):
        return True
    named = f"{element.get('id') or ''} {element.get('class') or ''}".lower()
    is_beside = _BOX.search(named) or any(_BESIDE.search(element.get(name) or "") for name in NAMED)
    return bool(is_beside) and not is_for_all(element)


def is_hidden(element: HtmlElement) -> bool:
    """Tells whether a page lets nobody see an element, which may say anything then."""
    return hides(element) and not is_for_all(element)


def is_over_page(element: HtmlElement) -> bool:
    """Tells whether an element lies over the page and asks for something: consent, a subscription."""
    named = f"{element.get('id') or ''} {element.get('class') or ''}".lower()
    asks = element.get("role") in {"dialog", "alertdialog"} or element.get("aria-modal") == "true"
    return (asks or _OVER_PAGE.search(named) is not None) and not is_for_all(element)


def is_for_all(element: HtmlElement) -> bool:
    """Tells whether an element holds the page or its report, whatever it is said to be."""
    return element.tag in _FOR_ALL or next(element.iter(*_FOR_ALL), None) is not None


def note_marks(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yields the raised links to notes on the same page, whose numbers would be read as part of a word or number."""
    for mark in tree.iter("sup"):
        links = [link for link in (mark.getparent(), *mark.iter("a")) if link is not None and link.tag == "a"]
        if any((link.get("href") or "").startswith("#") for link in links):
            yield mark


def asking_boxes(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yields the boxes that hold a form and hardly more: they ask the reader for something."""
    for form in islice(tree.iter("form"), _MOST_LOOKED_AT):
        boxes = [form, *form.iterancestors("div", "section", "aside")]
        asking = [
            box for box in islice(boxes, _MOST_AROUND) if len(box.text_content()) <= _ASKING and not is_for_all(box)
        ]
        yield from asking[-1:]


def repeated(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yields the quotations that stand out of the text, of words that stand in it, too."""
    whole = letters(tree.text_content())
    for quote in islice(tree.iter("blockquote", "aside"), _MOST_LOOKED_AT):
        cited = "".join(part.text_content() for part in quote.iter("cite", "footer", "figcaption"))
        words = letters(quote.text_content().removesuffix(cited))
        if _FEWEST_QUOTED <= len(words) <= _PLACED and whole.count(words) > 1:
            yield quote


def part_paragraphs(preformatted: HtmlElement) -> None:
    """Makes paragraphs of a text whose blank lines part them, as bulletins have it."""
    from lxml import etree

    parts = _BLANK_LINES.split((preformatted.text or "").strip())
    if len(parts) > 1 and not len(preformatted):
        preformatted.tag, preformatted.text = "div", None
        for part in parts:
            etree.SubElement(preformatted, "p").text = part


def join_posts(tree: HtmlElement) -> None:
    """Makes one article of posts that stand side by side, each an article whose heading leads nowhere else."""
    beside = tree.xpath(
        "//article[count(../article) > 1][.//p][.//h2 or .//h3][not(.//h1 or ancestor::a or ancestor::aside)]"
    )
    posts = [post for post in beside if not post.xpath("(.//h2 | .//h3)//a")]
    for whole in {post.getparent() for post in posts}:
        whole.tag = "article"
    for post in posts:
        for header in list(post.iter("header")):
            for told in [*header.iter("a"), *header.iter("time")]:  # when it was written, as a link to itself
                told.drop_tree()
            header.drop_tag()
        post.tag = "div"


def part_answers(listed: HtmlElement) -> None:
    """Makes headings and paragraphs of a list of questions with their answers, as no list of facts is."""
    answers = list(listed.iterchildren("dd"))
    if any(len(answer.text_content()) > _LONG_LINE for answer in answers):
        for part in (listed, *answers):
            part.tag = "div"
        for question in listed.iterchildren("dt"):
            question.tag = "h3"


def blocks(element: HtmlElement) -> Iterator[str]:
    """Yields the paragraphs of a part of trafilatura's tree: each block, and the words between blocks."""
    loose = [element.text or ""]
    for inner in element:
        if inner.tag not in _BLOCKS:
            loose += [words_of(inner), inner.tail or ""]
            continue
        yield from paragraphs("".join(loose))
        loose = [inner.tail or ""]
        if inner.tag == "list":
            yield "\n".join(f"- {item}" for item in map(own_line, inner.iter("item")) if item)
        elif inner.tag == "table":
            yield from rows(inner)
        else:
            yield from blocks(inner)
    yield from paragraphs("".join(loose))


def rows(table: HtmlElement) -> Iterator[str]:
    """Yields a paragraph of a table's rows; of one that only places the parts of a page, the paragraphs in it."""
    placed = placed_cells(table)
    if placed is None:
        shown = (list(map(line, row.iter("cell"))) for row in table.iter("row"))
        yield "\n".join(row[0] if not any(row[1:]) else " | ".join(row) for row in shown if any(row))
    else:
        yield from chain.from_iterable(map(blocks, placed))


def placed_cells(table: HtmlElement) -> list[HtmlElement] | None:
    """Returns the cells that hold the report where a table only places the parts of a page; None of one of facts."""
    cells = list(table.iter("cell"))
    innermost = (cell for cell in cells if next(cell.iterdescendants("cell"), None) is None)
    if is_column(table, cells):
        return list(innermost)
    if any(inner.tag in {"p", "head"} for cell in cells for inner in cell):
        return [cell for cell in innermost if len(line(cell)) > _PLACED]
    return None


def is_column(table: HtmlElement, cells: Sequence[HtmlElement]) -> bool:
    """Tells whether no row of a table has cells side by side, and one of them holds as much as a paragraph."""
    is_narrow = all(len(row.findall("cell")) <= 1 for row in table.iter("row"))
    return is_narrow and any(len(line(cell)) > _LONG_LINE for cell in cells)


def words_of(element: HtmlElement) -> str:
    """Returns the words of what stands within a line, a mark for each line break."""
    if element.tag in {"lb", "br"}:
        return BREAK
    return (element.text or "") + "".join(words_of(inner) + (inner.tail or "") for inner in element)


def own_line(item: HtmlElement) -> str:
    """Returns the words of an item on one line, without those of the items in it."""
    own = deepcopy(item)
    for inner in list(own.iter("list")):
        inner.getparent().remove(inner)
    return line(own)


def line(element: HtmlElement) -> str:
    """Returns the words of an item or a cell on one line."""
    return decoded(" ".join(words_of(element).replace(BREAK, " ").split()))


def paragraphs(words: str) -> Iterator[str]:
    """Yields the paragraphs of a run of words with marks for line breaks.

    Two of these part paragraphs, and so does one where each line is as long as a paragraph.
    """
    joined = re.sub(rf" ?{BREAK} ?", "\n", decoded(" ".join(words.split())))
    for paragraph in filter(None, map(str.strip, re.split(r"\n{2,}", joined))):
        lines = paragraph.split("\n")
        are_prose = len(paragraph) >= _LONG_LINE * len(lines) and all(map(_SENTENCE_END.search, lines))
        yield from lines if are_prose else (paragraph,)
