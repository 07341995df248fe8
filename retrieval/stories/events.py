"""Which articles report one event, in whatever words. Pure.

An article is the bag of what its headline and its beginning say, since that is where news says what happened; a word
counts the more, the fewer of the articles have it (TF-IDF). Articles of a few weeks are put together as long as they
are alike on average (hierarchical clustering with average linkage, as in topic detection: Yang, Pierce and Carbonell,
"A study on retrospective and on-line event detection", 1998).
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from retrieval.text.boilerplate import headline_end, is_roundup, not_reported, without_marks
from retrieval.text.document import sentences
from retrieval.text.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from retrieval.types import Article, Span

ALIKE = 0.15  # cosine, on average, from which on articles report one event
NEXT_ALIKE = 0.12  # cosine, from which on a later article goes on with another
WINDOW = 21  # days between two reports of one event
_BEGINNING = 700  # characters
_READ = 3_000  # characters, in which what an article reports has begun
_FEWEST = 50  # articles, as if of so many: two alone would not tell which words are rare
_HEADLINE = 2  # times that a word of a headline counts


def events(articles: Sequence[Article]) -> list[list[int]]:
    """Returns the places of articles by the event that they report, the largest first, each in their order."""
    groups = [[at] for at in range(len(articles))]
    alike = _similarities(articles)
    sizes = np.ones(len(articles))
    while len(groups) > 1:
        np.fill_diagonal(alike, -1.0)
        one, other = sorted(map(int, divmod(int(alike.argmax()), len(groups))))
        if alike[one, other] < ALIKE:
            break
        joint = (alike[one] * sizes[one] + alike[other] * sizes[other]) / (sizes[one] + sizes[other])
        alike[one], alike[:, one] = joint, joint
        alike = np.delete(np.delete(alike, other, 0), other, 1)
        sizes[one] += sizes[other]
        sizes = np.delete(sizes, other)
        groups[one] += groups.pop(other)
    return sorted(map(sorted, groups), key=len, reverse=True)


def going_on_with(articles: Sequence[Article], first: Collection[int]) -> set[int]:
    """Returns the places of articles that go on with those at some places, or with one that does: later and alike."""
    alike, found = _similarities(articles), set(first)
    days = [article.published_on for article in articles]
    ahead = list(found)
    while ahead:
        one = ahead.pop()
        for at, day in enumerate(days):
            is_later = day is not None and (before := days[one]) is not None and before <= day
            if at not in found and is_later and alike[one, at] >= NEXT_ALIKE:
                found.add(at)
                ahead.append(at)
    return found


def beginning(article: Article) -> list[Span]:
    """Returns the first sentences of what an article reports, without what belongs to its page, and its headline."""
    text = article.text[:_READ]
    apart = not_reported(text)
    is_cut = len(text) < len(article.text)
    said = [
        s for s in sentences(text) if s.start not in apart and without_marks(text[s.start : s.end]) != article.title
    ]
    reported = [span for span in said if not (is_cut and span.end == len(text))]
    return [span for span in reported if span.end <= reported[0].start + _BEGINNING] or reported[:1]


def _similarities(articles: Sequence[Article]) -> NDArray[np.float64]:
    """Returns the cosine of each two articles: (articles, articles); 0 where they are too far apart in time."""
    bags = [_bag(article) for article in articles]
    held = Counter(word for bag in bags for word in bag)
    place = {word: at for at, word in enumerate(held)}
    number = max(len(bags), _FEWEST)
    weights = np.zeros((len(bags), len(place)))
    for row, bag in zip(weights, bags, strict=True):
        for word, times in bag.items():
            row[place[word]] = (1 + math.log(times)) * math.log((number + 1) / held[word])
    weights /= np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-9)
    days = np.array([float(day.toordinal()) if (day := a.published_on) else np.nan for a in articles])
    is_far = np.abs(days[:, None] - days) > WINDOW  # of an undated one nothing is
    return np.where(is_far, 0.0, weights @ weights.T)


def _bag(article: Article) -> Counter[str]:
    """Returns how often an article's beginning and headline have each word; none of one that tells of many events."""
    headline = article.title[: headline_end(article.title)]
    if is_roundup(headline):
        return Counter()
    told = " ".join(article.text[span.start : span.end] for span in beginning(article))
    return Counter([*(content_stems(headline) * _HEADLINE), *content_stems(told)])
