"""The sentences that may answer a question, and for each the span that a model predicts to be the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt
from retrieval.index.passages import MAX_TITLE, header
from retrieval.models.span_model import best_span, mean_evidence
from retrieval.text.answer_kinds import QUANTITIES, expected_answer
from retrieval.text.boilerplate import headline_end, is_announcement, is_instruction, is_reported
from retrieval.text.document import is_run, sentences
from retrieval.text.enumerations import count_named, number_compared
from retrieval.text.names import named_holder
from retrieval.text.tables import readable, told_line
from retrieval.text.words import plain
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.models.span_model import SpanModel
    from retrieval.text.tables import Readable
    from retrieval.types import Article, Field, Hit

_READ_ALONE = ("row", "item", "score")  # a model confuses those that stand in one window
NO_TOKEN = -20.0  # the log-odds of a sentence without a token


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit's article, with its neighbours there ("" at its ends); a title is a sentence too.

    `rank` is that of the hit, from 1; `start` and `end` are of the field.
    """

    hit: Hit
    rank: int
    start: int
    end: int
    before: str = ""
    after: str = ""
    field: Field = "text"

    @property
    def field_text(self) -> str:
        return self.hit.article.title if self.field == "title" else self.hit.article.text

    @property
    def text(self) -> str:
        return self.field_text[self.start : self.end]

    @property
    def told(self) -> str:
        """What is read of it: the text itself, a row with its header."""
        return self.text if self.field == "title" else readable(self.field_text, self.start, self.end).text

    @property
    def context(self) -> str:
        return f"{self.before} {self.told} {self.after}"

    @property
    def excerpt(self) -> Excerpt:
        return Excerpt(self.hit.library, self.hit.article, self.start, self.end, self.field)


@dataclass(frozen=True, slots=True)
class SpanPrediction:
    """What the model reads of a candidate.

    Attributes:
        score: the log-odds that the span answers, against nothing in its window doing so.
        span: the span of the candidate that answers best, in its field.
        evidence: the log-odds that the candidate helps to answer.
    """

    candidate: Candidate
    score: float
    span: Span
    evidence: float

    @property
    def text(self) -> str:
        return self.candidate.field_text[self.span.start : self.span.end]

    @property
    def before(self) -> str:
        """The words of the candidate before the span."""
        return self.candidate.field_text[self.candidate.start : self.span.start]

    @property
    def after(self) -> str:
        """The words of the candidate behind the span."""
        return self.candidate.field_text[self.span.end : self.candidate.end]


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Returns every sentence of the hits once, at the rank of the first hit that holds it, and their articles' titles.

    What belongs to the page is left out, and so are questions (of 6,284 in training none helps), titles that only say
    what their report will tell, runs of repeats, what is meant for a machine that reads it, and what has no letter or
    digit, as a ruled line.
    """
    first: dict[tuple[str, str, Field, int], Candidate] = {}
    for rank, hit in enumerate(hits, start=1):
        article = hit.article
        spans = sentences(article.text, Span(hit.start, hit.end))
        around, kept = neighbours(article.text, spans), [s for s in spans if is_reported(article.text, s.start)]
        reported = [Candidate(hit, rank, span.start, span.end, *around[span.start]) for span in kept]
        for candidate in (*reported, Candidate(hit, rank, 0, min(len(article.title), MAX_TITLE), field="title")):
            text = candidate.text
            headline = text[: headline_end(text)] if candidate.field == "title" else text
            is_empty = headline.endswith("?") or (candidate.field == "title" and is_announcement(headline))
            is_report = any(map(str.isalnum, text)) and not is_empty and not is_run(text)
            if is_report and not is_instruction(plain(text)):
                first.setdefault((hit.library, article.id, candidate.field, candidate.start), candidate)
    return list(first.values())


def neighbours(text: str, spans: Sequence[Span]) -> dict[int, tuple[str, str]]:
    """Returns the sentences before and after each of a text's sentences, by where it starts; "" at the ends."""
    texts = ["", *(text[span.start : span.end] for span in spans), ""]
    return {span.start: (before, after) for span, before, after in zip(spans, texts, texts[2:], strict=False)}


@dataclass(frozen=True)
class _Window:
    """What a model reads at once: `article.text[start:end]`, rows told with their header, below title and date."""

    article: Article
    start: int
    end: int

    @property
    def above(self) -> str:
        return f"{header(self.article)}\n"

    @cached_property
    def below(self) -> Readable:
        return readable(self.article.text, self.start, self.end)

    @property
    def text(self) -> str:
        return self.above + self.below.text

    def place(self, candidate: Candidate) -> Span:
        """Returns where a candidate stands in the window's text."""
        own = Span(candidate.start, candidate.end)
        return own if candidate.field == "title" else _moved(self.below.of_article(own), len(self.above))

    def origin(self, candidate: Candidate, span: Span) -> Span:
        """Returns the stretch of a candidate that a span within its place comes from; all of it for words put in."""
        if candidate.field == "title":
            return span
        in_article = self.below.to_article(_moved(span, -len(self.above)))
        return in_article or Span(candidate.start, candidate.end)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def predict_spans(question: str, pool: Sequence[Candidate], model: SpanModel) -> list[SpanPrediction]:
    """Returns what is read of each candidate, in its passage, below title and date; each passage is read once."""
    return _predict(question, pool, model, _passage)


def with_exact_span(question: str, prediction: SpanPrediction) -> SpanPrediction:
    """Returns a prediction with the part of its sentence that is known to answer, where the model took another."""
    candidate = prediction.candidate
    told = count_named(question, candidate.text) if expected_answer(question) in QUANTITIES else None
    told = told or number_compared(question, candidate.text, prediction.text + prediction.after)
    told = told or named_holder(question, candidate.text)
    if told is None:
        return prediction
    return replace(prediction, span=Span(candidate.start + told.start, candidate.start + told.end))


def read_again(question: str, predictions: Sequence[SpanPrediction], model: SpanModel) -> list[SpanPrediction]:
    """Returns predictions with the means of three readings: in the passage, between the neighbours, and alone.

    What answers does so wherever it is read; what only stands beside an answer, or resembles one, wavers.
    """
    pool = [prediction.candidate for prediction in predictions]
    narrower = [_predict(question, pool, model, window) for window in (_between_neighbours, _alone)]
    return [
        replace(first, score=sum(r.score for r in read) / len(read), evidence=sum(r.evidence for r in read) / len(read))
        for first, *others in zip(predictions, *narrower, strict=True)
        for read in [(first, *others)]
    ]


def _predict(
    question: str, pool: Sequence[Candidate], model: SpanModel, window_of: Callable[[Candidate], _Window]
) -> list[SpanPrediction]:
    """Returns what is read of each candidate in its window; each distinct window is read once.

    A candidate without a token is its own span, with the score `NO_TOKEN`. Where a model tells nothing of evidence,
    half the score of the span, which is the sum of two logits, stands for it.
    """
    distinct: dict[_Window, _Window] = {}
    windows = [distinct.setdefault(window, window) for window in map(window_of, pool)]
    readings = dict(zip(distinct, model.read(question, [window.text for window in distinct]), strict=True))
    predictions = []
    for candidate, window in zip(pool, windows, strict=True):
        place = window.place(candidate)
        best = best_span(readings[window], place.start, place.end)
        if best is None:
            predictions.append(SpanPrediction(candidate, NO_TOKEN, Span(candidate.start, candidate.end), NO_TOKEN))
        else:
            evidence = mean_evidence(readings[window], place.start, place.end)
            of_span = best.score / 2
            told = of_span if evidence is None else max(evidence, of_span) if _kind(candidate) == "row" else evidence
            predictions.append(SpanPrediction(candidate, best.score, window.origin(candidate, best.span), told))
    return predictions


def _passage(candidate: Candidate) -> _Window:
    """Returns the hit's passage; the sentence with its neighbours where it stands elsewhere; a row by itself."""
    hit = candidate.hit
    if candidate.field == "title":
        return _Window(hit.article, hit.start, hit.end)
    is_inside = hit.start <= candidate.start and candidate.end <= hit.end
    if is_inside and not _is_read_alone(candidate):
        return _Window(hit.article, hit.start, hit.end)
    return _between_neighbours(candidate)


def _between_neighbours(candidate: Candidate) -> _Window:
    """Returns the sentence with those before and after it; a row by itself; a title alone."""
    text = candidate.field_text
    if candidate.field == "title" or _is_read_alone(candidate):
        return _alone(candidate)
    start = text.rfind(candidate.before, 0, candidate.start) if candidate.before else candidate.start
    end = text.find(candidate.after, candidate.end) + len(candidate.after) if candidate.after else candidate.end
    return _Window(candidate.hit.article, start, end)


def _alone(candidate: Candidate) -> _Window:
    """Returns the sentence below title and date; of a title nothing below it."""
    is_title = candidate.field == "title"
    return (
        _Window(candidate.hit.article, 0, 0)
        if is_title
        else _Window(candidate.hit.article, candidate.start, candidate.end)
    )


def _is_read_alone(candidate: Candidate) -> bool:
    return _kind(candidate) in _READ_ALONE


def _kind(candidate: Candidate) -> str | None:
    line = told_line(candidate.field_text, candidate.start)
    return line.kind if line else None
