"""Documents that are XML in a zip file to articles: .docx, .odt, and books, .epub. They are opened with bounds."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.dates import iso_date, stamped
from retrieval.sources.decoding import decode
from retrieval.sources.markup import local_name, text_of
from retrieval.text.boilerplate import byline_of
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

_TOP = 4  # paragraphs in which the byline stands
_MAX_TITLE = 300
_EMPTY = "it holds no text; write some, or save it again"
# Where the words of a .docx stand, and what stands among them that is not shown.
_UNSHOWN = {"del", "moveFrom", "instrText", "delText", "pict", "drawing", "annotation", "note", "tracked-changes"}
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "line-break": "\n", "s": " "}


def read_docx(data: bytes, *, source: str, stem: str, most: int) -> Article:
    """Reads the article of a .docx: its paragraphs, its lists and the rows of its tables, without heads and notes.

    Raises:
        SourceError: it cannot be read, or holds no text.
    """
    parts = XmlParts(data, most)
    body = parts.xml("word/document.xml")
    told = _told(parts.xml("docProps/core.xml"))
    return _article(_paragraphs(body), told, source, stem)


def read_odt(data: bytes, *, source: str, stem: str, most: int) -> Article:
    """Reads the article of an .odt, as `read_docx` does.

    Raises:
        SourceError: it cannot be read, or holds no text.
    """
    parts = XmlParts(data, most)
    root = parts.xml("content.xml")
    texts = root.iter("{*}text") if root is not None else ()
    body = next((element for element in texts if local_name(element.getparent()) == "body"), None)
    return _article(_paragraphs(body), _told(parts.xml("meta.xml")), source, stem)


def read_epub(data: bytes, *, source: str, stem: str, most: int) -> Article:
    """Reads a book as one article, its chapters in order.

    Raises:
        SourceError: it cannot be read, or holds no text.
    """
    parts = XmlParts(data, most)
    container = parts.xml("META-INF/container.xml")
    root = container.find(".//{*}rootfile") if container is not None else None
    path = root.get("full-path", "") if root is not None else ""
    package = parts.xml(path) if path else None
    if package is None:
        raise SourceError("it is damaged or no book; save it again")
    files = {e.get("id"): e.get("href", "") for e in package.iter("{*}item")}
    spine = dict.fromkeys(files.get(e.get("idref"), "") for e in package.iter("{*}itemref"))  # each chapter once
    folder = posixpath.dirname(path)
    chapters = (text_of(decode(parts.read(posixpath.normpath(posixpath.join(folder, name))))) for name in spine if name)
    told = _told(package)
    text = "\n\n".join(filter(None, chapters))
    if not text:
        raise SourceError(_EMPTY)
    return Article(
        id=source,
        title=told.get("title", stem),
        text=text,
        byline=told.get("creator"),
        publisher=told.get("publisher"),
        published=iso_date(told.get("date", "")),
        source=source,
    )


def _told(root: etree._Element | None) -> dict[str, str]:
    """Returns what a document tells of itself, by the local names of Dublin Core; the first of each."""
    found: dict[str, str] = {}
    for element in root.iter() if root is not None else ():
        if words := " ".join((element.text or "").split()):
            found.setdefault(local_name(element), words)
    return found


def _paragraphs(body: etree._Element | None) -> Iterator[tuple[str, str]]:
    """Yields the paragraphs of a document, each with its style: the rows of a table are lines of one."""
    for element in body if body is not None else ():
        tag = local_name(element)
        if tag in {"tbl", "table"}:
            rows = element.iter("{*}tr", "{*}table-row")
            cells = ([cell_words(cell) for cell in row.iterchildren("{*}tc", "{*}table-cell")] for row in rows)
            yield "\n".join(" | ".join(row) for row in cells if any(row)), "table"
        elif tag in {"p", "h"}:
            yield "".join(_words(element)).strip(), style_of(element)
        elif tag not in _UNSHOWN:  # a list, a section, what was inserted
            yield from _paragraphs(element)


def cell_words(cell: etree._Element) -> str:
    """Returns the words of a table's cell on one line."""
    return " ".join(" ".join(_words(cell)).split())


def _words(element: etree._Element) -> Iterator[str]:
    """Yields the words that are shown of an element, depth first."""
    if local_name(element) in {"t", "p", "h", "span", "a"}:
        yield element.text or ""
    for inner in element:
        tag = local_name(inner)
        if tag in _BREAKS:
            yield _BREAKS[tag]
        elif tag and tag not in _UNSHOWN:
            yield from _words(inner)
        if local_name(element) in {"p", "h", "span", "a"}:
            yield inner.tail or ""


def style_of(paragraph: etree._Element) -> str:
    """Returns the name of a paragraph's style, in small letters; "" where it has none."""
    for element in paragraph.iter():
        for key, value in element.attrib.items():
            name = str(key).rpartition("}")[2]
            if name == "style-name" or (name == "val" and local_name(element) == "pStyle"):
                return str(value).lower()
    return ""


def _article(paragraphs: Iterable[tuple[str, str]], told: dict[str, str], source: str, stem: str) -> Article:
    """Returns the article of some paragraphs: its title is what is styled so, else what the file tells, else its first.

    Raises:
        SourceError: there are none.
    """
    shown = [(words, style) for words, style in paragraphs if words]
    if not shown:
        raise SourceError(_EMPTY)
    lines = [words for words, _ in shown]
    title = next((words for words, style in shown if style == "title"), told.get("title", lines[0]))
    return Article(
        id=source,
        title=title if len(title) <= _MAX_TITLE else stem,
        text="\n\n".join(lines),
        byline=next(filter(None, map(byline_of, lines[:_TOP])), None),
        published=stamped(lines[:_TOP]),
        source=source,
    )


class XmlParts:
    """An open document."""

    def __init__(self, data: bytes, most: int) -> None:
        """Opens it; `most` bounds what is unpacked of all its parts together.

        Raises:
            SourceError: it is no zip file.
        """
        self._left = most
        self._most = most
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise SourceError("it is damaged or none of its kind; save it again") from None

    def names(self) -> list[str]:
        """Returns the names of all parts."""
        return self._zip.namelist()

    def read(self, name: str) -> bytes:
        """Returns a part, unpacked; empty where there is none.

        Raises:
            SourceError: it is larger than what is left of the bound, encrypted or damaged.
        """
        try:
            with self._zip.open(name) as part:
                data = part.read(self._left + 1)
        except KeyError:
            return b""
        except RuntimeError:
            raise SourceError("it is encrypted; save it without a password") from None
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError):
            raise SourceError("it is damaged; save it again") from None
        self._left -= len(data)
        if self._left < 0:
            raise SourceError(f"it holds more than {self._most:,} bytes when unpacked; add it in parts")
        return data

    def xml(self, name: str) -> etree._Element | None:
        """Returns the root of a part that is XML; None where there is none that can be read.

        Raises:
            SourceError: as `read` does, or it declares entities of its own, which stand for anything.
        """
        from lxml import etree

        data = self.read(name)
        if not data:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
        root = etree.fromstring(data, parser)
        if root is not None and root.getroottree().docinfo.internalDTD is not None:
            raise SourceError("it declares entities of its own, as no such document has to; save it again")
        return root
