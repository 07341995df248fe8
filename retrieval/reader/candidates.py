"""The sentences that may answer a question, and for each the span that a model predicts to be the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt
from retrieval.index.passages import header
from retrieval.models.span_model import best_span
from retrieval.text.boilerplate import not_reported
from retrieval.text.document import sentences
from retrieval.text.sentences import is_run
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.models.span_model import SpanModel
    from retrieval.types import Article, Hit

NO_TOKEN = -20.0  # the log-odds of a sentence without a token


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit, `hit.article.text[start:end]`, with its neighbours in the article ("" at its ends).

    `rank` is that of the hit, from 1.
    """

    hit: Hit
    rank: int
    start: int
    end: int
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        return self.hit.article.text[self.start : self.end]

    @property
    def context(self) -> str:
        return f"{self.before} {self.text} {self.after}"

    @property
    def excerpt(self) -> Excerpt:
        return Excerpt(self.hit.library, self.hit.article, self.start, self.end)


@dataclass(frozen=True, slots=True)
class SpanPrediction:
    """The span of a candidate that answers best, in its article's text.

    `score` is the log-odds that the span answers, against nothing in its window doing so.
    """

    candidate: Candidate
    score: float
    span: Span

    @property
    def text(self) -> str:
        return self.candidate.hit.article.text[self.span.start : self.span.end]


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Returns every sentence of the hits once, at the rank of the first hit that holds it.

    What belongs to the page is left out, and so are runs of repeats and what has no letter or digit, as a ruled line.
    """
    first: dict[tuple[str, str, int], Candidate] = {}
    for rank, hit in enumerate(hits, start=1):
        text = hit.article.text
        spans = sentences(text, Span(hit.start, hit.end))
        around, apart = neighbours(text, spans), not_reported(text)
        for span in spans:
            sentence = text[span.start : span.end]
            if any(map(str.isalnum, sentence)) and span.start not in apart and not is_run(sentence):
                candidate = Candidate(hit, rank, span.start, span.end, *around[span.start])
                first.setdefault((hit.library, hit.article.id, span.start), candidate)
    return list(first.values())


def neighbours(text: str, spans: Sequence[Span]) -> dict[int, tuple[str, str]]:
    """Returns the sentences before and after each of a text's sentences, by where it starts; "" at the ends."""
    texts = ["", *(text[span.start : span.end] for span in spans), ""]
    return {span.start: (before, after) for span, before, after in zip(spans, texts, texts[2:], strict=False)}


@dataclass(frozen=True, slots=True)
class _Window:
    """What a model reads at once: `article.text[start:end]`, below the article's title and date."""

    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        return f"{header(self.article)}\n{self.article.text[self.start : self.end]}"

    @property
    def shift(self) -> int:
        """What turns an offset into the window's text into one into the article's."""
        return self.start - len(header(self.article)) - 1


def predict_spans(question: str, pool: Sequence[Candidate], model: SpanModel) -> list[SpanPrediction]:
    """Returns the best span of each candidate, read in its passage, below title and date; each passage is read once.

    A candidate without a token is its own span, with the score `NO_TOKEN`.
    """
    windows = [_window(candidate) for candidate in pool]
    distinct = list(dict.fromkeys(windows))
    readings = dict(zip(distinct, model.read(question, [window.text for window in distinct]), strict=True))
    predictions = []
    for candidate, window in zip(pool, windows, strict=True):
        shift = window.shift
        best = best_span(readings[window], candidate.start - shift, candidate.end - shift)
        if best is None:
            predictions.append(SpanPrediction(candidate, NO_TOKEN, Span(candidate.start, candidate.end)))
        else:
            span = Span(best.span.start + shift, best.span.end + shift)
            predictions.append(SpanPrediction(candidate, best.score, span))
    return predictions


def _window(candidate: Candidate) -> _Window:
    """Returns the hit's passage, or the sentence with its neighbours where it stands elsewhere in the article."""
    hit = candidate.hit
    if hit.start <= candidate.start and candidate.end <= hit.end:
        return _Window(hit.article, hit.start, hit.end)
    text = hit.article.text
    start = text.rfind(candidate.before, 0, candidate.start) if candidate.before else candidate.start
    end = text.find(candidate.after, candidate.end) + len(candidate.after) if candidate.after else candidate.end
    return _Window(hit.article, start, end)
