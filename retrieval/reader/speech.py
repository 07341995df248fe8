"""Questions on what somebody said, answered from that speaker's own words and never from what others say of them.

What is asked (`text.questions`), whom it means (`entities`), which of the stored quotations, which sentences hold
them, and what is noted above them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, as_excerpt, joined, state, whole_field
from retrieval.quotes.composing import reporter
from retrieval.quotes.indexing import index_quotes_of_hits
from retrieval.quotes.verification import Outcome, Verification, check, cited, told
from retrieval.reader.answers import best_extract, extract, refused
from retrieval.reader.attribution import (
    ATTRIBUTED,
    count_held,
    in_articles_on,
    in_paragraphs,
    of_group,
    of_somebody,
    on_topic,
    quoted_sentences,
    score_words,
    side_of,
    taking_side,
)
from retrieval.reader.candidates import candidates
from retrieval.reader.entities import AskedSpeaker, find_speaker, is_named
from retrieval.reader.scoring import shipped_weights
from retrieval.store.quotes import QuoteQuery
from retrieval.text.boilerplate import is_headline
from retrieval.text.dates import moments
from retrieval.text.document import sentences
from retrieval.text.lexicon import words
from retrieval.text.name_matching import holds_name, is_name, name_key
from retrieval.text.names import names, surname
from retrieval.text.questions import SpeechQuestion, group_noun, speech_question
from retrieval.text.quotation_marks import MARKS
from retrieval.text.stance import (
    may_speak_for,
    side,
    side_of_group,
    stance_question,
    tells_of_dispute,
    tells_of_silence,
)
from retrieval.text.transcripts import is_part
from retrieval.text.words import content_stems, numbers, stem, stem_set
from retrieval.text.yes_no import says_opposite
from retrieval.types import Extract, QuotationList, Refusal, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from retrieval.reader.scoring import Scorer
    from retrieval.store.quotes import Quotations
    from retrieval.text.stance import Side, StanceQuestion
    from retrieval.types import Answer, Hit, Question, StoredQuote


def read_speech(
    question: Question,
    hits: Sequence[Hit],
    *,
    scorer: Scorer,
    quotations: Quotations,
    threshold: float,
) -> Answer | None:
    """Returns the answer to a question on words; None for others, and where the sentences at large may tell more.

    That is where a description ("the woman") or a deed may be meant. A known name that is not quoted so is a refusal.
    In a library that is being brought up to date the quotations of the hits' articles are found first.

    Args:
        question: standalone.
        hits: what was found for it, at least one.
        scorer: how well a sentence answers.
        quotations: those that are stored.
        threshold: the confidence below which it is refused.
    """
    stance, asked = stance_question(question.text), speech_question(question.text)
    if not (stance or asked) or (asked and _asks_what_parts(asked) and not _are_told_apart(asked.speakers, hits)):
        return None
    index_quotes_of_hits(quotations.engine, hits)
    answerer = _SpeechAnswerer(question, hits, asked or SpeechQuestion("", ""), scorer, quotations, threshold)
    if stance:
        return answerer.of_side(stance)
    if answerer.asked.asks_who:
        return answerer.who_said()
    if answerer.asks_of_several:
        return answerer.said_by_each()
    if answerer.asked.group:
        return answerer.said_by_group()
    return answerer.said_by() if answerer.asked.who else answerer.said_about()


def _asks_what_parts(asked: SpeechQuestion) -> bool:
    """Tells whether a question is on what several disagree, which is told of them if no sentence says that they do."""
    return not asked.topic and len(asked.speakers) > 1 and tells_of_dispute(asked.verb)


def _are_told_apart(speakers: Sequence[str], hits: Sequence[Hit]) -> bool:
    """Tells whether a sentence of the hits tells of a dispute and names all who are asked for."""
    last = [name for who in speakers for name in content_stems(who)[-1:]]
    disputes = (stem_set(one.text) for one in candidates(hits) if tells_of_dispute(one.text))
    return any(all(holds_name(name, stems) for name in last) for stems in disputes)


_OF_EACH = 2  # sentences that are shown of each of several speakers
_SPEAKERS = 3  # that are shown of a group or a side
# Points of a sentence that tells of a side outside quotations, with a word of the topic and with none.
_TOLD, _TOLD_APART = -0.5, 0.2
_QUOTED = -2.0  # points of one that is quoted: what is less likely speaks for the side of something else
_BELOW = 4.0  # points that a speaker's sentence may have less than the best of all
_NEAR = 3  # quotations from the one shown, of which one may tell the day of all
_NEAREST = 2.5  # points that one may have less than what no answer has, where another asked after answers
SIDED = 0.78  # the share of quotations told to be on a side that are on it in `benchmarks.stances` (of 67)


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
        speaker = find_speaker(self.asked.who, self.question, self.hits, self.quotations, self._terms)
        is_by_name = is_named(self.asked.who)
        if isinstance(speaker, Refusal):
            return speaker if is_by_name or self.asked.asks_for_words_only else None  # "How did the judges vote?"
        if self.asked.quoted:
            return self._whether(speaker)
        if self.asked.asks_when:
            return self._when(speaker)
        answer = self.said(speaker)
        words_are_meant = self.asked.asks_for_words_only and (speaker.person or is_by_name)
        return answer if answer.answered or words_are_meant else None

    def said(self, speaker: AskedSpeaker) -> Answer:
        """Returns all that a speaker said, or what is likeliest on the topic or in the manner that is asked for."""
        if not speaker.quotes and not self.asked.topic:
            last = content_stems(self.asked.who)[-1:]
            naming = [hit for hit in self.hits if last and holds_name(last[0], stem_set(hit.text))]
            told = (one for one in candidates(naming) if tells_of_silence(one.text))
            if silent := [one.excerpt for one in told if holds_name(last[0], stem_set(one.text))]:
                return self._attributed(silent, "told to have said nothing", speaker=speaker.full_name)
            return refused(self.question, self._lacking(speaker), hits=naming)
        own, note = _in_own_words(speaker)
        sentences = [each for each in quoted_sentences(self._in_manner(own)) if not _is_subhead(each)]
        is_narrowed = self._terms or (self.asked.topic and not self.asked.subject)  # "about her" narrows nothing
        if is_narrowed or not sentences:
            return self.likeliest(speaker)
        why = f"{len(sentences)} sentences quote {speaker.name}"
        return self._attributed(sentences, why, note=note, speaker=speaker.full_name)

    def _when(self, speaker: AskedSpeaker) -> Answer | None:
        """Returns the sentence of what was said, with the day of its article where it tells of none; None for none."""
        answer = self.likeliest(speaker)
        told = [as_excerpt(cited) for cited in answer.citations[:1]]
        said = next((said for said in speaker.quotes for excerpt in told if _is_within(said, excerpt)), None)
        if said is None:
            return None
        return extract(self.question, _dated(told, said, speaker.quotes), answer.confidence, threshold=self.threshold)

    def _in_manner(self, quotes: Sequence[StoredQuote]) -> list[StoredQuote]:
        """Returns those said in the manner asked for; if none is asked for, those of words and not of attitudes."""
        if manner := self.asked.manner:
            return [quote for quote in quotes if stem_set(quote.cue) & manner]
        return [quote for quote in quotes if quote.quote.kind != "attitude"] or list(quotes)

    def likeliest(self, speaker: AskedSpeaker) -> Extract | Refusal:
        """Returns those of the speaker's words, or of what the hits tell of the speaker, that are likely to answer."""
        own, note = _in_own_words(speaker)
        names = speaker.person.names if speaker.person else (speaker.name,)
        keys = {name_key(quote.quote.name) for quote in own}
        quoted = self.quotations.in_articles(self.hits)
        others = [quote for quote in quoted if name_key(quote.quote.name) not in keys]
        libraries, filters, person = self.question.libraries, self.question.filters, speaker.person
        denied = self.quotations.of(libraries, person, filters=filters, denied=True) if person else []
        said = {excerpt.text for excerpt in quoted_sentences(own)}  # and in the same sentence left something unsaid
        not_said = {excerpt.text for excerpt in quoted_sentences(denied)} - said
        unsaid = {
            text for text in not_said if not tells_of_silence(text)
        }  # "did not respond to questions on it" answers
        called = self.question.text.replace(self.asked.who, speaker.name)  # "the Kremlin", of Moscow
        question = self.question if speaker.person else replace(self.question, text=called)
        scores = score_words(
            question,
            names,
            self._answering(own),
            others,
            self.hits,
            topic=self._terms,
            scorer=self.scorer,
            fits=lambda text: text not in unsaid,
        )
        answer = best_extract(
            self.question, scores, threshold=self.threshold, note=note, refusal=self._lacking(speaker)
        )
        return _going_on(answer, own) if isinstance(answer, Extract) else answer

    def _lacking(self, speaker: AskedSpeaker) -> str | None:
        """Returns what is said where nothing of a speaker's answers; of "the mayor" nobody knows who that is."""
        if not speaker.quotes:
            return f"{speaker.name} is mentioned, not quoted." if speaker.name[:1].isupper() else None
        if self.asked.topic:
            return f"{speaker.name} is quoted, but not on “{self.asked.topic}”."
        return f"{speaker.name} is quoted, but not that way: “{self.asked.verb}”."

    def _answering(self, own: Sequence[StoredQuote]) -> Sequence[StoredQuote]:
        """Returns quotations without what half answers, if others are on the topic, and without headlines.

        That is where the speaker declined to comment and, where words are asked for, what only tells a stand or a deed.
        """
        given = [
            said
            for said in own
            if words("refusals").isdisjoint(said.cue.lower().split())
            and not (self.asked.asks_for_words_only and said.quote.kind == "attitude")
        ]
        on_topic = (count_held(self._terms, sentence.text) == len(self._terms) for sentence in quoted_sentences(given))
        given = given if any(on_topic) else list(own)
        return [said for said in given if not any(map(_is_subhead, quoted_sentences([said])))] or given

    @property
    def _terms(self) -> frozenset[str]:
        """The stems of the words of the topic by which it is found."""
        return frozenset(content_stems(self.asked.subject)) - stem_set(self.asked.who)

    # Whether somebody said so: "Did Lee say that the harbour is open?"

    def _whether(self, speaker: AskedSpeaker) -> Answer:
        claim = self.asked.quoted
        verdict = self._check(speaker)
        is_settled = verdict.outcome in {Outcome.VERBATIM, Outcome.REWORDED} or verdict.denied is not None
        if is_settled or not self.asked.is_claim:
            return self._judged(verdict, speaker.quotes)
        said = replace(self, asked=replace(self.asked, topic=claim, quoted="")).said(speaker)
        agreeing = [as_excerpt(cited) for cited in said.citations if _may_agree(claim, cited.quote)]
        if not agreeing:
            return self._judged(verdict, speaker.quotes)
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

    def _judged(self, verdict: Verification, own: Sequence[StoredQuote] = ()) -> Answer:
        """Returns the sentences where the words stand, below what became of them."""
        note, sentences = told(verdict), cited(verdict)
        if not sentences or verdict.shown is None:
            return refused(self.question, note)
        name = verdict.shown.quote.name
        is_short = verdict.speaker is None and any(name in sentence.text for sentence in sentences)
        if self.asked.asks_when and verdict.found:
            note, sentences = "", _dated(sentences, verdict.shown, own)
        return extract(
            self.question,
            sentences,
            ATTRIBUTED,
            threshold=self.threshold,
            short=name if is_short else None,
            note=note or None,
            why=[str(verdict.outcome)],
        )

    # Who said something: "Who said that the harbour is open?", "Who called Lee a danger?"

    def who_said(self) -> Answer | None:
        """Returns the quoted sentences that fit best, with the speaker as short answer; None where nothing fits."""
        asked = self.asked
        if asked.quoted and (verdict := self._check()).found:
            return self._judged(verdict)
        sharing = self.quotations.sharing(self.question.libraries, asked.wording, filters=self.question.filters)
        quotes = self._by_others(sharing) if asked.asks_who_judged else sharing
        if sharing and not quotes:
            return refused(self.question, f"Nobody else is quoted as having {asked.verb} {asked.topic}.")
        quotes = [said for said in quotes if not says_opposite(asked.wording, said.text)]
        if asked.role and not (quotes := [said for said in quotes if _is_of_role(said, asked.role)]):
            return None
        return self._fitting_best(quotes)

    def _fitting_best(self, quotes: Sequence[StoredQuote]) -> Answer | None:
        """Returns the sentences of quotations that tell best what is asked about, with the speaker as short answer."""
        claim = self.asked.quoted or self.asked.topic

        def fits(text: str) -> bool:
            return not says_opposite(self.asked.wording, text)

        terms = frozenset(content_stems(claim))
        whole = [said for said in quotes if count_held(terms, said.text) == len(terms)]
        scores = score_words(
            self.question, None, whole or quotes, (), self.hits, topic=terms, scorer=self.scorer, fits=fits
        )
        answer = best_extract(self.question, scores, threshold=self.threshold)
        if isinstance(answer, Extract):
            return _naming_speaker(answer, quotes)
        return answer if quotes else None

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

    # What several said: "What did Lee and Wu say about each other?", "What do critics say about cranes?"

    @property
    def asks_of_several(self) -> bool:
        """Whether several are asked for, and nobody who is called by all that names them."""
        who = self.asked.who
        return len(self.asked.speakers) > 1 and name_key(who) not in self._keys(who)

    def said_by_each(self) -> Answer | None:
        """Returns what is likeliest of each of several, below who said which and who nothing; None where none did."""
        hits = self._naming_all()
        asked = {who: self._one_of_several(who, hits) for who in self.asked.speakers}
        known = {who: found for who, found in asked.items() if isinstance(found, AskedSpeaker)}
        told = {who: own for who, speaker in known.items() if (own := self._alone(who, self._beside(speaker, known)))}
        sure = [confidence for _, confidence in told.values() if confidence is not None]
        if not sure:
            return None
        shown = {known[who].name: excerpts[:_OF_EACH] for who, (excerpts, _) in told.items()}
        silent = [f"nothing of {who}" for who in self.asked.speakers if who not in told]
        excerpts, note = _by_speaker(shown, silent)
        return extract(self.question, excerpts, min(sure), threshold=self.threshold, note=note)

    def _naming_all(self) -> Sequence[Hit]:
        """Returns the hits of articles that name all of several who are asked for; all hits if there are none."""
        last = [content_stems(who)[-1:] for who in self.asked.speakers if not group_noun(who)]
        texts = {hit.article.id: stem_set(f"{hit.article.title}\n{hit.article.text}") for hit in self.hits}
        naming = {key for key, stems in texts.items() if all(holds_name(name, stems) for one in last for name in one)}
        return [hit for hit in self.hits if hit.article.id in naming] or self.hits

    def _one_of_several(self, who: str, hits: Sequence[Hit]) -> AskedSpeaker | Refusal:
        """Returns one of several who are asked for, with what they say in the hits' articles if there is any."""
        if group := group_noun(who):
            return AskedSpeaker(who, of_group(of_somebody(self.quotations.in_articles(hits)), group, who))
        speaker = find_speaker(who, self._of_one(who), hits, self.quotations)
        if isinstance(speaker, Refusal):
            return speaker
        articles = {hit.article.id for hit in hits}
        there = [said for said in speaker.quotes if said.article.id in articles]
        return replace(speaker, quotes=there or speaker.quotes)

    def _of_one(self, who: str) -> Question:
        """Returns what is asked of one of several."""
        topic = self._topic_of(who)
        verb = self.asked.verb if self.asked.manner else "say"
        text = f"What did {who} {verb} about {topic}?" if topic else self.question.text
        return replace(self.question, text=text, in_context=None)

    def _topic_of(self, who: str) -> str:
        others = " and ".join(name for name in self.asked.speakers if name != who)
        return others if self.asked.is_mutual else self.asked.topic

    def _beside(self, speaker: AskedSpeaker, known: Mapping[str, AskedSpeaker]) -> AskedSpeaker:
        """Returns one of several with what they say where the others speak, too, if no topic tells what is meant."""
        if self._topic_of(""):
            return speaker
        spoken = [{said.key for said in other.quotes} for other in known.values()]
        ranked = [hit.article.id for hit in self.hits]
        shared = {said.key: said.article.id for said in speaker.quotes if all(said.key in keys for keys in spoken)}
        if not shared:
            return speaker
        first = min(shared, key=lambda key: ranked.index(shared[key]) if shared[key] in ranked else len(ranked))
        return replace(speaker, quotes=[said for said in speaker.quotes if said.key == first])

    def _alone(self, who: str, speaker: AskedSpeaker) -> tuple[list[Excerpt], float | None] | None:
        """Returns what is likeliest of one speaker's own words, all of no topic, and how likely; None where none is.

        What only comes near beside what another says has no likelihood.
        """
        topic = self._topic_of(who)
        if not topic:
            given, _ = _in_own_words(speaker)
            spoken = [said for said in given if said.quote.kind != "attitude"] or given
            return (quoted_sentences(spoken), ATTRIBUTED) if spoken else None
        asked = replace(self.asked, who=who, topic=topic)
        if self.asked.manner and (wanted := side(self.asked.verb)):  # what is criticised is not praised
            of_side = [said for said in speaker.quotes if side_of(said, content_stems(topic)) in {wanted, None}]
            speaker = replace(speaker, quotes=of_side or speaker.quotes)
        answer = replace(self, question=self._of_one(who), asked=asked).likeliest(speaker)
        shown = map(as_excerpt, answer.citations)
        own = [excerpt for excerpt in shown if any(_is_within(said, excerpt) for said in speaker.quotes)]
        if own:
            return own, answer.confidence
        terms = frozenset(content_stems(topic)) - stem_set(who)
        spoken, _ = _in_own_words(speaker)
        if on_it := quoted_sentences(on_topic(spoken, terms)):
            return on_it, SIDED
        return (near, None) if (near := self._nearest(who, spoken)) else None

    def _nearest(self, who: str, spoken: Sequence[StoredQuote]) -> list[Excerpt]:
        """Returns the sentence of somebody's quotations that is likeliest to answer; none if it is most unlikely."""
        own = {sentence.text for sentence in quoted_sentences(spoken)}
        scores = score_words(
            self._of_one(who), (), spoken, (), self.hits, topic=(), scorer=self.scorer, fits=own.__contains__
        )
        likely = [one for one in scores.ranked[:1] if one.points >= shipped_weights().no_answer - _NEAREST]
        return [one.candidate.excerpt for one in likely]

    # What those of a group said: "What do critics say about cranes?", "What do parents say?"

    def said_by_group(self) -> Answer | None:
        """Returns what those of a group said, on their side if its name tells one; None where nothing fits."""
        quoted, group = of_somebody(self.quotations.in_articles(self.hits)), self.asked.group
        members = of_group(quoted, group, self.asked.who)
        if not self._terms:  # of several articles each may have its own
            ranks = [hit.article.id for hit in self.hits]
            nearest = min((ranks.index(said.article.id) for said in members), default=0)
            members = [said for said in members if said.article.id == ranks[nearest]]
        if self.asked.asks_for_words_only:
            members = [said for said in members if said.quote.kind != "attitude"] or members
        given = list(dict.fromkeys((*on_topic(members, self._terms), *in_articles_on(members, self._terms))))
        if wanted := side_of_group(group):
            sided = taking_side(on_topic(quoted, self._terms), self._terms, wanted)
            fitting = [said for said in given if side_of(said, self._terms) in {wanted, None}]
            return self._on_side([*fitting, *(said for said in sided if said not in fitting)], self._terms, wanted)
        if given:
            return self._of_each(given)
        if any(stem(group) in stem_set(hit.text) for hit in self.hits):
            return None  # what is told of them answers, and not what others said
        answer = self.said_about()
        note = f"No {group} are quoted by that name; others said on “{self.asked.topic}”:"
        return replace(answer, note=note) if answer and answer.answered else answer

    # Who is for something or against it

    def of_side(self, asked: StanceQuestion) -> Answer | None:
        """Returns the sentences that speak for a side, with who is quoted so; a refusal rather than the other side.

        None where nobody is who is asked for as something ("senators").
        """
        topic = asked.topic
        terms = frozenset(content_stems(topic))
        if asked.who:
            return self._why_for(asked.who, terms, asked.side)
        own = self._keys(topic.partition(" as ")[0])  # who disagrees with Lee, or with Lee as mayor, is not Lee
        quoted = on_topic(of_somebody(self.quotations.in_articles(self.hits)), terms)
        quotes = taking_side((said for said in quoted if name_key(said.quote.name) not in own), terms, asked.side)
        if asked.role:
            quotes = of_group(quotes, asked.role.split()[-1], asked.role)
        if where := content_stems(asked.where):
            there = {said.quote.name for said in quoted if count_held(where, _called(said)) == len(where)}
            quotes = [said for said in quotes if said.quote.name in there] or quotes
        answer = self._on_side(quotes, terms, asked.side)
        if answer is None and asked.role:
            return None
        return answer or refused(self.question, f"Nobody is quoted {asked.side} “{topic}”.")

    def _why_for(self, who: str, terms: frozenset[str], wanted: Side) -> Answer | None:
        """Returns what somebody said that likely tells why they are on a side, or that speaks for it; None for none."""
        speaker = find_speaker(who, self.question, self.hits, self.quotations, terms)
        if isinstance(speaker, Refusal):
            return None
        on_it = replace(speaker, quotes=on_topic(speaker.quotes, terms))
        answer = replace(self, asked=SpeechQuestion(who, "")).likeliest(on_it)
        return answer if answer.answered else self._on_side(taking_side(on_it.quotes, terms, wanted), terms, wanted)

    def _on_side(self, quotes: Sequence[StoredQuote], terms: frozenset[str], wanted: Side) -> Extract | None:
        """Returns the sentences that answer best of those that speak for a side, quoted or told; None where none does.

        Args:
            quotes: those that speak for it.
            terms: the stems of the topic.
            wanted: the side that is asked for.
        """
        own = {sentence.text for sentence in quoted_sentences(quotes)}

        def fits(text: str) -> bool:
            return text in own or may_speak_for(text, terms, wanted)

        scores = score_words(self.question, None, quotes, (), self.hits, topic=(), scorer=self.scorer, fits=fits)
        weighed: list[tuple[float, StoredQuote | None, Excerpt]] = []
        for scored in scores.ranked:
            excerpt = scored.candidate.excerpt
            said = _quotation_in(excerpt, quotes)
            points = scored.points - shipped_weights().no_answer
            is_held = count_held(terms, excerpt.text) > 0
            least = _QUOTED if said else _TOLD if is_held else _TOLD_APART
            if points < least:
                continue
            if said is not None:  # who it is has to be seen
                points -= (not is_name(said.quote.name)) + (surname(said.quote.name.split()) not in excerpt.text)
            weighed.append((points - (not is_held), said, excerpt))
        weighed.sort(key=lambda one: -one[0])
        kept = [(said, excerpt) for points, said, excerpt in weighed if points >= weighed[0][0] - _BELOW]
        return self._shown_of_each(kept, max(scores.confidence, SIDED))

    def _of_each(self, quotes: Sequence[StoredQuote]) -> Extract | None:
        """Returns what answers best of each speaker of quotations, below who said which; None where nothing does."""
        own = {sentence.text for sentence in quoted_sentences(quotes)}
        others = [said for said in self.quotations.in_articles(self.hits) if said not in quotes]
        scores = score_words(
            self.question, (), quotes, others, self.hits, topic=(), scorer=self.scorer, fits=own.__contains__
        )
        points = {
            one.candidate.excerpt: one.points - (count_held(self._terms, one.candidate.excerpt.text) == 0)
            for one in scores.ranked
        }
        ranked = sorted(points, key=lambda excerpt: -points[excerpt])
        kept = [excerpt for excerpt in ranked if points[excerpt] >= points[ranked[0]] - _BELOW]
        told = [(_quotation_in(excerpt, quotes), excerpt) for excerpt in kept]
        return self._shown_of_each(told, max(scores.confidence, SIDED), runs_of=quotes)

    def _shown_of_each(
        self,
        told: Iterable[tuple[StoredQuote | None, Excerpt]],
        confidence: float,
        *,
        runs_of: Sequence[StoredQuote] = (),
    ) -> Extract | None:
        """Returns the first sentence of each of the first speakers, below who said which; None where there is none.

        Args:
            told: sentences, the best first, each with the quotation in it; None where it only tells of somebody.
            confidence: that the first answers.
            runs_of: the quotations of which those beside a sentence are shown with it, where few speakers are.
        """
        shown: dict[str, tuple[StoredQuote | None, Excerpt]] = {}
        for said, excerpt in told:
            key = name_key(said.quote.name) if said else excerpt.text
            if key and all(excerpt != other for _, other in shown.values()):
                shown.setdefault(key, (said, excerpt))
        if not shown:
            return None
        first = [*shown.values()][:_SPEAKERS]
        if len(first) < _SPEAKERS:
            first = [
                (said, self._run(excerpt, said.quote.name, runs_of) if said else excerpt) for said, excerpt in first
            ]
        excerpts = list(dict.fromkeys(excerpt for _, excerpt in first))
        spoken = [(said, excerpts.index(excerpt) + 1) for said, excerpt in first if said]
        note = "; ".join(f"{said.quote.name} [{number}]" for said, number in spoken) + ":" if len(spoken) > 1 else None
        answer = extract(self.question, excerpts, confidence, threshold=self.threshold, note=note, total=len(shown))
        if not isinstance(answer, Extract):
            return None
        return answer if len(first) > 1 else _naming_speaker(answer, [said for said, _ in spoken])

    def _run(self, excerpt: Excerpt, name: str, quotes: Sequence[StoredQuote]) -> Excerpt:
        """Returns a sentence with those around it in the paragraph that are the same speaker's."""
        runs = in_paragraphs(quoted_sentences(said for said in quotes if said.quote.name == name))
        return next((run for run in runs if joined([run, excerpt]) == [run]), excerpt)

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


def _by_speaker(told: Mapping[str, Sequence[Excerpt]], silent: Iterable[str] = ()) -> tuple[list[Excerpt], str]:
    """Returns the sentences of several speakers, each once, and who said which: "Ann Lee [1]; Bo Wu [2]:"."""
    excerpts = list(dict.fromkeys(chain.from_iterable(told.values())))
    cited = (f"{name} " + "".join(f"[{excerpts.index(each) + 1}]" for each in own) for name, own in told.items())
    return excerpts, f"{'; '.join((*cited, *silent))}:"


def _may_agree(claim: str, told: str) -> bool:
    """Tells whether words hold each name and number of a claim and most of its words, and do not turn it round."""
    named = " ".join(claim[span.start : span.end] for span in names(claim))
    strict, terms = {*content_stems(named), *numbers(claim)}, set(content_stems(claim))
    holds_most = 2 * count_held(terms, told) > len(terms)
    return holds_most and count_held(strict, told) == len(strict) and not says_opposite(claim, told)


def _going_on(answer: Extract, own: Sequence[StoredQuote]) -> Extract:
    """Returns an answer whose first sentence stands with what its speaker goes on to say in the paragraph.

    Where it does not name the speaker ("..., she said"), with what they say before it, too.
    """
    first, *others = map(as_excerpt, answer.citations)
    runs = in_paragraphs(quoted_sentences(own))
    whole = next((run for run in runs if joined([run, first]) == [run]), first)
    called = {surname(said.quote.name.split()) for said in own if _is_within(said, first)}
    if any(name in first.text for name in called):
        whole = replace(whole, start=first.start)
    shown = [whole, *(other for other in others if joined([whole, other]) != [whole])]
    statements, citations = state(shown)
    return replace(answer, statements=statements, citations=citations, total=len(shown))


def _naming_speaker(answer: Extract, quotes: Sequence[StoredQuote]) -> Extract:
    """Returns an answer by quoted sentences with whose words the first holds as short answer, and where that stands."""
    first = as_excerpt(answer.citations[0])
    introduction, short = _speaker_of(first, [said for said in quotes if _is_within(said, first)])
    shown = joined([*introduction, *map(as_excerpt, answer.citations)])
    statements, citations = state(shown)
    short = short or answer.short
    return replace(answer, short=short, statements=statements, citations=citations, total=len(shown))


def _speaker_of(sentence: Excerpt, own: Sequence[StoredQuote]) -> tuple[list[Excerpt], str | None]:
    """Returns how the speaker of a sentence's quotations is named, with what names them if it is another sentence.

    They are named in full, or as written if that is no pronoun; where neither stands where the words do, in full or by
    surname as last before them.
    """
    called = dict.fromkeys(chain.from_iterable((said.quote.name, said.mention) for said in own))
    for naming in _namings(sentence, own) if own else ():
        for name in called:
            if name in naming.text and name.lower() not in words("no_speakers") and not is_part(name):
                return [naming] if naming != sentence else [], name
        called |= dict.fromkeys(surname(said.quote.name.split()) for said in own if is_name(said.quote.name))
    return [], None


def _namings(sentence: Excerpt, own: Sequence[StoredQuote]) -> Iterator[Excerpt]:
    """Yields what may name the speakers of a sentence: itself, where they stand, what is before it, nearest first."""
    yield sentence
    yield from quoted_sentences(replace(said, quote=replace(said.quote, content=(said.quote.speaker,))) for said in own)
    text = sentence.article.text if sentence.field == "text" else ""
    earlier = takewhile(lambda span: span.end <= sentence.start, sentences(text))
    yield from [Excerpt(sentence.library, sentence.article, span.start, span.end) for span in earlier][::-1]


def _dated(sentences: Sequence[Excerpt], shown: StoredQuote, own: Sequence[StoredQuote] = ()) -> tuple[Excerpt, ...]:
    """Returns the sentences of a quotation, with what tells on which day it was said where they do not.

    That is the nearest other sentence that quotes its speaker (`own`) and tells a day beside their words, as in "Lee
    said on Monday", and the day of its article, which dates that.
    """
    if any(_moments_outside(sentence, ()) for sentence in sentences):
        return tuple(sentences)
    beside = sorted((s for s in own if s.key == shown.key and s.quote.field == "text"), key=lambda s: _apart(s, shown))
    telling = (
        sentence
        for said in beside[:_NEAR]
        for sentence in quoted_sentences([said])[:1]
        if _moments_outside(sentence, said.quote.content)
    )
    day = whole_field(shown.library, shown.article, "published")
    return (*joined([*sentences, *islice(telling, 1)]), *filter(None, [day]))


def _apart(one: StoredQuote, other: StoredQuote) -> int:
    return abs(one.quote.start - other.quote.start)


def _moments_outside(sentence: Excerpt, said: Sequence[Span]) -> bool:
    """Tells whether a sentence tells a day outside of what is said in it."""
    days = (each for each in moments(sentence.text, sentence.article.published_on) if each.day or each.days)
    places = (sentence.start + day.start for day in days)
    return any(not any(part.start <= place < part.end for part in said) for place in places)


def _is_subhead(sentence: Excerpt) -> bool:
    """Tells whether a sentence is a headline within a text that reports what is told below it, in no quoted words."""
    span = Span(sentence.start, sentence.end)
    return sentence.field == "text" and not set(MARKS) & set(sentence.text) and is_headline(sentence.article.text, span)


def _is_of_role(said: StoredQuote, role: str) -> bool:
    """Tells whether a quotation, or the sentence it stands in, calls its speaker what is asked for."""
    return content_stems(role)[-1] in stem_set(_called(said))


def _called(said: StoredQuote) -> str:
    """Returns what a quotation's speaker is called, with the sentences that it stands in."""
    return " ".join((said.mention, said.quote.description or "", *(s.text for s in quoted_sentences([said]))))


def _is_within(said: StoredQuote, sentence: Excerpt) -> bool:
    """Tells whether a part of a quotation stands in a sentence."""
    place = said.library, said.article.id, said.quote.field
    overlapping = any(sentence.start < part.end and part.start < sentence.end for part in said.quote.content)
    return overlapping and place == (sentence.library, sentence.article.id, sentence.field)


def _quotation_in(sentence: Excerpt, quotes: Iterable[StoredQuote]) -> StoredQuote | None:
    """Returns the first of some quotations of which a part stands in a sentence; None where none does."""
    return next((said for said in quotes if _is_within(said, sentence)), None)


def _in_own_words(speaker: AskedSpeaker) -> tuple[list[StoredQuote], str | None]:
    """Returns what a speaker says in no other's words, or else all that others quote, and what is noted of it."""
    own = [quote for quote in speaker.quotes if not reporter(quote)]
    if own or not speaker.quotes:
        return own, speaker.note
    return list(speaker.quotes), f"{speaker.name} is quoted by others only."
