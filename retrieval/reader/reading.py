"""The span model's judgement of each candidate sentence, read in its passage, below its article's title and date."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.index.passages import header
from retrieval.models.span_model import best_span
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.models.span_model import SpanModel
    from retrieval.reader.candidates import Candidate
    from retrieval.types import Article

NONE = -20.0  # the log-odds of a sentence without a token
_WORD = re.compile(r"\w+")
_ARTICLES = frozenset({"the", "a", "an"})


@dataclass(frozen=True, slots=True)
class Spotted:
    """The span of a candidate that answers best, and the log-odds that it does, against nothing in its window."""

    score: float
    span: Span

    def text(self, article: Article) -> str:
        return article.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class _Window:
    """`article.text[start:end]`, below the article's header."""

    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        return f"{header(self.article)}\n{self.article.text[self.start : self.end]}"

    @property
    def shift(self) -> int:
        """From an offset into the window's text to one into the article's."""
        return self.start - len(header(self.article)) - 1


def spot(question: str, pool: Sequence[Candidate], model: SpanModel) -> list[Spotted]:
    """For each candidate its best span; each window is read once."""
    windows = [_window(candidate) for candidate in pool]
    known = list(dict.fromkeys(windows))
    readings = dict(zip(known, model.read(question, [window.text for window in known]), strict=True))
    found = []
    for candidate, window in zip(pool, windows, strict=True):
        shift = window.shift
        best = best_span(readings[window], candidate.start - shift, candidate.end - shift)
        if best is None:
            found.append(Spotted(NONE, Span(candidate.start, candidate.end)))
        else:
            found.append(Spotted(best.score, Span(best.span.start + shift, best.span.end + shift)))
    return found


def agreement(pool: Sequence[Candidate], spotted: Sequence[Spotted]) -> list[float]:
    """For each candidate, how many other articles' windows are thought to give the same answer: a sum of probabilities.

    An answer is the same where all words of the shorter one are in the longer one.
    """
    best: dict[tuple[str, frozenset[str]], float] = {}
    keys = [answer_words(s.text(c.hit.article)) for c, s in zip(pool, spotted, strict=True)]
    for candidate, seen, words in zip(pool, spotted, keys, strict=True):
        place = candidate.hit.article.id, words
        best[place] = max(best.get(place, 0.0), 1 / (1 + math.exp(-seen.score)))
    by_words: dict[frozenset[str], dict[str, float]] = defaultdict(dict)
    answers = {words for _, words in best}
    for (article, words), probability in best.items():
        for other in answers:
            if words and other and (words <= other or other <= words):
                by_words[other][article] = max(by_words[other].get(article, 0.0), probability)
    return [
        sum(p for article, p in by_words[words].items() if article != candidate.hit.article.id)
        for candidate, words in zip(pool, keys, strict=True)
    ]


def _window(candidate: Candidate) -> _Window:
    """The hit's passage, or the sentence with its neighbours where it stands elsewhere in the article."""
    hit = candidate.hit
    if hit.start <= candidate.start and candidate.end <= hit.end:
        return _Window(hit.article, hit.start, hit.end)
    text = hit.article.text
    before = text.rfind(candidate.before, 0, candidate.start) if candidate.before else candidate.start
    after = text.find(candidate.after, candidate.end) + len(candidate.after) if candidate.after else candidate.end
    return _Window(hit.article, before, after)


def answer_words(text: str) -> frozenset[str]:
    """What makes an answer the same as another."""
    return frozenset(_WORD.findall(text.lower())) - _ARTICLES
