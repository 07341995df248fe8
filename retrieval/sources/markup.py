"""Markup to text, at the boundary: what is stored is what people read. Pure."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from lxml import etree

_HAS_MARKUP = re.compile(r"<[a-zA-Z/!?]|&(?:#|[a-zA-Z])")
_BLANKS = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\s*\n\s*\n\s*")
_WHITE = re.compile(r"\s+")
_LINE = re.compile(r" ?\n ?")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d{0,2});")
# What hyphenates words or parts them without being seen; joiners that shape letters and signs are left.
_INVISIBLE = re.compile(
    "&(?:shy|#173|#xad|ZeroWidthSpace|#8203|#x200b|NoBreak);|[\xad\u200b\u2060\ufeff]", re.IGNORECASE
)
_HIDING = re.compile(
    r"display:none|visibility:hidden|(?:font-size|opacity):0(?![.\d]*[1-9])|(?:left|top|text-indent):-\d{3}"
)
_NO_LETTER = re.compile(r"[\W_]+")
_MOST_ESCAPED = 2  # times that what comes out of feeds is escaped
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n")
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|cite|code|del|em|font|i|img|ins|mark|q|s|small|span|strike|strong|sub|sup|time|u)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=[^\s*_])([^*_\n]{1,500}?)(?<=[^\s*_])\1(?![\w*])")
_LINK = re.compile(
    r"!?\[([^\[\]\n]{0,500})\]\([^()\s]{1,1000}(?:\([^()\s]{0,100}\)[^()\s]{0,500})?(?: \"[^\"\n]{0,300}\")?\)"
)
_UNSEEN = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg", "head", "title", "form"})
_WHOLE = frozenset({"html", "body"})
_LINES = frozenset({"br", "tr", "li", "dt", "dd", "option"})  # each begins one
_CELLS = frozenset({"td", "th"})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "details", "div", "dl", "fieldset", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "summary",
    "table", "tbody", "ul",
})  # fmt: skip
_BLOCK_TAG = re.compile(
    rf"</?(?:{'|'.join(sorted(_UNSEEN | _LINES | _CELLS | _BLOCKS))})(?:\s[^<>]{{0,2000}})?/?>|<!--", re.IGNORECASE
)


def text_of(markup: str) -> str:
    r"""Returns the words of a piece of HTML: blocks as paragraphs, entities decoded; a text without markup as it is.

    What no reader sees, as scripts and styles, is left out. Items of a list are a line each, and so are rows of a
    table, "Team | Points".

    Example:
        `text_of("<p>Ann&rsquo;s pier</p><p>is long.</p>") == "Ann’s pier\n\nis long."`
    """
    if not _HAS_MARKUP.search(markup):
        return markup.strip()
    root = parsed_html(without_invisible(markup))
    if root is None:
        return ""
    pieces = "".join(_pieces(root))
    paragraphs = _BREAKS.split(_BLANKS.sub(" ", pieces))
    return "\n\n".join(filter(None, (_LINE.sub("\n", paragraph).strip() for paragraph in paragraphs)))


def without_invisible(markup: str) -> str:
    """Returns a piece of HTML without soft hyphens and spaces of no width, which would part words that are one."""
    return _INVISIBLE.sub("", markup)


def hides(element: etree._Element) -> bool:
    """Tells whether an element says that it is not shown."""
    style = "".join((element.get("style") or "").lower().split())
    return element.get("hidden") is not None or _HIDING.search(style) is not None


def letters(words: str) -> str:
    """Returns the letters and digits of some words, in small letters: what of a name an address can hold."""
    return _NO_LETTER.sub("", words.lower())


def decoded(text: str) -> str:
    """Returns a text that came out of HTML with its entities decoded, which was escaped once more than it should be."""
    return html.unescape(text) if _ENTITY.search(text) else text


def plain_text(text: str) -> str:
    r"""Returns what a field of a row says, where it was written as HTML or in parts; plain text stays as it is.

    Blank lines part paragraphs whether or not the markup does.

    Example:
        `plain_text("<p>12&nbsp;hectares</p>\n\nR&D") == "12 hectares\n\nR&D"`
    """
    if _BLOCK_TAG.search(text):
        return text_of(_BLANK_LINES.sub("<br><br>", text))
    bare = _INLINE_TAG.sub("", text)
    for _ in range(_MOST_ESCAPED):
        if not _ENTITY.search(bare):
            break
        bare = html.unescape(bare).replace("\xa0", " ")
        if bare.lstrip().startswith("<") and _BLOCK_TAG.search(bare):  # the whole was escaped once more
            return text_of(_BLANK_LINES.sub("<br><br>", bare))
    return bare


def plain_markdown(text: str) -> str:
    r"""Returns a Markdown text without emphasis and links in its lines; headings and lists keep theirs.

    Example:
        >>> plain_markdown("# The **old** pier\n\n[Ida Lund](https://example.org) wrote _this_.")
        '# The old pier\n\nIda Lund wrote this.'
    """
    return _EMPHASIS.sub(r"\2", _LINK.sub(lambda link: "" if link[0].startswith("!") else link[1], text))


def parsed_html(markup: str) -> etree._Element | None:
    """Returns the root of a piece of HTML, however broken; None for nothing. What is nested too deeply is left out.

    It takes time in proportion to its length, as Python's own html.parser does not.
    """
    from lxml import etree

    parser = etree.HTMLParser(recover=True, remove_comments=True, remove_pis=True, no_network=True, encoding="utf-8")
    try:
        return etree.fromstring(markup.encode(errors="replace"), parser)
    except etree.XMLSyntaxError:  # there is nothing in it
        return None


def local_name(element: etree._Element | Element | None) -> str:
    """Returns an XML element's name without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if element is not None and isinstance(element.tag, str) else ""


def _pieces(root: etree._Element) -> Iterator[str]:
    """Yields the words and what parts them, in the order of the page."""
    from lxml import etree

    unseen: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = str(element.tag)
        if event == "end":
            unseen = None if element is unseen else unseen
            if unseen is None:
                yield "\n\n" if tag in _BLOCKS else ""
                yield _WHITE.sub(" ", element.tail or "")
        elif unseen is None:
            if _is_unseen(element):
                unseen = element
            else:
                yield _gap(element)
                yield _WHITE.sub(" ", element.text or "")


def _is_unseen(element: etree._Element) -> bool:
    """Tells whether no reader sees an element; that the whole page is hidden is changed by a script."""
    return element.tag in _UNSEEN or (element.tag not in _WHOLE and hides(element))


def _is_beside(cell: etree._Element) -> bool:
    """Tells whether a cell stands beside one before it, each with a line of words and not with a part of a page."""
    before = cell.getprevious()
    are_lines = all(not any(inner.tag in _BLOCKS for inner in one) for one in (cell, before) if one is not None)
    return (
        before is not None
        and before.tag in _CELLS
        and are_lines
        and any(str(words).strip() for words in before.itertext())
    )


def _gap(element: etree._Element) -> str:
    """Returns what parts the words of an element from those before it."""
    if element.tag in _BLOCKS:
        return "\n\n"
    if element.tag in _CELLS:
        return " | " if _is_beside(element) else " "
    return "\n" if element.tag in _LINES else ""
