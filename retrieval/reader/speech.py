"""Questions on what somebody said, answered from that speaker's own words and never from what others say of them.

What is asked (`text.questions`), whom it means (`entities`), which of the stored quotations, which sentences hold
them, and what is noted above them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, state, whole_field
from retrieval.quotes.composing import reporter
from retrieval.quotes.indexing import index_quotes_of_hits
from retrieval.quotes.verification import Outcome, Verification, check, cited, told
from retrieval.reader.answers import best_extract, extract, refused
from retrieval.reader.candidates import Candidate, neighbours
from retrieval.reader.entities import AskedSpeaker, find_speaker, is_named
from retrieval.store.quotes import QuoteQuery
from retrieval.text.document import sentences, sentences_holding
from retrieval.text.lexicon import words
from retrieval.text.name_matching import holds_name, name_key
from retrieval.text.names import names
from retrieval.text.words import content_stems, holds_form, numbers, stem, stem_set
from retrieval.types import Hit, QuotationList, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from retrieval.reader.scoring import Scorer
    from retrieval.store.quotes import Quotations
    from retrieval.text.questions import SpeechQuestion
    from retrieval.types import Answer, Question, StoredQuote

ATTRIBUTED = 0.93  # the share of quotations given to their right speaker in PolNeAR's dev part (of 740)
_READ = 30  # sentences that the scorer reads
_SENTENCE = 600  # characters, within which a speaker is of the same sentence
_ADDRESSEE = 2  # words after the cue: "told Ann Lee"


def read_speech(
    question: Question,
    hits: Sequence[Hit],
    asked: SpeechQuestion,
    *,
    scorer: Scorer,
    quotations: Quotations,
    threshold: float,
) -> Answer | None:
    """Returns the answer to a question on words; None where the sentences at large may tell more.

    That is where a description ("the woman") or a deed may be meant. A known name that is not quoted so is a refusal.
    In a library that is being brought up to date the quotations of the hits' articles are found first.

    Args:
        question: standalone.
        hits: what was found for it, at least one.
        asked: what it asks for.
        scorer: how well a sentence answers.
        quotations: those that are stored.
        threshold: the confidence below which it is refused.
    """
    index_quotes_of_hits(quotations.engine, hits)
    answerer = _SpeechAnswerer(question, hits, asked, scorer, quotations, threshold)
    if asked.asks_who:
        return answerer.who_said()
    return answerer.said_by() if asked.who else answerer.said_about()


@dataclass(frozen=True, slots=True)
class _SpeechAnswerer:
    """Answers one question on words, each kind by a method."""

    question: Question
    hits: Sequence[Hit]
    asked: SpeechQuestion
    scorer: Scorer
    quotations: Quotations
    threshold: float

    # What somebody said: "What did Lee say about cranes?"

    def said_by(self) -> Answer | None:
        speaker = find_speaker(self.asked.who, self.question, self.hits, self.quotations)
        if isinstance(speaker, Refusal):
            return speaker
        if self.asked.quoted:
            return self._whether(speaker)
        answer = self.said(speaker)
        nothing_fits = not answer.answered and not answer.confidence  # else sentences of theirs were weighed
        words_are_meant = self.asked.asks_for_words_only and (speaker.person or is_named(self.asked.who))
        return None if nothing_fits and not words_are_meant else answer

    def said(self, speaker: AskedSpeaker) -> Answer:
        """Returns all that a speaker said, or what they said on the topic or in the manner that is asked for."""
        if not speaker.quotes:
            return refused(self.question, f"{speaker.name} is mentioned, not quoted.", hits=self._hits_naming_speaker())
        own, note = [quote for quote in speaker.quotes if not reporter(quote)], speaker.note
        if not own:
            own, note = list(speaker.quotes), f"{speaker.name} is quoted by others only."
        if self._terms:
            return self._said_on_topic(speaker, own, note)
        if manner := self.asked.manner:
            own = [quote for quote in own if stem_set(quote.cue) & manner]
        if not own:
            lacking = f"not that way: “{self.asked.verb}”"
            return self._likeliest(quoted_sentences(speaker.quotes), f"{speaker.name} is quoted, but {lacking}.")
        sentences = quoted_sentences(own)
        why = f"{len(sentences)} sentences quote {speaker.name}"
        return self._attributed(sentences, why, note=note, speaker=speaker.full_name)

    def _said_on_topic(self, speaker: AskedSpeaker, own: Sequence[StoredQuote], note: str | None) -> Answer:
        """Returns the sentences with every word of the topic, the likeliest answer first; else the likeliest of all."""
        topic, on_topic = self.asked.topic, sentences_on(self._terms, own)
        if not on_topic and (on_topic := sentences_on(self._terms, speaker.quotes)):
            note = f"{speaker.name} is quoted so by others only."
        if not on_topic:
            return self._likeliest(quoted_sentences(own), f"{speaker.name} is quoted, but not on “{topic}”.", note)
        pool = as_candidates(on_topic[:_READ], self.hits)
        scored = self.scorer.score(self.question, pool).ranked if len(pool) > 1 else ()
        ranks = {each.candidate.excerpt: rank for rank, each in enumerate(scored)}
        ranked = sorted(on_topic, key=lambda sentence: ranks.get(sentence, len(ranks)))
        why = f"{len(ranked)} sentences quote {speaker.name} with every word of “{topic}”"
        return self._attributed(ranked, why, note=note, speaker=speaker.full_name, topic=" ".join(topic.split()))

    def _likeliest(self, sentences: Sequence[Excerpt], refusal: str, note: str | None = None) -> Answer:
        """Returns those of some sentences that are likely to answer, if a word of the topic is near."""
        terms = self._terms
        nearest = sorted(sentences, key=lambda sentence: -count_held(terms, sentence.text))[:_READ]
        pool = [
            candidate
            for candidate in as_candidates(nearest, self.hits)
            if not terms or any(holds_name(term, stem_set(candidate.context)) for term in terms)
        ]
        if not pool:
            return refused(self.question, refusal)
        scores = self.scorer.score(self.question, pool)
        return best_extract(self.question, scores, threshold=self.threshold, note=note, refusal=refusal)

    @property
    def _terms(self) -> frozenset[str]:
        """The stems of the words of the topic by which it is found."""
        return frozenset(content_stems(self.asked.topic)) - stem_set(self.asked.who)

    def _hits_naming_speaker(self) -> list[Hit]:
        last = content_stems(self.asked.who)[-1:]
        return [hit for hit in self.hits if last and holds_name(last[0], stem_set(hit.text))]

    # Whether somebody said so: "Did Lee say that the harbour is open?"

    def _whether(self, speaker: AskedSpeaker) -> Answer:
        claim = self.asked.quoted
        verdict = self._check(speaker)
        is_settled = verdict.outcome in {Outcome.VERBATIM, Outcome.REWORDED} or verdict.denied is not None
        if is_settled or not self.asked.is_claim:
            return self._judged(verdict)
        said = replace(self, asked=replace(self.asked, topic=claim, quoted="")).said(speaker)
        named = " ".join(claim[span.start : span.end] for span in names(claim))
        terms = {*content_stems(named), *numbers(claim)}
        agreeing = [
            Excerpt(c.library, c.article, c.start, c.end, c.field)
            for c in said.citations
            if count_held(terms, c.quote) == len(terms)
        ]
        if not agreeing:
            return self._judged(verdict)
        statements, citations = state(agreeing)
        note = f"Not in these words; {speaker.name} said on it:"
        return replace(said, statements=statements, citations=citations, total=len(agreeing), note=note)

    def _check(self, speaker: AskedSpeaker | None = None) -> Verification:
        """Returns what became of the words that are asked about, said by a speaker or by anybody."""
        quoted, libraries, filters = self.asked.quoted, self.question.libraries, self.question.filters
        sharing = self.quotations.sharing(libraries, quoted, filters=filters)
        if speaker is None:
            return check(quoted, sharing)
        person = speaker.person
        denied = self.quotations.of(libraries, person, filters=filters, denied=True) if person else []
        return check(quoted, [*speaker.quotes, *sharing], speaker.name, person, denied)

    def _judged(self, verdict: Verification) -> Answer:
        """Returns the sentences where the words stand, below what became of them."""
        note, sentences = told(verdict), cited(verdict)
        if not sentences or verdict.shown is None:
            return refused(self.question, note)
        name = verdict.shown.quote.name
        is_short = verdict.speaker is None and any(name in sentence.text for sentence in sentences)
        short = name if is_short else None
        why = [str(verdict.outcome)]
        return extract(self.question, sentences, ATTRIBUTED, threshold=self.threshold, short=short, note=note, why=why)

    # Who said something: "Who said that the harbour is open?", "Who called Lee a danger?"

    def who_said(self) -> Answer | None:
        """Returns the quoted sentences that fit best, with the speaker as short answer; None where nothing fits."""
        asked = self.asked
        if asked.quoted and (verdict := self._check()).found:
            return self._judged(verdict)
        wording = asked.quoted or asked.topic
        sharing = self.quotations.sharing(self.question.libraries, wording, filters=self.question.filters)
        quotes = self._by_others(sharing) if asked.asks_who_judged else sharing
        if sharing and not quotes:
            return refused(self.question, f"Nobody else is quoted as having {asked.verb} {asked.topic}.")
        return self._said_in(quotes, wording)

    def _said_in(self, quotes: Sequence[StoredQuote], wording: str) -> Answer | None:
        """Returns the sentences of quotations that fit a wording best, with their speaker; None where none fits."""
        terms = frozenset(content_stems(wording))
        sentences = [sentence for sentence in quoted_sentences(quotes) if count_held(terms, sentence.text)]
        pool = as_candidates(sentences[:_READ], self.hits)
        if not pool:
            return None
        scores = self.scorer.score(self.question, pool)
        answer = best_extract(self.question, scores, threshold=self.threshold)
        if isinstance(answer, Refusal):
            return answer
        return replace(answer, short=_named_in(scores.ranked[0].candidate, quotes))

    def _by_others(self, quotes: Sequence[StoredQuote]) -> list[StoredQuote]:
        """Returns what others said than the first who is named, in the verb asked for if anybody did so."""
        topic = self.asked.topic
        own = self._keys(next((topic[span.start : span.end] for span in names(topic)), ""))
        others = [quote for quote in quotes if name_key(quote.quote.name) not in own]
        in_that_verb = [quote for quote in others if stem(self.asked.verb) in stem_set(quote.cue)]
        return in_that_verb or others

    def _keys(self, who: str) -> frozenset[str]:
        """Returns the keys of all names of those whom a name may mean."""
        people = self.quotations.people(self.question.libraries, who) if who else []
        return frozenset().union(*(person.keys for person in people))

    # What is said about something: "What do people say about cranes?"

    def said_about(self) -> Answer | None:
        """Returns what others said with every word of a topic in it; None where nobody did."""
        topic, terms = self.asked.topic, self._terms
        if not terms:
            return None
        own = self._keys(topic)
        query = QuoteQuery(libraries=self.question.libraries, about=topic, filters=self.question.filters)
        quotes = [
            quote
            for quote in self.quotations.said(query)
            if name_key(quote.quote.name) not in own and count_held(terms, quote.text) == len(terms)
        ]
        if not quotes:
            return None
        sentences = [sentence for sentence in quoted_sentences(quotes) if count_held(terms, sentence.text)]
        return self._attributed(sentences, f"{len(sentences)} sentences quote somebody on “{topic}”", topic=topic)

    def _attributed(
        self,
        sentences: Sequence[Excerpt],
        why: str,
        *,
        note: str | None = None,
        speaker: str | None = None,
        topic: str | None = None,
    ) -> Answer:
        """Returns sentences that are as sure as quotations are given to their right speaker."""
        answer = extract(self.question, sentences, ATTRIBUTED, threshold=self.threshold, note=note, why=[why])
        if isinstance(answer, Refusal) or not (speaker or topic):
            return answer
        text, statements, citations = self.question.text, answer.statements, answer.citations
        return QuotationList(
            text, text, statements, citations, note, ATTRIBUTED, answer.total, speaker, topic, trace=answer.trace
        )


def _named_in(sentence: Candidate, quotes: Sequence[StoredQuote]) -> str | None:
    """Returns how a sentence itself names the speaker of its words: in full, or as written if that is no pronoun."""
    place = sentence.hit.library, sentence.hit.article.id, "text"
    mentions = (
        name
        for quote in quotes
        if (quote.library, quote.article.id, quote.quote.field) == place
        and any(sentence.start < part.end and part.start < sentence.end for part in quote.quote.content)
        for name in (quote.quote.name, quote.mention)
    )
    return next((name for name in mentions if name in sentence.text and name.lower() not in words("no_speakers")), None)


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
        of_article = ranked.get(key) or [unfound]
        holding = (pair for pair in of_article if pair[1].start <= excerpt.start and excerpt.end <= pair[1].end)
        rank, hit = next(holding, of_article[0])
        before, after = around[key].get(excerpt.start, ("", ""))
        pool.append(Candidate(hit, rank, excerpt.start, excerpt.end, before, after))
    return pool
