"""Which sentences tell what a speaker said, and how likely the best of them answers.

The speaker's own quoted sentences compete with what the hits tell of the speaker. What stands in the words of others,
and names the speaker there alone, is left out: it is what they say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, joined, whole_field
from retrieval.reader.candidates import Candidate, candidates, neighbours
from retrieval.reader.scoring import Scores, few_read, shipped_weights
from retrieval.text.document import sentences, sentences_holding
from retrieval.text.name_matching import holds_name
from retrieval.text.transcripts import question_answered
from retrieval.text.words import content_stems, has_verb, holds_form, stem_set
from retrieval.types import Hit, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from retrieval.reader.scoring import ScoredCandidate, Scorer
    from retrieval.types import Question, StoredQuote

LONGEST_RUN = 320  # characters of a speaker's sentences that are shown as one
_READ = 30  # of the speaker's sentences, those nearest to the topic
ATTRIBUTED = 0.93  # the share of quotations given to their right speaker in PolNeAR's dev part (of 740)
OWN = 2.0  # what it adds to a sentence's points that it is the speaker's own, set by hand

_Place = tuple[str, str, str, int]  # library, article, field, start


def score_words(
    question: Question,
    names: Iterable[str] | None,
    own: Sequence[StoredQuote],
    others: Sequence[StoredQuote],
    hits: Sequence[Hit],
    *,
    topic: Collection[str],
    scorer: Scorer,
    fits: Callable[[str], bool] = bool,
) -> Scores:
    """Returns the sentences that may tell what a speaker said, the likeliest first, and the confidence in that one.

    Args:
        question: standalone.
        names: what the speaker is called; None where anybody may have said it.
        own: the speaker's quotations.
        others: what the hits' articles quote of others.
        hits: what was found for the question.
        topic: the stems of what the words are on.
        scorer: how well a sentence answers.
        fits: whether a sentence may be shown at all.
    """
    quoted = [excerpt for excerpt in quoted_sentences(own) if fits(excerpt.text)]
    told = _telling(candidates(hits), names, _spans_by_article(others))
    known = _Known({_place(excerpt) for excerpt in quoted}, {_place(c.excerpt) for c in told if told[c]}, topic)
    spoken = sorted(as_candidates(quoted, hits), key=lambda c: (-count_held(topic, _in_reply(c)), c.rank))[:_READ]
    beside = [c for c in told if c.field == "title" or (_place(c.excerpt) not in known.own and has_verb(c.text))]
    unspoken = [candidate for candidate in beside if fits(candidate.text)]
    return known.reranked(scorer.score(question, [*spoken, *unspoken]), by_anybody=names is None)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of sentences beside what the scorer says of them.

    Attributes:
        own: the places of the speaker's own words.
        named: the places of those that name the speaker in no other's words.
        topic: the stems of what the words are on.
    """

    own: AbstractSet[_Place]
    named: AbstractSet[_Place]
    topic: Collection[str]

    def is_own(self, scored: ScoredCandidate) -> bool:
        return _place(scored.candidate.excerpt) in self.own

    def is_named(self, scored: ScoredCandidate) -> bool:
        return self.is_own(scored) or _place(scored.candidate.excerpt) in self.named

    def is_on_topic(self, scored: ScoredCandidate) -> bool:
        """Tells whether a sentence is the speaker's own and holds every word of the topic."""
        is_own = bool(self.topic) and self.is_own(scored)
        return is_own and count_held(self.topic, _in_reply(scored.candidate)) == len(self.topic)

    def reranked(self, scores: Scores, *, by_anybody: bool) -> Scores:
        """Returns scores weighed with what is known; by anybody, that of the scorer unless the best is on topic."""
        ranked = sorted(scores.ranked, key=self.weight, reverse=True)
        if not ranked or (by_anybody and not self.is_on_topic(ranked[0])):
            return replace(scores, ranked=tuple(ranked))
        return replace(scores, ranked=self.shown(ranked), confidence=self.confidence(ranked[0], len(ranked)))

    def weight(self, scored: ScoredCandidate) -> tuple[bool, float]:
        """Returns what orders sentences: on the topic first (46 of 49 such were right), then by their points."""
        return self.is_on_topic(scored), scored.points + OWN * self.is_own(scored)

    def confidence(self, best: ScoredCandidate, count: int) -> float:
        """Returns the probability that the best of so many sentences answers; of few, one soon has many points."""
        if self.is_on_topic(best):
            return ATTRIBUTED
        points = best.points - shipped_weights().no_answer
        values = {"points": points, "own": float(self.is_own(best)), "named": float(self.is_named(best))}
        return confidence_off_topic(values | {"few_read": few_read(count)})

    def shown(self, ranked: Sequence[ScoredCandidate]) -> tuple[ScoredCandidate, ...]:
        """Returns the best with those that may stand beside it: on the topic too, where it is, or of the speaker."""
        best, *rest = ranked
        if self.is_on_topic(best):
            own = filter(self.is_own, rest)
            return (best, *(scored for scored in own if count_held(self.topic, _in_reply(scored.candidate))))
        return (best, *filter(self.is_named, rest))


def confidence_off_topic(values: Mapping[str, float]) -> float:
    """Returns the probability that a sentence not on the topic answers, by what tells of it (`training.fit_speech`)."""
    return shipped_weights().speech.probability(values)


def _telling(
    pool: Iterable[Candidate], names: Iterable[str] | None, others: Mapping[tuple[str, str], Sequence[Span]]
) -> dict[Candidate, bool]:
    """Returns the sentences that may tell what a speaker said, each with whether it names them in no other's words.

    What others say, and names the speaker nowhere beside, is left out.
    """
    called = [stems[-1] for stems in map(content_stems, names or ()) if stems]
    telling = {}
    for candidate in pool:
        parts = others.get((candidate.hit.library, candidate.hit.article.id), ()) if candidate.field == "text" else ()
        outside = _without(candidate, parts)
        stems = stem_set(outside)
        is_named = any(holds_name(name, stems) for name in called)
        if is_named or outside == candidate.text:
            telling[candidate] = is_named
    return telling


def _in_reply(candidate: Candidate) -> str:
    """Returns a sentence behind the question of an interview that it answers."""
    article = candidate.hit.article
    about = f"{article.title}\n{article.byline or ''}"
    asked = question_answered(article.text, about, candidate.start) if candidate.field == "text" else ""
    return f"{asked} {candidate.text}"


def _place(excerpt: Excerpt) -> _Place:
    return excerpt.library, excerpt.article.id, excerpt.field, excerpt.start


def _spans_by_article(quotes: Iterable[StoredQuote]) -> dict[tuple[str, str], list[Span]]:
    """Returns the spans of what is quoted in each article's text."""
    spans: dict[tuple[str, str], list[Span]] = {}
    for quote in quotes:
        if quote.quote.field == "text":
            spans.setdefault((quote.library, quote.article.id), []).extend(quote.quote.content)
    return spans


def _without(candidate: Candidate, parts: Iterable[Span]) -> str:
    """Returns a sentence's text with some stretches of its field blanked out, where they meet it."""
    text = list(candidate.text)
    for part in parts:
        low, high = max(part.start, candidate.start), min(part.end, candidate.end)
        if low < high:
            text[low - candidate.start : high - candidate.start] = " " * (high - low)
    return "".join(text)


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


def in_paragraphs(excerpts: Iterable[Excerpt]) -> list[Excerpt]:
    """Returns sentences with those that follow one another in a paragraph made one, as far as that is not too long."""
    runs: list[Excerpt] = []
    for excerpt in excerpts:
        run, *apart = joined([*runs[-1:], excerpt])
        if runs and not apart and run.end - run.start <= LONGEST_RUN:
            runs[-1] = run
        else:
            runs.append(excerpt)
    return runs


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
        of_article = ranked.get(key) or [unfound]
        holding = (pair for pair in of_article if pair[1].start <= excerpt.start and excerpt.end <= pair[1].end)
        rank, hit = next(holding, of_article[0])
        before, after = around[key].get(excerpt.start, ("", ""))
        pool.append(Candidate(hit, rank, excerpt.start, excerpt.end, before, after))
    return pool


def count_held(terms: Iterable[str], text: str) -> int:
    """Counts the terms (stems) that a text has in any form."""
    stems = stem_set(text)
    return sum(holds_form(term, stems) for term in terms)
