"""What becomes of an entry: the article of its page, or of the feed's own text, or the reason why there is none."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.errors import FetchFailed, SourceError
from retrieval.sources.markup import text_of
from retrieval.sources.rows import checked_article
from retrieval.store.feeds import Delivery
from retrieval.text.lexicon import any_of
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.sources.feeds import FeedEntry, ParsedFeed
    from retrieval.store.feeds import Feed, KnownEntry, WordFilter

    Page = Callable[[str], Article]

_MOST_TRIES = 4  # of a page that cannot be had for now
_TITLE = 200  # characters of a text that stand for its title


def delivery(feed: Feed, parsed: ParsedFeed, entry: FeedEntry, known: KnownEntry | None, page: Page) -> Delivery:
    """Returns the article of an entry, or why there is none.

    Args:
        feed: whose words decide what comes in.
        parsed: the feed as it was read.
        entry: one of its entries.
        known: what is known of it from before.
        page: fetches a page and makes its article; raises SourceError.
    """
    title, own = text_of(entry.title), text_of(entry.markup)
    if holds(feed.words.must_not, f"{title}\n{own}"):
        return Delivery(entry, title, filtered=True)
    article, error = _paged(entry, page)
    full = article is not None
    tries, has_page_text = (known.tries, known.full_text) if known else (0, False)
    if not full and not has_page_text:  # what its page once said is more than the feed says
        article = _own_article(feed, parsed, entry, title, own)
    again = isinstance(error, FetchFailed) and tries + 1 < _MOST_TRIES
    if article is None:
        reason = f"its page cannot be had ({error}), and the feed has no text of it"
        return Delivery(entry, title, full_text=has_page_text, reason=reason, try_again=again)
    if not passes(feed.words, f"{article.title}\n{article.text}"):
        return Delivery(entry, title, filtered=True)
    completed = _completed(article, parsed, entry)
    return Delivery(entry, title or completed.title, completed, full, str(error) if error else None, try_again=again)


def _paged(entry: FeedEntry, page: Page) -> tuple[Article | None, SourceError | None]:
    """Returns the article of an entry's page, or why it cannot be had."""
    try:
        if entry.url and entry.address:
            return page(entry.url), None
    except SourceError as error:
        return None, error
    return None, SourceError("it has no page")


def _completed(article: Article, parsed: ParsedFeed, entry: FeedEntry) -> Article:
    """Adds to an article what its page does not tell and the feed does; a day that an address tells counts least."""
    by_address = article.dated_by == "address"
    published = (entry.published if by_address else None) or article.published or entry.published
    return replace(
        article,
        published=published,
        dated_by=article.dated_by if published == article.published else None,
        byline=article.byline or entry.byline,
        publisher=article.publisher or entry.publisher or parsed.title or None,
    )


def _own_article(feed: Feed, parsed: ParsedFeed, entry: FeedEntry, title: str, text: str) -> Article | None:
    """Returns the article that the feed's own text makes, known by the entry's page; None where it has no text."""
    if not text or text == title:
        return None
    made = Article(
        id=entry.address or f"{feed.address}#{entry.id}",
        title=title or text.partition("\n")[0][:_TITLE],
        text=text,
        byline=entry.byline,
        publisher=entry.publisher or parsed.title or None,
        published=entry.published,
        url=entry.url,
        source=feed.address,
    )
    try:
        return checked_article(made)
    except SourceError:
        return None


def holds(words: Sequence[str], text: str) -> bool:
    """Tells whether a text holds one of the words or phrases, as whole words; case does not matter."""
    return bool(words) and re.search(rf"(?<!\w)(?:{any_of(words)})(?!\w)", text, re.IGNORECASE) is not None


def passes(words: WordFilter, text: str) -> bool:
    """Tells whether a text holds one of the words that it must, where there are any, and none that it must not."""
    return (not words.must or holds(words.must, text)) and not holds(words.must_not, text)
