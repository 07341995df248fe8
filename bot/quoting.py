"""What the commands on quotations share, in a terminal and on Discord: what is asked for, found and said of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from bot.progress import counted
from retrieval.store.quotes import QuoteQuery
from retrieval.text.names import core_name, names
from retrieval.text.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.store.quotes import Quotations, Speaker
    from retrieval.types import Article, Quote, Span, StoredQuote

_ABOUT = re.compile(r"(?:^|\s+)about\s+", re.IGNORECASE)
_LATEST = 200  # quotations whose names are suggested


@dataclass(frozen=True, slots=True)
class Found:
    """Some of the quotations asked for.

    Attributes:
        total: how many there are in all.
        left: how many come after these.
        speaker: the full name of who was asked for; as it was typed where nobody is called so.
    """

    quotes: tuple[StoredQuote, ...]
    total: int
    left: int
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One quotation as it is shown.

    Attributes:
        speaker: who it is, to be shown above; None where that is the one of the line before.
        label: its kind, and whether it stands in the headline.
        words: the words as they stand in the article, " … " where they are parted.
    """

    speaker: str | None
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Group:
    """The quotations of one article."""

    library: str
    article: Article
    lines: tuple[Line, ...]


def asked_for(argument: str, libraries: tuple[str, ...]) -> QuoteQuery:
    """What "NAME about WORDS" asks for; either may be missing."""
    speaker, *about = _ABOUT.split(argument.strip(), maxsplit=1)
    return QuoteQuery(libraries=libraries, speaker=speaker or None, about=about[0] if about else None)


def find(quotations: Quotations, wanted: QuoteQuery, limit: int | None = None, offset: int = 0) -> Found:
    """The quotations asked for.

    Raises:
        AmbiguousSpeaker: several speakers are called so.
    """
    quotes = quotations.said(wanted, limit=limit, offset=offset)
    known = quotations.people(wanted.libraries, wanted.speaker) if wanted.speaker else []
    end = offset + len(quotes)
    total = end if limit is None or 0 < len(quotes) < limit else quotations.count(wanted)
    return Found(tuple(quotes), total, max(0, total - end), known[0].name if known else wanted.speaker)


def topics(quotations: Quotations, wanted: QuoteQuery, starting: str, width: int, limit: int) -> list[str]:
    """Names of at most `width` characters in what a speaker, or anybody, said last, the most frequent first.

    Names are what people ask about; and each of these finds a quotation, as a title or a frequent word need not.

    Raises:
        AmbiguousSpeaker: several speakers are called so.
    """
    latest = quotations.said(wanted, limit=_LATEST)
    spoken = "\n".join(one.text for one in latest)
    found = (spoken[span.start : span.end] for span in names(spoken))
    counts = Counter(name for full in found if content_stems(name := core_name(full) or full))
    begins = f" {starting.strip().casefold()}"
    return [name for name, _ in counts.most_common() if begins in f" {name.casefold()}" and len(name) <= width][:limit]


def groups(quotes: Sequence[StoredQuote]) -> list[Group]:
    """The quotations by article, in their order; a speaker is described once."""
    described: set[str] = set()
    return [
        Group(some[0].library, some[0].article, tuple(_lines(some, described)))
        for _, same in groupby(quotes, key=lambda one: one.key)
        if (some := list(same))
    ]


def _lines(quotes: Sequence[StoredQuote], described: set[str]) -> list[Line]:
    lines = []
    before = None
    for one in quotes:
        speaker = None if one.quote.name == before else _introduced(one, described)
        before = one.quote.name
        label = one.quote.kind + (", headline" if one.quote.field == "title" else "")
        lines.append(Line(speaker, label, one.text))
    return lines


def _introduced(one: StoredQuote, described: set[str]) -> str:
    name, description = one.quote.name, one.quote.description
    if description is None or name in described:
        return name
    described.add(name)
    return f"{name}, {description}"


def heading(wanted: QuoteQuery, found: Found) -> str:
    """As in "12 quotations of Antony Blinken about China", or "No quotations about China"."""
    number = counted(found.total, "quotation") if found.total else "No quotations"
    who = f" of {found.speaker}" if found.speaker else ""
    return number + who + (f" about {wanted.about}" if wanted.about else "")


def introduced(speaker: Speaker | Quote) -> str:
    """As in "Antony Blinken, US Secretary of State"."""
    return f"{speaker.name}, {speaker.description}" if speaker.description else speaker.name


def to_json(wanted: QuoteQuery, found: Found) -> dict[str, object]:
    """The object that `byline quotes --json` prints; its texts are exact slices."""
    return {
        "speaker": found.speaker,
        "about": wanted.about,
        "kind": wanted.kind,
        "total": found.total,
        "quotes": [as_object(one) for one in found.quotes],
    }


def as_object(one: StoredQuote) -> dict[str, object]:
    """A quotation as JSON; its texts are exact slices."""
    article, quote = one.article, one.quote
    return {
        "library": one.library,
        "article_id": article.id,
        "field": quote.field,
        "name": quote.name,
        "description": quote.description,
        "kind": quote.kind,
        "denied": quote.denied,
        "speaker": _part(one, quote.speaker),
        "cue": _part(one, quote.cue) if quote.cue else None,
        "content": [_part(one, span) for span in quote.content],
        "title": article.title,
        "byline": article.byline,
        "publisher": article.publisher,
        "published": article.published,
        "url": article.url,
        "source": article.source,
    }


def _part(one: StoredQuote, span: Span) -> dict[str, object]:
    return {"start": span.start, "end": span.end, "text": one.slice(span)}
