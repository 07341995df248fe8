"""A web page to an article: its text without the page around it, and what the page tells of it.

Meant for a process of its own (`parsing`), since pages come from strangers.
"""

from __future__ import annotations

import html
import re
import textwrap
from functools import partial
from itertools import chain, dropwhile, filterfalse, islice, pairwise, takewhile
from operator import itemgetter
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from retrieval.errors import SourceError
from retrieval.sources.bylines import page_byline
from retrieval.sources.dates import day_below, iso_date, page_dates
from retrieval.sources.decoding import page_text
from retrieval.sources.main_text import (
    BREAK,
    PROSE,
    REASONS,
    check_shows_article,
    is_lead,
    is_shorter,
    leads_away,
    main_text,
    words_of,
)
from retrieval.sources.markup import letters, without_invisible
from retrieval.sources.structured_data import StructuredData, head_property, structured_data
from retrieval.sources.validation import article_address, canonical_url
from retrieval.text.boilerplate import MAX_BYLINE, byline_of, is_boilerplate
from retrieval.text.words import count_words
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

_HEADINGS = {str(level): f"h{level}" for level in range(1, 7)}
_TITLES = ("og:title", "twitter:title", "title")  # properties of the head
_HEADLINES = ("h1", "h2", "h3")
_SUBTITLES = ("h2", "h3", "h4")
_TOP = 4  # paragraphs in which bylines and dates stand
_TOP_LINES = 8
_CODE = ("script", "style")
_FEW_WORDS = 3  # of each item of a list of sections or buttons
_BESIDE_NAMES = 2  # words of a byline: "Von Ida Lund und Bo Aas"
_LONGEST_DATE = 60
_MAX_TITLE = 300
_HEAD = 2_000  # bytes in which a browser writes it
_SAVED = re.compile(
    rb"<!--\s*(?:saved from url=\(\d{1,5}\)|Page saved with SingleFile\s{1,9}url:\s)(https?://[^\s<>]+)"
)
_WORD = re.compile(r"\w+")
_NAME = re.compile(r"[^\W\d_a-zß-ÿ][\w.'’-]*(?: [^\W\d_a-zß-ÿ][\w.'’-]*)+")
_LONGEST_REPEATED = 80  # characters of what may be said twice
_PARTING = " |–—·»:-｜：　"
_SLUG = re.compile(r"(?:[^/-]+-){2}|\d{5}")  # of an address: what names one article
_ENDS = (".", "!", "?", "”", '"', "»", "。", "」")  # of a sentence
_LABEL_ENDS = (":", "|", "：")
_LONGEST_LABEL = 40  # characters before a link that leads away: "Baca juga:"
_PARTS = r"(?:[|–—·»-]|::)"
_SITE_PART = re.compile(rf"\s+{_PARTS}\s+|\s*[｜：]\s*")


def read_html(data: bytes, *, source: str, url: str | None = None, content_type: str = "") -> Article:
    """Reads the article of a page; `url` is the address that it was fetched from, where it was.

    Raises:
        SourceError: the page shows none; the message says what it shows instead.
    """
    tree = page_tree(data, content_type)
    url = url or saved_from(data)
    facts = structured_data(tree, url)
    publisher = facts.publisher or head_property(tree, "og:site_name", "application-name")
    blocks = main_text(tree, url)
    top = list(chain.from_iterable(map(str.splitlines, blocks[:_TOP])))[:_TOP_LINES]
    headings, lower = headings_of(tree, "h1"), headings_of(tree, "h2", "h3")
    above, below = around_headline(tree)
    dates = page_dates(tree, facts, url, top, below)
    site = [*site_names(publisher, url), *mastheads(tree)]
    language = tree.get("lang", "")
    given = headline(tree, facts, headings, [*lower, *top], site)
    title = given or headline_of_text(lower, blocks)
    title = title if facts.headline else headline_unlike_head(tree, site, title)
    names = page_byline(tree, facts.authors, title=title, blocks=blocks, site=site, language=language)
    on_top = [title, *headings, *above, *days_below(below, language), subtitle(tree)]
    shown = set(map(letters, chain(on_top, filter(partial(is_like, title=title), lower))))
    blocks = without_lone_links(tree, blocks)
    article_text = facts.instead_of("\n\n".join(report_blocks(blocks, shown, names)))
    title = title or textwrap.shorten(" ".join(blocks[:1]), _MAX_TITLE, placeholder=" …")
    check_shows_article(tree, facts, given or title, article_text, url=url, dated=dates.published is not None)
    address = page_address(tree, url)
    return Article(
        id=article_address(address) if address else source,
        title=title,
        text=article_text,
        byline=names,
        publisher=publisher,
        published=dates.published,
        url=address,
        source=url or source,
        updated=dates.updated,
        dated_by="address" if dates.by_address else None,
    )


def headline_of_text(headings: Iterable[str], blocks: Sequence[str]) -> str:
    """Returns the heading that is the first paragraph of a page's text; "" where none is."""
    first = list(map(letters, blocks[:1]))
    return next((heading for heading in headings if [letters(heading)] == first), "")


def days_below(lines: Iterable[str], language: str) -> list[str]:
    """Returns the lines below a headline that tell a day and are no sentence."""
    return [line for line in lines if not line.endswith(_ENDS) and day_below([line], language)]


def without_lone_links(tree: HtmlElement, blocks: Sequence[str]) -> list[str]:
    """Returns the paragraphs of a page that are no mere link to another."""
    links = set(map(letters, lone_links(tree)))
    return [block for block in blocks if letters(block) not in links or block.endswith(_ENDS)]


def saved_from(data: bytes) -> str | None:
    """Returns the address that a browser wrote into a page as it was saved; None where none did."""
    saved = _SAVED.search(data[:_HEAD])
    return saved[1].decode("ascii", "ignore") if saved else None


def page_tree(data: bytes, content_type: str) -> HtmlElement:
    """Returns the root of a page.

    Raises:
        SourceError: it is empty.
    """
    import lxml.html

    text = without_invisible(page_text(data, content_type))
    if not text.strip():
        raise SourceError(REASONS["empty"])
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = lxml.html.document_fromstring(text.encode(), parser=parser)
    for heading in tree.iter("div"):
        if heading.get("role") == "heading":
            heading.tag = _HEADINGS.get(heading.get("aria-level", ""), "h2")
    return tree


def lone_links(tree: HtmlElement) -> Iterator[str]:
    """Yields the words of links beside which nothing but headings or a label stands in their paragraph or box."""
    for link in filter(leads_away, tree.iter("a")):
        if is_alone(link):
            yield link.text_content()
        elif (words := link.text_content()) and len(words.split()) > _FEW_WORDS:
            box = next(link.iterancestors("p", "li", "div", "blockquote", "td"), link)
            whole = box.text_content().strip() if is_shorter(box, len(words) + _LONGEST_LABEL) else ""
            if whole.removesuffix(words.strip()).rstrip().endswith(_LABEL_ENDS):
                yield whole


def is_alone(link: HtmlElement) -> bool:
    """Tells whether nothing but headings stands beside a link, neither words before it nor behind it."""
    box = link.getparent()
    if box is None or len(box) > _FEW_WORDS or (box.text or "").strip() or (link.tail or "").strip():
        return False
    return all(part is link or part.tag in _HEADINGS.values() for part in box)


def around_headline(tree: HtmlElement) -> tuple[list[str], list[str]]:
    """Returns the lines above a page's headline and in its header, as its section and its town, and the first below."""
    heading = next(chain(tree.iter("h1"), tree.iter("h2", "h3")), None)
    if heading is None:
        return [], []
    elements = list(tree.iter())
    at = elements.index(heading)
    headers = (part for part in heading.iterancestors("header") for part in part.iter("p", "div", "span"))
    beside = (line for line in map(short_line, headers) if len(line) <= _LONGEST_DATE and not line.endswith(_ENDS))
    below = filter(None, map(short_line, before_text(elements[at + 1 :])))
    return [*(" ".join((element.text or "").split()) for element in elements[:at]), *beside], [
        *islice(below, _TOP_LINES)
    ]


def before_text(elements: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    """Yields some elements up to the one with which a text begins."""
    return takewhile(lambda element: not begins_text(element), elements)


def begins_text(element: HtmlElement) -> bool:
    """Tells whether the first words of an element's own are a paragraph of a text, and no lead before it."""
    is_paragraph = len((element.text or "").strip()) > MAX_BYLINE and element.tag not in _CODE
    return is_paragraph and not any(map(is_lead, (element, *islice(element.iterancestors(), 2))))


def subtitle(tree: HtmlElement) -> str:
    """Returns the heading that stands right below a page's headline and above a line on its author or day."""
    parts = dropwhile(lambda part: part.tag != "h1", tree.iter())
    lines = ((part, " ".join(part.text_content().split())) for part in parts if part.tag not in ("h1", *_CODE))
    below = list(islice(filter(itemgetter(1), lines), 2 * _TOP))
    first, *others = below or [(tree, "")]
    is_heading = first[0].tag in _SUBTITLES
    rest = [line for part, line in others if first[0] not in (part, *part.iterancestors())]
    return first[1] if is_heading and rest and not PROSE.fullmatch(rest[0]) else ""


def headline_unlike_head(tree: HtmlElement, site: Sequence[str], title: str) -> str:
    """Returns the only heading before a page's text, or what stands above its byline, where it is unlike the title.

    Where the properties of the head tell the title, that stays; else it may say no more than whose page it is.
    """
    if head_property(tree, *_TITLES):
        return title
    headings = (part for part in before_text(tree.iter()) if part.tag in _HEADLINES)
    seen = list(filterfalse(site.__contains__, (" ".join(heading.text_content().split()) for heading in headings)))
    only = seen[0] if len(seen) == 1 else "" if seen else line_above_byline(tree)
    is_other = count_words(only) >= _FEW_WORDS and not (is_boilerplate(only) or heading_like([only], title))
    return only if is_other else title


def line_above_byline(tree: HtmlElement) -> str:
    """Returns the line before the text of a page that a byline follows, as its headline does; "" where none does."""
    lines = filter(None, map(short_line, before_text(tree.iter())))
    above = (line for line, below in pairwise(lines) if byline_of(below.partition(" | ")[0]))
    return next((line for line in above if not line.endswith(_ENDS)), "")


def short_line(element: HtmlElement) -> str:
    """Returns the words of an element that is no more than a line of the page; "" for others."""
    is_small = next(islice(element.iter(), _TOP_LINES, None), None) is None and element.tag not in _CODE
    lines = words_of(element).split(BREAK) if is_small else ()
    words = " | ".join(filter(None, (" ".join(line.split()) for line in lines)))
    return words if len(words) <= MAX_BYLINE else ""


def tells_names(block: str, names: str | None) -> bool:
    """Tells whether a line holds the names of the authors and hardly more, whatever its language."""
    told, of_authors = (set(_WORD.findall(words)) for words in (block, (names or "").replace(" and ", ", ")))
    is_line = len(block) <= MAX_BYLINE and not block.endswith((".", "!", "?"))
    return is_line and bool(of_authors) and of_authors <= told and len(told - of_authors) <= _BESIDE_NAMES


def page_address(tree: HtmlElement, url: str | None) -> str | None:
    """Returns the one address of a page: what it calls canonical, else the one that it was fetched from.

    A canonical address of another site is not believed, since any page could take an article's place so; nor is that of
    the front page or a section, which broken sites give for all their pages.
    """
    from courlan import extract_domain

    own = canonical_url(url) if url else None
    try:
        canonical = canonical_url(urljoin(url or "", named_address(tree)))
    except (SourceError, ValueError):
        return own
    if own is None:
        return canonical
    is_same_site = extract_domain(canonical, fast=True) == extract_domain(own, fast=True)
    return canonical if is_same_site and not is_section(canonical, own) else own


def is_section(address: str, page: str) -> bool:
    """Tells whether an address is that of a folder in which a page lies, or of the whole site, and not of the page."""
    folder, own = urlsplit(address), urlsplit(page)
    if folder.path == "/" and not folder.query:
        return (own.path, own.query) != ("/", "")
    inner = own.path.removeprefix(folder.path.rstrip("/") + "/")
    return inner != own.path and _SLUG.search(inner) is not None  # else it is a part of it: /amp, /print, /2


def named_address(tree: HtmlElement) -> str:
    """Returns what a page calls its address, as it is written; "" where it does not."""
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            return str(link.get("href")).strip()
    return head_property(tree, "og:url") or ""


def headline(
    tree: HtmlElement, facts: StructuredData, headings: Sequence[str], lines: Iterable[str], site: Sequence[str]
) -> str:
    """Returns the headline of the data, else of the page, else of its head, without the site's name around it.

    `headings` are those that the page shows, `lines` others that may be one, `site` the name of its publisher and the
    parts of its host's.
    """
    told, head = without_site_names([facts.headline or "", title_of_head(tree)], site)
    shown = shown_headline(list(filterfalse(site.__contains__, headings)), told or head)
    title = told or shown or head
    if shown.startswith(title.rstrip(" .…")) or _SITE_PART.match(title.removeprefix(shown)):
        title = shown  # data may cut it, or have the name of the site behind it
    bare = without_site(title, letters("".join(site)))
    return bare if told or shown else without_unknown_site(bare, lines)


def without_site_names(titles: Iterable[str], site: Sequence[str]) -> list[str]:
    """Returns some titles, "" in the place of each that only says whose page it is."""
    names = {"", *map(letters, site)}
    return ["" if letters(title) in names else title for title in titles]


def shown_headline(headings: Sequence[str], title: str) -> str:
    """Returns the heading of a page that is like a title, else the one behind which it has the name of the site."""
    begins = (one for one in headings if _SITE_PART.match(title.removeprefix(one)))
    return heading_like(headings, title) or next(begins, "")


def site_names(publisher: str | None, url: str | None) -> list[str]:
    """Returns what the site of a page may be called: by its publisher, and by the parts of its host's name."""
    return [publisher or "", *(urlsplit(url or "").hostname or "").split(".")]


def mastheads(tree: HtmlElement) -> list[str]:
    """Returns the headings of a page that lead to the front page of its site, which is their name."""
    leading = (heading for heading in tree.iter("h1") if any(link.get("href") == "/" for link in heading.iter("a")))
    return [" ".join(heading.text_content().split()) for heading in leading]


def headings_of(tree: HtmlElement, *tags: str) -> list[str]:
    """Returns the words of the headings of a page."""
    return [" ".join(words_of(heading).replace(BREAK, " ").split()) for heading in tree.iter(*tags)]


def without_unknown_site(title: str, lines: Iterable[str]) -> str:
    """Returns the larger part of a title that is also a line of the page, as the name of the site is not."""
    for line in lines:
        around = rf"(?:.*(?:\s{_PARTS}|:)\s)?{re.escape(line)}(?:\s{_PARTS}\s.*)?"
        if 2 * len(line) > len(title) and re.fullmatch(around, title):
            return line
    return title


def title_of_head(tree: HtmlElement) -> str:
    """Returns what the head of a page calls it."""
    titles = (title.text_content() for title in tree.iter("title") if title.getparent().tag != "svg")
    told = head_property(tree, *_TITLES) or next(titles, "")
    return " ".join(html.unescape(told).split())


def heading_like(headings: Sequence[str], title: str) -> str:
    """Returns the longest heading of a page with more than half of a title's words; "" where it shows none."""
    told = {*_WORD.findall(title.lower())}
    fitting = (one for one in headings if len(one) <= _MAX_TITLE)  # one that is never closed holds the whole page
    likely = (one for one in fitting if not told or 2 * len(told.intersection(_WORD.findall(one.lower()))) > len(told))
    return max(likely, key=len, default="")


def is_like(heading: str, title: str) -> bool:
    """Tells whether a heading says the title in more words, or in fewer."""
    one, other = letters(heading), letters(title)
    return one.startswith(other) or (len(heading.split()) > _FEW_WORDS and other.startswith(one))


def without_site(title: str, site: str) -> str:
    """Returns a title without its first or last part where that is in the letters of what the site is called.

    Between bars the parts before the last are its sections: "Ferry late | Local | The Herald".
    """
    first, *others = _SITE_PART.split(title)
    if others and letters(others[-1]) in site:
        bare = title.removesuffix(others[-1]).rstrip(_PARTING)
        return bare.partition(" | ")[0]
    if others and letters(first) in site:
        return title.removeprefix(first).lstrip(_PARTING)
    return title


def report_blocks(blocks: Sequence[str], shown: Container[str], names: str | None) -> Iterator[str]:
    """Yields the paragraphs that are of the report: no byline or date on top, nothing of the page around it, each once.

    `shown` are the letters of what else stands on top, as headings; `names` are those of the authors.
    """
    seen: set[str] = set()
    for at, block in enumerate(blocks[: end_of_report(blocks, names)]):
        is_on_top = at < _TOP and (letters(block) in shown or introduces(block, names))
        is_again = len(block) > _LONGEST_REPEATED and block in seen  # as pages have it for small screens
        is_empty = not any(map(str.isalpha, block))
        if not (is_on_top or is_again or is_empty or all(map(is_boilerplate, block.splitlines()))):
            yield block
        seen.add(block)


def end_of_report(blocks: Sequence[str], names: str | None) -> int:
    """Returns how many paragraphs there are before those that tell of the author, whom no other names, or of the page.

    Such a paragraph begins with his name, and is no speech of his.
    """
    of_authors = set(_WORD.findall(names or ""))
    for end in range(len(blocks), 0, -1):
        *before, block = blocks[:end]
        if not is_boilerplate(block) and not tells_of_author(block, before, of_authors):
            return end
    return len(blocks)


def tells_of_author(block: str, before: Iterable[str], of_authors: set[str]) -> bool:
    """Tells whether a paragraph begins with an author's name, is no speech of his, and none before it names him."""
    start = _NAME.match(block)
    if start is None or block.startswith(":", start.end()) or not of_authors.issuperset(_WORD.findall(start[0])):
        return False
    return not any(start[0] in other for other in before if len(other) > MAX_BYLINE)


def introduces(block: str, names: str | None) -> bool:
    """Tells whether a paragraph is none of the report where it stands on top: a byline, a date, a menu."""
    is_byline = bool(byline_of(block.partition("\n")[0]) and len(block) <= MAX_BYLINE) or tells_names(block, names)
    is_dated = len(block) <= _LONGEST_DATE and iso_date(block) is not None
    is_menu = block.startswith("- ") and all(len(item.split()) <= _FEW_WORDS + 1 for item in block.splitlines())
    return is_byline or is_dated or is_menu
