"""Drafts made from news articles, with the passages that are put before the gate beside each."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.support.edits import BAD, GOOD, Subject
from retrieval.gate import Draft
from retrieval.index.passages import passages
from retrieval.quotes.extraction import quotes
from retrieval.text.document import sentences
from retrieval.text.names import core_name, names
from retrieval.types import Article, Hit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from retrieval.types import Quote

LIBRARY = "news"
WINDOW = 150  # words of a passage
PASSAGES = 6
EACH = 2  # sentences of an article
ABSENT, PRESENT = "cited wrongly, the right passage absent", "cited wrongly, the right passage present"
_WHOLE = re.compile(r"[A-Z“\"].*[.”\"]\Z", re.DOTALL)
_WORDS = range(8, 41)
_TO_READER = re.compile(
    r"\b(?:I|you|your|we|click|subscribe|sign up|read more|newsletter)\b|https?:|www\.|@", re.IGNORECASE
)
_WORD = re.compile(r"\b[a-z]{5,}\b")


@dataclass(frozen=True)
class Case:
    """A draft of a known kind before its passages; `source` is where in them its sentence truly stands, if it does."""

    kind: str
    is_good: bool
    draft: Draft
    passages: tuple[Hit, ...]
    source: int | None
    article: str


def cases(rows: Sequence[Mapping[str, str]], count: int, seed: int) -> list[Case]:
    """Of `count` articles drawn at random, two sentences each, with every edit that applies."""
    rng = random.Random(seed)  # noqa: S311  (a reproducible sample, no secret)
    chosen = rng.sample(list(rows), min(len(rows), count + 1))
    articles = [Article(row["id"], row["title"], row["text"], published=row["published"]) for row in chosen]
    return [
        case
        for n, article in enumerate(articles[:count])
        for case in _of_article(article, articles[(n + 1) % len(articles)], articles, rng)
    ]


def _of_article(article: Article, other: Article, articles: Sequence[Article], rng: Random) -> Iterator[Case]:
    parts = passages(article, lambda texts: [len(text.split()) for text in texts], WINDOW)
    spans = [(part, span) for part in parts for span in sentences(article.text, Span(part.start, part.end))]
    fit = [(part, span) for part, span in spans if is_fit(article.text[span.start : span.end])]
    said = [quote for quote in quotes(article) if quote.field == "text"]
    for part, span in rng.sample(fit, min(EACH, len(fit))):
        hit = Hit(LIBRARY, article, part.start, part.end, 1.0)
        rest = [Hit(LIBRARY, article, p.start, p.end, 0.5) for p in parts if p != part]
        others = [one for one in articles if one.id != article.id]
        wrong = [_some_passage(one, rng) for one in rng.sample(others, min(PASSAGES, len(others)))]
        subject = _subject(article, other, span, said, [article.text[s.start : s.end] for _, s in fit], rng=rng)
        yield from _edited(subject, hit, rng.sample(rest, min(1, len(rest))), wrong, rng)


def is_fit(text: str) -> bool:
    """Whether a stretch of a page is a sentence that an answer may hold, as far as its form tells."""
    return bool(_WHOLE.match(text)) and "\n" not in text and len(text.split()) in _WORDS and not _TO_READER.search(text)


def _edited(subject: Subject, hit: Hit, same: list[Hit], wrong: list[Hit], rng: Random) -> Iterator[Case]:
    for is_good, edits in ((True, GOOD), (False, BAD)):
        for kind, edit in edits.items():
            text = edit(subject)
            if text and (text != subject.text or kind == "verbatim"):
                shown = [*same, *wrong][: PASSAGES - 1]
                at = rng.randrange(len(shown) + 1)
                shown.insert(at, hit)
                yield Case(kind, is_good, Draft(text, (at + 1,)), tuple(shown), at, hit.article.id)
    cited = rng.randrange(len(wrong))
    yield Case(ABSENT, False, Draft(subject.text, (cited + 1,)), tuple(wrong), None, hit.article.id)
    shown = [*wrong[: PASSAGES - 1], hit]
    yield Case(PRESENT, False, Draft(subject.text, (1,)), tuple(shown), len(shown) - 1, hit.article.id)


def _some_passage(article: Article, rng: Random) -> Hit:
    found = passages(article, lambda texts: [len(text.split()) for text in texts], WINDOW)
    part = rng.choice(found)
    return Hit(LIBRARY, article, part.start, part.end, 0.4)


def _subject(
    article: Article, other: Article, span: Span, said: Sequence[Quote], fit: Sequence[str], *, rng: Random
) -> Subject:
    text = article.text[span.start : span.end]
    inside = [quote for quote in said if any(p.start < span.end and span.start < p.end for p in quote.content)]
    speakers = [article.text[q.speaker.start : q.speaker.end] for q in inside]
    named = [speaker for speaker in speakers if speaker in text and names(speaker) and core_name(speaker)]
    own = people(article.text)
    return Subject(
        text,
        [name for name in own if not _shares(name, text)],
        [name for name in people(other.text) if not _shares(name, article.text)],
        sorted(set(_WORD.findall(article.text))),
        [one for one in fit if not re.search(r"[“”\"]|\bsaid\b|\bsays\b", one) and one != text],
        article.published_on,
        inside,
        named[0] if named else None,
        rng,
    )


def people(text: str) -> list[str]:
    """The names of two words in a text, most of which are people's."""
    found = [core_name(text[span.start : span.end]) for span in names(text)]
    return list(dict.fromkeys(name for name in found if name.count(" ") == 1))


def _shares(name: str, text: str) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text) for word in name.split())
