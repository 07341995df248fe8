"""What the commands on quotations share, in a terminal and on Discord: what is typed, found, checked and said of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from bot.progress import counted
from retrieval.quotes.verification import Outcome, cited, told
from retrieval.store.quotes import QuoteQuery
from retrieval.text.names import core_name, names
from retrieval.text.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.quotes.verification import Verification
    from retrieval.store.quotes import Quotations, Speaker
    from retrieval.types import Article, Quote, QuoteKind, Span, StoredQuote

_ABOUT = re.compile(r"(?:^|\s+)about\s+", re.IGNORECASE)
_BY = re.compile(r"(?P<words>.+[”\"'’»])\s+(?:by|from|—|–|-)\s+(?P<speaker>[^”\"»]+)")
_MARKS = "“”\"'‘’«» "
MANNERS: dict[QuoteKind, str] = {
    "direct": "",
    "mixed": "in part word for word",
    "indirect": "not word for word",
    "attitude": "held or wanted, not said",
}
_LATEST = 200  # quotations whose names are suggested


@dataclass(frozen=True, slots=True)
class FoundQuotes:
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
class ShownQuote:
    """One quotation as it is shown.

    Attributes:
        speaker: who it is, to be shown above; None where that is the one of the quotation before.
        manner: what the words are where they are not simply the speaker's own, and whether they stand in the headline.
        words: the words as they stand in the article, " … " where they are parted.
    """

    speaker: str | None
    manner: str
    words: str


@dataclass(frozen=True, slots=True)
class ArticleQuotes:
    """The quotations of one article."""

    library: str
    article: Article
    quotes: tuple[ShownQuote, ...]


# What is typed


def parsed_query(argument: str, libraries: tuple[str, ...]) -> QuoteQuery:
    """Returns what "NAME about WORDS" asks for; either may be missing."""
    speaker, *about = _ABOUT.split(argument.strip(), maxsplit=1)
    return QuoteQuery(libraries=libraries, speaker=speaker or None, about=about[0] if about else None)


def parsed_claim(argument: str) -> tuple[str, str | None]:
    """Returns the words and the speaker of '"WORDS" by NAME', or of words alone."""
    match = _BY.fullmatch(argument.strip())
    words, speaker = (match["words"], match["speaker"].strip()) if match else (argument, None)
    return words.strip(_MARKS), speaker


# What is found


def find(quotations: Quotations, query: QuoteQuery, limit: int | None = None, offset: int = 0) -> FoundQuotes:
    """Finds the quotations asked for.

    Raises:
        AmbiguousSpeaker: several speakers are called so.
    """
    quotes = quotations.said(query, limit=limit, offset=offset)
    people = quotations.people(query.libraries, query.speaker) if query.speaker else []
    end = offset + len(quotes)
    total = end if limit is None or 0 < len(quotes) < limit else quotations.count(query)
    return FoundQuotes(tuple(quotes), total, max(0, total - end), people[0].name if people else query.speaker)


def topics(quotations: Quotations, query: QuoteQuery, starting: str, width: int, limit: int) -> list[str]:
    """Returns names of at most `width` characters in what was said last, the most frequent first.

    Names are what people ask about; and each of these finds a quotation, as a title or a frequent word need not.

    Raises:
        AmbiguousSpeaker: several speakers are called so.
    """
    spoken = "\n".join(stored.text for stored in quotations.said(query, limit=_LATEST))
    mentioned = (spoken[span.start : span.end] for span in names(spoken))
    counts = Counter(name for full in mentioned if content_stems(name := core_name(full) or full))
    begins = f" {starting.strip().casefold()}"
    return [name for name, _ in counts.most_common() if begins in f" {name.casefold()}" and len(name) <= width][:limit]


# What is said of them


def by_article(quotes: Sequence[StoredQuote]) -> list[ArticleQuotes]:
    """Returns the quotations by article, in their order; a speaker is described once."""
    described: set[str] = set()
    groups = []
    for _, same in groupby(quotes, key=lambda stored: stored.key):
        of_article = list(same)
        shown, before = [], None
        for stored in of_article:
            quote, who = stored.quote, None
            if quote.name != before:
                who = quote.name if quote.name in described else introduced(quote)
                described |= {quote.name} if quote.description else set()
            place = "in the headline" if quote.field == "title" else ""
            shown.append(ShownQuote(who, ", ".join(filter(None, (MANNERS[quote.kind], place))), stored.text))
            before = quote.name
        groups.append(ArticleQuotes(of_article[0].library, of_article[0].article, tuple(shown)))
    return groups


def heading(query: QuoteQuery, found: FoundQuotes) -> str:
    """Returns a line such as "12 quotations of Antony Blinken about China", or "No quotations about China"."""
    number = counted(found.total, "quotation") if found.total else "No quotations"
    who = f" of {found.speaker}" if found.speaker else ""
    return number + who + (f" about {query.about}" if query.about else "")


def introduced(speaker: Speaker | Quote) -> str:
    """Returns a name as in "Antony Blinken, US Secretary of State"."""
    return f"{speaker.name}, {speaker.description}" if speaker.description else speaker.name


# The same as JSON


def quotes_json(query: QuoteQuery, found: FoundQuotes) -> dict[str, object]:
    """Returns the object that `byline quotes --json` prints; its texts are exact slices."""
    return {
        "speaker": found.speaker,
        "about": query.about,
        "kind": query.kind,
        "total": found.total,
        "quotes": [quote_json(stored) for stored in found.quotes],
    }


def quote_json(stored: StoredQuote) -> dict[str, object]:
    """Returns a quotation as JSON; its texts are exact slices."""
    article, quote = stored.article, stored.quote

    def part(span: Span) -> dict[str, object]:
        return {"start": span.start, "end": span.end, "text": stored.slice(span)}

    return {
        "library": stored.library,
        "article_id": article.id,
        "field": quote.field,
        "name": quote.name,
        "description": quote.description,
        "kind": quote.kind,
        "denied": quote.denied,
        "speaker": part(quote.speaker),
        "cue": part(quote.cue) if quote.cue else None,
        "content": [part(span) for span in quote.content],
        "title": article.title,
        "byline": article.byline,
        "publisher": article.publisher,
        "published": article.published,
        "url": article.url,
        "source": article.source,
    }


def verdict_json(verdict: Verification) -> dict[str, object]:
    """Returns the object that `byline verify --json` prints; the texts of `found` and `sentences` are exact slices."""
    return {
        "outcome": str(verdict.outcome),
        "as_asked": verdict.outcome is Outcome.VERBATIM,
        "verdict": told(verdict),
        "quotation": verdict.quoted,
        "speaker": verdict.speaker,
        "found": quote_json(verdict.found) if verdict.found else None,
        "denied": quote_json(verdict.denied) if verdict.denied else None,
        "sentences": [
            {"field": said.field, "start": said.start, "end": said.end, "text": said.text} for said in cited(verdict)
        ],
    }
