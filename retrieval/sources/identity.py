"""One address for one article, however it is reached: tracked, over AMP, on a mobile host, by http or https."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from retrieval.errors import SourceError

_DEFAULT_PORTS = {"http": "80", "https": "443"}
# Parameters that tell whence a reader came, never which page is shown.
_TRACKING = re.compile(
    r"(?:utm_[^=]*|fbclid|gclid|gclsrc|dclid|[gw]braid|msclkid|yclid|twclid|ttclid|igshid|li_fat_id"
    r"|mc_[ce]id|_ga|_gl|_hsenc|_hsmi|igsh|mkt_tok|vero_id|oly_(?:enc|anon)_id|s_cid|spm|xtor|ref_(?:src|url)"
    r"|at_(?:medium|campaign|custom\d|bbc_team|link_\w+|ptr_name|format)|ns_(?:mchannel|source|campaign|linkname|fee)"
    r"|cmpid|cmp|icid|ocid|ncid|smid|smtyp|sr_share|guccounter|guce_referrer(?:_sig)?|__twitter_impression)(?==|\Z)",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"\A(?:m|mobile|amp|touch|wap)\.(?=[^.]+\.[^.])")
_AMP_CACHE = re.compile(r"https?://[\w.-]+\.cdn\.ampproject\.org/(?:c|v|a)/(s/)?(?P<rest>.+)", re.IGNORECASE)
_GOOGLE_AMP = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/amp/(s/)?(?P<rest>.+)", re.IGNORECASE)
_AMP_PATH = re.compile(
    r"(?:/amp(?:/index\.html?)?|\.amp(?:\.html?)?|-amp(?=\.html?\Z))/?\Z|\A/amp(?=/.)", re.IGNORECASE
)
_AMP_PARAMETERS = {"amp", "amp=1", "amp=true", "outputtype=amp", "output=amp", "usqp=mq331aq"}


def canonical_url(url: str) -> str:
    """Returns one spelling for the addresses of one page.

    Scheme and host in lower case; no default port, fragment or tracking parameter; "/" for an empty path. The rest
    keeps its order and spelling, since a server may heed it.

    Raises:
        SourceError: not an http or https address with a host.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname if parts.scheme in _DEFAULT_PORTS else None, parts.port
    except ValueError:
        host = port = None
    if not host:
        raise SourceError("its url is not an http or https address; correct it or leave it out")
    user, at, _ = parts.netloc.rpartition("@")
    host = f"[{host}]" if ":" in host else host
    shown_port = "" if port is None or str(port) == _DEFAULT_PORTS[parts.scheme] else f":{port}"
    query = "&".join(parameter for parameter in parts.query.split("&") if not _TRACKING.match(unquote_plus(parameter)))
    return urlunsplit((parts.scheme, f"{user}{at}{host}{shown_port}", parts.path or "/", query, ""))


def with_or_without_www(address: str) -> str:
    """Returns the other spelling of an article's address, as sites have both: a mobile host does not tell which."""
    host = address.removeprefix("https://")
    return f"https://{host.removeprefix('www.')}" if host.startswith("www.") else f"https://www.{host}"


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
