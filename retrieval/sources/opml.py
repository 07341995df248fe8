"""Lists of feeds as OPML 2.0 (http://opml.org/spec2.opml), as feed readers import and export them. Pure."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ElementTree, ParseError, SubElement, indent, register_namespace

from retrieval.errors import SourceError
from retrieval.sources.identity import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMESPACE = "https://byline.invalid/opml"  # of the attributes that only Byline writes and reads
_JOINT = ", "


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of a list; of the words that an article must or must not hold, those that Byline wrote."""

    url: str
    title: str = ""
    site: str | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


def read_opml(data: bytes) -> list[Outline]:
    """Returns the feeds of a list, in its order, each once, in whatever folders they stand.

    Raises:
        SourceError: it is no OPML that is read, or names no feed.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise SourceError("it is no OPML that can be read; export it from your feed reader again") from None
    found: dict[str, Outline] = {}
    for element in root.iter("outline"):
        with suppress(SourceError):
            url = element.get("xmlUrl", "").strip()
            outline = Outline(
                url,
                element.get("title", "") or element.get("text", ""),
                element.get("htmlUrl") or None,
                _words(element, "must"),
                _words(element, "mustNot"),
            )
            found.setdefault(canonical_url(url), outline)
    if not found:
        raise SourceError("it names no feed (an outline with an xmlUrl); export it from your feed reader again")
    return list(found.values())


def write_opml(outlines: Iterable[Outline]) -> bytes:
    """Returns a list of feeds, in UTF-8."""
    register_namespace("byline", _NAMESPACE)
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "Byline"
    body = SubElement(root, "body")
    for outline in outlines:
        named = outline.title or outline.url
        attributes = {"type": "rss", "text": named, "title": named, "xmlUrl": outline.url}
        attributes |= {"htmlUrl": outline.site} if outline.site else {}
        for name, words in (("must", outline.must), ("mustNot", outline.must_not)):
            attributes |= {f"{{{_NAMESPACE}}}{name}": _JOINT.join(words)} if words else {}
        SubElement(body, "outline", attributes)
    indent(root)
    written = io.BytesIO()
    ElementTree(root).write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue() + b"\n"


def _words(element: Element, name: str) -> tuple[str, ...]:
    words = element.get(f"{{{_NAMESPACE}}}{name}", "").split(_JOINT.strip())
    return tuple(filter(None, map(str.strip, words)))
