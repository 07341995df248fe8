"""What came in by story, and a speaker over time, as text and JSON. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.progress import counted
from bot.quoting import MANNERS, quote_json
from bot.render import folded, quoted
from retrieval.text.dates import written_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.stories.digest import Digest, DigestStory
    from retrieval.stories.speakers import SpeakerProfile
    from retrieval.types import Article, StoredQuote

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


def profile_lines(profile: SpeakerProfile) -> list[str]:
    """Returns who somebody is, what they said by topic in order of time, and who speaks otherwise."""
    articles = {one.key: one.article for one in profile.quotes}
    count = f"{counted(len(profile.quotes), 'quotation')} in {counted(len(articles), 'article')}"
    when = days(list(articles.values()))
    lines = [folded(profile.name)]
    lines += [f"  {folded(words)}{f' ({written_day(day)})' if day else ''}" for words, day in profile.descriptions]
    lines.append(f"  {', '.join(filter(None, (count, when)))}")
    for topic in profile.topics:
        title = f"On “{folded(topic.word)}”" if topic.word else "On other things" if len(profile.topics) > 1 else ""
        lines += ["", *([title] if title else []), *map(quote_line, topic.quotes)]
    if profile.opposed:
        lines += ["", "Others speak otherwise"]
        for found in profile.opposed:
            lines.append(f"  On “{folded(found.topic)}”, {folded(found.other.quote.name)}:")
            lines.append(f"  {quote_line(found.other)}")
            lines.append(f"    beside {folded(found.own.text)}")
    return lines


def quote_line(said: StoredQuote) -> str:
    """Returns a quotation on a line, with its day and where it is from."""
    article, manner = said.article, MANNERS[said.quote.kind]
    day = article.published_on
    origin = ", ".join(folded(fact) for fact in (article.title, article.publisher) if fact)
    return (
        f"  {written_day(day) if day else 'no date'}: {folded(said.text)}{f' ({manner})' if manner else ''} — {origin}"
    )


def profile_json(profile: SpeakerProfile) -> dict[str, object]:
    """Returns the object that `byline speaker --json` prints; its texts are exact slices."""
    return {
        "name": profile.name,
        "descriptions": [
            {"words": words, "first": day.isoformat() if day else None} for words, day in profile.descriptions
        ],
        "quotes": [quote_json(said) for said in profile.quotes],
        "topics": [
            {"word": topic.word, "quotes": [profile.quotes.index(said) for said in topic.quotes]}
            for topic in profile.topics
        ],
        "opposed": [
            {"topic": found.topic, "own": quote_json(found.own), "other": quote_json(found.other)}
            for found in profile.opposed
        ],
    }
