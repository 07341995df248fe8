"""A speaker over time, as text and JSON. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.digest import days
from bot.progress import counted
from bot.quoting import MANNERS, quote_json
from bot.render import folded
from retrieval.text.dates import written_day

if TYPE_CHECKING:
    import datetime as dt

    from retrieval.stories.speakers import SpeakerProfile
    from retrieval.types import StoredQuote


def profile_lines(profile: SpeakerProfile) -> list[str]:
    """Returns who somebody is, what they said by topic in order of time, and who speaks otherwise."""
    articles = {one.key: one.article for one in profile.quotes}
    count = f"{counted(len(profile.quotes), 'quotation')} in {counted(len(articles), 'article')}"
    when = days(list(articles.values()))
    lines = [folded(profile.name), *(f"  {folded(words)}{_since(day)}" for words, day in profile.descriptions)]
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


def _since(day: dt.date | None) -> str:
    return f" ({written_day(day)})" if day else ""


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
