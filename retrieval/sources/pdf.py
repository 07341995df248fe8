"""A PDF to an article: its pages' lines made paragraphs again, without running heads and page numbers.

The lines of a scan are read by tesseract (https://tesseract-ocr.github.io), of pages that pdftoppm, of Poppler, draws;
neither is needed for anything else.
"""

from __future__ import annotations

import io
import math
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.text.boilerplate import byline_of
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pypdf import PageObject

_MOST_PAGES = 2_000
_EDGE = 2  # lines at the top and the bottom of a page, of which a running head or foot is one
_REPEATED = 0.5  # of the pages have it
_FEWEST_PAGES = 2
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"\W*(?:\w{1,6}\W+)?\d{1,4}(?:\W+(?:\w{1,4}\W+)?\d{1,4})?\W*")
_FILE_NAME = re.compile(r"untitled\b.*|.*\.(?:docx?|indd|qxp|pdf|tex|odt|pages)", re.IGNORECASE)
_SENTENCE_END = (".", "!", "?", "”", '"', ":", "…")
_FULL = 0.75  # of the usual width; a line that is shorter and ends a sentence ends a paragraph
_MAX_TITLE = 200
_CELLS = " | "
_FEWEST_OF_TABLE = 3  # rows
_SAME_HEIGHT = 2.0  # points between pieces of one row
_FEWEST_ROWS = 5  # that a page of columns has side by side
_COLUMN = 20  # characters of a column's usual line
_WIDTH = 0.45  # of a letter, to its size
_TOOLS = ("pdftoppm", "tesseract")
_MOST_SCANNED = 20  # pages
_SECONDS = 80.0  # in all: the process that parses is ended after a little more
_RESOLUTION = "200"  # dots an inch
_REMEDY = "have them read by a text recognition first"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a page that were written at once, where they begin, in points from the lower left, their size."""

    text: str
    x: float
    y: float
    size: float

    @property
    def end(self) -> float:
        """About where it ends."""
        return self.x + _WIDTH * self.size * len(self.text.strip())


def read_pdf(data: bytes, *, source: str, stem: str) -> Article:
    """Reads the article of a PDF. Its title is what it tells of itself, else its first line; its date is unknown.

    Raises:
        SourceError: it cannot be read, is encrypted, or is a scan whose text cannot be recognised.
    """
    told, pages, is_pictured = opened(data)
    if is_pictured and not any(map(any, pages)):
        pages = recognised(data, len(pages))
    lines = list(report_lines(pages))
    if not any(lines):
        raise SourceError(f"its pages hold no text; {_REMEDY}")
    title = next(filter(None, lines)) if not told or _FILE_NAME.fullmatch(told) else told
    return Article(
        id=source,
        title=title if len(title) <= _MAX_TITLE else stem,
        text="\n\n".join(filter(None, joined_lines(lines))),
        byline=next(filter(None, map(byline_of, lines[:6])), None),
        source=source,
    )


def opened(data: bytes) -> tuple[str, list[list[str]], bool]:
    """Returns the title that a PDF tells of itself, the lines of its pages, and whether there are pictures on them.

    Raises:
        SourceError: it cannot be read, or is encrypted.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError("it is encrypted; save it without a password")
        if len(reader.pages) > _MOST_PAGES:
            raise SourceError(f"it has more than {_MOST_PAGES:,} pages; add it in parts")
        pages = list(map(page_lines, reader.pages))
        is_pictured = any("/XObject" in page.get("/Resources", ()) for page in reader.pages)
        return ((reader.metadata.title if reader.metadata else None) or "").strip(), pages, is_pictured
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, NotImplementedError):
        raise SourceError("it is damaged or no PDF; save it again") from None


def page_lines(page: PageObject) -> list[str]:
    """Returns the lines of a page; where it writes two columns side by side, those of one before those of the next."""
    pieces: list[Piece] = []

    def take(text: str, moved: Sequence[float], placed: Sequence[float], font: object, size: float) -> None:  # noqa: ARG001
        if text.strip():
            x, y = (moved[2 * axis] * placed[4] + moved[2 * axis + 1] * placed[5] + moved[4 + axis] for axis in (0, 1))
            pieces.append(Piece(text, x, y, size * abs(placed[3] or 1)))

    whole = page.extract_text(visitor_text=take)
    column = second_column(pieces)
    if column is not None:
        return list(in_columns(pieces, column))
    rows = rows_of(pieces)
    return list(with_tables(rows)) if has_table(rows) else [line.strip() for line in whole.splitlines()]


def rows_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Returns the pieces of each row of a page, from the top, in the order in which they were written."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.y):  # it keeps the order of those on one height
        if rows and rows[-1][0].y - piece.y <= _SAME_HEIGHT:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return rows


def are_cells(row: Sequence[Piece]) -> bool:
    """Tells whether the pieces of a row stand apart as the cells of a table do, few words in each but the first."""
    apart = all(behind.x - before.end > behind.size for before, behind in pairwise(row))
    return len(row) > 1 and apart and all(len(piece.text.strip()) < _COLUMN for piece in row[1:])


def has_table(rows: Sequence[Sequence[Piece]]) -> bool:
    """Tells whether some rows that follow each other are those of a table."""
    return any(all(map(are_cells, rows[at : at + _FEWEST_OF_TABLE])) for at in range(len(rows) - _FEWEST_OF_TABLE + 1))


def with_tables(rows: Sequence[Sequence[Piece]]) -> Iterator[str]:
    """Yields the lines of a page, the cells of a table's row parted by bars."""
    for row in rows:
        cells = [" ".join(piece.text.split()) for piece in sorted(row, key=attrgetter("x"))]
        yield _CELLS.join(cells) if are_cells(row) else text_of_row(row)


def second_column(pieces: Sequence[Piece]) -> float | None:
    """Returns where the second column of a page begins that writes its rows over both; None where there is none."""
    rows = rows_of(pieces)
    first = min(usual_starts(row[0] for row in rows), default=math.inf)
    inner = sorted(usual_starts(piece for row in rows for piece in row[1:]))
    return next((x - 1.0 for x in inner if x > first and are_columns(rows, x)), None)


def usual_starts(pieces: Iterable[Piece]) -> list[int]:
    """Returns where many of some pieces begin."""
    return [x for x, count in Counter(round(piece.x) for piece in pieces).items() if count >= _FEWEST_ROWS]


def are_columns(rows: Sequence[Sequence[Piece]], x: float) -> bool:
    """Tells whether rows stand side by side before and behind a place.

    A column is prose: what begins there in row after row is as long as a line, as no cell of a table is.
    """
    beside = (row for row in rows if row[0].x < x - 1 and any(abs(piece.x - x) <= 1 for piece in row))
    both = [[len(text_of_row(side)) for side in parted(row, x)] for row in beside]
    return len(both) >= _FEWEST_ROWS and min(map(statistics.median_low, zip(*both, strict=True))) >= _COLUMN


def parted(row: Sequence[Piece], x: float) -> tuple[list[Piece], list[Piece]]:
    """Returns the pieces of a row before a place and those from there on."""
    return [piece for piece in row if piece.x < x - 1], [piece for piece in row if piece.x >= x - 1]


def text_of_row(row: Sequence[Piece]) -> str:
    """Returns the words of a row's pieces, between which pypdf has put blanks where they stand apart."""
    return " ".join("".join(piece.text for piece in row).split())


def in_columns(pieces: Sequence[Piece], x: float) -> Iterator[str]:
    """Yields the lines of a page column by column; those that go over both part what is above from what is below."""
    left: list[Piece] = []
    right: list[Piece] = []

    def columns() -> Iterator[str]:
        yield from map(text_of_row, rows_of(left))
        further = second_column(right)
        yield from map(text_of_row, rows_of(right)) if further is None else in_columns(right, further)
        left.clear()
        right.clear()

    for row in rows_of(pieces):
        before, behind = parted(row, x + 1)
        is_over_both = bool(before) and not behind and before[-1].end > x
        if is_over_both:
            yield from columns()
            yield text_of_row(row)
        else:
            left += before
            right += behind
    yield from columns()


def report_lines(pages: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yields the lines of all pages but running heads, feet and page numbers."""
    running = running_lines(pages)
    for page in pages:
        inner = range(_EDGE, len(page) - _EDGE)
        for at, line in enumerate(page):
            is_number = len(pages) > 1 and _PAGE_NUMBER.fullmatch(line)
            if at in inner or not (is_number or _DIGITS.sub("#", line) in running):
                yield line


def running_lines(pages: Sequence[Sequence[str]]) -> set[str]:
    """Returns the lines that stand at the top or bottom of many pages, whatever their numbers, which are "#"."""
    edges = ({_DIGITS.sub("#", line) for line in (*page[:_EDGE], *page[-_EDGE:]) if line} for page in pages)
    times = Counter(chain.from_iterable(edges))
    return {line for line, count in times.items() if count >= max(_FEWEST_PAGES, _REPEATED * len(pages))}


def joined_lines(lines: Sequence[str]) -> Iterator[str]:
    """Yields paragraphs: lines joined, and words made whole that a line's end parts.

    A paragraph ends with a short line that ends a sentence; a short line before a new beginning is a heading.
    """
    widths = sorted(map(len, filter(None, lines)))
    usual = widths[len(widths) * 3 // 4]
    paragraph = ""
    for line, following in pairwise([*lines, ""]):
        if _CELLS in line:  # the rows of a table are lines of one paragraph
            paragraph = f"{paragraph}\n{line}".strip()
            if _CELLS not in following:
                yield paragraph
                paragraph = ""
            continue
        paragraph = with_line(paragraph, line)
        if _CELLS in following or ends_paragraph(paragraph, line, following, usual):
            yield paragraph
            paragraph = ""
    yield paragraph


def ends_paragraph(paragraph: str, line: str, following: str, usual: int) -> bool:
    """Tells whether a paragraph ends with its last line, by that of the next; lines are `usual` characters long."""
    is_heading = paragraph == line and not line.endswith(("-", ",")) and not following[:1].islower()
    ends_sooner = len(line) < _FULL * usual and (paragraph.endswith(_SENTENCE_END) or is_heading)
    return ends_sooner or any(map(byline_of, (line, following)))


def with_line(paragraph: str, line: str) -> str:
    """Returns a paragraph with the next line, whose first word may be the rest of one that a hyphen parts."""
    if paragraph.endswith("-") and line[:1].islower() and paragraph[-2:-1].isalpha():
        return paragraph[:-1] + line
    return f"{paragraph} {line}".strip()


def recognised(data: bytes, pages: int) -> list[list[str]]:
    """Returns the lines of each page of a PDF whose `pages` are pictures.

    Raises:
        SourceError: the tools are not installed, fail, or take too long; or there are more pages than they are given.
    """
    if not all(map(shutil.which, _TOOLS)):
        raise SourceError(f"its pages are pictures without text; {_REMEDY}, or install {' and '.join(_TOOLS)}")
    if pages > _MOST_SCANNED:
        raise SourceError(f"it has more than {_MOST_SCANNED} pages that are pictures without text; {_REMEDY}")
    end = time.monotonic() + _SECONDS
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder, "scan.pdf")
        scan.write_bytes(data)
        _output(end, "pdftoppm", "-gray", "-r", _RESOLUTION, str(scan), f"{folder}/page")
        pictures = sorted(Path(folder).glob("page-*"))
        return [_output(end, "tesseract", str(picture), "stdout").splitlines() for picture in pictures]


def _output(end: float, *command: str) -> str:
    """Returns what a command prints; it may take until `end`."""
    try:
        done = subprocess.run(  # noqa: S603  (one of the tools, and files of our own)
            command,
            capture_output=True,
            check=True,
            timeout=max(end - time.monotonic(), 0),
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},  # threads of tesseract are slower than none
        )
    except (OSError, subprocess.SubprocessError):
        raise SourceError(f"its pages are pictures whose text cannot be read; {_REMEDY}") from None
    return done.stdout.decode(errors="replace")
