"""The names of hosts, in one spelling; what is written to look like another name or address is refused."""

from __future__ import annotations

import ipaddress
import re
import unicodedata

from retrieval.errors import FetchRefused

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Letters of Cyrillic and Greek that are drawn as Latin ones: a name of these alone pretends to be another.
_DRAWN_AS_LATIN = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡмтвкнαινκορτυχωη")
_PHONETIC = re.compile("[\u0250-\u02af\u1d00-\u1dbf]")  # of no language's spelling, drawn as other Latin letters
_WRITTEN_TOGETHER = ({"CJK", "HIRAGANA", "KATAKANA"}, {"CJK", "HANGUL"}, {"CJK", "BOPOMOFO"})  # each also with Latin


def is_ip(host: str) -> bool:
    """Tells whether a host is, or would be taken for, an IP address: its last part is a number."""
    return ":" in host or bool(_NUMBER.fullmatch(host.rpartition(".")[2]))


def host_name(name: str) -> str:
    """Returns a host's name in the one spelling that is resolved, or its IP address in the usual one.

    Raises:
        FetchRefused: it is neither, or written to look like another.
    """
    import idna

    wrong = FetchRefused("the address names no host that can be told for certain; check its spelling")
    if ":" in name:
        try:
            return ipaddress.IPv6Address(name).compressed
        except ValueError:
            raise wrong from None
    try:
        host = name if name.isascii() else idna.encode(name, uts46=True, std3_rules=True).decode()
        labels = host.lower().removesuffix(".").split(".")
        for label in labels:
            if label.startswith("xn--"):
                _check_script(idna.decode(label), is_foreign=labels[-1].startswith("xn--"))
    except UnicodeError:  # of which idna's errors are kinds
        raise wrong from None
    if not all(map(_LABEL.fullmatch, labels)):
        raise wrong
    host = ".".join(labels)
    if is_ip(host):  # browsers and resolvers read 127.1, 0x7f.1 and 2130706433 as addresses, each in its own way
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise wrong from None
    return host


def _check_script(label: str, *, is_foreign: bool) -> None:
    """Checks one part of a host's name that is not ASCII; `is_foreign`: nor is its last part, such as a country's.

    Raises:
        FetchRefused: it mixes scripts that are not written together, or can be taken for Latin letters.
    """
    letters = set(filter(str.isalpha, label))
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in letters}
    is_mixed = len(scripts) > 1 and not any(scripts <= group | {"LATIN"} for group in _WRITTEN_TOGETHER)
    pretends = bool(letters) and letters <= _DRAWN_AS_LATIN and not is_foreign
    if is_mixed or pretends or _PHONETIC.search(label):
        raise FetchRefused(f"the host's name {label!r} can be taken for another; write it as it is registered")
