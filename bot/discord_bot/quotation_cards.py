"""Quotations as cards: by article and speaker, word for word; and what became of those that were checked. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.discord_bot.markdown import escape, marked, split, strong, width
from bot.discord_bot.rendering import AMBER, CARD, TEAL, Card, facts, page_of, shortened
from bot.quoting import MANNERS, by_article, heading, introduced
from bot.render import folded
from retrieval.quotes.verification import Outcome, told
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.quoting import ArticleQuotes, FoundQuotes, ShownQuote
    from retrieval.quotes.verification import Verification
    from retrieval.store.quotes import QuoteQuery
    from retrieval.types import StoredQuote

_PAGE = 2_000  # characters of a card: some screens of a phone
_TITLE = 200
_REMEDY = "Those who are quoted here are suggested while you type, and names that they have spoken of."


def quotation_cards(query: QuoteQuery, found: FoundQuotes) -> list[Card]:
    """Returns the quotations found, on as many cards as it takes."""
    title = escape(shortened(heading(query, found), _TITLE))
    if not found.quotes:
        return [Card(_REMEDY, AMBER, title)]
    pages = list(_pages(by_article(found.quotes)))
    newest = f"the newest {len(found.quotes):,} of them" if found.left else ""
    footers = (" · ".join(filter(None, (newest, page_of(at, len(pages), "page")))) for at in range(1, len(pages) + 1))
    return [Card(page, TEAL, title, footer or None) for page, footer in zip(pages, footers, strict=True)]


def _pages(groups: list[ArticleQuotes]) -> Iterator[str]:
    """Yields pages that begin with the article and the speaker, unless with the rest of words too long for one."""
    page = ""
    for group in groups:
        origin, speaker = facts(group.article, "text") or escape(folded(group.article.id)), ""
        for at, said in enumerate(group.quotes):
            above = [] if at else [origin]
            if said.speaker:
                speaker = strong(folded(said.speaker))
                above.append(speaker)
            added = ("\n" if at else "\n\n") + "\n".join([*above, _said(said)])
            if page and width(page + added) > _PAGE:
                yield page
                page = ""
            *full, page = split([page + added if page else "\n".join([origin, speaker, _said(said)])], CARD)
            yield from full
    yield page


def _said(said: ShownQuote) -> str:
    """Returns the words, and what they are where they are not simply the speaker's own."""
    return f"> {escape(folded(said.words))}{f' — *{said.manner}*' if said.manner else ''}"


# What was checked


def verdict_card(verdicts: Sequence[Verification]) -> Card:
    """Returns what became of one or several quotations, each with what the articles have."""
    room = CARD // len(verdicts) - len("\n\n")
    colour = TEAL if all(verdict.outcome is Outcome.VERBATIM for verdict in verdicts) else AMBER
    parts = []
    for verdict in verdicts:  # in full; if that is wider than the room, the part that fits, else its beginning
        forms = (_told(verdict, whole=True, most=room), _told(verdict, whole=False, most=room))
        beginning = _told(verdict, whole=False, most=room // 8)
        parts.append(next((form for form in forms if width(form) <= room), beginning))
    return Card("\n\n".join(parts), colour)


def _told(verdict: Verification, *, whole: bool, most: int) -> str:
    sentence = strong(folded(told(replace(verdict, quoted=shortened(verdict.quoted, most)))))
    if verdict.found is None or verdict.part is None:
        return sentence
    stored, part = verdict.found, verdict.part
    words = _marked(stored, part) if whole else escape(shortened(stored.slice(part), most))
    manner = MANNERS[stored.quote.kind]
    report = f" — *{manner}*" if manner else ""
    origin = facts(stored.article, "title" if stored.quote.field == "title" else "text")
    who = escape(folded(introduced(stored.quote))) if stored.quote.description else ""
    lines = (sentence, f"> {words}{report}", who, origin and f"-# {origin}")
    return "\n".join(filter(None, lines))


def _marked(stored: StoredQuote, part: Span) -> str:
    """Returns all that was said, the part that was found standing out."""
    pieces = []
    for span in stored.quote.content:
        start = min(max(part.start, span.start), span.end)
        end = min(max(part.end, start), span.end)
        cuts = (Span(span.start, start), Span(start, end), Span(end, span.end))
        before, there, after = (folded(stored.slice(cut), keep_ends=True) for cut in cuts)
        pieces.append(marked(before + there + after, (len(before), len(before + there))))
    return " … ".join(pieces)
