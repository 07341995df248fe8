"""One address for one article, however it is reached: tracked, over AMP, on a mobile host, by http or https."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from retrieval.sources.validation import canonical_url

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
