"""Which web addresses may be fetched: checked as they are written, and again as what their names resolve to.

A host's name has one spelling; what is written to look like another name or address is refused.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from retrieval.errors import FetchRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from urllib.parse import SplitResult

    IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
    IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_URL = 2_000  # characters
_PORTS = {"http": 80, "https": 443}
_UNSHOWN = re.compile(r"[\x00-\x20\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\\]")
# Networks that lead to machines at home, to other networks, or nowhere, beside those that `ipaddress` calls not global.
_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            *("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10", "::/96", "64:ff9b:1::/48", "100::/32"),
            *("2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10"),
        ),
    )
)
# Names that are of one machine or network by their endings (RFC 6761, RFC 8375), or that no resolver of the web knows.
_OWN_NAMES = (".localhost", ".localdomain", ".local", ".internal", ".lan", ".home.arpa", ".invalid", ".onion")
# What a company calls its own network; never loopback, nor link-local addresses, where a cloud hands out its keys.
_OWN = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")))
_METADATA = tuple(map(ipaddress.ip_network, ("100.100.100.200/32", "fd00:ec2::/32")))
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # how IPv6 alone reaches IPv4: the last four bytes
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Letters of Cyrillic and Greek that are drawn as Latin ones: a name of these alone pretends to be another.
_DRAWN_AS_LATIN = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡмтвкнαινκορτυχωη")
_PHONETIC = re.compile("[\u0250-\u02af\u1d00-\u1dbf]")  # of no language's spelling, drawn as other Latin letters
_WRITTEN_TOGETHER = ({"CJK", "HIRAGANA", "KATAKANA"}, {"CJK", "HANGUL"}, {"CJK", "BOPOMOFO"})  # each also with Latin


@dataclass(frozen=True, slots=True)
class Address:
    """A web address in the parts that a request is made of, so that nothing parses it a second time."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")

    def __str__(self) -> str:
        return self.origin + self.target


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What may be fetched.

    Attributes:
        allow: hosts, as "host" or "host:port", that may stand in a company's own network, and on any port named.
        networks: networks that may be reached although they are not public; for tests, which have loopback alone.
    """

    allow: Sequence[str] = ()
    networks: Sequence[IPNetwork] = field(default=())

    def address(self, url: str, base: str = "") -> Address:
        """Returns the parts of an address, which may be written as seen from another, `base`.

        Raises:
            FetchRefused: it is no plain http or https address of a public host.
        """
        parts, named, port = _plain_parts(url.strip(), base)
        host = host_name(named)
        self._check_place(host, port)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
        return Address(parts.scheme, host, port, f"{path}?{query}" if query else path)

    def _check_place(self, host: str, port: int) -> None:
        if port not in _PORTS.values() and f"{host}:{port}" not in self.allow:
            raise FetchRefused(
                f"port {port} is none of a web site; name {host}:{port} in BYLINE_FETCH_ALLOW to fetch from it"
            )
        if is_ip(host):
            self.check(host, host, port)
        elif ("." not in host or host.endswith(_OWN_NAMES)) and not self._allows(host, port):
            raise FetchRefused(
                f"{host} is no public host; name it in BYLINE_FETCH_ALLOW if it is one of your own network"
            )

    def check(self, ip: str, host: str, port: int) -> None:
        """Checks an address that a host has.

        Raises:
            FetchRefused: it is not one of the public internet, nor allowed to be another.
        """
        address = ipaddress.ip_address(ip.partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or address in _TRANSLATED):
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        own = _is_within(address, _OWN) and not _is_within(address, _METADATA)
        reached = is_public(address), _is_within(address, self.networks), own and self._allows(host, port)
        if "%" not in ip and any(reached):  # a zone is a way of this machine
            return
        told = "hosts of your own network can be named in BYLINE_FETCH_ALLOW" if own else "no setting allows it"
        raise FetchRefused(f"{host} is {address}, which is not on the public internet; {told}")

    def _allows(self, host: str, port: int) -> bool:
        return host in self.allow or f"{host}:{port}" in self.allow


def _plain_parts(url: str, base: str) -> tuple[SplitResult, str, int]:
    """Returns the parts of an address of which nothing is left out or guessed, its host as written, and its port.

    Raises:
        FetchRefused: it cannot be read, is none of the web, or is written so that two might read it differently.
    """
    try:
        url = urljoin(base, url)
        parts = urlsplit(url)
        named, port = parts.hostname, parts.port
    except ValueError:
        raise FetchRefused("the address cannot be read; check its spelling") from None
    if len(url) > MAX_URL or _UNSHOWN.search(url.replace(" ", "%20")):
        raise FetchRefused("the address is too long or holds characters that no address has; check its spelling")
    if parts.scheme not in _PORTS or not named:
        raise FetchRefused("only http and https addresses are fetched; give the address of a web page")
    if "@" in parts.netloc:
        raise FetchRefused("the address holds a user name or password, which are never sent; leave them out")
    if "[" in parts.netloc and ":" not in named:  # a form of a later version of IP, which there is none of
        raise FetchRefused("the address names no host that can be told for certain; check its spelling")
    return parts, named, _PORTS[parts.scheme] if port is None else port


def _is_within(address: IPAddress, networks: Sequence[IPNetwork]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def is_public(address: IPAddress) -> bool:
    """Tells whether an IP address is one of the public internet."""
    special = address.is_multicast, address.is_reserved, address.is_unspecified, address.is_link_local
    return address.is_global and not any(special) and not _is_within(address, _NOT_PUBLIC)


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
