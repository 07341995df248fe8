"""From quotations to the whole sentences that hold them, and on to the candidates that are scored. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, whole_field
from retrieval.reader.candidates import Candidate, neighbours
from retrieval.text.document import sentences, sentences_holding
from retrieval.text.words import holds_form, stem_set
from retrieval.types import Hit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from retrieval.types import StoredQuote

_SENTENCE = 600  # characters, within which a speaker is of the same sentence
_ADDRESSEE = 2  # words after the cue: "told Ann Lee"


def quoted_sentences(quotes: Iterable[StoredQuote]) -> list[Excerpt]:
    """Returns the sentences, or the headline, that hold quotations, each once.

    They come article by article as the quotations do, within an article in the order of the text.
    """
    holding: list[Excerpt] = []
    for _, group in groupby(quotes, key=lambda quote: (quote.library, quote.key)):
        of_article = list(group)
        library, article = of_article[0].library, of_article[0].article
        title = whole_field(library, article, "title")
        if title and any(quote.quote.field == "title" for quote in of_article):
            holding.append(title)
        parts = [part for quote in of_article if quote.quote.field == "text" for part in quote.quote.content]
        spans = sentences_holding(article.text, parts) if parts else []
        holding += [Excerpt(library, article, span.start, span.end) for span in spans]
    return holding


def sentences_on(terms: Collection[str], quotes: Iterable[StoredQuote]) -> list[Excerpt]:
    """Returns the sentences of the quotations with every term, without those of them that have none."""
    on_topic = quoted_sentences(quote for quote in quotes if count_held(terms, _clause(quote)) == len(terms))
    return [sentence for sentence in on_topic if count_held(terms, sentence.text)] or on_topic


def count_held(terms: Iterable[str], text: str) -> int:
    """Counts the terms (stems) that a text has in any form."""
    stems = stem_set(text)
    return sum(holds_form(term, stems) for term in terms)


def _clause(quote: StoredQuote) -> str:
    """Returns speaker, cue and what was said, with the next words: to whom, and not what others say after."""
    words, text = quote.quote, quote.field_text
    spans = [words.speaker, *([words.cue] if words.cue else []), *words.content]
    near = [span for span in spans if abs(span.start - words.start) < _SENTENCE]
    end = max(words.end, *(span.end for span in near))
    after = " ".join(text[end : end + _SENTENCE].split()[:_ADDRESSEE]) if end > words.end else ""
    return f"{text[min(span.start for span in near) : end]} {after}"


def as_candidates(excerpts: Sequence[Excerpt], hits: Sequence[Hit]) -> list[Candidate]:
    """Returns sentences of texts as the scorer takes them: with their neighbours, and the hit that they are of.

    That is the hit that holds the sentence, or else the first of its article. What is of no hit comes after all hits.
    """
    ranked: dict[tuple[str, str], list[tuple[int, Hit]]] = {}
    for rank, hit in enumerate(hits, start=1):
        ranked.setdefault((hit.library, hit.article.id), []).append((rank, hit))
    around: dict[tuple[str, str], dict[int, tuple[str, str]]] = {}
    pool = []
    for excerpt in excerpts:
        if excerpt.field != "text":
            continue
        key, article = (excerpt.library, excerpt.article.id), excerpt.article
        if key not in around:
            around[key] = neighbours(article.text, sentences(article.text))
        unfound = len(hits) + len(around), Hit(excerpt.library, article, excerpt.start, excerpt.end, 0.0)
        rank, hit = _hit_of(excerpt, ranked.get(key) or [unfound])
        before, after = around[key].get(excerpt.start, ("", ""))
        pool.append(Candidate(hit, rank, excerpt.start, excerpt.end, before, after))
    return pool


def _hit_of(excerpt: Excerpt, ranked: Sequence[tuple[int, Hit]]) -> tuple[int, Hit]:
    """Returns the hit that holds a sentence, or else the first of its article, with its rank."""
    holding = (pair for pair in ranked if pair[1].start <= excerpt.start and excerpt.end <= pair[1].end)
    return next(holding, ranked[0])
