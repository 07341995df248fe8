"""What came in, by story, as text and JSON. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.progress import counted
from bot.render import folded, quoted
from retrieval.text.dates import written_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.stories.digest import Digest, DigestStory
    from retrieval.types import Article

_NAMED = 5  # sources of a story


def digest_lines(digest: Digest) -> list[str]:
    """Returns a line that counts, then for each story its headline, a sentence, and who reports it and when."""
    lines = [f"{heading(digest)}."]
    for number, story in enumerate(digest.stories, start=1):
        told = (quoted(folded(story.said.text)), origin(story))
        lines += ["", f"{number}. {folded(story.title)}", *(f"   {line}" for line in told if line)]
    left = digest.total - len(digest.stories)
    return [*lines, *(["", f"… and {left:,} more: --about, --speaker or --quoting narrows them."] if left else [])]


def heading(digest: Digest) -> str:
    """Returns how much came in, as in "12 new articles in 5 stories since 27 November 2026"."""
    since = f"since {written_day(digest.since)}"
    if not digest.stories:
        return f"Nothing new {since}"
    stories = "1 story" if digest.total == 1 else f"{digest.total:,} stories"
    return f"{counted(digest.articles, 'new article')} in {stories} {since}"


def origin(story: DigestStory) -> str:
    """Returns who reports a story, and of which days the reports are."""
    names = [folded(name) for name in story.sources]
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return " · ".join(filter(None, (", ".join(names[:_NAMED]) + more, days(story.articles))))


def days(articles: Sequence[Article]) -> str:
    """Returns the days that articles are of, as in "7 May 2024 to 10 May 2024"; "" where none has a date."""
    dates = sorted(day for article in articles if (day := article.published_on))
    return " to ".join(dict.fromkeys(map(written_day, (dates[0], dates[-1])))) if dates else ""


def digest_json(digest: Digest) -> dict[str, object]:
    """Returns the object that `byline digest --json` prints; its quotes are exact slices."""
    return {
        "since": digest.since.isoformat(),
        "articles": digest.articles,
        "total": digest.total,
        "stories": [
            {
                "title": story.title,
                "quote": story.said.text,
                "article_id": story.said.article.id,
                "field": story.said.field,
                "start": story.said.start,
                "end": story.said.end,
                "texts": story.texts,
                "sources": [
                    {name: getattr(article, name) for name in ("id", "title", "publisher", "published", "url")}
                    for article in story.articles
                ],
            }
            for story in digest.stories
        ],
    }
