"""Quotations as cards: by article and speaker, word for word. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_bot.markdown import escape, split, strong, width
from bot.discord_bot.rendering import AMBER, CARD, TEAL, Card, facts, page_of, shortened
from bot.quoting import groups, heading
from bot.render import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.quoting import Found, Group, Line, Wanted

_PAGE = 2_000  # characters of a card: some screens of a phone
_TITLE = 200
_REMEDY = "Those who are quoted here are suggested while you type, and names that they have spoken of."


def quotation_cards(wanted: Wanted, found: Found) -> list[Card]:
    """The quotations found, on as many cards as it takes."""
    title = escape(shortened(heading(wanted, found), _TITLE))
    if not found.quotes:
        return [Card(_REMEDY, AMBER, title)]
    pages = list(_pages(groups(found.quotes)))
    newest = f"the newest {len(found.quotes):,} of them" if found.left else ""
    footers = (" · ".join(filter(None, (newest, page_of(at, len(pages), "page")))) for at in range(1, len(pages) + 1))
    return [Card(page, TEAL, title, footer or None) for page, footer in zip(pages, footers, strict=True)]


def _pages(shown: list[Group]) -> Iterator[str]:
    """Each begins with the article and the speaker of its words, unless they are the rest of words too long for one."""
    page = ""
    for group in shown:
        origin, speaker = facts(group.article, "text") or escape(folded(group.article.id)), ""
        for at, line in enumerate(group.lines):
            speaker = strong(folded(line.speaker)) if line.speaker else speaker
            above = [*([origin] if at == 0 else []), *([speaker] if line.speaker else [])]
            added = ("\n" if at else "\n\n") + "\n".join([*above, _said(line)])
            if page and width(page + added) > _PAGE:
                yield page
                page = ""
            *full, page = split([page + added if page else "\n".join([origin, speaker, _said(line)])], CARD)
            yield from full
    yield page


def _said(line: Line) -> str:
    """The words, and what they are where they are not simply the speaker's own."""
    return f"> {escape(folded(line.words))}" + (f" — *{line.label}*" if line.label != "direct" else "")
