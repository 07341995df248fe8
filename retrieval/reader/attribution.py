"""Which sentences tell what a speaker, a group or a side said, and how likely the best of them answers.

The speaker's own quoted sentences compete with what the hits tell of the speaker. What stands in the words of others,
and names the speaker there alone, is left out: it is what they say. What a group or a side says is told by where a
quotation stands: below its article's title and beginning, and behind the sentence that opens its paragraph ("Parents
were divided."). What an interview itself asks is answered with what follows there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby, takewhile
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, joined, whole_field
from retrieval.reader.answers import extract
from retrieval.reader.candidates import Candidate, candidates, neighbours
from retrieval.reader.scoring import Scores, few_read, shipped_weights
from retrieval.text.answer_kinds import can_answer
from retrieval.text.document import document, sentences, sentences_holding
from retrieval.text.name_matching import holds_name, is_name
from retrieval.text.names import head, names
from retrieval.text.stance import is_of_group, names_speakers, points_back, side, side_in_clauses
from retrieval.text.transcripts import count_beyond, exchanges, question_answered
from retrieval.text.words import PRONOUNS, WORD, content_stems, has_verb, holds_form, name_stems, stem, stem_set
from retrieval.types import Hit, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from retrieval.reader.scoring import ScoredCandidate, Scorer
    from retrieval.text.stance import Side
    from retrieval.text.transcripts import Exchange
    from retrieval.types import Answer, Question, StoredQuote

LONGEST_RUN = 320  # characters of a speaker's sentences that are shown as one
_READ = 30  # of the speaker's sentences, those nearest to the topic
ATTRIBUTED = 0.93  # the share of quotations given to their right speaker in PolNeAR's dev part (of 740)
OWN = 2.0  # what it adds to a sentence's points that it is the speaker's own, set by hand
_LEAD = 300  # characters of an article that tell what it is about
_SUBJECT = 3  # words that open a paragraph, of which a group is one
_MOST_HELD = 0.66  # of a topic's words, that an article on it holds
_LONGEST_SHORT = 60  # characters
_LONGEST_ROLE = 60  # characters

_Place = tuple[str, str, str, int]  # library, article, field, start


def score_words(
    question: Question,
    speaker_names: Iterable[str] | None,
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
        speaker_names: what the speaker is called; None where anybody may have said it.
        own: the speaker's quotations.
        others: what the hits' articles quote of others.
        hits: what was found for the question.
        topic: the stems of what the words are on.
        scorer: how well a sentence answers.
        fits: whether a sentence may be shown at all.
    """
    quoted = [excerpt for excerpt in quoted_sentences(own) if fits(excerpt.text)]
    told = _telling(candidates(hits), speaker_names, _spans_by_article(others))
    known = _Known({_place(excerpt) for excerpt in quoted}, {_place(c.excerpt) for c in told if told[c]}, topic)
    spoken = sorted(as_candidates(quoted, hits), key=lambda c: (-count_held(topic, _in_reply(c)), c.rank))[:_READ]
    beside = [c for c in told if c.field == "title" or (_place(c.excerpt) not in known.own and has_verb(c.text))]
    unspoken = [candidate for candidate in beside if fits(candidate.text)]
    return known.reranked(scorer.score(question, [*spoken, *unspoken]), by_anybody=speaker_names is None)


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
    pool: Iterable[Candidate], speaker_names: Iterable[str] | None, others: Mapping[tuple[str, str], Sequence[Span]]
) -> dict[Candidate, bool]:
    """Returns the sentences that may tell what a speaker said, each with whether it names them in no other's words.

    What others say, and names the speaker nowhere beside, is left out.
    """
    called = [stems[-1] for stems in map(content_stems, speaker_names or ()) if stems]
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


def of_somebody(quotes: Iterable[StoredQuote]) -> list[StoredQuote]:
    """Returns the quotations of who is named, or called a person, a group or a body; not of "a draft"."""
    return [said for said in quotes if is_name(said.quote.name) or names_speakers(head(said.quote.name))]


def on_topic(quotes: Iterable[StoredQuote], topic: Collection[str]) -> list[StoredQuote]:
    """Returns the quotations that hold a topic (stems), themselves or with what their article is about.

    Those that hold a word of it themselves go before the others of their article.
    """
    held: list[tuple[int, StoredQuote]] = []
    for said in quotes:
        told = " ".join(sentence.text for sentence in quoted_sentences([said]))
        if count_held(topic, f"{_beginning(said)}\n{told}") >= _MOST_HELD * len(topic):
            held.append((count_held(topic, told), said))
    return [said for _, said in sorted(held, key=lambda pair: -min(pair[0], 1))]


def of_group(quotes: Sequence[StoredQuote], group: str, who: str) -> list[StoredQuote]:
    """Returns what those said who are called so or by one of the roles of a group, or whose paragraph begins with it.

    What else tells the group apart ("Holm residents") is in what they are called, or else in the article.

    Args:
        quotes: with their articles.
        group: its noun ("residents").
        who: the group as it is asked for ("residents of Holm").
    """
    apart = set(content_stems(who)) - {stem(group)}
    own = [said for said in quotes if is_of_group(group, _role(said)) or _is_introduced(said, group)]
    called = (f"{said.mention} {said.quote.description or ''}" for said in own)
    so_called = [said for said, names in zip(own, called, strict=True) if count_held(apart, names) == len(apart)]
    return list(dict.fromkeys((*so_called, *in_articles_on(own, apart))))


def in_articles_on(quotes: Iterable[StoredQuote], topic: Collection[str]) -> list[StoredQuote]:
    """Returns the quotations of articles that hold all of a topic (stems) anywhere."""
    quoted = list(quotes)
    articles = {said.key: said.article for said in quoted}
    whole = {key for key, each in articles.items() if count_held(topic, f"{each.title}\n{each.text}") == len(topic)}
    return [said for said in quoted if said.key in whole]


def taking_side(quotes: Iterable[StoredQuote], topic: Collection[str], wanted: Side) -> list[StoredQuote]:
    """Returns the quotations that speak for a side, by their words or by the sentence that opens their paragraph."""
    return [said for said in quotes if side_of(said, topic) == wanted]


def side_of(said: StoredQuote, topic: Collection[str]) -> Side | None:
    """Returns the side that a quotation speaks for, where it tells that of a topic (stems); else its paragraph's.

    A clause with a word of the topic tells it. In an article on the topic other clauses do, too, beside such a word or
    one that points back at it ("it", "the plan").
    """
    told = " ".join(sentence.text for sentence in quoted_sentences([said]))
    own = side_in_clauses(told, topic)
    if own or 2 * count_held(topic, _beginning(said)) < len(topic):
        return own
    if (count_held(topic, told) or points_back(told)) and (taken := side(told, topic)):
        return taken
    opening = _opening(said)
    return side(opening.text, topic) if opening else None


def _beginning(said: StoredQuote) -> str:
    """Returns what tells what an article is about: its title and its first paragraph, of one that is long a part."""
    first_paragraph = said.article.text[:_LEAD].strip().partition("\n")[0]
    return f"{said.article.title}\n{first_paragraph}"


def _role(said: StoredQuote) -> str:
    """Returns what a quotation's speaker is called there: "deputy commissioner" of "Bo Wu, deputy commissioner for"."""
    name, _, apposition = said.mention.partition(", ")
    behind = said.field_text[said.quote.speaker.end :][:_LONGEST_ROLE].partition("\n")[0]
    described = (apposition, behind[2:] if behind.startswith(", ") else "", said.quote.description or "")
    return " ".join(map(head, (name, *described)))


def _is_introduced(said: StoredQuote, group: str) -> bool:
    opening = _opening(said)
    first = WORD.findall(opening.text)[:_SUBJECT] if opening else []
    return stem(group) in stem_set(" ".join(first))


def _opening(said: StoredQuote) -> Excerpt | None:
    """Returns the sentence that opens a quotation's paragraph, where it is another and begins with nobody's name."""
    text, field = said.article.text, said.quote.field
    start = text.rfind("\n", 0, said.quote.start) + 1
    first = next(iter(sentences(text, Span(start, said.quote.end))), None) if field == "text" else None
    if first is None or first.end > said.quote.start:
        return None
    opening = Excerpt(said.library, said.article, first.start, first.end)
    name = next((opening.text[: span.end] for span in names(opening.text) if span.start == 0), "")
    # "Parents" opens the sentence; a name stands elsewhere, too.
    is_named = " " in name or bool(name and re.search(rf"[\w,] {re.escape(name)}\b", text))
    first_word = opening.text.split(maxsplit=1)[0].lower()
    is_of_one = is_named or first_word in PRONOUNS or bool(document(text).quotations_in(first))
    return None if is_of_one else opening


def read_interview(question: Question, hits: Sequence[Hit], *, threshold: float) -> Answer | None:
    """Returns what somebody answers to the very question in an interview; None where nobody is asked it.

    Example:
        "What did Ann Lee learn?" is answered by what follows "What did you learn from your teacher?".
    """
    named = name_stems(question.text)
    asked = [(beyond, hit, one) for hit in hits if named for beyond, one in _asked_there(question.text, named, hit)]
    if not asked:
        return None
    _, hit, exchange = min(asked, key=lambda found: found[0])
    text, whole = hit.article.text, exchange.answer[0]
    told = sentences(text, whole)
    shown = [*takewhile(lambda span: span.end - whole.start <= LONGEST_RUN, told)] or told[:1]
    excerpt = Excerpt(hit.library, hit.article, shown[0].start, shown[-1].end)
    why = [f"the answer to {text[exchange.question.start : exchange.question.end]!r}"]
    short = _short(question.text, text[shown[0].start : shown[0].end])
    return extract(question, [excerpt], ATTRIBUTED, threshold=threshold, short=short, why=why)


def _asked_there(question: str, named: Collection[str], hit: Hit) -> Iterator[tuple[int, Exchange]]:
    """Yields what in the hit's article asks the same of whom its beginning names, with how much more each asks."""
    text, about = hit.article.text, f"{hit.article.title}\n{hit.article.byline or ''}"
    asked = exchanges(text, about)
    if not asked:
        return
    presented = stem_set(f"{hit.article.title}\n{text[: asked[0].question.start]}")
    known = presented.intersection(named)
    for one in asked if known else ():
        beyond = count_beyond(question, text[one.question.start : one.question.end], known)
        if beyond is not None and beyond <= len(set(content_stems(question)) - known) + 1:
            yield beyond, one


def _short(question: str, sentence: str) -> str | None:
    """Returns a short sentence as the answer, without its end mark, where it is of the kind that is asked for."""
    bare = sentence.rstrip(".!")
    return bare if len(bare) <= _LONGEST_SHORT and can_answer(question, bare, "", "") else None
