"""Who wrote a page: as it tells machines, else as its lines around the headline and below its text show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, islice
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from retrieval.sources.class_names import AUTHOR, DATA, OTHERS, called
from retrieval.sources.dates import iso_date
from retrieval.sources.main_text import is_for_all
from retrieval.sources.markup import hides, letters
from retrieval.sources.structured_data import joined, person
from retrieval.text.boilerplate import MAX_BYLINE, is_name_line, names_in, signed_by, without_role
from retrieval.text.lexicon import alternatives, any_of, table, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

_MOST_AUTHORS = 50
_ABOVE, _BELOW, _BEHIND = 4, 16, 14  # lines above a headline, below it, and behind a text, in which authors stand
_AUTHOR_PAGE = re.compile(rf"/(?:{alternatives('author_pages')})(?:/|\Z)|/@\w")
_AUTHOR_PROPERTY = re.compile(r"authors?\Z|\Abyl\Z", re.IGNORECASE)
_NAMES = ("class", "id", "rel", *DATA)  # attributes that name an element
_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "figure", "nav", "button", "form", "head"})
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "cite", "em", "font", "i", "img", "ins", "mark", "q", "s", "small", "span", "strong"}
    | {"sub", "sup", "time", "u", "wbr"}
)
_PARTING = re.compile(r"\s*[|·•\n]\s*|\s+[–—/-]+\s+|\s*[–—-]\Z")
_BY = any_of(label for label in words("author_labels") if f" {label}".endswith(" by"))
_OPENER = re.compile(
    rf"(?:{_BY})(?:\s*[:：]\s*|\s+|\Z)|(?:{alternatives('author_labels')})(?:\s*[:：]\s*|\Z)", re.IGNORECASE
)
_DATED_OPENER = re.compile(rf".*\d.*?\s(?:{_BY})\s+", re.IGNORECASE)
_OTHER_WORK = re.compile(rf"(?:{alternatives('credit_labels')})\b", re.IGNORECASE)
_BETWEEN = re.compile(
    rf",?\s+(?:{alternatives('name_joiners')})\s+|\s*[;/]\s*|\s*,(?!\s*(?:{alternatives('name_suffixes')})\b)\s*",
    re.IGNORECASE,
)
_JOINS = re.compile(rf"\A(?:(?:{alternatives('name_joiners')})(?!\w)|[,;])\s*", re.IGNORECASE)
_JOINED_ON = re.compile(rf"(?:\A|\s(?:{alternatives('name_joiners')})|,|;)\Z", re.IGNORECASE)
_ROLE = re.compile(rf"(?<!\w)(?:{alternatives('author_roles')})s?(?!\w)", re.IGNORECASE)
_BEHIND_NAME = re.compile(rf"\s(?:{alternatives('prepositions')})\s.*|\s@\S+.*|\s\(.*|\s\S+@\S+.*")
_PARTICLES = words("name_particles") - words("prepositions", "articles")
_NO_NAMES = words("words_of_pages", "weekdays", "author_roles", "news_outlets", "prepositions", "articles") - _PARTICLES
_NO_PEOPLE = words(
    *("body_nouns", "departments", "section_words", "nationalities", "landmark_words", "place_openers", "titles"),
    *("answer_nouns", "casualties", "nouns_of_argument", "numerals", "occasion_nouns", "opposites", "report_nouns"),
    *("time_words", "utterance_nouns"),
)
_GIVEN = words("given_names_of_men", "given_names_of_women")
_END = re.compile(r"(?<=\w{4})[ ,.:]+\Z|[ ,:]+\Z")  # of a name, which may be an abbreviation
_SUFFIX = re.compile(rf",?\s(?:{alternatives('name_suffixes')})\.?\Z", re.IGNORECASE)
_AFTER_WORD = re.compile(r"[:：]?\s+|[:：]")
_NO_NAME_MARK = re.compile(r"[^\w.'’-]|[\d_]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LONGEST_ROLE, _LONGEST_TOKEN = 60, 300  # characters
_MOST_PARTS = 50  # of a line
_MOST_BETWEEN = 3  # lines from one author to the next, or to the day
_FEWEST_LETTERS = 20  # of a line that tells where a text begins or ends
_FEWEST, _MOST = 2, 5  # words of a name

Token = tuple[str, bool]  # some words of a line, and whether they are marked as of an author


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a page shows, in the parts that its markup makes of it, and which of them it says are of authors."""

    parts: tuple[str, ...]
    marked: tuple[bool, ...]

    @property
    def text(self) -> str:
        return " ".join(self.parts)

    @property
    def tokens(self) -> list[Token]:
        return [
            (token, marked)
            for part, marked in zip(self.parts, self.marked, strict=True)
            for token in filter(None, _PARTING.split(part))
        ]


def page_byline(
    tree: HtmlElement,
    told: Sequence[str],
    *,
    title: str,
    blocks: Sequence[str],
    site: Sequence[str],
    language: str,
) -> str | None:
    """Returns whom a page names as its authors; None where it names nobody.

    That is whom it tells machines (`told` by its data, by its markup, in its head), and where that are fewer than it
    shows, all whom it shows; else whom it shows.
    """
    of_site = set(map(letters, site))
    initials = {one.split()[0] for one in site if one[:1].isupper() and one.split()[0].isupper()}  # "BBC Wales" is BBC

    def own(authors: Iterable[str]) -> list[str]:
        people = filter(None, map(person, authors))
        return [name for name in people if letters(name) not in of_site and name.split()[0] not in initials]

    linked, shown = linked_authors(tree), shown_authors(tree, title, blocks, of_site, language)
    found = map(own, (told, marked_authors(tree), linked, head_authors(tree), shown))
    first = next(filter(None, found), [])
    known = set(map(letters, first))
    return joined(next((names for names in map(own, (linked, shown)) if known < set(map(letters, names))), first))


# What it tells machines


def head_authors(tree: HtmlElement) -> list[str]:
    """Returns whom the head of a page names in the first of its properties that are called "author" or end so."""
    metas = [(meta.get("name") or meta.get("property", ""), meta.get("content", "")) for meta in tree.iter("meta")]
    told = [(name, content) for name, content in metas if _AUTHOR_PROPERTY.search(name) and person(content)]
    return [one for name, content in told if name == told[0][0] for one in names_in(content)]


def marked_authors(tree: HtmlElement) -> list[str]:
    """Returns whom the microdata of a page's first article names."""
    every = (one for one in tree.iter() if "author" in (one.get("itemprop") or "").lower().split())
    marked = list(islice(every, _MOST_AUTHORS))
    scopes = [next((outer for outer in one.iterancestors() if outer.get("itemtype")), None) for one in marked]
    own = (one for one, scope in zip(marked, scopes, strict=True) if scope is scopes[0])
    return list(map(name_marked, own))


def name_marked(author: HtmlElement) -> str:
    """Returns the name that microdata gives of an author, else all that it says of one."""
    named = next((part for part in author.iter() if part.get("itemprop") == "name"), author)
    return named.get("content") or " ".join(named.text_content().split())


def linked_authors(tree: HtmlElement) -> list[str]:
    """Returns whom the first line of a page that links to its authors names."""
    for link in tree.iter("a"):
        if "author" in (link.get("rel") or "").lower().split() and (line := link.getparent()) is not None:
            return [" ".join(one.text_content().split()) for one in line.iter("a") if one.get("rel") == link.get("rel")]
    return []


# What its lines show


def page_lines(tree: HtmlElement) -> list[Line]:
    """Returns the lines that a page shows, but those of pictures, menus, comments and other pages."""
    from lxml import etree

    lines: list[Line] = []
    parts: list[str] = []
    marks: list[bool] = []
    marked, skipped = 0, 0

    def take(words_of_part: str | None) -> None:
        if (part := " ".join((words_of_part or "").split())) and not skipped and len(parts) < _MOST_PARTS:
            parts.append(part)
            marks.append(marked > 0)

    def end_line() -> None:
        if any(map(str.isalnum, chain.from_iterable(parts))):
            lines.append(Line(tuple(parts), tuple(marks)))
        parts.clear()
        marks.clear()

    for event, element in etree.iterwalk(tree, events=("start", "end")):
        is_line, step = element.tag not in _INLINE, 1 if event == "start" else -1
        if is_line:
            end_line()
        if is_of_others(element):
            skipped += step
        if event == "start":
            marked += is_of_author(element)
            take(element.text)
        else:
            marked -= is_of_author(element)
            if is_line:
                end_line()
            take(element.tail)
    end_line()
    return lines


def is_of_others(element: HtmlElement) -> bool:
    """Tells whether an element holds what is not of the page's report, as pictures and comments."""
    is_beside = element.tag in _SKIPPED or hides(element) or OTHERS.search(called(element, *_NAMES)) is not None
    return is_beside and not is_for_all(element)


def is_of_author(element: HtmlElement) -> bool:
    """Tells whether an element says by its name, or by where it leads, that an author's name is in it."""
    leads = element.tag == "a" and _AUTHOR_PAGE.search(element.get("href") or "") is not None
    return leads or (AUTHOR.search(called(element, *_NAMES)) is not None and not is_for_all(element))


@dataclass(frozen=True, slots=True)
class Zones:
    """The lines of a page in which its authors may stand.

    Those below its headline, those behind a lead there, those above the headline, and those from the end of the text.
    """

    below: list[Line]
    behind_lead: list[Line]
    above: list[Line]
    behind: list[Line]


def zones(lines: list[Line], title: str, blocks: Sequence[str]) -> Zones:
    """Returns the zones of a page's lines; `blocks` are the paragraphs of its text."""
    texts, heading = [letters(line.text) for line in lines], letters(title)
    begin, ends = bounds_of_text(texts, blocks)
    at = next((at for at, text in enumerate(texts) if heading and heading in text), max(begin - 1, 0))
    near = range(at + 1, min(at + 1 + _BELOW, len(lines)))
    lead, end = islice(chain((at for at in near if len(lines[at].text) > MAX_BYLINE), (near.stop, near.stop)), 2)
    return Zones(lines[at + 1 : lead], lines[lead:end], lines[max(at - _ABOVE, 0) : at], lines[ends : ends + _BEHIND])


def bounds_of_text(lines: Sequence[str], blocks: Sequence[str]) -> tuple[int, int]:
    """Returns at which lines of a page, told by their letters, the text of these paragraphs begins and ends."""
    first, last = (letters("".join(block)) for block in (blocks[:1], blocks[-1:]))
    long = [(at, line) for at, line in enumerate(lines) if len(line) > _FEWEST_LETTERS]
    begin = next((at for at, line in long if first.startswith(line)), 1)
    return begin, next((at for at, line in reversed(long) if last.endswith(line)), len(lines))


def shown_authors(tree: HtmlElement, title: str, blocks: Sequence[str], of_site: set[str], language: str) -> list[str]:
    """Returns whom the lines of a page name as its authors: around its headline, else behind its text."""
    zone = zones(page_lines(tree), title, blocks)
    ways = (
        introduced([*zone.below, *zone.behind_lead], of_site, language),
        *(
            way(lines, of_site)
            for lines in (zone.below, zone.behind_lead)
            for way in (marked_names, with_role, beside_date)
        ),
        marked_names(zone.above, of_site),
        signed(zone.behind, of_site, "\n".join(blocks[:-1])),
    )
    return next(filter(None, ways), [])


def introduced(lines: Sequence[Line], of_site: set[str], language: str) -> list[str]:
    """Returns the names behind what says that they are of authors: "By Ida Lund", "Words: Ida Lund"."""
    for at, line in enumerate(lines):
        rest = after_opener(line.tokens, language)
        if rest is None:
            continue
        names, below = names_of(rest, of_site, any_name=True), lines[at + 1 :]
        if not rest or _JOINED_ON.search(rest[-1][0]):
            names = with_names_below(names, below, of_site)
        if names:
            marked = [] if rest else marked_names(below, of_site)
            return marked if set(names) < set(marked) else names
    return []


def with_names_below(names: list[str], lines: Sequence[Line], of_site: set[str]) -> list[str]:
    """Returns some names with those that stand in lines of their own below them, as in a list."""
    for number, line in enumerate(lines):
        tokens = line.tokens
        is_next = number == 0 or any(marked for _, marked in tokens) or _JOINS.match(tokens[0][0])
        more = names_of(tokens, of_site, any_name=not names) if is_next else []
        if not more and not is_role(line.text):
            break
        names = [*names, *more]
    return names


def after_opener(tokens: Sequence[Token], language: str) -> list[Token] | None:
    """Returns what stands behind the words that introduce authors in a line; None where there are none."""
    for at, (text, marked) in enumerate(tokens):
        if _OTHER_WORK.match(text):
            return None
        opener = _OPENER.match(text) or (_DATED_OPENER.match(text) if len(text) <= MAX_BYLINE else None)
        end = opener.end() if opener else end_of_opener_abroad(text, language)
        if end:
            rest = text[end:].strip()
            return [*([(rest, marked)] if rest else []), *tokens[at + 1 :]]
    return None


def end_of_opener_abroad(text: str, language: str) -> int:
    """Returns where what introduces an author in the page's language ends; 0 where there is nothing of the kind."""
    word, *rest = _AFTER_WORD.split(text, maxsplit=1)
    if language.partition("-")[0].lower() in table("byline_openers").get(word.lower(), ()):
        return len(text) - len(rest[0]) if rest else len(text)
    return 0


def names_of(tokens: Iterable[Token], of_site: set[str], *, any_name: bool) -> list[str]:
    """Returns the names that some tokens begin with, up to what is none; `any_name`: the first may be a body's."""
    names: list[str] = []
    for piece, marked in pieces_of(tokens):
        name = _END.sub("", _BEHIND_NAME.sub("", without_role(piece)))
        if names and is_other_role(piece):
            names.pop()
        elif is_person(name, of_site, marked=marked) or (any_name and not names and is_body(name)):
            names.append(name)
        elif not (names and is_beside_name(piece)):
            break
    return names


def pieces_of(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yields what commas and the like part in some tokens, as far as each token goes on with the one before it."""
    goes_on = True
    for text, marked in tokens:
        is_next = goes_on or marked or is_role(text) or _JOINS.match(text)
        if not is_next or len(text) > _LONGEST_TOKEN:
            return
        bare = _JOINS.sub("", text)
        goes_on = _JOINED_ON.search(bare) is not None
        yield from ((piece, marked) for piece in _BETWEEN.split(_JOINED_ON.sub("", bare)) if piece)


def is_beside_name(text: str) -> bool:
    """Tells whether some words are what stands behind a name and before the next: a role, a place, an outlet."""
    return is_role(text) or is_body(text) or _BEHIND_NAME.match(f" {text}") is not None


def marked_names(lines: Sequence[Line], of_site: set[str]) -> list[str]:
    """Returns the names that lines mark as authors', one soon behind another, with what each is between them."""
    names: list[str] = []
    last = 0
    for at, line in enumerate(lines):
        tokens = line.tokens
        told = [names_of([(text, marked)], of_site, any_name=False) if marked else [] for text, marked in tokens]
        begin = next((number for number, found in enumerate(told) if found), None)
        if begin is not None and not _OTHER_WORK.match(line.text) and (not names or at - last <= _MOST_BETWEEN):
            names += names_of(tokens[begin:], of_site, any_name=False)
            last = at
    return list(dict.fromkeys(names))


def with_role(lines: Sequence[Line], of_site: set[str]) -> list[str]:
    """Returns the names that a role, an agency or the name of the site follows, in their line or the next."""
    names: list[str] = []
    for at, line in enumerate(lines):
        first, *others = map(itemgetter(0), line.tokens)
        behind = next(chain(others, map(attrgetter("text"), lines[at + 1 : at + 2])), "")
        is_outlet = bool(others) and (letters(behind) in of_site or behind.lower() in words("news_outlets"))
        name, *roles = first.split(", ", 1)
        if is_person(name, of_site) and (is_outlet or is_role(behind) or any(map(is_role, roles))):
            names.append(name)
        elif names and not is_role(line.text):
            break
    return names


def beside_date(lines: Sequence[Line], of_site: set[str]) -> list[str]:
    """Returns the names of a line that holds nothing else, beside one that tells the day, or a day alone."""
    for at, line in enumerate(lines):
        beside = [
            *line.tokens[1:],
            *chain.from_iterable(one.tokens for one in lines[max(at - 1, 0) : at + _MOST_BETWEEN] if one != line),
        ]
        names = names_of(line.tokens[:1], of_site, any_name=False)
        if names and any(is_day(text) for text, _ in beside) and len(", ".join(names)) >= len(line.tokens[0][0]) - 8:
            return names
    return []


def signed(lines: Sequence[Line], of_site: set[str], text: str) -> list[str]:
    """Returns the names that stand behind a text as those of its authors: with what they write of, or as credits."""
    for at, line in enumerate(lines):
        opener, name = _OPENER.match(line.text), signed_by(line.text) or ""
        if opener and opener[0].strip().lower() != "by" and len(line.text) <= MAX_BYLINE:
            return names_of(after_opener(line.tokens, "") or (), of_site, any_name=False)
        if own := marked_behind(lines, at, of_site):
            return own
        if is_person(name, of_site) and name not in text:
            return [name]
    return []


def marked_behind(lines: Sequence[Line], at: int, of_site: set[str]) -> list[str]:
    """Returns the names that a line behind a text marks as its authors', next to the text or before what they are."""
    names = names_of(lines[at].tokens[:1], of_site, any_name=False) if any(lines[at].marked) else []
    following = [line.text for line in lines[at + 1 : at + 3]]
    is_next = all(is_day(line.text) for line in lines[1:at])
    is_own = names and (is_next or names[0] in " ".join(following) or any(map(is_role, following[:1])))
    return names if is_own else []


def is_role(text: str) -> bool:
    """Tells whether some words are what an author is: "Senior Reporter", "Health Editor, Leeds"."""
    return len(text) <= _LONGEST_ROLE and _ROLE.search(text) is not None and not text.endswith(".")


def is_other_role(text: str) -> bool:
    """Tells whether some words are what one is who did other work than writing: "Staff Photographer"."""
    return text.lower().strip("()").split()[-1] in words("credit_labels") and len(text.split()) <= _MOST


def is_day(text: str) -> bool:
    """Tells whether some words are a day, as they stand beside a byline."""
    return len(text) <= _LONGEST_ROLE and (_YEAR.search(text) is not None or iso_date(text) is not None)


def is_person(name: str, of_site: set[str], *, marked: bool = False) -> bool:
    """Tells whether some words can be a person's name, and are none of the page's frame or its site's.

    `marked`: the page says that it is an author's; else one that names a body, a place or a section begins with a given
    name.
    """
    parts = _SUFFIX.sub("", name).split()
    if len(parts) == 1:
        return not name.isascii() and is_name_line(name)
    if letters(name) in of_site or not are_name_parts(parts):
        return False
    first = parts[0].lower()
    is_other = name.lower() in words("places") or any(part.lower() in _NO_PEOPLE for part in parts)
    return (marked or first in _GIVEN or not is_other) and first not in words("account_names")


def are_name_parts(parts: Sequence[str]) -> bool:
    """Tells whether some words are as many as people are called by, and each but a particle can be part of a name."""
    own = [part for part in parts if part.lower() not in _PARTICLES or part[0].isupper()]
    return _FEWEST <= len(own) <= len(parts) <= _MOST and all(map(is_name_part, own))


def is_name_part(word: str) -> bool:
    """Tells whether a word can be part of a person's name."""
    return word[0].isupper() and not _NO_NAME_MARK.search(word) and word.strip(".").lower() not in _NO_NAMES


def is_body(name: str) -> bool:
    """Tells whether some words can be the name of a body that writes, as an agency."""
    parts = name.split()
    is_named = all(part[0].isupper() or part.lower() in words("byline_words") for part in parts)
    is_short = 0 < len(parts) <= _MOST and name[0].isupper() and not any(map(str.isdigit, name))
    return is_short and is_named and not is_role(name)
