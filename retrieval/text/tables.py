"""Lines that say nothing by themselves, told so that they can be read: rows of tables, scores, items of lists. Pure.

A row is told with its header ("Q3 2024 had profit 67"), a score as a sentence ("Orva won 31-28 against Gorm"), an item
of a list with the line that introduces it. What is told is for a model or an index to read; what is cited and shown is
the line as it is written, and `Readable` maps one to the other.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, chain, islice, pairwise, starmap
from typing import TYPE_CHECKING, Literal

from retrieval.text.lexicon import alternatives, table, words
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Cells = tuple[Span, ...]
    Pieces = tuple[Span | str, ...]

MAX_HEADING = 60  # characters of a column's heading, or of a row's name, that are repeated for each of its cells
MAX_LEAD = 200  # characters of the line that introduces a list
_FEWEST_SHORT, _SHORT = 4, 6  # headings that a single blank parts: how many there must be, how short
MOST_COLUMNS = 12  # of a row that is told cell by cell; a wider one names its columns only
_INTRODUCES = re.compile(r"\A#|:\Z")
_BULLET = re.compile(r"(?:[-*•–—·●○◦▪■►▶➤‣✓]|\(?\d{1,3}[.)])\s+(?=\S)")
_UNFINISHED = re.compile(r"[^.!?,;…”\"]\Z")
_NUMBER = re.compile(r"[+−-]?[$£€¥]?\d[\d.,:/–-]*(?:%|[a-z]{1,2})?|[-–—]|n/a", re.IGNORECASE)
_RULES = "=─━═_–—-"  # what a ruled line is drawn with
_BORDERS = f"{_RULES}|│┃+:┼╪╋ \t"
_PIPE = re.compile(r"[|│┃]")
_GAP = re.compile(r"[ \u00a0]{2,}")
_BLANK = re.compile(" ")
_TAB = re.compile(r"\t+")
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?")
_TOKEN = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"[.!?,;:]$")
_CAPITAL = "A-ZÀ-ÖØ-Þ"
_DAY_OR_MONTH = alternatives("weekdays", "weekday_abbreviations", "months")
# Teams may have numbers and signs between their words, "Brighton & Hove 1901"; people have initials and particles.
_TEAM_WORD = rf"(?:[{_CAPITAL}0-9][^\W_]*|of|and|de)"
_TEAM = rf"(?!(?i:{_DAY_OR_MONTH})\b)[{_CAPITAL}][^\W_]*(?:[ .&'’/-]{{1,2}}{_TEAM_WORD}){{0,4}}?\.?"
_PERSON_WORD = rf"(?:(?:[A-Z]\.){{1,3}}|[{_CAPITAL}][\w’'-]*)"
_PERSON = rf"{_PERSON_WORD}(?: (?:{_PERSON_WORD}|of|de|van|von|al|bin)){{0,4}}"
_OF_GAME = r"(?P<label>(?:game|match|final|result|semi-?final|quarter-?final|final score|full[ -]time)\b[^:,]{0,20}: )?"
_BEHIND_SCORE = r"(?P<tail> ?\([^()]{1,60}\))?[.;]?"
_SCORES = tuple(
    re.compile(rf"(?i:{_OF_GAME})(?P<one>{_TEAM}) +(?P<x>\d{{1,3}}){form}{_BEHIND_SCORE}")
    for form in (rf" ?[-–] ?(?P<y>\d{{1,3}}) +(?P<two>{_TEAM})", rf", +(?P<two>{_TEAM}) +(?P<y>\d{{1,3}})")
)
_SCORERS = re.compile(rf" ?\((?P<first>[{_CAPITAL}][^();]*)(?:;\s(?P<second>[{_CAPITAL}][^();]*))?\)")
_RESULT = re.compile(r"(\d{1,3})\s?[-–:]\s?(\d{1,3})")
_LONGEST_SCORE = 120  # characters
_NO_GROUP = Span(-1, -1)  # where a part of a pattern that need not be there is not
_ORDINALS = {int(value): word for word, (value,) in table("ordinals").items()}
_LEAGUE = {"w", "l"}  # columns beside which other single letters are those of a league table
_LEAGUE_WITH_POINTS = {"won", "lost", "points"}  # spelled out; its rows are in the order of their points
_FINISHES = {"finish", "place", "position"}  # columns that tell in which order the rows came in, spelled out
_RANKS = {"rank", "ranking"}  # those that tell in which order they stand
_WON = ", the winner, came first"
_YEAR = re.compile(r"(?:19|20)\d\d")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-4])[:.][0-5]\d(?:\s?[ap]\.?m\.?)?", re.IGNORECASE)
_PLACE = re.compile(r"(\d{1,3})(?:\.|st|nd|rd|th)?")
_NUMBERED = re.compile(r"\(?(\d{1,3})[.)]\s+(?=\S)")
_FEWEST_NUMBERED = 3  # lines that follow one another by number, so that they are a list of their own
_FEWEST_UNMARKED = 3  # lines below what introduces them, so that they are items without a bullet
_LONGEST_UNMARKED = 160  # characters of such an item
_HEADING_WORDS, _HEADING_LENGTHS = 4, 1.5  # of the longest item, from which on a line below the last is a heading
_LABELLED = re.compile(r":\s")
_FEWEST_LABELLED = 0.7  # of the lines of a list, so that the others are headings
_GOES_ON = re.compile(r"\b(?:include[sd]?|including|are|were|(?:is|as) follows)\Z", re.IGNORECASE)
_NAMES_LIST = re.compile(
    r"\b(?:are|following|here[’']s|include[sd]?|including|lists?|these|were)\b[^.!?]*:\Z", re.IGNORECASE
)
_OF_SPEECH = re.compile(
    rf"\b(?:{alternatives('common_speech_verbs', 'speaking_verbs')})(?:\s[\w’'-]+){{0,3}}:\Z", re.IGNORECASE
)
_OPENS_ITEM = re.compile(r"[A-Z\d$£€¥À-ÖØ-Þ]")
_LINK = re.compile(r"[^:]{4,}:(?=[A-Z])")  # "WATCH:Formula 1", the label of a page and its title
_WHOLE_SENTENCE = re.compile(r"\A(?:[^.!?]|[.!?](?!\s))*\.\Z")  # one alone


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line that is read otherwise than it is written, `text[start:end]` without the white space around it.

    Attributes:
        kind: what it is: a row of a table, an item of a list, a score, or a line of names with a number each.
        pieces: what is read instead, in order: spans of the text and words put in; none where it is read as it is.
        lead: the line to show beside it, its header or what introduces it; None where there is none.
        winner: of a score, whoever won; None where nobody did.
    """

    start: int
    end: int
    kind: Literal["row", "item", "score", "counts"]
    pieces: Pieces
    lead: Span | None = None
    winner: Span | None = None


@dataclass(frozen=True, slots=True)
class ToldList:
    """A list with the line that introduces it; None where it is numbered and nothing does."""

    lead: Span | None
    items: tuple[Span, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        return (self.lead, *self.items) if self.lead else self.items


@dataclass(frozen=True, slots=True)
class Readable:
    """A text to read for a stretch of an article.

    `origins` tells where it comes from, in order: its offset and the span of the article that is read from there on.
    """

    text: str
    origins: tuple[tuple[int, Span], ...]

    def to_article(self, span: Span) -> Span | None:
        """Returns the stretch of the article that a span of what is read comes from; None where it was put in."""
        parts = [
            Span(origin.start + max(0, span.start - at), min(origin.end, origin.start + span.end - at))
            for at, origin in self.origins
            if at < span.end and span.start < at + origin.end - origin.start
        ]
        return Span(min(part.start for part in parts), max(part.end for part in parts)) if parts else None

    def of_article(self, span: Span) -> Span:
        """Returns where a stretch of the article is read, with what was put in between; empty where it is not."""
        parts = [
            Span(at + max(0, span.start - origin.start), at + min(origin.end, span.end) - origin.start)
            for at, origin in self.origins
            if origin.start < span.end and span.start < origin.end
        ]
        return Span(min(part.start for part in parts), max(part.end for part in parts)) if parts else Span(0, 0)


def readable(text: str, start: int, end: int) -> Readable:
    """Returns what is read for `text[start:end]`: the same, but for the lines that are told otherwise.

    An item is told with what introduces it, unless that is read anyway. A row or score of which only a part is asked
    for is read as it is.
    """
    if not (lines := told_lines(text)):
        return Readable(text[start:end], ((0, Span(start, end)),))
    first, last = (bisect_left(lines, at, key=lambda line: line.start) for at in (start, end))
    pieces: list[Span | str] = []
    at, lead = start, None
    for line in lines[first:last]:
        pieces.append(Span(at, line.start))
        at = line.start
        if line.kind == "item" and line.lead and line.lead != lead and line.lead.start < start:
            introduction = text[line.lead.start : line.lead.end].rsplit(". ", 1)[-1]
            pieces.append(f"{introduction[-MAX_LEAD:]} ")
        if line.pieces and line.end <= end:
            pieces += line.pieces
            at = line.end
        lead = line.lead
    return _read([*pieces, Span(at, end)], text)


def _read(pieces: Sequence[Span | str], text: str) -> Readable:
    parts = [piece if isinstance(piece, str) else text[piece.start : piece.end] for piece in pieces]
    places = accumulate(map(len, parts), initial=0)
    origins = ((place, piece) for place, piece in zip(places, pieces, strict=False) if isinstance(piece, Span))
    return Readable("".join(parts), tuple(origins))


def told_line(text: str, at: int) -> ToldLine | None:
    """Returns the line at a place of a text where it is one that is told otherwise; its lead is worth showing too."""
    lines = told_lines(text)
    place = bisect_right(lines, at, key=lambda line: line.start) - 1
    return lines[place] if place >= 0 and at < lines[place].end else None


def bullet_end(text: str, at: int) -> int:
    """Returns where the bullet or number of an item ends that stands at a place; the place where there is none."""
    bullet = _BULLET.match(text, at)
    return bullet.end() if bullet else at


@lru_cache(maxsize=64)
def told_lines(text: str) -> tuple[ToldLine, ...]:
    """Returns the lines of a text that are read otherwise than they are written, in order."""
    lines = _lines(text)
    unmarked = _unmarked_items(text, lines)
    told: list[ToldLine] = []
    place, lead = 0, None
    while place < len(lines):
        rows, length = _table(text, lines, place)
        told += rows
        if length:
            place, lead = place + length, None
            continue
        line = lines[place]
        is_marked = _BULLET.match(text, line.start, line.end) is not None
        if is_marked and lead:
            told.append(ToldLine(line.start, line.end, "item", (), lead))
        elif sentence := _score(text, line) or _ranks(text, line) or _counts(text, line):
            told.append(sentence)
        elif place in unmarked:
            told.append(ToldLine(line.start, line.end, "item", (), unmarked[place]))
        if line.start < line.end and not is_marked and place not in unmarked:
            lead = _introduction(text, lines, place)
        place += 1
    return tuple(told)


def _introduction(text: str, lines: Sequence[Span], place: int) -> Span | None:
    """Returns a line where it introduces a list: a heading, what ends in a colon, "Players who left" before items."""
    line = lines[place]
    written = text[line.start : line.end]
    if _INTRODUCES.search(written):
        return line
    if len(written) > MAX_HEADING or not _UNFINISHED.search(written):
        return None
    following = (lines[n] for n in range(place + 1, len(lines)) if lines[n].start < lines[n].end)
    return line if any(_BULLET.match(text, first.start) for first in islice(following, 1)) else None


def _unmarked_items(text: str, lines: Sequence[Span]) -> dict[int, Span]:
    """Returns the places of lines that are items without a bullet, each with the line that introduces it.

    They are short, in a row below "The groups include:" or "... in the race, which includes", and none ends as a
    sentence does; below what says that a list follows each may be one.
    """
    found: dict[int, Span] = {}
    lead: Span | None = None
    row: list[int] = []
    form = _UNFINISHED
    written = [(place, text[line.start : line.end]) for place, line in enumerate(lines) if line.start < line.end]
    for place, line in [*written, (len(lines), "")]:
        if lead and not row and _NAMES_LIST.search(text, lead.start, lead.end) and _WHOLE_SENTENCE.fullmatch(line):
            form = _WHOLE_SENTENCE
        if lead and form.search(line) and _may_be_unmarked_item(line):
            row.append(place)
            continue
        if lead and len(row) >= _FEWEST_UNMARKED:
            found.update(_led(text, lines, row, lead))
        lead, row, form = (lines[place] if _introduces_unmarked(line) else None), [], _UNFINISHED
    return found


def _led(text: str, lines: Sequence[Span], row: Sequence[int], lead: Span) -> dict[int, Span]:
    """Returns the items of a row of lines, each with the line that introduces it: that of the row, or one within it.

    Where most lines have a colon ("Brooks Koepka: -12"), those without one are headings of what stands below them, as
    is a last line that is far longer than the others of what follows the list.
    """
    lengths = [lines[place].end - lines[place].start for place in row]
    is_long = len(text[lines[row[-1]].start : lines[row[-1]].end].split()) >= _HEADING_WORDS
    is_heading = is_long and lengths[-1] > _HEADING_LENGTHS * max(lengths[:-1])
    items = row[:-1] if is_heading else row
    labelled = {place for place in items if _LABELLED.search(text, lines[place].start, lines[place].end)}
    found: dict[int, Span] = {}
    for place in items:
        if place not in labelled and _FEWEST_LABELLED * len(items) < len(labelled):
            lead = lines[place]
        else:
            found[place] = lead
    return found


def _introduces_unmarked(line: str) -> bool:
    """Tells whether a line is left open for what stands below it, and is no speaker's, no link's and no quotation's."""
    if not line.endswith(":"):
        return _GOES_ON.search(line) is not None
    is_label = line.isupper() or line[:-1].lower() in words("link_labels")
    return not is_label and (_GOES_ON.search(line[:-1]) is not None or not _OF_SPEECH.search(line[-MAX_LEAD:]))


def _may_be_unmarked_item(line: str) -> bool:
    """Tells whether a line is short, no heading of others and no labelled link ("WATCH:Formula 1")."""
    is_short = len(line) <= _LONGEST_UNMARKED and not line.endswith(":")
    is_link = _LINK.match(line) or line.partition(":")[0].lower() in words("link_labels")
    return bool(is_short and _OPENS_ITEM.match(line) and not _BULLET.match(line) and not is_link)


def told_list(text: str, at: int) -> ToldList | None:
    """Returns the list whose introduction or items stand at a place of a text."""
    return next((told for told in told_lists(text) if any(span.start <= at < span.end for span in told.spans)), None)


@lru_cache(maxsize=64)
def told_lists(text: str) -> tuple[ToldList, ...]:
    """Returns the lists of a text, those without an introduction last: lines that are numbered in turn."""
    items: dict[Span, list[Span]] = {}
    for line in told_lines(text):
        if line.kind == "item" and line.lead:
            items.setdefault(line.lead, []).append(Span(line.start, line.end))
    introduced = {item for of_lead in items.values() for item in of_lead}
    numbered = (run for run in _numbered_runs(text) if introduced.isdisjoint(run))
    return (*(ToldList(lead, tuple(own)) for lead, own in items.items()), *(ToldList(None, run) for run in numbered))


def _numbered_runs(text: str) -> tuple[tuple[Span, ...], ...]:
    """Returns the lines of a text that are numbered one after another, with nothing but blank lines between them."""
    runs: list[list[Span]] = [[]]
    last = 0
    for line in (each for each in _lines(text) if each.start < each.end):
        numbered = _NUMBERED.match(text, line.start, line.end)
        number = int(numbered[1]) if numbered else 0
        if runs[-1] and number != last + 1:
            runs.append([])
        if number == len(runs[-1]) + 1:
            runs[-1].append(line)
        last = number
    return tuple(tuple(run) for run in runs if len(run) >= _FEWEST_NUMBERED)


def _lines(text: str) -> list[Span]:
    """Returns the lines of a text without the white space around them, blank ones as empty spans."""
    cuts = accumulate(map(len, text.splitlines(keepends=True)), initial=0)
    return list(map(partial(_stripped, text), starmap(Span, pairwise(cuts))))


# Tables


def _table(text: str, lines: Sequence[Span], first: int) -> tuple[list[ToldLine], int]:
    """Returns the rows of a table whose header is the line at a place, and how many lines it takes, 0 for no table."""
    header = lines[first]
    written = text[header.start : header.end]
    if _PIPE.search(written):
        return _block(text, lines, first, lambda line: _cells(text, line, _PIPE), least=1)
    if "\t" in written:
        return _block(text, lines, first, lambda line: _cells(text, line, _TAB), least=1)
    if _GAP.search(written):
        headings = _cells(text, header, _GAP)
    else:  # "Team P W Pts", with a blank between
        headings = _cells(text, header, _BLANK) if len(written) <= MAX_HEADING else ()
        if len(headings) < _FEWEST_SHORT or any(cell.end - cell.start > _SHORT for cell in headings[1:]):
            return [], 0
    width = len(headings)
    return _block(text, lines, first, lambda line: headings if line == header else _aligned(text, line, width), least=2)


def _block(
    text: str, lines: Sequence[Span], first: int, split: Callable[[Span], Cells], *, least: int
) -> tuple[list[ToldLine], int]:
    """Returns the rows below a header, and how many lines there are of their kind; none where nothing tells a table."""
    headings = [text[cell.start : cell.end] for cell in split(lines[first])]
    if not _is_header(headings):
        return [], 0
    rows: list[tuple[Span, Cells]] = []
    place, is_table = first + 1, False  # a rule below the header tells one, and so does a figure
    while place < len(lines):
        line = lines[place]
        cells = split(line)
        if _is_rule(text[line.start : line.end]):
            is_table |= not rows
        elif 1 < len(cells) <= len(headings):
            rows.append((line, cells))
            is_table |= any(_is_number(text, cell) for cell in cells)
        else:
            break
        place += 1
    if len(rows) < least:
        return [], 0
    return _rows(text, lines[first], headings, rows) if is_table else [], place - first


def _is_header(cells: Sequence[str]) -> bool:
    """Tells whether cells may be the headings of a table's columns: there are several, and not all are years."""
    is_row = len(cells) > 1 and not all(map(_is_figure, cells))
    return is_row and not any(map(_is_no_heading, cells))


def _is_no_heading(cell: str) -> bool:
    """Tells whether a cell is a figure that is no year, a ruled line or prose."""
    is_prose = " " in cell and _SENTENCE_END.search(cell) is not None
    return is_prose or len(cell) > MAX_HEADING or _is_rule(cell) or (_is_figure(cell) and not _YEAR.fullmatch(cell))


def _is_figure(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _is_rule(line: str) -> bool:
    return not line.strip(_BORDERS) and not set(_RULES).isdisjoint(line)


def _cells(text: str, line: Span, border: re.Pattern[str]) -> Cells:
    """Returns the cells of a line, without blanks around them; the outer borders of a Markdown row hold none."""
    cuts = [line.start, *(at for m in border.finditer(text, line.start, line.end) for at in m.span()), line.end]
    found = [_stripped(text, Span(*pair)) for pair in zip(cuts[::2], cuts[1::2], strict=True)]
    if found and border is _PIPE:
        found = found[found[0].start == found[0].end : len(found) - (found[-1].start == found[-1].end)]
    return tuple(found)


def _aligned(text: str, line: Span, width: int) -> Cells:
    """Returns the cells of a line in columns: parted by wide gaps, or a name and then a figure for each column."""
    cells = _cells(text, line, _GAP)
    if len(cells) == width:
        return cells
    tokens = [Span(*m.span()) for m in _TOKEN.finditer(text, line.start, line.end)]
    figures = tokens[1 - width :]
    if len(tokens) < width or not all(_is_number(text, figure) for figure in figures):
        return ()
    return (_stripped(text, Span(line.start, figures[0].start)), *figures)


def _stripped(text: str, span: Span) -> Span:
    written = text[span.start : span.end]
    start = span.start + len(written) - len(written.lstrip())
    return Span(start, max(start, span.end - len(written) + len(written.rstrip())))


def _is_number(text: str, cell: Span) -> bool:
    return _NUMBER.fullmatch(text, cell.start, cell.end) is not None


def _rows(text: str, header: Span, headings: Sequence[str], rows: Sequence[tuple[Span, Cells]]) -> list[ToldLine]:
    """Returns how the rows are told: "Quarter: Q3 2024. Q3 2024 had the highest profit 67."."""
    key = next((i for i, cell in enumerate(rows[0][1]) if not _is_number(text, cell)), 0)
    headings = _spelled(headings)
    notes, standings = _extremes(text, rows), _standings(text, headings, rows)
    told = []
    for (line, cells), standing in zip(rows, standings, strict=True):
        first = cells[min(key, len(cells) - 1)]
        subject = f" {text[first.start : first.end][:MAX_HEADING]}" if len(cells) <= MOST_COLUMNS else ""
        cell_by_cell = [
            _cell(text, subject, heading, cell, notes.get(cell, ""))
            for heading, cell in zip(headings, cells, strict=False)
            if cell != first and cell.start < cell.end
        ]
        result, winner = _result(text, headings, cells)
        winner = first if standing.startswith(_WON) else winner
        opening = (*result, f"{headings[cells.index(first)]}: ".removeprefix(": "), first, f"{standing}.")
        told.append(ToldLine(line.start, line.end, "row", tuple(chain(opening, *cell_by_cell)), header, winner))
    return told


def _cell(text: str, subject: str, heading: str, cell: Span, note: str) -> Pieces:
    """Returns how a cell is told: "Q3 had the highest profit 67.", "Orva had 41 in 2023.", "Noon: Holm at 12:30."."""
    if subject and _CLOCK.fullmatch(text, cell.start, cell.end):
        return (f"{subject}: {heading} at ", cell, ".")
    had = f"{subject} had " if subject else " "
    if _YEAR.fullmatch(heading):
        return (f"{had}{note}", cell, f" in {heading}.")
    return (f"{had}{'' if heading.lower() in _FINISHES | _RANKS else note}{heading} ", cell, ".")


def _standings(text: str, headings: Sequence[str], rows: Sequence[tuple[Span, Cells]]) -> list[str]:
    """Returns where each row stands, by spelled headings: ", first in the table" of a league, ", came first" of a race.

    A league is in the order of its points, from the first place on. Of other tables it is nothing.
    """
    count, named = len(rows), [heading.lower() for heading in headings]
    if any(len(cells) != len(named) for _, cells in rows):
        return [""] * count
    if not _LEAGUE_WITH_POINTS.issubset(named):
        return _finishes(text, named, rows)

    def column(name: str) -> list[str]:
        at = named.index(name)
        return [text[cells[at].start : cells[at].end] for _, cells in rows]

    points = column("points")
    is_ordered = all(map(str.isdecimal, points)) and sorted(map(float, points), reverse=True) == [*map(float, points)]
    if not is_ordered or ("position" in named and column("position")[0].strip(".") != "1"):
        return [""] * count
    return _in_table(range(1, count + 1))


def _finishes(text: str, named: Sequence[str], rows: Sequence[tuple[Span, Cells]]) -> list[str]:
    """Returns in which place each row came in, where a column tells that in order."""
    at = next((at for at, heading in enumerate(named) if heading in _FINISHES | _RANKS), None)
    if at is None:
        return [""] * len(rows)
    found = [_PLACE.fullmatch(text, cells[at].start, cells[at].end) for _, cells in rows]
    places = [int(place[1]) for place in found if place]
    if len(places) < len(rows) or places != sorted(places):
        return [""] * len(rows)
    return _in_table(places) if named[at] in _RANKS else _in_race(places)


def _in_race(places: Sequence[int]) -> list[str]:
    """Returns how places that are told in order are: ", the winner, came first"."""
    told = {1: _WON, **{place: f", came {word}" for place, word in _ORDINALS.items() if place > 1}}
    last = f"{told.get(places[-1], '')}, came last" if places[0] == 1 < len(places) else told.get(places[-1], "")
    return [*(told.get(place, "") for place in places[:-1]), last]


def _in_table(places: Sequence[int]) -> list[str]:
    """Returns how places of a table are told, from the first on: ", first in the table, at the top"."""
    told = [f", {_ORDINALS[place]} in the table" if place in _ORDINALS else "" for place in places]
    if len(told) < 2 or places[0] != 1:  # noqa: PLR2004 - a top and a bottom
        return told
    return [f"{told[0]}, at the top", *told[1:-1], f"{told[-1]}, at the bottom"]


def _spelled(headings: Sequence[str]) -> list[str]:
    """Returns the headings with short forms spelled out; single letters only where they are those of a league table."""
    known, short = table("table_headings"), [heading.lower().strip(".") for heading in headings]
    least = 1 if set(short) >= _LEAGUE else 2
    return [
        " ".join(known[form]) if form in known and len(form) >= least else heading
        for form, heading in zip(short, headings, strict=True)
    ]


def _extremes(text: str, rows: Sequence[tuple[Span, Cells]]) -> dict[Span, str]:
    """Returns for the cells that hold the one highest or lowest figure of their column which of the two they are."""
    columns: dict[int, list[tuple[float, Span]]] = {}
    for _, cells in rows:
        for i, cell in enumerate(cells):
            bare = text[cell.start : cell.end].strip("$£€¥%+").replace(",", "").replace("−", "-")
            if _DECIMAL.fullmatch(bare):
                columns.setdefault(i, []).append((float(bare), cell))
    notes: dict[Span, str] = {}
    for column in columns.values():
        values = [value for value, _ in column]
        for extreme, note in ((max(values), "the highest "), (min(values), "the lowest ")):
            if len(column) == len(rows) > 1 and values.count(extreme) == 1:
                notes[column[values.index(extreme)][1]] = note
    return notes


# Scores


def _score(text: str, line: Span) -> ToldLine | None:
    """Returns a line that tells how a game ended, "Orva 31-28 Gorm" or "Orva 3, Gorm 1", as a sentence."""
    if line.end - line.start > _LONGEST_SCORE:
        return None
    match = next(filter(None, (form.fullmatch(text, line.start, line.end) for form in _SCORES)), None)
    if match is None:
        return None
    one, two, x, y, label, tail = (Span(*match.span(part)) for part in ("one", "two", "x", "y", "label", "tail"))
    told, winner = _ended(text, one, two, x, y)
    scorers = _scorers(text, (one, two), (x, y), tail)
    pieces = tuple(piece for piece in (label, *told, *(scorers or (tail,)), ".") if piece != _NO_GROUP)
    return ToldLine(line.start, line.end, "score", pieces, winner=winner)


def _scorers(text: str, teams: tuple[Span, Span], goals: tuple[Span, Span], tail: Span) -> Pieces:
    """Returns who scored for which team, where names stand behind a result: "(Lee 2, Wu; Moss)"; else nothing."""
    match = _SCORERS.match(text, tail.start, tail.end) if tail != _NO_GROUP else None
    if match is None:
        return ()
    scored = [team for team, number in zip(teams, goals, strict=True) if int(text[number.start : number.end])]
    named = [Span(*match.span(part)) for part in ("first", "second") if match[part]]
    if len(scored) != len(named):
        return ()
    return tuple(piece for team, who in zip(scored, named, strict=True) for piece in (". ", who, " scored for ", team))


def _ended(text: str, one: Span, two: Span, x: Span, y: Span) -> tuple[Pieces, Span | None]:
    """Returns how a game of two teams ended that scored x and y, "Orva won 31-28 against Gorm", and whoever won."""
    first, second = (int(text[goals.start : goals.end]) for goals in (x, y))
    if first < second:
        one, two, x, y = two, one, y, x
    how, whom = (" drew ", " with ") if first == second else (" won ", " against ")
    return (one, how, x, "-", y, whom, two), one if first != second else None


def _result(text: str, headings: Sequence[str], cells: Cells) -> tuple[Pieces, Span | None]:
    """Returns how the game of a row ended, of which a cell has the score and two beside it the teams; else nothing."""
    for at, (heading, cell) in enumerate(zip(headings, cells, strict=False)):
        is_score = heading.lower() in words("score_headings")
        score = _RESULT.fullmatch(text, cell.start, cell.end) if is_score else None
        around, before = (*cells[max(0, at - 1) : at], *cells[at + 1 : at + 2]), cells[max(0, at - 2) : at]
        for teams in (around, before):
            if score and len(teams) == 2 and not any(_is_number(text, team) for team in teams):  # noqa: PLR2004 - a pair
                told, winner = _ended(text, *teams, Span(*score.span(1)), Span(*score.span(2)))
                return (*told, ". "), winner
    return (), None


_RANKED = re.compile(
    rf"(?P<place>\d{{1,2}})[.)]\s(?P<name>{_PERSON})"
    r"(?P<rest>(?:,? \([^()]{1,40}\)|,\s[A-Z][^;,.\d]{0,40})?(?:[,:]? \d[\d:.]*(?<=\d)(?:\s?(?:[a-z]{1,6}|%))?)?)"
    r"[;,.]?(?:\s(?=\d{1,2}[.)]\s)|\Z)"
)


def _ranks(text: str, line: Span) -> ToldLine | None:
    """Returns a line of those who came in, "Men: 1. Bo Wu 2:09; 2. Cy Dahl 2:10", told as "Bo Wu, the winner, ..."."""
    label = _LABEL.match(text, line.start, line.end)
    pieces: list[Span | str] = [Span(*label.span())] if label else []
    race = _race(text, label.end() if label else line.start, line.end)
    for place, ranked in enumerate(race, 1):
        told = _WON if place == 1 else f" came {_ORDINALS[place]}"
        pieces += [Span(*ranked.span("name")), told, Span(*ranked.span("rest")), "; "]
    if not race:
        return None
    return ToldLine(line.start, line.end, "counts", (*pieces[:-1], "."), winner=Span(*race[0].span("name")))


def _race(text: str, start: int, end: int) -> list[re.Match[str]]:
    """Returns those who came in from the first on, where a stretch of a text holds nothing else; none of other lists.

    "1. Bread; 2. Milk" tells no race, as nobody's time or points stand in it.
    """
    ranked: list[re.Match[str]] = []
    while match := _RANKED.match(text, ranked[-1].end() if ranked else start, end):
        ranked.append(match)
    places = [int(match["place"]) for match in ranked]
    is_whole = len(ranked) > 1 and ranked[-1].end() == end and places == sorted(_ORDINALS)[: len(ranked)]
    return ranked if is_whole and any(map(str.isdigit, ranked[0]["rest"])) else []


_LABEL = re.compile(r"[^:.]{1,60}:\s+")
_ITEM = re.compile(r"[^\s,;][^,;]*")
_COUNT = re.compile(
    rf"(?P<name>(?:(?!\b(?:{alternatives('months')})\.?\s\d)[^,;\d]){{2,60}})\s(?P<number>\d(?:[\d.]*\d)?)\.?",
    re.IGNORECASE,
)


def _counts(text: str, line: Span) -> ToldLine | None:
    """Returns a line of names with a number each, "Top scorers: Ann Lee 11, Bo Wu 9", each number behind a colon."""
    label = _LABEL.match(text, line.start, line.end)
    if label is None:
        return None
    matches = [_COUNT.fullmatch(text, *m.span()) for m in _ITEM.finditer(text, label.end(), line.end)]
    if len(matches) < 2 or not all(matches):  # noqa: PLR2004 - two items at least
        return None
    pieces: list[Span | str] = [Span(*label.span())]
    for match in filter(None, matches):
        pieces += [Span(*match.span("name")), ": ", Span(*match.span("number")), "; "]
    return ToldLine(line.start, line.end, "counts", (*pieces[:-1], "."))
