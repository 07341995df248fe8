"""What a page shows in the place of an article: a wall, a notice, pictures, a list of other pages."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from retrieval.errors import SourceError
from retrieval.sources.main_text import PROSE
from retrieval.sources.markup import letters
from retrieval.sources.structured_data import head_property
from retrieval.text.boilerplate import notice_of
from retrieval.text.words import count_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from retrieval.sources.structured_data import StructuredData

_WALL = re.compile(
    r"\b(?:paywall|regwall|subscriber-?wall|subscription-?wall|meter(?:ed)?-?(?:wall|gate)|paid-content)"
)
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
    found, led_to = letters(text), 0
    for heading in tree.iter("h2", "h3", "h4"):
        link = next(chain(heading.iter("a"), heading.iterancestors("a")), None)
        to = urlsplit(link.get("href") or "") if link is not None else None
        if to and to.path and to.netloc in {"", site}:
            box = next(heading.iterancestors("article", "li", "div", "section"), heading)
            teasers = [heading, *islice(box.iter("p"), _MOST_ON_EACH)]
            told = (letters(one.text_content()) for one in teasers)
            led_to += len(teasers) <= _MOST_ON_EACH and any(len(one) > _FEWEST_LETTERS and one in found for one in told)
    return led_to >= _FEWEST_LED_TO and _MOST_ON_EACH * led_to > text.count("\n\n") + 1


def notice_in_place(tree: HtmlElement, facts: StructuredData, title: str, count: int, *, is_told: bool) -> str | None:
    """Returns which notice a page with few words shows in the place of its article; None where it shows none."""
    walls = (part for part in tree.iter("div", "section", "aside") if _WALL.search((part.get("class") or "").lower()))
    if not facts.is_free or any(notice_of("", shown_by(wall)) == "paywall" for wall in walls):
        return "paywall"
    notice = notice_of(title, shown_by(tree))
    most = {"missing": _STUB, "paywall": _NOTICE}.get(notice or "", _FEWEST if is_told else _NOTICE)
    return notice if count < most else None


def shown_by(part: HtmlElement) -> str:
    """Returns the words that a part of a page shows, to a browser that runs no scripts."""
    words: list[str] = part.xpath(".//text()[not(parent::script or parent::style or parent::template)]")
    return " ".join(words)
