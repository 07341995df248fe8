"""What sites call the parts of their pages: patterns of the classes, ids and attributes that tell what is of a report.

Each is looked for in the names of an element, in small letters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

DATA = ("data-component", "data-testid", "data-qa")  # attributes by which sites name parts by now
# Boxes within the text of an article that are none of it.
BOX = re.compile(
    r"subscription-widget|sign-?up|newsletter-(?:box|promo)|relatedposts|recirc|rich-link|author-(?:bio|box)|sign-off"
    r"|pull-?quote|social-share|inline-promo|read-next|guest-?book|condolence|footnotes|twitter-tweet|instagram-media"
    r"|tiktok-embed|visually-?hidden|\bsr-only\b|screen-reader-text|field__label|(?:image|photo|img|wp)-?caption"
)
# The same, of boxes alone that hold no more than a few lines: a site may call all of its page so.
SMALL_BOX = re.compile(
    r"newsletter|promo|donat|subscribe(?!r)|\bcta\b|-cta\b|inread|whatsapp|caption|media__description|legend|footnote\b"
    r"|press-?contact|field-contact|listen-text|audio-module"
)
# The same, of what sites name by those attributes.
BESIDE = re.compile(r"byline|links-block|related|share|newsletter|promo|advert|recommend")
# What lies over the page and asks for consent.
OVER_PAGE = re.compile(
    r"\b(?:onetrust|sp_message|didomi|cybotcookie|usercentrics|cookie-?(?:banner|consent|notice)|cmp-?box)"
)
# What holds the beginning of an article that only subscribers may read.
WALL = re.compile(r"\b(?:paywall|regwall|subscriber-?wall|subscription-?wall|meter(?:ed)?-?(?:wall|gate)|paid-content)")
# What sites call the first paragraph of a report where it stands before the others, and where it does not.
LEAD = re.compile(r"\blead\b|-lead\b|_lead\b|lead-?text|teaser-text|preamble|ingress|intro|standfirst|chapo|entradilla")
# What holds the name of an author.
AUTHOR = re.compile(r"byline|(?<!co-)author|autor|auteur|firma|signature|writer|contributor|columnist")
# What holds names that are not those of the page's authors.
OTHERS = re.compile(
    r"comment|related|recirc|recommend|newsletter|sign-?up|caption|photo|gallery|teaser|promo|sidebar|location|most-|trending"
)


def called(element: HtmlElement, *attributes: str) -> str:
    """Returns what an element is called by some of its attributes, else by its id and its classes, in small letters."""
    return " ".join(filter(None, map(element.get, attributes or ("id", "class")))).lower()
