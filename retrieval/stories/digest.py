"""What came in since a moment, by story: each with one sentence of its reports and all who report it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from retrieval.citations import Excerpt
from retrieval.store import stories as store
from retrieval.store.quotes import Quotations, QuoteQuery
from retrieval.stories.events import events, headline_told
from retrieval.text.document import sentences_holding
from retrieval.text.words import content_stems, holds_form, stem_set
from retrieval.types import Span

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import sqlalchemy as sa

    from retrieval.store.tables import StoredArticle
    from retrieval.types import Article

STORIES = 10
_MOST = 400  # articles that are put together, the newest


@dataclass(frozen=True, slots=True)
class DigestStory:
    """A story: the sentence that is shown for it, how many texts report it, and the articles that carry these.

    The articles of a text come one after the other, the newest text first.
    """

    said: Excerpt
    texts: int
    articles: tuple[Article, ...]

    @property
    def title(self) -> str:
        """The headline above the sentence."""
        return self.said.article.title

    @property
    def sources(self) -> tuple[str, ...]:
        """Who reports it, by name or host, each once."""
        names = (article.publisher or urlsplit(article.url or "").hostname for article in self.articles)
        return tuple(dict.fromkeys(name.removeprefix("www.") for name in names if name))


@dataclass(frozen=True, slots=True)
class Digest:
    """What came in from a moment on: the first stories, those of most reports before others.

    Attributes:
        since: the moment.
        stories: those that are shown.
        total: how many stories there are.
        articles: how many articles came in that are about what is asked for.
    """

    since: dt.datetime
    stories: tuple[DigestStory, ...]
    total: int
    articles: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles a digest is of: those that hold some words, and those where a speaker or some words are quoted.

    Words are found in any form.
    """

    about: str | None = None
    speaker: str | None = None
    quoting: str | None = None


def digest(
    engine: sa.Engine,
    libraries: tuple[str, ...],
    since: dt.datetime,
    wanted: Wanted | None = None,
    until: dt.datetime | None = None,
) -> Digest:
    """Returns what came into libraries since a moment, and until another, by story.

    Raises:
        AmbiguousSpeaker: several speakers are called as the one who is wanted.
    """
    wanted = wanted or Wanted()
    about = content_stems(wanted.about or "")
    arrived = [
        one
        for one in store.arrived(engine, libraries, since, until)
        if _holds_all(f"{one.article.title} {one.article.text}", about)
    ]
    quoted: dict[int, Span] = {}
    if wanted.speaker or wanted.quoting:
        quoted = _quoted(engine, libraries, wanted)
        arrived = [one for one in arrived if one.key in quoted]
    stories = _stories(_by_text(arrived)[:_MOST], quoted)
    return Digest(since, tuple(stories[:STORIES]), len(stories), len(arrived))


def _holds_all(text: str, stems: Sequence[str]) -> bool:
    known = stem_set(text) if stems else frozenset[str]()
    return all(holds_form(stem, known) for stem in stems)


def _quoted(engine: sa.Engine, libraries: tuple[str, ...], wanted: Wanted) -> dict[int, Span]:
    """Returns where an article's text first quotes whom or what is wanted, by the article's key."""
    query = QuoteQuery(libraries=libraries, speaker=wanted.speaker, about=wanted.quoting)
    words = content_stems(wanted.quoting or "")
    said = [one for one in Quotations(engine).said(query) if _holds_all(one.text, words)]
    return {one.key: one.quote.content[0] for one in reversed(said) if one.quote.field == "text"}


def _by_text(arrived: Sequence[StoredArticle]) -> list[list[StoredArticle]]:
    """Returns the articles that carry one text together, in the order of the first of each."""
    texts: dict[int, list[StoredArticle]] = {}
    for one in arrived:
        texts.setdefault(one.cluster or one.key, []).append(one)
    return list(texts.values())


def _stories(texts: Sequence[Sequence[StoredArticle]], quoted: dict[int, Span]) -> list[DigestStory]:
    """Returns the stories that some texts tell, those of most texts first; each is given with who carries it."""
    together = events([carrying[0].article for carrying in texts])
    found = [_story([texts[at] for at in places], quoted) for places in together]
    return sorted(found, key=lambda story: (-story.texts, -len(story.articles)))


def _story(texts: Sequence[Sequence[StoredArticle]], quoted: dict[int, Span]) -> DigestStory:
    """Returns the story of some texts; the newest report says it."""
    newest = texts[0][0]
    article = newest.article
    if newest.key in quoted:
        span = next(iter(sentences_holding(article.text, [quoted[newest.key]])), None)
    else:
        span = headline_told(article)
    span = span or Span(0, min(len(article.text), 1))
    said = Excerpt(newest.library, article, span.start, span.end)
    return DigestStory(said, len(texts), tuple(one.article for carrying in texts for one in carrying))
