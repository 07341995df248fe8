"""What a page says where it shows no article: that it is for subscribers, wants consent, needs scripts."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from retrieval.text.lexicon import alternatives, words

Notice = Literal["paywall", "consent", "scripts", "missing"]

_LISTS: dict[Notice, str] = {
    "scripts": "script_only_phrases",
    "paywall": "paywall_phrases",
    "consent": "consent_phrases",
}
_BEFORE_SITE = re.compile(r"\s+[|–—·-]\s+")


@cache
def _phrases(notice: Notice) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives(_LISTS[notice])})", re.IGNORECASE)


def notice_of(title: str, shown: str) -> Notice | None:
    """Returns which notice stands in the place of an article; `shown` is all that the page shows.

    Only of a page on which little else stands does it tell that the article is not there.

    Example:
        >>> notice_of("Ferry late", "Subscribe to continue reading. Already a subscriber? Log in.")
        'paywall'
    """
    if _BEFORE_SITE.split(title)[0].strip().lower() in words("missing_page_titles"):
        return "missing"
    plain = " ".join(shown.split()).replace("’", "'")
    return next((notice for notice in _LISTS if _phrases(notice).search(plain)), None)
