"""Lists that are turned over page by page: the sources of an answer, articles, one article, quotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_bot.buttons import Pages, pager
from bot.discord_bot.interactions import place_of, tell
from bot.discord_bot.markdown import escape
from bot.discord_bot.places import libraries
from bot.discord_bot.quotation_cards import quotation_cards
from bot.discord_bot.rendering import Card, QuotedPassage, article_cards, listing_card, source_cards
from bot.discord_bot.reporting import server_report
from bot.quoting import find
from bot.threads import off_loop
from retrieval.citations import nearest_sentence
from retrieval.store.articles import digest
from retrieval.store.quotes import AmbiguousSpeaker, QuoteQuery
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.discord_bot.buttons import What
    from bot.discord_bot.interactions import Interaction
    from bot.discord_bot.places import Place
    from bot.discord_bot.services import Services
    from retrieval.types import Answer

    Leaf = tuple[Card, int]  # one page, and how many there are
    Loader = Callable[[Services, Place, Pages], Leaf | None]

_AT_ONCE = 10  # articles on a page
_DIGITS = 19  # fewer fit into a key
_MOST = 1_000_000  # pages
_QUOTATIONS = 300  # the newest: more than anybody turns over
_GONE = {
    "sources": "This answer, or the articles it came from, are not kept here any more. Ask again for a new one.",
    "unanswered": "Every question here was answered, and no answer was judged yet.",
    "article": "That article was changed or removed; /articles lists those that are here.",
}


_LOADERS: dict[str, Loader] = {}


def _loads(what: What) -> Callable[[Loader], Loader]:
    """Makes a function the one that loads a page of such a list; None where that is gone."""

    def register(loader: Loader) -> Loader:
        _LOADERS[what] = loader
        return loader

    return register


async def turn(interaction: Interaction, pages: Pages) -> None:
    """Shows a page in place of the deferred response."""
    try:
        leaf = await off_loop(_LOADERS[pages.what], interaction.client.services, place_of(interaction), pages)
    except AmbiguousSpeaker as error:
        await tell(interaction, escape(str(error)))
        return
    if leaf is None:
        await tell(interaction, _GONE[pages.what])
    else:
        card, total = leaf
        await tell(interaction, "", card, pager(pages, total))


@_loads("sources")
def _sources(services: Services, place: Place, pages: Pages) -> Leaf | None:
    kept = services.store.kept(pages.of, services.articles)
    if kept is None or kept.answer is None or (kept.place.server, kept.place.channel) != (place.server, place.channel):
        return None
    return _leaf(source_cards(list(_cited(services, kept.answer))), pages)


def _cited(services: Services, answer: Answer) -> Iterator[QuotedPassage]:
    """Yields an answer's quotations in their passages; for a refusal the passages that came near, and what in them."""
    for cited in answer.citations:
        start, end = (cited.start, cited.end) if cited.field == "text" else (0, 0)
        stored = services.articles.revision(cited.library, cited.article.id, digest(cited.article))
        refs = services.articles.passages([stored.key]) if stored else []  # none yet: the words alone are shown
        passages = (Span(ref.start, ref.end) for ref in refs if ref.start <= start < ref.end)
        passage = next(passages, Span(start, end))
        yield QuotedPassage(cited.article, passage, cited.number, cited.field, cited.start, cited.end)
    for hit in () if answer.citations else answer.trace.hits:
        near = nearest_sentence(answer.standalone_question, hit)
        yield QuotedPassage(hit.article, Span(hit.start, hit.end), None, "text", near.start, near.end)


@_loads("articles")
def _articles(services: Services, place: Place, pages: Pages) -> Leaf:
    names = libraries(place, services.settings.library)
    matches = services.articles.browse(names, pages.of, offset=min(pages.page, _MOST) * _AT_ONCE, limit=_AT_ONCE)
    total = max(1, -(-matches.total // _AT_ONCE))
    page = min(pages.page, total - 1)
    return listing_card(matches.rows, page=page + 1, pages=total, total=matches.total, search=pages.of or None), total


@_loads("article")
def _article(services: Services, place: Place, pages: Pages) -> Leaf | None:
    names = libraries(place, services.settings.library)
    stored = (
        services.articles.by_key(names, int(pages.of)) if pages.of.isdecimal() and len(pages.of) < _DIGITS else None
    )
    if stored is None:
        return None
    spans = [Span(ref.start, ref.end) for ref in services.articles.passages([stored.key])]
    return _leaf(article_cards(stored.article, spans or [Span(0, len(stored.article.text))]), pages)


@_loads("quotes")
def _quotes(services: Services, place: Place, pages: Pages) -> Leaf | None:
    names = libraries(place, services.settings.library)
    wanted = QuoteQuery(libraries=names, speaker=pages.speaker or None, about=pages.of or None)
    return _leaf(quotation_cards(wanted, find(services.quotations, wanted, _QUOTATIONS)), pages)


@_loads("unanswered")
def _unanswered(services: Services, place: Place, pages: Pages) -> Leaf | None:
    return _leaf(server_report(services, place.server) or [], pages) if place.server is not None else None


def _leaf(cards: list[Card], pages: Pages) -> Leaf | None:
    return (cards[min(pages.page, len(cards) - 1)], len(cards)) if cards else None
