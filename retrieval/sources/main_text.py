"""What a page shows: its main text, as trafilatura finds it, in paragraphs; or what stands in an article's place."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain, dropwhile, islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from retrieval.errors import SourceError
from retrieval.sources.class_names import BESIDE, BOX, DATA, LEAD, OVER_PAGE, SMALL_BOX, WALL, called
from retrieval.sources.markup import decoded, hides, letters
from retrieval.sources.structured_data import head_property
from retrieval.text.boilerplate import notice_of
from retrieval.text.words import count_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

    from retrieval.sources.structured_data import StructuredData

_BLOCKS = {"p", "list", "table", "head", "quote", "div"}
_PLACED = 200  # characters of a cell that is a column of a page and no menu
_ASKING, _MOST_AROUND = 250, 3  # characters of a box that asks for something, and how far around its form it may lie
_SMALL = 400  # characters of a box that is told by its name alone
_BESIDE_LINK = 25  # characters beside a link that leads away, as its day
_FEWEST_QUOTED, _MOST_LOOKED_AT = 20, 50  # letters of a quotation that is told from others; and how many are looked for
_LONG_LINE = 80  # characters, on the average
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = re.compile(r"[.!?”\"…»。！？」]\s*\Z")
_NOTE = re.compile(r"#\S* (?:\[?\d{1,3}\]?|[*†‡])")
_LEAD_TAGS = ("p", "div", "h2", "h3", "h4")
_NO_LEADS = ("figure", "figcaption", "aside", "nav", "ul", "ol", "table", "a", "footer")
PROSE = re.compile(r".{60,}[.!?”\"…»]['’)]?|.{25,}[。！？」]", re.DOTALL)
_LONGEST_LEAD, _START = 800, 4  # characters; and paragraphs among which it may be already
_HOLDING_TEXT = ("article", "body", "div", "main", "section", "td")
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "big", "br", "cite", "code", "em", "font", "i", "ins", "mark", "q", "s", "small"}
    | {"span", "strike", "strong", "sub", "sup", "time", "u", "wbr"}
)
_LOOSE = 40  # characters between blocks that are no label
_QUOTES = ("blockquote", "aside", "q")
_BOXES = ("div", "section", "aside")
_LEADING = ("a", "h2", "h3", "h4", "h5", "h6", "time", "button", "script", "style")
_FOR_ALL = ("body", "main", "article", "h1")  # an element that holds one of these is shown by a script
BREAK = "\ue000"  # of no script: it stands for a line break while blanks are joined
_STUB = 150  # words; an article behind a wall shows fewer
_NOTICE = 60  # words; a page of no more than a notice shows fewer
_FEWEST = 20  # words of an article
_FEWEST_PICTURES = 5
_FEWEST_LETTERS = 12  # of a heading that is no label
_FEWEST_LED_TO, _MOST_ON_EACH = 4, 4  # pages that a front page leads to, and what it has of paragraphs on each
_FEWEST_PROSE, _MOST_LINKS = 2, 20  # a page with less prose and more links is a list of links
REASONS = {
    "paywall": "only subscribers may read it, and the page shows its beginning alone; save the text to a file",
    "consent": "the page asks for consent before it shows anything; save it from your browser as a file",
    "scripts": "the page is empty without scripts, which are never run; save it from your browser as a file",
    "missing": "the site says that there is no such page, or that it may not be seen; check the address",
    "gallery": "the page shows pictures and hardly any text; save what there is to a file",
    "list": "the page is a list of other pages; give the address of one of them",
    "none": "no article is found on the page; save its text to a file",
    "empty": "the page is empty; save its text to a file",
}


def main_text(tree: HtmlElement, url: str | None) -> list[str]:
    """Returns the paragraphs of the page's main text.

    A list is one paragraph with a line an item, a table one with a line a row, "Team | Points". Boxes that seem to be
    beside the text are left out of it, unless there is none without them.
    """
    found = extracted(tree, url, without_boxes=True)
    return found if any(map(PROSE.fullmatch, found)) else extracted(tree, url, without_boxes=False)


def extracted(tree: HtmlElement, url: str | None, *, without_boxes: bool) -> list[str]:
    """Returns what `main_text` does; `without_boxes` leaves out those that hold links, or little by their names."""
    from trafilatura import bare_extraction

    shown = without_unread(tree, without_boxes=without_boxes)
    for preformatted in shown.iter("pre"):
        part_paragraphs(preformatted)
    for box in list(shown.iter(*_HOLDING_TEXT)):
        part_loose_words(box)
    join_posts(shown)
    for listed in list(shown.iter("dl")):
        part_answers(listed)
    leads = list(leads_of(shown))
    found = bare_extraction(shown, url=url, with_metadata=False, include_comments=False, include_tables=True)
    if found is None or isinstance(found, dict):
        return []
    read = list(blocks(found.body))
    start = letters("".join(read[:_START]))
    return [*(lead for lead in leads if letters(lead) not in start), *read]


def without_unread(tree: HtmlElement, *, without_boxes: bool) -> HtmlElement:
    """Returns a copy of a page without what is none of its report."""
    shown = deepcopy(tree)
    boxes = chain(filter(is_small_box, shown.iter()), linked_boxes(shown)) if without_boxes else ()
    told = chain(filter(is_unread, shown.iter()), note_marks(shown), asking_boxes(shown), repeated(shown))
    for unread in [*told, *boxes]:
        if unread.getparent() is not None:
            unread.drop_tree()
    return shown


def leads_of(tree: HtmlElement) -> Iterator[str]:
    """Yields the paragraphs that a page calls its lead, between its headline and the first other paragraph.

    Where they stand in a box of their own before that of the text, they are not found with it.
    """
    for element in dropwhile(lambda element: element.tag != "h1", tree.iter("h1", *_LEAD_TAGS)):
        around = list(islice(element.iterancestors(), _MOST_AROUND))
        words = " ".join(element.text_content().split()) if is_shorter(element, _LONGEST_LEAD) else ""
        if not PROSE.fullmatch(words) or any(part.tag in _NO_LEADS for part in (element, *around)):
            continue
        if element.tag == "p" or next(element.iterchildren("p", "div"), None) is None:
            if not any(map(is_lead, (element, *around))):
                return
            yield words


def is_lead(element: HtmlElement) -> bool:
    """Tells whether a page says that an element is the lead of its report."""
    return element.get("itemprop") == "description" or LEAD.search(called(element, "class")) is not None


def is_unread(element: HtmlElement) -> bool:
    """Tells whether an element is none of the report: hidden, over the page, or said to be beside the report."""
    if is_hidden(element) or is_over_page(element):
        return True
    is_beside = BOX.search(called(element)) or BESIDE.search(called(element, *DATA))
    return is_beside is not None and not is_for_all(element)


def is_small_box(element: HtmlElement) -> bool:
    """Tells whether a box is said to be beside the report, and holds no more than a few lines."""
    return SMALL_BOX.search(called(element)) is not None and is_shorter(element, _SMALL) and not is_for_all(element)


def is_shorter(element: HtmlElement, most: int) -> bool:
    """Tells whether an element holds no more characters than that, without reading further."""
    left = most
    for words in element.itertext():
        left -= len(words.strip())
        if left < 0:
            return False
    return True


def is_hidden(element: HtmlElement) -> bool:
    """Tells whether a page lets nobody see an element, which may say anything then."""
    return hides(element) and not is_for_all(element)


def is_over_page(element: HtmlElement) -> bool:
    """Tells whether an element lies over the page and asks for something: consent, a subscription."""
    asks = element.get("role") in {"dialog", "alertdialog"} or element.get("aria-modal") == "true"
    return (asks or OVER_PAGE.search(called(element)) is not None) and not is_for_all(element)


def is_for_all(element: HtmlElement) -> bool:
    """Tells whether an element holds the page or its report, whatever it is said to be."""
    return element.tag in _FOR_ALL or next(element.iter(*_FOR_ALL), None) is not None


def note_marks(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yields the links to notes on the same page, raised or numbers, which would be read as part of a word."""
    yield from (link for link in tree.iter("a") if _NOTE.fullmatch(f"{link.get('href')} {link.text_content().strip()}"))
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


def leads_away(link: HtmlElement) -> bool:
    """Tells whether a link leads to another page, and neither to a part of this one nor to a script."""
    return not (link.get("href") or "#").lower().startswith(("#", "javascript:"))


def linked_boxes(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yields the boxes behind the first paragraph that hold links and hardly a word beside them but headings."""
    from lxml import etree

    held: dict[HtmlElement, Held] = {}
    has_begun = False
    for _, element in etree.iterwalk(tree, events=("end",)):
        holds = held[element] = held_by(element, [held.pop(part) for part in element])
        has_begun = has_begun or holds.beside > _LONG_LINE
        if has_begun and element.tag in _BOXES and holds.are_links:
            yield element


@dataclass(frozen=True, slots=True)
class Held:
    """What a part of a page holds: links, characters beside them, and whether the report or a table is in it."""

    links: int
    beside: int
    is_whole: bool

    @property
    def are_links(self) -> bool:
        """Whether it holds links, and hardly a word beside them."""
        return self.links > 0 and self.beside <= _BESIDE_LINK * self.links and not self.is_whole


def held_by(element: HtmlElement, inner: Sequence[Held]) -> Held:
    """Returns what an element holds, by what the elements in it do."""
    links = sum(part.links for part in inner) + (element.tag == "a" and leads_away(element))
    beside = sum(map(len, own_words(element))) + sum(part.beside for part in inner)
    is_whole = element.tag in (*_FOR_ALL, "table") or any(part.is_whole for part in inner)
    return Held(links, 0 if element.tag in _LEADING else beside, is_whole)


def own_words(element: HtmlElement) -> list[str]:
    """Returns the words that stand in an element itself, before and between the elements in it."""
    words = filter(None, (element.text, *(part.tail for part in element)))
    return list(filter(None, map(str.strip, words)))


def repeated(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yields the quotations that stand out of the text, of words that stand in it, too."""
    whole = letters(tree.text_content())
    stand_out = (one for one in tree.iter() if one.tag in _QUOTES or "quote" in (one.get("class") or "").lower())
    for quote in islice(stand_out, _MOST_LOOKED_AT):
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


def part_loose_words(box: HtmlElement) -> None:
    """Makes paragraphs of the words that stand in a box between its blocks, which would be read as one."""
    from lxml import etree

    inner = list(box)
    if all(part.tag in _INLINE for part in inner) or not any(len(words) > _LOOSE for words in own_words(box)):
        return
    run = etree.Element("p")
    run.text, box.text = box.text, None
    box.insert(0, run)
    runs = [run]
    for part in inner:
        if part.tag in _INLINE:
            run.append(part)
        else:
            run = etree.Element("p")
            run.text, part.tail = part.tail, None
            part.addnext(run)
            runs.append(run)
    for run in runs:
        if len(run) == 0 and not own_words(run):
            box.remove(run)


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


def check_shows_article(
    tree: HtmlElement, facts: StructuredData, title: str, text: str, *, url: str | None, dated: bool
) -> None:
    """Checks that the text that was found on a page is an article; `dated`: the page tells its date.

    Raises:
        SourceError: it is something else; the message says what.
    """
    is_told = facts.is_article or dated or head_property(tree, "og:type") == "article"
    reason = shown_instead(tree, facts, title, text, is_told=is_told)
    if reason is None and not facts.is_article and is_front(tree, text, urlsplit(url or "").netloc):
        reason = "list"
    if reason:
        raise SourceError(REASONS[reason])


def shown_instead(tree: HtmlElement, facts: StructuredData, title: str, text: str, *, is_told: bool) -> str | None:
    """Returns what a page shows in the place of an article, a key of `REASONS`; None where it shows one.

    `is_told`: the page says that it is one.
    """
    count = count_words(text)
    if count < _FEWEST and sum(1 for _ in tree.iter("img")) >= _FEWEST_PICTURES:
        return "gallery"
    notice = notice_in_place(tree, facts, title, count, is_told=is_told) if count < _STUB else None
    if notice:
        return notice
    if count < _FEWEST or not title:
        return "none"
    return "list" if not is_told and is_list(tree, text) else None


def is_list(tree: HtmlElement, text: str) -> bool:
    """Tells whether a page is a list of other pages: many links, and hardly a paragraph of prose."""
    prose = sum(1 for block in text.split("\n\n") if PROSE.fullmatch(block))
    return prose < _FEWEST_PROSE and sum(1 for _ in tree.iter("a")) > _MOST_LINKS


def is_front(tree: HtmlElement, text: str, site: str) -> bool:
    """Tells whether a page is a list of other pages of its site with a few words on each: its headings lead to them."""
    found = letters(text)
    led_to = sum(leads_within(heading, site) and is_teaser(heading, found) for heading in tree.iter("h2", "h3", "h4"))
    return led_to >= _FEWEST_LED_TO and _MOST_ON_EACH * led_to > text.count("\n\n") + 1


def leads_within(heading: HtmlElement, site: str) -> bool:
    """Tells whether a heading is, or holds, a link to another page of its site."""
    link = next(chain(heading.iter("a"), heading.iterancestors("a")), None)
    to = urlsplit(link.get("href", "") if link is not None else "")
    return to.path != "" and to.netloc in {"", site}


def is_teaser(heading: HtmlElement, text: str) -> bool:
    """Tells whether a heading or one of a few paragraphs beside it is in the text of the page, told by its letters."""
    box = next(heading.iterancestors("article", "li", "div", "section"), heading)
    teasers = [heading, *islice(box.iter("p"), _MOST_ON_EACH)]
    told = (letters(one.text_content()) for one in teasers)
    return len(teasers) <= _MOST_ON_EACH and any(len(one) > _FEWEST_LETTERS and one in text for one in told)


def notice_in_place(tree: HtmlElement, facts: StructuredData, title: str, count: int, *, is_told: bool) -> str | None:
    """Returns which notice a page with few words shows in the place of its article; None where it shows none."""
    walls = (part for part in tree.iter("div", "section", "aside") if WALL.search(called(part, "class")))
    if not facts.is_free or any(notice_of("", shown_by(wall)) == "paywall" for wall in walls):
        return "paywall"
    notice = notice_of(title, shown_by(tree))
    most = {"missing": _STUB, "paywall": _NOTICE}.get(notice or "", _FEWEST if is_told else _NOTICE)
    return notice if count < most else None


def shown_by(part: HtmlElement) -> str:
    """Returns the words that a part of a page shows, to a browser that runs no scripts."""
    words: list[str] = part.xpath(".//text()[not(parent::script or parent::style or parent::template)]")
    return " ".join(words)
