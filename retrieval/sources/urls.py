"""When two addresses are of the same page."""

from __future__ import annotations

from urllib.parse import unquote_plus, urlsplit, urlunsplit

from retrieval.errors import SourceError

_DEFAULT_PORTS = {"http": "80", "https": "443"}

# Parameters that tell whence a reader came, never which page is shown; so do those that begin with "utm_".
_TRACKING = frozenset({
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid",
    "li_fat_id", "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi",
})  # fmt: skip


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
    query = "&".join(parameter for parameter in parts.query.split("&") if not _only_tracks(parameter))
    return urlunsplit((parts.scheme, f"{user}{at}{host}{shown_port}", parts.path or "/", query, ""))


def _only_tracks(parameter: str) -> bool:
    name = unquote_plus(parameter.partition("=")[0]).lower()
    return name.startswith("utm_") or name in _TRACKING
