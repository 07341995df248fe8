"""What a page tells machines of its article: JSON-LD as schema.org has it, and the properties of its head."""

from __future__ import annotations

import html
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from retrieval.errors import SourceError
from retrieval.sources.markup import text_of
from retrieval.sources.validation import article_address
from retrieval.text.boilerplate import without_marks, without_role
from retrieval.text.lexicon import words
from retrieval.text.words import count_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from lxml.html import HtmlElement

_ARTICLE = re.compile(r"(?:.*/)?(?:\w*Article|\w*Posting|Report|Review|OpinionNewsArticle)", re.ASCII)
_MOST_NODES = 5_000
_CONTROL = re.compile(r"[\x00-\x1f]+")
_ADDRESS = re.compile(r"\s*(?:https?:|www\.|@|mailto:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StructuredData:
    """What a page says of its article; None or empty where it says nothing. Dates are as written."""

    headline: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: str | None = None
    modified: str | None = None
    body: str | None = None
    posts: str = ""  # of a live report, each below its headline
    is_free: bool = True
    is_article: bool = False

    def instead_of(self, shown: str) -> str:
        """Returns the text of the data where the page shows less than half of it, as one that needs scripts does.

        So it does where what is shown is the same without its paragraphs, or the posts of a report without headlines.
        """
        if count_words(self.posts) > count_words(shown):
            return self.posts
        body = self.body or ""
        told = text_of(body) if "</" in body else "\n\n".join(filter(None, map(str.strip, body.splitlines())))
        is_whole = 2 * count_words(shown) >= count_words(told) and ("\n\n" in shown or "\n\n" not in told)
        return shown if is_whole or not self.is_free else told


def structured_data(tree: HtmlElement, url: str | None = None) -> StructuredData:
    """Returns what the page's JSON-LD says of its article; of several, of the one that is said to be of this address.

    Where that is not told, it is the first that has a headline.
    """
    nodes = [node for script in json_ld(tree) for node in objects(script)]
    articles = [node for node in nodes if any(map(_ARTICLE.fullmatch, _strings(node.get("@type"))))]
    node = min(articles, key=lambda node: (not is_of(node, url), not node.get("headline")), default={})
    by_id = {str(node["@id"]): node for node in sorted(nodes, key=_has_type) if {"@id", "name"} <= node.keys()}
    return StructuredData(
        headline=_text(node.get("headline")) or _text(node.get("name")),
        authors=tuple(_names(node.get("author") or node.get("creator"), by_id)),
        publisher=next(iter(_names(node.get("publisher"), by_id)), None),
        published=_text(node.get("datePublished")) or _text(node.get("dateCreated")),
        modified=_text(node.get("dateModified")),
        body=next(iter(_strings(node.get("articleBody"))), None),
        posts="\n\n".join(_posts(node.get("liveBlogUpdate"))),
        is_free=str(node.get("isAccessibleForFree", True)).lower() not in {"false", "0", "no"},
        is_article=bool(node),
    )


def is_of(node: Mapping[str, Any], url: str | None) -> bool:
    """Tells whether an article of JSON-LD is said to be that of an address."""
    page = node.get("mainEntityOfPage")
    named = [node.get("url"), node.get("@id"), *(page.values() if isinstance(page, dict) else [page])]
    for address in _strings(named) if url else ():
        with suppress(SourceError, ValueError):
            if article_address(urljoin(url or "", address)) == article_address(url or ""):
                return True
    return False


def head_property(tree: HtmlElement, *names: str) -> str | None:
    """Returns the content of the first of these `<meta>` properties, names or itemprops that the page has."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        for key in (meta.get("property"), meta.get("name"), meta.get("itemprop")):
            if key and content:
                found.setdefault(key.lower(), content)
    return next((found[name] for name in names if name in found), None)


def person(name: str) -> str | None:
    """Returns an author's name without "By" and role; None for an address, an account's name or nothing."""
    bare = without_role(without_marks(" ".join(html.unescape(name).split())).strip(" ,;|"))
    is_none = _ADDRESS.match(bare) or bare.lower() in words("account_names") or not any(map(str.isalpha, bare))
    return None if is_none else bare


def joined(names: Sequence[str]) -> str | None:
    """Returns a byline of some names, "Ida Lund, Bo Aas and Una Sohl"; None for none."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) or None


def json_ld(tree: HtmlElement) -> Iterator[Any]:
    """Yields what a page's JSON-LD scripts hold; one that is broken is passed over."""
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->")
            text = text.replace("//<![CDATA[", "").replace("//]]>", "").strip().rstrip(";")
            try:
                yield json.loads(_CONTROL.sub(" ", text))
            except (ValueError, RecursionError):
                continue


def objects(value: object) -> Iterator[Mapping[str, Any]]:
    """Finds all objects of JSON-LD, those outside first."""
    waiting = [value]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        inner = waiting.pop(0)
        if isinstance(inner, dict):
            yield inner
            waiting.extend(inner.values())
        elif isinstance(inner, list):
            waiting.extend(inner)


def _has_type(node: Mapping[str, Any]) -> bool:
    """Tells whether an object describes something, and does not only point to where it is described."""
    return "@type" in node


def _strings(value: object) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _names(value: object, by_id: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Returns the names of people or bodies that are given as words, objects, or where they are described."""
    names: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        named = [item] if isinstance(item, str) else []
        if isinstance(item, dict):
            described = by_id.get(str(item.get("@id")), {})  # "editor" may be called Ida Lund there
            named = _strings(described.get("name") or item.get("name"))
        names += filter(None, map(person, named))
    return list(dict.fromkeys(names))


def _posts(value: object) -> Iterator[str]:
    """Yields headlines and texts of a live report's posts."""
    for post in value if isinstance(value, list) else []:
        body = next(iter(_strings(post.get("articleBody"))), "") if isinstance(post, dict) else ""
        if text := text_of(body):
            headline = _text(post.get("headline")) or ""
            if not text.startswith(headline.rstrip(" .…")):  # else it was made of it
                yield headline
            yield text


def _text(value: object) -> str | None:
    return " ".join(html.unescape(str(value)).split()) or None if isinstance(value, str | int) else None
