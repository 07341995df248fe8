"""An article to passages: its sentences in groups, by offsets into the article's text. Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.text.boilerplate import is_boilerplate, without_marks
from retrieval.text.document import sentences
from retrieval.text.tables import readable
from retrieval.types import Article, Passage, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_TITLE = 200  # characters of a title that are embedded
INNER_END_COST = 0.1  # of a passage that ends inside a paragraph; an empty passage costs 1


def passages(article: Article, count_tokens: Callable[[Sequence[str]], list[int]], window: int) -> list[Passage]:
    """Returns the article's sentences in groups that fill `window` tokens with the title and date embedded with them.

    Passages are about equally long and end with a paragraph where they can; a sentence too long for the window stands
    alone. `window` is in the units of `count_tokens`, which is called once. A title and byline at the head of the text
    are left out, as those fields are cited on their own, and at its ends what belongs to the page alone; unless there
    is nothing else.
    """
    text = article.text
    whole = sentences(text, body(article)) or sentences(text)
    spans = [span for span in whole if not is_boilerplate(text[span.start : span.end])] or whole
    starts = [*(span.start for span in spans[:1]), *(span.end for span in spans[:-1])]  # what is left out is read too
    read = (readable(text, start, span.end).text for start, span in zip(starts, spans, strict=True))
    in_front, *tokens = count_tokens([header(article), *read])
    ends_paragraph = [*("\n" in text[span.end : following.start] for span, following in pairwise(spans)), True]
    return [
        Passage(start := spans[first].start, end := spans[last - 1].end, text[start:end])
        for first, last in _groups(tokens, ends_paragraph, max(1, window - in_front))
    ]


def embedded_text(article: Article, passage: Passage) -> str:
    """Returns what is embedded for a passage: the title and publication date, then its text with rows told."""
    return f"{header(article)}\n{readable(article.text, passage.start, passage.end).text}"


def body(article: Article) -> Span:
    """Returns the text after the lines at its head that only repeat the title and the byline."""
    start, fields = 0, {without_marks(article.title), without_marks(article.byline or "")}
    for line in article.text.splitlines(keepends=True):
        head = without_marks(line)
        if head and head not in fields:
            break
        fields.discard(head)
        start += len(line)
    return Span(start, len(article.text))


def header(article: Article) -> str:
    """Returns what a passage is read in the light of: the title and publication date of its article."""
    title = article.title[:MAX_TITLE]
    return f"{title} ({article.published_on})" if article.published_on else title


def _groups(tokens: Sequence[int], ends_paragraph: Sequence[bool], budget: int) -> list[tuple[int, int]]:
    """Returns where to cut a row of sentences: half-open ranges of at most `budget` tokens, or of one sentence.

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
    ranges, end = [], len(tokens)
    while end:  # the range that ends there begins at firsts[end]
        ranges.append((firsts[end], end))
        end = firsts[end]
    return ranges[::-1]
