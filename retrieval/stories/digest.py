"""What came in since a moment, by story: each with one sentence of its reports and all who report it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from retrieval.citations import Excerpt
from retrieval.store import stories as store
from retrieval.store.quotes import Quotations, QuoteQuery
from retrieval.stories.events import beginning, events
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
        return tuple(dict.fromkeys(filter(None, names)))


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
    """Which articles a digest is of: those that hold some words, in any form, and quote a speaker."""

    about: str | None = None
    speaker: str | None = None


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
    arrived = store.arrived(engine, libraries, since, until)
    if wanted.about:
        stems = content_stems(wanted.about)
        arrived = [one for one in arrived if _holds(one.article, stems)]
    quoted: dict[int, Span] = {}
    if wanted.speaker:
        said = Quotations(engine).said(QuoteQuery(libraries=libraries, speaker=wanted.speaker))
        quoted = {one.key: one.quote.content[0] for one in reversed(said) if one.quote.field == "text"}
        arrived = [one for one in arrived if one.key in quoted]
    texts: dict[int, list[StoredArticle]] = {}
    for one in arrived:
        texts.setdefault(one.cluster or one.key, []).append(one)
    first = [carrying[0] for carrying in texts.values()][:_MOST]
    together = events([one.article for one in first])
    stories = [_story([texts[first[at].cluster or first[at].key] for at in places], quoted) for places in together]
    stories.sort(key=lambda story: (-story.texts, -len(story.articles)))
    return Digest(since, tuple(stories[:STORIES]), len(stories), len(arrived))


def _holds(article: Article, stems: Sequence[str]) -> bool:
    known = stem_set(f"{article.title} {article.text}")
    return all(stem in known or holds_form(stem, known) for stem in stems)


def _story(texts: Sequence[Sequence[StoredArticle]], quoted: dict[int, Span]) -> DigestStory:
    """Returns the story of some texts, each given with the articles that carry it; the newest report says it."""
    newest = texts[0][0]
    article = newest.article
    spans = sentences_holding(article.text, [quoted[newest.key]]) if newest.key in quoted else beginning(article)
    span = spans[0] if spans else Span(0, min(len(article.text), 1))
    said = Excerpt(newest.library, article, span.start, span.end)
    return DigestStory(said, len(texts), tuple(one.article for carrying in texts for one in carrying))
