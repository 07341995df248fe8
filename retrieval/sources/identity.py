"""One address for one article, however it is reached: tracked, over AMP, on a mobile host, by http or https."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from retrieval.errors import SourceError
from retrieval.sources.structured_data import head_property
from retrieval.sources.validation import canonical_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MOBILE = re.compile(r"\A(?:m|mobile|amp|touch|wap)\.(?=[^.]+\.[^.])")
_AMP_CACHE = re.compile(r"https?://[\w.-]+\.cdn\.ampproject\.org/(?:c|v|a)/(s/)?(?P<rest>.+)", re.IGNORECASE)
_GOOGLE_AMP = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/amp/(s/)?(?P<rest>.+)", re.IGNORECASE)
_AMP_PATH = re.compile(
    r"(?:/amp(?:/index\.html?)?|\.amp(?:\.html?)?|-amp(?=\.html?\Z))/?\Z|\A/amp(?=/.)", re.IGNORECASE
)
_AMP_PARAMETERS = {"amp", "amp=1", "amp=true", "outputtype=amp", "output=amp", "usqp=mq331aq"}


def article_address(url: str) -> str:
    """Returns the one spelling of the addresses of an article's page, by which it is known.

    Raises:
        SourceError: not an http or https address with a host.

    Example:
        >>> article_address("http://m.example.org/2026/story/amp/?utm_source=x")
        'https://example.org/2026/story'
    """
    cached = _AMP_CACHE.fullmatch(url) or _GOOGLE_AMP.fullmatch(url)
    if cached:
        url = f"http{'s' if cached[1] else ''}://{cached['rest']}"
    parts = urlsplit(canonical_url(url))
    host = _MOBILE.sub("", parts.netloc)
    path = _AMP_PATH.sub("", parts.path).rstrip("/") or "/"
    query = "&".join(one for one in parts.query.split("&") if one.lower() not in _AMP_PARAMETERS)
    return urlunsplit(("https", host.removesuffix(":80"), path, query, ""))


def page_address(tree: HtmlElement, url: str | None) -> str | None:
    """Returns the one address of a page: what it calls canonical, else the one that it was fetched from.

    A canonical address of another site is not believed, since any page could take an article's place so; nor is that of
    the front page, which broken sites give for all their pages.
    """
    from courlan import extract_domain

    own = canonical_url(url) if url else None
    links = (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    named = next(filter(None, links), None) or head_property(tree, "og:url") or ""
    try:
        canonical = canonical_url(urljoin(url or "", named.strip()))
    except (SourceError, ValueError):
        return own
    if own is None:
        return canonical
    is_front = urlsplit(canonical).path == "/" != urlsplit(own).path
    is_same_site = extract_domain(canonical, fast=True) == extract_domain(own, fast=True)
    return canonical if is_same_site and not is_front else own
