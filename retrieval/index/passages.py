"""An article to passages: its sentences in groups, by offsets into the article's text. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.text.document import sentences
from retrieval.types import Article, Passage, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_TITLE = 200  # characters of a title that are embedded
INNER_END_COST = 0.1  # of a passage that ends inside a paragraph; an empty passage costs 1

_MARKS = re.compile(r"\A(?:#{1,6}|[Bb][Yy])\s+")


def passages(article: Article, count_tokens: Callable[[Sequence[str]], list[int]], window: int) -> list[Passage]:
    """The article's sentences in groups that fill `window` tokens together with the title and date embedded with them.

    Passages are about equally long and end with a paragraph where they can; a sentence too long for the window stands
    alone. `window` is in the units of `count_tokens`, which is called once. A title and byline at the head of the text
    are left out, as those fields are cited on their own, unless there is nothing else.
    """
    text = article.text
    found = sentences(text, body(article)) or sentences(text)
    in_front, *tokens = count_tokens([header(article), *(text[each.start : each.end] for each in found)])
    ends_paragraph = [*("\n" in text[one.end : two.start] for one, two in pairwise(found)), True]
    groups = _groups(tokens, ends_paragraph, max(1, window - in_front))
    spans = [Span(found[first].start, found[last - 1].end) for first, last in groups]
    return [Passage(span.start, span.end, text[span.start : span.end]) for span in spans]


def embedded_text(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: the title and publication date, then its text."""
    return f"{header(article)}\n{passage.text}"


def body(article: Article) -> Span:
    """The text after the lines at its head that only repeat the title and the byline."""
    start, fields = 0, {_head(article.title), _head(article.byline or "")}
    for line in article.text.splitlines(keepends=True):
        head = _head(line)
        if head and head not in fields:
            break
        fields.discard(head)
        start += len(line)
    return Span(start, len(article.text))


def _head(line: str) -> str:
    """A title or byline without what marks it as one."""
    words = _MARKS.sub("", line.strip())
    bare = words.rstrip("#")  # a pattern for this would take time quadratic in a run of blanks
    return bare.rstrip() if bare[-1:].isspace() else words


def header(article: Article) -> str:
    """What a passage is read in the light of: the title and publication date of its article."""
    title = article.title[:MAX_TITLE]
    return f"{title} ({article.published_on})" if article.published_on else title


def _groups(tokens: Sequence[int], ends_paragraph: Sequence[bool], budget: int) -> list[tuple[int, int]]:
    """Where to cut a row of sentences: half-open ranges of at most `budget` tokens, or of one sentence.

    Least raggedness, as lines are broken into a paragraph by Knuth and Plass (1981): the cost of a group is the
    square of the share of its budget that is left empty, so that no short one remains at the end.
    """
    costs, firsts = [0.0], [0]
    for end in range(1, len(tokens) + 1):
        total, best, choice = 0, float("inf"), end - 1
        for first in reversed(range(end)):
            total += max(1, tokens[first])
            if total > budget and first < end - 1:
                break
            cost = costs[first] + max(0.0, 1 - total / budget) ** 2
            if cost < best:
                best, choice = cost, first
        costs.append(best + (0.0 if ends_paragraph[end - 1] else INNER_END_COST))
        firsts.append(choice)
    return _ranges(firsts)


def _ranges(firsts: Sequence[int]) -> list[tuple[int, int]]:
    """The ranges of the best cut, followed from its end: the one that ends at `end` begins at `firsts[end]`."""
    ranges = []
    end = len(firsts) - 1
    while end:
        ranges.append((firsts[end], end))
        end = firsts[end]
    return ranges[::-1]
